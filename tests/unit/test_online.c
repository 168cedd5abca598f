/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows one by one, windows over them, progress and cancelling, statistics of the caller's own. */
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

/* ---- progress ---- */

typedef struct watcher {
    uint64_t calls, last, total, stop_at;
} watcher;

static bool step(void *context, uint64_t done, uint64_t total)
{
    watcher *w = context;
    w->calls++;
    ck_assert_uint_ge(done, w->last);
    w->last = done;
    w->total = total;
    return w->calls != w->stop_at;
}

static bool step_until_all(void *context, uint64_t done, uint64_t total)
{
    bool *all = context;
    *all = done == total;
    return !*all;
}

START_TEST(reading_and_comparing_tell_and_stop)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_profile *profiles[2] = {NULL, NULL};
    shift_comparison *comparison = NULL;
    for (uint64_t stop_at = 0; stop_at < 3; stop_at++) {
        shift_source *source = NULL;
        shift_profile *profile = NULL;
        watcher w = {0, 0, 0, stop_at};
        const shift_progress progress = {step, &w};
        shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
        options.progress = &progress;
        ck_assert_int_eq(shift_source_open(&source, SHIFT_SOURCE_DIR "/data/train.csv", NULL, &err),
                         SHIFT_OK);
        shift_status status = shift_profile_read(&profile, source, NULL, NULL, &options, &err);
        shift_source_close(source);
        if (stop_at > 0) {
            ck_assert_int_eq(status, SHIFT_ECANCELLED);
            ck_assert_ptr_null(profile);
            ck_assert_uint_eq(w.calls, stop_at);
        } else {
            ck_assert_int_eq(status, SHIFT_OK);
            ck_assert_uint_eq(w.last, shift_profile_rows(profile));
            profiles[0] = profile;
        }
    }
    for (unsigned threads = 1; threads < 4; threads += 2) {
        for (uint64_t stop_at = 0; stop_at < 2; stop_at++) {
            watcher w = {0, 0, 0, stop_at};
            const shift_progress progress = {step, &w};
            shift_policy policy = SHIFT_POLICY_INIT;
            policy.no_joint = true;
            policy.progress = &progress;
            policy.threads = threads;
            comparison = NULL;
            shift_status status =
                shift_compare(&comparison, profiles[0], profiles[0], &policy, &err);
            ck_assert_int_eq(status, stop_at > 0 ? SHIFT_ECANCELLED : SHIFT_OK);
            ck_assert_uint_ge(w.calls, 1);
            ck_assert_uint_eq(w.total, shift_schema_size(shift_profile_schema(profiles[0])));
            shift_comparison_free(comparison);
        }
        bool all = false; /* features are done: it is in the joint part */
        const shift_progress progress = {step_until_all, &all};
        shift_policy policy = SHIFT_POLICY_INIT;
        policy.progress = &progress;
        policy.threads = threads;
        comparison = NULL;
        ck_assert_int_eq(shift_compare(&comparison, profiles[0], profiles[0], &policy, &err),
                         SHIFT_ECANCELLED);
        ck_assert_str_eq(err.message, "the comparison was cancelled");
        ck_assert_ptr_null(comparison);
        ck_assert(all);
    }
    shift_profile_free(profiles[0]);
}
END_TEST

/* One feature, which any of the threads may take. */
START_TEST(the_caller_is_asked_whichever_thread_works)
{
    static const char *const only[] = {"price"};
    shift_source *source = NULL;
    shift_schema *schema = NULL;
    shift_profile *profile = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    shift_schema_options options = SHIFT_SCHEMA_OPTIONS_INIT;
    options.only = only;
    options.n_only = 1;
    ck_assert_int_eq(shift_source_open(&source, SHIFT_SOURCE_DIR "/data/train.csv", NULL, &err),
                     SHIFT_OK);
    ck_assert_int_eq(shift_source_infer(source, &options, &schema, &err), SHIFT_OK);
    ck_assert_int_eq(shift_profile_read(&profile, source, schema, NULL, NULL, &err), SHIFT_OK);
    shift_source_close(source);
    shift_schema_free(schema);
    for (int round = 0; round < 100; round++) {
        watcher w = {0, 0, 0, 1};
        const shift_progress progress = {step, &w};
        shift_policy policy = SHIFT_POLICY_INIT;
        shift_comparison *comparison = NULL;
        policy.no_joint = true;
        policy.progress = &progress;
        policy.threads = 8;
        ck_assert_int_eq(shift_compare(&comparison, profile, profile, &policy, &err),
                         SHIFT_ECANCELLED);
        ck_assert_uint_eq(w.calls, 1);
    }
    shift_profile_free(profile);
}
END_TEST

/* ---- features on threads ---- */

enum { FEATURES = 150, ROWS = 300 };

/* Numbers, some of which last from row to row, repeat or do not vary, and texts; production's
 * differ in some features and lack others. */
static shift_profile *make_side(int side)
{
    static double numbers[FEATURES][ROWS];
    static char texts[] = "abcdefgh";
    static uint32_t begin[FEATURES][ROWS];
    static uint32_t end[FEATURES][ROWS];
    static shift_column columns[FEATURES];
    shift_schema *schema = NULL;
    shift_profile *profile = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq(shift_schema_new(&schema, &err), SHIFT_OK);
    for (size_t c = 0; c < FEATURES; c++) {
        char name[16];
        (void)snprintf(name, sizeof name, "f%zu", side == 1 && c % 50 == 7 ? c + 1000 : c);
        bool text = c % 10 == 4;
        ck_assert_int_eq(shift_schema_add(schema, name,
                                          text ? SHIFT_KIND_CATEGORICAL : SHIFT_KIND_NUMERIC, &err),
                         SHIFT_OK);
        double speed = c % 10 == 2 ? 0.01 : 1.7 + (double)c;
        for (size_t r = 0; r < ROWS; r++) {
            double x =
                sin(speed * (double)(r + 1000 * (size_t)side)) + (c % 9 == (size_t)side ? 0.3 : 0);
            numbers[c][r] = c % 10 == 6 ? 1 : c % 10 == 8 ? round(3 * x) : x;
            begin[c][r] = (uint32_t)fmin(7, 3.5 * (x + 1));
            end[c][r] = begin[c][r] + 1;
        }
        columns[c] = text ? (shift_column){NULL, texts, begin[c], end[c], NULL}
                          : (shift_column){numbers[c], NULL, NULL, NULL, NULL};
    }
    const shift_batch batch = {ROWS, FEATURES, columns};
    ck_assert_int_eq(shift_profile_new(&profile, schema, NULL, &err), SHIFT_OK);
    ck_assert_int_eq(shift_profile_add(profile, &batch, &err), SHIFT_OK);
    shift_schema_free(schema);
    return profile;
}

static void check_same_text(const char *a, const char *b)
{
    ck_assert_str_eq(a != NULL ? a : "-", b != NULL ? b : "-");
}

static void check_same_subject(const shift_subject *a, const shift_subject *b)
{
    check_same_text(a->name, b->name);
    check_same_text(a->reason, b->reason);
    ck_assert_int_eq(a->verdict, b->verdict);
    ck_assert_uint_eq(a->n_measurements, b->n_measurements);
    for (size_t i = 0; i < a->n_measurements; i++) {
        const shift_measurement *m = a->measurements[i];
        const shift_measurement *n = b->measurements[i];
        const double x[] = {m->value, m->low, m->high, m->log10_p, m->p_adjusted};
        const double y[] = {n->value, n->low, n->high, n->log10_p, n->p_adjusted};
        check_same_text(m->statistic, n->statistic);
        check_same_text(m->reason, n->reason);
        for (size_t k = 0; k < sizeof x / sizeof *x; k++)
            ck_assert_msg(x[k] == y[k] || (isnan(x[k]) && isnan(y[k])), "%s of %s: %.17g, %.17g",
                          m->statistic, a->name, x[k], y[k]);
    }
}

START_TEST(features_are_judged_alike_on_any_number_of_threads)
{
    shift_profile *sides[2] = {make_side(0), make_side(1)};
    shift_comparison *first = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    static const unsigned threads[] = {1, 2, 5};
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        shift_comparison *found = NULL;
        shift_policy policy = SHIFT_POLICY_INIT;
        policy.threads = threads[i];
        ck_assert_int_eq(shift_compare(&found, sides[0], sides[1], &policy, &err), SHIFT_OK);
        if (i == 0) {
            first = found;
            ck_assert_uint_eq(found->n_features, FEATURES);
            ck_assert_uint_gt(found->n_messages, 30);
            continue;
        }
        check_same_subject(first->dataset, found->dataset);
        for (size_t c = 0; c < FEATURES; c++)
            check_same_subject(first->features[c], found->features[c]);
        ck_assert_uint_eq(first->n_messages, found->n_messages);
        for (size_t k = 0; k < found->n_messages; k++) {
            check_same_text(first->messages[k]->subject, found->messages[k]->subject);
            check_same_text(first->messages[k]->text, found->messages[k]->text);
        }
        shift_comparison_free(found);
    }
    shift_comparison_free(first);
    shift_profile_free(sides[0]);
    shift_profile_free(sides[1]);
}
END_TEST

/* ---- statistics of the caller's own ---- */

static shift_status difference(void *context, const shift_distribution *train,
                               const shift_distribution *prod, double *value, shift_error *err)
{
    if (context != NULL) {
        ++*(int *)context;
        return shift_error_set(err, SHIFT_EIO, "the limit could not be read");
    }
    *value = prod->mean - train->mean;
    return SHIFT_OK;
}

static shift_status compare_with(const shift_custom_statistic *statistics, size_t n,
                                 double difference_of_means, shift_comparison **out,
                                 shift_error *err)
{
    static double x[2][400];
    shift_schema *schema = NULL;
    shift_profile *sides[2] = {NULL, NULL};
    shift_policy policy = SHIFT_POLICY_INIT;
    policy.no_joint = true;
    policy.statistics = statistics;
    policy.n_statistics = n;
    ck_assert_int_eq(shift_schema_new(&schema, err), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "x", SHIFT_KIND_NUMERIC, err), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "the same", SHIFT_KIND_NUMERIC, err), SHIFT_OK);
    for (size_t i = 0; i < 400; i++) {
        x[0][i] = sin((double)i);
        x[1][i] = sin((double)i + 0.5) + difference_of_means;
    }
    for (int i = 0; i < 2; i++) {
        const shift_column column = {x[i], NULL, NULL, NULL, NULL};
        const shift_column columns[] = {column, column};
        const shift_batch batch = {400, 2, columns};
        ck_assert_int_eq(shift_profile_new(&sides[i], schema, NULL, err), SHIFT_OK);
        ck_assert_int_eq(shift_profile_add(sides[i], &batch, err), SHIFT_OK);
    }
    shift_status status = shift_compare(out, sides[0], sides[1], &policy, err);
    shift_profile_free(sides[0]);
    shift_profile_free(sides[1]);
    shift_schema_free(schema);
    return status;
}

START_TEST(own_statistics_are_measured_judged_and_kept)
{
    char name[] = "difference";
    double none = (double)NAN;
    shift_custom_statistic mine[] = {{name, true, false, none, 0.5, difference, NULL},
                                     {"only_texts", false, true, none, none, difference, NULL}};
    shift_comparison *found = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq(compare_with(mine, 2, 0.6, &found, &err), SHIFT_OK);
    memset(name, 'x', sizeof name - 1); /* the result has its own */
    const shift_subject *feature = found->features[0];
    const shift_measurement *m = feature->measurements[feature->n_measurements - 1];
    ck_assert_str_eq(m->statistic, "difference");
    ck_assert_double_eq_tol(m->value, 0.6, 0.02);
    ck_assert_double_eq(m->alert, 0.5);
    ck_assert_int_eq(m->verdict, SHIFT_VERDICT_ALERT);
    shift_comparison_free(found);
    ck_assert_int_eq(compare_with(mine, 1, 0, &found, &err), SHIFT_OK);
    feature = found->features[0];
    ck_assert_int_eq(feature->measurements[feature->n_measurements - 1]->verdict, SHIFT_VERDICT_OK);
    shift_comparison_free(found);
}
END_TEST

START_TEST(own_statistics_that_cannot_be)
{
    double none = (double)NAN;
    int calls = 0;
    shift_comparison *found = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    static const char *const names[] = {"", "Upper", "psi", "mcc", "has space", NULL};
    for (size_t i = 0; i < 6; i++) {
        const shift_custom_statistic mine = {names[i], true, false, none, none, difference, NULL};
        ck_assert_int_eq(compare_with(&mine, 1, 0, &found, &err), SHIFT_EINVAL);
    }
    const shift_custom_statistic twice[] = {{"mine", true, false, none, none, difference, NULL},
                                            {"mine", true, false, none, none, difference, NULL}};
    ck_assert_int_eq(compare_with(twice, 2, 0, &found, &err), SHIFT_EINVAL);
    ck_assert_str_eq(err.message, "there is a statistic \"mine\" already");
    ck_assert_int_eq(compare_with(NULL, 1, 0, &found, &err), SHIFT_EINVAL);
    const shift_custom_statistic empty = {"mine", true, false, none, none, NULL, NULL};
    ck_assert_int_eq(compare_with(&empty, 1, 0, &found, &err), SHIFT_EINVAL);
    const shift_custom_statistic failing = {"mine", true, false, none, none, difference, &calls};
    ck_assert_int_eq(compare_with(&failing, 1, 0, &found, &err), SHIFT_EIO);
    ck_assert_str_eq(err.message, "the limit could not be read");
    ck_assert_int_eq(calls, 1);
    ck_assert_ptr_null(found);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("online");
    TCase *rows = tcase_create("rows");
    tcase_add_test(rows, rows_give_the_bytes_of_batches);
    tcase_add_test(rows, pending_rows_are_not_looked_past);
    tcase_add_test(rows, long_texts_are_not_hoarded);
    tcase_add_test(rows, wrong_rows_are_refused_and_odd_values_classified);
    suite_add_tcase(s, rows);
    TCase *windows = tcase_create("windows");
    tcase_add_test(windows, tumbling_windows_do_not_overlap);
    tcase_add_test(windows, sliding_windows_do);
    tcase_add_test(windows, windows_that_cannot_be);
    tcase_add_test(windows, snapshots_while_others_write);
    suite_add_tcase(s, windows);
    TCase *calls = tcase_create("calls");
    tcase_add_test(calls, reading_and_comparing_tell_and_stop);
    tcase_add_test(calls, the_caller_is_asked_whichever_thread_works);
    tcase_add_test(calls, features_are_judged_alike_on_any_number_of_threads);
    tcase_add_test(calls, own_statistics_are_measured_judged_and_kept);
    tcase_add_test(calls, own_statistics_that_cannot_be);
    suite_add_tcase(s, calls);
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
