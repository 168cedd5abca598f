/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_BATCH_H
#define SHIFT_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "shift/export.h"

SHIFT_BEGIN_DECLS

/** How one field was classified, once, when it was read. Everything after sees only this. */
typedef enum shift_field_state {
    SHIFT_FIELD_PRESENT = 0, /**< a usable value */
    SHIFT_FIELD_MISSING,     /**< one of the missing tokens, or an Arrow null */
    SHIFT_FIELD_NON_FINITE,  /**< a number column's NaN or infinity that is no missing token */
    SHIFT_FIELD_INVALID      /**< text that does not parse as the column's kind */
} shift_field_state;

/**
 * One column of a batch, borrowed from the source until its next batch. Number kinds set
 * `numbers`, text kinds set `bytes`, `begin` and `end`.
 */
typedef struct shift_column {
    const double *numbers; /**< `rows` values; NaN wherever the state is not PRESENT */
    const char *bytes;     /**< text of row r is bytes[begin[r]] to bytes[end[r] - 1] */
    const uint32_t *begin; /**< Arrow utf8: the offsets */
    const uint32_t *end;   /**< Arrow utf8: the offsets, plus one element */
    const uint8_t *states; /**< a shift_field_state per row; NULL where all are PRESENT */
} shift_column;

/** Some rows of all the columns of a schema, in its order. */
typedef struct shift_batch {
    size_t rows;
    size_t n_columns;
    const shift_column *columns;
} shift_batch;

SHIFT_END_DECLS

#endif
