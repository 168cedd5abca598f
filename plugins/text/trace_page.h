/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Layers over the checkpoints of a training. */
#ifndef SHIFT_PLUGINS_TRACE_PAGE_H
#define SHIFT_PLUGINS_TRACE_PAGE_H

#include "words.h"

/** A table for each layer, and where there is another trace beside it, means over layers side by
 * side. */
void trace_add_tables(buffer *b, const shift_report *report, const shift_sink *sink);

#endif
