/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One row of an activation, added to what a layer profile keeps, in either layout. */
#ifndef SHIFT_NETWORK_ROW_SUMS_H
#define SHIFT_NETWORK_ROW_SUMS_H

#include "network/layers.h"

/** `positions` values of each of `channels` channels: channel after channel, or, where `last`, all
 * channels of a position together. One value a channel is `last`. */
typedef struct shift__row {
    const float *x;
    size_t channels, positions;
    bool last;
} shift__row;

/** Numbers of scratch memory that these need. */
size_t shift__row_scratch(const shift__row *row);

/** Sums, minimum and maximum; where `kept` is there, also the row's means of the differences and,
 * `channels` further, of their squares. False where a value is not finite. */
bool shift__row_sums(const shift__row *row, shift__sums *sums, float *kept, double *scratch);
void shift__row_histogram(const shift__row *row, shift__histogram *histogram, double *scratch);
void shift__row_zeros(const shift__row *row, uint64_t *zero, double *scratch);
void shift__row_saturated(const shift__row *row, const shift__site *site, uint64_t *saturated,
                          double *scratch);
/** Sum of one channel's differences from `origin`, and of their squares. */
void shift__row_channel(const shift__row *row, size_t channel, double origin, double out[2]);

#endif
