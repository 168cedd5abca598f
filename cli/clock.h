/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COVSHIFT_CLOCK_H
#define COVSHIFT_CLOCK_H

#include "cli.h"

/** The time in UTC, ISO 8601 to the second, ending in Z. It is that of SOURCE_DATE_EPOCH where that
 * is set, for reports that can be made again byte by byte. */
SHIFT_CHECKED shift_status clock_print(char text[32], shift_error *err);
/** The day on the calendar of the time zone. */
SHIFT_CHECKED shift_status clock_today(shift_date *today, shift_error *err);

#endif
