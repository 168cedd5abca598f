/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes of a block into rows and fields. */
#ifndef SHIFT_SOURCE_SPLIT_H
#define SHIFT_SOURCE_SPLIT_H

#include "source/record.h"
#include "source/scan.h"
#include "source/storage.h"

/** Split the block's bytes, in place, into its index. Plain rows go through `kernel`, all others,
 * and every row where it is NULL, through libcsv. Failures go into the block. */
void shift__block_split(shift__block *block, const shift__dialect *dialect,
                        shift__scan_kernel *kernel);

#endif
