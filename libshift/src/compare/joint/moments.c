/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/joint/moments.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "profile/comoments.h"

static void clear_side(shift__numbers *numbers, int side)
{
    free(numbers->mean[side]);
    free(numbers->comoments[side]);
    numbers->mean[side] = numbers->comoments[side] = NULL;
}

static shift_status allocate_side(shift__numbers *numbers, int side, shift_error *err)
{
    size_t p = numbers->n_use;
    clear_side(numbers, side);
    shift_status status = shift__alloc(&numbers->mean[side], p, sizeof(double), err);
    if (status == SHIFT_OK)
        status = shift__alloc(&numbers->comoments[side], p * p, sizeof(double), err);
    numbers->moments[side] =
        (shift__joint_moments){0.0, numbers->mean[side], numbers->comoments[side]};
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

static shift_status profile_moments(shift__numbers *numbers, const shift__joint_sides *sides,
                                    int side, bool *found, shift_error *err)
{
    const shift__comoments *c = shift__profile_comoments(side == 0 ? sides->train : sides->prod);
    size_t p = sides->n_numbers;
    size_t *places = NULL;
    shift_status status = allocate_side(numbers, side, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&places, p, sizeof *places, err);
    *found = status == SHIFT_OK && c != NULL && find_places(sides, side, c, places);
    for (size_t i = 0; *found && i < p; i++) {
        numbers->mean[side][i] = c->mean[places[i]];
        for (size_t j = 0; j < p; j++) {
            size_t low = places[i] < places[j] ? places[i] : places[j];
            size_t high = places[i] < places[j] ? places[j] : places[i];
            numbers->comoments[side][i * p + j] = c->products[high * (high + 1) / 2 + low];
        }
    }
    if (*found)
        numbers->moments[side].n = (double)c->n;
    free(places);
    return status;
}

static bool complete_at(const shift__joint_sides *sides, int side, size_t row, const size_t *use,
                        size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(shift__joint_number(sides, side, row, use[i])))
            return false;
    return true;
}

static void add_products(const double *x, const double *mean, size_t n, double *comoments)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            comoments[i * n + j] += (x[i] - mean[i]) * (x[j] - mean[j]);
}

static shift_status sample_moments(shift__numbers *numbers, const shift__joint_sides *sides,
                                   int side, shift_error *err)
{
    double *row = NULL;
    size_t n = numbers->n_use;
    shift_status status = allocate_side(numbers, side, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&row, n, sizeof *row, err);
    for (int pass = 0; status == SHIFT_OK && pass < 2; pass++) {
        double rows = 0.0;
        double *mean = numbers->mean[side];
        for (size_t r = 0; r < sides->samples[side].n; r++) {
            if (!complete_at(sides, side, r, numbers->use, n))
                continue;
            rows += 1.0;
            for (size_t i = 0; i < n; i++) {
                row[i] = shift__joint_number(sides, side, r, numbers->use[i]);
                mean[i] += pass == 0 ? (row[i] - mean[i]) / rows : 0.0;
            }
            if (pass == 1)
                add_products(row, mean, n, numbers->comoments[side]);
        }
        numbers->moments[side].n = rows;
    }
    free(row);
    return status;
}

/* Columns with more than this share of values missing on a side cost too many complete rows. */
static const double most_missing = 0.2;

static void choose_complete(shift__numbers *numbers, const shift__joint_sides *sides)
{
    numbers->n_use = 0;
    for (size_t i = 0; i < sides->n_numbers; i++) {
        bool too_often = false;
        for (int side = 0; side < 2; side++) {
            size_t missing = 0;
            for (size_t r = 0; r < sides->samples[side].n; r++)
                missing += (size_t)!isfinite(shift__joint_number(sides, side, r, i));
            too_often |= (double)missing > most_missing * (double)sides->samples[side].n;
        }
        if (!too_often)
            numbers->use[numbers->n_use++] = i;
    }
}

shift_status shift__numbers_init(shift__numbers *numbers, const shift__joint_sides *sides,
                                 bool for_rows, shift_error *err)
{
    bool enough = true;
    memset(numbers, 0, sizeof *numbers);
    if (sides->n_numbers > SHIFT__COMOMENTS_COLUMNS)
        return SHIFT_OK; /* everything here grows with the square */
    shift_status status = shift__alloc(&numbers->use, sides->n_numbers, sizeof *numbers->use, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < sides->n_numbers; i++)
        numbers->use[numbers->n_use++] = i;
    numbers->found = true;
    for (int side = 0; status == SHIFT_OK && side < 2; side++) {
        bool there = false;
        status = profile_moments(numbers, sides, side, &there, err);
        double rows = (double)shift_profile_rows(side == 0 ? sides->train : sides->prod);
        double least = fmax((double)sides->n_numbers + 2.0, for_rows ? 0.5 * rows : 0.0);
        enough = enough && there && numbers->moments[side].n >= least;
        numbers->found = numbers->found && there;
    }
    if (status != SHIFT_OK || enough || !shift__joint_have_samples(sides))
        return status;
    choose_complete(numbers, sides);
    if (numbers->n_use == sides->n_numbers && numbers->found)
        return SHIFT_OK;
    for (int side = 0; status == SHIFT_OK && side < 2; side++)
        status = sample_moments(numbers, sides, side, err);
    numbers->found = numbers->sampled = true;
    return status;
}

void shift__numbers_clear(shift__numbers *numbers)
{
    clear_side(numbers, 0);
    clear_side(numbers, 1);
    free(numbers->use);
}
