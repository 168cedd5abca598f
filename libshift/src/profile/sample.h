/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A uniform sample of whole rows: those with the k smallest of independent random priorities. So
 * the sample of a union is that of its parts' samples, whatever the grouping. */
#ifndef SHIFT_PROFILE_SAMPLE_H
#define SHIFT_PROFILE_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shift/batch.h"
#include "shift/error.h"
#include "shift/schema.h"

enum {
    SHIFT__SAMPLE_ROWS = 4096,     /* unless asked otherwise */
    SHIFT__SAMPLE_CELLS = 1 << 20, /* fewer rows are kept of a wider table than this many values */
    SHIFT__SAMPLE_LEAST = 64       /* but not fewer than that */
};

/* Text of a cell in the sample's text; in the form of shift__category_text(). */
typedef struct shift__sample_text {
    size_t offset;
    uint32_t size; /* UINT32_MAX where there was no value */
} shift__sample_text;

typedef struct shift__sample_row {
    uint64_t priority;
    uint64_t row; /* number of the row; ties are broken by it */
    size_t slot;  /* of its values */
} shift__sample_row;

typedef struct shift__sample {
    size_t limit; /* rows that are kept in the end */
    size_t n_columns, n_numbers, n_texts;
    size_t *places;  /* of each column: among the numbers or among the texts */
    bool *is_number; /* of each column */
    uint64_t seed;
    uint64_t stream; /* from the seed and the first row, which tells parts of one data set apart */
    uint64_t seen;   /* rows offered */
    uint64_t below;  /* at least `limit` held rows are at most that; only less gets in */
    size_t n, capacity;        /* rows held, in slots 0 to n - 1 */
    shift__sample_row *rows;   /* by slot */
    double *numbers;           /* n_numbers a slot; NaN where there was no value */
    shift__sample_text *texts; /* n_texts a slot */
    char *text;                /* in the order of the slots */
    size_t text_size, text_capacity;
    shift__sample_row *order;            /* for choosing which to drop */
    struct shift__candidate *candidates; /* rows that will be added */
    size_t n_candidates, candidates_capacity;
} shift__sample;

SHIFT_CHECKED shift_status shift__sample_new(shift__sample **out, const shift_schema *schema,
                                             uint64_t seed, size_t rows, shift_error *err);
void shift__sample_free(shift__sample *sample); /* NULL is allowed */

/** Choose rows and make room, so that shift__sample_add() of the same batches cannot fail. */
SHIFT_CHECKED shift_status shift__sample_reserve(shift__sample *sample, const shift_batch *batches,
                                                 size_t n_batches, shift_error *err);
void shift__sample_add(shift__sample *sample, const shift_batch *batches, size_t n_batches);

/** Room for so many more rows, as far as the limit needs it, and their text. */
SHIFT_CHECKED shift_status shift__sample_reserve_slots(shift__sample *sample, size_t more,
                                                       size_t bytes, shift_error *err);
SHIFT_CHECKED shift_status shift__sample_reserve_merge(shift__sample *dst, const shift__sample *src,
                                                       shift_error *err);
/** `map[i]` is the column of `src` for our column i. */
void shift__sample_merge(shift__sample *dst, const shift__sample *src, const size_t *map);

/** The sampled rows by rising priority, at most the limit; their order says nothing. The caller
 * frees `*rows`. */
SHIFT_CHECKED shift_status shift__sample_rows(const shift__sample *sample, shift__sample_row **rows,
                                              size_t *n, shift_error *err);
/** A number column's value in a slot; NaN where it had none. */
double shift__sample_number(const shift__sample *sample, size_t slot, size_t column);
/** A text column's value; false where it had none. */
bool shift__sample_text_at(const shift__sample *sample, size_t slot, size_t column,
                           const char **text, size_t *size);

/** Sample of a profile, or NULL. */
struct shift_profile;
const shift__sample *shift__profile_sample(const struct shift_profile *profile);

#endif
