/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The CSV source: records of an input, through libcsv. */
#ifndef SHIFT_SOURCE_CSV_H
#define SHIFT_SOURCE_CSV_H

#include <stddef.h>

#include "source/numbers_column.h"
#include "source/scan.h"
#include "source/storage.h"

/** Open `path` and read the header: sets the source's reader, state, label and columns. The caller
 * closes the source, also after a failure. */
SHIFT_CHECKED shift_status shift__csv_open(shift_source *source, const char *path, char delimiter,
                                           shift_error *err);
/** Kernels to use; NULL for `scan` sends every record through libcsv. For tests and benchmarks. */
void shift__csv_set_kernels(shift_source *source, shift__scan_kernel *scan,
                            shift__numbers_kernel *numbers);
/** Bytes that a block begins with before it grows for a longer record (256 KiB unless set); for
 * tests. */
void shift__csv_set_block_size(shift_source *source, size_t bytes);

#endif
