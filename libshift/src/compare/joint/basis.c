/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which columns are used, their correlation and its factors, and the whitening matrices. */
#include "compare/joint/basis.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/joint/matrix.h"
#include "core/memory.h"

void shift__basis_free(shift__basis *basis)
{
    if (basis == NULL)
        return;
    free(basis->exclusion);
    free(basis->columns);
    free(basis->center);
    free(basis->scale);
    free(basis->correlation);
    free(basis->factor);
    free(basis->eigenvalues);
    free(basis->eigenvectors);
    free(basis);
}

bool shift__joint_constant(double mean, double sum_of_squares, double n)
{
    double rounding = 512.0 * DBL_EPSILON * mean;
    return !(sum_of_squares > n * rounding * rounding) || !isfinite(sum_of_squares);
}

static void take_columns(shift__basis *basis)
{
    basis->p = 0;
    for (size_t i = 0; i < basis->p_all; i++)
        if (basis->exclusion[i] == SHIFT__COLUMN_USED)
            basis->columns[basis->p++] = i;
}

static void take_moments(shift__basis *basis, const shift__joint_moments *train)
{
    size_t p = basis->p;
    for (size_t i = 0; i < p; i++) {
        size_t column = basis->columns[i];
        basis->center[i] = train->mean[column];
        basis->scale[i] = sqrt(train->comoments[column * basis->p_all + column] / (train->n - 1.0));
    }
    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j < p; j++) {
            double covariance =
                train->comoments[basis->columns[i] * basis->p_all + basis->columns[j]] /
                (train->n - 1.0);
            basis->correlation[i * p + j] =
                i == j ? 1.0 : covariance / basis->scale[i] / basis->scale[j];
        }
}

/* Of many columns faster, and with no digits for eigenvalues far below the largest. What rounding
 * may have made of those is not below what it leaves of 0. */
static shift_status decompose(shift__basis *basis, shift_error *err)
{
    size_t p = basis->p;
    if (p <= SHIFT__JOINT_NARROW)
        return shift__eigen_of_cholesky(basis->eigenvalues, basis->eigenvectors, basis->factor, p,
                                        err);
    double *copy = NULL;
    shift_status status = shift__alloc(&copy, p * p, sizeof *copy, err);
    if (status != SHIFT_OK)
        return status;
    memcpy(copy, basis->correlation, p * p * sizeof *copy);
    status = shift__eigen_symmetric(basis->eigenvalues, basis->eigenvectors, copy, p, err);
    free(copy);
    for (size_t i = 0; status == SHIFT_OK && i < p; i++)
        basis->eigenvalues[i] = fmax(basis->eigenvalues[i], (double)p * DBL_EPSILON);
    return status;
}

/* The factor of the chosen columns; collinear ones leave the basis before. */
static shift_status factorise(shift__basis *basis, const shift__joint_moments *train,
                              shift_error *err)
{
    size_t p = basis->p;
    size_t *order = NULL;
    shift_status status = shift__alloc(&order, p, sizeof *order, err);
    if (status != SHIFT_OK)
        return status;
    size_t rank = shift__cholesky_pivoted(basis->factor, order, basis->eigenvalues,
                                          basis->correlation, p, SHIFT__COLLINEAR);
    for (size_t i = rank; i < p; i++)
        basis->exclusion[basis->columns[order[i]]] = SHIFT__COLUMN_COLLINEAR;
    free(order);
    if (rank < p) {
        take_columns(basis);
        take_moments(basis, train);
    }
    if (!shift__cholesky(basis->factor, basis->correlation, basis->p))
        return shift_error_set(err, SHIFT_EINVAL, "the correlations are no positive matrix");
    return decompose(basis, err);
}

static shift_status allocate(shift__basis *basis, size_t p_all, shift_error *err)
{
    shift_status status = shift__alloc(&basis->exclusion, p_all, sizeof *basis->exclusion, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&basis->columns, p_all, sizeof *basis->columns, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&basis->center, p_all, sizeof *basis->center, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&basis->scale, p_all, sizeof *basis->scale, err);
    return status;
}

static shift_status allocate_matrices(shift__basis *basis, shift_error *err)
{
    size_t p = basis->p;
    shift_status status = shift__alloc(&basis->correlation, p * p, sizeof(double), err);
    if (basis->m < (double)p + 2.0)
        return status;
    if (status == SHIFT_OK)
        status = shift__alloc(&basis->factor, p * p, sizeof(double), err);
    if (status == SHIFT_OK)
        status = shift__alloc(&basis->eigenvalues, p, sizeof(double), err);
    if (status == SHIFT_OK)
        status = shift__alloc(&basis->eigenvectors, p * p, sizeof(double), err);
    return status;
}

shift_status shift__basis_new(shift__basis **out, size_t p_all, const shift__joint_moments *train,
                              shift_error *err)
{
    if (!(train->n >= 2.0))
        return shift_error_set(err, SHIFT_EINVAL, "training has fewer than two complete rows");
    shift__basis *basis = NULL;
    shift_status status = shift__alloc(&basis, 1, sizeof *basis, err);
    if (status != SHIFT_OK)
        return status;
    basis->p_all = p_all;
    basis->m = train->n;
    status = allocate(basis, p_all, err);
    if (status != SHIFT_OK)
        goto fail;
    for (size_t i = 0; i < p_all; i++)
        if (shift__joint_constant(train->mean[i], train->comoments[i * p_all + i], train->n))
            basis->exclusion[i] = SHIFT__COLUMN_CONSTANT;
    take_columns(basis);
    status = allocate_matrices(basis, err);
    if (status != SHIFT_OK)
        goto fail;
    take_moments(basis, train);
    if (basis->factor != NULL)
        status = factorise(basis, train, err);
    if (status != SHIFT_OK)
        goto fail;
    *out = basis;
    return SHIFT_OK;
fail:
    shift__basis_free(basis);
    return status;
}

shift_status shift__basis_dependence(const shift__basis *basis, size_t column,
                                     const shift__joint_moments *train, double *coefficients,
                                     shift_error *err)
{
    if (basis->factor == NULL || column >= basis->p_all ||
        basis->exclusion[column] != SHIFT__COLUMN_COLLINEAR)
        return shift_error_set(err, SHIFT_EINVAL, "column %zu is not collinear", column);
    double scale = sqrt(train->comoments[column * basis->p_all + column] / (train->n - 1.0)) *
                   (train->n - 1.0);
    for (size_t i = 0; i < basis->p; i++)
        coefficients[i] =
            train->comoments[column * basis->p_all + basis->columns[i]] / scale / basis->scale[i];
    shift__solve_lower(basis->factor, coefficients, basis->p);
    shift__solve_lower_transposed(basis->factor, coefficients, basis->p);
    return SHIFT_OK;
}

/* The lower factor of the raw covariance is that of the correlation with scaled rows. */
static void scale_rows(double *raw, const shift__basis *basis)
{
    for (size_t i = 0; i < basis->p; i++)
        for (size_t j = 0; j < basis->p; j++)
            raw[i * basis->p + j] = basis->factor[i * basis->p + j] * basis->scale[i];
}

/* C' with S^-1 = CC', C lower: the inverse of U in S = UU', U upper, which is the Cholesky factor
 * of S with its columns reversed. */
static shift_status whiten_cholesky(const shift__basis *basis, double *w, double *work,
                                    shift_error *err)
{
    size_t p = basis->p;
    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j < p; j++)
            work[i * p + j] = basis->correlation[(p - 1 - i) * p + (p - 1 - j)];
    if (!shift__cholesky(work, work, p))
        return shift_error_set(err, SHIFT_EINVAL, "the correlations are no positive matrix");
    /* column by column of the inverse, each solved in reversed order */
    for (size_t c = 0; c < p; c++) {
        double *unit = w + c * p; /* row c; transposed below */
        memset(unit, 0, p * sizeof *unit);
        unit[p - 1 - c] = 1.0;
        shift__solve_lower(work, unit, p);
    }
    for (size_t r = 0; r < p; r++) /* W[r][c] = unit of c at p-1-r: transpose and reverse */
        for (size_t c = 0; c < p; c++)
            work[r * p + c] = w[c * p + (p - 1 - r)] / basis->scale[c];
    memcpy(w, work, p * p * sizeof *w);
    return SHIFT_OK;
}

static shift_status whiten_by_eigenvectors(const shift__basis *basis, shift_whitening_method method,
                                           double *w, double *work, shift_error *err)
{
    size_t p = basis->p;
    double *values = work + p * p;
    double *vectors = values + p;
    scale_rows(work, basis);
    shift_status status = shift__eigen_of_cholesky(values, vectors, work, p, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < p; i++)
        values[i] = 1.0 / sqrt(values[i]);
    if (method == SHIFT_WHITENING_ZCA) {
        shift__compose(w, values, vectors, p);
        return SHIFT_OK;
    }
    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j < p; j++)
            w[i * p + j] = values[i] * vectors[i * p + j];
    return SHIFT_OK;
}

static shift_status whiten_zca_cor(const shift__basis *basis, double *w, double *work,
                                   shift_error *err)
{
    size_t p = basis->p;
    double *vectors = work + p;
    shift_status status = shift__eigen_of_cholesky(work, vectors, basis->factor, p, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < p; i++)
        work[i] = 1.0 / sqrt(work[i]);
    shift__compose(w, work, vectors, p);
    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j < p; j++)
            w[i * p + j] /= basis->scale[j];
    return SHIFT_OK;
}

shift_status shift__basis_whitening(const shift__basis *basis, shift_whitening_method method,
                                    double *w, shift_error *err)
{
    if (basis->factor == NULL)
        return shift_error_set(err, SHIFT_EINVAL,
                               "training has fewer complete rows (%.0f) than numeric features (%zu)"
                               " and two more",
                               basis->m, basis->p);
    size_t p = basis->p;
    double *work = NULL;
    shift_status status = shift__alloc(&work, p * (2 * p + 1), sizeof *work, err);
    if (status != SHIFT_OK)
        return status;
    switch (method) {
    case SHIFT_WHITENING_ZCA:
    case SHIFT_WHITENING_PCA:
        status = whiten_by_eigenvectors(basis, method, w, work, err);
        break;
    case SHIFT_WHITENING_CHOLESKY:
        status = whiten_cholesky(basis, w, work, err);
        break;
    case SHIFT_WHITENING_ZCA_COR:
        status = whiten_zca_cor(basis, w, work, err);
        break;
    }
    free(work);
    return status;
}
