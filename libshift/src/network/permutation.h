/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is the difference of two sets of rows real? Rows are exchanged between the sides at random: under
 * no shift every exchange is as likely as what was seen, whatever the distribution, and whatever
 * depends on what within a row (Fisher; Westfall & Young 1993 for many layers at once). */
#ifndef SHIFT_NETWORK_PERMUTATION_H
#define SHIFT_NETWORK_PERMUTATION_H

#include <stddef.h>
#include <stdint.h>

#include "core/memory.h"
#include "core/progress.h"
#include "shift/error.h"

enum { SHIFT__PERMUTATIONS = 999 };

/** Numbers of one layer: `width` a row, the rows of `x` then those of `y`. Each number belongs to
 * one of two families: its place, the first half, or its spread, the second. */
typedef struct shift__exchangeable {
    const float *x, *y;
    size_t half;
} shift__exchangeable;

/** What the exchanges say of one layer. */
typedef struct shift__exchanged {
    double statistic; /* the larger of both families' test statistics, in its sd from its mean */
    double p, p_adjusted; /* of the layer; over all layers: (k + 1) / (n + 1) */
    double chance[2];     /* by family: what a mean over numbers of squared differences stays below
                             by chance in 97.5 %, as a multiple of what it is on average */
} shift__exchanged;

typedef struct shift__permutations {
    size_t nx, ny;   /* rows */
    uint32_t *drawn; /* SHIFT__PERMUTATIONS times the rows that make up the smaller side */
    shift__progress *progress; /* in layers; set by the caller, NULL for none */
} shift__permutations;

/** `nx` and `ny` are at least 2. */
SHIFT_CHECKED shift_status shift__permutations_new(shift__permutations *out, size_t nx, size_t ny,
                                                   uint64_t seed, shift_error *err);
void shift__permutations_clear(shift__permutations *p);

/** Exchange the rows of all layers in the same way. */
SHIFT_CHECKED shift_status shift__permute_layers(const shift__permutations *p,
                                                 const shift__exchangeable *layers, size_t n,
                                                 shift__exchanged *out, shift_error *err);
/** Two-sided p-value of the difference of the means of `x` and `y`. */
double shift__permute_means(const shift__permutations *p, const double *x, const double *y);

#endif
