/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One point against all before it. */
#ifndef SHIFT_COMPARE_JOINT_DISTANCE_H
#define SHIFT_COMPARE_JOINT_DISTANCE_H

#include <stdbool.h>
#include <stddef.h>

/** Points by coordinate: coordinate k of point i is values[k * n + i]. */
typedef struct shift__points {
    const double *values;
    size_t n, p;
} shift__points;

/** out[j] = squared Euclidean distance of points i and j, for every j < i. */
void shift__square_distances(const shift__points *points, size_t i, double *out);
/** out[j] = inner product of points i and j, for every j < i. */
void shift__inner_products(const shift__points *points, size_t i, double *out);

/** The same by one of the compiled variants, for tests: 0 is the portable one. False where this
 * processor has no such variant. */
bool shift__square_distances_variant(int variant, const shift__points *points, size_t i,
                                     double *out);
bool shift__inner_products_variant(int variant, const shift__points *points, size_t i, double *out);

#endif
