/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A value is looked at as the number of the quantile that it is behind, so heavy tails do not
 * matter, and sums of products are whole numbers. */
#include "compare/joint/screen.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "compare/joint/gram.h"
#include "core/memory.h"

enum {
    QUANTILES = 16,
    MIDDLE = QUANTILES / 2,
    MISSING = QUANTILES + 1, /* the last bin; bin 0 is below the first quantile */
    BINS = MISSING + 1,
    AT_ONCE = 512,  /* columns */
    PROBED = 256,   /* rows that the quantiles are taken from */
    RELATED = 512,  /* columns whose correlations are looked at */
    RELATING = 1200 /* rows of either label that they are taken from */
};

typedef struct screen {
    const shift__table *table;
    const float *labels;
    float *begin;        /* columns times QUANTILES: where the bins from 1 on begin */
    unsigned char *bins; /* of the table's values */
    uint32_t *counts;    /* 2 x BINS a column: rows of either label */
    double *score;       /* a column */
    bool *taken;         /* a column */
    size_t related[RELATED], n_related;
} screen;

static void clear(screen *s)
{
    free(s->begin);
    free(s->bins);
    free(s->counts);
    free(s->score);
    free(s->taken);
}

static shift_status allocate(screen *s, shift_error *err)
{
    size_t columns = s->table->columns;
    shift_status status = shift__alloc(&s->begin, columns * QUANTILES, sizeof *s->begin, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&s->bins, columns * s->table->rows, sizeof *s->bins, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&s->counts, columns * 2 * BINS, sizeof *s->counts, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&s->score, columns, sizeof *s->score, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&s->taken, columns, sizeof *s->taken, err);
    return status;
}

static int by_value(const void *a, const void *b)
{
    const float *x = a;
    const float *y = b;
    return (*x > *y) - (*x < *y);
}

static void place_bins(const screen *s)
{
    const shift__table *t = s->table;
    size_t step = t->rows / PROBED + 1;
    for (size_t c = 0; c < t->columns; c++) {
        float probed[PROBED];
        size_t n = 0;
        for (size_t r = 0; r < t->rows; r += step)
            if (!isnan(t->values[r * t->columns + c]))
                probed[n++] = t->values[r * t->columns + c];
        qsort(probed, n, sizeof *probed, by_value);
        for (size_t k = 0; n > 0 && k < QUANTILES; k++)
            s->begin[k * t->columns + c] = probed[(2 * k + 1) * n / ((size_t)2 * QUANTILES)];
    }
}

/* All columns of a row at once, which the compiler turns into vectors. */
static void fill_bins(const screen *s)
{
    size_t columns = s->table->columns;
    int32_t below[AT_ONCE];
    for (size_t r = 0; r < s->table->rows; r++)
        for (size_t first = 0; first < columns; first += AT_ONCE) {
            const float *x = s->table->values + r * columns + first;
            size_t n = columns - first < AT_ONCE ? columns - first : AT_ONCE;
            memset(below, 0, sizeof below);
            for (size_t k = 0; k < QUANTILES; k++) {
                const float *begin = s->begin + k * columns + first;
                for (size_t i = 0; i < n; i++)
                    below[i] += x[i] >= begin[i];
            }
            for (size_t i = 0; i < n; i++)
                s->bins[r * columns + first + i] = isnan(x[i]) ? MISSING : (unsigned char)below[i];
        }
}

static void count(const screen *s)
{
    size_t columns = s->table->columns;
    for (size_t r = 0; r < s->table->rows; r++) {
        uint32_t *counts = s->counts + (s->labels[r] > 0.5f ? BINS : 0);
        for (size_t c = 0; c < columns; c++)
            counts[c * 2 * BINS + s->bins[r * columns + c]]++;
    }
}

static double kuiper(const uint32_t *counts, double zeros, double ones)
{
    double difference = 0.0;
    double above = 0.0;
    double below = 0.0;
    for (size_t i = 0; i < BINS; i++) {
        difference += counts[BINS + i] / ones - counts[i] / zeros;
        above = fmax(above, difference);
        below = fmin(below, difference);
    }
    return above - below;
}

/* The n with the highest scores of those that are not taken yet. */
static void take_best(const screen *s, bool *taken, size_t n)
{
    size_t columns = s->table->columns;
    for (size_t k = 0; k < n && k < columns; k++) {
        size_t best = columns;
        for (size_t c = 0; c < columns; c++)
            if (!taken[c] && (best == columns || s->score[c] > s->score[best]))
                best = c;
        taken[best] = true;
    }
}

static shift_status choose_related(screen *s, shift_error *err)
{
    bool *chosen = NULL;
    shift_status status = shift__alloc(&chosen, s->table->columns, sizeof *chosen, err);
    if (status != SHIFT_OK)
        return status;
    take_best(s, chosen, RELATED);
    for (size_t c = 0; c < s->table->columns; c++)
        if (chosen[c])
            s->related[s->n_related++] = c;
    free(chosen);
    return SHIFT_OK;
}

/* The bins of the related columns (rows of `width`), of rows of one label, evenly from all of them.
 * What is missing is in the middle. */
static size_t encode(const screen *s, bool label, size_t width, float *codes)
{
    size_t columns = s->table->columns;
    size_t all = 0;
    for (size_t r = 0; r < s->table->rows; r++)
        all += (s->labels[r] > 0.5f) == label;
    size_t most = all < RELATING ? all : RELATING;
    size_t n = 0;
    for (size_t r = 0, i = 0; r < s->table->rows; r++) {
        if ((s->labels[r] > 0.5f) != label || i++ * most / all < n)
            continue;
        const unsigned char *row = s->bins + r * columns;
        for (size_t k = 0; k < s->n_related; k++) {
            unsigned char bin = row[s->related[k]];
            codes[n * width + k] = (float)(bin == MISSING ? MIDDLE : bin);
        }
        n++;
    }
    return n;
}

/* From sums of products to correlations (above the diagonal), 0 with a column that is constant. */
static void correlate(float *products, const float *codes, size_t rows, size_t width)
{
    double sum[RELATED] = {0.0};
    float mean[RELATED];
    float scale[RELATED];
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < width; i++)
            sum[i] += (double)codes[r * width + i];
    for (size_t i = 0; i < width; i++) {
        double variance =
            (double)products[i * width + i] / (double)rows - pow(sum[i] / (double)rows, 2.0);
        mean[i] = (float)(sum[i] / (double)rows);
        scale[i] = variance > 1e-6 ? (float)(1.0 / sqrt(variance)) : 0.0f;
    }
    for (size_t i = 0; i < width; i++)
        for (size_t j = i + 1; j < width; j++)
            products[i * width + j] =
                (products[i * width + j] / (float)rows - mean[i] * mean[j]) * scale[i] * scale[j];
}

/* The scores become sums of squares of the changes of the correlations. */
static shift_status score_correlations(const screen *s, shift_error *err)
{
    size_t width = (s->n_related + SHIFT__GRAM_LANES - 1) / SHIFT__GRAM_LANES * SHIFT__GRAM_LANES;
    float *codes = NULL;
    float *products = NULL;
    shift_status status = shift__alloc(&codes, RELATING * width, sizeof *codes, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&products, 2 * width * width, sizeof *products, err);
    if (status != SHIFT_OK)
        goto out;
    for (size_t label = 0; label < 2; label++) {
        size_t rows = encode(s, label == 1, width, codes);
        shift__gram(products + label * width * width, codes, rows, width);
        correlate(products + label * width * width, codes, rows, width);
    }
    for (size_t c = 0; c < s->table->columns; c++)
        s->score[c] = 0.0;
    for (size_t i = 0; i < s->n_related; i++)
        for (size_t j = i + 1; j < s->n_related; j++) {
            double change = (double)(products[(width + i) * width + j] - products[i * width + j]);
            s->score[s->related[i]] += change * change;
            s->score[s->related[j]] += change * change;
        }
out:
    free(codes);
    free(products);
    return status;
}

shift_status shift__screen(size_t *chosen, size_t n, const shift__table *table, const float *labels,
                           shift_error *err)
{
    screen s = {.table = table, .labels = labels};
    shift_status status = allocate(&s, err);
    if (status != SHIFT_OK)
        goto out;
    place_bins(&s);
    fill_bins(&s);
    count(&s);
    double ones = 0.0;
    for (size_t r = 0; r < table->rows; r++)
        ones += labels[r] > 0.5f ? 1.0 : 0.0;
    for (size_t c = 0; c < table->columns; c++)
        s.score[c] = kuiper(s.counts + c * 2 * BINS, (double)table->rows - ones, ones);
    take_best(&s, s.taken, n - n / 2);
    status = choose_related(&s, err);
    if (status == SHIFT_OK)
        status = score_correlations(&s, err);
    if (status != SHIFT_OK)
        goto out;
    take_best(&s, s.taken, n / 2);
    for (size_t c = 0, k = 0; c < table->columns; c++)
        if (s.taken[c])
            chosen[k++] = c;
out:
    clear(&s);
    return status;
}
