/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ISO 8601 to seconds, without the C library's time zone and locale. */
#include "source/timestamps.h"

#include <math.h>
#include <stdint.h>

typedef struct cursor {
    const char *p, *end;
} cursor;

static bool take(cursor *c, char wanted)
{
    if (c->p == c->end || *c->p != wanted)
        return false;
    c->p++;
    return true;
}

/* Exactly `n` digits with a value from `low` to `high`. */
static bool take_number(cursor *c, int n, int low, int high, int *out)
{
    int value = 0;
    if (c->end - c->p < n)
        return false;
    for (int i = 0; i < n; i++) {
        char digit = c->p[i];
        if (digit < '0' || digit > '9')
            return false;
        value = value * 10 + (digit - '0');
    }
    c->p += n;
    *out = value;
    return value >= low && value <= high;
}

static int days_in_month(int year, int month)
{
    static const signed char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

/* Proleptic Gregorian days since 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date
 * algorithms", days_from_civil), for years from 0. */
static int64_t days_since_epoch(int year, int month, int day)
{
    int y = year + 400 - (month <= 2); /* +400: never negative */
    int era = y / 400;
    int year_of_era = y % 400;
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (int64_t)(era - 1) * 146097 + day_of_era - 719468;
}

static bool take_date(cursor *c, int64_t *days)
{
    int year = 0;
    int month = 0;
    int day = 0;
    if (!take_number(c, 4, 0, 9999, &year) || !take(c, '-') || !take_number(c, 2, 1, 12, &month) ||
        !take(c, '-') || !take_number(c, 2, 1, days_in_month(year, month), &day))
        return false;
    *days = days_since_epoch(year, month, day);
    return true;
}

static bool take_fraction(cursor *c, double *fraction)
{
    *fraction = 0;
    if (!take(c, '.'))
        return true;
    const char *begin = c->p;
    uint64_t digits = 0;
    double scale = 1;
    for (; c->p < c->end && *c->p >= '0' && *c->p <= '9'; c->p++)
        if (c->p - begin < 15) { /* finer than a double near 1970 can tell apart */
            digits = digits * 10 + (uint64_t)(*c->p - '0');
            scale *= 10;
        }
    *fraction = (double)digits / scale;
    return c->p > begin;
}

static bool take_time(cursor *c, int64_t *seconds, double *fraction)
{
    int hour = 0;
    int minute = 0;
    int second = 0;
    *fraction = 0;
    if (!take_number(c, 2, 0, 23, &hour) || !take(c, ':') || !take_number(c, 2, 0, 59, &minute))
        return false;
    if (take(c, ':') && (!take_number(c, 2, 0, 60, &second) || !take_fraction(c, fraction)))
        return false;
    *seconds = hour * 3600 + minute * 60 + second;
    return true;
}

static bool take_zone(cursor *c, int64_t *offset)
{
    int hours = 0;
    int minutes = 0;
    *offset = 0;
    if (c->p == c->end || take(c, 'Z') || take(c, 'z'))
        return true;
    int sign = *c->p == '-' ? -1 : 1;
    if (!take(c, '+') && !take(c, '-'))
        return false;
    if (!take_number(c, 2, 0, 23, &hours))
        return false;
    if (c->p < c->end) {
        (void)take(c, ':');
        if (!take_number(c, 2, 0, 59, &minutes))
            return false;
    }
    int seconds = sign * (hours * 3600 + minutes * 60);
    *offset = seconds;
    return true;
}

static void trim(cursor *c)
{
    while (c->p < c->end && (*c->p == ' ' || *c->p == '\t'))
        c->p++;
    while (c->p < c->end && (c->end[-1] == ' ' || c->end[-1] == '\t'))
        c->end--;
}

bool shift__timestamp_parse(const char *text, size_t n, double *seconds)
{
    cursor c = {text, text + n};
    int64_t days = 0;
    int64_t time = 0;
    int64_t offset = 0;
    double fraction = 0;
    *seconds = NAN;
    trim(&c);
    if (!take_date(&c, &days))
        return false;
    if (c.p < c.end) {
        if (!take(&c, 'T') && !take(&c, 't') && !take(&c, ' '))
            return false;
        if (!take_time(&c, &time, &fraction) || !take_zone(&c, &offset) || c.p != c.end)
            return false;
    }
    *seconds = (double)(days * 86400 + time - offset) + fraction;
    return true;
}
