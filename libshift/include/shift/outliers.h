/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_OUTLIERS_H
#define SHIFT_OUTLIERS_H

#include <stddef.h>
#include <stdint.h>

#include "shift/error.h"
#include "shift/profile.h"
#include "shift/progress.h"
#include "shift/reporter.h"
#include "shift/source.h"

SHIFT_BEGIN_DECLS

/** What puts a production row before another. */
typedef enum shift_outlier_order {
    SHIFT_OUTLIERS_BY_ODDS = 0, /**< odds of the domain classifier, from a model that has not seen
                                   the row, calibrated: rows typical of production only */
    SHIFT_OUTLIERS_BY_DISTANCE  /**< distance from the training mean, whitened by training
                                   (Mahalanobis): rows far from all of training */
} shift_outlier_order;

typedef struct shift_outliers_options {
    size_t size;      /**< sizeof(shift_outliers_options) */
    uint64_t seed;    /**< of the folds */
    unsigned threads; /**< results do not depend on it; 0 means 1 */
    size_t top;       /**< so many rows at most; 0 for 100 */
    shift_outlier_order order;
    const shift_progress *progress; /**< of shift_outliers_find(); NULL for none */
} shift_outliers_options;

#define SHIFT_OUTLIERS_OPTIONS_INIT                                                                \
    {                                                                                              \
        sizeof(shift_outliers_options), 0, 1, 0, SHIFT_OUTLIERS_BY_ODDS, NULL                      \
    }

typedef struct shift_outlier {
    uint64_t row;    /**< 1 is the first after the header */
    double odds;     /**< p_prod / p_train; NaN where there is no classifier */
    double distance; /**< NaN where a number is missing, or training has no covariance to invert */
} shift_outlier;

/** The production rows that are least like training, the least like it first. */
typedef struct shift_outliers {
    size_t size; /**< sizeof(shift_outliers) in the library */
    size_t n;
    const shift_outlier *rows;
    const char *no_odds, *no_distance; /**< why all of them are NaN, or NULL */
} shift_outliers;

/**
 * Judge every row of `source`, which is the one `prod` was profiled from, opened again. Bounded
 * memory. EINVAL where what they are to be ordered by cannot be computed; ECANCELLED. `options` may
 * be NULL.
 */
SHIFT_API SHIFT_CHECKED shift_status
shift_outliers_find(shift_outliers **out, const shift_profile *train, const shift_profile *prod,
                    shift_source *source, const shift_outliers_options *options, shift_error *err);
SHIFT_API void shift_outliers_free(shift_outliers *outliers); /**< NULL is allowed. */

/**
 * Write them as CSV: rank, row, odds, distance, and all fields of the row, which come from
 * `source`, the same opened once more. EFORMAT where it has fewer rows than before.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_outliers_write(const shift_outliers *outliers,
                                                          shift_source *source,
                                                          const shift_sink *sink, shift_error *err);

SHIFT_END_DECLS

#endif
