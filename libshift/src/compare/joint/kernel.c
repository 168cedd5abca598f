/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The squared distances of all pairs are computed once, as a packed triangle of doubles. The median
 * is found in it by counting; then each row is replaced, in place, by its kernel values and its
 * distances as floats, and all permutations run over these. Values are summed in double precision;
 * the floats decide only the rank of the observed value among the permuted ones. */
#include "compare/joint/kernel.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "compare/joint/distance.h"
#include "compare/joint/select.h"
#include "core/memory.h"

enum { BAND = 16 /* rows of one task */ };

typedef struct work {
    size_t p, m, total;
    double *points;  /* the rows, in tiles */
    double *squares; /* row i has i elements from i (i - 1) / 2 on; later 2 i floats */
    double inverse;  /* 1 / (2 s^2); 0 where s is 0 */
    shift__pair_sums *kernel_parts, *distance_parts; /* of the pairs (i, j < i), a row */
} work;

static double *square_row(const work *w, size_t i)
{
    return w->squares + (i > 0 ? i * (i - 1) / 2 : 0);
}

static void fill_band(void *context, size_t band)
{
    const work *w = context;
    shift__points points = {w->points, w->total, w->p};
    size_t end = (band + 1) * BAND < w->total ? (band + 1) * BAND : w->total;
    for (size_t i = band * BAND; i < end; i += SHIFT__POINTS_AT_ONCE) {
        double *out[SHIFT__POINTS_AT_ONCE] = {NULL};
        size_t n = end - i < SHIFT__POINTS_AT_ONCE ? end - i : SHIFT__POINTS_AT_ONCE;
        for (size_t r = 0; r < n; r++)
            out[r] = square_row(w, i + r);
        shift__square_distances(&points, i, n, out);
    }
}

/* Sums of a row below the diagonal, over the columns of training and those of production. */
static shift__pair_sums part_of(const work *w, size_t i, double train, double prod)
{
    shift__pair_sums sums = {0};
    if (i < w->m) {
        sums.train = train;
    } else {
        sums.cross = train;
        sums.prod = prod;
    }
    return sums;
}

static void convert_row(const work *w, size_t i, double *row)
{
    memcpy(row, square_row(w, i), i * sizeof *row);
    float *kernel = (float *)(void *)square_row(w, i);
    float *distance = kernel + i;
    size_t split = i < w->m ? i : w->m; /* columns of training */
    double sums[2][2] = {{0}};
    for (int part = 0; part < 2; part++)
        for (size_t j = part == 0 ? 0 : split; j < (part == 0 ? split : i); j++) {
            double k = exp(-row[j] * w->inverse);
            double d = sqrt(row[j]);
            kernel[j] = (float)k;
            distance[j] = (float)d;
            sums[0][part] += k;
            sums[1][part] += d;
        }
    w->kernel_parts[i] = part_of(w, i, sums[0][0], sums[0][1]);
    w->distance_parts[i] = part_of(w, i, sums[1][0], sums[1][1]);
}

static void convert_band(void *context, size_t band)
{
    const work *w = context;
    double row[SHIFT__KERNEL_ROWS];
    for (size_t i = band * BAND; i < w->total && i < (band + 1) * BAND; i++)
        convert_row(w, i, row);
}

static shift__pair_sums total_of(const shift__pair_sums *parts, size_t n)
{
    shift__pair_sums sum = {0};
    for (size_t i = 0; i < n; i++) {
        sum.train += parts[i].train;
        sum.prod += parts[i].prod;
        sum.cross += parts[i].cross;
    }
    return sum;
}

static shift_status check_input(const shift__kernel_input *input, shift_error *err)
{
    size_t m = input->labels->m;
    size_t n = input->labels->n;
    if (m < 2 || n < 2)
        return shift_error_set(err, SHIFT_EINVAL, "fewer than two complete rows in a sample");
    if (m > SHIFT__KERNEL_ROWS || n > SHIFT__KERNEL_ROWS - m)
        return shift_error_set(err, SHIFT_EINVAL, "more than %d rows", (int)SHIFT__KERNEL_ROWS);
    return SHIFT_OK;
}

static shift_status work_init(work *w, const shift__kernel_input *input, shift_error *err)
{
    *w = (work){.p = input->p, .m = input->labels->m, .total = input->labels->m + input->labels->n};
    size_t pairs = w->total * (w->total - 1) / 2;
    shift_status status =
        shift__alloc(&w->points, shift__points_size(w->total, w->p), sizeof(double), err);
    if (status == SHIFT_OK)
        status = shift__alloc(&w->squares, pairs, sizeof(double), err);
    if (status == SHIFT_OK)
        status = shift__alloc(&w->kernel_parts, 2 * w->total, sizeof(shift__pair_sums), err);
    if (status != SHIFT_OK)
        return status;
    w->distance_parts = w->kernel_parts + w->total;
    for (size_t i = 0; i < w->total; i++)
        for (size_t k = 0; k < w->p; k++)
            w->points[shift__points_place(w->p, i, k)] = input->rows[i * w->p + k];
    return SHIFT_OK;
}

static void work_clear(work *w)
{
    free(w->points);
    free(w->squares);
    free(w->kernel_parts);
}

/* Values and p-values once the triangle holds floats. */
static shift_status conclude(const work *w, const shift__labels *labels, shift__pool *pool,
                             shift__kernel_result *out, shift_error *err)
{
    double m = (double)labels->m;
    double n = (double)labels->n;
    shift__pair_sums kernel = total_of(w->kernel_parts, w->total);
    shift__pair_sums distance = total_of(w->distance_parts, w->total);
    const float *values = (const float *)(const void *)w->squares;
    out->energy = shift__pairs_distance(m, n, &distance);
    shift__pair_matrix distances = {{values, w->total, 2, 1}, NULL};
    shift_status status =
        shift__labels_p_value(labels, &distances, shift__pairs_distance, pool, &out->energy_p, err);
    out->mmd = out->mmd_v = out->mmd_p = (double)NAN;
    if (status != SHIFT_OK || !(out->bandwidth > 0.0))
        return status;
    out->mmd = shift__pairs_unbiased(m, n, &kernel);
    kernel.train_diagonal = m;
    kernel.prod_diagonal = n;
    out->mmd_v = shift__pairs_biased(m, n, &kernel);
    shift__pair_matrix kernels = {{values, w->total, 2, 0}, NULL};
    return shift__labels_p_value(labels, &kernels, shift__pairs_unbiased, pool, &out->mmd_p, err);
}

shift_status shift__kernel_tests(const shift__kernel_input *input, shift__pool *pool,
                                 shift__kernel_result *out, shift_error *err)
{
    work w = {0};
    double middle[2];
    shift_status status = check_input(input, err);
    if (status == SHIFT_OK)
        status = work_init(&w, input, err);
    if (status != SHIFT_OK)
        goto out;
    size_t bands = (w.total + BAND - 1) / BAND;
    shift__pool_run(pool, bands, fill_band, &w);
    status = shift__progress_check(shift__pool_progress(pool), err);
    if (status == SHIFT_OK)
        status = shift__select_middle(w.squares, w.total * (w.total - 1) / 2, pool, middle, err);
    if (status != SHIFT_OK)
        goto out;
    out->bandwidth = (sqrt(middle[0]) + sqrt(middle[1])) / 2.0;
    if (out->bandwidth > 0.0)
        w.inverse = 1.0 / (2.0 * out->bandwidth * out->bandwidth);
    shift__pool_run(pool, bands, convert_band, &w);
    status = shift__progress_check(shift__pool_progress(pool), err);
    if (status == SHIFT_OK)
        status = conclude(&w, input->labels, pool, out, err);
out:
    work_clear(&w);
    return status;
}
