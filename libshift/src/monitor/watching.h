/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A watch while it is made. */
#ifndef SHIFT_MONITOR_WATCHING_H
#define SHIFT_MONITOR_WATCHING_H

#include "core/memory.h"
#include "shift/watch.h"

typedef struct shift__watching {
    shift_watch watch; /* first: what the caller holds */
    shift__arena arena;
    const shift_monitor *monitor;
    const shift_memory *memory;
    shift_change_limits limits;
    shift_series *series;
    shift_change *changes;
    size_t *lengths;
    size_t series_capacity, changes_capacity, lengths_capacity;
} shift__watching;

/** Whether changes of a statistic are looked for. */
bool shift__is_watched(const shift_monitor *monitor, const char *statistic);

/** A value of a statistic as the detectors see it. */
double shift__watch_scale(const char *statistic, double value);

#endif
