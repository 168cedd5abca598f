/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 95 % confidence intervals. docs/methods.md says how each was found and what it covered in
 * simulations. */
#ifndef SHIFT_COMPARE_INTERVAL_H
#define SHIFT_COMPARE_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>

#include "compare/pair.h"
#include "compare/statistics/statistic.h"

/** Standard normal quantile of 97.5 %. */
#define SHIFT__Z 1.959963984540054
/** Of 98.2 %: for estimates that are only roughly normal with some hundred rows, where the nominal
 * quantile was seen to cover 91 to 93 %. */
#define SHIFT__Z_ROUGH 2.1

typedef struct shift__range {
    double low, high;
} shift__range;

/** Clopper and Pearson's (1934) for `count` of `n`. */
shift__range shift__interval_share(double count, double n);
/** The same with the probability `beyond` on either side in place of 2.5 %. */
shift__range shift__interval_share_at(double count, double n, double beyond);

/** Derivatives of a cell's term by its two shares. */
typedef struct shift__slopes {
    double by_p, by_q;
} shift__slopes;

/** What a cell adds, by its two shares, which may be 0. */
typedef double shift__term(const shift__pair *pair, double p, double q);

/** A divergence that is a sum over cells, 0 where the shares are equal. */
typedef struct shift__divergence {
    shift__term *term;
    shift__slopes (*slopes)(const shift__pair *pair, double p, double q);
} shift__divergence;

/**
 * Of a divergence with this estimate: it is taken for a multiple of a noncentral chi-square
 * variable with cells - 1 degrees of freedom, the multiple being that which gives it the variance
 * of the delta method. So it knows that an estimate of no divergence is above 0. Where cells are
 * rare, what chance alone adds is found from their counts one by one.
 */
shift__range shift__interval_divergence(const shift__pair *pair,
                                        const shift__divergence *divergence, double value);

/** What chance alone adds to the terms of some cells: how many they are, mean and variance. */
typedef struct shift__chance {
    size_t cells;
    double mean, variance;
} shift__chance;

/** Whether fewer than 5 rows of the smaller side are expected in a cell. */
bool shift__is_rare_cell(const shift__pair *pair, size_t i);
/** Given the rows that each rare cell has in all, each of them being of either side by chance. */
shift__chance shift__chance_of_rare_cells(const shift__pair *pair, shift__term *term);

/** Standard error of the logarithm of a side's variance. The sample's kurtosis is too small where
 * tails are heavy, so it is raised the more, the nearer it is to the largest that n values can
 * have. */
double shift__log_variance_error(const shift_distribution *d);

/** In place of SHIFT__Z: Student's quantile with the degrees of freedom that the sides' variances
 * are worth, which heavy tails make few. */
double shift__spread_quantile(const shift_distribution *train, const shift_distribution *prod);

/** E|t + Z| - |t|: how much the modulus of a noisy number is too large, in deviations of the noise.
 */
double shift__fold_bias(double t);

#endif
