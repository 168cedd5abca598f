/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the profile reads a source with several threads: blocks of whole records are filled in order
 * by one thread, split and converted by any, and finished in order by one again. */
#ifndef SHIFT_SOURCE_BLOCK_H
#define SHIFT_SOURCE_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shift/batch.h"
#include "shift/error.h"
#include "shift/schema.h"
#include "shift/source.h"

/** Which column of the source serves each column of a schema. */
typedef struct shift__plan {
    const shift_schema *schema;
    const size_t *columns; /* one per schema column: index in the source, SIZE_MAX when absent */
} shift__plan;

/** Storage for one block on its way: raw bytes, fields, converted columns. Reused. */
typedef struct shift__block shift__block;

SHIFT_CHECKED shift_status shift__block_new(shift__block **out, shift_error *err);
void shift__block_free(shift__block *block); /* NULL is allowed */

/** In order, one thread: read the next whole records into `block`. *end is true, and the block
 * empty, when there are none left. Block boundaries do not depend on the number of threads. */
SHIFT_CHECKED shift_status shift__source_fill(shift_source *source, shift__block *block, bool *end,
                                              shift_error *err);
/** Any thread: split into fields and convert the plan's columns. Failures stay in the block until
 * it is finished, where the row is known. */
void shift__source_convert(const shift_source *source, shift__block *block,
                           const shift__plan *plan);
/** In order, one thread: the block's batch, or its first failure with file, line and column. The
 * batch lasts until the block is filled again. */
SHIFT_CHECKED shift_status shift__source_finish(shift_source *source, shift__block *block,
                                                shift_batch *out, shift_error *err);

/** Where a column of the plan first held text that its kind cannot take: a line of the file
 * (1 is the header's) and the beginning of the text. False where none did. */
bool shift__source_first_invalid(const shift_source *source, size_t plan_column, uint64_t *line,
                                 const char **text);

#endif
