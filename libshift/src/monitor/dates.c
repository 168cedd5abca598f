/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Days of the calendar. They are computed in UTC, at noon of nowhere, so that a clock change can
 * neither skip nor repeat one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/memory.h"
#include "core/null.h"
#include "shift/monitor.h"

/* Days since 1970-01-01; the algorithm is Howard Hinnant's days_from_civil. */
static long number_of(shift_date date)
{
    long year = date.month <= 2 ? date.year - 1 : date.year;
    long era = year / 400;
    long of_era = year - era * 400;
    long of_year =
        (153L * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static shift_date date_of(long number)
{
    struct tm utc;
    time_t seconds = (time_t)number * 86400;
    if (gmtime_r(&seconds, &utc) == NULL)
        return (shift_date){1970, 1, 1};
    return (shift_date){utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday};
}

shift_date shift_date_add(shift_date date, long days)
{
    return date_of(number_of(date) + days);
}

long shift_date_compare(shift_date a, shift_date b)
{
    return number_of(a) - number_of(b);
}

bool shift_date_parse(const char *text, shift_date *date)
{
    if (text == NULL || date == NULL || strlen(text) != 10 || strspn(text, "0123456789-") != 10 ||
        text[4] != '-' || text[7] != '-')
        return false;
    char *end = NULL;
    shift_date read = {(int)strtol(text, &end, 10), 0, 0};
    if (end != text + 4 || text[5] == '-' || text[8] == '-')
        return false;
    read.month = (int)strtol(text + 5, &end, 10);
    if (end != text + 7)
        return false;
    read.day = (int)strtol(text + 8, &end, 10);
    if (*end != '\0')
        return false;
    if (read.year < 1 || read.month < 1 || read.month > 12 || read.day < 1)
        return false;
    shift_date same = shift_date_add(read, 0);
    if (same.day != read.day || same.month != read.month) /* 30 February */
        return false;
    *date = read;
    return true;
}

void shift_date_print(shift_date date, char text[11])
{
    if (text == NULL)
        return;
    char buffer[40];
    (void)snprintf(buffer, sizeof buffer, "%04d-%02d-%02d", date.year, date.month, date.day);
    memcpy(text, buffer, 10);
    text[10] = '\0';
}

bool shift_days_parse(const char *text, unsigned *days)
{
    if (text == NULL || days == NULL)
        return false;
    char *end = NULL;
    unsigned long number = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || strcmp(end, "d") != 0 || number == 0 || number > 365000)
        return false;
    *days = (unsigned)number;
    return true;
}

/* One placeholder, or NULL: only what a whole day has. */
static const char *expand_one(char letter, const struct tm *day, char *out, size_t size)
{
    if (letter == '\0' || strchr("YymdjbBaAuwVGF%", letter) == NULL)
        return NULL;
    const char format[] = {'%', letter, '\0'};
    size_t width = letter == 'F' ? 10 : strchr("YG", letter) != NULL ? 4 : 0;
    /* the formats are those of the list above; a day without a name is still a day */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    size_t n = strftime(out, size, format, day);
#pragma GCC diagnostic pop
    out[n] = '\0';
    if (n < width) { /* glibc's years have no zeros in front */
        memmove(out + width - n, out, n + 1);
        memset(out, '0', width - n);
    }
    return out;
}

shift_status shift_date_expand(char **out, const char *pattern, shift_date date, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, pattern))
        return SHIFT_EINVAL;
    time_t seconds = (time_t)number_of(date) * 86400 + 43200;
    struct tm day;
    char *text = NULL;
    size_t capacity = 0;
    size_t n = 0;
    if (gmtime_r(&seconds, &day) == NULL)
        return shift_error_set(err, SHIFT_EINVAL, "%s: no such date", pattern);
    for (const char *at = pattern;; at++) {
        char buffer[32] = {*at, '\0'};
        if (*at == '%' && expand_one(*++at, &day, buffer, sizeof buffer) == NULL) {
            free(text);
            return shift_error_set(err, SHIFT_EINVAL,
                                   "%s: '%%%.1s' is no placeholder of a day (%%Y, %%m, %%d, ...); "
                                   "%%%% stands for %%",
                                   pattern, at);
        }
        size_t more = strlen(buffer);
        shift_status status = shift__array_grow(&text, &capacity, n + more + 1, 1, err);
        if (status != SHIFT_OK) {
            free(text);
            return status;
        }
        memcpy(text + n, buffer, more + 1);
        n += more;
        if (*at == '\0')
            break;
    }
    *out = text;
    return SHIFT_OK;
}
