/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls that a program should not make: NULL where it is not allowed, the wrong order, what does
 * not fit. Each is an error, and nothing else happens. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shift/shift.h"

#define REFUSED(call, text)                                                                        \
    do {                                                                                           \
        shift_error err = SHIFT_ERROR_INIT;                                                        \
        ck_assert_int_eq(call, SHIFT_EINVAL);                                                      \
        ck_assert_str_eq(err.message, text);                                                       \
    } while (0)

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

START_TEST(null_is_refused_by_name)
{
    things t = make_things();
    shift_schema *schema = NULL;
    shift_source *source = NULL;
    shift_profile *profile = NULL;
    shift_comparison *comparison = NULL;
    shift_distribution *distribution = NULL;
    shift_store *store = NULL;
    shift_report *report = NULL;
    unsigned char *bytes = NULL;
    size_t n = 0;
    bool there = false;
    REFUSED(shift_schema_new(NULL, &err), "shift_schema_new(): out is NULL");
    REFUSED(shift_schema_copy(&schema, NULL, &err), "shift_schema_copy(): from is NULL");
    REFUSED(shift_schema_add(NULL, "x", SHIFT_KIND_NUMERIC, &err),
            "shift_schema_add(): schema is NULL");
    REFUSED(shift_schema_add(t.schema, NULL, SHIFT_KIND_NUMERIC, &err),
            "shift_schema_add(): name is NULL");
    REFUSED(shift_source_open(NULL, "x", NULL, &err), "shift_source_open(): out is NULL");
    REFUSED(shift_source_open(&source, NULL, NULL, &err), "shift_source_open(): spec is NULL");
    REFUSED(shift_source_infer(NULL, NULL, &schema, &err), "shift_source_infer(): source is NULL");
    REFUSED(shift_profile_new(&profile, NULL, NULL, &err), "shift_profile_new(): schema is NULL");
    REFUSED(shift_profile_add(NULL, NULL, &err), "shift_profile_add(): profile is NULL");
    REFUSED(shift_profile_add(t.profile, NULL, &err), "shift_profile_add(): batch is NULL");
    REFUSED(shift_profile_read(&profile, NULL, NULL, NULL, NULL, &err),
            "shift_profile_read(): source is NULL");
    REFUSED(shift_profile_merge(t.profile, NULL, &err), "shift_profile_merge(): src is NULL");
    REFUSED(shift_profile_save(NULL, "x", &err), "shift_profile_save(): profile is NULL");
    REFUSED(shift_profile_encode(NULL, &bytes, &n, &err),
            "shift_profile_encode(): profile is NULL");
    REFUSED(shift_profile_load(&profile, NULL, &err), "shift_profile_load(): path is NULL");
    REFUSED(shift_distribution_of_profile(&distribution, NULL, 0, &err),
            "shift_distribution_of_profile(): profile is NULL");
    REFUSED(shift_distribution_of_values(&distribution, NULL, 3, &err),
            "shift_distribution_of_values(): values is NULL");
    REFUSED(shift_compare(&comparison, NULL, t.profile, NULL, &err),
            "shift_compare(): train is NULL");
    REFUSED(shift_compare(&comparison, t.profile, NULL, NULL, &err),
            "shift_compare(): prod is NULL");
    REFUSED(shift_store_open(&store, NULL, SHIFT_STORE_WRITE, &err),
            "shift_store_open(): path is NULL");
    REFUSED(shift_store_load(NULL, 0, &report, &err), "shift_store_load(): store is NULL");
    REFUSED(shift_store_has_run(NULL, "m", "p", &there, &err),
            "shift_store_has_run(): store is NULL");
    REFUSED(shift_store_load(t.store, 0, NULL, &err), "shift_store_load(): out is NULL");
    ck_assert_int_eq(shift_compare(NULL, NULL, NULL, NULL, NULL), SHIFT_EINVAL);
    free_things(&t);
}
END_TEST

START_TEST(questions_about_nothing_have_no_answer)
{
    things t = make_things();
    size_t n = shift_schema_size(t.schema);
    ck_assert_uint_eq(shift_profile_rows(NULL), 0);
    ck_assert_ptr_null(shift_profile_schema(NULL));
    ck_assert_ptr_null(shift_profile_source(NULL));
    ck_assert(!shift_profile_absent(NULL, 0) && !shift_profile_absent(t.profile, n));
    ck_assert_uint_eq(shift_profile_extras(NULL), 0);
    ck_assert_ptr_null(shift_profile_extra(NULL, 0));
    ck_assert_ptr_null(shift_profile_extra(t.profile, 0));
    ck_assert_uint_eq(shift_profile_parts(NULL), 0);
    ck_assert_ptr_null(shift_profile_part(NULL, 0, NULL));
    ck_assert_ptr_null(shift_profile_part(t.profile, 0, NULL));
    ck_assert_uint_eq(shift_schema_size(NULL), 0);
    ck_assert_ptr_null(shift_schema_name(t.schema, n));
    ck_assert_ptr_null(shift_schema_name(NULL, 0));
    ck_assert_int_eq(shift_schema_kind(NULL, 0), SHIFT_KIND_NUMERIC);
    ck_assert_uint_eq(shift_schema_find(NULL, "x"), SIZE_MAX);
    ck_assert_uint_eq(shift_schema_find(t.schema, NULL), SIZE_MAX);
    ck_assert_ptr_null(shift_source_name(NULL));
    ck_assert_uint_eq(shift_source_columns(NULL), 0);
    ck_assert_ptr_null(shift_source_column(t.source, 9999));
    ck_assert(isnan(shift_distribution_cdf(NULL, 0)));
    ck_assert(isnan(shift_distribution_quantile(NULL, 1, 2)));
    ck_assert(isnan(shift_distribution_variance(NULL)));
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
    tcase_add_test(misuse, null_is_refused_by_name);
    tcase_add_test(misuse, questions_about_nothing_have_no_answer);
    tcase_add_test(misuse, the_wrong_order_is_refused);
    tcase_add_test(misuse, profiles_that_do_not_fit);
    suite_add_tcase(s, misuse);
    SRunner *runner = srunner_create(s);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
