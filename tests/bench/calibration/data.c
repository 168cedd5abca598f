/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random columns of the calibration protocol. */
#include "data.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double few_shares[FEW_LEVELS] = {0.40, 0.25, 0.20, 0.10, 0.05};
static const double few_change[FEW_LEVELS] = {-0.04, 0.0, 0.0, 0.02, 0.02};

bool is_category(size_t column)
{
    return column % SET >= SET_NUMBERS;
}

size_t touched(known_shift shift)
{
    return shift.kind == MIX_SHIFT ? SET_NUMBERS : 0;
}

void table_free(table *t)
{
    for (size_t i = 0; i < t->columns; i++) {
        if (t->numbers != NULL)
            free(t->numbers[i]);
        if (t->levels != NULL)
            free(t->levels[i]);
    }
    free(t->numbers);
    free(t->levels);
    memset(t, 0, sizeof *t);
}

bool table_new(table *t, size_t rows, size_t columns)
{
    *t = (table){rows, columns, calloc(columns, sizeof *t->numbers),
                 calloc(columns, sizeof *t->levels)};
    bool good = t->numbers != NULL && t->levels != NULL;
    for (size_t i = 0; good && i < columns; i++) {
        if (is_category(i))
            good = (t->levels[i] = malloc(rows)) != NULL;
        else
            good = (t->numbers[i] = malloc(rows * sizeof *t->numbers[i])) != NULL;
    }
    if (!good)
        table_free(t);
    return good;
}

static double draw(size_t place, gsl_rng *random)
{
    switch (place) {
    case 4:
    case 5:
        return exp(gsl_ran_gaussian_ziggurat(random, 1.0));
    case 6:
        return gsl_ran_tdist(random, 3.0);
    case 7:
        return gsl_ran_poisson(random, 2.0);
    case 8:
        return gsl_rng_uniform(random) < 0.9 ? 0.0 : gsl_ran_exponential(random, 1.0);
    case 9:
        return gsl_rng_uniform(random);
    default:
        return gsl_ran_gaussian_ziggurat(random, 1.0);
    }
}

static void fill_numbers(table *t, size_t column, gsl_rng *random)
{
    for (size_t r = 0; r < t->rows; r++)
        t->numbers[column][r] = draw(column % SET, random);
}

/* Cumulative shares of a column's levels, the last one 1; their number */
static size_t level_limits(size_t column, double change, double *upto)
{
    bool few = column % SET == SET_NUMBERS;
    size_t levels = few ? FEW_LEVELS : MANY_LEVELS;
    double sum = 0.0;
    for (size_t k = 0; k < levels; k++) {
        sum += few ? few_shares[k] + change * few_change[k] : 1.0 / (double)(k + 1);
        upto[k] = sum;
    }
    for (size_t k = 0; k < levels; k++)
        upto[k] /= sum;
    return levels;
}

static unsigned char level_at(const double *upto, size_t levels, double u)
{
    size_t k = 0;
    while (k + 1 < levels && u >= upto[k])
        k++;
    return (unsigned char)k;
}

static void fill_levels(table *t, size_t column, double change, gsl_rng *random)
{
    double upto[MANY_LEVELS] = {0.0};
    size_t levels = level_limits(column, change, upto);
    for (size_t r = 0; r < t->rows; r++)
        t->levels[column][r] = level_at(upto, levels, gsl_rng_uniform(random));
}

static void apply_shift(double *x, size_t rows, known_shift shift, gsl_rng *random)
{
    for (size_t r = 0; r < rows; r++) {
        if (shift.kind == MEAN_SHIFT)
            x[r] += shift.size;
        if (shift.kind == VARIANCE_SHIFT)
            x[r] *= sqrt(shift.size);
        if (shift.kind == CONTAMINATION && gsl_rng_uniform(random) < shift.size)
            x[r] = 5.0;
    }
}

void table_fill(table *t, known_shift shift, gsl_rng *random)
{
    for (size_t i = 0; i < t->columns; i++) {
        if (!is_category(i))
            fill_numbers(t, i, random);
        else
            fill_levels(t, i, shift.kind == MIX_SHIFT && i == SET_NUMBERS ? shift.size : 0.0,
                        random);
    }
    apply_shift(t->numbers[0], t->rows, shift, random);
}

static double poisson_quantile(double u)
{
    unsigned k = 0;
    while (k < 30 && gsl_cdf_poisson_P(k, 2.0) < u)
        k++;
    return k;
}

/* The value at the place that z has among normal values */
static double at_place(size_t place, double z)
{
    double u = gsl_cdf_ugaussian_P(z);
    switch (place) {
    case 4:
    case 5:
        return exp(z);
    case 6:
        return gsl_cdf_tdist_Pinv(u, 3.0);
    case 7:
        return poisson_quantile(u);
    case 8:
        return u < 0.9 ? 0.0 : -log((1.0 - u) / 0.1);
    case 9:
        return u;
    default:
        return z;
    }
}

void table_fill_series(table *t, double rho, known_shift shift, gsl_rng *random)
{
    double innovation = sqrt(1.0 - rho * rho);
    double upto[MANY_LEVELS] = {0.0};
    for (size_t i = 0; i < t->columns; i++) {
        double change = shift.kind == MIX_SHIFT && i == SET_NUMBERS ? shift.size : 0.0;
        size_t levels = is_category(i) ? level_limits(i, change, upto) : 0;
        double z = gsl_ran_gaussian_ziggurat(random, 1.0);
        for (size_t r = 0; r < t->rows; r++) {
            if (is_category(i))
                t->levels[i][r] = level_at(upto, levels, gsl_cdf_ugaussian_P(z));
            else
                t->numbers[i][r] = at_place(i % SET, z);
            z = rho * z + innovation * gsl_ran_gaussian_ziggurat(random, 1.0);
        }
    }
    apply_shift(t->numbers[0], t->rows, shift, random);
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static int compare_bytes(const void *a, const void *b)
{
    return *(const unsigned char *)a - *(const unsigned char *)b;
}

void table_sort(table *t)
{
    for (size_t i = 0; i < t->columns; i++) {
        if (is_category(i))
            qsort(t->levels[i], t->rows, 1, compare_bytes);
        else
            qsort(t->numbers[i], t->rows, sizeof *t->numbers[i], compare_doubles);
    }
}

gsl_rng *stream_new(uint64_t section, uint64_t repetition)
{
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    if (random != NULL) {
        uint64_t x = section * 0x9e3779b97f4a7c15u + repetition + 1; /* splitmix64's finaliser */
        x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
        x = (x ^ x >> 27) * 0x94d049bb133111ebu;
        gsl_rng_set(random, (unsigned long)((x ^ x >> 31) & 0xffffffffu));
    }
    return random;
}
