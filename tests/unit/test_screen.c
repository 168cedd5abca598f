/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which columns of a wide table are looked at, and the domain classifier of such a table. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/joint/domain.h"
#include "compare/joint/gram.h"
#include "compare/joint/screen.h"
#include "core/random.h"

enum { K = 300, MOST = 700, CHOSEN = 20 };

static float values[2 * K * MOST];
static float labels[2 * K];
static shift__random random_state;

static double normal(void)
{
    double u = 1.0 - shift__random_uniform(&random_state);
    double v = shift__random_uniform(&random_state);
    return sqrt(-2.0 * log(u)) * cos(2.0 * 3.14159265358979323846 * v);
}

/* Columns with a common factor, K rows of label 0, then K of label 1. */
static shift__table make_table(size_t columns, uint64_t seed)
{
    shift__random_init(&random_state, seed, 0);
    for (size_t r = 0; r < 2 * (size_t)K; r++) {
        double common = normal();
        labels[r] = r < K ? 0.0f : 1.0f;
        for (size_t c = 0; c < columns; c++)
            values[r * columns + c] = (float)(0.6 * common + 0.8 * normal());
    }
    return (shift__table){values, 2 * (size_t)K, columns};
}

static bool chosen_of(const shift__table *table, size_t column)
{
    size_t chosen[CHOSEN];
    bool found = false;
    ck_assert_int_eq(shift__screen(chosen, CHOSEN, table, labels, NULL), SHIFT_OK);
    for (size_t i = 0; i < CHOSEN; i++) {
        ck_assert_uint_lt(chosen[i], table->columns);
        ck_assert(i == 0 || chosen[i - 1] < chosen[i]);
        found |= chosen[i] == column;
    }
    return found;
}

static void change_mean(float *x)
{
    *x += 0.7f;
}

static void change_spread(float *x)
{
    *x *= 2.0f;
}

static void change_sign(float *x)
{
    *x = -*x;
}

static void lose(float *x)
{
    *x = shift__random_below(&random_state, 5) == 0 ? NAN : *x;
}

static void make_heavy(float *x)
{
    *x = (float)tan(1.5 * (double)fmaxf(-1.0f, fminf(1.0f, *x)));
}

/* In one column of 700; a changed sign moves nothing in the column by itself. */
START_TEST(a_changed_column_is_chosen)
{
    static void (*const changes[])(float *) = {change_mean, change_spread, change_sign, lose,
                                               make_heavy};
    const size_t column = 637;
    shift__table table = make_table(MOST, 5);
    if (_i == 2) /* of more than 512 columns, the correlations of those that differ most */
        table = make_table(512, 5);
    size_t at = column % table.columns;
    for (size_t r = K; r < 2 * (size_t)K; r++)
        changes[_i](&values[r * table.columns + at]);
    ck_assert(chosen_of(&table, at));
}
END_TEST

START_TEST(columns_without_values_or_with_one_are_no_obstacle)
{
    shift__table table = make_table(90, 1);
    for (size_t r = 0; r < table.rows; r++) {
        values[r * 90 + 3] = NAN;
        values[r * 90 + 4] = 1.0f;
        values[r * 90 + 5] = r < K ? 0.0f : NAN;
    }
    ck_assert(!chosen_of(&table, 3));
    ck_assert(!chosen_of(&table, 4));
    ck_assert(chosen_of(&table, 5));
}
END_TEST

START_TEST(variants_of_products_are_exact)
{
    enum { ROWS = 301, N = 48 };
    static float codes[ROWS * N], got[N * N];
    shift__random_init(&random_state, 2, 0);
    for (size_t i = 0; i < (size_t)ROWS * N; i++)
        codes[i] = (float)shift__random_below(&random_state, 17);
    for (int variant = 0; variant < 3; variant++) {
        if (!shift__gram_variant(variant, got, codes, ROWS, N)) {
            ck_assert_int_gt(variant, 0);
            continue;
        }
        for (size_t i = 0; i < N; i++)
            for (size_t j = i; j < N; j++) {
                long sum = 0;
                for (size_t r = 0; r < ROWS; r++)
                    sum += (long)codes[r * N + i] * (long)codes[r * N + j];
                ck_assert(got[i * N + j] == (float)sum);
            }
    }
}
END_TEST

static shift__domain *classify(shift__table table, unsigned threads)
{
    shift__pool *pool = NULL;
    shift__domain *domain = NULL;
    ck_assert_int_eq(shift__pool_new(&pool, threads, NULL), SHIFT_OK);
    shift__domain_input input = {table, shift__learner_trees(), 3, false, NULL, NULL};
    ck_assert_int_eq(shift__domain_new(&domain, &input, pool, NULL), SHIFT_OK);
    shift__pool_free(pool);
    return domain;
}

START_TEST(a_wide_table_is_told_apart_by_the_column_that_moved)
{
    if (shift__learner_trees() == NULL) {
        (void)printf("SKIPPED: this build has no xgboost\n");
        return;
    }
    shift__table table = make_table(200, 8);
    for (size_t r = K; r < table.rows; r++)
        values[r * 200 + 150] += 1.5f;
    shift__domain *one = classify(table, 1);
    shift__domain *three = classify(table, 3);
    ck_assert_mem_eq(one->scores, three->scores, table.rows * sizeof *one->scores);
    ck_assert_double_gt(one->mcc.low, 0.1);
    for (size_t c = 0; c < 200; c++)
        ck_assert(c == 150 || one->importance[c] < one->importance[150]);
    shift__domain_free(one);
    shift__domain_free(three);
}
END_TEST

/* Choosing columns by rows that a model is tested on would tell any two samples apart. */
START_TEST(a_wide_table_without_shift_is_not_told_apart)
{
    if (shift__learner_trees() == NULL) {
        (void)printf("SKIPPED: this build has no xgboost\n");
        return;
    }
    double sum = 0.0;
    enum { RUNS = 8 };
    for (uint64_t seed = 0; seed < RUNS; seed++) {
        shift__domain *domain = classify(make_table(MOST, seed), 2);
        sum += domain->mcc.value;
        shift__domain_free(domain);
    }
    /* 5 standard errors, variance doubled; an honest mean is 0 */
    ck_assert_double_lt(fabs(sum / RUNS), 5.0 * sqrt(2.0 / (2.0 * K * RUNS)));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("screen");
    TCase *found = tcase_create("found");
    tcase_set_timeout(found, 60);
    tcase_add_loop_test(found, a_changed_column_is_chosen, 0, 5);
    tcase_add_test(found, columns_without_values_or_with_one_are_no_obstacle);
    tcase_add_test(found, variants_of_products_are_exact);
    tcase_add_test(found, a_wide_table_is_told_apart_by_the_column_that_moved);
    tcase_add_test(found, a_wide_table_without_shift_is_not_told_apart);
    suite_add_tcase(suite, found);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
