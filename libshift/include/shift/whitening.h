/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_WHITENING_H
#define SHIFT_WHITENING_H

#include <stddef.h>
#include <stdint.h>

#include "shift/error.h"
#include "shift/profile.h"
#include "shift/reporter.h"
#include "shift/source.h"

SHIFT_BEGIN_DECLS

/** Which of the matrices W with W S W' = 1 (Kessy, Lewin & Strimmer 2018), for the covariance S
 * with variances V and correlations R. */
typedef enum shift_whitening_method {
    SHIFT_WHITENING_ZCA = 0,  /**< S^-1/2: closest to the values themselves */
    SHIFT_WHITENING_PCA,      /**< L^-1/2 U', S = U L U', L descending: principal components */
    SHIFT_WHITENING_CHOLESKY, /**< C' with S^-1 = C C', C lower triangular */
    SHIFT_WHITENING_ZCA_COR   /**< R^-1/2 V^-1/2: closest to the standardised values */
} shift_whitening_method;

/** "zca", "pca", "cholesky" or "zca-cor"; static. NULL for anything else. */
SHIFT_API const char *shift_whitening_method_name(shift_whitening_method method);

/**
 * The transform z = W (x - mean) that gives the numeric columns of a data set mean 0 and covariance
 * 1. Constant columns are left out, and those that are a linear combination of others: of which
 * these leave less than 1e-12 of the variance unexplained. So W has full rank.
 */
typedef struct shift_whitening shift_whitening;

/**
 * From the co-moments of `profile`, which must outlive it; where fewer than half of the rows are
 * complete, from its row sample without the columns of which more than 20 % are missing.
 * EINVAL where fewer rows are complete than there are columns and two more, or no numeric column
 * varies; EUNSUPPORTED where the profile has more than 512 numeric columns.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_whitening_new(shift_whitening **out,
                                                         const shift_profile *profile,
                                                         shift_whitening_method method,
                                                         shift_error *err);
SHIFT_API void shift_whitening_free(shift_whitening *whitening); /**< NULL is allowed. */

/** p: columns that are whitened, and coordinates; 0 for NULL. */
SHIFT_API size_t shift_whitening_size(const shift_whitening *whitening);
/** Index in the profile's schema of column `i` of the matrix; ascending. SIZE_MAX where there is no
 * such column. */
SHIFT_API size_t shift_whitening_column(const shift_whitening *whitening, size_t i);
/** Why column `i` of the profile's schema is not in the matrix: "constant", "collinear", "not
 * numeric", "often missing"; NULL where it is. Static. */
SHIFT_API const char *shift_whitening_exclusion(const shift_whitening *whitening, size_t i);
/** p means; borrowed. NULL for NULL. */
SHIFT_API const double *shift_whitening_mean(const shift_whitening *whitening);
/** W, p x p, row by row, in the inverse units of the columns; borrowed. NULL for NULL. */
SHIFT_API const double *shift_whitening_matrix(const shift_whitening *whitening);
/** z = W (x - mean) of p numbers; `z` is not `x`. A NaN in `x` makes `z` NaN. */
SHIFT_API void shift_whitening_apply(const shift_whitening *whitening, const double *x, double *z);

/**
 * Write the rows of `source` whitened, as CSV with a header: one line a row, p numbers that read
 * back exactly, under the columns' names (PC1, PC2, ... for PCA). A row without one of the numbers
 * is a line of empty fields and counted in *incomplete. One row is held at a time.
 * EINCOMPATIBLE where the source lacks a column; what reading and the sink fail with.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_whitening_write(const shift_whitening *whitening,
                                                           shift_source *source,
                                                           const shift_sink *sink, uint64_t *rows,
                                                           uint64_t *incomplete, shift_error *err);

SHIFT_END_DECLS

#endif
