/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests that decide: known answers, and their level over all ways to split small pools. */
#include <check.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/conditional.h"
#include "compare/statistics/scores.h"
#include "sides.h"

/* scipy 1.10: betabinom.sf(k - 1, n, 2, m - 1) */
START_TEST(values_outside_follow_the_beta_binomial_law)
{
    ck_assert_double_eq_tol(shift__tail_outside(1000, 1000, 12).p, 0.00166174589629764, 1e-11);
    ck_assert_double_eq_tol(shift__tail_outside(10, 7, 3).p, 0.16176470588235325, 1e-14);
    ck_assert_double_eq_tol(shift__tail_outside(50, 10000, 5).p, 0.9996407225995481, 1e-10);
    ck_assert_double_eq(shift__tail_outside(10, 7, 0).p, 1.0);
    /* the direct product and the factorials meet */
    double below = shift__tail_outside(1e7, 1e7, 9999).log10_p;
    double above = shift__tail_outside(1e7, 1e7, 10000).log10_p;
    ck_assert_double_eq_tol(above - below, log10(0.5), 1e-3);
}
END_TEST

/* Twice the smaller tail of scipy's hypergeom */
START_TEST(fisher_agrees_with_scipy)
{
    ck_assert_double_eq_tol(shift__tail_fisher(3, 10, 9, 12).p, 0.09121219337937606, 1e-13);
    ck_assert_double_eq_tol(shift__tail_fisher(100, 5000, 3, 20).p, 0.014839598699293442, 1e-11);
    double p = shift__tail_fisher(0, 1e6, 2, 50).p;
    ck_assert_double_eq_tol(p / 4.899514935975437e-09, 1.0, 1e-6);
    ck_assert_double_eq(shift__tail_fisher(5, 10, 5, 10).p, 1.0);
}
END_TEST

/* scipy's gamma law with shape 4 / skewness^2 */
START_TEST(pearson3_agrees_with_scipy)
{
    ck_assert_double_eq_tol(shift__tail_pearson3(3.0, 0.5).p, 0.01085149071167241, 1e-14);
    ck_assert_double_eq_tol(shift__tail_pearson3(3.0, -0.5).p, 9.785221439755674e-06, 1e-17);
    ck_assert_double_eq_tol(shift__tail_pearson3(0.4, 2.0).p, 0.4931939278832129, 1e-13);
    ck_assert_double_eq_tol(shift__tail_pearson3(12.0, 0.01).p / 5.5907567129936e-32, 1.0, 1e-9);
    ck_assert_double_eq_tol(shift__tail_pearson3(2.0, 1e-9).p, 0.04550026389635842, 1e-9);
    ck_assert(shift__tail_pearson3(60.0, 1e-4).log10_p < -700.0);
}
END_TEST

/* Worked out from the definition in numpy, ties and all */
START_TEST(score_tests_agree_with_numpy)
{
    shift_distribution *x = side_of_line("1 1 2 2 2 3.5 4 7 7 9 12");
    shift_distribution *y = side_of_line("2 2 3 3.5 7 8 8 10 15 15");
    shift__estimate location = estimate_of("normal_scores", x, y);
    ck_assert_double_eq_tol(location.value, 0.7109859453509318, 1e-13);
    ck_assert_double_eq_tol(location.tail.p, 0.10338432662992886, 1e-12);
    shift__estimate scale = estimate_of("klotz", x, y);
    ck_assert_double_eq_tol(scale.value, -0.00920306536546094, 1e-13);
    ck_assert_double_eq_tol(scale.tail.p, 0.9899074544119043, 1e-11);
    /* the other way round */
    ck_assert_double_eq_tol(estimate_of("normal_scores", y, x).value, -location.value, 1e-14);
    ck_assert_double_eq_tol(estimate_of("normal_scores", y, x).tail.p, location.tail.p, 1e-12);
    shift_distribution_free(x);
    shift_distribution_free(y);
}
END_TEST

/* Integral over the places below u of z, or of z^2, with a quantile of its own; z is cut off at the
 * places `cut` from both ends */
static double plain_integral(double u, double cut, bool squared)
{
    double inner = fmin(fmax(u, cut), 1.0 - cut);
    double k = cut > 0.0 ? -gsl_cdf_ugaussian_Pinv(cut) : 0.0;
    double outside = squared ? k * k * (fmin(u, cut) + fmax(u - (1.0 - cut), 0.0))
                             : k * (fmax(u - (1.0 - cut), 0.0) - fmin(u, cut));
    double f_cut = cut > 0.0 ? gsl_ran_ugaussian_pdf(k) : 0.0;
    if (inner <= 0.0 || inner >= 1.0)
        return outside + (squared ? inner : 0.0);
    double z = gsl_cdf_ugaussian_Pinv(inner);
    double f = gsl_ran_ugaussian_pdf(z);
    return outside + (squared ? inner - cut - z * f - k * f_cut : f_cut - f);
}

static shift__score_sums plain_sums(const shift__pair *pair, double cut, bool squared)
{
    double total = pair->m + pair->n;
    double mean = squared ? plain_integral(1.0, cut, true) : 0.0;
    shift__score_sums sums = {0.0, 0.0, 0.0};
    double done = 0.0;
    double prod_done = 0.0;
    for (size_t i = 0; i < pair->n_pooled; i++) {
        double upto = (double)(pair->train_below[i] + pair->prod_below[i]);
        double of_prod = (double)pair->prod_below[i] - prod_done;
        double count = upto - done;
        double score = (plain_integral(upto / total, cut, squared) -
                        plain_integral(done / total, cut, squared)) *
                           (total / count) -
                       mean;
        sums.gaps += (of_prod * pair->m - (count - of_prod) * pair->n) * score;
        sums.squares += count * score * score;
        sums.cubes += count * score * score * score;
        done = upto;
        prod_done = (double)pair->prod_below[i];
    }
    return sums;
}

/* Thousands of values have their quantiles from series. */
START_TEST(scores_of_many_values_are_those_of_their_definition)
{
    enum { MANY = 40000 };
    shift__random random;
    shift__random_init(&random, 4, 0);
    double *values = malloc(MANY * sizeof *values);
    fill_normal(&random, values, MANY, 0.0, 1.0);
    shift_distribution *x = side_of(values, MANY);
    fill_normal(&random, values, MANY / 2, 0.1, 1.2);
    shift_distribution *y = side_of(values, MANY / 2);
    shift__pair *pair = NULL;
    ck_assert_int_eq(shift__pair_new(&pair, x, y, NULL), SHIFT_OK);
    pair->rank_error = _i == 0 ? 0.0 : 0.01 / _i; /* scores are cut off at 4 times that */
    shift__scores_measure(pair);
    for (int squared = 0; squared < 2; squared++) {
        shift__score_sums sums = squared == 1 ? pair->squared_scores : pair->normal_scores;
        shift__score_sums plain = plain_sums(pair, 4.0 * pair->rank_error, squared == 1);
        ck_assert_double_eq_tol(sums.gaps / plain.gaps, 1.0, 1e-10);
        ck_assert_double_eq_tol(sums.squares / plain.squares, 1.0, 1e-10);
        ck_assert_double_eq_tol(sums.cubes / plain.squares, plain.cubes / plain.squares, 1e-10);
    }
    shift__pair_free(pair);
    shift_distribution_free(x);
    shift_distribution_free(y);
    free(values);
}
END_TEST

enum { POOL = 14 };

/* Every way to choose `n` of a pool of values as production; how often p is at most a level. */
static void check_level(const char *statistic, const double *pool, size_t n)
{
    static const double levels[] = {0.05, 0.01, 0.003};
    double rejected[3] = {0.0, 0.0, 0.0};
    double splits = 0.0;
    for (unsigned set = 0; set < 1u << POOL; set++) {
        double sides[2][POOL];
        size_t count[2] = {0, 0};
        for (size_t i = 0; i < POOL; i++) {
            size_t side = set >> i & 1u;
            sides[side][count[side]++] = pool[i];
        }
        if (count[1] != n)
            continue;
        shift_distribution *x = side_of(sides[0], count[0]);
        shift_distribution *y = side_of(sides[1], count[1]);
        double p = estimate_of(statistic, x, y).tail.p;
        for (int k = 0; k < 3; k++)
            rejected[k] += p <= levels[k];
        splits += 1.0;
        shift_distribution_free(x);
        shift_distribution_free(y);
    }
    for (int k = 0; k < 3; k++)
        ck_assert_msg(rejected[k] / splits <= 1.3 * levels[k] + 2.0 / splits,
                      "%s with %zu: %g of splits at level %g", statistic, n, rejected[k] / splits,
                      levels[k]);
}

START_TEST(score_tests_hold_their_level_over_all_splits)
{
    static const double distinct[POOL] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
    static const double tied[POOL] = {0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 3, 5, 8, 8};
    static const size_t sizes[] = {4, 5, 7};
    size_t n = sizes[_i];
    check_level("normal_scores", distinct, n);
    check_level("klotz", distinct, n);
    check_level("normal_scores", tied, n);
    check_level("klotz", tied, n);
    check_level("out_of_range_share", distinct, n);
    check_level("out_of_range_share", tied, n);
}
END_TEST

/* Counts of random splits of a pool of categories, as a line for side_of_counts() */
static void split_counts(shift__random *random, const unsigned *totals, size_t n, unsigned chosen,
                         char *train, char *prod)
{
    unsigned left = 0;
    for (size_t i = 0; i < n; i++)
        left += totals[i];
    char *ends[] = {train, prod};
    *train = *prod = '\0';
    for (size_t i = 0; i < n; i++) {
        unsigned in_prod = 0;
        for (unsigned k = 0; k < totals[i]; k++, left--)
            if (shift__random_below(random, left) < chosen) {
                chosen--;
                in_prod++;
            }
        unsigned counts[] = {totals[i] - in_prod, in_prod};
        for (int side = 0; side < 2; side++)
            if (counts[side] > 0)
                ends[side] += snprintf(ends[side], 24, "c%zu=%u ", i, counts[side]);
    }
}

START_TEST(tests_of_categories_hold_their_level)
{
    static const unsigned totals[] = {40, 25, 12, 9, 6, 4, 3, 2, 2, 1, 1, 1, 1, 1};
    enum { DRAWS = 8000, KINDS = sizeof totals / sizeof *totals };
    static const unsigned chosen[] = {12, 30, 54};
    static const char *const names[] = {"chi_square_merged", "new_category_share"};
    unsigned rejected[2] = {0, 0};
    shift__random random;
    shift__random_init(&random, 11, (uint64_t)_i);
    for (int draw = 0; draw < DRAWS; draw++) {
        char train[512];
        char prod[512];
        split_counts(&random, totals, KINDS, chosen[_i], train, prod);
        shift_distribution *x = side_of_counts(train);
        shift_distribution *y = side_of_counts(prod);
        for (int k = 0; k < 2; k++)
            rejected[k] += estimate_of(names[k], x, y).tail.p <= 0.01;
        shift_distribution_free(x);
        shift_distribution_free(y);
    }
    for (int k = 0; k < 2; k++)
        ck_assert_msg(rejected[k] <= 0.013 * DRAWS + 3 * sqrt(0.01 * DRAWS), "%s: %u of %d",
                      names[k], rejected[k], (int)DRAWS);
}
END_TEST

START_TEST(new_categories_are_found)
{
    shift_distribution *x = side_of_counts("a=100 b=100 c=100");
    shift_distribution *fresh = side_of_counts("d=100 e=100 f=100");
    shift_distribution *once = side_of_counts("a=17 b=16 c=16 d=1");
    ck_assert(estimate_of("new_category_share", x, fresh).tail.log10_p < -80.0);
    ck_assert_double_eq(estimate_of("new_category_share", x, x).tail.p, 1.0);
    /* one row of 350 is alone in its category: one time in seven it is production's */
    ck_assert_double_eq_tol(estimate_of("new_category_share", x, once).tail.p, 50.0 / 350.0, 1e-6);
    shift_distribution_free(x);
    shift_distribution_free(fresh);
    shift_distribution_free(once);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("conditional");
    TCase *known = tcase_create("known answers");
    tcase_add_test(known, values_outside_follow_the_beta_binomial_law);
    tcase_add_test(known, fisher_agrees_with_scipy);
    tcase_add_test(known, pearson3_agrees_with_scipy);
    tcase_add_test(known, score_tests_agree_with_numpy);
    tcase_add_loop_test(known, scores_of_many_values_are_those_of_their_definition, 0, 3);
    tcase_add_test(known, new_categories_are_found);
    suite_add_tcase(suite, known);
    TCase *level = tcase_create("level");
    tcase_set_timeout(level, 120);
    tcase_add_loop_test(level, score_tests_hold_their_level_over_all_splits, 0, 3);
    tcase_add_loop_test(level, tests_of_categories_hold_their_level, 0, 3);
    suite_add_tcase(suite, level);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
