/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Martin, Reinsch & Wilkinson (1968, Numer. Math. 11), procedure tred2, with the loops in another
 * order: each row is changed by one reflection and multiplied by the vector of the next one while
 * it is in the cache. GSL goes through the matrix three times, one element after the other. */
#include "compare/joint/tridiagonal.h"

#include <math.h>
#include <string.h>

enum {
    LANES = 8,
    GROUP = 4,     /* rows that are reflected together */
    EXPONENT = 900 /* most of a scale's */
};

/* Sums of squares below this are taken for 0, beside a largest element of 1. */
static const double tiny = 1e-280;

typedef double lanes __attribute__((vector_size(8 * LANES)));

#define INLINE static inline __attribute__((always_inline))

INLINE double sum_of(const lanes *x, double rest)
{
    const lanes s = *x;
    return ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7])) + rest;
}

/* The elements j of a row from `begin` to `end` become row[j] - (a x[j] + b y[j]); their product
 * with z is returned. */
INLINE double change_and_multiply(double *row, const double factors[2], const double *vectors[3],
                                  size_t begin, size_t end)
{
    lanes sums = {0.0};
    double rest = 0.0;
    size_t j = begin;
    for (; j + LANES <= end; j += LANES) {
        lanes r, x, y, z;
        memcpy(&r, row + j, sizeof r);
        memcpy(&x, vectors[0] + j, sizeof x);
        memcpy(&y, vectors[1] + j, sizeof y);
        memcpy(&z, vectors[2] + j, sizeof z);
        r -= factors[0] * x + factors[1] * y;
        sums += r * z;
        memcpy(row + j, &r, sizeof r);
    }
    for (; j < end; j++) {
        row[j] -= factors[0] * vectors[0][j] + factors[1] * vectors[1][j];
        rest += row[j] * vectors[2][j];
    }
    return sum_of(&sums, rest);
}

/* x becomes v, so that x - tau v (v'x) has nothing but its first element, which is returned. */
static double reflection(double *x, size_t n, double *tau)
{
    double first = x[0];
    double squares = 0.0;
    for (size_t j = 1; j < n; j++)
        squares += x[j] * x[j];
    *tau = 0.0;
    if (squares < tiny)
        return first;
    squares += first * first;
    double length = sqrt(squares);
    x[0] = first + copysign(length, first);
    *tau = 1.0 / (squares + fabs(first) * length);
    return -copysign(length, first);
}

/* With v = the reflection of row k, in its place, and w so that the rest of A becomes
 * A - vw' - wv'. */
INLINE void reduce(const shift__tridiagonal *out, double *a, size_t p)
{
    double *w = out->room;
    double *product = w + p;
    double *taus = product + p;
    const double *v = w;
    memset(w, 0, p * sizeof *w);
    for (size_t k = 0; k + 1 < p; k++) {
        double *row = a + k * p;
        (void)change_and_multiply(row, (const double[2]){v[k], w[k]},
                                  (const double *[3]){w, v, row}, k, p);
        out->diagonal[k] = row[k];
        out->beside[k] = reflection(row + k + 1, p - k - 1, &taus[k]);
        double both = 0.0;
        for (size_t i = k + 1; i < p; i++) {
            product[i] = taus[k] * change_and_multiply(a + i * p, (const double[2]){v[i], w[i]},
                                                       (const double *[3]){w, v, row}, k + 1, p);
            both += product[i] * row[i];
        }
        v = row;
        for (size_t i = k + 1; i < p; i++)
            w[i] = product[i] - taus[k] / 2.0 * both * v[i];
    }
    out->diagonal[p - 1] = a[p * p - 1];
    out->beside[p - 1] = 0.0;
}

/* Some rows of the vectors by one reflection: row - tau (v'row) v */
INLINE void reflect(double *rows, size_t n, size_t p, const double *v, double tau, size_t begin)
{
    lanes sums[GROUP] = {{0.0}};
    double factors[GROUP] = {0.0};
    size_t j = begin;
    for (; j + LANES <= p; j += LANES) {
        lanes x;
        memcpy(&x, v + j, sizeof x);
        for (size_t i = 0; i < n; i++) {
            lanes r;
            memcpy(&r, rows + i * p + j, sizeof r);
            sums[i] += r * x;
        }
    }
    for (; j < p; j++)
        for (size_t i = 0; i < n; i++)
            factors[i] += rows[i * p + j] * v[j];
    for (size_t i = 0; i < n; i++)
        factors[i] = tau * sum_of(&sums[i], factors[i]);
    for (j = begin; j + LANES <= p; j += LANES) {
        lanes x;
        memcpy(&x, v + j, sizeof x);
        for (size_t i = 0; i < n; i++) {
            lanes r;
            memcpy(&r, rows + i * p + j, sizeof r);
            r -= factors[i] * x;
            memcpy(rows + i * p + j, &r, sizeof r);
        }
    }
    for (; j < p; j++)
        for (size_t i = 0; i < n; i++)
            rows[i * p + j] -= factors[i] * v[j];
}

/* Row i is the product of the reflections before the i-th with a unit vector: the others leave that
 * as it is. */
INLINE void form_vectors(const shift__tridiagonal *out, const double *a, size_t p)
{
    const double *taus = out->room + 2 * p;
    memset(out->vectors, 0, p * p * sizeof *out->vectors);
    for (size_t i = 0; i < p; i++)
        out->vectors[i * p + i] = 1.0;
    size_t first = 0;
    for (; first + GROUP <= p; first += GROUP)
        for (size_t k = first + GROUP - 1; k-- > 0;)
            reflect(out->vectors + first * p, GROUP, p, a + k * p, taus[k], k + 1);
    for (; first < p; first++)
        for (size_t k = first; k-- > 0;)
            reflect(out->vectors + first * p, 1, p, a + k * p, taus[k], k + 1);
}

INLINE void tridiagonalise(const shift__tridiagonal *out, double *a, size_t p)
{
    reduce(out, a, p);
    if (out->vectors != NULL)
        form_vectors(out, a, p);
}

static void tridiagonalise_portable(const shift__tridiagonal *out, double *a, size_t p)
{
    tridiagonalise(out, a, p);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void tridiagonalise_avx2(const shift__tridiagonal *out,
                                                                double *a, size_t p)
{
    tridiagonalise(out, a, p);
}

__attribute__((target("avx512f"))) static void tridiagonalise_avx512(const shift__tridiagonal *out,
                                                                     double *a, size_t p)
{
    tridiagonalise(out, a, p);
}
#endif

/* The power of 2 by which the largest element comes near 1, whose squares are in range. */
static int find_exponent(const double *a, size_t p)
{
    double largest = 0.0;
    for (size_t i = 0; i < p * p; i++)
        largest = fmax(largest, fabs(a[i]));
    int exponent = 0;
    (void)frexp(largest, &exponent);
    return exponent > EXPONENT ? EXPONENT : exponent < -EXPONENT ? -EXPONENT : exponent;
}

static void scale(double *x, size_t n, int exponent)
{
    const double factor = ldexp(1.0, exponent);
    for (size_t i = 0; i < n; i++)
        x[i] *= factor;
}

bool shift__tridiagonalise_variant(int variant, const shift__tridiagonal *out, double *a, size_t p)
{
    int exponent = find_exponent(a, p);
    if (variant == 0) {
        scale(a, p * p, -exponent);
        tridiagonalise_portable(out, a, p);
#if defined(__x86_64__)
    } else if (variant == 1 && __builtin_cpu_supports("avx2")) {
        scale(a, p * p, -exponent);
        tridiagonalise_avx2(out, a, p);
    } else if (variant == 2 && __builtin_cpu_supports("avx512f")) {
        scale(a, p * p, -exponent);
        tridiagonalise_avx512(out, a, p);
#endif
    } else {
        return false;
    }
    scale(out->diagonal, p, exponent);
    scale(out->beside, p, exponent);
    return true;
}

void shift__tridiagonalise(const shift__tridiagonal *out, double *a, size_t p)
{
    for (int variant = 2; !shift__tridiagonalise_variant(variant, out, a, p); variant--)
        ;
}
