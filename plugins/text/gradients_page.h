/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_PLUGINS_GRADIENTS_PAGE_H
#define SHIFT_PLUGINS_GRADIENTS_PAGE_H

#include "shift/reporter.h"
#include "words.h"

/** Append the table of a run about gradients: a line for each layer. */
void gradients_add_table(buffer *b, const shift_comparison *comparison, const shift_sink *sink);

#endif
