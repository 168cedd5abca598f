/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Coordinate by coordinate over a stretch of points, so that points are the lanes of a vector and
 * every processor adds in the same order. */
#include "compare/joint/distance.h"

#include <string.h>

enum { STRETCH = 256 /* sums that stay in the first-level cache */ };

static inline __attribute__((always_inline)) void square_distances(const shift__points *points,
                                                                   size_t i, double *out)
{
    memset(out, 0, i * sizeof *out);
    for (size_t begin = 0; begin < i; begin += STRETCH) {
        size_t end = begin + STRETCH < i ? begin + STRETCH : i;
        for (size_t k = 0; k < points->p; k++) {
            const double *coordinate = points->values + k * points->n;
            double own = coordinate[i];
            for (size_t j = begin; j < end; j++) {
                double d = coordinate[j] - own;
                out[j] += d * d;
            }
        }
    }
}

static void square_distances_portable(const shift__points *points, size_t i, double *out)
{
    square_distances(points, i, out);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void square_distances_avx2(const shift__points *points,
                                                                  size_t i, double *out)
{
    square_distances(points, i, out);
}
#endif

bool shift__square_distances_variant(int variant, const shift__points *points, size_t i,
                                     double *out)
{
    if (variant == 0) {
        square_distances_portable(points, i, out);
        return true;
    }
#if defined(__x86_64__)
    if (variant == 1 && __builtin_cpu_supports("avx2")) {
        square_distances_avx2(points, i, out);
        return true;
    }
#endif
    return false;
}

void shift__square_distances(const shift__points *points, size_t i, double *out)
{
    if (!shift__square_distances_variant(1, points, i, out))
        square_distances_portable(points, i, out);
}
