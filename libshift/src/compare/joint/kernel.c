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
#include "compare/joint/subset.h"
#include "core/memory.h"
#include "core/random.h"

enum {
    BAND = 16,    /* rows of one task */
    COLUMNS = 256 /* columns of the matrix that one task sums */
};

/* Sums over pairs of rows: both in training, both in production, one of each. */
typedef struct pair_sums {
    double train, prod, cross;
} pair_sums;

typedef struct work {
    size_t p, m, n, total;
    double *columns; /* p x total: the rows, transposed */
    double *squares; /* row i has i elements from i (i - 1) / 2 on; later 2 i floats */
    double inverse;  /* 1 / (2 s^2); 0 where s is 0 */
    pair_sums *kernel_parts, *distance_parts; /* of the pairs (i, j < i), a row */
    double *kernel_rows, *distance_rows;      /* sums over all other rows, in floats' precision */
    size_t labellings, blocks; /* the observed one first; in blocks of SHIFT__SUBSETS */
    uint64_t seed;
    uint32_t *masks;
    size_t *shuffled; /* total a block */
    double *sums;     /* 4 x SHIFT__SUBSETS a block: within, and over all rows; kernel, distance */
} work;

static double *square_row(const work *w, size_t i)
{
    return w->squares + (i > 0 ? i * (i - 1) / 2 : 0);
}

static void fill_band(void *context, size_t band)
{
    const work *w = context;
    shift__points points = {w->columns, w->total, w->p};
    for (size_t i = band * BAND; i < w->total && i < (band + 1) * BAND; i++)
        shift__square_distances(&points, i, square_row(w, i));
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
    bool train = i < w->m;
    w->kernel_parts[i] =
        train ? (pair_sums){sums[0][0], 0.0, 0.0} : (pair_sums){0.0, sums[0][1], sums[0][0]};
    w->distance_parts[i] =
        train ? (pair_sums){sums[1][0], 0.0, 0.0} : (pair_sums){0.0, sums[1][1], sums[1][0]};
}

static void convert_band(void *context, size_t band)
{
    const work *w = context;
    double row[SHIFT__KERNEL_ROWS];
    for (size_t i = band * BAND; i < w->total && i < (band + 1) * BAND; i++)
        convert_row(w, i, row);
}

static shift__triangle triangle(const work *w, bool distances)
{
    return (shift__triangle){(const float *)(const void *)w->squares, w->total, distances ? 1 : 0};
}

/* Sums of the rows of the whole symmetric matrix, for some of them. */
static void sum_rows(void *context, size_t block)
{
    const work *w = context;
    size_t begin = block * COLUMNS;
    size_t end = begin + COLUMNS < w->total ? begin + COLUMNS : w->total;
    for (int which = 0; which < 2; which++) {
        shift__triangle t = triangle(w, which == 1);
        double *sums = which == 1 ? w->distance_rows : w->kernel_rows;
        for (size_t i = begin; i < w->total; i++) {
            const float *row = shift__triangle_row(&t, i);
            for (size_t j = begin; j < end && j < i; j++)
                sums[j] += (double)row[j];
        }
        for (size_t i = begin; i < end; i++) {
            const float *row = shift__triangle_row(&t, i);
            for (size_t j = 0; j < i; j++)
                sums[i] += (double)row[j];
        }
    }
}

/* The training side of labelling `number`: m rows at random, or the first m for number 0. */
static void draw_labels(const work *w, size_t number, size_t *shuffled, uint32_t *masks)
{
    shift__random random;
    shift__random_init(&random, w->seed, number);
    for (size_t i = 0; i < w->total; i++)
        shuffled[i] = i;
    for (size_t i = 0; number > 0 && i < w->m; i++) {
        size_t other = i + (size_t)shift__random_below(&random, w->total - i);
        size_t row = shuffled[other];
        shuffled[other] = shuffled[i];
        shuffled[i] = row;
    }
    size_t lane = number % SHIFT__SUBSETS;
    for (size_t i = 0; i < w->total; i++)
        masks[shuffled[i] * SHIFT__SUBSETS + lane] = i < w->m ? UINT32_MAX : 0;
}

static void permute_block(void *context, size_t block)
{
    const work *w = context;
    size_t words = w->total * SHIFT__SUBSETS;
    uint32_t *masks = w->masks + block * words;
    for (size_t s = 0; s < SHIFT__SUBSETS; s++)
        draw_labels(w, block * SHIFT__SUBSETS + s, w->shuffled + block * w->total, masks);
    double *sums = w->sums + block * 4 * SHIFT__SUBSETS;
    for (int which = 0; which < 2; which++) {
        shift__triangle t = triangle(w, which == 1);
        const double *rows = which == 1 ? w->distance_rows : w->kernel_rows;
        double *within = sums + (size_t)which * 2 * SHIFT__SUBSETS;
        double *over = within + SHIFT__SUBSETS;
        shift__subset_sums(&t, masks, within);
        for (size_t i = 0; i < w->total; i++)
            for (size_t s = 0; s < SHIFT__SUBSETS; s++)
                over[s] += masks[i * SHIFT__SUBSETS + s] != 0 ? rows[i] : 0.0;
    }
}

static double unbiased(const work *w, pair_sums s)
{
    double m = (double)w->m;
    double n = (double)w->n;
    return 2.0 * s.train / (m * (m - 1.0)) + 2.0 * s.prod / (n * (n - 1.0)) -
           2.0 * s.cross / (m * n);
}

/* Pairs of a row with itself count with `self`. */
static double biased(const work *w, pair_sums s, double self)
{
    double m = (double)w->m;
    double n = (double)w->n;
    return (2.0 * s.train + m * self) / (m * m) + (2.0 * s.prod + n * self) / (n * n) -
           2.0 * s.cross / (m * n);
}

/* Split the sum over all pairs by what lies within the subset and what its rows sum up to. */
static pair_sums split(double within, double over, double all)
{
    double cross = over - 2.0 * within;
    return (pair_sums){within, all - within - cross, cross};
}

/* (k + 1) / (B + 1), k the labellings that are at least as far apart as the observed one. */
static double permutation_p(const work *w, bool distances)
{
    const double *rows = distances ? w->distance_rows : w->kernel_rows;
    double all = 0.0;
    for (size_t i = 0; i < w->total; i++)
        all += rows[i] / 2.0;
    double observed = 0.0;
    size_t as_far = 0;
    for (size_t b = 0; b < w->labellings; b++) {
        const double *sums = w->sums + b / SHIFT__SUBSETS * 4 * SHIFT__SUBSETS +
                             (distances ? 2 * SHIFT__SUBSETS : 0) + b % SHIFT__SUBSETS;
        pair_sums s = split(sums[0], sums[SHIFT__SUBSETS], all);
        double value = distances ? -biased(w, s, 0.0) : unbiased(w, s);
        if (b == 0)
            observed = value;
        as_far += value >= observed;
    }
    return (double)as_far / (double)w->labellings;
}

static pair_sums total_of(const pair_sums *parts, size_t n)
{
    pair_sums sum = {0.0, 0.0, 0.0};
    for (size_t i = 0; i < n; i++) {
        sum.train += parts[i].train;
        sum.prod += parts[i].prod;
        sum.cross += parts[i].cross;
    }
    return sum;
}

static shift_status allocate(work *w, const shift__kernel_input *input, shift_error *err)
{
    size_t pairs = w->total * (w->total - 1) / 2;
    shift_status status = shift__alloc(&w->columns, w->p * w->total, sizeof(double), err);
    if (status == SHIFT_OK)
        status = shift__alloc(&w->squares, pairs, sizeof(double), err);
    if (status == SHIFT_OK)
        status = shift__alloc(&w->kernel_parts, 2 * w->total, sizeof(pair_sums), err);
    if (status == SHIFT_OK)
        status = shift__alloc(&w->kernel_rows, 2 * w->total, sizeof(double), err);
    if (status == SHIFT_OK)
        status = shift__alloc(&w->shuffled, w->blocks * w->total, sizeof(size_t), err);
    if (status == SHIFT_OK)
        status = shift__alloc(&w->sums, w->blocks * 4 * SHIFT__SUBSETS, sizeof(double), err);
    if (status != SHIFT_OK)
        return status;
    w->distance_parts = w->kernel_parts + w->total;
    w->distance_rows = w->kernel_rows + w->total;
    w->masks = aligned_alloc(64, w->blocks * w->total * SHIFT__SUBSETS * sizeof(uint32_t));
    if (w->masks == NULL)
        return shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    for (size_t i = 0; i < w->total; i++)
        for (size_t k = 0; k < w->p; k++)
            w->columns[k * w->total + i] = input->rows[i * w->p + k];
    return SHIFT_OK;
}

static shift_status compute(work *w, shift__pool *pool, shift__kernel_result *out, shift_error *err)
{
    size_t bands = (w->total + BAND - 1) / BAND;
    shift__pool_run(pool, bands, fill_band, w);
    double middle[2];
    shift_status status =
        shift__select_middle(w->squares, w->total * (w->total - 1) / 2, pool, middle, err);
    if (status != SHIFT_OK)
        return status;
    out->bandwidth = (sqrt(middle[0]) + sqrt(middle[1])) / 2.0;
    if (out->bandwidth > 0.0)
        w->inverse = 1.0 / (2.0 * out->bandwidth * out->bandwidth);
    shift__pool_run(pool, bands, convert_band, w);
    shift__pool_run(pool, (w->total + COLUMNS - 1) / COLUMNS, sum_rows, w);
    shift__pool_run(pool, w->blocks, permute_block, w);
    pair_sums kernel = total_of(w->kernel_parts, w->total);
    pair_sums distance = total_of(w->distance_parts, w->total);
    bool smooth = out->bandwidth > 0.0;
    out->mmd = smooth ? unbiased(w, kernel) : (double)NAN;
    out->mmd_v = smooth ? biased(w, kernel, 1.0) : (double)NAN;
    out->mmd_p = smooth ? permutation_p(w, false) : (double)NAN;
    out->energy = -biased(w, distance, 0.0);
    out->energy_p = permutation_p(w, true);
    return SHIFT_OK;
}

shift_status shift__kernel_tests(const shift__kernel_input *input, shift__pool *pool,
                                 shift__kernel_result *out, shift_error *err)
{
    if (input->m < 2 || input->n < 2)
        return shift_error_set(err, SHIFT_EINVAL, "fewer than two complete rows in a sample");
    if (input->m > SHIFT__KERNEL_ROWS || input->n > SHIFT__KERNEL_ROWS - input->m)
        return shift_error_set(err, SHIFT_EINVAL, "more than %d rows", (int)SHIFT__KERNEL_ROWS);
    work w = {.p = input->p,
              .m = input->m,
              .n = input->n,
              .total = input->m + input->n,
              .seed = input->seed,
              .labellings = input->permutations + 1,
              .blocks = (input->permutations + SHIFT__SUBSETS) / SHIFT__SUBSETS};
    shift_status status = allocate(&w, input, err);
    if (status == SHIFT_OK)
        status = compute(&w, pool, out, err);
    free(w.columns);
    free(w.squares);
    free(w.kernel_parts);
    free(w.kernel_rows);
    free(w.shuffled);
    free(w.sums);
    free(w.masks);
    return status;
}
