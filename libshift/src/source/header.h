/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header row: names of the columns, and the place to notice that a file is no CSV at all. */
#ifndef SHIFT_SOURCE_HEADER_H
#define SHIFT_SOURCE_HEADER_H

#include <stddef.h>

#include "source/storage.h"

/** Take the first record of `block`, behind a byte order mark and blank lines, as the names of the
 * source's columns. *used is how many bytes of the block that was. */
SHIFT_CHECKED shift_status shift__header_read(shift_source *source, const shift__block *block,
                                              char delimiter, size_t *used, shift_error *err);

#endif
