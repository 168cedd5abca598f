/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_REPORT_H
#define SHIFT_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "shift/comparison.h"
#include "shift/error.h"

SHIFT_BEGIN_DECLS

typedef struct shift_history shift_history; /* in shift/store.h */

/** What a reporter renders: one recorded run, as the store gave it back. */
typedef struct shift_report {
    size_t size;         /**< sizeof(shift_report) in the library that made it; grows at the end */
    int64_t run_id;      /**< 0 where the run was not recorded */
    const char *kind;    /**< "features" or "network" */
    const char *monitor; /**< NULL where no monitor file was used */
    const char *started_at, *finished_at; /**< UTC, ISO 8601 to the second, ending in Z */
    const char *version;                  /**< of the program that made the run */
    const shift_comparison *comparison;   /**< never NULL */
    /** The effects that have thresholds over the last runs of this kind and monitor, up to this
     * one; NULL where the reporter did not ask for it, or the run was not recorded. */
    const shift_history *history;
    const struct shift_report *against; /**< another run to compare this one with, or NULL */
    const char *period; /**< what production's data are about, such as "2026-01-30", or NULL */
    /** Shifted subjects that are acknowledged by now, and the verdict without them; 0 where there
     * are none, or the caller has not asked, as `covshift report --format nagios` does. */
    size_t n_acknowledged;
    shift_verdict standing;
} shift_report;

SHIFT_END_DECLS

#endif
