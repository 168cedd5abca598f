/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report as JSON that may stand inside a script element. */
#ifndef SHIFT_PLUGINS_HTML_DATA_H
#define SHIFT_PLUGINS_HTML_DATA_H

#include "phrases.h"

/** What page.js reads. `list` is the ranking of the features, or the layers in forward order. */
void data_add_report(buffer *b, const shift_report *report, const ranked *list);
/** What runs.js reads. */
void data_add_history(buffer *b, const shift_history *history);

#endif
