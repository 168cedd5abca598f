/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers of Arrow's types as doubles: the nearest one, as if the value had been printed and read.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "source/arrow_array.h"
#include "source/numbers.h"

/* From buffers that need not be aligned; compilers make vector code of it. */
#define READ_ALL(type)                                                                             \
    for (size_t i = 0; i < n; i++) {                                                               \
        type value;                                                                                \
        memcpy(&value, from + i * sizeof value, sizeof value);                                     \
        out[i] = (double)value;                                                                    \
    }

static double read_half(uint16_t half)
{
    int exponent = half >> 10 & 0x1f;
    int fraction = half & 0x3ff;
    double value = exponent == 0      ? ldexp(fraction, -24)
                   : exponent == 0x1f ? (fraction == 0 ? (double)INFINITY : (double)NAN)
                                      : ldexp(fraction + 0x400, exponent - 25);
    return (half & 0x8000) != 0 ? -value : value;
}

static void read_halves(const char *from, size_t n, double *out)
{
    for (size_t i = 0; i < n; i++) {
        uint16_t half = 0;
        memcpy(&half, from + i * sizeof half, sizeof half);
        out[i] = read_half(half);
    }
}

/* Divide a number of base 2^32 by 10^9 and give the rest. */
static uint32_t split_digits(uint32_t *limbs, size_t n)
{
    uint64_t rest = 0;
    for (size_t i = n; i-- > 0;) {
        rest = rest << 32 | limbs[i];
        limbs[i] = (uint32_t)(rest / 1000000000);
        rest %= 1000000000;
    }
    return (uint32_t)rest;
}

static bool is_zero(const uint32_t *limbs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (limbs[i] != 0)
            return false;
    return true;
}

/* As text, without its scale. 2^255 has 77 digits: nine groups of nine. */
static size_t print_decimal(const char *from, size_t width, char *out)
{
    enum { LIMBS = 8, GROUPS = 9 };
    uint32_t limbs[LIMBS] = {0};
    uint32_t groups[GROUPS] = {0};
    size_t n = width / sizeof *limbs;
    memcpy(limbs, from, width);
    bool negative = limbs[n - 1] >> 31 != 0;
    uint64_t carry = 1;
    for (size_t i = 0; negative && i < n; i++) {
        carry += ~limbs[i];
        limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    size_t used = 0;
    while (used < GROUPS && !is_zero(limbs, n))
        groups[used++] = split_digits(limbs, n);
    int at = snprintf(out, SHIFT__ARROW_DIGITS, "%s%u", negative ? "-" : "",
                      used > 0 ? (unsigned)groups[used - 1] : 0U);
    for (size_t i = used; i > 1; i--)
        at += snprintf(out + at, SHIFT__ARROW_DIGITS - (size_t)at, "%09u", (unsigned)groups[i - 2]);
    return (size_t)at;
}

/* As text, which is then rounded once. */
static double read_decimal(const char *from, size_t width, int scale)
{
    char text[SHIFT__ARROW_DIGITS + 16];
    size_t n = print_decimal(from, width, text);
    n += (size_t)snprintf(text + n, sizeof text - n, "e%d", -scale);
    double value = NAN;
    (void)shift__number_parse(text, n, &value);
    return value;
}

static void read_decimals(const shift__arrow_type *type, const char *from, size_t n, double *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = read_decimal(from + i * type->width, type->width, type->scale);
}

/* Whole seconds and the rest by themselves, as the text of a timestamp is read. */
static void read_times(const shift__arrow_type *type, const char *from, size_t n, double *out)
{
    for (size_t i = 0; i < n; i++) {
        int64_t value = 0;
        int32_t narrow = 0;
        memcpy(type->width == sizeof narrow ? (void *)&narrow : (void *)&value,
               from + i * type->width, type->width);
        value = type->width == sizeof narrow ? narrow : value;
        int64_t whole = value / type->time_divisor;
        int64_t rest = value % type->time_divisor;
        if (rest < 0) {
            whole--;
            rest += type->time_divisor;
        }
        out[i] = (double)(whole * type->time_factor) + (double)rest / (double)type->time_divisor;
    }
}

void shift__arrow_numbers(const shift__arrow_values *values, size_t first, size_t n, double *out)
{
    const shift__arrow_type *type = values->type;
    size_t at = values->offset + first;
    if (values->element == SHIFT__ARROW_BOOL) {
        for (size_t i = 0; i < n; i++)
            out[i] = shift__arrow_bit(values->data, at + i);
        return;
    }
    const char *from = (const char *)values->data + at * values->width;
    if (values->is_time) {
        read_times(type, from, n, out);
        return;
    }
    switch (values->element) {
    case SHIFT__ARROW_I8:
        READ_ALL(int8_t)
        break;
    case SHIFT__ARROW_U8:
        READ_ALL(uint8_t)
        break;
    case SHIFT__ARROW_I16:
        READ_ALL(int16_t)
        break;
    case SHIFT__ARROW_U16:
        READ_ALL(uint16_t)
        break;
    case SHIFT__ARROW_I32:
        READ_ALL(int32_t)
        break;
    case SHIFT__ARROW_U32:
        READ_ALL(uint32_t)
        break;
    case SHIFT__ARROW_I64:
        READ_ALL(int64_t)
        break;
    case SHIFT__ARROW_U64:
        READ_ALL(uint64_t)
        break;
    case SHIFT__ARROW_F16:
        read_halves(from, n, out);
        break;
    case SHIFT__ARROW_F32:
        READ_ALL(float)
        break;
    case SHIFT__ARROW_F64:
        READ_ALL(double)
        break;
    case SHIFT__ARROW_DECIMAL:
        read_decimals(type, from, n, out);
        break;
    case SHIFT__ARROW_UNSUPPORTED:
    case SHIFT__ARROW_NULL:
    case SHIFT__ARROW_BOOL:
    case SHIFT__ARROW_TEXT32:
    case SHIFT__ARROW_TEXT64:
    case SHIFT__ARROW_VIEW:
        break;
    }
}

bool shift__arrow_has_digits(const shift__arrow_values *values)
{
    return !values->is_time &&
           (values->element == SHIFT__ARROW_I64 || values->element == SHIFT__ARROW_U64 ||
            (values->element == SHIFT__ARROW_DECIMAL && values->type->scale == 0));
}

size_t shift__arrow_digits(const shift__arrow_values *values, size_t i, char *out)
{
    double rounded = 0.0;
    shift__arrow_numbers(values, i, 1, &rounded);
    if (shift__is_exact(rounded))
        return 0;
    const char *from = (const char *)values->data + (values->offset + i) * values->width;
    if (values->element == SHIFT__ARROW_DECIMAL)
        return print_decimal(from, values->width, out);
    uint64_t bits = 0;
    memcpy(&bits, from, sizeof bits);
    return (size_t)(values->element == SHIFT__ARROW_U64
                        ? snprintf(out, SHIFT__ARROW_DIGITS, "%" PRIu64, bits)
                        : snprintf(out, SHIFT__ARROW_DIGITS, "%" PRId64, (int64_t)bits));
}
