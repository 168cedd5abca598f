/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking at the values of a running network: a batch's tensors into a layer profile. */
#ifndef SHIFT_NETWORK_CAPTURE_H
#define SHIFT_NETWORK_CAPTURE_H

#include "network/layers.h"
#include "network/loss.h"

typedef struct shift__capture {
    const shift__layers *sites;
    shift_layer_profile *profile;    /* its layers are the sites' */
    const shift_layer_profile *like; /* or NULL */
    size_t bins;                     /* of a layer's histograms, at most */
    size_t rows;                     /* of this batch */
    const size_t *slots;  /* of its rows: where they go in the row sample, SIZE_MAX for nowhere */
    shift__labels labels; /* of its rows */
    double *scratch;      /* grows; whoever has the capture frees it */
    size_t scratch_capacity;
} shift__capture;

/** The callback of an execution: a value of the batch. EFORMAT, naming layer and row, where it is
 * not finite; EUNSUPPORTED where its first axis is not the rows. */
SHIFT_CHECKED shift_status shift__capture_see(void *capture, size_t value,
                                              const shift__tensor *tensor, shift_error *err);

#endif
