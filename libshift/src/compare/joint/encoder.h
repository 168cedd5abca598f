/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows as a classifier takes them. Numbers are standardised; of a text column the most frequent
 * levels have a column each and, where there are more, their rank by frequency another. What is
 * learned from the samples looks at both sides together and not at which row is from which, so it
 * tells nothing by itself. */
#ifndef SHIFT_COMPARE_JOINT_ENCODER_H
#define SHIFT_COMPARE_JOINT_ENCODER_H

#include <stdint.h>

#include "compare/joint/learner.h"
#include "compare/joint/rows.h"
#include "core/pool.h"
#include "shift/batch.h"

/** A level of a text column; the text is that of a sample. */
typedef struct shift__level {
    const char *text;
    size_t size;
    size_t count, rank; /* rank 0 is the most frequent */
} shift__level;

typedef struct shift__encoding {
    size_t begin, columns; /* of the encoded columns that are this one's */
    double mean, scale;    /* of a number */
    bool numbers;          /* of a text: all levels are numbers, and told apart as such */
    shift__level *levels;  /* of a text */
    size_t n_levels;
    uint32_t *places;  /* a table by the hash of the text: 1 + a level's place, 0 for none */
    size_t mask;       /* its places, less 1; some are empty */
    uint64_t key;      /* of the hash */
    size_t n_repeated; /* levels that were seen more than once: the first ranks */
} shift__encoding;

typedef struct shift__encoder {
    const shift__joint_sides *sides; /* borrowed, as are the profiles' samples */
    shift__encoding *encodings;      /* one a column of the sides */
    size_t columns;                  /* encoded columns */
    size_t *sources;                 /* of each of them: index into the sides' columns */
} shift__encoder;

/** From the first `each` rows of both samples. The pool may be NULL, here and below. */
SHIFT_CHECKED shift_status shift__encoder_new(shift__encoder **out, const shift__joint_sides *sides,
                                              size_t each, shift__pool *pool, shift_error *err);
void shift__encoder_free(shift__encoder *encoder); /* NULL is allowed */

/** The first `each` rows of either sample, training first: 2 each x columns. */
void shift__encode_samples(const shift__encoder *encoder, size_t each, shift__pool *pool,
                           float *out);
/** The rows of a batch of side 0 (training) or 1 (production): rows x columns. */
void shift__encode_batch(const shift__encoder *encoder, int side, const shift_batch *batch,
                         float *out);

#endif
