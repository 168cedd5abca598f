/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers from text. The grammar is checked here, the rounding is left to strtod in the C locale.
 */
#define _GNU_SOURCE /* strtod_l */
#include "source/numbers.h"

#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A halfway case between two doubles has at most 767 significant digits, so digits past that can
 * be replaced by one that says "and a little more". */
enum { MAX_DIGITS = 780, MAX_EXPONENT = 100000 };

typedef struct decimal {
    bool negative;
    size_t n_digits; /* significant ones kept */
    long exponent;   /* of the last digit kept */
    char digits[MAX_DIGITS + 1];
} decimal;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void keep_digit(decimal *d, char c, bool after_point)
{
    if (d->n_digits == 0 && c == '0') {
        d->exponent -= after_point;
        return;
    }
    if (d->n_digits < MAX_DIGITS) {
        d->digits[d->n_digits++] = c;
        d->exponent -= after_point;
        return;
    }
    if (c != '0')
        d->digits[MAX_DIGITS - 1] = '1';
    d->exponent += !after_point;
}

/* Digits with at most one point; the position behind them, or NULL where there is no digit. */
static const char *take_digits(decimal *d, const char *p, const char *end)
{
    bool after_point = false;
    bool any = false;
    for (; p < end; p++) {
        if (*p == '.' && !after_point) {
            after_point = true;
        } else if (is_digit(*p)) {
            any = true;
            keep_digit(d, *p, after_point);
        } else {
            break;
        }
    }
    return any ? p : NULL;
}

static const char *take_exponent(decimal *d, const char *p, const char *end)
{
    if (p == end || (*p != 'e' && *p != 'E'))
        return p;
    p++;
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    if (p == end || !is_digit(*p))
        return NULL;
    long exponent = 0;
    for (; p < end && is_digit(*p); p++)
        if (exponent < MAX_EXPONENT * 1000L)
            exponent = exponent * 10 + (*p - '0');
    d->exponent += negative ? -exponent : exponent;
    return p;
}

static double round_decimal(decimal *d)
{
    char text[MAX_DIGITS + 32];
    if (d->n_digits == 0)
        return d->negative ? -0.0 : 0.0;
    /* Far beyond every double on either side; keeps the exponent short. */
    long exponent = d->exponent;
    if (exponent > MAX_EXPONENT)
        exponent = MAX_EXPONENT;
    if (exponent < -MAX_EXPONENT)
        exponent = -MAX_EXPONENT;
    (void)snprintf(text, sizeof text, "%s%.*se%ld", d->negative ? "-" : "", (int)d->n_digits,
                   d->digits, exponent);
    /* glibc and musl return their static C locale here, without allocating. */
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (c == (locale_t)0)
        return NAN;
    double value = strtod_l(text, NULL, c);
    freelocale(c);
    return value;
}

static bool equals_word(const char *text, size_t n, const char *word)
{
    if (strlen(word) != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if ((text[i] | 0x20) != word[i])
            return false;
    return true;
}

static bool is_non_finite_word(const char *text, size_t n)
{
    return equals_word(text, n, "inf") || equals_word(text, n, "nan") ||
           equals_word(text, n, "infinity");
}

shift_field_state shift__number_parse_plain(const char *text, size_t n, double *value)
{
    const char *p = text;
    const char *end = text + n;
    *value = NAN;
    while (p < end && is_blank(*p))
        p++;
    while (p < end && is_blank(end[-1]))
        end--;
    decimal d;
    d.negative = p < end && *p == '-';
    d.n_digits = 0;
    d.exponent = 0;
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    if (is_non_finite_word(p, (size_t)(end - p)))
        return SHIFT_FIELD_NON_FINITE;
    p = take_digits(&d, p, end);
    if (p != NULL)
        p = take_exponent(&d, p, end);
    if (p != end)
        return SHIFT_FIELD_INVALID;
    double parsed = round_decimal(&d);
    if (!isfinite(parsed))
        return SHIFT_FIELD_NON_FINITE;
    *value = parsed;
    return SHIFT_FIELD_PRESENT;
}

shift_field_state shift__number_parse(const char *text, size_t n, double *value)
{
    return shift__number_parse_plain(text, n, value);
}
