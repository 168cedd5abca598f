/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_WATCH_H
#define SHIFT_WATCH_H

#include "shift/store.h"

SHIFT_BEGIN_DECLS

/** What a run is, beside what was found in it: news, changes, and the series as they now are. */
typedef struct shift_watch {
    size_t size;           /**< sizeof(shift_watch) in the library that made it */
    shift_verdict counted; /**< without what is acknowledged. Inconclusive where the run is below
                              the level, and could not judge a subject that was at the level when it
                                could last be judged; what else is inconclusive counts as ok */
    size_t n_acknowledged; /**< shifted subjects that do not count */
    shift_notice notice;
    size_t n_series;
    const shift_series *series;
    size_t n_changes;
    const shift_change *changes; /**< their `since`, `low` and `high` are still NULL */
    const size_t *series_length; /**< of each change: the values that the series had */
    const char *unsure;          /**< where `counted` is inconclusive: such a subject, or NULL */
    bool lasts;                  /**< an alarm was raised before, and is not over */
} shift_watch;

/**
 * Judge a comparison of a monitor by what came before. Where a later period has been run, the
 * series stay as they are. Texts are borrowed from the comparison, the memory and the monitor.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_watch_run(shift_watch **out,
                                                     const shift_monitor *monitor,
                                                     const shift_memory *memory,
                                                     const shift_comparison *comparison,
                                                     shift_error *err);
SHIFT_API void shift_watch_free(shift_watch *watch); /**< NULL is allowed. */

/** The verdict of a comparison without what is acknowledged, as `memory` of its period has it, and
 * how many shifted subjects that is; SHIFT_VERDICT_NONE where a pointer is NULL. */
SHIFT_API shift_verdict shift_watch_standing(const shift_comparison *comparison,
                                             const shift_memory *memory, size_t *n_acknowledged);

/** Find out since when: fills `since`, `low` and `high` of the changes from the recorded values and
 * the comparison's. */
SHIFT_API SHIFT_CHECKED shift_status shift_watch_locate(shift_watch *watch, shift_store *store,
                                                        const char *period,
                                                        const shift_comparison *comparison,
                                                        shift_error *err);

/**
 * Thresholds from the spread of the runs without shift, for the effects that decide: two standard
 * deviations of prediction above the mean to warn, three to alert. An array that the caller frees;
 * empty while there are too few such runs, and where the period itself may be one of them because
 * it has been run before.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_watch_thresholds(shift_threshold **out, size_t *n,
                                                            const shift_monitor *monitor,
                                                            const shift_memory *memory,
                                                            shift_error *err);

SHIFT_END_DECLS

#endif
