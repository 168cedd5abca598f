/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the values of a column depend on those before them, in the order of the rows: the energy of
 * the Haar wavelet at dyadic scales, which gives the variance of the means of blocks of every
 * dyadic length (Flyvbjerg & Petersen 1989, J. Chem. Phys. 91; Percival 1995, Biometrika 82).
 * Numbers are cut off at about their 5th and 95th percentile, so that a few large ones do not hide
 * what ranks would show; a text is a random number made from its bytes. */
#ifndef SHIFT_PROFILE_SERIAL_H
#define SHIFT_PROFILE_SERIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shift/batch.h"

enum {
    SHIFT__SERIAL_LEVELS = 32,
    /* Of a long column only some epochs of 2^10 values are looked at, one after the other as if
     * they were all. From this level on blocks reach over what was left out. */
    SHIFT__SERIAL_EPOCH_LEVEL = 10,
    SHIFT__SERIAL_FAR = 4,
    SHIFT__SERIAL_ROWS = 256 /* of each batch, whose gaps and order of texts are looked at */
};

typedef struct shift__serial {
    uint64_t n;          /* values that were looked at */
    double sum, squares; /* of them, centred and scaled; squares about the mean after a merge */
    /* Level l is about blocks of 2^l values: how many pairs of neighbouring blocks, and the sum of
     * the squared differences of their means. */
    uint64_t pairs[SHIFT__SERIAL_LEVELS];
    double energy[SHIFT__SERIAL_LEVELS];
    /* Level 0, as the values are: sums of the differences, of their moduli and squares */
    double rise, path, steps;

    /* Not saved */
    double pending[SHIFT__SERIAL_LEVELS]; /* blocks that wait for their neighbour */
    double pending_value;                 /* the one of level 0 as it is */
    uint32_t waiting;                     /* bits of the levels */
    uint64_t position;                    /* values since the beginning, or the last merge */
    double low, high, centre, scale;      /* of what is cut off; scale is 0 until it is known */

    /* Texts: neighbours that were looked at, that differ, and of those the second of which comes
     * first in byte order; the same of rows SHIFT__SERIAL_FAR apart */
    uint64_t texts, changes, falls;
    uint64_t far_texts, far_changes;
    uint64_t rows, gaps; /* neighbours that were looked at, and those with one value missing */
} shift__serial;

/** Present values, in the order of the rows. */
void shift__serial_add(shift__serial *s, const double *x, size_t n);
void shift__serial_add_texts(shift__serial *s, const shift_column *column, size_t rows);
void shift__serial_add_states(shift__serial *s, const uint8_t *states, size_t rows);
/** Nothing is known of what lies between the two, so no block reaches over. */
void shift__serial_merge(shift__serial *dst, const shift__serial *src);
/** Sum of squares of the values that were looked at about their mean, in their scale. */
double shift__serial_squares(const shift__serial *s);
/** Variance of the values that were looked at, in their scale; NaN of fewer than two. */
double shift__serial_variance(const shift__serial *s);

#endif
