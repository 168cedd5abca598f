/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The points before are the lanes of a vector, and coordinates are added one after the other, so
 * that every processor adds in the same order. */
#include "compare/joint/distance.h"

#include <string.h>

enum { ROWS = SHIFT__POINTS_AT_ONCE };

typedef double lanes __attribute__((vector_size(8 * SHIFT__TILE)));

/* Sums over the coordinates for a tile and the points that `own` has the coordinates of. */
static inline __attribute__((always_inline)) void add_tile(const double *tile,
                                                           const double *const *own, size_t p,
                                                           bool squares, lanes *sums)
{
    for (size_t k = 0; k < p; k++) {
        lanes coordinate;
        memcpy(&coordinate, tile + k * SHIFT__TILE, sizeof coordinate);
        for (size_t r = 0; r < ROWS; r++) {
            double x = own[r][k * SHIFT__TILE];
            lanes difference = coordinate - x;
            sums[r] += squares ? difference * difference : coordinate * x;
        }
    }
}

typedef struct task {
    const shift__points *points;
    size_t first, n;
    double *const *out;
    bool squares; /* inner products otherwise */
} task;

static inline __attribute__((always_inline)) void sweep(const task *t, bool squares)
{
    const shift__points *points = t->points;
    const double *own[ROWS];
    for (size_t r = 0; r < ROWS; r++) /* of fewer points, the last one again */
        own[r] = points->values +
                 shift__points_place(points->p, t->first + (r < t->n ? r : t->n - 1), 0);
    for (size_t begin = 0; begin < t->first + t->n - 1; begin += SHIFT__TILE) {
        lanes sums[ROWS] = {{0}};
        add_tile(points->values + begin * points->p, own, points->p, squares, sums);
        for (size_t r = 0; r < t->n; r++) {
            size_t end = t->first + r;
            if (begin < end)
                memcpy(t->out[r] + begin, &sums[r],
                       (end - begin < SHIFT__TILE ? end - begin : SHIFT__TILE) * sizeof(double));
        }
    }
}

static inline __attribute__((always_inline)) void run(const task *t)
{
    if (t->squares)
        sweep(t, true);
    else
        sweep(t, false);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void run_avx2(const task *t)
{
    run(t);
}

__attribute__((target("avx512f"))) static void run_avx512(const task *t)
{
    run(t);
}
#endif

static bool run_variant(int variant, const task *t)
{
    if (variant == 0) {
        run(t);
        return true;
    }
#if defined(__x86_64__)
    if (variant == 1 && __builtin_cpu_supports("avx2")) {
        run_avx2(t);
        return true;
    }
    if (variant == 2 && __builtin_cpu_supports("avx512f")) {
        run_avx512(t);
        return true;
    }
#endif
    return false;
}

bool shift__square_distances_variant(int variant, const shift__points *points, size_t first,
                                     size_t n, double *const *out)
{
    const task t = {points, first, n, out, true};
    return run_variant(variant, &t);
}

bool shift__inner_products_variant(int variant, const shift__points *points, size_t first, size_t n,
                                   double *const *out)
{
    const task t = {points, first, n, out, false};
    return run_variant(variant, &t);
}

void shift__square_distances(const shift__points *points, size_t first, size_t n,
                             double *const *out)
{
    for (int v = 2; !shift__square_distances_variant(v, points, first, n, out); v--)
        ;
}

void shift__inner_products(const shift__points *points, size_t first, size_t n, double *const *out)
{
    for (int v = 2; !shift__inner_products_variant(v, points, first, n, out); v--)
        ;
}
