/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the joint statistics take from two profiles: the columns both sides have, their co-moments,
 * and sampled rows in the shape a test needs. Timestamps, identifiers and the order of the rows
 * never enter. */
#ifndef SHIFT_COMPARE_JOINT_ROWS_H
#define SHIFT_COMPARE_JOINT_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "compare/joint/basis.h"
#include "profile/sample.h"
#include "shift/profile.h"

/** A column of both schemas, of kinds that agree. */
typedef struct shift__joint_column {
    const char *name;
    size_t train, prod; /* indices in the two schemas */
    bool number;
} shift__joint_column;

/** The rows of one side's sample in random order. */
typedef struct shift__joint_sample {
    const shift__sample *sample; /* NULL where the profile has none */
    shift__sample_row *rows;
    size_t n;
} shift__joint_sample;

typedef struct shift__joint_sides {
    const shift_profile *train, *prod;
    shift__joint_column *columns; /* numbers first */
    size_t n_columns, n_numbers;
    shift__joint_sample samples[2]; /* training, production */
} shift__joint_sides;

SHIFT_CHECKED shift_status shift__joint_sides_init(shift__joint_sides *sides,
                                                   const shift_profile *train,
                                                   const shift_profile *prod, shift_error *err);
void shift__joint_sides_clear(shift__joint_sides *sides);
bool shift__joint_have_samples(const shift__joint_sides *sides); /* of both */

/** The number in a row of one side's sample, NaN where there is none; `column` of the sides'. */
double shift__joint_number(const shift__joint_sides *sides, int side, size_t row, size_t column);

/** Whether training's values of one of `n` numeric columns differ by what doubles cannot square, so
 * that moments find it constant; `use` has indices into the sides' columns. */
bool shift__joint_beyond(const shift__joint_sides *sides, const size_t *use, size_t n);

/** At most `limit` sampled rows that are complete in the basis' columns (indices into `use`, which
 * lists `columns`), standardised. Appends to `rows` (room for them) and returns how many. */
size_t shift__joint_complete_rows(const shift__joint_sides *sides, int side,
                                  const shift__basis *basis, const size_t *use, size_t limit,
                                  double *rows);

#endif
