/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows that depend on those before them: how many make one, when that counts, and what it makes of
 * a decision. The truth for z_t = rho z_(t-1) + e_t is (1 + rho) / (1 - rho). */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/dependence.h"
#include "core/random.h"
#include "shift/comparison.h"
#include "sides.h"

enum { MOST = 400000 };

static double x[MOST];

static void fill_series(uint64_t seed, size_t n, double rho)
{
    shift__random random;
    shift__random_init(&random, seed, 0);
    fill_normal(&random, x, n, 0.0, 1.0);
    for (size_t i = 1; i < n; i++)
        x[i] = rho * x[i - 1] + sqrt(1.0 - rho * rho) * x[i];
}

/* One column "x" from `x`, of this kind; in batches of `rows` */
static shift_profile *profile_of(size_t n, size_t rows, shift_kind kind)
{
    shift_schema *schema = NULL;
    shift_profile *profile = NULL;
    ck_assert_int_eq(shift_schema_new(&schema, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "x", kind, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_profile_new(&profile, schema, NULL, NULL), SHIFT_OK);
    for (size_t from = 0; from < n; from += rows) {
        shift_column column = {.numbers = x + from};
        shift_batch batch = {n - from < rows ? n - from : rows, 1, &column};
        ck_assert_int_eq(shift_profile_add(profile, &batch, NULL), SHIFT_OK);
    }
    shift_schema_free(schema);
    return profile;
}

/* Five levels of a series, as text */
static shift_profile *texts_of(uint64_t seed, size_t n, double rho)
{
    static const char letters[] = "abcde";
    shift_schema *schema = NULL;
    shift_profile *profile = NULL;
    fill_series(seed, n, rho);
    uint32_t *begin = calloc(n, sizeof *begin);
    uint32_t *end = calloc(n, sizeof *end);
    for (size_t i = 0; i < n; i++) {
        begin[i] = (uint32_t)(fmin(fmax(x[i] + 2.5, 0.0), 4.0));
        end[i] = begin[i] + 1;
    }
    ck_assert_int_eq(shift_schema_new(&schema, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "x", SHIFT_KIND_CATEGORICAL, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_profile_new(&profile, schema, NULL, NULL), SHIFT_OK);
    shift_column column = {NULL, letters, begin, end, NULL};
    shift_batch batch = {n, 1, &column};
    ck_assert_int_eq(shift_profile_add(profile, &batch, NULL), SHIFT_OK);
    free(begin);
    free(end);
    shift_schema_free(schema);
    return profile;
}

/* Column "x" of the whole numbers from 0 to 9999 in `x`, as text; in batches of `rows` */
static shift_profile *whole_numbers_of(size_t n, size_t rows, uint32_t counters)
{
    enum { NUMBERS = 10000, DIGITS = 4 };
    shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
    shift_schema *schema = NULL;
    shift_profile *profile = NULL;
    char *bytes = malloc(NUMBERS * DIGITS + 1);
    uint32_t *begin = calloc(2 * n, sizeof *begin);
    uint32_t *end = begin + n;
    options.categories = counters;
    for (size_t i = 0; i < NUMBERS; i++)
        (void)snprintf(bytes + i * DIGITS, DIGITS + 1, "%04zu", i);
    for (size_t i = 0; i < n; i++) {
        begin[i] = DIGITS * (uint32_t)x[i];
        end[i] = begin[i] + DIGITS;
    }
    ck_assert_int_eq(shift_schema_new(&schema, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "x", SHIFT_KIND_CATEGORICAL, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_profile_new(&profile, schema, &options, NULL), SHIFT_OK);
    for (size_t from = 0; from < n; from += rows) {
        shift_column column = {NULL, bytes, begin + from, end + from, NULL};
        shift_batch batch = {n - from < rows ? n - from : rows, 1, &column};
        ck_assert_int_eq(shift_profile_add(profile, &batch, NULL), SHIFT_OK);
    }
    free(bytes);
    free(begin);
    shift_schema_free(schema);
    return profile;
}

/* By the profile, which is released */
static shift__inflation inflation_of(shift_profile *profile, bool sure)
{
    shift_distribution *d = NULL;
    ck_assert_int_eq(shift_distribution_of_profile(&d, profile, 0, NULL), SHIFT_OK);
    shift__inflation found = shift__inflation_of(shift__profile_feature(profile, 0), d, sure);
    shift_distribution_free(d);
    shift_profile_free(profile);
    return found;
}

static double rows_for_one(shift_profile *profile)
{
    return inflation_of(profile, false).values;
}

static double of_series(size_t n, double rho)
{
    fill_series(7, n, rho);
    return rows_for_one(profile_of(n, 5000, SHIFT_KIND_NUMERIC));
}

START_TEST(rows_for_one_are_those_of_an_autoregression)
{
    ck_assert_double_eq_tol(of_series(100000, 0.5), 3.0, 0.6);
    ck_assert_double_eq_tol(of_series(100000, 0.9), 19.0, 5.0);
    ck_assert_double_eq_tol(of_series(400000, 0.99), 199.0, 60.0);
    ck_assert_double_gt(of_series(400, 0.9), 10.0);
}
END_TEST

START_TEST(independent_rows_are_not_touched)
{
    for (uint64_t seed = 1; seed <= 200; seed++) {
        fill_series(seed, 3000, 0.0);
        ck_assert_double_eq(rows_for_one(profile_of(3000, 3000, SHIFT_KIND_NUMERIC)), 1.0);
        ck_assert_double_eq(rows_for_one(texts_of(seed, 500, 0.0)), 1.0);
    }
}
END_TEST

/* Whether two such series, of normal numbers, are taken for series */
static bool are_series(uint64_t seed, size_t n, double rho, bool train, bool prod)
{
    fill_series(seed, n, rho);
    shift_profile *a = train ? profile_of(n, n, SHIFT_KIND_NUMERIC) : NULL;
    fill_series(seed + 1, n, rho);
    shift_profile *b = prod ? profile_of(n, n, SHIFT_KIND_NUMERIC) : NULL;
    bool found = shift__rows_are_series(a, b);
    shift_profile_free(a);
    shift_profile_free(b);
    return found;
}

static int series_in(int runs, double rho, bool train, bool prod)
{
    int found = 0;
    for (int i = 0; i < runs; i++)
        found += are_series(1000 + 2 * (uint64_t)i, 200, rho, train, prod);
    return found;
}

/* Neighbours that share no value correlate by 0.3 with a standard deviation of 0.09 on a side; the
 * level is 0.5 %, in three tests of the two, in one of the one side. */
START_TEST(both_sides_say_together_that_rows_are_a_series)
{
    ck_assert_int_ge(series_in(100, 0.3, true, true), 80);
    ck_assert_int_ge(series_in(100, 0.5, true, false), 95);
    ck_assert_int_ge(series_in(100, 0.5, false, true), 95);
    ck_assert_int_le(series_in(1000, 0.0, true, true), 12);
    ck_assert_int_le(series_in(1000, 0.0, false, true), 12);
    ck_assert(!shift__rows_are_series(NULL, NULL));
}
END_TEST

/* 16 pairs of neighbours can tell, fewer cannot; nor can values that are all the same. */
START_TEST(few_rows_are_no_series)
{
    for (size_t n = 31; n <= 32; n++) {
        for (size_t i = 0; i < n; i++)
            x[i] = sin((double)i / 3.0);
        shift_profile *profile = profile_of(n, n, SHIFT_KIND_NUMERIC);
        ck_assert_int_eq(shift__rows_are_series(profile, NULL), n == 32);
        shift_profile_free(profile);
    }
    for (size_t i = 0; i < 100; i++)
        x[i] = 7.0;
    shift_profile *constant = profile_of(100, 100, SHIFT_KIND_NUMERIC);
    ck_assert(!shift__rows_are_series(constant, NULL));
    shift_profile_free(constant);
}
END_TEST

/* Whether two sides of `n` independent rows are taken for series, of numbers that are 1 in one row
 * of a hundred. That two of them are neighbours is some deviations from what is expected, and
 * happens on every tenth of such sides. */
static bool are_flags_series(uint64_t seed, size_t n)
{
    shift_profile *sides[2];
    for (uint64_t k = 0; k < 2; k++) {
        fill_series(2 * seed + k, n, 0.0);
        for (size_t i = 0; i < n; i++)
            x[i] = x[i] > 2.3263 ? 1.0 : 0.0;
        sides[k] = profile_of(n, n, SHIFT_KIND_NUMERIC);
    }
    bool found = shift__rows_are_series(sides[0], sides[1]);
    shift_profile_free(sides[0]);
    shift_profile_free(sides[1]);
    return found;
}

/* The same of texts, of the whole numbers up to `most` or so, low ones more often */
static bool are_texts_series(uint64_t seed, size_t n, double most, size_t rows, uint32_t counters)
{
    shift_profile *sides[2];
    for (uint64_t k = 0; k < 2; k++) {
        fill_series(2 * seed + k, n, 0.0);
        for (size_t i = 0; i < n; i++)
            x[i] = fmin(floor(fabs(x[i]) * most), 9999.0);
        sides[k] = whole_numbers_of(n, rows, counters);
    }
    bool found = shift__rows_are_series(sides[0], sides[1]);
    shift_profile_free(sides[0]);
    shift_profile_free(sides[1]);
    return found;
}

/* 4 of 200 are 2 %; by the level it is one. */
START_TEST(rare_values_that_meet_by_chance_are_no_series)
{
    int flags = 0;
    int many = 0;   /* texts, of which hardly two are equal */
    int beyond = 0; /* their counters */
    int few =
        0; /* hardly one of which is not the commonest, in batches that are looked at in part */
    for (uint64_t seed = 1; seed <= 200; seed++) {
        flags += are_flags_series(seed, 1000);
        many += are_texts_series(seed, 20000, 5000.0, 10000, 0);
        beyond += are_texts_series(seed, 768, 200.0, 256, 64);
        few += are_texts_series(seed, 8192, 0.45, 4096, 0);
    }
    ck_assert_int_le(flags, 4);
    ck_assert_int_le(many, 4);
    ck_assert_int_le(beyond, 4);
    ck_assert_int_le(few, 4);
}
END_TEST

/* Chance makes rows far apart as alike as neighbours: where another column says that rows are a
 * series, a text that has no part in it must not be taken for one that lasts. */
START_TEST(a_text_beside_a_series_is_worth_its_rows)
{
    int lasting = 0;
    for (uint64_t seed = 1; seed <= 200; seed++)
        lasting += inflation_of(texts_of(seed, 200, 0.0), true).lasting > 2.0;
    ck_assert_int_le(lasting, 8); /* 24 where rows far apart are believed */
}
END_TEST

START_TEST(what_a_text_tells_lasts_longer_than_its_levels)
{
    shift__inflation found = inflation_of(texts_of(5, 5000, 0.9), false);
    ck_assert_double_gt(found.lasting, 1.2 * found.values);
    ck_assert_double_lt(found.lasting, 40.0);
}
END_TEST

/* Training is of independent rows, production follows itself */
START_TEST(a_side_whose_neighbours_do_not_correlate_learns_no_more_than_it_could_hide)
{
    fill_series(2, 2000, 0.0);
    shift__dependence d;
    d.train = inflation_of(profile_of(2000, 2000, SHIFT_KIND_NUMERIC), true);
    fill_series(2, 2000, 0.9);
    d.prod = inflation_of(profile_of(2000, 2000, SHIFT_KIND_NUMERIC), true);
    ck_assert_double_lt(d.train.bound, 1.5);
    ck_assert(isinf(d.prod.bound));
    shift_distribution side = {.n = 2000, .rows = 2000};
    shift__share_inflation(&d, &side, &side);
    ck_assert_double_lt(d.train.values, 1.5);
    ck_assert_double_gt(d.prod.values, 10.0);
}
END_TEST

START_TEST(it_does_not_matter_how_rows_come)
{
    fill_series(3, 20000, 0.9);
    double whole = rows_for_one(profile_of(20000, 20000, SHIFT_KIND_NUMERIC));
    double pieces = rows_for_one(profile_of(20000, 777, SHIFT_KIND_NUMERIC));
    ck_assert_double_eq_tol(pieces, whole, 0.05 * whole);
}
END_TEST

START_TEST(merged_and_saved_profiles_know_it)
{
    shift_profile *all = NULL;
    for (uint64_t part = 0; part < 10; part++) {
        fill_series(part + 1, 5000, 0.9);
        shift_profile *one = profile_of(5000, 5000, SHIFT_KIND_NUMERIC);
        if (all == NULL) {
            all = one;
            continue;
        }
        ck_assert_int_eq(shift_profile_merge(all, one, NULL), SHIFT_OK);
        shift_profile_free(one);
    }
    unsigned char *bytes = NULL;
    size_t n = 0;
    shift_profile *loaded = NULL;
    ck_assert_int_eq(shift_profile_encode(all, &bytes, &n, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_profile_decode(&loaded, bytes, n, "it", NULL), SHIFT_OK);
    free(bytes);
    double found = rows_for_one(all);
    ck_assert_double_eq_tol(found, 19.0, 4.0);
    ck_assert_double_eq(rows_for_one(loaded), found);
}
END_TEST

START_TEST(texts_depend_on_each_other_too)
{
    ck_assert_double_gt(rows_for_one(texts_of(5, 5000, 0.9)), 5.0);
}
END_TEST

static shift__row_order order_of(shift_profile *profile)
{
    shift__row_order order = shift__row_order_of(profile);
    shift_profile_free(profile);
    return order;
}

START_TEST(the_order_of_rows_is_recognised)
{
    fill_series(1, 1000, 0.9);
    ck_assert_int_eq(order_of(profile_of(1000, 1000, SHIFT_KIND_NUMERIC)), SHIFT__ORDER_UNKNOWN);
    for (size_t i = 0; i < 1000; i++)
        x[i] = sqrt((double)i);
    ck_assert_int_eq(order_of(profile_of(1000, 1000, SHIFT_KIND_NUMERIC)), SHIFT__ORDER_KEY);
    ck_assert_int_eq(order_of(profile_of(1000, 1000, SHIFT_KIND_TIMESTAMP)), SHIFT__ORDER_TIME);
    for (size_t i = 0; i < 1000; i++)
        x[i] = 17.0 + (double)i;
    ck_assert_int_eq(order_of(profile_of(1000, 1000, SHIFT_KIND_NUMERIC)), SHIFT__ORDER_TIME);
    for (size_t i = 0; i < 1000; i++) /* two stretches of something, in nothing */
        x[i] = (i > 300 && i <= 340) || i > 900 ? 1.0 + floor(0.05 * (double)i) : 0.0;
    ck_assert_int_eq(order_of(profile_of(1000, 1000, SHIFT_KIND_NUMERIC)), SHIFT__ORDER_UNKNOWN);
    for (size_t i = 0; i < 1000; i++)
        x[i] = -(double)i;
    ck_assert_int_eq(order_of(profile_of(1000, 1000, SHIFT_KIND_NUMERIC)), SHIFT__ORDER_KEY);
}
END_TEST

/* Numbers that are 1 in two rows of a thousand, the blocks of which vary more than normal ones */
START_TEST(a_column_of_rare_values_is_no_series_by_itself)
{
    enum { ROWS = 20000 };
    int found = 0;
    for (uint64_t seed = 1; seed <= 1000; seed++) {
        fill_series(seed, ROWS, 0.0);
        for (size_t i = 0; i < ROWS; i++)
            x[i] = x[i] > 2.8782 ? 1.0 : 0.0;
        found += rows_for_one(profile_of(ROWS, ROWS, SHIFT_KIND_NUMERIC)) > 1.0;
    }
    ck_assert_int_le(found, 1);
}
END_TEST

/* A hundred files, each in ascending order, most of which is beyond what first values tell */
START_TEST(the_order_of_rows_is_that_of_all_parts)
{
    enum { PARTS = 100, PART = 8192 };
    for (size_t i = 0; i < PART; i++)
        x[i] = exp(0.02 * (double)i);
    shift_profile *part = profile_of(PART, PART, SHIFT_KIND_NUMERIC);
    shift_profile *all = profile_of(PART, PART, SHIFT_KIND_NUMERIC);
    for (size_t k = 1; k < PARTS; k++)
        ck_assert_int_eq(shift_profile_merge(all, part, NULL), SHIFT_OK);
    ck_assert_int_eq(order_of(part), SHIFT__ORDER_KEY);
    ck_assert_int_eq(order_of(all), SHIFT__ORDER_KEY);
}
END_TEST

static double least_adjusted(const shift_subject *s)
{
    double least = 1.0;
    for (size_t i = 0; i < s->n_measurements; i++)
        least = fmin(least, s->measurements[i]->p_adjusted); /* fmin passes over NaN */
    return least;
}

/* Compare two series of 1,000 rows; the number of runs in which something is real */
static int real_in(int runs, double rho, double moved, shift_dependence dependence)
{
    int found = 0;
    for (int i = 0; i < runs; i++) {
        shift_policy policy = SHIFT_POLICY_INIT;
        shift_comparison *c = NULL;
        policy.no_joint = true;
        policy.dependence = dependence;
        fill_series(100 + 2 * (uint64_t)i, 1000, rho);
        shift_profile *train = profile_of(1000, 1000, SHIFT_KIND_NUMERIC);
        fill_series(101 + 2 * (uint64_t)i, 1000, rho);
        for (size_t k = 0; k < 1000; k++)
            x[k] += moved;
        shift_profile *prod = profile_of(1000, 1000, SHIFT_KIND_NUMERIC);
        ck_assert_int_eq(shift_compare(&c, train, prod, &policy, NULL), SHIFT_OK);
        found += least_adjusted(c->features[0]) <= 0.05;
        bool told = false;
        for (size_t k = 0; k < c->n_messages; k++)
            told = told || strstr(c->messages[k]->text, "are worth") != NULL;
        ck_assert_int_eq(told, rho > 0.5 && dependence != SHIFT_DEPENDENCE_NONE);
        shift_comparison_free(c);
        shift_profile_free(train);
        shift_profile_free(prod);
    }
    return found;
}

START_TEST(a_series_without_a_shift_is_no_alarm)
{
    /* 5 % of 100 and three deviations; by the tests for independent rows it is more than half */
    ck_assert_int_le(real_in(100, 0.9, 0.0, SHIFT_DEPENDENCE_AUTO), 11);
    ck_assert_int_ge(real_in(100, 0.9, 0.0, SHIFT_DEPENDENCE_NONE), 40);
}
END_TEST

/* Training has nothing but zeros; production's forty others follow each other. */
START_TEST(a_side_learns_from_the_other_how_long_values_last)
{
    enum { ROWS = 200 };
    shift_policy policy = SHIFT_POLICY_INIT;
    shift_comparison *c = NULL;
    shift_profile *sides[2] = {NULL, NULL};
    int told = 0;
    policy.no_joint = true;
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < ROWS; i++)
            x[i] = k == 1 && i >= 80 && i < 120 ? 1.0 + (double)(i % 3) : 0.0;
        sides[k] = profile_of(ROWS, ROWS, SHIFT_KIND_NUMERIC);
    }
    ck_assert_int_eq(shift_compare(&c, sides[0], sides[1], &policy, NULL), SHIFT_OK);
    for (size_t k = 0; k < c->n_messages; k++)
        told += strstr(c->messages[k]->text, "200 in training are worth") != NULL;
    ck_assert_int_eq(told, 1);
    ck_assert_double_gt(least_adjusted(c->features[0]), 0.05);
    shift_comparison_free(c);
    shift_profile_free(sides[0]);
    shift_profile_free(sides[1]);
}
END_TEST

START_TEST(a_series_that_moved_is_found)
{
    ck_assert_int_ge(real_in(50, 0.9, 1.0, SHIFT_DEPENDENCE_AUTO), 45);
    ck_assert_int_ge(real_in(50, 0.0, 0.3, SHIFT_DEPENDENCE_AUTO), 50);
}
END_TEST

START_TEST(tests_for_independent_rows_are_left_as_they_are)
{
    shift_comparison *c[2] = {NULL, NULL};
    fill_series(1, 1000, 0.9);
    shift_profile *train = profile_of(1000, 1000, SHIFT_KIND_NUMERIC);
    fill_series(2, 1000, 0.9);
    shift_profile *prod = profile_of(1000, 1000, SHIFT_KIND_NUMERIC);
    for (int k = 0; k < 2; k++) {
        shift_policy policy = SHIFT_POLICY_INIT;
        policy.no_joint = true;
        policy.dependence = k == 0 ? SHIFT_DEPENDENCE_AUTO : SHIFT_DEPENDENCE_NONE;
        ck_assert_int_eq(shift_compare(&c[k], train, prod, &policy, NULL), SHIFT_OK);
    }
    const shift_subject *a = c[0]->features[0];
    const shift_subject *b = c[1]->features[0];
    for (size_t i = 0; i < a->n_measurements; i++) {
        const shift_measurement *m = a->measurements[i];
        const shift_measurement *n = b->measurements[i];
        ck_assert(m->value == n->value || (isnan(m->value) && isnan(n->value)));
        ck_assert(m->p_value == n->p_value || (isnan(m->p_value) && isnan(n->p_value)));
        ck_assert(isnan(m->p_adjusted) || m->p_adjusted >= n->p_adjusted);
        ck_assert(isnan(m->low) || m->low <= n->low + 1e-12);
        ck_assert(isnan(m->high) || m->high >= n->high - 1e-12);
    }
    ck_assert_double_gt(a->detectable_mean_shift, 2.0 * b->detectable_mean_shift);
    for (int k = 0; k < 2; k++)
        shift_comparison_free(c[k]);
    shift_profile_free(train);
    shift_profile_free(prod);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dependence");
    TCase *tests = tcase_create("rows in order");
    tcase_set_timeout(tests, 300);
    tcase_add_test(tests, rows_for_one_are_those_of_an_autoregression);
    tcase_add_test(tests, independent_rows_are_not_touched);
    tcase_add_test(tests, both_sides_say_together_that_rows_are_a_series);
    tcase_add_test(tests, few_rows_are_no_series);
    tcase_add_test(tests, rare_values_that_meet_by_chance_are_no_series);
    tcase_add_test(tests, a_text_beside_a_series_is_worth_its_rows);
    tcase_add_test(tests, what_a_text_tells_lasts_longer_than_its_levels);
    tcase_add_test(tests,
                   a_side_whose_neighbours_do_not_correlate_learns_no_more_than_it_could_hide);
    tcase_add_test(tests, it_does_not_matter_how_rows_come);
    tcase_add_test(tests, merged_and_saved_profiles_know_it);
    tcase_add_test(tests, texts_depend_on_each_other_too);
    tcase_add_test(tests, the_order_of_rows_is_recognised);
    tcase_add_test(tests, the_order_of_rows_is_that_of_all_parts);
    tcase_add_test(tests, a_column_of_rare_values_is_no_series_by_itself);
    tcase_add_test(tests, a_series_without_a_shift_is_no_alarm);
    tcase_add_test(tests, a_side_learns_from_the_other_how_long_values_last);
    tcase_add_test(tests, a_series_that_moved_is_found);
    tcase_add_test(tests, tests_for_independent_rows_are_left_as_they_are);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
