/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cutting a source: every row is in one window, which is what the rows alone would give. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shift/windows.h"

enum { MOST = 400 };

typedef struct seen {
    size_t n;
    char names[MOST][40];
    uint64_t rows[MOST];
    size_t stop_at; /* fail at this window, from 1; 0 never */
} seen;

static shift_status note(void *context, const char *name, const shift_profile *profile,
                         shift_error *err)
{
    seen *s = context;
    (void)snprintf(s->names[s->n], sizeof s->names[0], "%s", name);
    s->rows[s->n++] = shift_profile_rows(profile);
    return s->n == s->stop_at ? shift_error_set(err, SHIFT_EIO, "enough") : SHIFT_OK;
}

/* "at" (a time every hour from 2026-01-01 on), "x", "k" (three values in turn) */
static void write_rows(const char *name, size_t rows)
{
    FILE *file = fopen(name, "w");
    ck_assert_ptr_nonnull(file);
    (void)fprintf(file, "at,x,k\n");
    for (size_t i = 0; i < rows; i++)
        (void)fprintf(file, "2026-01-%02zuT%02zu:00:00Z,%zu.5,%c\n", 1 + i / 24, i % 24,
                      i * 7 % 101, (char)('a' + i % 3));
    (void)fclose(file);
}

static shift_status cut(const char *name, const char *by, seen *out, shift_error *err)
{
    shift_source *source = NULL;
    shift_schema *schema = NULL;
    shift_window_rule rule;
    size_t stop_at = out->stop_at;
    memset(out, 0, sizeof *out);
    out->stop_at = stop_at;
    ck_assert_int_eq(shift_window_parse(by, &rule, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_schema_new(&schema, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "x", SHIFT_KIND_NUMERIC, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "at", SHIFT_KIND_TIMESTAMP, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "window", SHIFT_KIND_NUMERIC, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_source_open(&source, name, NULL, NULL), SHIFT_OK);
    shift_window_reading reading = {.size = sizeof reading, .schema = schema, .rule = &rule};
    shift_window_sink sink = {note, out};
    shift_status status = shift_profile_windows(source, &reading, &sink, err);
    shift_source_close(source);
    shift_schema_free(schema);
    return status;
}

static uint64_t rows_of(const seen *s)
{
    uint64_t rows = 0;
    for (size_t i = 0; i < s->n; i++)
        rows += s->rows[i];
    return rows;
}

START_TEST(every_row_is_in_one_window)
{
    static const struct {
        const char *by, *first, *last;
        size_t n;
    } cases[] = {
        {"time:1d", "2026-01-01", "2026-01-20", 20},
        {"time:6h:at", "2026-01-01T00:00:00Z", "2026-01-20T18:00:00Z", 80},
        {"time:1w", "2025-12-29", "2026-01-19", 4}, /* Mondays */
        {"rows:100", "rows 1 to 100", "rows 401 to 480", 5},
        {"rows:480", "rows 1 to 480", "rows 1 to 480", 1},
        {"column:k", "a", "c", 3},
    };
    static seen s;
    write_rows("rows.csv", 480);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_int_eq(cut("rows.csv", cases[i].by, &s, NULL), SHIFT_OK);
        ck_assert_uint_eq(s.n, cases[i].n);
        ck_assert_uint_eq(rows_of(&s), 480);
        ck_assert_str_eq(s.names[0], cases[i].first);
        ck_assert_str_eq(s.names[s.n - 1], cases[i].last);
    }
    (void)remove("rows.csv");
}
END_TEST

START_TEST(rules_are_read)
{
    static const char *const wrong[] = {
        "",      "time:",    "time:1",   "time:0d", "time:1y",
        "rows:", "rows:0",   "rows:-1",  "rows:1x", "column:",
        "day",   "time:1d:", "time:1dx", "rows",    "time:99999999999d"};
    shift_window_rule rule;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        ck_assert_int_eq(shift_window_parse(wrong[i], &rule, NULL), SHIFT_EINVAL);
    ck_assert_int_eq(shift_window_parse("time:90s", &rule, NULL), SHIFT_OK);
    ck_assert_uint_eq(rule.length, 90);
    ck_assert_int_eq(shift_window_parse("time:30m", &rule, NULL), SHIFT_OK);
    ck_assert_uint_eq(rule.length, 1800);
    ck_assert_int_eq(shift_window_parse("time:2h:at:once", &rule, NULL), SHIFT_OK);
    ck_assert_uint_eq(rule.length, 7200);
    ck_assert_str_eq(rule.column, "at:once");
}
END_TEST

START_TEST(readings_that_cannot_be)
{
    static const shift_window_rule wrong[] = {{sizeof *wrong, SHIFT_WINDOW_TIME, NULL, 0},
                                              {sizeof *wrong, SHIFT_WINDOW_ROWS, NULL, 0},
                                              {sizeof *wrong, SHIFT_WINDOW_ROWS, NULL, UINT64_MAX},
                                              {sizeof *wrong, SHIFT_WINDOW_VALUES, NULL, 0},
                                              {sizeof *wrong, (shift_window_kind)3, "x", 1}};
    static seen s;
    shift_error err = SHIFT_ERROR_INIT;
    shift_source *source = NULL;
    shift_schema *schema = NULL;
    shift_window_rule rule;
    const shift_window_sink sink = {note, &s};
    const shift_window_sink none = {NULL, NULL};
    write_rows("rows.csv", 9);
    ck_assert_int_eq(shift_source_open(&source, "rows.csv", NULL, &err), SHIFT_OK);
    ck_assert_int_eq(shift_source_infer(source, NULL, &schema, &err), SHIFT_OK);
    shift_window_reading reading = {.size = sizeof reading, .schema = schema};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        reading.rule = &wrong[i];
        ck_assert_int_eq(shift_profile_windows(source, &reading, &sink, &err), SHIFT_EINVAL);
    }
    const shift_window_rule good = {sizeof good, SHIFT_WINDOW_ROWS, NULL, 5};
    reading.rule = &good;
    ck_assert_int_eq(shift_profile_windows(source, &reading, &none, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_profile_windows(source, &reading, NULL, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_profile_windows(source, NULL, &sink, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_profile_windows(NULL, &reading, &sink, &err), SHIFT_EINVAL);
    reading.schema = NULL;
    ck_assert_int_eq(shift_profile_windows(source, &reading, &sink, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_window_parse(NULL, &rule, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_window_parse("rows:5", NULL, &err), SHIFT_EINVAL);
    ck_assert_uint_eq(s.n, 0);
    reading.schema = schema; /* none of it has read a row */
    ck_assert_int_eq(shift_profile_windows(source, &reading, &sink, &err), SHIFT_OK);
    ck_assert_uint_eq(s.n, 2);
    shift_source_close(source);
    shift_schema_free(schema);
    (void)remove("rows.csv");
}
END_TEST

START_TEST(times_beyond_any_calendar)
{
    static seen s;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq(cut("sqlite::memory:?SELECT 1.5 AS x, column1 AS at"
                         " FROM (VALUES (1767225600), (1e300))",
                         "time:1d", &s, &err),
                     SHIFT_EFORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "row 2 has no time in column \"at\""));
}
END_TEST

START_TEST(failures_say_where)
{
    static seen s;
    shift_error err = SHIFT_ERROR_INIT;
    FILE *file = fopen("odd.csv", "w");
    ck_assert_ptr_nonnull(file);
    (void)fprintf(file, "at,x\n2026-01-01,1\n,2\n");
    (void)fclose(file);
    ck_assert_int_eq(cut("odd.csv", "time:1d", &s, &err), SHIFT_EFORMAT);
    ck_assert_str_eq(
        err.message,
        "odd.csv: row 2 has no time in column \"at\", so that it belongs to no window");
    ck_assert_int_eq(cut("odd.csv", "column:y", &s, &err), SHIFT_EINVAL);
    ck_assert_str_eq(err.message, "odd.csv: has no column \"y\", by which it is to be cut");
    file = fopen("odd.csv", "w");
    (void)fprintf(file, "at,x\n");
    for (int day = 20; day > 0; day--)
        (void)fprintf(file, "2026-01-%02d,%d\n", day, day);
    (void)fclose(file);
    ck_assert_int_eq(cut("odd.csv", "time:1d", &s, &err), SHIFT_EFORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "row 10 is of 2026-01-11, which is over"));
    ck_assert_int_eq(cut("odd.csv", "time:4d", &s, &err), SHIFT_OK);
    ck_assert_uint_eq(rows_of(&s), 20);
    file = fopen("odd.csv", "w");
    (void)fprintf(file, "at,x\n");
    for (int i = 0; i < 65; i++)
        (void)fprintf(file, "2026-01-01,%d\n", i);
    (void)fclose(file);
    ck_assert_int_eq(cut("odd.csv", "column:x", &s, &err), SHIFT_EUNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(err.message, "more than 64 values"));
    s.stop_at = 2;
    ck_assert_int_eq(cut("odd.csv", "rows:10", &s, &err), SHIFT_EIO);
    ck_assert_uint_eq(s.n, 2);
    s.stop_at = 0;
    (void)remove("odd.csv");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("windows");
    TCase *tests = tcase_create("cutting");
    tcase_add_test(tests, every_row_is_in_one_window);
    tcase_add_test(tests, rules_are_read);
    tcase_add_test(tests, readings_that_cannot_be);
    tcase_add_test(tests, times_beyond_any_calendar);
    tcase_add_test(tests, failures_say_where);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
