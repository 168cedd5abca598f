/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/joint/row_sum.h"

#include <string.h>

enum { LANES = 8, MOST = 4 /* sums, and vectors of each, that are in registers at a time */ };

typedef double lanes __attribute__((vector_size(8 * LANES)));

/* `width` lanes of `height` sums; both are constants where this is inlined. */
static inline __attribute__((always_inline)) void add_block(double *out, const shift__row_sum *s,
                                                            size_t column, size_t first,
                                                            size_t height, size_t width)
{
    lanes sums[MOST][MOST];
    double *begin = out + first * s->out_stride + column;
    const double *weights = s->weights + first * s->weights_stride;
    for (size_t i = 0; i < height; i++)
        for (size_t v = 0; v < width; v++)
            memcpy(&sums[i][v], begin + i * s->out_stride + v * LANES, sizeof(lanes));
    for (size_t k = 0; k < s->n; k++) {
        lanes row[MOST];
        for (size_t v = 0; v < width; v++)
            memcpy(&row[v], s->rows + k * s->stride + column + v * LANES, sizeof(lanes));
        for (size_t i = 0; i < height; i++) {
            double weight = s->sign * weights[k * s->step + i * s->weights_stride];
            for (size_t v = 0; v < width; v++)
                sums[i][v] += weight * row[v];
        }
    }
    for (size_t i = 0; i < height; i++)
        for (size_t v = 0; v < width; v++)
            memcpy(begin + i * s->out_stride + v * LANES, &sums[i][v], sizeof(lanes));
}

/* A strip of columns of all sums. */
static inline __attribute__((always_inline)) void add_strip(double *out, const shift__row_sum *s,
                                                            size_t column, size_t height,
                                                            size_t width)
{
    size_t first = 0;
    for (; first + height <= s->sums; first += height)
        add_block(out, s, column, first, height, width);
    for (; first < s->sums; first++)
        add_block(out, s, column, first, 1, width);
}

static inline __attribute__((always_inline)) void add_rows(double *out, size_t columns,
                                                           const shift__row_sum *s, size_t height,
                                                           size_t width)
{
    size_t column = 0;
    for (; column + width * LANES <= columns; column += width * LANES)
        add_strip(out, s, column, height, width);
    for (; width > 1 && column + LANES <= columns; column += LANES)
        add_strip(out, s, column, height, 1);
    for (size_t i = 0; column < columns && i < s->sums; i++)
        for (size_t k = 0; k < s->n; k++) {
            double weight = s->sign * s->weights[k * s->step + i * s->weights_stride];
            const double *row = s->rows + k * s->stride;
            for (size_t j = column; j < columns; j++)
                out[i * s->out_stride + j] += weight * row[j];
        }
}

static void add_rows_portable(double *out, size_t columns, const shift__row_sum *s)
{
    add_rows(out, columns, s, 2, 1);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void add_rows_avx2(double *out, size_t columns,
                                                          const shift__row_sum *s)
{
    add_rows(out, columns, s, 4, 1);
}

__attribute__((target("avx512f"))) static void add_rows_avx512(double *out, size_t columns,
                                                               const shift__row_sum *s)
{
    add_rows(out, columns, s, 4, 4);
}
#endif

bool shift__add_rows_variant(int variant, double *out, size_t width, const shift__row_sum *sum)
{
    if (variant == 0) {
        add_rows_portable(out, width, sum);
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
