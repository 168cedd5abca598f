/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_WINDOWS_H
#define SHIFT_WINDOWS_H

#include <stddef.h>
#include <stdint.h>

#include "shift/error.h"
#include "shift/profile.h"

SHIFT_BEGIN_DECLS

/** What cuts the rows of a source into windows. */
typedef enum shift_window_kind {
    SHIFT_WINDOW_TIME = 0, /**< `length` seconds of a timestamp column */
    SHIFT_WINDOW_ROWS,     /**< `length` rows each, in order */
    SHIFT_WINDOW_VALUES    /**< each value of a column */
} shift_window_kind;

typedef struct shift_window_rule {
    size_t size; /**< sizeof(shift_window_rule) */
    shift_window_kind kind;
    const char *column; /**< NULL for the first timestamp column of the schema, or with rows */
    uint64_t length;    /**< seconds or rows, from 1 on; does not matter with values */
} shift_window_rule;

/** "time:6h" (s, m, h, d or w), "time:1d:COLUMN", "rows:10000" or "column:COLUMN". Texts are
 * borrowed from `text`. EINVAL, with what is expected, for anything else. */
SHIFT_API SHIFT_CHECKED shift_status shift_window_parse(const char *text, shift_window_rule *out,
                                                        shift_error *err);

/** What is done with a finished window: `name` is the beginning of its time in UTC ("2026-01-31",
 * or "2026-01-31T06:00:00Z" where it is no whole day), "rows 1 to 10000", or the value. Borrowed.
 * Any other status than SHIFT_OK ends the reading and is returned. */
typedef shift_status shift_window_use(void *context, const char *name, const shift_profile *profile,
                                      shift_error *err);

typedef struct shift_window_sink {
    shift_window_use *use;
    void *context;
} shift_window_sink;

/** How windows are profiled. */
typedef struct shift_window_reading {
    size_t size;                          /**< sizeof(shift_window_reading) */
    const shift_schema *schema;           /**< of the training side */
    const shift_schema_options *left_out; /**< columns that are no extra ones; may be NULL */
    const shift_profile_options *options; /**< may be NULL */
    const shift_window_rule *rule;        /**< what cuts */
} shift_window_reading;

/**
 * Read `source` once and profile each window by itself, as
 * shift_profile_read() does. Of windows of time at most 8 are open at once: the earliest is then
 * finished, and a row that is earlier still is an error, as a source that is not sorted need not
 * fit into memory. Windows of time come in order, those of values by their bytes, 64 of them at
 * most. EINVAL for a rule that is not one, or where the column is not in the source; EFORMAT, with
 * its number, for a row that has no value in it, or no time. Windows of days begin at midnight UTC,
 * of weeks on Mondays.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_profile_windows(shift_source *source,
                                                           const shift_window_reading *reading,
                                                           const shift_window_sink *sink,
                                                           shift_error *err);

SHIFT_END_DECLS

#endif
