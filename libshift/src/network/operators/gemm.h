/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The product of two matrices, in plain C. */
#ifndef SHIFT_NETWORK_OPERATORS_GEMM_H
#define SHIFT_NETWORK_OPERATORS_GEMM_H

#include <stddef.h>

/** Element (i, k) of A is a[i * a_row + k * a_column]; B and C are row-major with rows that lie
 * b_row and c_row apart. */
typedef struct shift__product {
    size_t m, n, k;
    const float *a;
    size_t a_row, a_column;
    const float *b;
    size_t b_row;
    float *c;
    size_t c_row;
} shift__product;

/** C += A B, with A m x k, B k x n. */
void shift__product_add(const shift__product *p);
/** The same by plain loops. */
void shift__product_add_plain(const shift__product *p);
/** The transpose of `in`, which has `rows` rows of `columns` numbers. */
void shift__transpose(size_t rows, size_t columns, const float *in, float *out);

#endif
