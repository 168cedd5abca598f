/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Features of a network by the harm of their drift. */
#ifndef SHIFT_PLUGINS_HARM_PAGE_H
#define SHIFT_PLUGINS_HARM_PAGE_H

#include "words.h"

/** The most harmful features of a run of `covshift network check --harm`; nothing for others. */
void harm_add_table(buffer *b, const shift_comparison *comparison, const shift_sink *sink);

#endif
