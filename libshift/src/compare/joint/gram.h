/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of products of all pairs of columns of small whole numbers. */
#ifndef SHIFT_COMPARE_JOINT_GRAM_H
#define SHIFT_COMPARE_JOINT_GRAM_H

#include <stdbool.h>
#include <stddef.h>

enum { SHIFT__GRAM_LANES = 16 };

/** out(i, j) = sum over the rows of x(i) x(j) for i <= j < n; below the diagonal it holds anything.
 * `x` is rows x n, n a multiple of SHIFT__GRAM_LANES. Of whole numbers whose sums stay below 2^24
 * the sums are exact. */
void shift__gram(float *out, const float *x, size_t rows, size_t n);

/** The same by one of the compiled variants, for tests: 0 is the portable one. False where this
 * processor has no such variant. */
bool shift__gram_variant(int variant, float *out, const float *x, size_t rows, size_t n);

#endif
