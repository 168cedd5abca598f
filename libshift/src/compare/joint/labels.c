/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/joint/labels.h"

#include <math.h>
#include <stdlib.h>

#include "core/memory.h"
#include "core/random.h"

enum { COLUMNS = 256 /* of the matrix, that one task sums */ };

typedef struct drawing {
    shift__labels *labels;
    size_t *shuffled; /* m + n a block */
    uint64_t seed;
} drawing;

static void draw(const drawing *d, size_t number, size_t *shuffled, uint32_t *masks)
{
    size_t m = d->labels->m;
    size_t total = m + d->labels->n;
    shift__random random;
    shift__random_init(&random, d->seed, number);
    for (size_t i = 0; i < total; i++)
        shuffled[i] = i;
    for (size_t i = 0; number > 0 && i < m; i++) {
        size_t other = i + (size_t)shift__random_below(&random, total - i);
        size_t row = shuffled[other];
        shuffled[other] = shuffled[i];
        shuffled[i] = row;
    }
    size_t lane = number % SHIFT__SUBSETS;
    for (size_t i = 0; i < total; i++)
        masks[shuffled[i] * SHIFT__SUBSETS + lane] = i < m ? UINT32_MAX : 0;
}

static void draw_block(void *context, size_t block)
{
    const drawing *d = context;
    size_t total = d->labels->m + d->labels->n;
    uint32_t *masks = d->labels->masks + block * total * SHIFT__SUBSETS;
    for (size_t s = 0; s < SHIFT__SUBSETS; s++)
        draw(d, block * SHIFT__SUBSETS + s, d->shuffled + block * total, masks);
}

shift_status shift__labels_new(shift__labels **out, const shift__labelling *what, shift__pool *pool,
                               shift_error *err)
{
    size_t m = what->m;
    size_t n = what->n;
    drawing d = {NULL, NULL, what->seed};
    size_t blocks = what->permutations / SHIFT__SUBSETS + 1;
    shift_status status = shift__alloc(&d.labels, 1, sizeof *d.labels, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&d.shuffled, blocks * (m + n), sizeof *d.shuffled, err);
    if (status == SHIFT_OK) {
        *d.labels = (shift__labels){m, n, what->permutations + 1, blocks, NULL};
        d.labels->masks =
            aligned_alloc(64, blocks * (m + n) * SHIFT__SUBSETS * sizeof *d.labels->masks);
        if (d.labels->masks == NULL)
            status = shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    }
    if (status == SHIFT_OK)
        shift__pool_run(pool, blocks, draw_block, &d);
    free(d.shuffled);
    if (status != SHIFT_OK) {
        shift__labels_free(d.labels);
        return status;
    }
    *out = d.labels;
    return SHIFT_OK;
}

void shift__labels_free(shift__labels *labels)
{
    if (labels == NULL)
        return;
    free(labels->masks);
    free(labels);
}

double shift__pairs_unbiased(double m, double n, const shift__pair_sums *s)
{
    return 2.0 * s->train / (m * (m - 1.0)) + 2.0 * s->prod / (n * (n - 1.0)) -
           2.0 * s->cross / (m * n);
}

double shift__pairs_biased(double m, double n, const shift__pair_sums *s)
{
    return (2.0 * s->train + s->train_diagonal) / (m * m) +
           (2.0 * s->prod + s->prod_diagonal) / (n * n) - 2.0 * s->cross / (m * n);
}

double shift__pairs_distance(double m, double n, const shift__pair_sums *s)
{
    return -shift__pairs_biased(m, n, s);
}

typedef struct summing {
    const shift__labels *labels;
    const shift__pair_matrix *matrix;
    double *rows; /* sums over all other rows of the symmetric matrix */
    double *sums; /* 3 SHIFT__SUBSETS a block: within the subset, of its rows, of its diagonal */
} summing;

static void sum_rows(void *context, size_t block)
{
    const summing *s = context;
    const shift__triangle *t = &s->matrix->below;
    size_t begin = block * COLUMNS;
    size_t end = begin + COLUMNS < t->n ? begin + COLUMNS : t->n;
    for (size_t i = begin; i < t->n; i++) {
        const float *row = shift__triangle_row(t, i);
        for (size_t j = begin; j < end && j < i; j++)
            s->rows[j] += (double)row[j];
        for (size_t j = 0; i < end && j < i; j++)
            s->rows[i] += (double)row[j];
    }
}

static void sum_block(void *context, size_t block)
{
    const summing *s = context;
    size_t total = s->matrix->below.n;
    const uint32_t *masks = s->labels->masks + block * total * SHIFT__SUBSETS;
    double *within = s->sums + block * 3 * SHIFT__SUBSETS;
    double *rows = within + SHIFT__SUBSETS;
    double *diagonal = rows + SHIFT__SUBSETS;
    shift__subset_sums(&s->matrix->below, masks, within);
    for (size_t i = 0; i < total; i++) {
        double own = s->matrix->diagonal == NULL ? 0.0 : s->matrix->diagonal[i];
        for (size_t k = 0; k < SHIFT__SUBSETS; k++) {
            rows[k] += masks[i * SHIFT__SUBSETS + k] != 0 ? s->rows[i] : 0.0;
            diagonal[k] += masks[i * SHIFT__SUBSETS + k] != 0 ? own : 0.0;
        }
    }
}

/* Rank of the observed labelling, NaN where it has no value: what is not within or across is within
 * the other subset. */
static double rank_observed(const summing *s, shift__pair_statistic *statistic)
{
    const shift__labels *labels = s->labels;
    double all = 0.0;
    double all_diagonal = 0.0;
    for (size_t i = 0; i < s->matrix->below.n; i++) {
        all += s->rows[i] / 2.0;
        all_diagonal += s->matrix->diagonal == NULL ? 0.0 : s->matrix->diagonal[i];
    }
    double observed = 0.0;
    size_t as_far = 0;
    for (size_t b = 0; b < labels->count; b++) {
        const double *sums = s->sums + b / SHIFT__SUBSETS * 3 * SHIFT__SUBSETS + b % SHIFT__SUBSETS;
        double within = sums[0];
        double cross = sums[SHIFT__SUBSETS] - 2.0 * within;
        double diagonal = sums[(size_t)2 * SHIFT__SUBSETS];
        shift__pair_sums pairs = {within, all - within - cross, cross, diagonal,
                                  all_diagonal - diagonal};
        double value = statistic((double)labels->m, (double)labels->n, &pairs);
        if (b == 0)
            observed = value;
        as_far += value >= observed;
    }
    return isnan(observed) ? (double)NAN : (double)as_far / (double)labels->count;
}

shift_status shift__labels_p_value(const shift__labels *labels, const shift__pair_matrix *matrix,
                                   shift__pair_statistic *statistic, shift__pool *pool, double *p,
                                   shift_error *err)
{
    size_t n = matrix->below.n;
    summing s = {labels, matrix, NULL, NULL};
    shift_status status = shift__alloc(&s.rows, n, sizeof *s.rows, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&s.sums, labels->blocks * 3 * SHIFT__SUBSETS, sizeof *s.sums, err);
    if (status == SHIFT_OK) {
        shift__pool_run(pool, (n + COLUMNS - 1) / COLUMNS, sum_rows, &s);
        shift__pool_run(pool, labels->blocks, sum_block, &s);
        *p = rank_observed(&s, statistic);
    }
    free(s.rows);
    free(s.sums);
    return status;
}
