/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moments to order 4 of finite values: per-block two-pass sums merged by Pebay (2008, Sandia
 * SAND2008-6212, eqs. 3.1). */
#ifndef SHIFT_PROFILE_MOMENTS_H
#define SHIFT_PROFILE_MOMENTS_H

#include <stddef.h>
#include <stdint.h>

typedef struct shift__moments {
    uint64_t n;
    double mean;
    double mean_rest;        /* what rounding took from the mean: merging needs both */
    double m2, m3, m4;       /* sums of (x - mean)^k; infinite or NaN where they overflow */
    double minimum, maximum; /* NaN when n is 0 */
} shift__moments;

void shift__moments_init(shift__moments *m);
void shift__moments_add(shift__moments *m, const double *x, size_t n);
void shift__moments_merge(shift__moments *dst, const shift__moments *src);

#endif
