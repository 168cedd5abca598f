/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Out of memory at every allocation in turn: it is said, nothing leaks, nothing is half done, and
 * what is done afterwards gives the same bytes as if nothing had happened. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "failing_memory.h"
#include "made_batch.h"
#include "profile/file.h"

typedef struct bytes {
    unsigned char *data;
    size_t n;
} bytes;

static bytes encoded(const shift_profile *profile)
{
    bytes b = {NULL, 0};
    ck_assert_int_eq(shift__profile_encode(profile, &b.data, &b.n, NULL), SHIFT_OK);
    return b;
}

static void assert_same(const shift_profile *profile, bytes expected)
{
    bytes b = encoded(profile);
    ck_assert_uint_eq(b.n, expected.n);
    ck_assert_mem_eq(b.data, expected.data, b.n);
    free(b.data);
}

/* Call until it gets through; it must be refused for as long as an allocation failed. */
#define SWEEP(call, undone)                                                                        \
    do {                                                                                           \
        for (long n_ = 0;; n_++) {                                                                 \
            fail_allocation(n_);                                                                   \
            shift_status status_ = (call);                                                         \
            int failed_ = allocation_failed();                                                     \
            fail_allocation(-1);                                                                   \
            if (!failed_) {                                                                        \
                ck_assert_int_eq(status_, SHIFT_OK);                                               \
                ck_assert_int_gt(n_, 2);                                                           \
                break;                                                                             \
            }                                                                                      \
            ck_assert_msg(status_ == SHIFT_ENOMEM, "allocation %ld: status %d", n_, status_);      \
            undone;                                                                                \
        }                                                                                          \
    } while (0)

START_TEST(a_new_profile_is_whole_or_not_there)
{
    shift_schema *schema = made_schema();
    shift_profile *profile = NULL;
    shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
    options.part = "x";
    SWEEP(shift_profile_new(&profile, schema, &options, NULL), ck_assert_ptr_null(profile));
    shift_profile_free(profile);
    shift_schema_free(schema);
}
END_TEST

/* Enough rows that sketches begin to compact and categories overflow. */
START_TEST(adding_adds_all_or_nothing)
{
    shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
    options.categories = 30;
    shift_profile *profile = made_profile(&options);
    shift_profile *twin = made_profile(&options);
    made_batch *made = made_rows(1, 0, 40000);
    for (uint64_t rows = 0; rows < 160000; rows += 40000) {
        ck_assert_int_eq(shift_profile_add(twin, &made->batch, NULL), SHIFT_OK);
        for (long n = 0;; n++) {
            fail_allocation(n);
            shift_status status = shift_profile_add(profile, &made->batch, NULL);
            int failed = allocation_failed();
            fail_allocation(-1);
            if (status == SHIFT_OK) /* giving memory back may fail without harm */
                break;
            ck_assert(failed && status == SHIFT_ENOMEM);
            ck_assert_uint_eq(shift_profile_rows(profile), rows);
            ck_assert_uint_eq(shift__profile_feature(profile, 0)->rows, rows);
        }
    }
    bytes expected = encoded(twin);
    assert_same(profile, expected);
    free(expected.data);
    made_free(made);
    shift_profile_free(profile);
    shift_profile_free(twin);
}
END_TEST

START_TEST(merging_merges_all_or_nothing)
{
    static const char *const names[3] = {"a", "b", "a"};
    shift_profile *parts[3];
    for (uint64_t i = 0; i < 3; i++) {
        shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
        options.part = names[i];
        parts[i] = made_profile(&options);
        made_add(parts[i], 1, 50000 * (i % 2), 50000, 50000);
    }
    ck_assert_int_eq(shift__profile_add_extra(parts[1], "x", 1, NULL), SHIFT_OK);
    SWEEP(shift_profile_merge(parts[0], parts[1], NULL), {
        ck_assert_uint_eq(shift_profile_rows(parts[0]), 50000);
        ck_assert_uint_eq(shift_profile_extras(parts[0]), 0);
        ck_assert_uint_eq(shift_profile_parts(parts[0]), 1);
    });
    ck_assert_int_eq(shift_profile_merge(parts[2], parts[1], NULL), SHIFT_OK);
    bytes expected = encoded(parts[2]);
    assert_same(parts[0], expected);
    free(expected.data);
    for (int i = 0; i < 3; i++)
        shift_profile_free(parts[i]);
}
END_TEST

START_TEST(files_are_written_and_read_or_refused)
{
    shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
    options.categories = 30;
    options.part = "x";
    shift_profile *profile = made_profile(&options);
    made_add(profile, 1, 0, 5000, 5000);
    bytes b = {NULL, 0};
    SWEEP(shift__profile_encode(profile, &b.data, &b.n, NULL), ck_assert_ptr_null(b.data));
    shift_profile *loaded = NULL;
    for (long n = 0;; n++) {
        fail_allocation(n);
        shift_status status = shift__profile_decode(&loaded, b.data, b.n, "x", NULL);
        int failed = allocation_failed();
        fail_allocation(-1);
        if (!failed) {
            ck_assert_int_eq(status, SHIFT_OK);
            break;
        }
        ck_assert_int_eq(status, SHIFT_ENOMEM);
        ck_assert_ptr_null(loaded);
    }
    assert_same(loaded, b);
    free(b.data);
    shift_profile_free(loaded);
    shift_profile_free(profile);
}
END_TEST

START_TEST(views_are_whole_or_not_there)
{
    shift_profile *profile = made_profile(NULL);
    made_add(profile, 1, 0, 1000, 1000);
    shift__support support = {0};
    SWEEP(shift__sketch_support(shift__profile_feature(profile, 0)->sketch, &support, NULL),
          ck_assert_ptr_null(support.points));
    free(support.points);
    free(support.cumulative);
    shift_profile_free(profile);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("profile memory");
    TCase *tests = tcase_create("out of memory");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_new_profile_is_whole_or_not_there);
    tcase_add_test(tests, adding_adds_all_or_nothing);
    tcase_add_test(tests, merging_merges_all_or_nothing);
    tcase_add_test(tests, files_are_written_and_read_or_refused);
    tcase_add_test(tests, views_are_whole_or_not_there);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
