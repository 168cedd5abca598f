/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantile sketch: KLL (Karnin, Lang & Liberty, FOCS 2016) over doubles, exact until it first
 * compacts. */
#ifndef SHIFT_PROFILE_SKETCH_H
#define SHIFT_PROFILE_SKETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/random.h"
#include "shift/error.h"

enum {
    SHIFT__SKETCH_WIDTH = 8192,     /* capacity of the topmost level */
    SHIFT__SKETCH_WIDTH_MIN = 1024, /* in a table of very many columns */
    SHIFT__SKETCH_EXACT = 8,        /* widths kept before the first compaction */
    SHIFT__SKETCH_CHUNK = 2,        /* widths sorted at a time after it */
    SHIFT__SKETCH_LEVELS = 59,      /* weights 2^1 to 2^58; 2^63 values would need no more */
    SHIFT__SKETCH_VIEW = 8192,      /* values that a comparison looks at, once there are more */
    SHIFT__SKETCH_SIZE = 3072,      /* values in a saved sketch, unless asked otherwise */
    SHIFT__SKETCH_SIZE_MIN = 64,
    SHIFT__SKETCH_SIZE_MAX = 65535
};

/* Values of weight 2^height: a sequence of runs in any order. */
typedef struct shift__level {
    double *values;
    size_t n, capacity;
} shift__level;

typedef struct shift__sketch {
    uint64_t n;
    size_t width;    /* capacity of the topmost level; a power of two */
    bool exact;      /* never compact by oneself */
    uint64_t stream; /* what the random numbers are drawn from, with the first values */
    bool seeded;
    shift__random random;
    double *raw; /* weight 1, as they came */
    size_t n_raw, raw_capacity;
    shift__level levels[SHIFT__SKETCH_LEVELS]; /* index is height; 0 is not used */
    size_t height;   /* of the highest level that was ever used; 0: none */
    double variance; /* bound on the variance of any rank */
    double worst;    /* bound on the error of any rank, whatever luck */
    double *scratch;
    size_t scratch_capacity;
} shift__sketch;

/** The values that are <= each support point. */
typedef struct shift__support {
    size_t n;
    double *points;       /* distinct, ascending */
    uint64_t *cumulative; /* ascending; the last one is the number of values */
} shift__support;

/** `stream` seeds it: one per (seed, column). Of `width` see shift__sketch_width(). */
SHIFT_CHECKED shift_status shift__sketch_new(shift__sketch **out, uint64_t stream, size_t width,
                                             bool exact, shift_error *err);
void shift__sketch_free(shift__sketch *sketch); /* NULL is allowed */

/** The width of each of so many sketches, so that they hold 2^27 values (1 GiB) at most. */
size_t shift__sketch_width(size_t sketches);

/** Make room, so that adding up to `n` values cannot fail. */
SHIFT_CHECKED shift_status shift__sketch_reserve(shift__sketch *sketch, size_t n, shift_error *err);
/** Add finite values for which there is room. */
void shift__sketch_add(shift__sketch *sketch, const double *x, size_t n);

/** Make room, so that merging `src` cannot fail. */
SHIFT_CHECKED shift_status shift__sketch_reserve_merge(shift__sketch *dst, const shift__sketch *src,
                                                       shift_error *err);
void shift__sketch_merge(shift__sketch *dst, const shift__sketch *src);

/** A copy of at most `size` values (all of them where `size` is 0), sorted within its levels. */
SHIFT_CHECKED shift_status shift__sketch_shrunk(shift__sketch **out, const shift__sketch *sketch,
                                                size_t size, shift_error *err);

/** Whether it has compacted, may again, and holds more values than that. */
bool shift__sketch_exceeds(const shift__sketch *sketch, size_t size);

/** Distinct support points and cumulative counts; the caller frees the two arrays. */
SHIFT_CHECKED shift_status shift__sketch_support(const shift__sketch *sketch, shift__support *out,
                                                 shift_error *err);
/** Bound on |F - F_true| that holds everywhere at once with 99 % probability; 0 when exact. */
double shift__sketch_rank_error(const shift__sketch *sketch);
/** Bound on the standard deviation of F - F_true at any one point; 0 when exact. */
double shift__sketch_rank_deviation(const shift__sketch *sketch);
uint64_t shift__sketch_count(const shift__sketch *sketch);

#endif
