/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers from text. Nearly all are short enough for decimal.h; strtod in the C locale rounds the
 * others. */
#define _GNU_SOURCE /* strtod_l */
#include "source/numbers.h"

#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/decimal.h"
#include "source/numbers_column.h"

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

/* Digits of at most 19 places, so that they are exact, with a point and an exponent; false for
 * anything else, which is then looked at again at leisure. */
typedef struct short_decimal {
    uint64_t significand;
    int exponent;
} short_decimal;

static const char *read_digits(short_decimal *d, const char *p, const char *end)
{
    const char *begin = p;
    const char *point = NULL;
    for (; p < end; p++) {
        if (is_digit(*p))
            d->significand = d->significand * 10 + (uint64_t)(*p - '0');
        else if (*p == '.' && point == NULL)
            point = p;
        else
            break;
    }
    ptrdiff_t n = p - begin - (point != NULL);
    if (point != NULL)
        d->exponent = (int)(point + 1 - p);
    return n >= 1 && n <= 19 ? p : NULL;
}

static const char *read_exponent(short_decimal *d, const char *p, const char *end)
{
    if ((*p | 0x20) != 'e')
        return NULL;
    p++;
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    int exponent = 0;
    const char *begin = p;
    for (; p < end && is_digit(*p) && p - begin < 4; p++)
        exponent = exponent * 10 + (*p - '0');
    d->exponent += negative ? -exponent : exponent;
    return p > begin ? p : NULL;
}

static bool round_short_decimal(const short_decimal *d, double *value)
{
    if (shift__decimal_is_short(d->significand, d->exponent)) {
        *value = shift__decimal_round_short(d->significand, d->exponent);
        return true;
    }
    return shift__decimal_round_long(d->significand, d->exponent, value);
}

static bool parse_short(const char *text, size_t n, double *value)
{
    const char *p = text;
    const char *end = text + n;
    short_decimal d = {0, 0};
    while (p < end && is_blank(*p))
        p++;
    while (p < end && is_blank(end[-1]))
        end--;
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    p = read_digits(&d, p, end);
    if (p != NULL && p < end)
        p = read_exponent(&d, p, end);
    double magnitude = 0;
    if (p == NULL || p != end || !round_short_decimal(&d, &magnitude))
        return false;
    *value = negative ? -magnitude : magnitude;
    return true;
}

shift_field_state shift__number_parse(const char *text, size_t n, double *value)
{
    if (parse_short(text, n, value))
        return SHIFT_FIELD_PRESENT;
    return shift__number_parse_plain(text, n, value);
}

size_t shift__numbers_scalar(const shift__extents *extents, double *out, uint32_t *hard)
{
    const uint32_t *index = extents->index;
    size_t n_hard = 0;
    for (size_t r = 0; r < extents->rows; r++, index += extents->stride)
        if (!parse_short(extents->bytes + index[0], index[1] - index[0] - 1, &out[r]))
            hard[n_hard++] = (uint32_t)r;
    return n_hard;
}

shift__numbers_kernel *shift__numbers_best(void)
{
#ifdef SHIFT_HAVE_AVX2
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"))
        return shift__numbers_avx2;
#endif
    return shift__numbers_scalar;
}
