/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clock.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

static shift_status read_clock(time_t *now, shift_error *err)
{
    *now = time(NULL);
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    if (epoch == NULL)
        return SHIFT_OK;
    char *end = NULL;
    errno = 0;
    long long seconds = strtoll(epoch, &end, 10);
    if (end == epoch || *end != '\0' || errno != 0 || seconds < 0 || seconds > 253402300799)
        return shift_error_set(err, SHIFT_EINVAL,
                               "SOURCE_DATE_EPOCH: expected seconds since 1970, found '%s'", epoch);
    *now = (time_t)seconds;
    return SHIFT_OK;
}

shift_status clock_print(char text[32], shift_error *err)
{
    time_t now = 0;
    struct tm utc;
    shift_status status = read_clock(&now, err);
    if (status == SHIFT_OK &&
        (gmtime_r(&now, &utc) == NULL || strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0))
        return shift_error_set(err, SHIFT_EINVAL, "the clock shows no time");
    return status;
}

shift_status clock_today(shift_date *today, shift_error *err)
{
    time_t now = 0;
    struct tm local;
    shift_status status = read_clock(&now, err);
    if (status != SHIFT_OK)
        return status;
    if (localtime_r(&now, &local) == NULL)
        return shift_error_set(err, SHIFT_EINVAL, "the clock shows no time");
    *today = (shift_date){local.tm_year + 1900, local.tm_mon + 1, local.tm_mday};
    return SHIFT_OK;
}
