/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_WEIGHTS_H
#define SHIFT_WEIGHTS_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "shift/error.h"
#include "shift/profile.h"
#include "shift/progress.h"
#include "shift/reporter.h"
#include "shift/source.h"

SHIFT_BEGIN_DECLS

/** Where the weights of a column come from. */
typedef enum shift_weighting_method {
    SHIFT_WEIGHTING_NONE = 0,   /**< all 1, to compare with */
    SHIFT_WEIGHTING_CLASSIFIER, /**< calibrated odds of the domain classifier */
    SHIFT_WEIGHTING_ULSIF       /**< Kanamori, Hido & Sugiyama (2009) */
} shift_weighting_method;

#define SHIFT_WEIGHTINGS 3

/** "unweighted", "classifier", "ulsif"; static. NULL for anything else. */
SHIFT_API const char *shift_weighting_method_name(shift_weighting_method method);

typedef struct shift_weights_options {
    size_t size;      /**< sizeof(shift_weights_options) */
    uint64_t seed;    /**< of the folds */
    unsigned threads; /**< results do not depend on it; 0 means 1 */
    double clip;      /**< larger weights are set to this; infinite by default; at least 1 */
    const shift_progress *progress; /**< of learning and of shift_weights_write(): copied, its
                                       context must outlive the weights; NULL for none */
} shift_weights_options;

#define SHIFT_WEIGHTS_OPTIONS_INIT                                                                 \
    {                                                                                              \
        sizeof(shift_weights_options), 0, 1, HUGE_VAL, NULL                                        \
    }

/** What one set of weights does to the training rows. */
typedef struct shift_weighting {
    double effective_rows; /**< (sum w)^2 / sum w^2 (Kish 1965) */
    double mean;           /**< of the weights: 1, but for chance and clipping */
    double largest;
    uint64_t clipped;  /**< rows whose weight was cut */
    double mean_gap;   /**< distance of the weighted training means from production's: root mean
                          square over features, in standard deviations of both sides together */
    double spread_gap; /**< the same of the logarithms of the standard deviations of numeric
                          features; NaN where there are none */
} shift_weighting;

/** How far a feature's training mean is from production's under each set of weights, in standard
 * deviations of both sides together; for a text, the largest among the shares of its levels. */
typedef struct shift_weighted_feature {
    const char *name;
    double gap[SHIFT_WEIGHTINGS];
} shift_weighted_feature;

typedef struct shift_weights {
    size_t size;            /**< sizeof(shift_weights) in the library */
    const char *classifier; /**< "boosted trees" or "logistic regression" */
    /** Share of production that lies where fewer than 0.5 % of training rows do, by the
     * classifier's score: no weights can stand in for that. */
    double uncovered;
    double bandwidth, lambda; /**< that uLSIF's cross-validation chose */

    uint64_t rows; /**< this and the rest: of the last shift_weights_write() */
    shift_weighting by[SHIFT_WEIGHTINGS];
    size_t n_features;
    const shift_weighted_feature *const *features;
} shift_weights;

/**
 * Learn the density ratio p_prod / p_train from the row samples of two profiles, which must outlive
 * the result. EINCOMPATIBLE where the supports do not overlap (more than half of production is
 * uncovered) or no feature is in common; EINVAL for fewer than 20 rows a side or a profile without
 * a row sample; EUNSUPPORTED in a build without a classifier; ECANCELLED. `options` may be NULL.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_weights_new(shift_weights **out,
                                                       const shift_profile *train,
                                                       const shift_profile *prod,
                                                       const shift_weights_options *options,
                                                       shift_error *err);
SHIFT_API void shift_weights_free(shift_weights *weights); /**< NULL is allowed. */

/**
 * Importance weights: the ratio at every training row, scaled so that the mean over the row sample
 * is 1. `source` is the one that `train` was profiled from, opened again, so that every row is
 * judged by a model that has not seen it. Writes CSV with the columns row (1 is the first after the
 * header), classifier and ulsif, one line a row in the order of the source, in bounded memory.
 * EFORMAT where the source has another number of rows than the profile; ECANCELLED.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_weights_write(shift_weights *weights,
                                                         shift_source *source,
                                                         const shift_sink *sink, shift_error *err);

SHIFT_END_DECLS

#endif
