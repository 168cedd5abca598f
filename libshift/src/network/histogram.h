/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The values of a layer's channels: every one of them while they are few, then histograms. */
#ifndef SHIFT_NETWORK_HISTOGRAM_H
#define SHIFT_NETWORK_HISTOGRAM_H

#include <stdbool.h>

#include "core/memory.h"
#include "network/lanes.h"

/** One tensor of a batch: of each of `rows` rows, `positions` values of each of `channels`
 * channels: channel after channel, or, where `last`, all channels of a position together. */
typedef struct shift__image {
    const float *x;
    size_t rows, channels, positions;
    bool last;
} shift__image;

/** Equal bins of `width` from `low` to `low + bins * width`, a row of them for each channel, and
 * what is beyond in the first and last. Each keeps where in it its values are, because activations
 * have values that many share: a bin's mass belongs where it is, not in the middle. */
typedef struct shift__histogram {
    size_t bins;               /* 0: no histogram is kept */
    double *low, *width;       /* by channel */
    uint64_t *cells;           /* channels * bins, of lanes.h; NULL while there are none */
    uint64_t in_cells;         /* values of a channel in them */
    uint64_t *counts, *places; /* likewise, what the cells had before they were full; NULL while
                                  they never were. Places in units of 2^-SHIFT__PLACE_BITS */
} shift__histogram;

/** Every value of every channel: position after position while they are added, then channel after
 * channel, ascending. */
typedef struct shift__values {
    float *x; /* NULL where they are not kept, or not any more */
    size_t n; /* of a channel */
    size_t capacity;
} shift__values;

/** A number of bins about `bins`, at least 32, with which the same bins of sixteen channels are not
 * all in the same lines of a cache: an odd multiple of 256 bytes of cells. */
size_t shift__bins_near(size_t bins);
/** Bins of `like`, or where it is NULL, to be set. */
SHIFT_CHECKED shift_status shift__histogram_begin(shift__histogram *h, size_t channels,
                                                  const shift__histogram *like, shift_error *err);
void shift__histogram_clear(shift__histogram *h);
/** Room for `n` more values of each channel. EUNSUPPORTED for more than SHIFT__CELL_MOST. */
SHIFT_CHECKED shift_status shift__histogram_room(shift__histogram *h, size_t channels, size_t n,
                                                 shift_error *err);
/** What lanes count in: `width` channels from `channel` on, or this channel in every lane. */
void shift__histogram_lanes(const shift__histogram *h, size_t channel, size_t width, bool every,
                            shift__lane_bins *out);
SHIFT_CHECKED shift_status shift__histogram_add(shift__histogram *h, const shift__image *image,
                                                shift_error *err);
/** Add what another one with the same bins has counted. */
SHIFT_CHECKED shift_status shift__histogram_merge(shift__histogram *h, size_t channels,
                                                  const shift__histogram *from, shift_error *err);
/** Values in bin `i` of channels * bins; the sum of their places in it, each below 1, in units of
 * 2^-SHIFT__PLACE_BITS. */
uint64_t shift__histogram_count(const shift__histogram *h, size_t i);
uint64_t shift__histogram_places(const shift__histogram *h, size_t i);
/** Where the mean of the values of bin `i` is in it, 0 to 1; 0 where it has none. */
double shift__histogram_place(const shift__histogram *h, size_t i);
/** Count `count` values at `value` of a channel in counts and places, which are there. */
void shift__histogram_put(shift__histogram *h, size_t channel, double value, uint64_t count);

SHIFT_CHECKED shift_status shift__values_add(shift__values *values, const shift__image *image,
                                             shift_error *err);
/** Done with adding. */
SHIFT_CHECKED shift_status shift__values_sort(shift__values *values, size_t channels,
                                              shift_error *err);

#endif
