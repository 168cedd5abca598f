/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "profile/comoments.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "profile/kernels.h"

static size_t triangle(size_t p)
{
    return p * (p + 1) / 2;
}

static shift_status allocate(shift__comoments *c, shift_error *err)
{
    size_t padded = (c->p + 3) / 4 * 4;
    shift_status status = shift__alloc(&c->columns, c->p, sizeof *c->columns, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&c->mean, c->p, sizeof *c->mean, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&c->centre, c->p, sizeof *c->centre, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&c->products, triangle(c->p), sizeof *c->products, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&c->sums, triangle(c->p), sizeof *c->sums, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&c->block, padded * SHIFT__COMOMENTS_ROWS, sizeof *c->block, err);
    return status;
}

shift_status shift__comoments_new(shift__comoments **out, const shift_schema *schema,
                                  shift_error *err)
{
    size_t p = 0;
    for (size_t i = 0; i < shift_schema_size(schema); i++)
        p += shift_schema_kind(schema, i) == SHIFT_KIND_NUMERIC;
    *out = NULL;
    if (p == 0 || p > SHIFT__COMOMENTS_COLUMNS)
        return SHIFT_OK;
    shift__comoments *c = NULL;
    shift_status status = shift__alloc(&c, 1, sizeof *c, err);
    if (status != SHIFT_OK)
        return status;
    c->p = p;
    status = allocate(c, err);
    if (status != SHIFT_OK) {
        shift__comoments_free(c);
        return status;
    }
    for (size_t i = 0, k = 0; i < shift_schema_size(schema); i++)
        if (shift_schema_kind(schema, i) == SHIFT_KIND_NUMERIC)
            c->columns[k++] = i;
    *out = c;
    return SHIFT_OK;
}

void shift__comoments_free(shift__comoments *comoments)
{
    if (comoments == NULL)
        return;
    free(comoments->columns);
    free(comoments->mean);
    free(comoments->centre);
    free(comoments->products);
    free(comoments->sums);
    free(comoments->block);
    free(comoments);
}

/* Rows from `at` on that have all values, in `rows`; how many of at most `limit`. */
static size_t complete_rows(const shift__comoments *c, const shift_batch *batch, size_t at,
                            size_t limit, uint16_t *rows)
{
    uint8_t bad[SHIFT__COMOMENTS_ROWS] = {0};
    for (size_t k = 0; k < c->p; k++) {
        const uint8_t *states = batch->columns[c->columns[k]].states;
        if (states != NULL)
            for (size_t r = 0; r < limit; r++)
                bad[r] |= states[at + r];
    }
    size_t n = 0;
    for (size_t r = 0; r < limit; r++) {
        rows[n] = (uint16_t)r;
        n += bad[r] == SHIFT_FIELD_PRESENT;
    }
    return n;
}

/* Copy a column's values of those rows, centre them, and return the mean. Rows are padded with
 * zeros to whole lanes. */
static double centre_column(double *to, const double *from, const uint16_t *rows, size_t n,
                            size_t limit)
{
    if (n < limit) {
        for (size_t r = 0; r < n; r++)
            to[r] = from[rows[r]];
        from = to;
    }
    double mean = shift__mean(from, n, shift__sum_range(from, n).sum);
    for (size_t r = 0; r < n; r++)
        to[r] = from[r] - mean;
    for (size_t r = n; r % SHIFT__LANES != 0; r++)
        to[r] = 0;
    return mean;
}

/* Pebay's update of means and products by those of `n` other rows. */
static void absorb(shift__comoments *c, uint64_t n, const double *mean, const double *products)
{
    double a = (double)c->n;
    double b = (double)n;
    double weight = a / (a + b) * b;
    for (size_t i = 0; i < c->p; i++) {
        double di = mean[i] - c->mean[i];
        for (size_t j = 0; j <= i; j++) {
            double dj = mean[j] - c->mean[j];
            c->products[triangle(i) + j] += products[triangle(i) + j] + weight * di * dj;
        }
    }
    for (size_t i = 0; i < c->p; i++)
        c->mean[i] += mean[i] * (b / (a + b)) - c->mean[i] * (b / (a + b));
    c->n += n;
}

static void add_block(shift__comoments *c, const shift_batch *batch, size_t at, size_t limit)
{
    uint16_t rows[SHIFT__COMOMENTS_ROWS];
    size_t n = complete_rows(c, batch, at, limit, rows);
    if (n == 0)
        return;
    for (size_t k = 0; k < c->p; k++)
        c->centre[k] = centre_column(c->block + k * SHIFT__COMOMENTS_ROWS,
                                     batch->columns[c->columns[k]].numbers + at, rows, n, limit);
    size_t lanes = (n + SHIFT__LANES - 1) / SHIFT__LANES * SHIFT__LANES;
    shift__cross_products(c->block, SHIFT__COMOMENTS_ROWS, c->p, lanes, c->sums);
    absorb(c, n, c->centre, c->sums);
}

void shift__comoments_add(shift__comoments *comoments, const shift_batch *batch)
{
    for (size_t at = 0; at < batch->rows; at += SHIFT__COMOMENTS_ROWS) {
        size_t left = batch->rows - at;
        add_block(comoments, batch, at,
                  left < SHIFT__COMOMENTS_ROWS ? left : SHIFT__COMOMENTS_ROWS);
    }
}

void shift__comoments_merge(shift__comoments *dst, const shift__comoments *src, const size_t *map)
{
    if (src->n == 0)
        return;
    for (size_t i = 0; i < dst->p; i++) {
        dst->centre[i] = src->mean[map[i]];
        for (size_t j = 0; j <= i; j++) {
            size_t a = map[i] > map[j] ? map[i] : map[j];
            size_t b = map[i] > map[j] ? map[j] : map[i];
            dst->sums[triangle(i) + j] = src->products[triangle(a) + b];
        }
    }
    absorb(dst, src->n, dst->centre, dst->sums);
}
