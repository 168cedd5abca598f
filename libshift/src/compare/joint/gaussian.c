/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Definitions: Hotelling (1931), Box (1949), Dowson & Landau (1982) for the Frechet distance of
 * normal laws, Krishnamoorthy & Yu (2004) for the mean under unequal covariances. */
#include "compare/joint/gaussian.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/joint/matrix.h"
#include "core/memory.h"

static const char few_features[] = "fewer than two numeric features";
static const char few_train[] = "training has fewer complete rows than features and two more";
static const char few_prod[] = "production has fewer complete rows than features and two more";
static const char singular_prod[] = "the covariance of production is singular";

shift__joint_value shift__joint_undefined(const char *reason)
{
    return (shift__joint_value){(double)NAN, shift__tail_none(), reason};
}

static shift__joint_value plain(double value)
{
    return (shift__joint_value){value, shift__tail_none(), NULL};
}

shift_status shift__gaussian_new(shift__gaussian **out, const shift__basis *basis,
                                 const shift__joint_moments *prod, shift_error *err)
{
    if (!(prod->n >= 2.0))
        return shift_error_set(err, SHIFT_EINVAL, "production has fewer than two complete rows");
    size_t p = basis->p;
    shift__gaussian *g = NULL;
    shift_status status = shift__alloc(&g, 1, sizeof *g, err);
    if (status != SHIFT_OK)
        return status;
    g->basis = basis;
    g->n = prod->n;
    status = shift__alloc(&g->shift, p, sizeof *g->shift, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&g->covariance, p * p, sizeof *g->covariance, err);
    if (status != SHIFT_OK) {
        shift__gaussian_free(g);
        return status;
    }
    for (size_t i = 0; i < p; i++) {
        size_t row = basis->columns[i];
        g->shift[i] = (prod->mean[row] - basis->center[i]) / basis->scale[i];
        for (size_t j = 0; j < p; j++)
            g->covariance[i * p + j] = prod->comoments[row * basis->p_all + basis->columns[j]] /
                                       (prod->n - 1.0) / basis->scale[i] / basis->scale[j];
    }
    *out = g;
    return SHIFT_OK;
}

void shift__gaussian_free(shift__gaussian *g)
{
    if (g == NULL)
        return;
    free(g->shift);
    free(g->covariance);
    free(g);
}

/* Why nothing that needs the inverse of the training covariance can be computed; NULL if it can. */
static const char *obstacle(const shift__gaussian *g)
{
    if (g->basis->p < 2)
        return few_features;
    return g->basis->factor == NULL ? few_train : NULL;
}

/* factor = Cholesky factor of a R + b S, for the training correlation R and production's S */
static bool factor_of_sum(double *factor, const shift__gaussian *g, double a, double b)
{
    size_t p = g->basis->p;
    for (size_t i = 0; i < p * p; i++)
        factor[i] = a * g->basis->correlation[i] + b * g->covariance[i];
    return shift__cholesky(factor, factor, p);
}

shift_status shift__hotelling_t2(const shift__gaussian *g, shift__joint_value *out,
                                 shift_error *err)
{
    double p = (double)g->basis->p;
    double m = g->basis->m;
    double n = g->n;
    double dof = m + n - p - 1.0;
    *out = shift__joint_undefined(obstacle(g));
    if (out->reason != NULL)
        return SHIFT_OK;
    double *work = NULL;
    shift_status status = shift__alloc(&work, g->basis->p * (g->basis->p + 1), sizeof *work, err);
    if (status != SHIFT_OK)
        return status;
    double *scratch = work + g->basis->p * g->basis->p;
    if (factor_of_sum(work, g, (m - 1.0) / (m + n - 2.0), (n - 1.0) / (m + n - 2.0))) {
        double t2 =
            m * n / (m + n) * shift__quadratic_inverse(work, g->shift, scratch, g->basis->p);
        *out =
            (shift__joint_value){t2, shift__tail_f(dof / ((m + n - 2.0) * p) * t2, p, dof), NULL};
    } else {
        *out = shift__joint_undefined("the pooled covariance is singular");
    }
    free(work);
    return SHIFT_OK;
}

shift_status shift__mahalanobis(const shift__gaussian *g, shift__joint_value *out, shift_error *err)
{
    *out = shift__joint_undefined(obstacle(g));
    if (out->reason != NULL)
        return SHIFT_OK;
    double *work = NULL;
    shift_status status = shift__alloc(&work, g->basis->p, sizeof *work, err);
    if (status != SHIFT_OK)
        return status;
    *out = plain(sqrt(shift__quadratic_inverse(g->basis->factor, g->shift, work, g->basis->p)));
    free(work);
    return SHIFT_OK;
}

/* Also where one of its columns does not vary. */
static bool prod_is_singular(const shift__gaussian *g, double *factor, size_t *order, double *rests)
{
    size_t p = g->basis->p;
    for (size_t i = 0; i < p; i++) {
        double mean = g->shift[i] + g->basis->center[i] / g->basis->scale[i];
        if (shift__joint_constant(mean, g->covariance[i * p + i] * (g->n - 1.0), g->n))
            return true;
    }
    return shift__cholesky_pivoted(factor, order, rests, g->covariance, p, SHIFT__COLLINEAR) < p ||
           !shift__cholesky(factor, g->covariance, p);
}

shift_status shift__box_m(const shift__gaussian *g, shift__joint_value *out, shift_error *err)
{
    size_t p = g->basis->p;
    double m = g->basis->m;
    double n = g->n;
    *out = shift__joint_undefined(obstacle(g));
    if (out->reason == NULL && n < (double)p + 2.0)
        out->reason = few_prod;
    if (out->reason != NULL)
        return SHIFT_OK;
    double *factor = NULL;
    size_t *order = NULL;
    shift_status status = shift__alloc(&factor, p * (p + 1), sizeof *factor, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&order, p, sizeof *order, err);
    if (status != SHIFT_OK)
        goto out;
    if (prod_is_singular(g, factor, order, factor + p * p)) {
        *out = shift__joint_undefined(singular_prod);
        goto out;
    }
    double log_prod = shift__cholesky_log_determinant(factor, p);
    double log_train = shift__cholesky_log_determinant(g->basis->factor, p);
    if (!factor_of_sum(factor, g, (m - 1.0) / (m + n - 2.0), (n - 1.0) / (m + n - 2.0))) {
        *out = shift__joint_undefined("the pooled covariance is singular");
        goto out;
    }
    double q = (double)p;
    double value = (m + n - 2.0) * shift__cholesky_log_determinant(factor, p) -
                   (m - 1.0) * log_train - (n - 1.0) * log_prod;
    double correction = (1.0 / (m - 1.0) + 1.0 / (n - 1.0) - 1.0 / (m + n - 2.0)) *
                        (2.0 * q * q + 3.0 * q - 1.0) / (6.0 * (q + 1.0));
    double chi_square = value * (1.0 - correction);
    *out = plain(value);
    if (chi_square >= 0.0)
        out->tail = shift__tail_chi_square(chi_square, q * (q + 1.0) / 2.0);
out:
    free(factor);
    free(order);
    return status;
}

/* Whether the covariance of production, standardised by training, is one that doubles hold, and so
 * is a product of it with a correlation. */
static bool is_in_range(const shift__gaussian *g)
{
    size_t p = g->basis->p;
    double sum = 0.0;
    for (size_t i = 0; i < p * p; i++)
        sum += fabs(g->covariance[i]);
    return isfinite((double)p * sum);
}

/* The singular values of L1'L2; `l1` is destroyed, `work` has room for 2 p x p. */
static shift_status singular_of_product(double *values, double *l1, const double *l2, double *work,
                                        size_t p, shift_error *err)
{
    double *product = work + p * p;
    shift__matrix_transpose(l1, l1, p);
    shift__matrix_multiply(product, l1, l2, p, NULL);
    if (p <= SHIFT__JOINT_NARROW)
        return shift__singular(values, work, product, p, err);
    /* roots of the eigenvalues of its square: faster, and half of the digits of small ones */
    shift__matrix_transpose(l1, product, p);
    shift__matrix_multiply(work, l1, product, p, NULL);
    shift_status status = shift__eigen_symmetric(values, NULL, work, p, err);
    for (size_t i = 0; status == SHIFT_OK && i < p; i++)
        values[i] = sqrt(fmax(values[i], 0.0));
    return status;
}

/* tr (S1^1/2 S2 S1^1/2)^1/2 is the sum of the singular values of L1'L2, which needs no square root
 * of a matrix and no full rank. */
shift_status shift__frechet(const shift__gaussian *g, shift__joint_value *out, shift_error *err)
{
    size_t p = g->basis->p;
    *out = shift__joint_undefined(p < 2 ? few_features : NULL);
    if (out->reason != NULL || !is_in_range(g))
        return SHIFT_OK;
    double tolerance = (double)p * DBL_EPSILON;
    double *factors = NULL;
    size_t *order = NULL;
    shift_status status = shift__alloc(&factors, p * (4 * p + 1), sizeof *factors, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&order, p, sizeof *order, err);
    if (status != SHIFT_OK)
        goto out;
    double *l2 = factors + p * p;
    double *work = l2 + p * p;
    double *values = work + 2 * p * p;
    if (p > SHIFT__JOINT_NARROW && g->basis->factor != NULL)
        memcpy(factors, g->basis->factor, p * p * sizeof *factors);
    else
        (void)shift__cholesky_pivoted(factors, order, values, g->basis->correlation, p, tolerance);
    if (p <= SHIFT__JOINT_NARROW || !shift__cholesky(l2, g->covariance, p))
        (void)shift__cholesky_pivoted(l2, order, values, g->covariance, p, tolerance);
    status = singular_of_product(values, factors, l2, work, p, err);
    if (status != SHIFT_OK)
        goto out;
    double sum = 0.0;
    for (size_t i = 0; i < p; i++)
        sum += g->shift[i] * g->shift[i] + 1.0 + g->covariance[i * p + i] - 2.0 * values[i];
    *out = plain(sum < 0.0 ? 0.0 : sum); /* rounding may leave less than nothing */
out:
    free(factors);
    free(order);
    return status;
}

size_t shift__gaussian_components(const shift__gaussian *g)
{
    size_t p = g->basis->p;
    if (obstacle(g) != NULL)
        return 0;
    double sum = 0.0;
    for (size_t k = 1; k < p; k++) {
        sum += g->basis->eigenvalues[k - 1];
        if (sum >= SHIFT__EXPLAINED * (double)p)
            return k;
    }
    return p - 1;
}

shift_status shift__reconstruction_error(const shift__gaussian *g, shift__joint_value *out,
                                         shift_error *err)
{
    size_t p = g->basis->p;
    *out = shift__joint_undefined(obstacle(g));
    if (out->reason != NULL)
        return SHIFT_OK;
    double *work = NULL;
    shift_status status = shift__alloc(&work, 2 * p * p, sizeof *work, err);
    if (status != SHIFT_OK)
        return status;
    double *products = work + p * p;
    shift__matrix_transpose(work, g->covariance, p);
    shift__matrix_multiply(products, g->basis->eigenvectors, work, p, NULL);
    double train = 0.0;
    double prod = 0.0;
    for (size_t i = shift__gaussian_components(g); i < p; i++) {
        const double *u = g->basis->eigenvectors + i * p;
        double along = 0.0;
        for (size_t j = 0; j < p; j++) {
            prod += u[j] * products[i * p + j];
            along += u[j] * g->shift[j];
        }
        prod += along * along;
        train += g->basis->eigenvalues[i];
    }
    free(work);
    *out = plain(prod / train);
    return SHIFT_OK;
}

static double square_norm(const double *a, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * a[i];
    return sum;
}

static double trace(const double *a, size_t p)
{
    double sum = 0.0;
    for (size_t i = 0; i < p; i++)
        sum += a[i * p + i];
    return sum;
}

/* The modified Nel-van der Merwe test of Krishnamoorthy & Yu (2004, Statist. Probab. Lett. 66):
 * T2 = d' (S1/m + S2/n)^-1 d is about nu p / (nu - p + 1) F(p, nu - p + 1). */
static shift_status mean_tail(const shift__gaussian *g, shift__tail *tail, shift_error *err)
{
    size_t p = g->basis->p;
    double q = (double)p;
    double *work = NULL;
    shift_status status = shift__alloc(&work, p * (2 * p + 1), sizeof *work, err);
    if (status != SHIFT_OK)
        return status;
    double *part = work + p * p;
    *tail = shift__tail_none();
    if (!factor_of_sum(work, g, 1.0 / g->basis->m, 1.0 / g->n))
        goto out;
    double t2 = shift__quadratic_inverse(work, g->shift, part + p * p, p);
    double sum = 0.0;
    for (int side = 0; side < 2; side++) {
        double rows = side == 0 ? g->basis->m : g->n;
        const double *s = side == 0 ? g->basis->correlation : g->covariance;
        for (size_t i = 0; i < p * p; i++)
            part[i] = s[i] / rows;
        shift__congruence_inverse(work, part, p);
        double t = trace(part, p);
        sum += (square_norm(part, p * p) + t * t) / (rows - 1.0);
    }
    double nu = (q + q * q) / sum;
    if (nu - q + 1.0 > 0.0)
        *tail = shift__tail_f(t2 * (nu - q + 1.0) / (nu * q), q, nu - q + 1.0);
out:
    free(work);
    return SHIFT_OK;
}

shift_status shift__whitened_mean(const shift__gaussian *g, shift__joint_value *out,
                                  shift_error *err)
{
    shift_status status = shift__mahalanobis(g, out, err);
    if (status == SHIFT_OK && out->reason == NULL)
        status = mean_tail(g, &out->tail, err);
    return status;
}

shift_status shift__whitened_mean_shares(const shift__gaussian *g, double *shares, shift_error *err)
{
    size_t p = g->basis->p;
    if (obstacle(g) != NULL)
        return shift_error_set(err, SHIFT_EINVAL, "%s", obstacle(g));
    memset(shares, 0, p * sizeof *shares);
    for (size_t i = 0; i < p; i++) { /* R^-1/2 d */
        const double *u = g->basis->eigenvectors + i * p;
        double along = 0.0;
        for (size_t j = 0; j < p; j++)
            along += u[j] * g->shift[j];
        for (size_t j = 0; j < p; j++)
            shares[j] += along / sqrt(g->basis->eigenvalues[i]) * u[j];
    }
    double total = square_norm(shares, p);
    for (size_t j = 0; j < p; j++)
        shares[j] = total > 0.0 ? shares[j] * shares[j] / total : 0.0;
    return SHIFT_OK;
}

shift_status shift__whitened_covariance_shares(const shift__gaussian *g, double *shares,
                                               shift__pool *pool, shift_error *err)
{
    size_t p = g->basis->p;
    if (obstacle(g) != NULL)
        return shift_error_set(err, SHIFT_EINVAL, "%s", obstacle(g));
    const double *vectors = g->basis->eigenvectors;
    double *work = NULL;
    shift_status status = shift__alloc(&work, 2 * p * p, sizeof *work, err);
    if (status != SHIFT_OK)
        return status;
    double *transposed = work + p * p;
    shift__matrix_transpose(transposed, vectors, p);
    shift__matrix_multiply(work, vectors, g->covariance, p, pool); /* as the eigenvectors see it */
    shift__matrix_multiply(shares, work, transposed, p, pool);
    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j < p; j++)
            shares[i * p + j] /= sqrt(g->basis->eigenvalues[i]) * sqrt(g->basis->eigenvalues[j]);
    shift__matrix_multiply(work, transposed, shares, p, pool); /* and back */
    shift__matrix_multiply(shares, work, vectors, p, pool);
    for (size_t i = 0; i < p; i++)
        shares[i * p + i] -= 1.0;
    double total = square_norm(shares, p * p);
    for (size_t i = 0; i < p * p; i++)
        shares[i] = total > 0.0 ? shares[i] * shares[i] / total : 0.0;
    free(work);
    return SHIFT_OK;
}

shift_status shift__whitened_covariance(const shift__gaussian *g, shift__joint_value *out,
                                        shift_error *err)
{
    size_t p = g->basis->p;
    *out = shift__joint_undefined(obstacle(g));
    if (out->reason != NULL)
        return SHIFT_OK;
    double *white = NULL;
    shift_status status = shift__alloc(&white, p * p, sizeof *white, err);
    if (status != SHIFT_OK)
        return status;
    memcpy(white, g->covariance, p * p * sizeof *white);
    shift__congruence_inverse(g->basis->factor, white, p);
    for (size_t i = 0; i < p; i++)
        white[i * p + i] -= 1.0;
    *out = plain(sqrt(square_norm(white, p * p)));
    free(white);
    return SHIFT_OK;
}
