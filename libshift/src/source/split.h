/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records into fields. */
#ifndef SHIFT_SOURCE_SPLIT_H
#define SHIFT_SOURCE_SPLIT_H

#include <stdbool.h>
#include <stddef.h>

#include "source/storage.h"

typedef struct shift__dialect {
    char delimiter;
    size_t columns; /* that every record must have */
} shift__dialect;

/** Split the block's bytes, in place, into its index. Failures go into the block. */
void shift__block_split(shift__block *block, const shift__dialect *dialect);
/** Split a block that is one record, whatever its number of fields; 0 for a blank one. */
void shift__record_split(shift__block *block, char delimiter, size_t *fields);
void shift__csv_free(struct shift__csv *csv); /* NULL is allowed */

#endif
