/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Co-moments of the numeric columns over their complete rows: means and sums of products about
 * them, by blocks of rows in two passes, merged by Pebay's formula (2008, eq. 3.11). */
#ifndef SHIFT_PROFILE_COMOMENTS_H
#define SHIFT_PROFILE_COMOMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "shift/batch.h"
#include "shift/error.h"
#include "shift/schema.h"

enum {
    SHIFT__COMOMENTS_COLUMNS = 512, /* with more numeric columns, none are kept: they grow with the
                                       square */
    SHIFT__COMOMENTS_ROWS = 512     /* of a block */
};

typedef struct shift__comoments {
    size_t p;         /* numeric columns (of kind numeric only) */
    size_t *columns;  /* their indices in the schema */
    uint64_t n;       /* rows without a missing, non-finite or invalid value in any of them */
    double *mean;     /* p, over those rows */
    double *products; /* sum of (x_i - mean_i) (x_j - mean_j), j <= i, at i (i + 1) / 2 + j */
    double *block;    /* centred values of a block, column by column; columns padded to four */
    double *sums;     /* products of a block */
    double *centre;   /* means of a block */
} shift__comoments;

/** *out is NULL where there are no numeric columns, or too many. */
SHIFT_CHECKED shift_status shift__comoments_new(shift__comoments **out, const shift_schema *schema,
                                                shift_error *err);
void shift__comoments_free(shift__comoments *comoments); /* NULL is allowed */
void shift__comoments_add(shift__comoments *comoments, const shift_batch *batch);
/** `map[i]` is the index in `src` of our i-th numeric column. */
void shift__comoments_merge(shift__comoments *dst, const shift__comoments *src, const size_t *map);

/** Co-moments of a profile, or NULL. */
struct shift_profile;
const shift__comoments *shift__profile_comoments(const struct shift_profile *profile);

#endif
