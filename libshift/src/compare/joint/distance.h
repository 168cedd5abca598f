/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A few points against all before them. */
#ifndef SHIFT_COMPARE_JOINT_DISTANCE_H
#define SHIFT_COMPARE_JOINT_DISTANCE_H

#include <stdbool.h>
#include <stddef.h>

enum {
    SHIFT__TILE = 8,          /* points that lie side by side */
    SHIFT__POINTS_AT_ONCE = 4 /* that the points before them are read for */
};

/** n points of p coordinates, a tile of them after the other, in it coordinate by coordinate. */
typedef struct shift__points {
    const double
        *values; /* shift__points_size(); the last tile may have places that are not used */
    size_t n, p;
} shift__points;

static inline size_t shift__points_size(size_t n, size_t p)
{
    return (n + SHIFT__TILE - 1) / SHIFT__TILE * SHIFT__TILE * p;
}

/** Where coordinate k of point i is; the next one is SHIFT__TILE behind. */
static inline size_t shift__points_place(size_t p, size_t i, size_t k)
{
    return (i / SHIFT__TILE * p + k) * SHIFT__TILE + i % SHIFT__TILE;
}

/** out[r][j] = squared Euclidean distance of points first + r and j, for every j < first + r and
 * r < n, which is from 1 to SHIFT__POINTS_AT_ONCE. */
void shift__square_distances(const shift__points *points, size_t first, size_t n,
                             double *const *out);
/** out[r][j] = inner product of points first + r and j, for the same. */
void shift__inner_products(const shift__points *points, size_t first, size_t n, double *const *out);

/** The same by one of the compiled variants, for tests: 0 is the portable one. False where this
 * processor has no such variant. */
bool shift__square_distances_variant(int variant, const shift__points *points, size_t first,
                                     size_t n, double *const *out);
bool shift__inner_products_variant(int variant, const shift__points *points, size_t first, size_t n,
                                   double *const *out);

#endif
