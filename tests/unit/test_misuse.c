/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls that a program should not make: the wrong order, what does not fit, options that are none,
 * places that are not there. Each is an error, and nothing else happens. NULL is in test_null.c. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shift/shift.h"

typedef struct things {
    shift_schema *schema;
    shift_source *source;
    shift_profile *profile;
    shift_comparison *comparison;
    shift_store *store;
} things;

static things make_things(void)
{
    things t = {NULL, NULL, NULL, NULL, NULL};
    shift_error err = SHIFT_ERROR_INIT;
    shift_policy policy = SHIFT_POLICY_INIT;
    policy.no_joint = true;
    ck_assert_int_eq(shift_source_open(&t.source, SHIFT_SOURCE_DIR "/data/train.csv", NULL, &err),
                     SHIFT_OK);
    ck_assert_int_eq(shift_source_infer(t.source, NULL, &t.schema, &err), SHIFT_OK);
    ck_assert_int_eq(shift_profile_read(&t.profile, t.source, NULL, NULL, NULL, &err), SHIFT_OK);
    ck_assert_int_eq(shift_compare(&t.comparison, t.profile, t.profile, &policy, &err), SHIFT_OK);
    ck_assert_int_eq(shift_store_open(&t.store, ":memory:", SHIFT_STORE_WRITE, &err), SHIFT_OK);
    return t;
}

static void free_things(things *t)
{
    shift_schema_free(t->schema);
    shift_source_close(t->source);
    shift_profile_free(t->profile);
    shift_comparison_free(t->comparison);
    shift_store_close(t->store);
}

START_TEST(what_is_not_there_has_no_answer)
{
    things t = make_things();
    shift_error err = SHIFT_ERROR_INIT;
    size_t n = shift_schema_size(t.schema);
    shift_whitening *whitening = NULL;
    shift_registry *registry = NULL;
    shift_distribution *distribution = NULL;
    ck_assert_int_eq(shift_whitening_new(&whitening, t.profile, SHIFT_WHITENING_ZCA, &err),
                     SHIFT_OK);
    ck_assert_int_eq(shift_registry_open(&registry, NULL, 0, &err), SHIFT_OK);
    ck_assert(!shift_profile_absent(t.profile, n));
    ck_assert_ptr_null(shift_profile_extra(t.profile, 0));
    ck_assert_ptr_null(shift_profile_part(t.profile, 0, NULL));
    ck_assert_ptr_null(shift_schema_name(t.schema, n));
    ck_assert_int_eq(shift_schema_kind(t.schema, n), SHIFT_KIND_NUMERIC);
    ck_assert_ptr_null(shift_source_column(t.source, 9999));
    ck_assert_ptr_null(shift_statistic_name(9999));
    ck_assert_uint_eq(shift_whitening_column(whitening, shift_whitening_size(whitening)), SIZE_MAX);
    ck_assert_ptr_null(shift_whitening_exclusion(whitening, n));
    ck_assert_ptr_null(shift_registry_at(registry, 0).path);
    ck_assert_int_eq(shift_distribution_of_profile(&distribution, t.profile, n, &err),
                     SHIFT_EINVAL);
    shift_whitening_free(whitening);
    shift_registry_close(registry);
    free_things(&t);
}
END_TEST

START_TEST(what_is_no_enumerator_is_refused)
{
    things t = make_things();
    shift_error err = SHIFT_ERROR_INIT;
    shift_whitening *whitening = NULL;
    shift_store *store = NULL;
    shift_comparison *comparison = NULL;
    shift_policy policy = SHIFT_POLICY_INIT;
    policy.dependence = (shift_dependence)9;
    ck_assert_int_eq(shift_schema_add(t.schema, "x", (shift_kind)9, &err), SHIFT_EINVAL);
    ck_assert_str_eq(err.message, "column \"x\" is of unknown kind 9");
    ck_assert_int_eq(shift_whitening_new(&whitening, t.profile, (shift_whitening_method)9, &err),
                     SHIFT_EINVAL);
    ck_assert_int_eq(shift_store_open(&store, ":memory:", (shift_store_mode)9, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_store_end_attempt(t.store, 1, (shift_outcome)9, "now", NULL, &err),
                     SHIFT_EINVAL);
    ck_assert_int_eq(shift_compare(&comparison, t.profile, t.profile, &policy, &err), SHIFT_EINVAL);
    ck_assert_ptr_null(shift_whitening_method_name((shift_whitening_method)4));
    ck_assert_ptr_null(shift_weighting_method_name((shift_weighting_method)3));
    free_things(&t);
}
END_TEST

START_TEST(a_sink_that_cannot_write_is_refused)
{
    things t = make_things();
    shift_error err = SHIFT_ERROR_INIT;
    const shift_sink sink = {.size = sizeof sink};
    shift_whitening *whitening = NULL;
    shift_outliers *outliers = NULL;
    shift_source *source = NULL;
    uint64_t rows = 0;
    shift_outliers_options options = SHIFT_OUTLIERS_OPTIONS_INIT;
    options.order = SHIFT_OUTLIERS_BY_DISTANCE;
    ck_assert_int_eq(shift_whitening_new(&whitening, t.profile, SHIFT_WHITENING_ZCA, &err),
                     SHIFT_OK);
    ck_assert_int_eq(shift_source_open(&source, SHIFT_SOURCE_DIR "/data/train.csv", NULL, &err),
                     SHIFT_OK);
    ck_assert_int_eq(shift_whitening_write(whitening, source, &sink, &rows, &rows, &err),
                     SHIFT_EINVAL);
    ck_assert_str_eq(err.message, "a sink that cannot write");
    ck_assert_int_eq(shift_outliers_find(&outliers, t.profile, t.profile, source, &options, &err),
                     SHIFT_OK);
    err = (shift_error)SHIFT_ERROR_INIT;
    ck_assert_int_eq(shift_outliers_write(outliers, source, &sink, &err), SHIFT_EINVAL);
    ck_assert_str_eq(err.message, "a sink that cannot write");
    options.order = (shift_outlier_order)9;
    shift_outliers_free(outliers);
    outliers = NULL;
    ck_assert_int_eq(shift_outliers_find(&outliers, t.profile, t.profile, source, &options, &err),
                     SHIFT_EINVAL);
    ck_assert_str_eq(err.message, "outliers in unknown order 9");
    ck_assert_ptr_null(outliers);
    shift_source_close(source);
    shift_whitening_free(whitening);
    free_things(&t);
}
END_TEST

START_TEST(values_that_are_not_finite_are_no_distribution)
{
    static const double values[][2] = {{1, (double)NAN}, {(double)INFINITY, 1}};
    shift_distribution *distribution = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq(shift_distribution_of_values(&distribution, values[_i], 2, &err),
                     SHIFT_EINVAL);
    ck_assert_str_eq(err.message, "a distribution is made of finite values only");
    ck_assert_ptr_null(distribution);
}
END_TEST

START_TEST(null_within_what_is_given_is_refused)
{
    things t = make_things();
    shift_error err = SHIFT_ERROR_INIT;
    shift_source *source = NULL;
    shift_profile *profile = NULL;
    shift_comparison *comparison = NULL;
    shift_schema *schema = NULL;
    const char *const nothing[] = {NULL};
    const shift_schema_rule rule = {NULL, true, SHIFT_KIND_NUMERIC};
    shift_source_options options = SHIFT_SOURCE_OPTIONS_INIT;
    shift_schema_options rules = SHIFT_SCHEMA_OPTIONS_INIT;
    shift_policy policy = SHIFT_POLICY_INIT;
    shift_run run = {.size = sizeof run, .started_at = "2026-01-31T00:00:00Z"};
    int64_t id = 0;
    options.missing_tokens = nothing;
    options.n_missing_tokens = 1;
    rules.rules = &rule;
    rules.n_rules = 1;
    policy.n_thresholds = 1;
    ck_assert_int_eq(shift_source_open(&source, SHIFT_SOURCE_DIR "/data/train.csv", &options, &err),
                     SHIFT_EINVAL);
    ck_assert_str_eq(err.message, "missing token 1 is NULL");
    ck_assert_int_eq(shift_source_open(&source, SHIFT_SOURCE_DIR "/data/train.csv", NULL, &err),
                     SHIFT_OK);
    ck_assert_int_eq(shift_source_infer(source, &rules, &schema, &err), SHIFT_EINVAL);
    rules = (shift_schema_options){.size = sizeof rules, .only = nothing, .n_only = 1};
    ck_assert_int_eq(shift_source_infer(source, &rules, &schema, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_compare(&comparison, t.profile, t.profile, &policy, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_store_record(t.store, &run, t.comparison, &id, &err), SHIFT_EINVAL);
    ck_assert_str_eq(err.message, "shift_store_record(): run->finished_at is NULL");
    shift_history_query query = SHIFT_HISTORY_QUERY_INIT;
    shift_history *history = NULL;
    const shift_history_series series = {.subject = "x"};
    query.n_series = 1;
    ck_assert_int_eq(shift_store_history(t.store, &query, &history, &err), SHIFT_EINVAL);
    query.series = &series;
    ck_assert_int_eq(shift_store_history(t.store, &query, &history, &err), SHIFT_EINVAL);
    ck_assert_str_eq(err.message, "series 1 of the query is NULL");
    ck_assert_int_eq(shift_schema_new(&schema, &err), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "x", SHIFT_KIND_CATEGORICAL, &err), SHIFT_OK);
    ck_assert_int_eq(shift_profile_new(&profile, schema, NULL, &err), SHIFT_OK);
    const shift_value value = shift_value_text(NULL, 3);
    ck_assert_int_eq(shift_profile_add_row(profile, &value, 1, &err), SHIFT_EINVAL);
    const uint32_t begin = 0, end = 3;
    const shift_column column = {NULL, NULL, &begin, &end, NULL};
    const shift_batch batch = {1, 1, &column};
    ck_assert_int_eq(shift_profile_add(profile, &batch, &err), SHIFT_EINVAL);
    ck_assert_uint_eq(shift_profile_rows(profile), 0);
    shift_profile_free(profile);
    shift_schema_free(schema);
    shift_source_close(source);
    free_things(&t);
}
END_TEST

/* Options as a program has them that was compiled against other headers. */
typedef struct newer {
    shift_policy policy;
    size_t more[4];
} newer;

START_TEST(options_of_other_versions)
{
    things t = make_things();
    shift_error err = SHIFT_ERROR_INIT;
    shift_comparison *comparison = NULL;
    newer n;
    memset(&n, 0, sizeof n);
    n.policy = (shift_policy)SHIFT_POLICY_INIT;
    n.policy.no_joint = true;
    n.policy.size = sizeof n;
    ck_assert_int_eq(shift_compare(&comparison, t.profile, t.profile, &n.policy, &err), SHIFT_OK);
    shift_comparison_free(comparison);
    comparison = NULL;
    n.more[3] = 1; /* what this version does not know */
    ck_assert_int_eq(shift_compare(&comparison, t.profile, t.profile, &n.policy, &err),
                     SHIFT_EUNSUPPORTED);
    ck_assert_str_eq(
        err.message,
        "shift_policy: a member is set that this version of the library does not have");
    n.policy.size = offsetof(shift_policy, dependence); /* older: what follows does not count */
    n.policy.dependence = (shift_dependence)9;
    ck_assert_int_eq(shift_compare(&comparison, t.profile, t.profile, &n.policy, &err), SHIFT_OK);
    shift_comparison_free(comparison);
    free_things(&t);
}
END_TEST

static shift_status nowhere(void *context, const char *name, const shift_profile *profile,
                            shift_error *err)
{
    (void)context;
    (void)name;
    (void)profile;
    return shift_error_set(err, SHIFT_EINVAL, "not to be called");
}

/* A size that was never set, or is absurd, is that of no version. */
START_TEST(options_without_a_size_are_refused)
{
    static const size_t sizes[] = {0, sizeof(size_t), SIZE_MAX};
    const size_t size = sizes[_i];
    things t = make_things();
    shift_error err = SHIFT_ERROR_INIT;
    void *out = NULL;
    int64_t id = 0;
    size_t aborted = 0;
    const shift_source_options source = {.size = size};
    const shift_schema_options schema = {.size = size};
    const shift_profile_options profile = {.size = size};
    const shift_window_options window = {.size = size};
    const shift_window_options of_window = {sizeof window, 1, 0, &profile};
    const shift_policy policy = {.size = size};
    const shift_weights_options weights = {.size = size};
    const shift_outliers_options outliers = {.size = size};
    const shift_history_query query = {.size = size};
    const shift_run run = {.size = size};
    const shift_window_rule rule = {.size = size};
    const shift_window_reading readings[] = {
        {.size = size}, {.size = sizeof *readings, .schema = t.schema, .rule = &rule}};
    const shift_window_sink sink = {nowhere, NULL};
    const shift_status refused[] = {
        shift_source_open((void *)&out, SHIFT_SOURCE_DIR "/data/train.csv", &source, &err),
        shift_source_infer(t.source, &schema, (void *)&out, &err),
        shift_profile_new((void *)&out, t.schema, &profile, &err),
        shift_window_new((void *)&out, t.schema, &window, &err),
        shift_window_new((void *)&out, t.schema, &of_window, &err),
        shift_compare((void *)&out, t.profile, t.profile, &policy, &err),
        shift_weights_new((void *)&out, t.profile, t.profile, &weights, &err),
        shift_outliers_find((void *)&out, t.profile, t.profile, t.source, &outliers, &err),
        shift_store_history(t.store, &query, (void *)&out, &err),
        shift_store_record(t.store, &run, t.comparison, &id, &err),
        shift_store_begin_attempt(t.store, &run, &id, &aborted, &err),
        shift_profile_windows(t.source, &readings[0], &sink, &err),
        shift_profile_windows(t.source, &readings[1], &sink, &err),
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        ck_assert_msg(refused[i] == SHIFT_EINVAL, "call %zu with size %zu", i, size);
    ck_assert_ptr_null(out);
    ck_assert_ptr_nonnull(strstr(err.message, "was not set by the _INIT macro"));
    free_things(&t);
}
END_TEST

START_TEST(the_wrong_order_is_refused)
{
    things t = make_things();
    shift_error err = SHIFT_ERROR_INIT;
    shift_profile *again = NULL;
    shift_schema *schema = NULL;
    shift_report *report = NULL;
    const shift_batch no_columns = {5, shift_schema_size(t.schema), NULL};
    /* a source is read once */
    ck_assert_int_eq(shift_profile_read(&again, t.source, NULL, NULL, NULL, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_source_infer(t.source, NULL, &schema, &err), SHIFT_EINVAL);
    ck_assert_int_ne(shift_profile_read(&again, t.source, t.schema, NULL, NULL, &err), SHIFT_OK);
    ck_assert_ptr_null(again);
    /* nothing was recorded yet */
    ck_assert_int_eq(shift_store_load(t.store, 0, &report, &err), SHIFT_ESTORE);
    ck_assert_int_eq(shift_profile_merge(t.profile, t.profile, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_profile_add(t.profile, &no_columns, &err), SHIFT_EINVAL);
    ck_assert_str_eq(err.message, "shift_profile_add(): batch->columns is NULL");
    free_things(&t);
}
END_TEST

START_TEST(a_store_without_runs_has_nothing_to_give)
{
    shift_store *store = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    void *bytes = NULL;
    size_t n = 0;
    ck_assert_int_eq(shift_store_open(&store, "not-made-yet.db", SHIFT_STORE_WRITE, &err),
                     SHIFT_OK);
    ck_assert_int_eq(shift_store_backup(store, "backup.db", &err), SHIFT_ESTORE);
    ck_assert_str_eq(err.message, "not-made-yet.db: no run is recorded");
    ck_assert_int_eq(shift_store_network_bytes(store, "net", &bytes, &n, &err), SHIFT_ESTORE);
    ck_assert_ptr_null(bytes);
    shift_store_close(store);
}
END_TEST

START_TEST(a_text_that_is_nowhere_is_refused)
{
    shift_schema *schema = NULL;
    shift_profile *profile = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq(shift_schema_new(&schema, &err), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "word", SHIFT_KIND_CATEGORICAL, &err), SHIFT_OK);
    ck_assert_int_eq(shift_profile_new(&profile, schema, NULL, &err), SHIFT_OK);
    const shift_value nowhere = shift_value_text(NULL, 3);
    const shift_value endless = shift_value_text("x", SIZE_MAX);
    ck_assert_int_eq(shift_profile_add_row(profile, &nowhere, 1, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_profile_add_row(profile, &endless, 1, &err), SHIFT_EUNSUPPORTED);
    ck_assert_int_eq(shift_profile_flush(profile, &err), SHIFT_OK);
    ck_assert_uint_eq(shift_profile_rows(profile), 0);
    shift_profile_free(profile);
    shift_schema_free(schema);
}
END_TEST

START_TEST(profiles_that_do_not_fit)
{
    things t = make_things();
    shift_error err = SHIFT_ERROR_INIT;
    shift_schema *schema = NULL;
    shift_profile *other = NULL;
    shift_comparison *comparison = NULL;
    ck_assert_int_eq(shift_schema_new(&schema, &err), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "unheard_of", SHIFT_KIND_NUMERIC, &err), SHIFT_OK);
    ck_assert_int_eq(shift_profile_new(&other, schema, NULL, &err), SHIFT_OK);
    ck_assert_int_eq(shift_profile_merge(t.profile, other, &err), SHIFT_EINCOMPATIBLE);
    ck_assert_int_eq(shift_compare(&comparison, t.profile, other, NULL, &err), SHIFT_EINCOMPATIBLE);
    ck_assert_ptr_null(comparison);
    shift_profile_free(other);
    shift_schema_free(schema);
    free_things(&t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("misuse");
    TCase *misuse = tcase_create("misuse");
    tcase_add_test(misuse, what_is_not_there_has_no_answer);
    tcase_add_test(misuse, what_is_no_enumerator_is_refused);
    tcase_add_test(misuse, a_sink_that_cannot_write_is_refused);
    tcase_add_loop_test(misuse, values_that_are_not_finite_are_no_distribution, 0, 2);
    tcase_add_test(misuse, null_within_what_is_given_is_refused);
    tcase_add_test(misuse, options_of_other_versions);
    tcase_add_loop_test(misuse, options_without_a_size_are_refused, 0, 3);
    tcase_add_test(misuse, the_wrong_order_is_refused);
    tcase_add_test(misuse, a_store_without_runs_has_nothing_to_give);
    tcase_add_test(misuse, a_text_that_is_nowhere_is_refused);
    tcase_add_test(misuse, profiles_that_do_not_fit);
    suite_add_tcase(s, misuse);
    SRunner *runner = srunner_create(s);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
