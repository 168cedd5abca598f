/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the joint statistics take from two profiles: the columns both sides have, their co-moments,
 * and sampled rows in the shape a test needs. Timestamps, identifiers and the order of the rows
 * never enter. */
#ifndef SHIFT_COMPARE_JOINT_ROWS_H
#define SHIFT_COMPARE_JOINT_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "compare/joint/basis.h"
#include "compare/joint/learner.h"
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

/** Mean and co-moments of the number columns `use` (indices into `columns`) on one side; the arrays
 * belong to the caller. */
typedef struct shift__joint_side_moments {
    shift__joint_moments moments;
    double *mean, *comoments;
} shift__joint_side_moments;

/** From the profile's co-moments; *found is false where it keeps none. */
SHIFT_CHECKED shift_status shift__joint_profile_moments(const shift__joint_sides *sides, int side,
                                                        shift__joint_side_moments *out, bool *found,
                                                        shift_error *err);
/** From the complete rows of the sample, for the first n columns listed in `use`. */
SHIFT_CHECKED shift_status shift__joint_sample_moments(const shift__joint_sides *sides, int side,
                                                       const size_t *use, size_t n,
                                                       shift__joint_side_moments *out,
                                                       shift_error *err);
void shift__joint_side_moments_clear(shift__joint_side_moments *moments);

/** At most `limit` sampled rows that are complete in the basis' columns (indices into `use`, which
 * lists `columns`), standardised. Appends to `rows` (room for them) and returns how many. */
size_t shift__joint_complete_rows(const shift__joint_sides *sides, int side,
                                  const shift__basis *basis, const size_t *use, size_t limit,
                                  double *rows);

/** The table of the domain classifier: `each` training rows, then as many of production. Numbers
 * are standardised; of a text column the most frequent levels have a column each and, where there
 * are more, their rank by frequency another. */
typedef struct shift__joint_table {
    shift__table table;
    float *values;
    size_t *sources; /* of each column of the table: index into the sides' columns */
} shift__joint_table;

SHIFT_CHECKED shift_status shift__joint_table_init(shift__joint_table *table,
                                                   const shift__joint_sides *sides, size_t each,
                                                   shift_error *err);
void shift__joint_table_clear(shift__joint_table *table);

#endif
