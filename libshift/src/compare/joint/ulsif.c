/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Matrices with a column for each of n rows are kept centre by centre, so that the inner loops run
 * over the rows. */
#include "compare/joint/ulsif.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/joint/matrix.h"
#include "compare/joint/select.h"
#include "core/memory.h"

/* As multiples of the median distance, and of the diagonal. */
static const double bandwidths[] = {0.125, 0.25, 0.5, 1.0, 2.0, 4.0};
static const double lambdas[] = {1e-3, 1e-2, 0.1, 1.0};

enum {
    BANDWIDTHS = sizeof bandwidths / sizeof *bandwidths,
    LAMBDAS = sizeof lambdas / sizeof *lambdas
};

void shift__ulsif_free(shift__ulsif *ulsif)
{
    if (ulsif == NULL)
        return;
    free(ulsif->centres);
    free(ulsif->alpha);
    free(ulsif);
}

static double squared_distance(const double *x, const double *y, size_t d)
{
    double sum = 0.0;
    for (size_t i = 0; i < d; i++)
        sum += (x[i] - y[i]) * (x[i] - y[i]);
    return sum;
}

double shift__ulsif_ratio(const shift__ulsif *ulsif, const double *row)
{
    double sum = 0.0;
    double factor = -0.5 / (ulsif->bandwidth * ulsif->bandwidth);
    for (size_t l = 0; l < ulsif->b; l++)
        if (ulsif->alpha[l] > 0.0)
            sum += ulsif->alpha[l] *
                   exp(factor * squared_distance(row, ulsif->centres + l * ulsif->d, ulsif->d));
    return sum;
}

/* y += a x */
static void add_multiple(double *y, const double *x, double a, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] += a * x[i];
}

static double dot(const double *x, const double *y, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

static double sum_of(const double *x, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum;
}

/* factor = Cholesky factor of XX'/n + ridge, for the training kernels X */
static bool factor_of(const shift__ulsif_kernels *k, double ridge, double *factor)
{
    for (size_t i = 0; i < k->b; i++)
        for (size_t j = 0; j <= i; j++)
            factor[i * k->b + j] = factor[j * k->b + i] =
                dot(k->train + i * k->n, k->train + j * k->n, k->n) / (double)k->n +
                (i == j ? ridge : 0.0);
    return shift__cholesky(factor, factor, k->b);
}

static void means_of(const double *kernels, size_t b, size_t n, double *out)
{
    for (size_t l = 0; l < b; l++)
        out[l] = sum_of(kernels + l * n, n) / (double)n;
}

/* (LL')^-1 x for all n columns of x at once */
static void solve_columns(const double *factor, double *x, size_t b, size_t n)
{
    for (size_t i = 0; i < b; i++) {
        for (size_t k = 0; k < i; k++)
            add_multiple(x + i * n, x + k * n, -factor[i * b + k], n);
        for (size_t c = 0; c < n; c++)
            x[i * n + c] /= factor[i * b + i];
    }
    for (size_t i = b; i-- > 0;) {
        for (size_t k = i + 1; k < b; k++)
            add_multiple(x + i * n, x + k * n, -factor[k * b + i], n);
        for (size_t c = 0; c < n; c++)
            x[i * n + c] /= factor[i * b + i];
    }
}

/*
 * Leaving training row x and production row y out of H = XX'/n and h = Y1/n changes H by a matrix
 * of rank one, so with B = H + lambda (n-1)/n all that is left of the n fits are B^-1 X and B^-1 Y
 * (Kanamori et al. 2009, section 3.3).
 */
double shift__ulsif_score(const shift__ulsif_kernels *kernels, double lambda, double *work)
{
    size_t b = kernels->b;
    size_t n = kernels->n;
    double count = (double)n;
    double *train = work;
    double *prod = train + b * n;
    double *factor = prod + b * n;
    double *h = factor + b * b;
    if (!factor_of(kernels, lambda * (count - 1.0) / count, factor))
        return (double)INFINITY;
    memcpy(train, kernels->train, b * n * sizeof *train);
    memcpy(prod, kernels->prod, b * n * sizeof *prod);
    solve_columns(factor, train, b, n);
    solve_columns(factor, prod, b, n);
    means_of(prod, b, n, h); /* B^-1 h */
    double *spared = h + b;
    double *mean = spared + n;
    double *own = mean + n;
    for (size_t i = 0; i < n; i++) {
        spared[i] = count;
        mean[i] = own[i] = 0.0;
    }
    for (size_t l = 0; l < b; l++) {
        const double *x = kernels->train + l * n;
        const double *y = kernels->prod + l * n;
        for (size_t i = 0; i < n; i++) {
            spared[i] -= x[i] * train[l * n + i];
            mean[i] += x[i] * h[l];
            own[i] += y[i] * train[l * n + i];
        }
    }
    double *at_train = own + n;
    double *at_prod = at_train + n;
    memset(at_train, 0, 2 * n * sizeof *at_train);
    for (size_t l = 0; l < b; l++) {
        for (size_t i = 0; i < n; i++) {
            double alpha = h[l] + train[l * n + i] * mean[i] / spared[i] -
                           (prod[l * n + i] + train[l * n + i] * own[i] / spared[i]) / count;
            alpha = alpha > 0.0 ? alpha : 0.0;
            at_train[i] += alpha * kernels->train[l * n + i];
            at_prod[i] += alpha * kernels->prod[l * n + i];
        }
    }
    return 0.5 * dot(at_train, at_train, n) / count - sum_of(at_prod, n) / count;
}

typedef struct search {
    const double *rows; /* n of training, n of production */
    size_t n;
    shift__ulsif *fit;
    double *distances; /* squared, b x n for training, b x n for production */
    double *kernels;   /* of the bandwidth that is tried, likewise */
    double *work;      /* for each lambda */
    double scores[LAMBDAS];
    double bandwidth;
} search;

static size_t work_size(const search *s)
{
    return s->fit->b * (2 * s->n + s->fit->b + 1) + 5 * s->n;
}

static void measure_centre(void *context, size_t l)
{
    search *s = context;
    size_t d = s->fit->d;
    for (size_t side = 0; side < 2; side++) {
        const double *rows = s->rows + side * s->n * d;
        double *out = s->distances + (side * s->fit->b + l) * s->n;
        for (size_t i = 0; i < s->n; i++)
            out[i] = squared_distance(s->fit->centres + l * d, rows + i * d, d);
    }
}

static void fill_centre(void *context, size_t l)
{
    search *s = context;
    double factor = -0.5 / (s->bandwidth * s->bandwidth);
    for (size_t side = 0; side < 2; side++) {
        size_t begin = (side * s->fit->b + l) * s->n;
        for (size_t i = 0; i < s->n; i++)
            s->kernels[begin + i] = exp(factor * s->distances[begin + i]);
    }
}

static shift__ulsif_kernels kernels_of(const search *s)
{
    return (shift__ulsif_kernels){s->kernels, s->kernels + s->fit->b * s->n, s->fit->b, s->n};
}

static void try_lambda(void *context, size_t i)
{
    search *s = context;
    shift__ulsif_kernels kernels = kernels_of(s);
    s->scores[i] = shift__ulsif_score(&kernels, lambdas[i], s->work + i * work_size(s));
}

static void search_best(search *s, double median, shift__pool *pool)
{
    double best = (double)INFINITY;
    for (size_t i = 0; i < BANDWIDTHS; i++) {
        s->bandwidth = bandwidths[i] * median;
        shift__pool_run(pool, s->fit->b, fill_centre, s);
        shift__pool_run(pool, LAMBDAS, try_lambda, s);
        for (size_t j = 0; j < LAMBDAS; j++) {
            if (!(s->scores[j] < best))
                continue;
            best = s->scores[j];
            s->fit->bandwidth = s->bandwidth;
            s->fit->lambda = lambdas[j];
        }
    }
    s->bandwidth = s->fit->bandwidth;
    shift__pool_run(pool, s->fit->b, fill_centre, s);
}

static shift_status solve(search *s, shift_error *err)
{
    shift__ulsif *fit = s->fit;
    shift__ulsif_kernels kernels = kernels_of(s);
    if (!(fit->bandwidth > 0.0) || !factor_of(&kernels, fit->lambda, s->work))
        return shift_error_set(err, SHIFT_EINVAL, "uLSIF: the rows are all equal");
    means_of(kernels.prod, fit->b, s->n, fit->alpha);
    shift__solve_lower(s->work, fit->alpha, fit->b);
    shift__solve_lower_transposed(s->work, fit->alpha, fit->b);
    for (size_t l = 0; l < fit->b; l++)
        fit->alpha[l] = fmax(fit->alpha[l], 0.0);
    return SHIFT_OK;
}

static shift_status run(search *s, shift__pool *pool, shift_error *err)
{
    shift__ulsif *fit = s->fit;
    size_t cells = 2 * fit->b * s->n;
    shift_status status = shift__alloc(&s->distances, cells, sizeof *s->distances, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&s->kernels, cells, sizeof *s->kernels, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&s->work, LAMBDAS * work_size(s), sizeof *s->work, err);
    if (status != SHIFT_OK)
        return status;
    double middle[2];
    shift__pool_run(pool, fit->b, measure_centre, s);
    status = shift__select_middle(s->distances, cells, pool, middle, err);
    if (status == SHIFT_OK) {
        /* more than half of the distances may be 0 */
        double typical = middle[0] > 0.0 ? middle[0] : sum_of(s->distances, cells) / (double)cells;
        search_best(s, sqrt(typical), pool);
        status = solve(s, err);
    }
    return status;
}

shift_status shift__ulsif_new(shift__ulsif **out, const double *rows, size_t n, size_t d,
                              shift__pool *pool, shift_error *err)
{
    shift__ulsif *fit = NULL;
    if (n < 2)
        return shift_error_set(err, SHIFT_EINVAL, "uLSIF: fewer than two rows of each side");
    shift_status status = shift__alloc(&fit, 1, sizeof *fit, err);
    if (status != SHIFT_OK)
        return status;
    fit->b = n < SHIFT__ULSIF_CENTRES ? n : SHIFT__ULSIF_CENTRES;
    fit->d = d;
    search s = {.rows = rows, .n = n, .fit = fit};
    status = shift__alloc(&fit->centres, fit->b * d, sizeof *fit->centres, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&fit->alpha, fit->b, sizeof *fit->alpha, err);
    if (status == SHIFT_OK) {
        memcpy(fit->centres, rows + n * d, fit->b * d * sizeof *rows);
        status = run(&s, pool, err);
    }
    free(s.distances);
    free(s.kernels);
    free(s.work);
    if (status != SHIFT_OK) {
        shift__ulsif_free(fit);
        return status;
    }
    *out = fit;
    return SHIFT_OK;
}
