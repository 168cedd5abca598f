/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_NETWORK_LAYER_COMPARE_H
#define SHIFT_NETWORK_LAYER_COMPARE_H

#include "compare/decision/decision.h"
#include "network/layer_statistics.h"
#include "network/permutation.h"

/** What comparing the layers of two sides shares. */
typedef struct shift__layer_bench {
    shift__arena *arena; /* of the comparison */
    const shift_layer_profile *train, *prod;
    shift__exchanged *tests; /* one a layer */
    shift__case *cases;
    const shift_channel_values ***lists;
    double *room; /* twice the most channels */
} shift__layer_bench;

SHIFT_CHECKED shift_status shift__layer_thresholds_check(const shift_policy *policy,
                                                         const shift_layer_profile *profile,
                                                         shift_error *err);
/** The subject of a layer, without numbers. */
SHIFT_CHECKED shift_status shift__layer_begin_case(shift__layer_bench *b, size_t i,
                                                   const shift_policy *policy, shift_error *err);
/** Its numbers; those of the layers before have been filled. */
SHIFT_CHECKED shift_status shift__layer_measure(shift__layer_bench *b, size_t i, shift_error *err);
/** Its verdict. */
SHIFT_CHECKED shift_status shift__layer_judge(shift__layer_bench *b, size_t i, double alpha,
                                              shift_error *err);
/** Add the values of a statistic by channel to `list`, which is the subject's from then on. */
SHIFT_CHECKED shift_status shift__layer_add_values(shift__arena *arena, shift_subject *s,
                                                   const shift_channel_values **list,
                                                   const char *statistic, const double *values,
                                                   shift_error *err);
/** `ks` and `wasserstein` of training and production, in this order: by channel, their means over
 * the channels, and what both sides' pictures are drawn from. Reasons where there are only moments.
 */
SHIFT_CHECKED shift_status shift__layer_add_distances(
    const shift__layer_bench *b, const shift__layer *const sides[2], shift_subject *s,
    const shift_channel_values **list, shift_measurement *const means[2], shift_error *err);
/** The tensor seen, over all its channels together. */
void shift__layer_summarise(const shift__layer *layer, shift_summary *out);

#endif
