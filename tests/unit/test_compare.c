/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparing: progress and cancelling, features on threads, statistics of the caller's own. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shift/shift.h"

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

START_TEST(own_statistics_need_values_on_both_sides)
{
    static double x[] = {1, 2, 3, 4};
    static const uint8_t missing[] = {SHIFT_FIELD_MISSING, SHIFT_FIELD_MISSING, SHIFT_FIELD_MISSING,
                                      SHIFT_FIELD_MISSING};
    int calls = 0; /* it would fail */
    const shift_custom_statistic mine = {"mine", true, false, (double)NAN, 0.5, difference, &calls};
    shift_schema *schema = NULL;
    shift_profile *sides[2] = {NULL, NULL};
    shift_comparison *found = NULL;
    shift_policy policy = SHIFT_POLICY_INIT;
    shift_error err = SHIFT_ERROR_INIT;
    policy.no_joint = true;
    policy.statistics = &mine;
    policy.n_statistics = 1;
    ck_assert_int_eq(shift_schema_new(&schema, &err), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "x", SHIFT_KIND_NUMERIC, &err), SHIFT_OK);
    for (int i = 0; i < 2; i++) {
        const shift_column column = {x, NULL, NULL, NULL, i == 1 ? missing : NULL};
        const shift_batch batch = {4, 1, &column};
        ck_assert_int_eq(shift_profile_new(&sides[i], schema, NULL, &err), SHIFT_OK);
        ck_assert_int_eq(shift_profile_add(sides[i], &batch, &err), SHIFT_OK);
    }
    ck_assert_int_eq(shift_compare(&found, sides[0], sides[1], &policy, &err), SHIFT_OK);
    ck_assert_int_eq(calls, 0);
    const shift_subject *feature = found->features[0];
    const shift_measurement *m = feature->measurements[feature->n_measurements - 1];
    ck_assert_str_eq(m->statistic, "mine");
    ck_assert_double_nan(m->value);
    ck_assert_str_eq(m->reason, "no values on one side");
    shift_comparison_free(found);
    shift_profile_free(sides[0]);
    shift_profile_free(sides[1]);
    shift_schema_free(schema);
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
    Suite *s = suite_create("compare");
    TCase *calls = tcase_create("calls");
    tcase_add_test(calls, reading_and_comparing_tell_and_stop);
    tcase_add_test(calls, the_caller_is_asked_whichever_thread_works);
    tcase_add_test(calls, features_are_judged_alike_on_any_number_of_threads);
    tcase_add_test(calls, own_statistics_are_measured_judged_and_kept);
    tcase_add_test(calls, own_statistics_need_values_on_both_sides);
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
