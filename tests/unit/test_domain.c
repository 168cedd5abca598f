/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The domain classifier and its learners. */
#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/joint/domain.h"
#include "compare/joint/learner.h"
#include "core/random.h"

enum { LEARNERS = 2 };

static const shift__learner *learner_at(int i)
{
    return i == 0 ? shift__learner_trees() : shift__learner_logistic();
}

/* Visibly skipped where a build leaves a learner out. */
static int skipped(int i)
{
    if (learner_at(i) != NULL)
        return 0;
    (void)printf("SKIPPED: this build has no %s\n", i == 0 ? "xgboost" : "liblinear");
    return 1;
}

static double normal(shift__random *random)
{
    double u = 1.0 - shift__random_uniform(random);
    double v = shift__random_uniform(random);
    return sqrt(-2.0 * log(u)) * cos(2.0 * 3.14159265358979323846 * v);
}

static float values[200000];

/* k rows of each side; production's first column has this mean */
static shift__table make_table(size_t k, size_t columns, double shift, uint64_t seed)
{
    shift__random random;
    shift__random_init(&random, seed, 0);
    for (size_t i = 0; i < 2 * k; i++)
        for (size_t c = 0; c < columns; c++)
            values[i * columns + c] = (float)(normal(&random) + (i >= k && c == 0 ? shift : 0.0));
    return (shift__table){values, 2 * k, columns};
}

static void count_call(void *context)
{
    ++*(int *)context;
}

static shift__domain *classify(shift__table table, int learner, uint64_t seed, unsigned threads)
{
    shift__pool *pool = NULL;
    shift__domain *domain = NULL;
    ck_assert_int_eq(shift__pool_new(&pool, threads, NULL), SHIFT_OK);
    int calls = 0;
    shift__domain_input input = {table, learner_at(learner), seed, false, count_call, &calls};
    shift_error err;
    ck_assert_msg(shift__domain_new(&domain, &input, pool, &err) == SHIFT_OK, "%s", err.message);
    ck_assert_int_eq(calls, 1); /* what is beside the folds */
    shift__pool_free(pool);
    return domain;
}

/* The best classifier of N(0, 1) against N(2, 1) cuts at 1: rates 0.841 and 0.159, MCC 0.683, AUC
 * 0.921. */
START_TEST(a_shift_is_measured)
{
    if (skipped(_i))
        return;
    shift__domain *d = classify(make_table(1000, 4, 2.0, 1), _i, 1, 2);
    ck_assert_double_eq_tol(d->mcc.value, 0.66, 0.08);
    ck_assert_double_eq_tol(d->auc.value, 0.9, 0.04);
    ck_assert_double_lt(d->mcc.low, 0.683);
    /* trees that fit the noise as well stay somewhat below the best classifier */
    ck_assert_double_gt(d->mcc.high, _i == 0 ? 0.62 : 0.683);
    ck_assert_double_lt(d->mcc.high - d->mcc.low, 0.12);
    ck_assert_double_lt(d->mcc.p, 1e-50);
    ck_assert_double_gt(d->mcc.p, 0.0);
    ck_assert_double_lt(d->auc.p, 1e-5);
    ck_assert_double_gt(d->importance[0], 0.7);
    double sum = 0.0;
    for (size_t c = 0; c < 4; c++)
        sum += d->importance[c];
    ck_assert_double_eq_tol(sum, 1.0, 1e-12);
    shift__domain_free(d);
}
END_TEST

/* Two features of the same laws on both sides, whose correlation changes sign: trees see it, a
 * linear boundary cannot. */
START_TEST(trees_see_what_a_line_cannot)
{
    if (skipped(0) || skipped(1))
        return;
    enum { K = 1000 };
    shift__random random;
    shift__random_init(&random, 5, 0);
    for (size_t i = 0; i < (size_t)2 * K; i++) {
        double a = normal(&random);
        values[2 * i] = (float)a;
        values[2 * i + 1] = (float)((i < K ? 0.9 * a : -0.9 * a) + 0.43 * normal(&random));
    }
    shift__table table = {values, (size_t)2 * K, 2};
    shift__domain *trees = classify(table, 0, 1, 2);
    shift__domain *line = classify(table, 1, 1, 2);
    ck_assert_double_gt(trees->mcc.value, 0.5);
    ck_assert_double_lt(fabs(line->mcc.value), 0.1);
    shift__domain_free(trees);
    shift__domain_free(line);
}
END_TEST

START_TEST(missing_values_are_values)
{
    if (skipped(0))
        return;
    enum { K = 300 };
    shift__random random;
    shift__random_init(&random, 6, 0);
    for (size_t i = 0; i < (size_t)2 * K; i++)
        values[i] = shift__random_uniform(&random) < (i < K ? 0.1 : 0.6) ? NAN : 1.0f;
    shift__domain *d = classify((shift__table){values, (size_t)2 * K, 1}, 0, 1, 1);
    ck_assert_double_eq_tol(d->mcc.value, 0.52, 0.08);
    shift__domain_free(d);
}
END_TEST

START_TEST(threads_do_not_change_the_scores)
{
    if (skipped(_i))
        return;
    shift__table table = make_table(200, 5, 0.3, 2);
    shift__domain *one = classify(table, _i, 3, 1);
    shift__domain *many = classify(table, _i, 3, 6);
    ck_assert_mem_eq(one->scores, many->scores, 400 * sizeof *one->scores);
    ck_assert_mem_eq(&one->mcc, &many->mcc, sizeof one->mcc);
    ck_assert_mem_eq(&one->auc, &many->auc, sizeof one->auc);
    ck_assert_mem_eq(one->importance, many->importance, 5 * sizeof *one->importance);
    shift__domain_free(one);
    shift__domain_free(many);
}
END_TEST

/* tests/bench/mcc_level.c runs this for more shapes, up to 3,000 rows a side.
 * Of 200 pairs without shift at most 14 intervals may miss 0, and the p-value holds its level: 5 %
 * of 200 is 10, with a standard deviation of 3.1. */
START_TEST(no_shift_is_covered)
{
    static const struct {
        int learner;
        size_t k, columns;
    } cases[] = {{0, 20, 2}, {1, 20, 2}, {1, 100, 12}, {1, 1000, 2}};
    if (skipped(cases[_i].learner))
        return;
    int covered = 0;
    int real = 0;
    for (uint64_t run = 0; run < 200; run++) {
        shift__table table = make_table(cases[_i].k, cases[_i].columns, 0.0, 1000 + run);
        shift__domain *d = classify(table, cases[_i].learner, run, 2);
        covered += d->mcc.low <= 0.0 && d->mcc.high >= 0.0;
        real += d->mcc.p <= 0.05;
        shift__domain_free(d);
    }
    ck_assert_int_ge(covered, 186);
    ck_assert_int_le(real, 10 + 3 * 3 + 1);
}
END_TEST

START_TEST(perfect_separation_is_not_certainty)
{
    if (skipped(0))
        return;
    shift__domain *d = classify(make_table(20, 1, 100.0, 1), 0, 1, 1);
    ck_assert_double_gt(d->mcc.value, 0.85);
    ck_assert_double_lt(d->mcc.low, d->mcc.value);
    ck_assert_double_gt(d->mcc.low, 0.4);
    ck_assert_double_le(d->mcc.high, 1.0);
    ck_assert_double_lt(d->auc.low, d->auc.value);
    ck_assert_double_gt(d->auc.low, 0.5);
    ck_assert_double_le(d->auc.high, 1.0);
    shift__domain_free(d);
}
END_TEST

START_TEST(many_separate_rows_are_nearly_certainty)
{
    if (skipped(_i))
        return;
    shift__domain *d = classify(make_table(1000, 1, 100.0, 1), _i, 1, 1);
    ck_assert_double_gt(d->auc.value, 0.998); /* trees cut the values at quantiles */
    ck_assert_double_le(d->auc.high, 1.0);
    ck_assert_double_gt(d->auc.low, 0.98);
    ck_assert_double_lt(d->auc.low, d->auc.value);
    ck_assert_double_gt(d->mcc.low, 0.98);
    shift__domain_free(d);
}
END_TEST

START_TEST(columns_that_say_nothing_give_nothing)
{
    if (skipped(_i))
        return;
    for (size_t i = 0; i < 200; i++) {
        values[2 * i] = 7.0f;
        values[2 * i + 1] = NAN;
    }
    shift__domain *d = classify((shift__table){values, 200, 2}, _i, 1, 1);
    ck_assert_double_eq(d->mcc.value, 0.0);
    ck_assert_double_eq(d->mcc.p, 1.0);
    ck_assert_double_eq_tol(d->auc.value, 0.5, 0.08);
    ck_assert_double_lt(d->mcc.low, 0.0);
    ck_assert_double_gt(d->mcc.high, 0.0);
    shift__domain_free(d);
}
END_TEST

START_TEST(too_few_rows_are_refused)
{
    shift__pool *pool = NULL;
    shift__domain *domain = NULL;
    shift_error err;
    ck_assert_int_eq(shift__pool_new(&pool, 1, NULL), SHIFT_OK);
    shift__domain_input input = {{values, 38, 2}, learner_at(0), 0, false, NULL, NULL};
    ck_assert_int_eq(shift__domain_new(&domain, &input, pool, &err), SHIFT_EINVAL);
    ck_assert_str_eq(err.message, "fewer than 20 rows of each side, or no column");
    shift__pool_free(pool);
}
END_TEST

/* Five folds of 2 + 2 rows; in each, two are called production and one of them is. All five such
 * laws put 1/6, 4/6, 1/6 on 0, 1, 2, so the sum is at least 5 with probability (1 + P(sum = 5))
 * / 2. */
START_TEST(p_value_counts_arrangements)
{
    unsigned char folds[20];
    double scores[20];
    for (size_t i = 0; i < 20; i++) {
        folds[i] = (unsigned char)(i % 5);
        scores[i] = i % 10 < 5 ? 0.9 : 0.1;
    }
    shift__domain d = {.k = 10, .columns = 1, .folds = folds, .scores = scores};
    shift__domain_figure figure;
    ck_assert_int_eq(shift__mcc_figure(&d, &figure, NULL), SHIFT_OK);
    /* 6^5 P(5) = sum over j twos and j zeros: 4^5 + 5!/(3!) 4^3 + 5!/(2! 2!) 4 = 1024 + 1280 + 120
     */
    ck_assert_double_eq_tol(figure.p, (1.0 + 2424.0 / 7776.0) / 2.0, 1e-12);
    ck_assert_double_eq(figure.value, 0.0);
    /* all right: 10 of 10; stretched, that is at least 5 + 5 / sqrt(2), or 9 of 10 */
    for (size_t i = 0; i < 20; i++)
        scores[i] = i < 10 ? 0.1 : 0.9;
    ck_assert_int_eq(shift__mcc_figure(&d, &figure, NULL), SHIFT_OK);
    ck_assert_double_eq_tol(figure.p, (1.0 + 5.0 * 4.0) / 7776.0, 1e-12);
    ck_assert_double_eq(figure.value, 1.0);
}
END_TEST

START_TEST(coefficient_is_that_of_the_table)
{
    ck_assert_double_eq(shift__mcc(50, 50, 0), 1.0);
    ck_assert_double_eq(shift__mcc(50, 0, 50), -1.0);
    ck_assert_double_eq(shift__mcc(50, 25, 25), 0.0);
    ck_assert_double_eq(shift__mcc(50, 0, 0), 0.0);
    ck_assert_double_eq(shift__mcc(50, 50, 50), 0.0);
    /* TP 40, FN 10, FP 20, TN 30: (40 * 30 - 20 * 10) / sqrt(60 * 50 * 50 * 40) */
    ck_assert_double_eq_tol(shift__mcc(50, 40, 20), 1000 / sqrt(6e6), 1e-15);
}
END_TEST

enum { RANKED = 5 };

/* Share of (training, production) pairs in which production's score is the larger; ties are a half.
 */
static double area_by_pairs(const double *scores, const bool *is_prod)
{
    double sum = 0.0;
    for (int i = 0; i < 2 * RANKED; i++)
        for (int j = 0; j < 2 * RANKED; j++)
            if (!is_prod[i] && is_prod[j])
                sum += scores[j] > scores[i] ? 1.0 : scores[j] == scores[i] ? 0.5 : 0.0;
    return sum / (RANKED * RANKED);
}

/* Variance of the area over all ways to call RANKED of the rows production's. */
static double variance_of_all_labels(const double *scores)
{
    double squares = 0.0;
    double ways = 0.0;
    for (unsigned chosen = 0; chosen < 1U << 2 * RANKED; chosen++) {
        bool is_prod[2 * RANKED];
        int n = 0;
        for (unsigned i = 0; i < 2 * RANKED; i++) {
            is_prod[i] = (chosen >> i & 1U) != 0;
            n += is_prod[i];
        }
        if (n != RANKED)
            continue;
        double off = area_by_pairs(scores, is_prod) - 0.5;
        squares += off * off;
        ways += 1.0;
    }
    return squares / ways;
}

/* DeLong's: of each side the variance of the share of the other that lies below, or above. */
static double variance_of_placements(const double *scores)
{
    double sum = 0.0;
    for (size_t side = 0; side < 2; side++) {
        double mean = 0.0;
        double square = 0.0;
        for (size_t i = side * RANKED; i < (side + 1) * RANKED; i++) {
            double below = 0.0;
            for (size_t j = (1 - side) * RANKED; j < (2 - side) * RANKED; j++)
                below += scores[j] < scores[i] ? 1.0 : scores[j] == scores[i] ? 0.5 : 0.0;
            mean += below / RANKED / RANKED;
            square += below * below / RANKED / RANKED / RANKED;
        }
        sum += (square - mean * mean) / (RANKED - 1.0);
    }
    return sum;
}

START_TEST(area_is_that_of_all_pairs)
{
    double scores[] = {0.1, 0.2, 0.4, 0.98, 0.99, 0.3, 0.4, 0.4, 0.9, 0.95};
    const bool is_prod[] = {false, false, false, false, false, true, true, true, true, true};
    shift__domain d = {.k = RANKED, .columns = 1, .scores = scores};
    shift__domain_figure figure;
    ck_assert_int_eq(shift__auc_figure(&d, &figure, NULL), SHIFT_OK);
    double auc = area_by_pairs(scores, is_prod);
    ck_assert_double_eq_tol(figure.value, auc, 1e-12);
    /* the scores come from five models, not one: twice the variance */
    double z = (auc - 0.5) / sqrt(2.0 * variance_of_all_labels(scores));
    ck_assert_double_eq_tol(figure.p, 0.5 * erfc(z / sqrt(2.0)), 1e-9);
    double half = 1.959964 * sqrt(2.0 * variance_of_placements(scores)) / (auc * (1.0 - auc));
    double logit = log(auc / (1.0 - auc));
    ck_assert_double_eq_tol(log(figure.low / (1.0 - figure.low)), logit - half, 1e-4);
    ck_assert_double_eq_tol(log(figure.high / (1.0 - figure.high)), logit + half, 1e-4);
}
END_TEST

START_TEST(limits_do_not_know_which_origin_is_called_which)
{
    static const double called[][2] = {{5, 40}, {50, 52}, {0, 50}, {12, 13}, {90, 20}};
    for (size_t i = 0; i < sizeof called / sizeof *called; i++) {
        double one[2];
        double other[2];
        shift__mcc_interval(100, 100, called[i][0], called[i][1], one);
        shift__mcc_interval(100, 100, called[i][1], called[i][0], other);
        ck_assert_double_eq_tol(one[0], -other[1], 1e-12);
        ck_assert_double_eq_tol(one[1], -other[0], 1e-12);
        shift__mcc_interval(100, 100, 100 - called[i][1], 100 - called[i][0], other);
        ck_assert_double_eq_tol(one[0], other[0], 1e-12);
        ck_assert_double_eq_tol(one[1], other[1], 1e-12);
        ck_assert_double_le(one[0], shift__mcc(100, called[i][1], called[i][0]));
        ck_assert_double_ge(one[1], shift__mcc(100, called[i][1], called[i][0]));
        shift__mcc_interval(10000, 10000, 100 * called[i][0], 100 * called[i][1], other);
        ck_assert(one[0] < other[0] && other[1] < one[1]); /* of more rows, narrower */
    }
}
END_TEST

static Suite *domain_suite(void)
{
    Suite *suite = suite_create("domain");
    TCase *shift = tcase_create("shift");
    tcase_set_timeout(shift, 60);
    tcase_add_loop_test(shift, a_shift_is_measured, 0, LEARNERS);
    tcase_add_test(shift, trees_see_what_a_line_cannot);
    tcase_add_test(shift, missing_values_are_values);
    tcase_add_loop_test(shift, threads_do_not_change_the_scores, 0, LEARNERS);
    tcase_add_test(shift, perfect_separation_is_not_certainty);
    tcase_add_loop_test(shift, many_separate_rows_are_nearly_certainty, 0, LEARNERS);
    tcase_add_loop_test(shift, columns_that_say_nothing_give_nothing, 0, LEARNERS);
    tcase_add_test(shift, too_few_rows_are_refused);
    tcase_add_test(shift, p_value_counts_arrangements);
    tcase_add_test(shift, coefficient_is_that_of_the_table);
    tcase_add_test(shift, area_is_that_of_all_pairs);
    tcase_add_test(shift, limits_do_not_know_which_origin_is_called_which);
    suite_add_tcase(suite, shift);
    TCase *null = tcase_create("no shift");
    tcase_set_timeout(null, 250);
    tcase_add_loop_test(null, no_shift_is_covered, 0, 4);
    suite_add_tcase(suite, null);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(domain_suite());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
