/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two-sample tests on rows: maximum mean discrepancy (Gretton et al. 2012, JMLR 13), energy
 * distance (Szekely & Rizzo 2004) and equality of covariances, with permutation p-values. */
#ifndef SHIFT_COMPARE_JOINT_KERNEL_H
#define SHIFT_COMPARE_JOINT_KERNEL_H

#include <stddef.h>

#include "compare/joint/labels.h"
#include "core/pool.h"
#include "shift/error.h"

/** Rows of both sides, row-major, finite, standardised: first the labels' m of training, then n of
 * production. No more than SHIFT__KERNEL_ROWS in all. */
typedef struct shift__kernel_input {
    const double *rows;
    size_t p;
    const shift__labels *labels;
} shift__kernel_input;

enum {
    SHIFT__KERNEL_ROWS = 16384,
    SHIFT__COVARIANCE_ROWS = 4096, /* four rows of their products are on the stack */
};

typedef struct shift__kernel_result {
    double bandwidth; /* s of exp(-|a-b|^2/(2 s^2)): the median distance of two pooled rows */
    double mmd;       /* unbiased estimate of MMD^2; NaN where the bandwidth is 0 */
    double mmd_v;     /* biased one */
    double mmd_p;
    double energy; /* 2 E|X-Y| - E|X-X'| - E|Y-Y'|, pairs of equal rows counted */
    double energy_p;
} shift__kernel_result;

/** EINVAL for fewer than two rows on a side or too many. The result does not depend on the number
 * of threads of the pool. */
SHIFT_CHECKED shift_status shift__kernel_tests(const shift__kernel_input *input, shift__pool *pool,
                                               shift__kernel_result *out, shift_error *err);

/**
 * Permutation p-value of |S1 - S2|_F, the covariances of the two samples of rows (whitened, if they
 * are to weigh all directions alike). Each row enters as its deviation from its own sample's mean,
 * so a shift of the mean alone is none. Holds its level whatever the tails, as Box's M does not.
 * No more than SHIFT__COVARIANCE_ROWS in all.
 */
SHIFT_CHECKED shift_status shift__covariance_test(const shift__kernel_input *input,
                                                  shift__pool *pool, double *p, shift_error *err);

#endif
