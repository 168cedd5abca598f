/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Four rows of C at a time, so that a row of B that is in the cache serves four; the innermost loop
 * runs along rows of B and C and is vectorised. */
#include "network/operators/gemm.h"

#include "network/onednn.h"

enum {
    COLUMNS = 256, /* of C at a time: five rows of them stay in the first-level cache */
    TILE = 16
};

static void four_rows(const shift__product *p, size_t i, size_t begin, size_t end)
{
    float *restrict c0 = p->c + i * p->c_row;
    float *restrict c1 = c0 + p->c_row;
    float *restrict c2 = c1 + p->c_row;
    float *restrict c3 = c2 + p->c_row;
    for (size_t k = 0; k < p->k; k++) {
        const float *restrict b = p->b + k * p->b_row;
        const float *a = p->a + i * p->a_row + k * p->a_column;
        float a0 = a[0];
        float a1 = a[p->a_row];
        float a2 = a[2 * p->a_row];
        float a3 = a[3 * p->a_row];
        for (size_t j = begin; j < end; j++) {
            c0[j] += a0 * b[j];
            c1[j] += a1 * b[j];
            c2[j] += a2 * b[j];
            c3[j] += a3 * b[j];
        }
    }
}

static void one_row(const shift__product *p, size_t i, size_t begin, size_t end)
{
    float *restrict c = p->c + i * p->c_row;
    for (size_t k = 0; k < p->k; k++) {
        const float *restrict b = p->b + k * p->b_row;
        float a = p->a[i * p->a_row + k * p->a_column];
        for (size_t j = begin; j < end; j++)
            c[j] += a * b[j];
    }
}

void shift__product_add(const shift__product *p)
{
    if (!shift__onednn_product_add(p))
        shift__product_add_plain(p);
}

void shift__product_add_plain(const shift__product *p)
{
    for (size_t begin = 0; begin < p->n; begin += COLUMNS) {
        size_t end = p->n - begin < COLUMNS ? p->n : begin + COLUMNS;
        size_t i = 0;
        for (; i + 4 <= p->m; i += 4)
            four_rows(p, i, begin, end);
        for (; i < p->m; i++)
            one_row(p, i, begin, end);
    }
}

void shift__transpose(size_t rows, size_t columns, const float *in, float *out)
{
    for (size_t r = 0; r < rows; r += TILE)
        for (size_t c = 0; c < columns; c += TILE)
            for (size_t i = r; i < rows && i < r + TILE; i++)
                for (size_t k = c; k < columns && k < c + TILE; k++)
                    out[k * rows + i] = in[i * columns + k];
}
