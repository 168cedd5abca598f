/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bowdler, Martin, Reinsch & Wilkinson (1968, Numer. Math. 11), procedure tql2 but for where the
 * rotations go: those of one sweep are kept, and turn the eigenvectors a strip at a time, which
 * stays in the cache. GSL's turn columns of a matrix that is stored by rows, each across all of
 * it. */
#include "compare/joint/ql.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum {
    LANES = 8,
    STRIP = 4, /* of lanes, of eigenvectors that are turned at a time */
    WIDE = STRIP * LANES,
    SWEEPS = 60 /* for one eigenvalue; some two are needed */
};

typedef double lanes __attribute__((vector_size(8 * LANES)));

#define INLINE static inline __attribute__((always_inline))

/* Rows i and i + 1 are turned by cosines[i], sines[i], for i from end - 1 down to begin; what lies
 * between two rotations stays in registers. `width`, in lanes, is a constant where this is inlined.
 */
INLINE void turn_lanes(double *strip, size_t width, const double *rotations[2], size_t p,
                       const size_t range[2])
{
    lanes below[STRIP];
    for (size_t k = 0; k < width; k++)
        memcpy(&below[k], strip + range[1] * p + k * LANES, sizeof(lanes));
    for (size_t i = range[1]; i-- > range[0];) {
        double *x = strip + i * p;
        double c = rotations[0][i];
        double s = rotations[1][i];
        for (size_t k = 0; k < width; k++) {
            lanes above;
            memcpy(&above, x + k * LANES, sizeof above);
            lanes turned = s * above + c * below[k];
            memcpy(x + p + k * LANES, &turned, sizeof turned);
            below[k] = c * above - s * below[k];
        }
    }
    for (size_t k = 0; k < width; k++)
        memcpy(strip + range[0] * p + k * LANES, &below[k], sizeof(lanes));
}

INLINE void turn_column(double *column, const double *rotations[2], size_t p, const size_t range[2])
{
    double below = column[range[1] * p];
    for (size_t i = range[1]; i-- > range[0];) {
        double above = column[i * p];
        column[(i + 1) * p] = rotations[1][i] * above + rotations[0][i] * below;
        below = rotations[0][i] * above - rotations[1][i] * below;
    }
    column[range[0] * p] = below;
}

INLINE void turn(double *vectors, const double *rotations[2], size_t p, const size_t range[2])
{
    size_t column = 0;
    for (; column + WIDE <= p; column += WIDE)
        turn_lanes(vectors + column, STRIP, rotations, p, range);
    for (; column + LANES <= p; column += LANES)
        turn_lanes(vectors + column, 1, rotations, p, range);
    for (; column < p; column++)
        turn_column(vectors + column, rotations, p, range);
}

static void turn_portable(double *vectors, const double *rotations[2], size_t p,
                          const size_t range[2])
{
    turn(vectors, rotations, p, range);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void turn_avx2(double *vectors, const double *rotations[2],
                                                      size_t p, const size_t range[2])
{
    turn(vectors, rotations, p, range);
}

__attribute__((target("avx512f"))) static void turn_avx512(double *vectors,
                                                           const double *rotations[2], size_t p,
                                                           const size_t range[2])
{
    turn(vectors, rotations, p, range);
}
#endif

bool shift__ql_turn(int variant, double *vectors, const double *rotations[2], size_t p,
                    const size_t range[2])
{
    if (variant == 0) {
        turn_portable(vectors, rotations, p, range);
        return true;
    }
#if defined(__x86_64__)
    if (variant == 1 && __builtin_cpu_supports("avx2")) {
        turn_avx2(vectors, rotations, p, range);
        return true;
    }
    if (variant == 2 && __builtin_cpu_supports("avx512f")) {
        turn_avx512(vectors, rotations, p, range);
        return true;
    }
#endif
    return false;
}

/* Elements beside the diagonal that are nothing beside the largest of all: where some columns are
 * far smaller than others, to split what rounding has left of them takes hundreds of sweeps. */
static double least_beside(const double *d, const double *e, size_t p)
{
    double largest = 0.0;
    for (size_t i = 0; i < p; i++)
        largest = fmax(largest, fmax(fabs(d[i]), fabs(e[i])));
    return DBL_EPSILON / 16.0 * largest + DBL_MIN;
}

/* The first place from `l` on behind which the matrix falls apart. */
static size_t end_of_block(const double *d, const double *e, double least, size_t l, size_t p)
{
    size_t m = l;
    while (m + 1 < p && fabs(e[m]) > DBL_EPSILON * (fabs(d[m]) + fabs(d[m + 1])) + least)
        m++;
    return m;
}

/* One sweep over the block from l to m, from its end; returns where it stopped: l, or where the
 * block fell apart on the way. */
static size_t sweep(double *d, double *e, double *rotations[2], size_t l, size_t m)
{
    double shift = (d[l + 1] - d[l]) / (2.0 * e[l]);
    double g = d[m] - d[l] + e[l] / (shift + copysign(hypot(shift, 1.0), shift));
    double sine = 1.0;
    double cosine = 1.0;
    double rest = 0.0;
    for (size_t i = m; i-- > l;) {
        double f = sine * e[i];
        double b = cosine * e[i];
        double r = hypot(f, g);
        e[i + 1] = r;
        if (r == 0.0) {
            d[i + 1] -= rest;
            e[m] = 0.0;
            return i + 1;
        }
        rotations[1][i] = sine = f / r;
        rotations[0][i] = cosine = g / r;
        g = d[i + 1] - rest;
        r = (d[i] - g) * sine + 2.0 * cosine * b;
        rest = sine * r;
        d[i + 1] = g + rest;
        g = cosine * r - b;
    }
    d[l] -= rest;
    e[l] = g;
    e[m] = 0.0;
    return l;
}

bool shift__ql(double *diagonal, double *beside, double *vectors, double *room, size_t p)
{
    double *rotations[2] = {room, room + p};
    if (p > 0)
        beside[p - 1] = 0.0;
    const double least = least_beside(diagonal, beside, p);
    for (size_t l = 0; l < p; l++)
        for (int sweeps = 0;; sweeps++) {
            size_t m = end_of_block(diagonal, beside, least, l, p);
            if (m == l)
                break;
            if (sweeps == SWEEPS)
                return false;
            size_t begin = sweep(diagonal, beside, rotations, l, m);
            const double *both[2] = {rotations[0], rotations[1]};
            const size_t range[2] = {begin, m};
            for (int variant = 2; vectors != NULL; variant--)
                if (shift__ql_turn(variant, vectors, both, p, range))
                    break;
        }
    return true;
}
