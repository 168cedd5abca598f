/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loops over values of a network in sixteen lanes, each of which has sums, counts and a histogram
 * of its own: sixteen channels of a position, or sixteen positions of one channel. Each has a
 * plain-C twin that adds in the same order, so that every processor gives the same bits. */
#ifndef SHIFT_NETWORK_LANES_H
#define SHIFT_NETWORK_LANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SHIFT__WIDTH = 16,         /* lanes */
    SHIFT__QUARTER = 4,        /* lanes whose cells are counted from one */
    SHIFT__PLACE_BITS = 16,    /* of a value's place in its bin */
    SHIFT__CELL_SHIFT = 40,    /* where in a cell the count begins */
    SHIFT__CELL_MOST = 1 << 24 /* values that a cell can count */
};

/** The values x[i * stride + k] for i < n and k < width, `width` at most SHIFT__WIDTH. */
typedef struct shift__strip {
    const float *x;
    size_t stride, n, width;
} shift__strip;

/** Sums of the differences from `origin` and of their squares; extremes. */
typedef struct shift__lane_sums {
    double origin[SHIFT__WIDTH], first[SHIFT__WIDTH], second[SHIFT__WIDTH];
    float minimum[SHIFT__WIDTH], maximum[SHIFT__WIDTH];
} shift__lane_sums;

/** Both ends belong to it; none where `from` is above `to`. */
typedef struct shift__lane_range {
    float from[SHIFT__WIDTH], to[SHIFT__WIDTH];
} shift__lane_range;

/** Lane k counts in cells[k / SHIFT__QUARTER * quarter + (first[k] >> SHIFT__PLACE_BITS)] and what
 * follows. A cell is the number of its values, shifted left by SHIFT__CELL_SHIFT, and the sum of
 * their places in it, 0 to 1 in units of 2^-SHIFT__PLACE_BITS: integers, which one addition changes
 * and any order of values gives. */
typedef struct shift__lane_bins {
    float low[SHIFT__WIDTH], scale[SHIFT__WIDTH]; /* a value's place among all bins, in those
                                                     units, is (value - low) * scale */
    float limit;                                  /* the largest place */
    uint32_t first[SHIFT__WIDTH];                 /* in those units; below 2^32 with `limit` */
    size_t quarter;
    uint64_t *cells;
} shift__lane_bins;

/* One set of these loops. Lanes from strip->width on stay as they are. A value that is not finite
 * makes the sums so too, is in no range, and is counted in the first or last bin. */
typedef struct shift__lane_kernels {
    const char *name;
    bool (*finite)(const shift__strip *strip); /* whether all values are */
    void (*sums)(const shift__strip *strip, shift__lane_sums *sums);
    void (*count)(const shift__strip *strip, const shift__lane_range *range,
                  uint32_t counts[SHIFT__WIDTH]);
    void (*bins)(const shift__strip *strip, const shift__lane_bins *bins);
} shift__lane_kernels;

/** The sets that this processor has, best first; the last is plain C. NULL beyond it. */
const shift__lane_kernels *shift__lane_kernels_at(size_t i);

#endif
