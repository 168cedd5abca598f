/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GSL finds the singular values. Its Cholesky factorisations are not used: on a matrix that is not
 * positive definite, which is an ordinary finding here, they call a process-wide handler that
 * aborts by default. */
#include "compare/joint/matrix.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_linalg.h>

#include "core/memory.h"

/* What the first k columns of the factor leave of the diagonal element `row`. */
static double rest_of(const double *l, const double *a, size_t row, size_t k, size_t p)
{
    double rest = a[row * p + row];
    for (size_t j = 0; j < k; j++)
        rest -= l[row * p + j] * l[row * p + j];
    return rest;
}

/* Position, k or behind, of the row with the largest rest relative to its own diagonal. */
static size_t best_pivot(const double *l, const double *a, const size_t *order, size_t k, size_t p,
                         double *highest)
{
    size_t best = k;
    *highest = -1.0;
    for (size_t i = k; i < p; i++) {
        double diagonal = a[order[i] * p + order[i]];
        double ratio = diagonal > 0.0 ? rest_of(l, a, order[i], k, p) / diagonal : 0.0;
        if (ratio > *highest) {
            *highest = ratio;
            best = i;
        }
    }
    return best;
}

size_t shift__cholesky_pivoted(double *l, size_t *order, const double *a, size_t p,
                               double tolerance)
{
    memset(l, 0, p * p * sizeof *l);
    for (size_t i = 0; i < p; i++)
        order[i] = i;
    for (size_t k = 0; k < p; k++) {
        double highest = 0.0;
        size_t best = best_pivot(l, a, order, k, p, &highest);
        if (!(highest > tolerance))
            return k;
        size_t row = order[best];
        order[best] = order[k];
        order[k] = row;
        double *pivot = l + row * p;
        pivot[k] = sqrt(rest_of(l, a, row, k, p));
        for (size_t i = k + 1; i < p; i++) {
            double *other = l + order[i] * p;
            double sum = a[order[i] * p + row];
            for (size_t j = 0; j < k; j++)
                sum -= other[j] * pivot[j];
            other[k] = sum / pivot[k];
        }
    }
    return p;
}

bool shift__cholesky(double *l, const double *a, size_t p)
{
    for (size_t i = 0; i < p; i++) {
        for (size_t j = 0; j <= i; j++) {
            double sum = a[i * p + j];
            for (size_t k = 0; k < j; k++)
                sum -= l[i * p + k] * l[j * p + k];
            if (i == j && !(sum > 0.0))
                return false;
            l[i * p + j] = i == j ? sqrt(sum) : sum / l[j * p + j];
        }
    }
    for (size_t i = 0; i < p; i++)
        for (size_t j = i + 1; j < p; j++)
            l[i * p + j] = 0.0;
    return true;
}

void shift__solve_lower(const double *l, double *x, size_t p)
{
    for (size_t i = 0; i < p; i++) {
        double sum = x[i];
        for (size_t k = 0; k < i; k++)
            sum -= l[i * p + k] * x[k];
        x[i] = sum / l[i * p + i];
    }
}

void shift__solve_lower_transposed(const double *l, double *x, size_t p)
{
    for (size_t i = p; i-- > 0;) {
        double sum = x[i];
        for (size_t k = i + 1; k < p; k++)
            sum -= l[k * p + i] * x[k];
        x[i] = sum / l[i * p + i];
    }
}

void shift__congruence_inverse(const double *l, double *a, size_t p)
{
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < p; i++) /* rows of a' are columns of a: a is symmetric at first */
            shift__solve_lower(l, a + i * p, p);
        for (size_t i = 0; i < p; i++)
            for (size_t j = 0; j < i; j++) {
                double swapped = a[i * p + j];
                a[i * p + j] = a[j * p + i];
                a[j * p + i] = swapped;
            }
    }
}

double shift__cholesky_log_determinant(const double *l, size_t p)
{
    double sum = 0.0;
    for (size_t i = 0; i < p; i++)
        sum += log(l[i * p + i]);
    return 2.0 * sum;
}

double shift__quadratic_inverse(const double *l, const double *x, double *work, size_t p)
{
    memcpy(work, x, p * sizeof *work);
    shift__solve_lower(l, work, p);
    double sum = 0.0;
    for (size_t i = 0; i < p; i++)
        sum += work[i] * work[i];
    return sum;
}

shift_status shift__singular(double *values, double *vectors, double *a, size_t p, shift_error *err)
{
    for (size_t i = 0; i < p * p; i++)
        if (!isfinite(a[i]))
            return shift_error_set(err, SHIFT_EINVAL, "a covariance is not finite");
    if (p == 0)
        return SHIFT_OK;
    gsl_matrix_view matrix = gsl_matrix_view_array(a, p, p);
    gsl_matrix_view right = gsl_matrix_view_array(vectors, p, p);
    gsl_vector_view singular = gsl_vector_view_array(values, p);
    if (gsl_linalg_SV_decomp_jacobi(&matrix.matrix, &right.matrix, &singular.vector) != 0)
        return shift_error_set(err, SHIFT_EINVAL, "the singular values were not found");
    for (size_t i = 0; i < p; i++) /* GSL has the vectors in the columns */
        for (size_t j = 0; j < i; j++) {
            double swapped = vectors[i * p + j];
            vectors[i * p + j] = vectors[j * p + i];
            vectors[j * p + i] = swapped;
        }
    return SHIFT_OK;
}

shift_status shift__eigen_of_cholesky(double *values, double *vectors, const double *l, size_t p,
                                      shift_error *err)
{
    double *transposed = NULL;
    shift_status status = shift__alloc(&transposed, p * p, sizeof *transposed, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j < p; j++)
            transposed[j * p + i] = l[i * p + j];
    status = shift__singular(values, vectors, transposed, p, err);
    free(transposed);
    for (size_t i = 0; status == SHIFT_OK && i < p; i++) {
        double *vector = vectors + i * p;
        size_t largest = 0;
        for (size_t j = 1; j < p; j++)
            if (fabs(vector[j]) > fabs(vector[largest]))
                largest = j;
        double sign = vector[largest] < 0.0 ? -1.0 : 1.0;
        for (size_t j = 0; j < p; j++)
            vector[j] *= sign;
        values[i] *= values[i];
    }
    return status;
}

void shift__compose(double *out, const double *factors, const double *vectors, size_t p)
{
    memset(out, 0, p * p * sizeof *out);
    for (size_t i = 0; i < p; i++)
        for (size_t r = 0; r < p; r++)
            for (size_t c = 0; c < p; c++)
                out[r * p + c] += factors[i] * vectors[i * p + r] * vectors[i * p + c];
}
