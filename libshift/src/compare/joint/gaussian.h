/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What means and covariances alone say about the shift of all numeric features together. All is
 * computed after standardising by training: covariances of real data have condition numbers up to
 * 1e14 on their raw scales. docs/methods.md has the formulas. */
#ifndef SHIFT_COMPARE_JOINT_GAUSSIAN_H
#define SHIFT_COMPARE_JOINT_GAUSSIAN_H

#include <stddef.h>

#include "compare/joint/basis.h"
#include "compare/special.h"
#include "core/pool.h"
#include "shift/error.h"

typedef struct shift__gaussian {
    const shift__basis *basis; /* borrowed */
    double n;                  /* complete production rows */
    double *shift;             /* p: their mean, standardised by training */
    double *covariance;        /* p x p: theirs, standardised by training */
} shift__gaussian;

/** EINVAL below two production rows. */
SHIFT_CHECKED shift_status shift__gaussian_new(shift__gaussian **out, const shift__basis *basis,
                                               const shift__joint_moments *prod, shift_error *err);
void shift__gaussian_free(shift__gaussian *g); /* NULL is allowed */

/** A value with its p-value; where the value is NaN, `reason` (static) says why. */
typedef struct shift__joint_value {
    double value;
    shift__tail tail;
    const char *reason;
} shift__joint_value;

shift__joint_value shift__joint_undefined(const char *reason);

typedef shift_status shift__gaussian_statistic(const shift__gaussian *g, shift__joint_value *out,
                                               shift_error *err);
SHIFT_CHECKED shift__gaussian_statistic shift__hotelling_t2;
SHIFT_CHECKED shift__gaussian_statistic shift__mahalanobis;
SHIFT_CHECKED shift__gaussian_statistic shift__box_m;
/** Squared Frechet distance of the two normal laws, standardised by training. */
SHIFT_CHECKED shift__gaussian_statistic shift__frechet;
/** Mean squared distance of production rows from the training side's principal subspace, as a
 * multiple of training's own. */
SHIFT_CHECKED shift__gaussian_statistic shift__reconstruction_error;
/** Length of the production mean in coordinates where training has mean 0 and covariance 1, tested
 * without assuming equal covariances. */
SHIFT_CHECKED shift__gaussian_statistic shift__whitened_mean;
/** Frobenius norm of the production covariance minus 1 in those coordinates. Without a p-value: a
 * test that holds its level on heavy tails needs rows. */
SHIFT_CHECKED shift__gaussian_statistic shift__whitened_covariance;

/** Each column's part (p, adding up to 1) of the squared length of the whitened mean, in ZCA-cor
 * coordinates. EINVAL where that is undefined. */
SHIFT_CHECKED shift_status shift__whitened_mean_shares(const shift__gaussian *g, double *shares,
                                                       shift_error *err);
/** Share (p x p) of each entry in the squared whitened covariance, in ZCA-cor coordinates, which
 * stay closest to the features: a diagonal entry is a feature's spread, two others a pair's. */
SHIFT_CHECKED shift_status shift__whitened_covariance_shares(const shift__gaussian *g,
                                                             double *shares, shift__pool *pool,
                                                             shift_error *err);

/** Share of the training variance that the principal components explain that are kept. */
#define SHIFT__EXPLAINED 0.95
/** Their number: at least 1, at most p - 1; 0 where undefined. */
size_t shift__gaussian_components(const shift__gaussian *g);

#endif
