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

typedef struct shift__row_reader shift__row_reader;

/**
 * Read `source` (which nobody has read from) as columns of `schema`, found by name; both are
 * borrowed. A column that the source does not have is all missing; EINCOMPATIBLE where it has none.
 */
SHIFT_CHECKED shift_status shift__row_reader_open(shift__row_reader **out, shift_source *source,
                                                  const shift_schema *schema, shift_error *err);
void shift__row_reader_close(shift__row_reader *rows); /* NULL is allowed */
/** The next rows, borrowed until the next call; *end is true where there are none left. */
SHIFT_CHECKED shift_status shift__row_reader_next(shift__row_reader *rows, shift_batch *out,
                                                  bool *end, shift_error *err);
/** Whether the source has column `i` of the schema. */
bool shift__row_reader_has(const shift__row_reader *rows, size_t i);

#endif
