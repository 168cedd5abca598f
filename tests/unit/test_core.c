/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Core: error text, checked memory, random numbers, schema, pool, whole-or-nothing output. */
#include <check.h>
#include <stdlib.h>

#include "shift/error.h"

START_TEST(message_carries_no_control_character)
{
    shift_error err;
    ck_assert_int_eq(shift_error_set(&err, SHIFT_EINVAL, "a\033[2Jb\n"), SHIFT_EINVAL);
    ck_assert_str_eq(err.message, "a?[2Jb?");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("core");
    TCase *errors = tcase_create("errors");
    tcase_add_test(errors, message_carries_no_control_character);
    suite_add_tcase(suite, errors);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
