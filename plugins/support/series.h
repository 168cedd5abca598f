/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values over runs. */
#ifndef SHIFT_PLUGINS_SERIES_H
#define SHIFT_PLUGINS_SERIES_H

#include "phrases.h"

/** The last point; a series has one. */
const shift_history_point *series_last(const shift_history_series *series);
/** Of each subject the series that reaches furthest beyond its threshold in the last run, or all
 * series where there is one subject only. The caller frees the array. */
shift_status series_leading(const shift_history *history, const shift_history_series ***out,
                            size_t *n, shift_error *err);
/** How many of the last runs in a row warned or alerted. */
size_t series_streak(const shift_history_series *series);
/** The day (ten characters, then anything) whose data a run judged, where its period is one, or on
 * which it was made. */
const char *series_day(const char *period, const char *started_at);
/** The monitor of the run of a point, or NULL. The points of a series are in the order of the runs;
 * `*at`, 0 before the first point, moves along with them. */
const char *series_monitor(const shift_history *history, const shift_history_point *point,
                           size_t *at);
/** "W1/sd" for wasserstein_normalized. */
void series_name(buffer *b, const shift_history_series *series);
void series_value(buffer *b, const shift_history_series *series, double value);
/** "dataset", "feature", "layer" or "channel" */
const char *series_type(shift_subject_type type);

#endif
