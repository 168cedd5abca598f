/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of values that have types of their own, as databases and Arrow give them. */
#ifndef SHIFT_SOURCE_CELLS_H
#define SHIFT_SOURCE_CELLS_H

#include "source/storage.h"

/** One column of a block. */
typedef struct shift__cells {
    shift__cell *first; /* of row 0 */
    size_t stride;      /* cells from one row to the next */
    size_t rows;
    const char *bytes; /* what texts are extents of */
} shift__cells;

/** Convert the column into `out`. Failures go into the block. */
void shift__cells_convert(const shift__cells *cells, const shift_source *source,
                          shift__block *block, shift__target *out);
/** Add all rows to what is known about the column. */
SHIFT_CHECKED shift_status shift__cells_witness(const shift__cells *cells,
                                                const shift__tokens *tokens,
                                                shift__evidence *evidence, shift_error *err);
/** Copy at most `size` bytes of the text of row `r`, for messages. How many that were. */
size_t shift__cells_text(const shift__cells *cells, size_t r, char *out, size_t size);

#endif
