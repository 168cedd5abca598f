/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/joint/rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "profile/comoments.h"

static bool is_text(shift_kind kind)
{
    return kind == SHIFT_KIND_CATEGORICAL || kind == SHIFT_KIND_BOOLEAN;
}

static void add_columns(shift__joint_sides *s, bool numbers)
{
    const shift_schema *ours = shift_profile_schema(s->train);
    const shift_schema *theirs = shift_profile_schema(s->prod);
    for (size_t i = 0; i < shift_schema_size(ours); i++) {
        shift_kind kind = shift_schema_kind(ours, i);
        size_t k = shift_schema_find(theirs, shift_schema_name(ours, i));
        if (k == SIZE_MAX || shift_profile_absent(s->prod, k) || shift_profile_absent(s->train, i))
            continue;
        shift_kind other = shift_schema_kind(theirs, k);
        bool number = kind == SHIFT_KIND_NUMERIC && other == SHIFT_KIND_NUMERIC;
        if (number == numbers && (number || (is_text(kind) && is_text(other))))
            s->columns[s->n_columns++] =
                (shift__joint_column){shift_schema_name(ours, i), i, k, number};
    }
    if (numbers)
        s->n_numbers = s->n_columns;
}

shift_status shift__joint_sides_init(shift__joint_sides *sides, const shift_profile *train,
                                     const shift_profile *prod, shift_error *err)
{
    const shift_profile *profiles[2] = {train, prod};
    memset(sides, 0, sizeof *sides);
    sides->train = train;
    sides->prod = prod;
    shift_status status =
        shift__alloc(&sides->columns, shift_schema_size(shift_profile_schema(train)),
                     sizeof *sides->columns, err);
    if (status != SHIFT_OK)
        return status;
    add_columns(sides, true);
    add_columns(sides, false);
    for (int side = 0; status == SHIFT_OK && side < 2; side++) {
        shift__joint_sample *s = &sides->samples[side];
        s->sample = shift__profile_sample(profiles[side]);
        if (s->sample != NULL)
            status = shift__sample_rows(s->sample, &s->rows, &s->n, err);
    }
    return status;
}

void shift__joint_sides_clear(shift__joint_sides *sides)
{
    free(sides->columns);
    free(sides->samples[0].rows);
    free(sides->samples[1].rows);
}

void shift__joint_side_moments_clear(shift__joint_side_moments *moments)
{
    free(moments->mean);
    free(moments->comoments);
}

static shift_status allocate_moments(shift__joint_side_moments *out, size_t p, shift_error *err)
{
    memset(out, 0, sizeof *out);
    shift_status status = shift__alloc(&out->mean, p, sizeof *out->mean, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&out->comoments, p * p, sizeof *out->comoments, err);
    out->moments = (shift__joint_moments){0.0, out->mean, out->comoments};
    return status;
}

static size_t place_of(const shift__comoments *c, size_t column)
{
    for (size_t i = 0; i < c->p; i++)
        if (c->columns[i] == column)
            return i;
    return SIZE_MAX;
}

/* Where the profile's co-moments have each number column; false where one is not there. */
static bool find_places(const shift__joint_sides *sides, int side, const shift__comoments *c,
                        size_t *places)
{
    for (size_t i = 0; i < sides->n_numbers; i++) {
        const shift__joint_column *column = &sides->columns[i];
        places[i] = place_of(c, side == 0 ? column->train : column->prod);
        if (places[i] == SIZE_MAX)
            return false;
    }
    return true;
}

static void copy_moments(const shift__comoments *c, const size_t *places, size_t p,
                         shift__joint_side_moments *out)
{
    for (size_t i = 0; i < p; i++) {
        out->mean[i] = c->mean[places[i]];
        for (size_t j = 0; j < p; j++) {
            size_t low = places[i] < places[j] ? places[i] : places[j];
            size_t high = places[i] < places[j] ? places[j] : places[i];
            out->comoments[i * p + j] = c->products[high * (high + 1) / 2 + low];
        }
    }
    out->moments.n = (double)c->n;
}

shift_status shift__joint_profile_moments(const shift__joint_sides *sides, int side,
                                          shift__joint_side_moments *out, bool *found,
                                          shift_error *err)
{
    const shift__comoments *c = shift__profile_comoments(side == 0 ? sides->train : sides->prod);
    size_t p = sides->n_numbers;
    size_t *places = NULL;
    shift_status status = allocate_moments(out, p, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&places, p, sizeof *places, err);
    *found = status == SHIFT_OK && c != NULL && find_places(sides, side, c, places);
    if (*found)
        copy_moments(c, places, p, out);
    free(places);
    return status;
}

/* A row's number in one of the sides' columns. */
static double number_at(const shift__joint_sides *sides, int side, size_t row, size_t column)
{
    const shift__joint_sample *s = &sides->samples[side];
    const shift__joint_column *c = &sides->columns[column];
    return shift__sample_number(s->sample, s->rows[row].slot, side == 0 ? c->train : c->prod);
}

static bool complete_at(const shift__joint_sides *sides, int side, size_t row, const size_t *use,
                        size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(number_at(sides, side, row, use[i])))
            return false;
    return true;
}

static void add_products(const double *x, size_t n, shift__joint_side_moments *out)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            out->comoments[i * n + j] += (x[i] - out->mean[i]) * (x[j] - out->mean[j]);
}

shift_status shift__joint_sample_moments(const shift__joint_sides *sides, int side,
                                         const size_t *use, size_t n,
                                         shift__joint_side_moments *out, shift_error *err)
{
    double *row = NULL;
    shift_status status = allocate_moments(out, n, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&row, n, sizeof *row, err);
    const shift__joint_sample *s = &sides->samples[side];
    for (int pass = 0; status == SHIFT_OK && pass < 2; pass++) {
        out->moments.n = 0.0;
        for (size_t r = 0; r < s->n; r++) {
            if (!complete_at(sides, side, r, use, n))
                continue;
            out->moments.n += 1.0;
            for (size_t i = 0; i < n; i++) {
                row[i] = number_at(sides, side, r, use[i]);
                out->mean[i] += pass == 0 ? (row[i] - out->mean[i]) / out->moments.n : 0.0;
            }
            if (pass == 1)
                add_products(row, n, out);
        }
    }
    free(row);
    return status;
}

size_t shift__joint_complete_rows(const shift__joint_sides *sides, int side,
                                  const shift__basis *basis, const size_t *use, size_t limit,
                                  double *rows)
{
    size_t n = 0;
    const shift__joint_sample *s = &sides->samples[side];
    for (size_t r = 0; r < s->n && n < limit; r++) {
        double *row = rows + n * basis->p;
        size_t i = 0;
        for (; i < basis->p; i++) {
            double x = number_at(sides, side, r, use[basis->columns[i]]);
            if (!isfinite(x))
                break;
            row[i] = (x - basis->center[i]) / basis->scale[i];
        }
        n += i == basis->p;
    }
    return n;
}
