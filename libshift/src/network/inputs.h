/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What enters every Batch Normalization and activation of one checkpoint, over rows in memory. */
#ifndef SHIFT_NETWORK_INPUTS_H
#define SHIFT_NETWORK_INPUTS_H

#include "network/held.h"
#include "network/layers.h"

/** Values in ascending order; of very many, one of `every`. */
typedef struct shift__sample {
    float *values;
    size_t n, capacity;
    size_t every;
    uint64_t seen;
} shift__sample;

typedef struct shift__input {
    shift__layer layer; /* its `seen` is what enters; name and operator are copies */
    size_t node;
    shift__sample all, unit0; /* of all channels, of channel 0 */
    bool broken;              /* a value is not finite, and nothing else counts */
} shift__input;

typedef struct shift__inputs {
    shift__input *list; /* in forward order */
    size_t n;
    shift__loss_sums sums;
} shift__inputs;

/** Batch Normalization uses its stored statistics. Labels are checked. */
SHIFT_CHECKED shift_status shift__inputs_run(shift__inputs *out, const shift__graph *graph,
                                             const shift__held *held, shift_error *err);
void shift__inputs_clear(shift__inputs *inputs);
void shift__sample_sort(shift__sample *sample);
/** Quantile of type 7 at p; the sample is not empty. */
double shift__sample_quantile(const shift__sample *sample, double p);
/** Largest difference of the distribution functions, and the area between them. */
void shift__sample_distances(const shift__sample *x, const shift__sample *y, double *ks,
                             double *area);

#endif
