/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ISO 8601 dates and times. */
#ifndef SHIFT_SOURCE_TIMESTAMPS_H
#define SHIFT_SOURCE_TIMESTAMPS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * YYYY-MM-DD, optionally 'T', 't' or a space and hh:mm, hh:mm:ss or hh:mm:ss.fraction, then
 * optionally Z, z, +hh:mm, +hhmm or +hh (UTC without one); spaces and tabs around it allowed.
 * *seconds since 1970-01-01T00:00:00Z. A 60th second is the first of the next minute. False, with
 * *seconds NaN, for anything else, 2023-02-29 and 24:00 included.
 */
bool shift__timestamp_parse(const char *text, size_t n, double *seconds);

#endif
