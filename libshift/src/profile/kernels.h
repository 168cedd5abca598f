/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loops over blocks of finite values. Each has a plain-C twin that adds in the same order, in eight
 * lanes, so that every processor gives the same bits. */
#ifndef SHIFT_PROFILE_KERNELS_H
#define SHIFT_PROFILE_KERNELS_H

#include <stddef.h>

enum {
    SHIFT__LANES = 8,
    SHIFT__BLOCK_VALUES = 2048 /* summed at once: fits the first-level cache */
};

typedef struct shift__sums {
    double sum, minimum, maximum;
} shift__sums;

typedef struct shift__powers {
    double s1, s2, s3, s4; /* sums of (x - about)^k */
} shift__powers;

/** n > 0 */
shift__sums shift__sum_range(const double *x, size_t n);
shift__powers shift__sum_powers(const double *x, size_t n, double about);
/** The mean, given the plain sum; also where that overflowed. */
double shift__mean(const double *x, size_t n, double sum);
/** Sums over `n` rows (whole lanes) of the products of columns i and j <= i, at i (i + 1) / 2 + j.
 * Column i begins at x + i * stride; columns up to a multiple of four are readable. Products are
 * fused into their sum. */
void shift__cross_products(const double *x, size_t stride, size_t columns, size_t n, double *out);

/* One set of these loops. They do the whole lanes; the rest, and adding up the lanes, is common. */
typedef struct shift__kernels {
    const char *name;
    /* lane[0]: sums; [1]: minima; [2]: maxima. They come in with what is to be added to. */
    void (*range)(const double *x, size_t n, double lane[3][SHIFT__LANES]);
    /* lane[k]: sums of (x - about)^(k + 1) */
    void (*powers)(const double *x, size_t n, double about, double lane[4][SHIFT__LANES]);
    /* Columns a to a + 3 by b to b + 3. */
    void (*tile)(const double *a, const double *b, size_t stride, size_t n, double out[4][4]);
} shift__kernels;

/** The sets that this processor has, best first; the last is plain C. NULL beyond it. */
const shift__kernels *shift__kernels_at(size_t i);

/* With a set of one's choice. */
shift__sums shift__sum_range_by(const shift__kernels *kernels, const double *x, size_t n);
shift__powers shift__sum_powers_by(const shift__kernels *kernels, const double *x, size_t n,
                                   double about);
void shift__cross_products_by(const shift__kernels *kernels, const double *x, size_t stride,
                              size_t columns, size_t n, double *out);

#endif
