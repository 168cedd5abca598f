/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking at the values of a running network: a batch's tensors into a layer profile. Several
 * batches may be looked at at the same time, and are added to the profile in their order. */
#ifndef SHIFT_NETWORK_CAPTURE_H
#define SHIFT_NETWORK_CAPTURE_H

#include <pthread.h>

#include "network/layers.h"
#include "network/loss.h"
#include "network/tally.h"

/** What all batches share. The first batch is looked at before any other. */
typedef struct shift__capture {
    const shift__layers *sites;
    shift_layer_profile *profile;    /* its layers are the sites' */
    const shift_layer_profile *like; /* or NULL */
    size_t bins;                     /* of a layer's histograms, at most; 0 for moments alone */
    bool *wanted;                    /* by value of the graph: it is looked at */
    pthread_mutex_t *locks;          /* one a site, of its values and histogram */
} shift__capture;

/** Of a row: its class, and what its numbers in `output` are multiplied by to be probabilities. */
typedef struct shift__prediction {
    size_t best;
    double scale;
} shift__prediction;

/** One batch. */
typedef struct shift__capture_batch {
    shift__capture *capture;
    uint64_t before;       /* rows of the batches before it */
    size_t rows;           /* its own */
    size_t *slots;         /* of its rows: where they go in the row sample, SIZE_MAX for nowhere */
    shift__labels labels;  /* of its rows */
    shift__tally *tallies; /* two a site: of the tensor seen, and of the other one */
    float *output;         /* of the network, where it is a row of classes; see `predicted` */
    size_t classes, output_capacity;
    shift__prediction *predicted; /* by row */
    size_t n_predicted;
    shift__lane_block *blocks;
    size_t n_blocks;
    shift__histogram *own; /* of each tally: what was counted without waiting for other batches;
                              bins are the layer's */
} shift__capture_batch;

/** `sites`, `profile`, `like` and `bins` have been set. Clear it in any case. */
SHIFT_CHECKED shift_status shift__capture_begin(shift__capture *capture, const shift__graph *graph,
                                                shift_error *err);
void shift__capture_clear(shift__capture *capture);
/** Room for a batch of at most `most` rows. Clear it in any case. */
SHIFT_CHECKED shift_status shift__capture_batch_begin(shift__capture_batch *batch,
                                                      shift__capture *capture, size_t most,
                                                      shift_error *err);
void shift__capture_batch_clear(shift__capture_batch *batch);

/** The callback of an execution: a value of the batch. EFORMAT, naming layer and row, where it is
 * not finite; EUNSUPPORTED where its first axis is not the rows. */
SHIFT_CHECKED shift_status shift__capture_see(void *batch, size_t value,
                                              const shift__tensor *tensor, shift_error *err);
/** Add to the profile what was seen; batch after batch. */
SHIFT_CHECKED shift_status shift__capture_fold(shift__capture_batch *batch, shift_error *err);
/** After its last batch: add what only it has counted. */
SHIFT_CHECKED shift_status shift__capture_end(shift__capture_batch *batch, shift_error *err);

#endif
