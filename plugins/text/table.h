/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of features, or of layers. */
#ifndef SHIFT_PLUGINS_TABLE_H
#define SHIFT_PLUGINS_TABLE_H

#include "phrases.h"

/** Append the table of the first `n` features or layers of the list, in at most `sink->width`
 * columns. */
void table_add(buffer *b, const ranked *list, size_t n, const shift_sink *sink);
/** The SGR sequence for a verdict, as libsmartcols and terminals take it. */
const char *table_colour(shift_verdict verdict);

#endif
