/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "made_batch.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "random_values.h"

shift_schema *made_schema(void)
{
    shift_schema *schema = NULL;
    ck_assert_int_eq(shift_schema_new(&schema, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "a", SHIFT_KIND_NUMERIC, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "b", SHIFT_KIND_NUMERIC, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "c", SHIFT_KIND_CATEGORICAL, NULL), SHIFT_OK);
    ck_assert_int_eq(shift_schema_add(schema, "t", SHIFT_KIND_TIMESTAMP, NULL), SHIFT_OK);
    return schema;
}

shift_profile *made_profile(const shift_profile_options *options)
{
    shift_schema *schema = made_schema();
    shift_profile *profile = NULL;
    ck_assert_int_eq(shift_profile_new(&profile, schema, options, NULL), SHIFT_OK);
    shift_schema_free(schema);
    return profile;
}

static void make_row(made_batch *made, size_t r, uint64_t seed, uint64_t row)
{
    shift__random random;
    shift__random_init(&random, seed, row);
    made->numbers[0][r] = random_normal(&random);
    made->numbers[1][r] = 1000 + 2 * made->numbers[0][r] + random_normal(&random);
    made->numbers[3][r] = 1.7e9 + (double)row;
    double u = shift__random_uniform(&random);
    int size = snprintf(made->bytes + made->offsets[r], 16, "level %d", (int)(1 / (u + 0.01)));
    made->offsets[r + 1] = made->offsets[r] + (uint32_t)size;
    uint64_t gap = shift__random_below(&random, 20);
    if (gap < 4)
        made->states[gap][r] = gap == 0 ? SHIFT_FIELD_NON_FINITE : SHIFT_FIELD_MISSING;
    if (gap == 4)
        made->states[0][r] = SHIFT_FIELD_INVALID;
    for (int c = 0; c < 4; c++)
        if (c != 2 && made->states[c][r] != SHIFT_FIELD_PRESENT)
            made->numbers[c][r] = NAN;
}

made_batch *made_rows(uint64_t seed, uint64_t first, size_t rows)
{
    made_batch *made = calloc(1, sizeof *made);
    ck_assert_ptr_nonnull(made);
    for (int c = 0; c < 4; c++) {
        made->numbers[c] = calloc(rows + 1, sizeof **made->numbers);
        made->states[c] = calloc(rows + 1, 1);
        ck_assert(made->numbers[c] != NULL && made->states[c] != NULL);
    }
    made->bytes = calloc(rows + 1, 16);
    made->offsets = calloc(rows + 1, sizeof *made->offsets);
    ck_assert(made->bytes != NULL && made->offsets != NULL);
    for (size_t r = 0; r < rows; r++)
        make_row(made, r, seed, first + r);
    for (int c = 0; c < 4; c++) {
        made->columns[c].states = made->states[c];
        made->columns[c].numbers = c != 2 ? made->numbers[c] : NULL;
    }
    made->columns[2].bytes = made->bytes;
    made->columns[2].begin = made->offsets;
    made->columns[2].end = made->offsets + 1;
    made->batch = (shift_batch){rows, 4, made->columns};
    return made;
}

void made_free(made_batch *made)
{
    for (int c = 0; c < 4; c++) {
        free(made->numbers[c]);
        free(made->states[c]);
    }
    free(made->bytes);
    free(made->offsets);
    free(made);
}

void made_add(shift_profile *profile, uint64_t seed, uint64_t first, size_t rows, size_t step)
{
    for (size_t at = 0; at < rows; at += step) {
        made_batch *made = made_rows(seed, first + at, rows - at < step ? rows - at : step);
        ck_assert_int_eq(shift_profile_add(profile, &made->batch, NULL), SHIFT_OK);
        made_free(made);
    }
}
