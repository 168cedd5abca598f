/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small dense matrices, row-major, p x p unless said otherwise, finite. Factors are taken of
 * Cholesky factors wherever possible: a one-sided Jacobi method on L' finds small eigenvalues of
 * S = LL' to an accuracy that depends on the condition of the correlations only, not on that of the
 * scales (Demmel & Veselic 1992). */
#ifndef SHIFT_COMPARE_JOINT_MATRIX_H
#define SHIFT_COMPARE_JOINT_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

#include "core/pool.h"
#include "shift/error.h"

/**
 * Pivoted Cholesky factor of a positive semidefinite matrix: rows order[0], order[1], ... of `l`
 * (in the order of `a`'s rows, so that LL' = a) have zeros right of their own pivot. Stops where no
 * remaining pivot is above `tolerance` times its own diagonal element, and returns the rank;
 * order[rank] onwards are the columns that the ones before span. Columns `rank` onwards of `l` are
 * 0. `rests` (p) is room to work in.
 */
size_t shift__cholesky_pivoted(double *l, size_t *order, double *rests, const double *a, size_t p,
                               double tolerance);
/** Lower factor in the given order; false where a pivot is not above 0. `l` may be `a`. */
bool shift__cholesky(double *l, const double *a, size_t p);
/** L^-1 x in place. */
void shift__solve_lower(const double *l, double *x, size_t p);
/** L^-1 X in place, X being p x n, some columns a task of the pool, which may be NULL. */
void shift__solve_lower_columns(const double *l, double *x, size_t p, size_t n, shift__pool *pool);
/** L'^-1 x in place. */
void shift__solve_lower_transposed(const double *l, double *x, size_t p);
/** `out` may be `a`. */
void shift__matrix_transpose(double *out, const double *a, size_t p);
/** a b, some rows a task. */
void shift__matrix_multiply(double *out, const double *a, const double *b, size_t p,
                            shift__pool *pool);
/** L^-1 a L'^-1 for a symmetric `a`, in place: `a` as seen in coordinates where LL' is 1. */
void shift__congruence_inverse(const double *l, double *a, size_t p);
/** ln |LL'| */
double shift__cholesky_log_determinant(const double *l, size_t p);
/** x' (LL')^-1 x; `work` has room for p. */
double shift__quadratic_inverse(const double *l, const double *x, double *work, size_t p);

/**
 * Singular values of the square `a` (descending) and, in the rows of `vectors`, its right singular
 * vectors; `a` is destroyed. ENOMEM, or EINVAL where `a` is not finite.
 */
SHIFT_CHECKED shift_status shift__singular(double *values, double *vectors, double *a, size_t p,
                                           shift_error *err);
/** Eigenvalues (descending) and eigenvectors (rows; the entry of largest absolute value is
 * positive) of LL'. */
SHIFT_CHECKED shift_status shift__eigen_of_cholesky(double *values, double *vectors,
                                                    const double *l, size_t p, shift_error *err);
/**
 * The same of a symmetric matrix, which is destroyed; p^3 operations instead of many times as many.
 * The error is a rounding error of the largest eigenvalue, whatever the others are. Without
 * `vectors` (NULL) the values are in no order. ENOMEM, or EINVAL where `a` is not finite.
 */
SHIFT_CHECKED shift_status shift__eigen_symmetric(double *values, double *vectors, double *a,
                                                  size_t p, shift_error *err);
/** sum of f_i v_i v_i' over the rows v_i of `vectors`. */
void shift__compose(double *out, const double *factors, const double *vectors, size_t p);

#endif
