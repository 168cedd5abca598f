/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stream of bytes: a plain file, standard input, or either one compressed by gzip or Zstandard,
 * told by the first bytes and not by the name. */
#ifndef SHIFT_SOURCE_INPUT_H
#define SHIFT_SOURCE_INPUT_H

#include <stddef.h>

#include "shift/error.h"

typedef struct shift__input shift__input;

/** Open `path`, or standard input for "-". EIO for a directory or what cannot be opened, EFORMAT
 * or EUNSUPPORTED for files that are known not to be CSV. */
SHIFT_CHECKED shift_status shift__input_open(shift__input **out, const char *path,
                                             shift_error *err);
void shift__input_close(shift__input *input); /* NULL is allowed */
/** What messages call it; borrowed. */
const char *shift__input_label(const shift__input *input);
/** Fill `bytes`: `*got` is below `n` only at the end. Compressed data that are cut off or damaged
 * are EFORMAT. */
SHIFT_CHECKED shift_status shift__input_read(shift__input *input, char *bytes, size_t n,
                                             size_t *got, shift_error *err);

#endif
