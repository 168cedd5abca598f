/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of a source, batch after batch, on one thread: for whoever needs each row again after
 * the profile has been made. */
#ifndef SHIFT_PROFILE_ROWS_H
#define SHIFT_PROFILE_ROWS_H

#include <stdbool.h>

#include "shift/batch.h"
#include "shift/error.h"
#include "shift/schema.h"
#include "shift/source.h"

typedef struct shift__rows shift__rows;

/**
 * Read `source` (which nobody has read from) as columns of `schema`, found by name; both are
 * borrowed. A column that the source does not have is all missing; EINCOMPATIBLE where it has none.
 */
SHIFT_CHECKED shift_status shift__rows_open(shift__rows **out, shift_source *source,
                                            const shift_schema *schema, shift_error *err);
void shift__rows_close(shift__rows *rows); /* NULL is allowed */
/** The next rows, borrowed until the next call; *end is true where there are none left. */
SHIFT_CHECKED shift_status shift__rows_next(shift__rows *rows, shift_batch *out, bool *end,
                                            shift_error *err);
/** Whether the source has column `i` of the schema. */
bool shift__rows_has(const shift__rows *rows, size_t i);

#endif
