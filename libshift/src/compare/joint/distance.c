/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coordinate by coordinate over a stretch of points, so that points are the lanes of a vector and
 * every processor adds in the same order. */
#include "compare/joint/distance.h"

#include <string.h>

enum { STRETCH = 256 /* sums that stay in the first-level cache */ };

typedef void accumulate(const double *coordinate, double own, size_t n, double *out);

static inline __attribute__((always_inline)) void add_square(const double *coordinate, double own,
                                                             size_t n, double *out)
{
    for (size_t j = 0; j < n; j++) {
        double d = coordinate[j] - own;
        out[j] += d * d;
    }
}

static inline __attribute__((always_inline)) void add_product(const double *coordinate, double own,
                                                              size_t n, double *out)
{
    for (size_t j = 0; j < n; j++)
        out[j] += coordinate[j] * own;
}

static inline __attribute__((always_inline)) void sweep(const shift__points *points, size_t i,
                                                        double *out, accumulate *add)
{
    memset(out, 0, i * sizeof *out);
    for (size_t begin = 0; begin < i; begin += STRETCH) {
        size_t n = begin + STRETCH < i ? STRETCH : i - begin;
        for (size_t k = 0; k < points->p; k++) {
            const double *coordinate = points->values + k * points->n;
            add(coordinate + begin, coordinate[i], n, out + begin);
        }
    }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void squares_avx2(const shift__points *points, size_t i,
                                                         double *out)
{
    sweep(points, i, out, add_square);
}

__attribute__((target("avx2"))) static void products_avx2(const shift__points *points, size_t i,
                                                          double *out)
{
    sweep(points, i, out, add_product);
}
#endif

bool shift__square_distances_variant(int variant, const shift__points *points, size_t i,
                                     double *out)
{
#if defined(__x86_64__)
    if (variant == 1 && __builtin_cpu_supports("avx2")) {
        squares_avx2(points, i, out);
        return true;
    }
#endif
    if (variant == 0)
        sweep(points, i, out, add_square);
    return variant == 0;
}

bool shift__inner_products_variant(int variant, const shift__points *points, size_t i, double *out)
{
#if defined(__x86_64__)
    if (variant == 1 && __builtin_cpu_supports("avx2")) {
        products_avx2(points, i, out);
        return true;
    }
#endif
    if (variant == 0)
        sweep(points, i, out, add_product);
    return variant == 0;
}

void shift__square_distances(const shift__points *points, size_t i, double *out)
{
    if (!shift__square_distances_variant(1, points, i, out))
        (void)shift__square_distances_variant(0, points, i, out);
}

void shift__inner_products(const shift__points *points, size_t i, double *out)
{
    if (!shift__inner_products_variant(1, points, i, out))
        (void)shift__inner_products_variant(0, points, i, out);
}
