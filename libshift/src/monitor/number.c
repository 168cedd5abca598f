/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers that people write, behind options and in the monitor file. */
#define _GNU_SOURCE /* strtod_l */
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shift/monitor.h"

static const char digits[] = "0123456789";

/* A sign, digits with a point, an exponent, and nothing else. */
static bool is_decimal(const char *p)
{
    p += *p == '+' || *p == '-';
    size_t whole = strspn(p, digits);
    p += whole;
    size_t part = *p == '.' ? strspn(p + 1, digits) : 0;
    p += *p == '.' ? part + 1 : 0;
    if (whole + part == 0)
        return false;
    if (*p == 'e' || *p == 'E') {
        p++;
        p += *p == '+' || *p == '-';
        size_t exponent = strspn(p, digits);
        p += exponent;
        if (exponent == 0)
            return false;
    }
    return *p == '\0';
}

bool shift_number_parse(const char *text, double *number)
{
    if (text == NULL || number == NULL || !is_decimal(text))
        return false;
    /* glibc and musl return their static C locale here, without allocating. */
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (c == (locale_t)0)
        return false;
    double value = strtod_l(text, NULL, c);
    freelocale(c);
    if (!isfinite(value))
        return false;
    *number = value;
    return true;
}

bool shift_count_parse(const char *text, uint64_t most, uint64_t *count)
{
    if (text == NULL || count == NULL || *text == '\0' || text[strspn(text, digits)] != '\0')
        return false;
    errno = 0;
    unsigned long long value = strtoull(text, NULL, 10);
    if (errno != 0 || value > most)
        return false;
    *count = value;
    return true;
}
