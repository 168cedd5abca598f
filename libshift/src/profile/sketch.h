/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantile sketch: KLL (Karnin, Lang & Liberty, FOCS 2016) over doubles, exact until it first
 * compacts. */
#ifndef SHIFT_PROFILE_SKETCH_H
#define SHIFT_PROFILE_SKETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shift/error.h"

typedef struct shift__sketch shift__sketch;

/** The values that are <= each support point. */
typedef struct shift__support {
    size_t n;
    double *points;       /* distinct, ascending */
    uint64_t *cumulative; /* ascending; the last one is the number of values */
} shift__support;

/** Distinct support points and cumulative counts; the caller frees the two arrays. */
SHIFT_CHECKED shift_status shift__sketch_support(const shift__sketch *sketch, shift__support *out,
                                                 shift_error *err);
/** Bound on |F - F_true| that holds everywhere at once with 99 % probability; 0 when exact. */
double shift__sketch_rank_error(const shift__sketch *sketch);
uint64_t shift__sketch_count(const shift__sketch *sketch);

#endif
