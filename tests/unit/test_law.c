/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The laws of sums over cells and of areas, against all choices of rows of small pools. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/area.h"
#include "compare/law.h"
#include "compare/statistics/statistic.h"
#include "random_values.h"
#include "sides.h"

static double squared_gap(const shift__pair *pair, double p, double q)
{
    (void)pair;
    return (p - q) * (p - q) / (p + q);
}

static double modulus(const shift__pair *pair, double p, double q)
{
    (void)pair;
    return fabs(p - q);
}

static double logarithm(const shift__pair *pair, double p, double q)
{
    (void)pair;
    double a = fmax(p, 1e-4);
    double b = fmax(q, 1e-4);
    return (b - a) * log(b / a);
}

/* As asymmetric as a divergence of one side from the other */
static double one_sided(const shift__pair *pair, double p, double q)
{
    (void)pair;
    double a = fmax(p, 1e-4);
    double b = fmax(q, 1e-4);
    return b * log(b / a);
}

/* Raw moments over all tables, and the probability of sums of at least a value */
typedef struct totals {
    double weight, sums[4], beyond, value;
} totals;

typedef struct tables {
    const shift__pair *pair;
    shift__term *term;
    const double *rows;
    size_t cells;
    totals *out;
} tables;

/* Every count of production in cell `i` and after it, `left` rows being still to come */
static void enumerate(const tables *t, size_t i, double left, double weight, double sum)
{
    if (i == t->cells) {
        if (left > 0.0)
            return;
        t->out->weight += weight;
        for (int k = 1; k < 4; k++)
            t->out->sums[k] += weight * pow(sum, k);
        t->out->beyond += sum >= t->out->value - 1e-12 ? weight : 0.0;
        return;
    }
    int most = (int)fmin(t->rows[i], left);
    for (int k = 0; k <= most; k++) {
        double x = k;
        double ways = exp(shift__log_choose(x, t->rows[i] - x));
        double term = t->term(t->pair, (t->rows[i] - x) / t->pair->m, x / t->pair->n);
        enumerate(t, i + 1, left - x, weight * ways, sum + term);
    }
}

static shift__null_law exact(tables *t)
{
    enumerate(t, 0, t->pair->n, 1.0, 0.0);
    double w = t->out->weight;
    double mean = t->out->sums[1] / w;
    double variance = t->out->sums[2] / w - mean * mean;
    double third = t->out->sums[3] / w - 3.0 * mean * variance - mean * mean * mean;
    return (shift__null_law){mean, variance, third / pow(variance, 1.5)};
}

static shift__term *const terms[] = {squared_gap, modulus, logarithm, one_sided};

static const struct {
    double m, n, rows[6];
    size_t cells;
} made[] = {{20, 20, {12, 9, 11, 8}, 4},
            {30, 12, {11, 9, 6, 7, 9}, 5},
            {12, 30, {11, 9, 6, 7, 9}, 5},
            {25, 25, {30, 12, 6, 1, 1}, 5}};

/* Mean exact; the rest as good as a p-value needs it, where logarithms meet empty cells as well */
START_TEST(moments_are_those_of_all_tables)
{
    shift__pair pair = {.m = made[_i].m, .n = made[_i].n, .exact = true};
    for (size_t k = 0; k < sizeof terms / sizeof *terms; k++) {
        static shift__law law;
        shift__law_init(&law, &pair, terms[k], terms[k] == modulus);
        for (size_t i = 0; i < made[_i].cells; i++)
            shift__law_add(&law, made[_i].rows[i]);
        shift__null_law got = shift__law_moments(&law);
        totals sums = {0.0, {0.0, 0.0, 0.0, 0.0}, 0.0, 0.0};
        tables t = {&pair, terms[k], made[_i].rows, made[_i].cells, &sums};
        shift__null_law want = exact(&t);
        ck_assert_double_eq_tol(got.mean, want.mean, 1e-11);
        ck_assert_double_eq_tol(sqrt(got.variance / want.variance), 1.0, 0.05);
        ck_assert_msg(fabs(got.skewness - want.skewness) < 0.35 + 0.15 * want.skewness,
                      "%zu: %g, not %g", k, got.skewness, want.skewness);
        /* a tail of a few percent; an empty cell's logarithm makes a hump of its own there */
        double slack = terms[k] == squared_gap || terms[k] == modulus ? 0.5 : 1.2;
        sums = (totals){0.0, {0.0, 0.0, 0.0, 0.0}, 0.0, want.mean + 2.2 * sqrt(want.variance)};
        enumerate(&t, 0, pair.n, 1.0, 0.0);
        double p = shift__law_tail(&law, sums.value).p;
        ck_assert_msg(fabs(log(p / (sums.beyond / sums.weight))) < slack, "%g, not %g", p,
                      sums.beyond / sums.weight);
    }
}
END_TEST

/* Every way to put `left` values into cells of so many gaps, all multisets of gaps alike */
static void enumerate_gaps(const tables *t, const double *in_train, size_t i, double left,
                           double weight, double sum)
{
    if (i == t->cells) {
        for (int k = 0; k < 4 && !(left > 0.0); k++)
            t->out->sums[k] += weight * pow(sum, k);
        return;
    }
    for (int x = 0; x <= (int)left; x++) {
        double ways = exp(shift__log_choose(x, t->rows[i] - 1.0));
        double term = t->term(t->pair, in_train[i] / t->pair->m, x / t->pair->n);
        enumerate_gaps(t, in_train, i + 1, left - x, weight * ways, sum + term);
    }
}

/* Nineteen values of training have twenty gaps. */
START_TEST(moments_are_those_of_all_ways_to_fill_gaps)
{
    static const double counts[] = {5, 5, 5, 4};
    static const double gaps[] = {6, 5, 5, 4};
    shift__pair pair = {.m = 19, .n = 30, .exact = true, .gaps = 20};
    for (size_t k = 0; k < sizeof terms / sizeof *terms; k++) {
        static shift__law law;
        shift__law_init(&law, &pair, terms[k], terms[k] == modulus);
        totals sums = {0.0, {0.0, 0.0, 0.0, 0.0}, 0.0, 0.0};
        tables t = {&pair, terms[k], gaps, 4, &sums};
        for (size_t i = 0; i < t.cells; i++)
            shift__law_add_between(&law, counts[i], gaps[i]);
        enumerate_gaps(&t, counts, 0, pair.n, 1.0, 0.0);
        double mean = sums.sums[1] / sums.sums[0];
        double variance = sums.sums[2] / sums.sums[0] - mean * mean;
        double third = sums.sums[3] / sums.sums[0] - 3.0 * mean * variance - mean * mean * mean;
        shift__null_law got = shift__law_moments(&law);
        ck_assert_double_eq_tol(got.mean, mean, 1e-11);
        ck_assert_double_eq_tol(sqrt(got.variance / variance), 1.0, 0.05);
        ck_assert_double_eq_tol(got.skewness, third / pow(variance, 1.5), 0.4);
    }
}
END_TEST

static void count_levels(const shift_distribution *x, const shift_distribution *y,
                         const char *const *names, unsigned *below, size_t n)
{
    shift__pair *pair = NULL;
    ck_assert_int_eq(shift__pair_new(&pair, x, y, NULL), SHIFT_OK);
    for (size_t k = 0; k < n; k++) {
        shift__estimate got = shift__undefined(NULL);
        ck_assert_int_eq(shift__statistic_find(names[k])->compute(pair, &got, NULL), SHIFT_OK);
        below[k] += got.tail.p <= 0.05;
    }
    shift__pair_free(pair);
}

/* Deciles of fifty rows have five each whatever is drawn; what varies is production. A mean of few
 * lognormal values is as skewed as they are. */
START_TEST(few_rows_of_training_have_the_level)
{
    enum { RUNS = 400, FEW = 50, MANY = 300, NAMES = 6 };
    static const char *const names[NAMES] = {"psi",       "kullback_leibler", "jensen_shannon",
                                             "hellinger", "total_variation",  "mean_shift"};
    unsigned below[NAMES] = {0};
    shift__random random;
    shift__random_init(&random, 11, 0);
    for (int run = 0; run < RUNS; run++) {
        double values[FEW + MANY];
        fill_normal(&random, values, FEW + MANY, 0.0, 1.0);
        for (int i = 0; i < FEW + MANY; i++)
            values[i] = exp(values[i]);
        shift_distribution *x = side_of(values, FEW);
        shift_distribution *y = side_of(values + FEW, MANY);
        count_levels(x, y, names, below, NAMES);
        shift_distribution_free(x);
        shift_distribution_free(y);
    }
    for (size_t k = 0; k < NAMES; k++)
        ck_assert_msg(below[k] > 0.025 * RUNS && below[k] < 0.08 * RUNS, "%s: %u of %d", names[k],
                      below[k], RUNS);
}
END_TEST

/* With many rows in every cell all divergences are chi-square times a constant. */
START_TEST(many_rows_give_the_chi_square_law)
{
    shift__pair pair = {.m = 3e6, .n = 1e6, .exact = true};
    static shift__law law;
    shift__law_init(&law, &pair, logarithm, false);
    for (int i = 0; i < 10; i++)
        shift__law_add(&law, 4e5);
    double scale = 1.0 / pair.m + 1.0 / pair.n;
    for (int k = 1; k < 9; k++) {
        double x = exp2(k);
        double got = shift__law_tail(&law, x * scale).log10_p;
        double want = shift__tail_chi_square(x, 9.0).log10_p;
        ck_assert_double_eq_tol(got, want, 1e-3 * fabs(want) + 1e-4);
    }
}
END_TEST

/* The chance that one category's share changes by so much, by all tables of two cells */
START_TEST(chance_of_a_gap_is_that_of_all_tables)
{
    static const double gaps[] = {0.05, 0.1, 0.25, 0.4};
    shift__pair pair = {.m = 18, .n = 7, .exact = true};
    for (size_t k = 0; k < sizeof gaps / sizeof *gaps; k++) {
        double rows[2] = {6.0, 19.0};
        totals sums = {0.0, {0.0, 0.0, 0.0, 0.0}, 0.0, 2.0 * gaps[k]};
        tables t = {&pair, modulus, rows, 2, &sums};
        enumerate(&t, 0, pair.n, 1.0, 0.0);
        ck_assert_double_eq_tol(shift__chance_of_gap(6, 18, 7, gaps[k]), sums.beyond / sums.weight,
                                1e-11);
    }
    /* the normal law and the exact one meet */
    double few = shift__chance_of_gap(9500, 1e5, 1e5, 0.004);
    double many = shift__chance_of_gap(9500, 1e5, 9e4, 0.004);
    ck_assert_double_gt(few, 0.0);
    ck_assert_double_lt(fabs(log(few / many)), 1.0);
}
END_TEST

enum { POOL = 14, PART = 6 };

static void sum_areas(const double *pool, totals *area, totals *energy)
{
    for (unsigned choice = 0; choice < 1u << POOL; choice++) {
        if (__builtin_popcount(choice) != PART)
            continue;
        double gap = 0.0;
        double a = 0.0;
        double e = 0.0;
        for (int i = 0; i + 1 < POOL; i++) {
            gap += (choice >> i & 1u) != 0 ? -1.0 / PART : 1.0 / (POOL - PART);
            a += fabs(gap) * (pool[i + 1] - pool[i]);
            e += 2.0 * gap * gap * (pool[i + 1] - pool[i]);
        }
        for (int k = 0; k < 4; k++) {
            area->sums[k] += pow(a, k);
            energy->sums[k] += pow(e, k);
        }
    }
}

/* The laws are those of many rows: of fourteen the energy varies a fifth less. */
static void check_area(const totals *sums, const shift__null_law *law, double range, double slack)
{
    double mean = sums->sums[1] / sums->sums[0];
    double sd = sqrt(sums->sums[2] / sums->sums[0] - mean * mean);
    ck_assert_double_eq_tol(law->mean * range / mean, 1.0, slack);
    ck_assert_double_eq_tol(sqrt(law->variance) * range / sd, 1.1, 0.15);
}

START_TEST(areas_have_the_moments_of_all_choices)
{
    double pool[POOL];
    double part[2][POOL];
    size_t n[2] = {0, 0};
    for (int i = 0; i < POOL; i++) {
        pool[i] = exp(0.3 * i);
        size_t side = i % 5 < 2;
        part[side][n[side]++] = pool[i];
    }
    ck_assert_uint_eq(n[1], PART);
    shift_distribution *x = side_of(part[0], n[0]);
    shift_distribution *y = side_of(part[1], n[1]);
    shift__pair *pair = NULL;
    ck_assert_int_eq(shift__pair_new(&pair, x, y, NULL), SHIFT_OK);
    totals area = {0.0, {0.0, 0.0, 0.0, 0.0}, 0.0, 0.0};
    totals energy = area;
    sum_areas(pool, &area, &energy);
    check_area(&energy, &pair->energy_law, pool[POOL - 1] - pool[0], 1e-12);
    check_area(&area, &pair->area_law, pool[POOL - 1] - pool[0], 0.1);
    shift__pair_free(pair);
    shift_distribution_free(x);
    shift_distribution_free(y);
}
END_TEST

/* No p-value is 0 for want of a better law, however far the sides are apart. */
START_TEST(far_tails_have_logarithms)
{
    static double values[2000];
    shift__random random;
    shift__random_init(&random, 5, 0);
    fill_normal(&random, values, 1000, 0.0, 1.0);
    fill_normal(&random, values + 1000, 1000, 9.0, 2.0);
    shift_distribution *x = side_of(values, 1000);
    shift_distribution *y = side_of(values + 1000, 1000);
    static const char *const names[] = {"psi",
                                        "jensen_shannon",
                                        "kullback_leibler",
                                        "hellinger",
                                        "total_variation",
                                        "energy",
                                        "wasserstein",
                                        "mcc"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        shift__tail tail = estimate_of(names[k], x, y).tail;
        ck_assert_msg(isfinite(tail.log10_p) && tail.log10_p < -20.0, "%s: %g", names[k],
                      tail.log10_p);
        ck_assert(tail.log10_p > -610.0); /* one of all choices of 1,000 of 2,000 has 10^-600 */
    }
    shift_distribution_free(x);
    shift_distribution_free(y);
}
END_TEST

enum { CELLS = 7, TRAIN = 200, PROD = 100 };

/* Rows of the pool by their cells, the first TRAIN of them training's */
static double p_of_split(const double *pool)
{
    char text[2][128];
    int counts[2][CELLS] = {{0}};
    shift_distribution *sides[2];
    for (size_t i = 0; i < TRAIN + PROD; i++)
        counts[i >= TRAIN][(int)pool[i]]++;
    for (int side = 0; side < 2; side++) {
        size_t used = 0;
        for (int k = 0; k < CELLS; k++)
            if (counts[side][k] > 0)
                used += (size_t)snprintf(text[side] + used, sizeof text[side] - used, "c%d=%d ", k,
                                         counts[side][k]);
        sides[side] = side_of_counts(text[side]);
    }
    double p = estimate_of("chi_square_merged", sides[0], sides[1]).tail.p;
    shift_distribution_free(sides[0]);
    shift_distribution_free(sides[1]);
    return p;
}

/* Of all choices of rows as many have p at most some level as it says; three standard errors, and
 * the steps of a table's chi-square */
START_TEST(merged_chi_square_has_its_level)
{
    static const int rows[CELLS] = {120, 90, 55, 20, 8, 5, 2};
    static const double levels[] = {0.5, 0.2, 0.05, 0.01};
    enum { LEVELS = sizeof levels / sizeof *levels, RUNS = 4000 };
    double pool[TRAIN + PROD];
    int below[LEVELS] = {0};
    size_t n = 0;
    for (int k = 0; k < CELLS; k++)
        for (int i = 0; i < rows[k]; i++)
            pool[n++] = k;
    ck_assert_uint_eq(n, TRAIN + PROD);
    shift__random random;
    shift__random_init(&random, 9, 0);
    for (int run = 0; run < RUNS; run++) {
        shuffle(pool, n, &random);
        double p = p_of_split(pool);
        for (int i = 0; i < LEVELS; i++)
            below[i] += p <= levels[i];
    }
    for (int i = 0; i < LEVELS; i++) {
        double share = (double)below[i] / RUNS;
        double error = sqrt(levels[i] * (1.0 - levels[i]) / RUNS);
        ck_assert_msg(fabs(share - levels[i]) < 3.0 * error + 0.05 * levels[i], "%g of %g", share,
                      levels[i]);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("law");
    TCase *laws = tcase_create("laws");
    tcase_add_loop_test(laws, moments_are_those_of_all_tables, 0, sizeof made / sizeof *made);
    tcase_add_test(laws, moments_are_those_of_all_ways_to_fill_gaps);
    tcase_add_test(laws, few_rows_of_training_have_the_level);
    tcase_add_test(laws, many_rows_give_the_chi_square_law);
    tcase_add_test(laws, chance_of_a_gap_is_that_of_all_tables);
    tcase_add_test(laws, areas_have_the_moments_of_all_choices);
    tcase_add_test(laws, far_tails_have_logarithms);
    tcase_add_test(laws, merged_chi_square_has_its_level);
    suite_add_tcase(suite, laws);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
