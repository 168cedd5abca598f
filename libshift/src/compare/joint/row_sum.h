/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weighted sums of rows, which is all that products and factors of dense matrices are made of. */
#ifndef SHIFT_COMPARE_JOINT_ROW_SUM_H
#define SHIFT_COMPARE_JOINT_ROW_SUM_H

#include <stdbool.h>
#include <stddef.h>

/** Row k begins at rows + k * stride. Sum i begins at out + i * out_stride, and row k counts in it
 * by sign * weights[k * step + i * weights_stride]. */
typedef struct shift__row_sum {
    const double *rows, *weights;
    size_t stride, step;
    size_t n;    /* rows */
    double sign; /* 1 or -1 */
    size_t sums, out_stride, weights_stride;
} shift__row_sum;

/** out[j] = (out[j] + w_0 row_0[j]) + w_1 row_1[j] ... for j < width, in each sum: in this order,
 * each product and each sum rounded, on every processor. No row is in `out`. */
void shift__add_rows(double *out, size_t width, const shift__row_sum *sum);

/** The same by one of the compiled variants, for tests: 0 is the portable one. False where this
 * processor has no such variant. */
bool shift__add_rows_variant(int variant, double *out, size_t width, const shift__row_sum *sum);

#endif
