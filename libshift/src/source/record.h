/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One record through libcsv. */
#ifndef SHIFT_SOURCE_RECORD_H
#define SHIFT_SOURCE_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "source/storage.h"

typedef struct shift__dialect {
    char delimiter;
    size_t columns; /* that every record must have */
} shift__dialect;

/**
 * Split the `n` bytes at `begin` of the block, which are one record with its newline, in place.
 * Extents of at most dialect->columns fields become row block->rows of the index; *fields says how
 * many there are, 0 for a blank line. False with a failure in the block for a malformed record.
 */
bool shift__record_split(shift__block *block, const shift__dialect *dialect, size_t begin, size_t n,
                         size_t *fields);
void shift__csv_free(struct shift__csv *csv); /* NULL is allowed */

#endif
