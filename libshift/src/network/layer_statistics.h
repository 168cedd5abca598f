/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is measured on one layer of two sides. docs/methods.md has the formulas. */
#ifndef SHIFT_NETWORK_LAYER_STATISTICS_H
#define SHIFT_NETWORK_LAYER_STATISTICS_H

#include "network/layer_profile.h"

typedef enum shift__layer_statistic {
    SHIFT__LAYER_BN_MEAN_SHIFT = 0,
    SHIFT__LAYER_BN_VARIANCE_RATIO,
    SHIFT__LAYER_BN_DIVERGENCE,
    SHIFT__LAYER_MEAN_SHIFT,
    SHIFT__LAYER_VARIANCE_RATIO,
    SHIFT__LAYER_DIVERGENCE,
    SHIFT__LAYER_PERMUTATION,
    SHIFT__LAYER_KS,
    SHIFT__LAYER_WASSERSTEIN,
    SHIFT__LAYER_SATURATION,
    SHIFT__LAYER_SATURATION_CHANGE,
    SHIFT__LAYER_DEAD_SHARE,
    SHIFT__LAYER_ZERO_SHARE,
    SHIFT__LAYER_AMPLIFICATION,
    SHIFT__LAYER_STATISTICS
} shift__layer_statistic;

/** Three measures of the distance of two normal laws, over channels: root mean squared difference
 * of means in standard deviations; root mean squared log ratio of variances; mean symmetrised
 * Kullback-Leibler divergence. */
typedef struct shift__drift {
    double mean_shift, log_ratio, divergence;
} shift__drift;

/** By channel; arrays of the layer's channels, NULL where not wanted. Differences are signed. */
typedef struct shift__channel_drift {
    double *mean_shift, *variance_ratio;
} shift__channel_drift;

/** Production against the stored statistics; the layer has Batch Normalization. */
shift__drift shift__drift_from_stored(const shift__layer *layer, shift__channel_drift *channels);
/** Production against training. `regular` is added to variances: shift__layer_regular(). */
shift__drift shift__drift_from_train(const shift__layer *train, const shift__layer *prod,
                                     double regular, shift__channel_drift *channels);
/** What the squares of mean_shift and log_ratio are on average by chance alone, from how the
 * sampled rows differ among each other on either side: rows are independent, the values of a row
 * are not. */
void shift__drift_noise(const shift_layer_profile *train, const shift_layer_profile *prod,
                        size_t layer, double out[2]);
/** What keeps channels that hardly vary from being measured in units of next to nothing: epsilon of
 * Batch Normalization, else a hundredth of the layer's mean variance. */
double shift__layer_regular(const shift__layer *train);

/** Whether both sides have more than moments. */
bool shift__layer_has_distances(const shift__layer *train, const shift__layer *prod);
/** Kolmogorov-Smirnov distance and Wasserstein distance over sqrt(variance + regular), by channel.
 * From all values where both sides have them, else from histograms. */
SHIFT_CHECKED shift_status shift__layer_distances(const shift__layer *train,
                                                  const shift__layer *prod, double *ks,
                                                  double *wasserstein, shift_error *err);

/** Share of saturated inputs or zero outputs; NaN where not counted. */
double shift__share_of(const shift__layer *layer, const uint64_t *counts);
/** Share of channels that are so for every value; NaN where not counted. */
double shift__dead_share(const shift__layer *layer, const uint64_t *counts);

/** The distribution functions of both sides, of all channels together: before Batch Normalization
 * in units of the stored statistics, (x - mean) / sqrt(variance + epsilon), else of the values. */
SHIFT_CHECKED shift_status shift__layer_draw(const shift__layer *train, const shift__layer *prod,
                                             shift__arena *arena, shift_subject *subject,
                                             shift_error *err);

#endif
