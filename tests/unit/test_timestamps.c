/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ISO 8601 texts; expected seconds from GNU date ("date -u -d TEXT +%s.%N"). */
#include <check.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/timestamps.h"

typedef struct stamp {
    const char *text;
    double seconds;
} stamp;

static const stamp good[] = {
    {"1970-01-01", 0},
    {"1970-01-01T00:00:00Z", 0},
    {"1969-12-31T23:59:59Z", -1},
    {"2000-02-29", 951782400},
    {"2024-02-29T12:34:56Z", 1709210096},
    {"2024-02-29 12:34:56", 1709210096},
    {"2024-02-29t12:34:56z", 1709210096},
    {"2024-02-29T12:34", 1709210040},
    {"2024-02-29T12:34Z", 1709210040},
    {"2024-02-29T12:34:56.5Z", 1709210096.5},
    {"2024-02-29T12:34:56.250000000000000000001+00:00", 1709210096.25},
    {"2024-02-29T12:34:56+02:00", 1709202896},
    {"2024-02-29T12:34:56-0530", 1709229896},
    {"2024-02-29 12:34:56.75-08", 1709238896.75},
    {"1900-03-01", -2203891200},
    {"9999-12-31T23:59:59Z", 253402300799},
    {"0000-01-01T00:00:00Z", -62167219200},
    {"2016-12-31T23:59:60Z", 1483228800},
    {"  2000-01-01\t", 946684800},
};

START_TEST(iso_8601_gives_seconds)
{
    double seconds = 0;
    ck_assert_msg(shift__timestamp_parse(good[_i].text, strlen(good[_i].text), &seconds), "%s",
                  good[_i].text);
    ck_assert_double_eq(seconds, good[_i].seconds);
}
END_TEST

static const char *const bad[] = {
    "",
    " ",
    "2024",
    "2024-02",
    "20240229",
    "2023-02-29",
    "1900-02-29",
    "2024-13-01",
    "2024-00-01",
    "2024-01-00",
    "2024-04-31",
    "24-01-01",
    "2024-1-1",
    "2024/01/01",
    "01.02.2024",
    "2024-01-01T",
    "2024-01-01T12",
    "2024-01-01T24:00:00",
    "2024-01-01T12:60",
    "2024-01-01T12:00:61",
    "2024-01-01T12:00:00.",
    "2024-01-01T12:00:00.Z",
    "2024-01-01T12:00:00,5Z",
    "2024-01-01T12:00:00ZZ",
    "2024-01-01T12:00:00+",
    "2024-01-01T12:00:00+1",
    "2024-01-01T12:00:00+24:00",
    "2024-01-01T12:00:00+01:60",
    "2024-01-01T12:00:00+01:0",
    "2024-01-01Z",
    "2024-01-01x12:00:00",
    "2024-01-01  12:00:00",
    "-2024-01-01",
};

START_TEST(anything_else_is_refused)
{
    double seconds = 0;
    ck_assert_msg(!shift__timestamp_parse(bad[_i], strlen(bad[_i]), &seconds), "%s", bad[_i]);
    ck_assert(isnan(seconds));
}
END_TEST

START_TEST(every_prefix_ends_without_reading_on)
{
    static const char text[] = "2024-02-29T12:34:56.125+05:45";
    for (size_t n = 0; n < sizeof text - 1; n++) {
        char *copy = malloc(n + 1);
        double seconds = 0;
        ck_assert_ptr_nonnull(copy);
        memcpy(copy, text, n);
        bool whole = n == 10 || n == 16 || n == 19 || (n >= 21 && n <= 23) || n == 26 || n == 29;
        ck_assert_int_eq(shift__timestamp_parse(copy, n, &seconds), whole);
        free(copy);
    }
}
END_TEST

static void check_date(int year, int month, int day, double expected)
{
    char text[40];
    double seconds = 0;
    (void)snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    ck_assert(shift__timestamp_parse(text, 10, &seconds));
    ck_assert_double_eq(seconds, expected);
}

/* Day by day through 800 years, both leap rules. */
START_TEST(days_follow_each_other)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int passed = 0; /* since 1600-01-01 */
    for (int i = 0; i < 800 * 12; i++) {
        int year = 1600 + i / 12;
        int month = i % 12 + 1;
        bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
        int n = days[month - 1] + (month == 2 && leap);
        for (int day = 1; day <= n; day++)
            check_date(year, month, day, -11676096000 + 86400.0 * passed++);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("timestamps");
    TCase *tcase = tcase_create("timestamps");
    tcase_add_loop_test(tcase, iso_8601_gives_seconds, 0, sizeof good / sizeof *good);
    tcase_add_loop_test(tcase, anything_else_is_refused, 0, sizeof bad / sizeof *bad);
    tcase_add_test(tcase, every_prefix_ends_without_reading_on);
    tcase_add_test(tcase, days_follow_each_other);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
