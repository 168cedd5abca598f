/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values over runs in characters. */
#ifndef SHIFT_PLUGINS_TEXT_CHART_H
#define SHIFT_PLUGINS_TEXT_CHART_H

#include "series.h"

/** One bar a run, at most `columns` of them; where there are more runs, each stands for the largest
 * of several. */
void chart_add_bars(buffer *b, const shift_history_series *series, size_t columns,
                    const shift_sink *sink);
/** Some lines: values over runs, with the thresholds. */
void chart_add(buffer *b, const shift_history_series *series, const shift_sink *sink);

#endif
