/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_CHECKPOINTS_H
#define SHIFT_CHECKPOINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shift/comparison.h"
#include "shift/error.h"
#include "shift/network.h"
#include "shift/source.h"

SHIFT_BEGIN_DECLS

typedef struct shift_drift_options {
    size_t size;   /**< sizeof(shift_drift_options) */
    uint64_t rows; /**< rows at most; 0 for all. They are held in memory. */
    bool bn_batch; /**< gradients with Batch Normalization by the statistics of each batch */
    bool no_ics;   /**< leave out internal covariate shift, a run of the network for each layer */
} shift_drift_options;

#define SHIFT_DRIFT_OPTIONS_INIT                                                                   \
    {                                                                                              \
        sizeof(shift_drift_options), 0, false, false                                               \
    }

/**
 * What training from one checkpoint of a network to a later one, before and after, did to its
 * layers on the same rows. Sides are the two checkpoints; layers are in forward order, without
 * verdicts: the inputs of every Batch Normalization and activation, pooled over channels, with both
 * sides' summaries and the measurements `p15`, `p50`, `p85` (after), `ks`, `wasserstein`,
 * `mean_shift` (in standard deviations before) and `variance_ratio`; and every matrix product
 * and convolution with `ics_l2`, `ics_cosine` (Santurkar et al. 2018, definition 2.1) and
 * `gradient_norm`. Of more than 2^20 values of a layer, an even choice is taken. Free it with
 * shift_comparison_free(). EINCOMPATIBLE where the networks differ in more than their numbers.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_network_drift(
    shift_comparison **out, const shift_network *const checkpoints[2], shift_source *source,
    const shift_network_data_options *data, const shift_drift_options *options, shift_error *err);

SHIFT_END_DECLS

#endif
