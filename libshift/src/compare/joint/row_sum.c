/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/joint/row_sum.h"

#include <string.h>

enum { LANES = 8, VECTORS = 4, WIDTH = LANES * VECTORS /* sums that stay in registers */ };

typedef double lanes __attribute__((vector_size(8 * LANES)));

static inline __attribute__((always_inline)) void add_wide(double *out, const shift__row_sum *s,
                                                           size_t column)
{
    lanes sums[VECTORS];
    memcpy(sums, out + column, sizeof sums);
    for (size_t k = 0; k < s->n; k++) {
        double weight = s->sign * s->weights[k * s->step];
        lanes row[VECTORS];
        memcpy(row, s->rows + k * s->stride + column, sizeof row);
        for (size_t v = 0; v < VECTORS; v++)
            sums[v] += weight * row[v];
    }
    memcpy(out + column, sums, sizeof sums);
}

static inline __attribute__((always_inline)) void add_rows(double *out, size_t width,
                                                           const shift__row_sum *s)
{
    size_t column = 0;
    for (; column + WIDTH <= width; column += WIDTH)
        add_wide(out, s, column);
    for (size_t k = 0; column < width && k < s->n; k++) {
        double weight = s->sign * s->weights[k * s->step];
        const double *row = s->rows + k * s->stride;
        for (size_t j = column; j < width; j++)
            out[j] += weight * row[j];
    }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void add_rows_avx2(double *out, size_t width,
                                                          const shift__row_sum *s)
{
    add_rows(out, width, s);
}

__attribute__((target("avx512f"))) static void add_rows_avx512(double *out, size_t width,
                                                               const shift__row_sum *s)
{
    add_rows(out, width, s);
}
#endif

bool shift__add_rows_variant(int variant, double *out, size_t width, const shift__row_sum *sum)
{
    if (variant == 0) {
        add_rows(out, width, sum);
        return true;
    }
#if defined(__x86_64__)
    if (variant == 1 && __builtin_cpu_supports("avx2")) {
        add_rows_avx2(out, width, sum);
        return true;
    }
    if (variant == 2 && __builtin_cpu_supports("avx512f")) {
        add_rows_avx512(out, width, sum);
        return true;
    }
#endif
    return false;
}

void shift__add_rows(double *out, size_t width, const shift__row_sum *sum)
{
    for (int variant = 2; !shift__add_rows_variant(variant, out, width, sum); variant--)
        ;
}
