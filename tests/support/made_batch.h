/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Batches made by hand: two numeric columns, one categorical, one timestamp, with gaps. */
#ifndef SHIFT_TESTS_MADE_BATCH_H
#define SHIFT_TESTS_MADE_BATCH_H

#include <stdint.h>

#include "shift/profile.h"

/** Columns "a" and "b" numeric, "c" categorical, "t" timestamp. The caller frees it. */
shift_schema *made_schema(void);
shift_profile *made_profile(const shift_profile_options *options);

typedef struct made_batch {
    shift_batch batch;
    shift_column columns[4];
    double *numbers[4];
    uint8_t *states[4];
    char *bytes;
    uint32_t *offsets;
} made_batch;

/** Rows `first` to `first + rows - 1` of an endless table that depends on `seed`. */
made_batch *made_rows(uint64_t seed, uint64_t first, size_t rows);
void made_free(made_batch *made);
/** Add those rows, in batches of `step`. */
void made_add(shift_profile *profile, uint64_t seed, uint64_t first, size_t rows, size_t step);

#endif
