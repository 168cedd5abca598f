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

/** The layers of one network on the same rows, checkpoint after checkpoint of its training. */
typedef struct shift_trace shift_trace;

typedef struct shift_trace_options {
    size_t size;   /**< sizeof(shift_trace_options) */
    uint64_t rows; /**< rows at most, but whole batches where the network takes one size only; 0 for
                      all. They are held in memory. */
    bool bn_batch; /**< gradients with Batch Normalization by the statistics of each batch */
    bool no_ics;   /**< leave out internal covariate shift, a run of the network for each layer */
} shift_trace_options;

#define SHIFT_TRACE_OPTIONS_INIT                                                                   \
    {                                                                                              \
        sizeof(shift_trace_options), 0, false, false                                               \
    }

/**
 * Read the rows of `source`, with inputs and labels as `first` and `data` say, and begin with the
 * checkpoint `first`. Without a label column, the class is the one that the network itself thinks
 * most likely. EFORMAT for a label that is no class, or no rows, EUNSUPPORTED where the output is
 * no row of classes; `data` and `options` may be NULL. data->progress is copied, and asked by
 * shift_trace_add() too.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_trace_new(shift_trace **out, const shift_network *first,
                                                     shift_source *source,
                                                     const shift_network_data_options *data,
                                                     const shift_trace_options *options,
                                                     shift_error *err);
/** Go on to the next checkpoint, which is borrowed until the next call or the end of the trace, as
 * `first` is. EINCOMPATIBLE where it differs from the one before in more than its numbers. */
SHIFT_API SHIFT_CHECKED shift_status shift_trace_add(shift_trace *trace,
                                                     const shift_network *checkpoint,
                                                     shift_error *err);
/**
 * What was seen so far, of two checkpoints or more. Both sides are the rows. Layers are in forward
 * order, without verdicts, and have for each checkpoint the courses:
 *   inputs of every Batch Normalization and activation, pooled over channels: `mean`, `variance`,
 *   `p15`, `p50`, `p85` (percentiles), `unit0_p15`, `unit0_p50`, `unit0_p85` (of channel 0);
 *   against the checkpoint before `ks`, `wasserstein` (pooled), `mean_shift`, `variance_ratio`,
 *   `divergence` (over channels), against the first checkpoint the same with `_first` behind;
 *   `bn_mean_shift`, `bn_variance_ratio`, `bn_divergence`, `saturation`, `dead_share` as
 *   shift_compare_layers() has them;
 *   matrix products and convolutions: `ics_l2`, `ics_cosine` (Santurkar et al. 2018, definition
 *   2.1) and `gradient_norm` of the step up to that checkpoint;
 *   the data set: `loss` and, with labels, `accuracy`.
 * A course is left out where it has no value at all. Measurements are the values at the last
 * checkpoint; `train` and `prod` of layers sum up the first and the last one. Of more than 2^20
 * values of a layer, an even choice is taken for what is not moments. Free it with
 * shift_comparison_free(). EINVAL for one checkpoint alone.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_trace_compare(shift_comparison **out,
                                                         const shift_trace *trace,
                                                         shift_error *err);
SHIFT_API void shift_trace_free(shift_trace *trace); /**< NULL is allowed. */

SHIFT_END_DECLS

#endif
