/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data that other drift detectors are known to stumble over, from profile to verdict. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "random_values.h"
#include "shift/comparison.h"
#include "shift/profile.h"

enum { MOST = 1000000, WIDTH = 8 };

static double first[MOST], second[MOST];
static shift__random random_state;

static shift_profile *profile_of(shift_kind kind, const shift_column *column, size_t rows)
{
    shift_schema *schema = NULL;
    shift_profile *profile = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq(shift_schema_new(&schema, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "x", kind, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_profile_new(&profile, schema, NULL, NULL), SHIFT_OK);
    shift_batch batch = {rows, 1, column};
    ck_assert_msg(shift_profile_add(profile, &batch, &err) == SHIFT_OK, "%s", err.message);
    shift_schema_free(schema);
    return profile;
}

/* NaN stands for a missing value */
static shift_profile *numbers(const double *x, size_t n)
{
    uint8_t *states = calloc(n, 1);
    for (size_t i = 0; i < n; i++)
        states[i] = (uint8_t)(isnan(x[i]) ? SHIFT_FIELD_MISSING : SHIFT_FIELD_PRESENT);
    shift_column column = {x, NULL, NULL, NULL, states};
    shift_profile *profile = profile_of(SHIFT_KIND_NUMERIC, &column, n);
    free(states);
    return profile;
}

/* Whole numbers as names of categories */
static shift_profile *names(const double *x, size_t n)
{
    char *bytes = malloc(n * WIDTH + 1);
    uint32_t *begin = calloc(n, sizeof *begin);
    uint32_t *end = calloc(n, sizeof *end);
    for (size_t i = 0; i < n; i++) {
        begin[i] = (uint32_t)(i * WIDTH);
        end[i] = begin[i] + WIDTH;
        (void)snprintf(bytes + begin[i], WIDTH + 1, "k%07.0f", x[i]);
    }
    shift_column column = {NULL, bytes, begin, end, NULL};
    shift_profile *profile = profile_of(SHIFT_KIND_CATEGORICAL, &column, n);
    free(bytes);
    free(begin);
    free(end);
    return profile;
}

static shift_comparison *compare(shift_profile *train, shift_profile *prod)
{
    shift_comparison *c = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_msg(shift_compare(&c, train, prod, NULL, &err) == SHIFT_OK, "%s", err.message);
    shift_profile_free(train);
    shift_profile_free(prod);
    return c;
}

static const shift_measurement *measured(const shift_comparison *c, const char *name)
{
    const shift_subject *s = c->features[0];
    for (size_t i = 0; i < s->n_measurements; i++)
        if (strcmp(s->measurements[i]->statistic, name) == 0)
            return s->measurements[i];
    ck_abort_msg("no %s", name);
    return NULL;
}

static bool is_real(const shift_comparison *c)
{
    const shift_subject *s = c->features[0];
    for (size_t i = 0; i < s->n_measurements; i++)
        if (s->measurements[i]->p_adjusted <= 0.05)
            return true;
    return false;
}

/* Verdict of two sides; `real` may be NULL. */
static shift_verdict judge(shift_profile *train, shift_profile *prod, bool *real)
{
    shift_comparison *c = compare(train, prod);
    shift_verdict verdict = c->verdict;
    if (real != NULL)
        *real = is_real(c);
    shift_comparison_free(c);
    return verdict;
}

static void normal(double *x, size_t n, double mean, double sd)
{
    for (size_t i = 0; i < n; i++)
        x[i] = mean + sd * random_normal(&random_state);
}

static void uniform_codes(double *x, size_t n, uint64_t levels)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (double)shift__random_below(&random_state, levels);
}

static void seed(void)
{
    shift__random_init(&random_state, 2026, 0);
}

START_TEST(a_category_that_is_seen_once_is_no_alarm)
{
    uniform_codes(first, MOST, 4);
    uniform_codes(second, 50, 4);
    second[7] = 9; /* expected count below 1 in one million and fifty rows */
    shift_comparison *c = compare(names(first, MOST), names(second, 50));
    ck_assert_int_lt(c->verdict, SHIFT_VERDICT_WARN);
    ck_assert(measured(c, "chi_square")->p_value < 1e-100); /* what the textbook test says */
    ck_assert(measured(c, "chi_square_merged")->p_value > 0.001);
    shift_comparison_free(c);
}
END_TEST

START_TEST(equal_sides_have_the_p_value_1)
{
    uniform_codes(first, 5000, 2);
    shift_comparison *c = compare(names(first, 5000), names(first, 5000));
    ck_assert_double_eq(measured(c, "chi_square_merged")->value, 0);
    ck_assert_double_eq(measured(c, "chi_square_merged")->p_value, 1);
    shift_comparison_free(c);
}
END_TEST

START_TEST(eight_rows_are_judged_by_what_they_can_show)
{
    unsigned real = 0;
    for (int k = 0; k < 300; k++) {
        bool one = false;
        normal(first, 1000, 0, 1);
        normal(second, 8, 0, 1);
        shift_verdict verdict = judge(numbers(first, 1000), numbers(second, 8), &one);
        ck_assert(one || verdict == SHIFT_VERDICT_INCONCLUSIVE);
        real += one;
    }
    ck_assert_uint_le(real, 15 + 11); /* 5 % and three standard deviations */
    normal(first, 1000, 0, 1);
    normal(second, 8, 6, 1);
    ck_assert_int_eq(judge(numbers(first, 1000), numbers(second, 8), NULL), SHIFT_VERDICT_ALERT);
}
END_TEST

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

START_TEST(rows_in_ascending_order_are_no_shift)
{
    enum { ROWS = 200000 };
    bool real = false;
    normal(first, ROWS, 0, 1);
    normal(second, ROWS, 0, 1);
    qsort(first, ROWS, sizeof *first, compare_doubles);
    ck_assert_int_eq(judge(numbers(first, ROWS), numbers(second, ROWS), &real), SHIFT_VERDICT_OK);
    ck_assert(!real);
    for (size_t i = 0; i < ROWS; i++)
        second[i] = 1.5 * second[i] + 0.5;
    ck_assert_int_eq(judge(numbers(first, ROWS), numbers(second, ROWS), NULL), SHIFT_VERDICT_ALERT);
}
END_TEST

START_TEST(a_hundredth_of_a_deviation_is_real_and_no_alarm)
{
    bool real = false;
    normal(first, MOST, 0, 1);
    normal(second, MOST, 0.01, 1);
    ck_assert_int_eq(judge(numbers(first, MOST), numbers(second, MOST), &real), SHIFT_VERDICT_OK);
    ck_assert(real);
    normal(second, MOST, 0.001, 1);
    ck_assert_int_eq(judge(numbers(first, MOST), numbers(second, MOST), &real), SHIFT_VERDICT_OK);
}
END_TEST

/* Ten million normal values, a block at a time */
static shift_profile *ten_million(double mean)
{
    shift_profile *whole = NULL;
    for (size_t i = 0; i < 10000000 / MOST; i++) {
        normal(first, MOST, mean, 1);
        shift_column column = {first, NULL, NULL, NULL, NULL};
        shift_batch batch = {MOST, 1, &column};
        if (whole == NULL)
            whole = profile_of(SHIFT_KIND_NUMERIC, &column, MOST);
        else
            ck_assert_int_eq(shift_profile_add(whole, &batch, NULL), SHIFT_OK);
    }
    return whole;
}

START_TEST(a_thousandth_of_a_deviation_in_ten_million_rows_is_no_alarm)
{
    shift_profile *train = ten_million(0);
    shift_profile *prod = ten_million(0.001);
    shift_comparison *c = compare(train, prod);
    ck_assert_int_eq(c->verdict, SHIFT_VERDICT_OK);
    ck_assert_uint_eq(c->prod.rows, 10000000);
    ck_assert_double_lt(measured(c, "mean_shift")->high, 0.003);
    shift_comparison_free(c);
}
END_TEST

START_TEST(thousands_of_levels_are_no_shift)
{
    enum { ROWS = 10000 };
    bool real = false;
    uniform_codes(first, ROWS, 5000);
    uniform_codes(second, ROWS, 5000);
    shift_comparison *c = compare(names(first, ROWS), names(second, ROWS));
    ck_assert(measured(c, "psi")->value > 0.5); /* the rule of thumb says 0.25 */
    ck_assert_int_lt(c->verdict, SHIFT_VERDICT_WARN);
    ck_assert(!is_real(c));
    shift_comparison_free(c);
    for (size_t i = 0; i < ROWS; i++)
        second[i] += 5000; /* all of them new */
    ck_assert_int_eq(judge(names(first, ROWS), names(second, ROWS), &real), SHIFT_VERDICT_ALERT);
}
END_TEST

START_TEST(identifiers_beyond_the_counters_are_no_shift)
{
    enum { ROWS = 200000 };
    bool real = false;
    for (size_t i = 0; i < ROWS; i++)
        first[i] = second[i] = (double)i;
    shuffle(second, ROWS, &random_state);
    ck_assert_int_lt(judge(names(first, ROWS), names(second, ROWS), &real), SHIFT_VERDICT_WARN);
    ck_assert(!real);
    uniform_codes(first, ROWS, 1000000);
    uniform_codes(second, ROWS, 1000000);
    ck_assert_int_lt(judge(names(first, ROWS), names(second, ROWS), &real), SHIFT_VERDICT_WARN);
    ck_assert(!real);
}
END_TEST

START_TEST(identical_sides_do_not_differ)
{
    static const size_t sizes[] = {2, 30, 5000, 150000};
    static const char *const distances[] = {
        "ks",        "wasserstein",     "energy",    "psi", "jensen_shannon",
        "hellinger", "total_variation", "mean_shift"};
    size_t n = sizes[_i];
    normal(first, n, 3, 2);
    shift_comparison *c = compare(numbers(first, n), numbers(first, n));
    ck_assert_int_eq(c->verdict, SHIFT_VERDICT_OK);
    for (size_t k = 0; k < sizeof distances / sizeof *distances; k++)
        ck_assert_msg(measured(c, distances[k])->value == 0.0, "%s", distances[k]);
    for (size_t k = 0; k < c->features[0]->n_measurements; k++) {
        const shift_measurement *m = c->features[0]->measurements[k];
        ck_assert(isnan(m->p_adjusted) || m->p_adjusted == 1.0);
        ck_assert_msg(isnan(m->p_value) || m->p_value > 0.9999, "%s: p %g", m->statistic,
                      m->p_value); /* a limit law need not end at 1 with two values */
    }
    shift_comparison_free(c);
}
END_TEST

START_TEST(one_outlier_neither_hides_nor_makes_a_shift)
{
    bool real = false;
    normal(first, 3000, 0, 1);
    first[17] = 1e300;
    normal(second, 3000, 0, 1);
    ck_assert_int_lt(judge(numbers(first, 3000), numbers(second, 3000), &real), SHIFT_VERDICT_WARN);
    normal(second, 3000, 1, 1);
    ck_assert_int_eq(judge(numbers(first, 3000), numbers(second, 3000), &real),
                     SHIFT_VERDICT_ALERT);
    first[17] = 0.0;
    second[17] = -1e300;
    ck_assert_int_eq(judge(numbers(first, 3000), numbers(second, 3000), &real),
                     SHIFT_VERDICT_ALERT);
}
END_TEST

START_TEST(constant_and_empty_columns)
{
    for (size_t i = 0; i < 500; i++) {
        first[i] = 5.0;
        second[i] = (double)NAN;
    }
    ck_assert_int_eq(judge(numbers(first, 500), numbers(first, 300), NULL), SHIFT_VERDICT_OK);
    ck_assert_int_eq(judge(numbers(second, 500), numbers(second, 300), NULL), SHIFT_VERDICT_OK);
    ck_assert_int_eq(judge(numbers(first, 500), numbers(second, 300), NULL), SHIFT_VERDICT_ALERT);
    ck_assert_int_eq(judge(numbers(second, 500), numbers(first, 300), NULL), SHIFT_VERDICT_ALERT);
    normal(second, 300, 5, 1);
    ck_assert_int_eq(judge(numbers(first, 500), numbers(second, 300), NULL), SHIFT_VERDICT_ALERT);
    for (size_t i = 0; i < 300; i++)
        second[i] = 5.5;
    ck_assert_int_eq(judge(numbers(first, 500), numbers(second, 300), NULL), SHIFT_VERDICT_ALERT);
}
END_TEST

START_TEST(three_values_and_a_heap_of_zeros)
{
    bool real = false;
    uniform_codes(first, 3000, 3);
    uniform_codes(second, 3000, 3);
    ck_assert_int_eq(judge(numbers(first, 3000), numbers(second, 3000), &real), SHIFT_VERDICT_OK);
    ck_assert(!real);
    for (size_t i = 0; i < 3000; i += 3)
        second[i] = 2.0;
    ck_assert_int_eq(judge(numbers(first, 3000), numbers(second, 3000), &real),
                     SHIFT_VERDICT_ALERT);
    for (size_t i = 0; i < 3000; i++) { /* nine deciles are the same */
        double a = 1.0 + shift__random_uniform(&random_state);
        double b = 1.0 + shift__random_uniform(&random_state);
        first[i] = shift__random_uniform(&random_state) < 0.9 ? 0.0 : a;
        second[i] = shift__random_uniform(&random_state) < 0.9 ? 0.0 : b;
    }
    ck_assert_int_lt(judge(numbers(first, 3000), numbers(second, 3000), NULL), SHIFT_VERDICT_WARN);
}
END_TEST

/* All of production within one decile: nine bins are empty, and every number stays finite. */
START_TEST(empty_bins)
{
    static const char *const binned[] = {"psi", "jensen_shannon", "kullback_leibler", "hellinger",
                                         "total_variation"};
    normal(first, 2000, 0, 1);
    for (size_t i = 0; i < 2000; i++)
        second[i] = 0.01 * shift__random_uniform(&random_state);
    shift_comparison *c = compare(numbers(first, 2000), numbers(second, 2000));
    ck_assert_int_eq(c->verdict, SHIFT_VERDICT_ALERT);
    for (size_t k = 0; k < sizeof binned / sizeof *binned; k++) {
        const shift_measurement *m = measured(c, binned[k]);
        ck_assert(isfinite(m->value) && m->low <= m->value && m->value <= m->high);
    }
    shift_comparison_free(c);
}
END_TEST

static void add_parts(shift_profile *whole, size_t parts, size_t rows)
{
    for (size_t i = 0; i < parts; i++) {
        normal(first, rows, 2, 3);
        shift_profile *part = numbers(first, rows);
        ck_assert_int_eq(shift_profile_merge(whole, part, NULL), SHIFT_OK);
        shift_profile_free(part);
    }
}

START_TEST(parts_that_were_merged_are_no_shift)
{
    bool real = false;
    normal(first, 150000, 2, 3);
    shift_profile *train = numbers(first, 150000);
    normal(first, 10, 2, 3);
    shift_profile *prod = numbers(first, 10);
    add_parts(prod, 15, 10000);
    ck_assert_int_eq(judge(train, prod, &real), SHIFT_VERDICT_OK);
    ck_assert(!real);
}
END_TEST

START_TEST(bimodal_training)
{
    bool real = false;
    for (size_t i = 0; i < 2000; i++) {
        first[i] = random_normal(&random_state) + (i % 2 == 0 ? -5.0 : 5.0);
        second[i] = random_normal(&random_state) + (i % 2 == 0 ? -5.0 : 5.0);
    }
    ck_assert_int_eq(judge(numbers(first, 2000), numbers(second, 2000), &real), SHIFT_VERDICT_OK);
    ck_assert(!real);
    normal(second, 2000, 0, 5.1); /* mean and deviation of training, without its valley */
    ck_assert_int_eq(judge(numbers(first, 2000), numbers(second, 2000), NULL), SHIFT_VERDICT_ALERT);
}
END_TEST

START_TEST(missing_values_on_one_side)
{
    normal(first, 1000, 0, 1);
    normal(second, 1000, 0, 1);
    for (size_t i = 0; i < 1000; i += 5)
        second[i] = (double)NAN;
    shift_comparison *c = compare(numbers(first, 1000), numbers(second, 1000));
    ck_assert_int_eq(c->verdict, SHIFT_VERDICT_ALERT);
    ck_assert_int_eq(measured(c, "missing_rate")->verdict, SHIFT_VERDICT_ALERT);
    ck_assert_int_eq(measured(c, "ks")->verdict, SHIFT_VERDICT_OK);
    shift_comparison_free(c);
}
END_TEST

START_TEST(missing_values_in_one_column_of_several)
{
    enum { ROWS = 1000, COLUMNS = 3 };
    static const char *const labels[COLUMNS] = {"a", "b", "c"};
    shift_profile *sides[2] = {NULL, NULL};
    for (int k = 0; k < 2; k++) {
        shift_schema *schema = NULL;
        uint8_t states[ROWS] = {0};
        normal(first, (size_t)COLUMNS * ROWS, 0, 1);
        for (size_t i = 0; k == 1 && i < ROWS; i += 4)
            states[i] = (uint8_t)SHIFT_FIELD_MISSING;
        ck_assert_int_eq(shift_schema_new(&schema, NULL), SHIFT_OK);
        shift_column columns[COLUMNS] = {{NULL, NULL, NULL, NULL, NULL}};
        for (size_t i = 0; i < COLUMNS; i++) {
            ck_assert_int_eq(shift_schema_add(schema, labels[i], SHIFT_KIND_NUMERIC, NULL),
                             SHIFT_OK);
            columns[i].numbers = first + i * ROWS;
        }
        columns[1].states = states;
        ck_assert_int_eq(shift_profile_new(&sides[k], schema, NULL, NULL), SHIFT_OK);
        shift_batch batch = {ROWS, COLUMNS, columns};
        ck_assert_int_eq(shift_profile_add(sides[k], &batch, NULL), SHIFT_OK);
        shift_schema_free(schema);
    }
    shift_comparison *c = compare(sides[0], sides[1]);
    ck_assert_int_eq(c->features[0]->verdict, SHIFT_VERDICT_OK);
    ck_assert_int_eq(c->features[1]->verdict, SHIFT_VERDICT_ALERT);
    ck_assert_int_eq(c->features[2]->verdict, SHIFT_VERDICT_OK);
    ck_assert_uint_eq(c->features[1]->prod.n, ROWS - ROWS / 4); /* the others keep all their rows */
    ck_assert_uint_eq(c->features[2]->prod.n, ROWS);
    for (size_t i = 0; i < c->features[1]->n_measurements; i++) {
        const shift_measurement *m = c->features[1]->measurements[i];
        bool alarms = m->verdict >= SHIFT_VERDICT_WARN;
        ck_assert_int_eq(alarms, strcmp(m->statistic, "missing_rate") == 0);
    }
    shift_comparison_free(c);
}
END_TEST

/* A twentieth of all values or more ends up on the other side of a decile, yet nothing moved. */
START_TEST(single_precision_is_no_alarm)
{
    for (size_t i = 0; i < 5000; i++) {
        first[i] = 0.1 * (double)(1 + shift__random_below(&random_state, 4));
        second[i] = (double)(float)(0.1 * (double)(1 + shift__random_below(&random_state, 4)));
    }
    shift_comparison *c = compare(numbers(first, 5000), numbers(second, 5000));
    ck_assert_int_lt(c->verdict, SHIFT_VERDICT_WARN);
    ck_assert_double_gt(measured(c, "psi")->value, 0.25);
    ck_assert_ptr_nonnull(strstr(measured(c, "psi")->reason, "hardly moved"));
    shift_comparison_free(c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("traps");
    TCase *traps = tcase_create("traps");
    tcase_set_timeout(traps, 120);
    tcase_add_checked_fixture(traps, seed, NULL);
    tcase_add_test(traps, a_category_that_is_seen_once_is_no_alarm);
    tcase_add_test(traps, equal_sides_have_the_p_value_1);
    tcase_add_test(traps, eight_rows_are_judged_by_what_they_can_show);
    tcase_add_test(traps, rows_in_ascending_order_are_no_shift);
    tcase_add_test(traps, a_hundredth_of_a_deviation_is_real_and_no_alarm);
    tcase_add_test(traps, a_thousandth_of_a_deviation_in_ten_million_rows_is_no_alarm);
    tcase_add_test(traps, thousands_of_levels_are_no_shift);
    tcase_add_test(traps, identifiers_beyond_the_counters_are_no_shift);
    tcase_add_loop_test(traps, identical_sides_do_not_differ, 0, 4);
    tcase_add_test(traps, one_outlier_neither_hides_nor_makes_a_shift);
    tcase_add_test(traps, constant_and_empty_columns);
    tcase_add_test(traps, three_values_and_a_heap_of_zeros);
    tcase_add_test(traps, empty_bins);
    tcase_add_test(traps, parts_that_were_merged_are_no_shift);
    tcase_add_test(traps, bimodal_training);
    tcase_add_test(traps, missing_values_on_one_side);
    tcase_add_test(traps, missing_values_in_one_column_of_several);
    tcase_add_test(traps, single_precision_is_no_alarm);
    suite_add_tcase(suite, traps);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
