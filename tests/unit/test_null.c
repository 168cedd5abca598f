/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NULL for every pointer of every public function that must not be NULL: refused by name before
 * anything else is looked at, or without an answer. The calls are made from the headers. */
#include <check.h>
#include <math.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shift/checkpoints.h"
#include "shift/gradients.h"
#include "shift/layers.h"
#include "shift/network.h"
#include "shift/shift.h"

/* Stands for everything that is not NULL. */
static alignas(max_align_t) unsigned char nothing[4096];

#include "null_calls.h"

START_TEST(is_refused_by_name)
{
    const struct refused *c = &refused[_i];
    const unsigned char zeros[sizeof nothing] = {0};
    char expected[200];
    shift_error err = SHIFT_ERROR_INIT;
    (void)snprintf(expected, sizeof expected, "%s(): %s is NULL", c->function, c->argument);
    ck_assert_msg(c->call(&err) == SHIFT_EINVAL, "%s", expected);
    ck_assert_str_eq(err.message, expected);
    ck_assert_int_eq(err.status, SHIFT_EINVAL);
    ck_assert_msg(c->call(NULL) == SHIFT_EINVAL, "%s, without an error", expected);
    ck_assert_msg(memcmp(nothing, zeros, sizeof zeros) == 0, "%s, and yet written to", expected);
}
END_TEST

START_TEST(has_no_answer)
{
    const struct answered *c = &answered[_i];
    ck_assert_msg(c->call(), "%s(): %s is NULL", c->function, c->argument);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("null");
    TCase *calls = tcase_create("null");
    tcase_add_loop_test(calls, is_refused_by_name, 0, sizeof refused / sizeof *refused);
    tcase_add_loop_test(calls, has_no_answer, 0, sizeof answered / sizeof *answered);
    suite_add_tcase(s, calls);
    SRunner *runner = srunner_create(s);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
