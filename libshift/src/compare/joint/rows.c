/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/joint/rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "profile/feature.h"
#include "profile/pending.h"

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
    shift_status status = shift__profile_settled(train, err);
    if (status == SHIFT_OK)
        status = shift__profile_settled(prod, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&sides->columns, shift_schema_size(shift_profile_schema(train)),
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

bool shift__joint_have_samples(const shift__joint_sides *sides)
{
    return sides->samples[0].sample != NULL && sides->samples[1].sample != NULL;
}

double shift__joint_number(const shift__joint_sides *sides, int side, size_t row, size_t column)
{
    const shift__joint_sample *s = &sides->samples[side];
    const shift__joint_column *c = &sides->columns[column];
    return shift__sample_number(s->sample, s->rows[row].slot, side == 0 ? c->train : c->prod);
}

bool shift__joint_beyond(const shift__joint_sides *sides, const size_t *use, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t column = sides->columns[use[i]].train;
        const shift__moments *m = &shift__profile_feature(sides->train, column)->moments;
        double range = m->maximum - m->minimum;
        double square = range * range;
        if (range > 0.0 && (!isnormal(square) || !isfinite(square * (double)m->n)))
            return true;
    }
    return false;
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
            double x = shift__joint_number(sides, side, r, use[basis->columns[i]]);
            if (!isfinite(x))
                break;
            row[i] = (x - basis->center[i]) / basis->scale[i];
        }
        n += i == basis->p;
    }
    return n;
}
