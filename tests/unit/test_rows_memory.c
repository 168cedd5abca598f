/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Out of memory at every allocation in turn, for what reads rows again: whitening and outliers. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "failing_memory.h"
#include "files.h"
#include "shift/outliers.h"
#include "shift/whitening.h"

static shift__random random_state;
static size_t written; /* bytes, since the checks of this framework allocate as well */

static shift_status count_bytes(void *context, const char *bytes, size_t n, shift_error *err)
{
    (void)bytes;
    (void)err;
    *(size_t *)context += n;
    return SHIFT_OK;
}

static shift_status whitened(const made_file *file, const shift_profile *profile)
{
    shift_whitening *w = NULL;
    shift_source *source = NULL;
    written = 0;
    shift_sink sink = {sizeof sink, &written, count_bytes, 80, false, true};
    uint64_t counts[2];
    shift_status status = shift_whitening_new(&w, profile, SHIFT_WHITENING_CHOLESKY, NULL);
    if (status == SHIFT_OK)
        status = shift_source_open(&source, file->path, NULL, NULL);
    if (status == SHIFT_OK)
        status = shift_whitening_write(w, source, &sink, &counts[0], &counts[1], NULL);
    shift_source_close(source);
    shift_whitening_free(w);
    return status;
}

/* Ten rows are too few for a classifier, whose library has an allocator of its own. */
static shift_status outlying(const made_file *file, const shift_profile *profile)
{
    shift_outliers *found = NULL;
    shift_source *source = NULL;
    shift_outliers_options options = SHIFT_OUTLIERS_OPTIONS_INIT;
    written = 0;
    shift_sink sink = {sizeof sink, &written, count_bytes, 80, false, true};
    options.order = SHIFT_OUTLIERS_BY_DISTANCE;
    options.top = 3;
    shift_status status = shift_source_open(&source, file->path, NULL, NULL);
    if (status == SHIFT_OK)
        status = shift_outliers_find(&found, profile, profile, source, &options, NULL);
    shift_source_close(source);
    source = NULL;
    if (status == SHIFT_OK)
        status = shift_source_open(&source, file->path, NULL, NULL);
    if (status == SHIFT_OK)
        status = shift_outliers_write(found, source, &sink, NULL);
    shift_source_close(source);
    shift_outliers_free(found);
    return status;
}

START_TEST(memory_that_runs_out_is_said_and_nothing_leaks)
{
    shift__random_init(&random_state, 61, 0);
    made_file file = made_normal(&random_state, 10, 3, 0.0);
    shift_profile *profile = made_profile_of(&file, NULL);
    long n = 0;
    for (;; n++) {
        fail_allocation(n);
        shift_status status = _i == 0 ? whitened(&file, profile) : outlying(&file, profile);
        int failed = allocation_failed();
        fail_allocation(-1);
        if (!failed) {
            ck_assert_int_eq(status, SHIFT_OK);
            ck_assert_uint_gt(written, 100);
            break;
        }
        ck_assert_msg(status == SHIFT_ENOMEM, "allocation %ld: status %d", n, (int)status);
    }
    ck_assert_int_gt(n, 10);
    shift_profile_free(profile);
    made_remove(&file);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("memory of rows");
    TCase *all = tcase_create("out of memory");
    tcase_add_loop_test(all, memory_that_runs_out_is_said_and_nothing_leaks, 0, 2);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
