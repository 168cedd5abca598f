/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two-sample tests on rows that need no covariance: maximum mean discrepancy (Gretton et al. 2012,
 * JMLR 13) and energy distance (Szekely & Rizzo 2004), both with permutation p-values from one
 * matrix of distances. */
#ifndef SHIFT_COMPARE_JOINT_KERNEL_H
#define SHIFT_COMPARE_JOINT_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#include "core/pool.h"
#include "shift/error.h"

/** Rows of both sides, row-major, finite, standardised: first m of training, then n of production.
 * No more than SHIFT__KERNEL_ROWS in all. */
typedef struct shift__kernel_input {
    const double *rows;
    size_t p, m, n;
    size_t permutations;
    uint64_t seed;
} shift__kernel_input;

enum { SHIFT__KERNEL_ROWS = 16384 };

typedef struct shift__kernel_result {
    double bandwidth; /* s of exp(-|a-b|^2/(2 s^2)): the median distance of two pooled rows */
    double mmd;       /* unbiased estimate of MMD^2; NaN where the bandwidth is 0 */
    double mmd_v;     /* biased one */
    double mmd_p;     /* (k + 1)/(permutations + 1) */
    double energy;    /* 2 E|X-Y| - E|X-X'| - E|Y-Y'|, pairs of equal rows counted */
    double energy_p;
} shift__kernel_result;

/** EINVAL for fewer than two rows on a side or too many. The result does not depend on the number
 * of threads of the pool. */
SHIFT_CHECKED shift_status shift__kernel_tests(const shift__kernel_input *input, shift__pool *pool,
                                               shift__kernel_result *out, shift_error *err);

#endif
