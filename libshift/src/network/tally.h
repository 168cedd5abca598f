/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one tensor of a batch adds to a layer profile, looked at once, in either layout. */
#ifndef SHIFT_NETWORK_TALLY_H
#define SHIFT_NETWORK_TALLY_H

#include "network/histogram.h"
#include "network/layers.h"

/** Of one batch, by channel. Sums of differences from an origin and of their squares; batches are
 * added up in their order, so that the sum does not depend on which was run first. */
typedef struct shift__tally {
    double *first, *second;
    float *minimum, *maximum;
    uint64_t *counts;
    uint64_t n; /* values a channel; 0: nothing was seen */
    size_t channels;
} shift__tally;

/** What is looked at. */
typedef struct shift__look {
    const double *origin;         /* by channel; NULL: no sums, not even extremes */
    shift__tally *tally;          /* empty */
    bool zeros;                   /* counted: outputs that are 0 */
    const shift__site *saturates; /* or inputs that are saturated for this site; NULL for not */
    shift__histogram *histogram;  /* with room for the batch; NULL for none */
    float *kept;                  /* of sampled rows: by channel the row's mean of the differences,
                                     then by channel of their squares; NULL for none */
    const size_t *slots;          /* of the batch's rows: where they go in `kept`, SIZE_MAX for
                                     nowhere */
} shift__look;

/** What is computed of sixteen lanes. */
typedef struct shift__lane_block {
    shift__lane_sums sums;
    shift__lane_range ranges[3];
    uint32_t counts[SHIFT__WIDTH];
    shift__lane_bins bins;
} shift__lane_block;

/** Room for `channels`, and empty it. */
SHIFT_CHECKED shift_status shift__tally_begin(shift__tally *tally, size_t channels,
                                              shift_error *err);
void shift__tally_clear(shift__tally *tally);
/** Into the sums, and where `counts` is there, into the counts; the tally is empty then. */
void shift__tally_fold(shift__tally *tally, shift__sums *sums, uint64_t *counts);

/** Blocks of scratch memory that looking at `image` needs. */
size_t shift__look_blocks(const shift__image *image);
/** The first row with a value that is not finite; SIZE_MAX for none. */
size_t shift__look_at(const shift__look *look, const shift__image *image,
                      shift__lane_block *blocks);
/** Mean difference from `origin`, and mean squared difference, of one channel. */
void shift__image_moments(const shift__image *image, size_t channel, double origin, double out[2]);

#endif
