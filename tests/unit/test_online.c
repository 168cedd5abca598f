/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows one by one, windows over them. */
#include <check.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shift/shift.h"

static shift_schema *make_schema(void)
{
    shift_schema *schema = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq(shift_schema_new(&schema, &err), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "x", SHIFT_KIND_NUMERIC, &err), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "word", SHIFT_KIND_CATEGORICAL, &err), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "ok", SHIFT_KIND_BOOLEAN, &err), SHIFT_OK);
    return schema;
}

static void make_row(size_t i, shift_value row[3])
{
    static const char *const words[] = {"one", "two", "three"};
    row[0] = i % 10 == 3 ? shift_value_missing() : shift_value_number(sin((double)i));
    row[1] = shift_value_text(words[i % 3], strlen(words[i % 3]));
    row[2] = i % 2 == 0 ? shift_value_text("true", 4) : shift_value_text("false", 5);
}

static void add_rows(shift_profile *profile, size_t from, size_t to)
{
    shift_error err = SHIFT_ERROR_INIT;
    for (size_t i = from; i < to; i++) {
        shift_value row[3];
        make_row(i, row);
        ck_assert_int_eq(shift_profile_add_row(profile, row, 3, &err), SHIFT_OK);
    }
}

/* Batches of 256 of the same rows: what the library makes of them by itself. */
static void add_batches(shift_profile *profile, size_t n)
{
    shift_error err = SHIFT_ERROR_INIT;
    for (size_t from = 0; from < n; from += 256) {
        static double x[256];
        static uint32_t begin[2][256];
        static uint32_t end[2][256];
        static uint8_t states[256];
        static char bytes[256 * 16];
        uint32_t used = 0;
        size_t rows = n - from < 256 ? n - from : 256;
        for (size_t r = 0; r < rows; r++) {
            shift_value row[3];
            make_row(from + r, row);
            x[r] = row[0].state == SHIFT_FIELD_PRESENT ? row[0].number : (double)NAN;
            states[r] = (uint8_t)row[0].state;
            for (size_t c = 0; c < 2; c++) {
                memcpy(bytes + used, row[c + 1].text, row[c + 1].size);
                begin[c][r] = used;
                used += (uint32_t)row[c + 1].size;
                end[c][r] = used;
            }
        }
        const shift_column columns[] = {{x, NULL, NULL, NULL, states},
                                        {NULL, bytes, begin[0], end[0], NULL},
                                        {NULL, bytes, begin[1], end[1], NULL}};
        const shift_batch batch = {rows, 3, columns};
        ck_assert_int_eq(shift_profile_add(profile, &batch, &err), SHIFT_OK);
    }
}

START_TEST(rows_give_the_bytes_of_batches)
{
    static const size_t counts[] = {1, 255, 256, 257, 5000};
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
        shift_schema *schema = make_schema();
        shift_error err = SHIFT_ERROR_INIT;
        shift_profile *profiles[2] = {NULL, NULL};
        unsigned char *bytes[2] = {NULL, NULL};
        size_t n[2] = {0, 0};
        for (int i = 0; i < 2; i++)
            ck_assert_int_eq(shift_profile_new(&profiles[i], schema, NULL, &err), SHIFT_OK);
        add_rows(profiles[0], 0, counts[k]);
        ck_assert_uint_eq(shift_profile_rows(profiles[0]), counts[k]);
        ck_assert_int_eq(shift_profile_flush(profiles[0], &err), SHIFT_OK);
        ck_assert_uint_eq(shift_profile_rows(profiles[0]), counts[k]);
        add_batches(profiles[1], counts[k]);
        for (int i = 0; i < 2; i++) {
            ck_assert_int_eq(shift_profile_encode(profiles[i], &bytes[i], &n[i], &err), SHIFT_OK);
            shift_profile_free(profiles[i]);
        }
        ck_assert_uint_eq(n[0], n[1]);
        ck_assert_mem_eq(bytes[0], bytes[1], n[0]);
        free(bytes[0]);
        free(bytes[1]);
        shift_schema_free(schema);
    }
}
END_TEST

START_TEST(pending_rows_are_not_looked_past)
{
    shift_schema *schema = make_schema();
    shift_error err = SHIFT_ERROR_INIT;
    shift_profile *p = NULL;
    shift_profile *other = NULL;
    shift_distribution *distribution = NULL;
    shift_comparison *comparison = NULL;
    shift_whitening *whitening = NULL;
    unsigned char *bytes = NULL;
    size_t n = 0;
    ck_assert_int_eq(shift_profile_new(&p, schema, NULL, &err), SHIFT_OK);
    ck_assert_int_eq(shift_profile_new(&other, schema, NULL, &err), SHIFT_OK);
    add_batches(other, 600);
    add_rows(p, 0, 2);
    ck_assert_int_eq(shift_profile_encode(p, &bytes, &n, &err), SHIFT_EINVAL);
    ck_assert_str_eq(err.message, "the profile has 2 pending rows: call shift_profile_flush() "
                                  "before it is used");
    ck_assert_int_eq(shift_profile_save(p, "/nowhere/p.profile", &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_distribution_of_profile(&distribution, p, 0, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_profile_merge(other, p, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_compare(&comparison, other, p, NULL, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_compare(&comparison, p, other, NULL, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_whitening_new(&whitening, p, SHIFT_WHITENING_ZCA, &err), SHIFT_EINVAL);
    /* what adds to it flushes first */
    ck_assert_int_eq(shift_profile_merge(p, other, &err), SHIFT_OK);
    ck_assert_uint_eq(shift_profile_rows(p), 602);
    ck_assert_int_eq(shift_distribution_of_profile(&distribution, p, 0, &err), SHIFT_OK);
    ck_assert_uint_eq(distribution->rows, 602);
    shift_distribution_free(distribution);
    shift_profile_free(p);
    shift_profile_free(other);
    shift_schema_free(schema);
}
END_TEST

/* Of very many columns fewer rows are held back. */
START_TEST(rows_of_many_columns)
{
    enum { COLUMNS = 5000, ROWS = 250 };
    shift_schema *schema = NULL;
    shift_profile *profile = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    shift_value *row = malloc(COLUMNS * sizeof *row);
    ck_assert_ptr_nonnull(row);
    ck_assert_int_eq(shift_schema_new(&schema, &err), SHIFT_OK);
    for (size_t c = 0; c < COLUMNS; c++) {
        char name[16];
        (void)snprintf(name, sizeof name, "c%zu", c);
        ck_assert_int_eq(shift_schema_add(schema, name, SHIFT_KIND_NUMERIC, &err), SHIFT_OK);
    }
    ck_assert_int_eq(shift_profile_new(&profile, schema, NULL, &err), SHIFT_OK);
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t c = 0; c < COLUMNS; c++)
            row[c] = shift_value_number((double)(i + c));
        ck_assert_int_eq(shift_profile_add_row(profile, row, COLUMNS, &err), SHIFT_OK);
    }
    ck_assert_int_eq(shift_profile_flush(profile, &err), SHIFT_OK);
    ck_assert_uint_eq(shift_profile_rows(profile), ROWS);
    for (size_t c = 0; c < COLUMNS; c += COLUMNS - 1) {
        shift_distribution *d = NULL;
        ck_assert_int_eq(shift_distribution_of_profile(&d, profile, c, &err), SHIFT_OK);
        ck_assert_uint_eq(d->n, ROWS);
        ck_assert_double_eq(d->mean, (ROWS - 1) / 2.0 + (double)c);
        shift_distribution_free(d);
    }
    shift_profile_free(profile);
    shift_schema_free(schema);
    free(row);
}
END_TEST

START_TEST(long_texts_are_not_hoarded)
{
    enum { LONG = 400000 };
    shift_schema *schema = make_schema();
    shift_error err = SHIFT_ERROR_INIT;
    shift_profile *p = NULL;
    unsigned char *bytes = NULL;
    size_t n = 0;
    char *text = malloc(LONG);
    ck_assert_ptr_nonnull(text);
    memset(text, 'x', LONG);
    ck_assert_int_eq(shift_profile_new(&p, schema, NULL, &err), SHIFT_OK);
    for (size_t i = 0; i < 4; i++) {
        shift_value row[3];
        make_row(i, row);
        row[1] = shift_value_text(text, LONG);
        ck_assert_int_eq(shift_profile_add_row(p, row, 3, &err), SHIFT_OK);
    }
    ck_assert_uint_eq(shift_profile_rows(p), 4);
    ck_assert_int_eq(shift_profile_encode(p, &bytes, &n, &err), SHIFT_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.message, "has 1 pending row:"));
    free(text);
    shift_profile_free(p);
    shift_schema_free(schema);
}
END_TEST

START_TEST(wrong_rows_are_refused_and_odd_values_classified)
{
    shift_schema *schema = make_schema();
    shift_error err = SHIFT_ERROR_INIT;
    shift_profile *p = NULL;
    shift_distribution *d = NULL;
    shift_value row[3];
    ck_assert_int_eq(shift_profile_new(&p, schema, NULL, &err), SHIFT_OK);
    make_row(0, row);
    ck_assert_int_eq(shift_profile_add_row(p, row, 2, &err), SHIFT_EINVAL);
    ck_assert_str_eq(err.message, "the row has 2 values, the schema 3 columns");
    ck_assert_int_eq(shift_profile_add_row(p, NULL, 3, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_profile_add_row(NULL, row, 3, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_profile_flush(NULL, &err), SHIFT_EINVAL);
    row[1].text = NULL;
    ck_assert_int_eq(shift_profile_add_row(p, row, 3, &err), SHIFT_EINVAL);
    ck_assert_str_eq(err.message, "column \"word\" of the row: no text");
    row[1] = shift_value_text("", 0);
    row[2].state = (shift_field_state)77;
    ck_assert_int_eq(shift_profile_add_row(p, row, 3, &err), SHIFT_EINVAL);
    ck_assert_str_eq(err.message, "column \"ok\" of the row: an unknown state");
    ck_assert_uint_eq(shift_profile_rows(p), 0);
    row[0].number = (double)INFINITY;
    row[2] = shift_value_text("maybe", 5);
    ck_assert_int_eq(shift_profile_add_row(p, row, 3, &err), SHIFT_OK);
    ck_assert_int_eq(shift_profile_flush(p, &err), SHIFT_OK);
    ck_assert_int_eq(shift_distribution_of_profile(&d, p, 0, &err), SHIFT_OK);
    ck_assert_uint_eq(d->non_finite, 1);
    shift_distribution_free(d);
    ck_assert_int_eq(shift_distribution_of_profile(&d, p, 2, &err), SHIFT_OK);
    ck_assert_uint_eq(d->invalid, 1);
    shift_distribution_free(d);
    shift_profile_free(p);
    shift_schema_free(schema);
}
END_TEST

/* ---- windows ---- */

static void check_sum(shift_profile *profile, size_t from, size_t to)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_distribution *d = NULL;
    ck_assert_uint_eq(shift_profile_rows(profile), to - from);
    ck_assert_int_eq(shift_distribution_of_profile(&d, profile, 0, &err), SHIFT_OK);
    ck_assert_double_eq(d->minimum, (double)from);
    ck_assert_double_eq(d->maximum, (double)to - 1);
    ck_assert_double_eq_tol(d->mean, ((double)from + (double)to - 1) / 2, 1e-9);
    shift_distribution_free(d);
    shift_profile_free(profile);
}

static shift_window *make_window(uint64_t rows, uint64_t step)
{
    shift_schema *schema = NULL;
    shift_window *window = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    shift_window_options options = SHIFT_WINDOW_OPTIONS_INIT;
    options.rows = rows;
    options.step = step;
    ck_assert_int_eq(shift_schema_new(&schema, &err), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "x", SHIFT_KIND_NUMERIC, &err), SHIFT_OK);
    ck_assert_int_eq(shift_window_new(&window, schema, &options, &err), SHIFT_OK);
    shift_schema_free(schema);
    return window;
}

static void add_to(shift_window *window, size_t from, size_t to)
{
    shift_error err = SHIFT_ERROR_INIT;
    for (size_t i = from; i < to; i++) {
        const shift_value value = shift_value_number((double)i);
        ck_assert_int_eq(shift_window_add_row(window, &value, 1, &err), SHIFT_OK);
    }
}

START_TEST(tumbling_windows_do_not_overlap)
{
    shift_window *window = make_window(300, 0);
    shift_profile *profile = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq(shift_window_snapshot(window, &profile, &err), SHIFT_ENODATA);
    add_to(window, 0, 299);
    ck_assert(!shift_window_due(window));
    ck_assert_int_eq(shift_window_take(window, &profile, &err), SHIFT_ENODATA);
    ck_assert_int_eq(shift_window_snapshot(window, &profile, &err), SHIFT_OK);
    check_sum(profile, 0, 299);
    add_to(window, 299, 300);
    ck_assert(shift_window_due(window));
    ck_assert_int_eq(shift_window_snapshot(window, &profile, &err), SHIFT_OK);
    check_sum(profile, 0, 300);
    add_to(window, 300, 450);
    ck_assert_int_eq(shift_window_snapshot(window, &profile, &err), SHIFT_OK);
    check_sum(profile, 300, 450);
    ck_assert_int_eq(shift_window_take(window, &profile, &err), SHIFT_OK);
    check_sum(profile, 0, 300);
    ck_assert(!shift_window_due(window));
    add_to(window, 450, 900); /* one is passed over */
    ck_assert_int_eq(shift_window_take(window, &profile, &err), SHIFT_OK);
    check_sum(profile, 600, 900);
    ck_assert_int_eq(shift_window_snapshot(window, &profile, &err), SHIFT_ENODATA);
    ck_assert_uint_eq(shift_window_rows(window), 900);
    shift_window_free(window);
}
END_TEST

START_TEST(sliding_windows_do)
{
    shift_window *window = make_window(300, 100);
    shift_profile *profile = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    add_to(window, 0, 200);
    ck_assert(!shift_window_due(window));
    ck_assert_int_eq(shift_window_snapshot(window, &profile, &err), SHIFT_OK);
    check_sum(profile, 0, 200);
    for (size_t end = 300; end <= 1000; end += 100) {
        add_to(window, end - 100, end);
        ck_assert_int_eq(shift_window_take(window, &profile, &err), SHIFT_OK);
        check_sum(profile, end - 300, end);
    }
    add_to(window, 1000, 1050);
    ck_assert_int_eq(shift_window_snapshot(window, &profile, &err), SHIFT_OK);
    check_sum(profile, 800, 1050);
    shift_window_free(window);
}
END_TEST

START_TEST(windows_that_cannot_be)
{
    shift_schema *schema = make_schema();
    shift_window *window = NULL;
    shift_profile *profile = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    static const uint64_t wrong[][2] = {{0, 0}, {100, 33}, {100, 200}, {100000, 1}};
    for (size_t i = 0; i < 4; i++) {
        shift_window_options options = SHIFT_WINDOW_OPTIONS_INIT;
        options.rows = wrong[i][0];
        options.step = wrong[i][1];
        ck_assert_int_eq(shift_window_new(&window, schema, &options, &err), SHIFT_EINVAL);
    }
    ck_assert_int_eq(shift_window_new(NULL, schema, NULL, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_window_new(&window, NULL, NULL, &err), SHIFT_EINVAL);
    ck_assert_ptr_null(window);
    ck_assert_int_eq(shift_window_add_row(NULL, NULL, 0, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_window_take(NULL, &profile, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_window_snapshot(NULL, &profile, &err), SHIFT_EINVAL);
    ck_assert(!shift_window_due(NULL));
    ck_assert_uint_eq(shift_window_rows(NULL), 0);
    shift_window_free(NULL);
    shift_schema_free(schema);
}
END_TEST

enum { WRITERS = 3, EACH = 4000 };

static void *write_rows(void *window)
{
    add_to(window, 0, EACH);
    return NULL;
}

START_TEST(snapshots_while_others_write)
{
    shift_window *window = make_window(1000, 100);
    pthread_t threads[WRITERS];
    shift_error err = SHIFT_ERROR_INIT;
    for (int i = 0; i < WRITERS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, write_rows, window), 0);
    for (uint64_t rows = 0; rows < (uint64_t)WRITERS * EACH; rows = shift_window_rows(window)) {
        shift_profile *profile = NULL;
        shift_status status = shift_window_snapshot(window, &profile, &err);
        ck_assert(status == SHIFT_OK || (status == SHIFT_ENODATA && rows == 0));
        ck_assert(profile == NULL || shift_profile_rows(profile) <= 1000);
        shift_profile_free(profile);
    }
    for (int i = 0; i < WRITERS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    shift_profile *profile = NULL;
    ck_assert_int_eq(shift_window_take(window, &profile, &err), SHIFT_OK);
    ck_assert_uint_eq(shift_profile_rows(profile), 1000);
    shift_profile_free(profile);
    shift_window_free(window);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("online");
    TCase *rows = tcase_create("rows");
    tcase_add_test(rows, rows_give_the_bytes_of_batches);
    tcase_add_test(rows, pending_rows_are_not_looked_past);
    tcase_add_test(rows, rows_of_many_columns);
    tcase_add_test(rows, long_texts_are_not_hoarded);
    tcase_add_test(rows, wrong_rows_are_refused_and_odd_values_classified);
    suite_add_tcase(s, rows);
    TCase *windows = tcase_create("windows");
    tcase_add_test(windows, tumbling_windows_do_not_overlap);
    tcase_add_test(windows, sliding_windows_do);
    tcase_add_test(windows, windows_that_cannot_be);
    tcase_add_test(windows, snapshots_while_others_write);
    suite_add_tcase(s, windows);
    return s;
}

int main(void)
{
    SRunner *runner = srunner_create(suite());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
