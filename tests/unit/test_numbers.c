/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text to double: the grammar by table, the rounding against strtod in the C locale, which is what
 * the test runs in. */
#include <check.h>
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "source/numbers.h"

typedef shift_field_state (*parser)(const char *text, size_t n, double *value);

static const parser parsers[] = {shift__number_parse, shift__number_parse_plain};

typedef struct number_case {
    const char *text;
    shift_field_state state;
} number_case;

static const number_case cases[] = {
    {"0", SHIFT_FIELD_PRESENT},
    {"-0", SHIFT_FIELD_PRESENT},
    {"+7", SHIFT_FIELD_PRESENT},
    {"  12.5\t", SHIFT_FIELD_PRESENT},
    {"1.", SHIFT_FIELD_PRESENT},
    {".5", SHIFT_FIELD_PRESENT},
    {"-.5e-3", SHIFT_FIELD_PRESENT},
    {"1e5", SHIFT_FIELD_PRESENT},
    {"1E+05", SHIFT_FIELD_PRESENT},
    {"0000000000000000000000000000000000000000001", SHIFT_FIELD_PRESENT},
    {"1.00000000000000000000000000000000000000000000000000", SHIFT_FIELD_PRESENT},
    {"123456789012345678", SHIFT_FIELD_PRESENT},
    {"12345678901234567890", SHIFT_FIELD_PRESENT},
    {"18446744073709551615", SHIFT_FIELD_PRESENT},
    {"18446744073709551616", SHIFT_FIELD_PRESENT},
    {"9007199254740993", SHIFT_FIELD_PRESENT},
    {"9007199254740992.999999999999999999999999", SHIFT_FIELD_PRESENT},
    {"9007199254740993.000000000000000000000001", SHIFT_FIELD_PRESENT},
    {"0.1", SHIFT_FIELD_PRESENT},
    {"1.9999999999999999", SHIFT_FIELD_PRESENT}, /* rounded to 2 */
    {"0.49999999999999999", SHIFT_FIELD_PRESENT},
    {"1e23", SHIFT_FIELD_PRESENT},
    {"8.5e22", SHIFT_FIELD_PRESENT},
    {"1e-400", SHIFT_FIELD_PRESENT},
    {"-1e-99999999999999999999", SHIFT_FIELD_PRESENT},
    {"0e99999999999999999999", SHIFT_FIELD_PRESENT},
    {"4.9406564584124654e-324", SHIFT_FIELD_PRESENT},
    {"2.4703282292062327e-324", SHIFT_FIELD_PRESENT},
    {"2.4703282292062328e-324", SHIFT_FIELD_PRESENT},
    {"2.2250738585072011e-308", SHIFT_FIELD_PRESENT},
    {"2.2250738585072014e-308", SHIFT_FIELD_PRESENT},
    {"1.7976931348623157e308", SHIFT_FIELD_PRESENT},
    {"1.7976931348623158e308", SHIFT_FIELD_PRESENT},
    {"6.62607015e-34", SHIFT_FIELD_PRESENT},
    {"1.7976931348623159e308", SHIFT_FIELD_NON_FINITE},
    {"1e999", SHIFT_FIELD_NON_FINITE},
    {"-1e99999999999999999999", SHIFT_FIELD_NON_FINITE},
    {"inf", SHIFT_FIELD_NON_FINITE},
    {"-INF", SHIFT_FIELD_NON_FINITE},
    {"+Infinity", SHIFT_FIELD_NON_FINITE},
    {" nan ", SHIFT_FIELD_NON_FINITE},
    {"-NaN", SHIFT_FIELD_NON_FINITE},
    {"", SHIFT_FIELD_INVALID},
    {" ", SHIFT_FIELD_INVALID},
    {"-", SHIFT_FIELD_INVALID},
    {"+", SHIFT_FIELD_INVALID},
    {".", SHIFT_FIELD_INVALID},
    {"-.", SHIFT_FIELD_INVALID},
    {"+-1", SHIFT_FIELD_INVALID},
    {"1-", SHIFT_FIELD_INVALID},
    {"1..2", SHIFT_FIELD_INVALID},
    {"1.2.3", SHIFT_FIELD_INVALID},
    {"1,5", SHIFT_FIELD_INVALID},
    {"1 000", SHIFT_FIELD_INVALID},
    {"1_000", SHIFT_FIELD_INVALID},
    {"- 1", SHIFT_FIELD_INVALID},
    {"1e", SHIFT_FIELD_INVALID},
    {"1e+", SHIFT_FIELD_INVALID},
    {"e5", SHIFT_FIELD_INVALID},
    {".e5", SHIFT_FIELD_INVALID},
    {"1e5.5", SHIFT_FIELD_INVALID},
    {"0x10", SHIFT_FIELD_INVALID},
    {"0x1p3", SHIFT_FIELD_INVALID},
    {"1f", SHIFT_FIELD_INVALID},
    {"nan(1)", SHIFT_FIELD_INVALID},
    {"infin", SHIFT_FIELD_INVALID},
    {"\n1", SHIFT_FIELD_INVALID},
    {"12a", SHIFT_FIELD_INVALID},
    {"123456789:", SHIFT_FIELD_INVALID},
    {"1234567/", SHIFT_FIELD_INVALID},
    {"\xef\xbc\x91", SHIFT_FIELD_INVALID},
};

static uint64_t bits(double x)
{
    uint64_t u = 0;
    memcpy(&u, &x, sizeof u);
    return u;
}

/* The text stands between digits, so that a parser which reads beyond its end is found out. */
static shift_field_state parse_inside(parser parse, const char *text, size_t n, double *value)
{
    char around[4096];
    ck_assert_uint_lt(n, sizeof around - 200);
    memset(around, '7', sizeof around);
    memcpy(around + 100, text, n);
    return parse(around + 100, n, value);
}

static void check_against_strtod(parser parse, const char *text)
{
    double value = 0;
    double expected = strtod(text, NULL);
    shift_field_state state = parse_inside(parse, text, strlen(text), &value);
    if (isfinite(expected)) {
        ck_assert_msg(state == SHIFT_FIELD_PRESENT, "\"%s\" is state %d", text, (int)state);
        ck_assert_msg(bits(value) == bits(expected), "\"%s\" gives %a, strtod %a", text, value,
                      expected);
    } else {
        ck_assert_msg(state == SHIFT_FIELD_NON_FINITE, "\"%s\" is state %d", text, (int)state);
        ck_assert(isnan(value));
    }
}

START_TEST(grammar)
{
    const number_case *c = &cases[_i / 2];
    parser parse = parsers[_i % 2];
    double value = 0;
    shift_field_state state = parse_inside(parse, c->text, strlen(c->text), &value);
    ck_assert_msg(state == c->state, "\"%s\" is state %d", c->text, (int)state);
    if (state == SHIFT_FIELD_PRESENT)
        check_against_strtod(parse, c->text);
    else
        ck_assert(isnan(value));
}
END_TEST

static double random_double(shift__random *random)
{
    uint64_t u = shift__random_next(random);
    double x = 0;
    memcpy(&x, &u, sizeof x);
    return isfinite(x) ? x : 1.0;
}

/* What programs print: a random form of a random value. */
static void print_number(char *text, size_t size, shift__random *random)
{
    static const int places[] = {0, 1, 2, 3, 6, 9, 15, 17, 20};
    double any = random_double(random);
    double usual = (shift__random_uniform(random) - 0.5) *
                   pow(10, (double)shift__random_below(random, 24) - 6);
    int digits = places[shift__random_below(random, sizeof places / sizeof *places)];
    switch (shift__random_below(random, 6)) {
    case 0:
        (void)snprintf(text, size, "%.17g", any);
        break;
    case 1:
        (void)snprintf(text, size, "%.17g", usual);
        break;
    case 2:
        (void)snprintf(text, size, "%.*f", digits, usual);
        break;
    case 3:
        (void)snprintf(text, size, "%.*e", digits, any);
        break;
    case 4:
        (void)snprintf(text, size, "%.*g", digits + 1, usual);
        break;
    default:
        (void)snprintf(
            text, size, "%llu",
            (unsigned long long)(shift__random_next(random) >> shift__random_below(random, 64)));
        break;
    }
}

START_TEST(printed_numbers_have_the_bits_of_strtod)
{
    shift__random random;
    shift__random_init(&random, 20240229, (uint64_t)_i);
    for (int i = 0; i < 60000; i++) {
        char text[64];
        print_number(text, sizeof text, &random);
        check_against_strtod(parsers[0], text);
        if (i % 16 == 0)
            check_against_strtod(parsers[1], text);
    }
}
END_TEST

static void random_digits(char *text, size_t n, shift__random *random)
{
    for (size_t i = 0; i < n; i++)
        text[i] = (char)('0' + shift__random_below(random, 10));
    text[n] = '\0';
}

/* Twelve forms of a number with that many digits before and behind the point. */
static void check_lengths(size_t whole, size_t part, shift__random *random)
{
    for (int form = 0; form < 12; form++) {
        char before[32];
        char behind[32];
        char exponent[16] = "";
        char text[128];
        bool point = part > 0 || form % 6 > 3;
        random_digits(before, whole, random);
        random_digits(behind, part, random);
        if (form >= 6)
            (void)snprintf(exponent, sizeof exponent, "e%d",
                           (int)shift__random_below(random, 80) - 40);
        (void)snprintf(text, sizeof text, "%s%s%s%s%s", form % 2 != 0 ? "-" : "", before,
                       point ? "." : "", behind, exponent);
        check_against_strtod(parsers[0], text);
    }
}

START_TEST(all_lengths_have_the_bits_of_strtod)
{
    shift__random random;
    shift__random_init(&random, 7, (uint64_t)_i);
    for (size_t whole = 0; whole <= 25; whole++)
        for (size_t part = whole == 0; part <= 25; part++)
            check_lengths(whole, part, &random);
}
END_TEST

/* Decimals halfway between two doubles, and a little to both sides: where rounding goes wrong. */
START_TEST(halfway_cases_have_the_bits_of_strtod)
{
    shift__random random;
    shift__random_init(&random, 11, (uint64_t)_i);
    for (int i = 0; i < 3000; i++) {
        char text[1200];
        uint64_t odd = (shift__random_next(&random) >> 10) | 1; /* 54 bits, halfway */
        int shift = (int)shift__random_below(&random, 120) - 80;
        long double half = ldexpl((long double)odd, shift);
        int n = snprintf(text, sizeof text - 2, "%.*Lf", shift < 0 ? -shift : 0, half);
        ck_assert_int_gt(n, 0);
        check_against_strtod(parsers[0], text);
        if (shift < 0) {
            text[n] = '1';
            text[n + 1] = '\0';
            check_against_strtod(parsers[0], text);
        }
        text[n - 1] = (char)(text[n - 1] == '0' ? '1' : text[n - 1] - 1);
        check_against_strtod(parsers[0], text);
    }
}
END_TEST

START_TEST(very_many_digits_have_the_bits_of_strtod)
{
    /* 1 + 2^-53 exactly, a halfway case, with zeros and then a one far behind. */
    char text[1500];
    int n = snprintf(text, sizeof text, "%.53f", 1.0 + 0x1p-52);
    ck_assert_int_gt(n, 0);
    n = snprintf(text, sizeof text, "1.00000000000000011102230246251565404236316680908203125");
    check_against_strtod(parsers[0], text);
    memset(text + n, '0', 1300);
    text[n + 1300] = '\0';
    check_against_strtod(parsers[0], text);
    text[n + 1299] = '1';
    check_against_strtod(parsers[0], text);
    ck_assert_double_eq(strtod(text, NULL), 1.0 + 0x1p-52);
    memset(text, '9', 1400);
    text[200] = '.';
    text[1400] = '\0';
    check_against_strtod(parsers[0], text);
    memset(text, '1', 400);
    text[400] = '\0';
    check_against_strtod(parsers[0], text);
}
END_TEST

START_TEST(locale_of_the_process_does_not_matter)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "da_DK.UTF-8"};
    double value = 0;
    const char *found = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && found == NULL; i++)
        found = setlocale(LC_ALL, names[i]);
    if (found == NULL)
        (void)fputs("skipped: no locale with a decimal comma is installed\n", stderr);
    ck_assert_int_eq(shift__number_parse("1.5", 3, &value), SHIFT_FIELD_PRESENT);
    ck_assert_double_eq(value, 1.5);
    ck_assert_int_eq(shift__number_parse("1.5e300", 7, &value), SHIFT_FIELD_PRESENT);
    ck_assert_double_eq(value, 1.5e300);
    ck_assert_int_eq(shift__number_parse("1,5", 3, &value), SHIFT_FIELD_INVALID);
}
END_TEST

/* Any bytes: both parsers say the same. */
START_TEST(both_parsers_agree_on_random_text)
{
    static const char letters[] = "0123456789012345678901234567890123456789..-+eE \tnaif,x";
    shift__random random;
    shift__random_init(&random, 13, (uint64_t)_i);
    for (int i = 0; i < 200000; i++) {
        char text[48];
        size_t n = shift__random_below(&random, sizeof text);
        for (size_t k = 0; k < n; k++)
            text[k] = letters[shift__random_below(&random, sizeof letters - 1)];
        double fast = 0;
        double plain = 0;
        ck_assert_int_eq(parse_inside(parsers[0], text, n, &fast),
                         parse_inside(parsers[1], text, n, &plain));
        ck_assert(bits(fast) == bits(plain) || (isnan(fast) && isnan(plain)));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("numbers");
    TCase *tcase = tcase_create("numbers");
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, grammar, 0, 2 * sizeof cases / sizeof *cases);
    tcase_add_loop_test(tcase, printed_numbers_have_the_bits_of_strtod, 0, 4);
    tcase_add_loop_test(tcase, all_lengths_have_the_bits_of_strtod, 0, 4);
    tcase_add_loop_test(tcase, halfway_cases_have_the_bits_of_strtod, 0, 2);
    tcase_add_test(tcase, very_many_digits_have_the_bits_of_strtod);
    tcase_add_test(tcase, locale_of_the_process_does_not_matter);
    tcase_add_loop_test(tcase, both_parsers_agree_on_random_text, 0, 2);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
