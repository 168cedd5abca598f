/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a profile holds of one column, for the rooms that query it. */
#ifndef SHIFT_PROFILE_FEATURE_H
#define SHIFT_PROFILE_FEATURE_H

#include <stdbool.h>
#include <stdint.h>

#include "profile/categories.h"
#include "profile/moments.h"
#include "profile/serial.h"
#include "profile/sketch.h"
#include "shift/profile.h"

typedef struct shift__feature {
    shift_kind kind;
    bool absent;   /* not a column of the source; every row counts as missing */
    uint64_t rows; /* present + missing + non_finite + invalid */
    uint64_t missing, non_finite, invalid;
    uint64_t invalid_line; /* of the first invalid text; 0 where none or unknown */
    char invalid_text[64];
    shift__moments moments;        /* number kinds */
    shift__sketch *sketch;         /* number kinds, else NULL */
    shift__categories *categories; /* text kinds, else NULL */
    shift__serial serial;
} shift__feature;

/** Feature of column `i` of the schema; borrowed. */
const shift__feature *shift__profile_feature(const shift_profile *profile, size_t i);

/* For the profile itself. `index` is the column's, which tells the sketches' seeds apart; `width`
 * is its sketch's. */
SHIFT_CHECKED shift_status shift__feature_init(shift__feature *feature, shift_kind kind,
                                               size_t index, size_t width,
                                               const shift_profile_options *options,
                                               shift_error *err);
void shift__feature_clear(shift__feature *feature); /* all zeros are allowed */
/** Make room for these batches' rows of the column, so that adding them cannot fail. */
SHIFT_CHECKED shift_status shift__feature_reserve(shift__feature *feature, size_t index,
                                                  const shift_batch *batches, size_t n_batches,
                                                  shift_error *err);
void shift__feature_add(shift__feature *feature, const shift_column *column, size_t rows);
SHIFT_CHECKED shift_status shift__feature_reserve_merge(shift__feature *dst,
                                                        const shift__feature *src,
                                                        shift_error *err);
void shift__feature_merge(shift__feature *dst, const shift__feature *src);

#endif
