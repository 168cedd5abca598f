/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Confidence intervals cover the true value in at least 93 % of simulations, and have the
 * properties that follow from what they are. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/interval.h"
#include "profile/sketch.h"
#include "shift/profile.h"
#include "sides.h"

static double normal_cdf(double x)
{
    return 0.5 * erfc(-x / sqrt(2.0));
}

/* Standard normal deciles */
static const double deciles[] = {
    -1.2815515655446004, -0.8416212335729143, -0.5244005127080407, -0.2533471031357997, 0.0,
    0.2533471031357997,  0.5244005127080407,  0.8416212335729143,  1.2815515655446004};

typedef struct truth {
    const char *statistic;
    double value;
} truth;

enum { EFFECTS = 13 };

/* Binned distances of N(0, 1) and N(delta, 1) over the deciles of the first */
static void binned_truth(double delta, truth *t)
{
    double sums[5] = {0.0, 0.0, 0.0, 0.0, 0.0};
    double before = 0.0;
    for (int i = 0; i < 10; i++) {
        double below = i < 9 ? normal_cdf(deciles[i] - delta) : 1.0;
        double q = below - before;
        double p = 0.1;
        before = below;
        sums[0] += (q - p) * log(q / p);
        sums[1] += q * log(q / p);
        sums[2] += 0.5 * (p * log2(2 * p / (p + q)) + q * log2(2 * q / (p + q)));
        sums[3] += 0.5 * (sqrt(p) - sqrt(q)) * (sqrt(p) - sqrt(q));
        sums[4] += 0.5 * fabs(p - q);
    }
    t[0] = (truth){"psi", sums[0]};
    t[1] = (truth){"kullback_leibler", sums[1]};
    t[2] = (truth){"jensen_shannon", sqrt(fmax(sums[2], 0.0))};
    t[3] = (truth){"hellinger", sqrt(sums[3])};
    t[4] = (truth){"total_variation", sums[4]};
}

static void normal_truth(double delta, truth *t)
{
    double apart = 2.0 / sqrt(3.14159265358979) * exp(-0.25 * delta * delta) +
                   delta * (1.0 - 2.0 * normal_cdf(-delta / sqrt(2.0)));
    double squared = 2.0 * apart - 4.0 / sqrt(3.14159265358979);
    binned_truth(delta, t);
    t[5] = (truth){"ks", 2.0 * normal_cdf(0.5 * delta) - 1.0};
    t[6] = (truth){"wasserstein", delta};
    t[7] = (truth){"wasserstein_normalized", delta};
    t[8] = (truth){"energy", sqrt(fmax(squared, 0.0))};
    t[9] = (truth){"mean_shift", delta};
    t[10] = (truth){"variance_ratio", 1.0};
    t[11] = (truth){"skewness_shift", 0.0};
    t[12] = (truth){"kurtosis_shift", 0.0};
    if (delta > 0.0)
        return;
    for (int i = 0; i < 9; i++) /* exactly, not by rounding */
        t[i].value = 0.0;
}

static int covers(const truth *t, const shift_distribution *x, const shift_distribution *y)
{
    shift__estimate e = estimate_of(t->statistic, x, y);
    ck_assert_msg(e.low <= e.value && e.value <= e.high, "%s: %g not in %g to %g", t->statistic,
                  e.value, e.low, e.high);
    return e.low <= t->value && t->value <= e.high;
}

static void check_coverage(double delta, size_t m, size_t n, int runs)
{
    truth t[EFFECTS];
    normal_truth(delta, t);
    int covered[EFFECTS] = {0};
    double *values = calloc(m + n, sizeof *values);
    ck_assert_ptr_nonnull(values);
    shift__random random;
    shift__random_init(&random, 17, (uint64_t)(1000.0 * delta));
    for (int run = 0; run < runs; run++) {
        fill_normal(&random, values, m, 0.0, 1.0);
        fill_normal(&random, values + m, n, delta, 1.0);
        shift_distribution *x = side_of(values, m);
        shift_distribution *y = side_of(values + m, n);
        for (int i = 0; i < EFFECTS; i++)
            covered[i] += covers(&t[i], x, y);
        shift_distribution_free(x);
        shift_distribution_free(y);
    }
    free(values);
    for (int i = 0; i < EFFECTS; i++)
        ck_assert_msg(covered[i] >= 0.93 * runs, "%s covers %g in %d of %d runs", t[i].statistic,
                      t[i].value, covered[i], runs);
}

START_TEST(intervals_cover_no_shift)
{
    check_coverage(0.0, 200, 200, 600);
}
END_TEST

START_TEST(intervals_cover_a_shift)
{
    check_coverage(0.3, 200, 200, 600);
}
END_TEST

START_TEST(intervals_cover_with_unequal_rows)
{
    check_coverage(0.5, 1500, 250, 400);
}
END_TEST

/* A view of values that went through a sketch */
static shift_distribution *sketched(const double *values, size_t n, uint64_t seed)
{
    shift_schema *schema = NULL;
    shift_profile *profile = NULL;
    shift_distribution *d = NULL;
    shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
    options.seed = seed;
    ck_assert_int_eq(shift_schema_new(&schema, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "x", SHIFT_KIND_NUMERIC, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_profile_new(&profile, schema, &options, NULL), SHIFT_OK);
    shift_column column = {values, NULL, NULL, NULL, NULL};
    shift_batch batch = {n, 1, &column};
    ck_assert_int_eq(shift_profile_add(profile, &batch, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_distribution_of_profile(&d, profile, 0, NULL), SHIFT_OK);
    shift_profile_free(profile);
    shift_schema_free(schema);
    return d;
}

/* Values 0, 1, 2... so that rank and value are one. 80,000 are 18,560 in the sketch, 95,000 nearly
 * as many more than what it compacted. */
START_TEST(views_of_sketches_are_small_and_as_good_as_they_say)
{
    static const size_t rows[] = {65536, 65537, 80000, 95000, 300000};
    size_t n = rows[_i];
    double *values = calloc(n, sizeof *values);
    ck_assert_ptr_nonnull(values);
    for (size_t i = 0; i < n; i++)
        values[i] = (double)(i * 7919 % n); /* in no order */
    shift_distribution *d = sketched(values, n, 3);
    ck_assert_uint_eq(d->cumulative[d->n_points - 1], n);
    double largest = 0.0;
    for (size_t i = 0; i < d->n_points; i++)
        largest = fmax(largest, fabs((double)d->cumulative[i] - (d->points[i] + 1.0)));
    if (n <= 65536) {
        ck_assert_uint_eq(d->n_points, n);
        ck_assert_double_eq(largest, 0.0);
        ck_assert_double_eq(d->rank_error, 0.0);
    } else {
        ck_assert_uint_le(d->n_points, SHIFT__SKETCH_VIEW);
        ck_assert_double_le(largest / (double)n, d->rank_error);
        ck_assert_double_lt(d->rank_error, 0.00115);
    }
    shift_distribution *again = sketched(values, n, 3);
    ck_assert_uint_eq(again->n_points, d->n_points);
    ck_assert_mem_eq(again->points, d->points, d->n_points * sizeof *d->points);
    shift_distribution_free(again);
    shift_distribution_free(d);
    free(values);
}
END_TEST

START_TEST(intervals_of_sketches_cover)
{
    enum { ROWS = 100000, RUNS = 12 };
    truth t[EFFECTS];
    normal_truth(0.1, t);
    int covered = 0;
    double *values = calloc((size_t)2 * ROWS, sizeof *values);
    ck_assert_ptr_nonnull(values);
    shift__random random;
    shift__random_init(&random, 5, 0);
    for (int run = 0; run < RUNS; run++) {
        fill_normal(&random, values, ROWS, 0.0, 1.0);
        fill_normal(&random, values + ROWS, ROWS, 0.1, 1.0);
        shift_distribution *x = sketched(values, ROWS, (uint64_t)run);
        shift_distribution *y = sketched(values + ROWS, ROWS, (uint64_t)run + 100);
        ck_assert(x->rank_error > 0.0);
        for (int i = 0; i < EFFECTS; i++)
            covered += covers(&t[i], x, y);
        shift_distribution_free(x);
        shift_distribution_free(y);
    }
    free(values);
    ck_assert_msg(covered >= 0.93 * RUNS * EFFECTS, "%d of %d", covered, RUNS * EFFECTS);
}
END_TEST

/* A fifth of production lies beyond training; a sketch may have misplaced no more than its error */
START_TEST(share_beyond_the_range_is_known_to_the_error_of_the_sketch)
{
    enum { ROWS = 100000 };
    double *values = calloc(ROWS, sizeof *values);
    ck_assert_ptr_nonnull(values);
    for (size_t i = 0; i < ROWS; i++)
        values[i] = (double)(i * 7919 % ROWS) / ROWS;
    shift_distribution *x = sketched(values, ROWS, 1);
    for (size_t i = 0; i < ROWS; i++)
        values[i] = 1.25 * values[i];
    shift_distribution *y = sketched(values, ROWS, 2);
    shift__estimate e = estimate_of("out_of_range_share", x, y);
    double reach = y->rank_error + 2.0 * sqrt(0.2 * 0.8 / ROWS);
    ck_assert(y->rank_error > 0.0);
    ck_assert(e.low <= 0.2 && 0.2 <= e.high);
    ck_assert_double_ge(e.low, e.value - 1.01 * reach);
    ck_assert_double_le(e.high, e.value + 1.01 * reach);
    shift_distribution_free(x);
    shift_distribution_free(y);
    free(values);
}
END_TEST

/* Clopper & Pearson (1934): 8 of 20, and the rule of three */
START_TEST(interval_of_a_share_is_exact)
{
    shift__range r = shift__interval_share(8, 20);
    ck_assert_double_eq_tol(r.low, 0.1911901, 1e-6);
    ck_assert_double_eq_tol(r.high, 0.6394574, 1e-6);
    r = shift__interval_share(0, 100);
    ck_assert_double_eq(r.low, 0.0);
    ck_assert_double_eq_tol(r.high, 1.0 - pow(0.025, 0.01), 1e-10);
    r = shift__interval_share(100, 100);
    ck_assert_double_eq(r.high, 1.0);
}
END_TEST

/* Both ends against sums of the binomial law */
static double binomial_above(double n, double p, double least)
{
    double sum = 0.0;
    for (int k = (int)least; k <= (int)n; k++)
        sum += exp(lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0) + k * log(p) +
                   (n - k) * log1p(-p));
    return sum;
}

START_TEST(limits_of_a_share_leave_what_they_should)
{
    static const double rows[] = {5, 60, 1000};
    static const double beyond[] = {0.025, 0.001, 1e-8};
    double n = rows[_i % 3];
    double outside = beyond[_i / 3];
    int step = n < 14.0 ? 1 : (int)n / 7;
    for (int count = 1; count < (int)n; count += step) {
        shift__range r = shift__interval_share_at(count, n, outside);
        ck_assert_double_eq_tol(binomial_above(n, r.low, count) / outside, 1.0, 1e-8);
        double below = binomial_above(n, 1.0 - r.high, n - count);
        /* 1 - high is rounded where high is near 1 */
        ck_assert_double_eq_tol(below / outside, 1.0, 1e-8 + 1e-15 / (1.0 - r.high));
    }
}
END_TEST

/* Three of ten million: the upper limit is that of Poisson's law, 8.7673 (Garwood 1936) */
START_TEST(limits_of_a_rare_share_keep_their_digits)
{
    shift__range r = shift__interval_share(3, 1e7);
    ck_assert_double_eq_tol(r.high * 1e7, 8.7672731, 1e-5);
    ck_assert_double_eq_tol(r.low * 1e7, 0.61867211, 1e-6);
}
END_TEST

static double half_gap(const shift__pair *pair, double p, double q)
{
    (void)pair;
    return 0.5 * fabs(p - q);
}

/* One row in each of 4 rare cells, two in one; of a side with probability 1/2 */
START_TEST(chance_of_rare_cells_is_that_of_coins)
{
    shift_distribution *x = side_of_counts("a=1 b=1 e=1 z=7");
    shift_distribution *y = side_of_counts("c=1 d=1 e=1 z=7");
    shift__pair *pair = NULL;
    ck_assert_int_eq(shift__pair_new(&pair, x, y, NULL), SHIFT_OK);
    shift__chance c = shift__chance_of_rare_cells(pair, half_gap);
    ck_assert_uint_eq(c.cells, 5);
    ck_assert_double_eq_tol(c.mean, 4 * 0.05 + 0.5 * 0.1, 1e-14);
    ck_assert_double_eq_tol(c.variance, 0.05 * 0.05, 1e-14);
    shift__pair_free(pair);
    shift_distribution_free(x);
    shift_distribution_free(y);
}
END_TEST

/* No shift between many levels of which few rows tell: the lower ends have to be 0. */
START_TEST(lower_ends_stay_at_0_with_few_rows_for_many_levels)
{
    static const char *const names[] = {"total_variation", "l_infinity", "jensen_shannon",
                                        "cramers_v"};
    enum { RUNS = 100, LEVELS = 150, TRAIN = 1000, PROD = 150 };
    int zero[4] = {0};
    shift__random random;
    shift__random_init(&random, 31, 0);
    for (int run = 0; run < RUNS; run++) {
        int counts[2][LEVELS] = {{0}};
        for (int k = 0; k < TRAIN + PROD; k++) /* the lower levels are the commoner ones */
            counts[k >= TRAIN]
                  [shift__random_below(&random, 1 + shift__random_below(&random, LEVELS))]++;
        char lines[2][4096] = {"", ""};
        for (int side = 0; side < 2; side++)
            for (int i = 0; i < LEVELS; i++) {
                char text[32];
                (void)snprintf(text, sizeof text, "c%d=%d ", i, counts[side][i]);
                if (counts[side][i] > 0)
                    strncat(lines[side], text, sizeof lines[side] - strlen(lines[side]) - 1);
            }
        shift_distribution *x = side_of_counts(lines[0]);
        shift_distribution *y = side_of_counts(lines[1]);
        for (int e = 0; e < 4; e++)
            zero[e] += estimate_of(names[e], x, y).low <= 0.0;
        shift_distribution_free(x);
        shift_distribution_free(y);
    }
    for (int e = 0; e < 4; e++)
        ck_assert_msg(zero[e] >= 93, "%s: %d of %d", names[e], zero[e], RUNS);
}
END_TEST

/* What a sketch misplaces is no rule that tells the sides apart, nor a tail that is not there. */
START_TEST(sketches_of_one_distribution_do_not_differ)
{
    enum { ROWS = 100000, RUNS = 12 };
    double *values = calloc((size_t)2 * ROWS, sizeof *values);
    ck_assert_ptr_nonnull(values);
    int covered[3] = {0};
    double mean = 0.0;
    shift__random random;
    shift__random_init(&random, 6, 0);
    for (int run = 0; run < RUNS; run++) {
        fill_normal(&random, values, (size_t)2 * ROWS, 0.0, 1.0);
        for (int i = 0; i < 2 * ROWS; i++)
            values[i] = exp(values[i]);
        shift_distribution *x = sketched(values, ROWS, (uint64_t)run);
        shift_distribution *y = sketched(values + ROWS, ROWS, (uint64_t)run + 100);
        ck_assert(x->rank_deviation > 0.0 && x->rank_deviation < x->rank_error);
        shift__estimate mcc = estimate_of("mcc", x, y);
        mean += mcc.value / RUNS;
        covered[0] += mcc.low <= 0.0 && mcc.high >= 0.0;
        shift__estimate shape = estimate_of("kurtosis_shift", x, y);
        covered[1] += shape.low <= 0.0 && shape.high >= 0.0;
        shape = estimate_of("skewness_shift", x, y);
        covered[2] += shape.low <= 0.0 && shape.high >= 0.0;
        shift_distribution_free(x);
        shift_distribution_free(y);
    }
    free(values);
    ck_assert_double_le(mean, 0.002);
    for (int e = 0; e < 3; e++)
        ck_assert_int_ge(covered[e], RUNS - 2);
}
END_TEST

/* Two hundred normal values do not show that their law has no hundredth of its rows at 5, which
 * would make its skewness 0.78 and its kurtosis 2.9; ten thousand do. */
START_TEST(rows_that_may_have_been_missed_are_in_the_interval)
{
    static double values[20000];
    static const size_t sizes[] = {200, 10000};
    shift__random random;
    shift__random_init(&random, 12, 0);
    for (size_t k = 0; k < 2; k++) {
        size_t n = sizes[k];
        fill_normal(&random, values, 2 * n, 0.0, 1.0);
        shift_distribution *x = side_of(values, n);
        shift_distribution *y = side_of(values + n, n);
        shift__estimate skewness = estimate_of("skewness_shift", x, y);
        shift__estimate kurtosis = estimate_of("kurtosis_shift", x, y);
        ck_assert_int_eq(skewness.high - skewness.low > 2.0 * 0.78, k == 0);
        ck_assert_int_eq(kurtosis.high - kurtosis.low > 2.0 * 2.8, k == 0);
        shift_distribution_free(x);
        shift_distribution_free(y);
    }
}
END_TEST

/* 200 categories with two rows each: PSI is large by chance alone, and its interval says so */
START_TEST(rare_categories_do_not_fool_the_interval)
{
    char train[4096] = "";
    char prod[4096] = "";
    shift__random random;
    shift__random_init(&random, 8, 0);
    for (int i = 0; i < 200; i++) {
        char text[32];
        int in_train = (int)(shift__random_below(&random, 2) + shift__random_below(&random, 2));
        (void)snprintf(text, sizeof text, "c%d=%d ", i, in_train);
        if (in_train > 0)
            strncat(train, text, sizeof train - strlen(train) - 1);
        (void)snprintf(text, sizeof text, "c%d=%d ", i, 2 - in_train);
        if (in_train < 2)
            strncat(prod, text, sizeof prod - strlen(prod) - 1);
    }
    shift_distribution *x = side_of_counts(train);
    shift_distribution *y = side_of_counts(prod);
    shift__estimate e = estimate_of("psi", x, y);
    ck_assert(e.value > 0.5);
    ck_assert_double_eq(e.low, 0.0);
    shift_distribution_free(x);
    shift_distribution_free(y);
}
END_TEST

/* Mean and coverage of the MCC of N(0, 1) and N(delta, 1); the best rule has 2 Phi(delta/2) - 1 */
static double mean_mcc(double delta, size_t n, int runs, double *covered)
{
    double values[2000];
    double sum = 0.0;
    double best = 2.0 * normal_cdf(0.5 * delta) - 1.0;
    shift__random random;
    shift__random_init(&random, 23, n);
    *covered = 0.0;
    for (int run = 0; run < runs; run++) {
        fill_normal(&random, values, n, 0.0, 1.0);
        fill_normal(&random, values + n, n, delta, 1.0);
        shift_distribution *x = side_of(values, n);
        shift_distribution *y = side_of(values + n, n);
        shift__estimate e = estimate_of("mcc", x, y);
        sum += e.value;
        *covered += e.low <= best && best <= e.high ? 1.0 / runs : 0.0;
        shift_distribution_free(x);
        shift_distribution_free(y);
    }
    return sum / runs;
}

START_TEST(mcc_is_not_optimistic)
{
    double covered = 0.0;
    ck_assert_double_eq_tol(mean_mcc(0.0, 200, 800, &covered), 0.0, 0.005);
    ck_assert_double_ge(covered, 0.93);
    ck_assert_double_eq_tol(mean_mcc(0.0, 50, 800, &covered), 0.0, 0.01);
    ck_assert_double_ge(covered, 0.93);
}
END_TEST

START_TEST(mcc_rises_to_that_of_the_best_rule)
{
    double covered = 0.0;
    double before = 0.0;
    for (int i = 1; i <= 5; i++) {
        double delta = 0.5 * i;
        double mean = mean_mcc(delta, 500, 200, &covered);
        double best = 2.0 * normal_cdf(0.5 * delta) - 1.0;
        ck_assert_double_gt(mean, before);
        ck_assert(mean <= best + 0.005 && mean >= best - 0.04);
        ck_assert_double_ge(covered, 0.93);
        before = mean;
    }
}
END_TEST

START_TEST(mcc_of_equal_data_is_0_and_of_separate_data_1)
{
    shift_distribution *x = side_of_line("1 2 3 4 5 6 7 8");
    shift_distribution *y = side_of_line("11 12 13 14 15 16 17 18");
    ck_assert_double_eq(estimate_of("mcc", x, x).value, 0.0);
    ck_assert_double_gt(estimate_of("mcc", x, y).value, 0.9);
    shift_distribution_free(x);
    shift_distribution_free(y);
    x = side_of_counts("a=30 b=50");
    y = side_of_counts("c=40 d=40");
    ck_assert_double_eq_tol(estimate_of("mcc", x, y).value, 1.0, 1e-9);
    shift_distribution_free(x);
    shift_distribution_free(y);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("interval");
    TCase *coverage = tcase_create("coverage");
    tcase_set_timeout(coverage, 120);
    tcase_add_test(coverage, intervals_cover_no_shift);
    tcase_add_test(coverage, intervals_cover_a_shift);
    tcase_add_test(coverage, intervals_cover_with_unequal_rows);
    tcase_add_loop_test(coverage, views_of_sketches_are_small_and_as_good_as_they_say, 0, 5);
    tcase_add_test(coverage, intervals_of_sketches_cover);
    tcase_add_test(coverage, lower_ends_stay_at_0_with_few_rows_for_many_levels);
    tcase_add_test(coverage, sketches_of_one_distribution_do_not_differ);
    suite_add_tcase(suite, coverage);
    TCase *mcc = tcase_create("mcc");
    tcase_add_test(mcc, mcc_is_not_optimistic);
    tcase_add_test(mcc, mcc_rises_to_that_of_the_best_rule);
    tcase_add_test(mcc, mcc_of_equal_data_is_0_and_of_separate_data_1);
    suite_add_tcase(suite, mcc);
    TCase *parts = tcase_create("parts");
    tcase_add_test(parts, interval_of_a_share_is_exact);
    tcase_add_test(parts, share_beyond_the_range_is_known_to_the_error_of_the_sketch);
    tcase_add_loop_test(parts, limits_of_a_share_leave_what_they_should, 0, 9);
    tcase_add_test(parts, limits_of_a_rare_share_keep_their_digits);
    tcase_add_test(parts, chance_of_rare_cells_is_that_of_coins);
    tcase_add_test(parts, rows_that_may_have_been_missed_are_in_the_interval);
    tcase_add_test(parts, rare_categories_do_not_fool_the_interval);
    suite_add_tcase(suite, parts);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
