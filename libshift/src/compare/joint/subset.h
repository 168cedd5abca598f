/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of a symmetric matrix over the pairs of rows that lie in a subset, for many subsets at once:
 * what a permutation test on a kernel matrix needs of it. Subsets are lanes of a vector, so the
 * matrix is read once for sixteen of them, and every processor adds in the same order. */
#ifndef SHIFT_COMPARE_JOINT_SUBSET_H
#define SHIFT_COMPARE_JOINT_SUBSET_H

#include <stddef.h>
#include <stdint.h>

enum { SHIFT__SUBSETS = 16 };

/** Rows of a strict lower triangle, i elements in row i. With stride 2, two triangles share the
 * storage, row by row. */
typedef struct shift__triangle {
    const float *values;
    size_t n; /* rows */
    size_t stride, offset;
} shift__triangle;

static inline const float *shift__triangle_row(const shift__triangle *t, size_t i)
{
    return t->values + (i > 0 ? i * (i - 1) / 2 * t->stride : 0) + t->offset * i;
}

/**
 * sums[s] = sum of t(i, j) over j < i with both in subset s. `masks` has SHIFT__SUBSETS words for
 * every row: all ones where the row is in the subset, else 0; aligned to 64 bytes.
 */
void shift__subset_sums(const shift__triangle *t, const uint32_t *masks, double *sums);

/** The same by one of the compiled variants, for tests: 0 is the portable one. False where this
 * processor has no such variant. */
_Bool shift__subset_sums_variant(int variant, const shift__triangle *t, const uint32_t *masks,
                                 double *sums);

#endif
