/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The CSV source: records of an input, through libcsv. */
#ifndef SHIFT_SOURCE_CSV_H
#define SHIFT_SOURCE_CSV_H

#include <stddef.h>

#include "source/storage.h"

/** Open `path` and read the header: sets the source's reader, state, label and columns. The caller
 * closes the source, also after a failure. */
SHIFT_CHECKED shift_status shift__csv_open(shift_source *source, const char *path, char delimiter,
                                           shift_error *err);
/** Bytes that a block begins with before it grows for a longer record (1 MiB unless set); for
 * tests. */
void shift__csv_set_block_size(shift_source *source, size_t bytes);

#endif
