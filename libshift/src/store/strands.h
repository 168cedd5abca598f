/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of many series, put in order while they are read run by run. */
#ifndef SHIFT_STORE_STRANDS_H
#define SHIFT_STORE_STRANDS_H

#include "store/reading.h"

/** A series as it grows. */
typedef struct shift__strand {
    shift_history_series series;
    shift__list points;
    size_t place;
} shift__strand;

/** Rows come run by run, mostly with the same series in the same order. */
typedef struct shift__weaver {
    shift__reading in;
    shift__strand **strands;
    size_t n, capacity, last; /* last: the one that the last row went to */
    void *by_name;            /* a tree of them, by tsearch() */
    int64_t run;              /* of the last row, with its texts: */
    const char *started_at, *period, *place;
} shift__weaver;

/** Add a point to the series of that type, subject and statistic. `measured` is at the columns
 * value, low, high, p_adjusted, warn, alert, verdict; `where` at the subject's verdict, the run's
 * started_at, its period and the text that puts it in order, or NULL where these follow in
 * `measured`. */
SHIFT_CHECKED shift_status shift__weave(shift__weaver *w, const shift_history_series *which,
                                        shift__row *measured, shift__row *where, shift_error *err);
/** The series by type, subject and statistic, each with its points in order. */
SHIFT_CHECKED shift_status shift__weaver_end(shift__weaver *w, shift_history *history,
                                             shift_error *err);
void shift__weaver_clear(shift__weaver *w);

#endif
