/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables to profiles, batch by batch. */
#include "ours.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 65536, TEXT = 3 };

/* Text of all levels, three bytes each, and the arrays a text column points to */
typedef struct texts {
    char bytes[MANY_LEVELS * TEXT + 1];
    uint32_t *begin, *end; /* columns times BATCH */
} texts;

static shift_status new_schema(shift_schema **out, size_t columns, shift_error *err)
{
    shift_schema *schema = NULL;
    shift_status status = shift_schema_new(&schema, err);
    for (size_t i = 0; status == SHIFT_OK && i < columns; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "f%04zu", i);
        status = shift_schema_add(
            schema, name, is_category(i) ? SHIFT_KIND_CATEGORICAL : SHIFT_KIND_NUMERIC, err);
    }
    if (status != SHIFT_OK) {
        shift_schema_free(schema);
        return status;
    }
    *out = schema;
    return SHIFT_OK;
}

static shift_status new_profile(shift_profile **out, size_t columns, shift_error *err)
{
    shift_schema *schema = NULL;
    shift_status status = new_schema(&schema, columns, err);
    if (status != SHIFT_OK)
        return status;
    shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
    options.no_sample = true;
    status = shift_profile_new(out, schema, &options, err);
    shift_schema_free(schema);
    return status;
}

static void fill_batch(shift_column *list, texts *t, const table *data, size_t from, size_t rows)
{
    for (size_t i = 0; i < data->columns; i++) {
        memset(&list[i], 0, sizeof list[i]);
        if (!is_category(i)) {
            list[i].numbers = data->numbers[i] + from;
            continue;
        }
        uint32_t *begin = t->begin + i * BATCH;
        uint32_t *end = t->end + i * BATCH;
        for (size_t r = 0; r < rows; r++) {
            begin[r] = TEXT * (uint32_t)data->levels[i][from + r];
            end[r] = begin[r] + TEXT;
        }
        list[i].bytes = t->bytes;
        list[i].begin = begin;
        list[i].end = end;
    }
}

static shift_status add_rows(shift_profile *profile, const table *data, shift_error *err)
{
    texts t = {{0},
               malloc(data->columns * BATCH * sizeof *t.begin),
               malloc(data->columns * BATCH * sizeof *t.end)};
    shift_column *list = malloc(data->columns * sizeof *list);
    shift_status status = SHIFT_OK;
    if (t.begin == NULL || t.end == NULL || list == NULL)
        status = shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    for (size_t k = 0; k < MANY_LEVELS; k++)
        (void)snprintf(t.bytes + k * TEXT, TEXT + 1, "c%02zu", k);
    for (size_t from = 0; status == SHIFT_OK && from < data->rows; from += BATCH) {
        size_t rows = data->rows - from < BATCH ? data->rows - from : BATCH;
        fill_batch(list, &t, data, from, rows);
        shift_batch batch = {rows, data->columns, list};
        status = shift_profile_add(profile, &batch, err);
    }
    free(list);
    free(t.begin);
    free(t.end);
    return status;
}

shift_status profile_table(shift_profile **out, const table *t, shift_error *err)
{
    shift_profile *profile = NULL;
    shift_status status = new_profile(&profile, t->columns, err);
    if (status == SHIFT_OK)
        status = add_rows(profile, t, err);
    if (status != SHIFT_OK) {
        shift_profile_free(profile);
        return status;
    }
    *out = profile;
    return SHIFT_OK;
}

shift_status profile_stream(shift_profile **out, size_t rows, size_t columns, known_shift shift,
                            gsl_rng *random, shift_error *err)
{
    shift_profile *profile = NULL;
    shift_status status = new_profile(&profile, columns, err);
    table block = {0, 0, NULL, NULL};
    if (status == SHIFT_OK && !table_new(&block, BATCH, columns))
        status = shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    while (status == SHIFT_OK && rows > 0) {
        block.rows = rows < BATCH ? rows : BATCH;
        table_fill(&block, shift, random);
        status = add_rows(profile, &block, err);
        rows -= block.rows;
    }
    table_free(&block);
    if (status != SHIFT_OK) {
        shift_profile_free(profile);
        return status;
    }
    *out = profile;
    return SHIFT_OK;
}

shift_status profile_parts(shift_profile **out, shift_profile *const *parts, size_t n,
                           size_t columns, shift_error *err)
{
    shift_profile *profile = NULL;
    shift_status status = new_profile(&profile, columns, err);
    for (size_t i = 0; status == SHIFT_OK && i < n; i++)
        status = shift_profile_merge(profile, parts[i], err);
    if (status != SHIFT_OK) {
        shift_profile_free(profile);
        return status;
    }
    *out = profile;
    return SHIFT_OK;
}

bool is_real(const shift_subject *feature)
{
    for (size_t i = 0; i < feature->n_measurements; i++)
        if (feature->measurements[i]->p_adjusted <= 0.05)
            return true;
    return false;
}

const shift_measurement *measurement_of(const shift_subject *feature, const char *statistic)
{
    for (size_t i = 0; i < feature->n_measurements; i++)
        if (strcmp(feature->measurements[i]->statistic, statistic) == 0)
            return feature->measurements[i];
    return NULL;
}
