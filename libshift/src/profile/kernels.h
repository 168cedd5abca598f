/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loops over blocks of finite values. Each has a plain-C twin that adds in the same order, in eight
 * lanes, so that every processor gives the same bits. */
#ifndef SHIFT_PROFILE_KERNELS_H
#define SHIFT_PROFILE_KERNELS_H

#include <stddef.h>

enum {
    SHIFT__LANES = 8,
    SHIFT__BLOCK_VALUES = 2048 /* summed at once: fits the first-level cache */
};

typedef struct shift__sums {
    double sum, minimum, maximum;
} shift__sums;

typedef struct shift__powers {
    double s1, s2, s3, s4; /* sums of (x - about)^k */
} shift__powers;

/** n > 0 */
shift__sums shift__sum_range(const double *x, size_t n);
shift__powers shift__sum_powers(const double *x, size_t n, double about);

#endif
