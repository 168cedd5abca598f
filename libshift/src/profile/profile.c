/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The profile: its columns, and how batches are added to all of them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "core/memory.h"
#include "core/null.h"
#include "core/options.h"
#include "profile/label.h"
#include "profile/state.h"

/* So many that all text columns together have 2^23, and each at least 512. */
static uint32_t usual_categories(size_t text_columns)
{
    enum { ALL = 1 << 23, LEAST = 512 };
    uint32_t categories = SHIFT__CATEGORIES_DEFAULT;
    while (categories > LEAST && text_columns > ALL / categories)
        categories /= 2;
    return categories;
}

static size_t number_columns(const shift_schema *schema)
{
    size_t numbers = 0;
    for (size_t i = 0; i < shift_schema_size(schema); i++)
        numbers += shift_kind_is_number(shift_schema_kind(schema, i));
    return numbers;
}

static shift_status take_options(shift_profile_options *to, const shift_profile_options *from,
                                 size_t text_columns, shift_error *err)
{
    *to = (shift_profile_options)SHIFT_PROFILE_OPTIONS_INIT;
    shift_status status = SHIFT__OPTIONS_TAKE(to, from, "shift_profile_options", err);
    if (status != SHIFT_OK)
        return status;
    if (to->threads == 0)
        to->threads = 1;
    if (to->sketch_size == 0)
        to->sketch_size = SHIFT__SKETCH_SIZE;
    if (to->categories == 0)
        to->categories = usual_categories(text_columns);
    if (to->sample_rows == 0)
        to->sample_rows = SHIFT__SAMPLE_ROWS;
    if (to->sketch_size < SHIFT__SKETCH_SIZE_MIN || to->sketch_size > SHIFT__SKETCH_SIZE_MAX)
        return shift_error_set(err, SHIFT_EINVAL, "sketch size %u is not between %d and %d",
                               (unsigned)to->sketch_size, (int)SHIFT__SKETCH_SIZE_MIN,
                               (int)SHIFT__SKETCH_SIZE_MAX);
    if (to->categories > SHIFT__CATEGORIES_MAX)
        return shift_error_set(err, SHIFT_EINVAL, "%u categories are more than %d",
                               (unsigned)to->categories, (int)SHIFT__CATEGORIES_MAX);
    return SHIFT_OK;
}

/* The caller's name of the part is not kept in the options. */
static shift_status name_part(shift_profile *profile, shift_error *err)
{
    const char *name = profile->options.part;
    profile->options.part = NULL;
    if (name == NULL)
        return SHIFT_OK;
    size_t size = strlen(name);
    if (size == 0 || size > SHIFT__PART_BYTES)
        return shift_error_set(err, SHIFT_EINVAL, "the name of a part has %zu bytes, not 1 to %d",
                               size, (int)SHIFT__PART_BYTES);
    shift_status status = shift__parts_append(&profile->parts, name, size, 0, err);
    if (status == SHIFT_OK)
        profile->part = profile->parts.items[0];
    return status;
}

static shift_status order_columns(shift_profile *profile, shift_error *err)
{
    size_t n = shift_schema_size(profile->schema);
    size_t placed = 0;
    shift_status status = shift__alloc(&profile->order, n, sizeof *profile->order, err);
    for (int numbers = 0; status == SHIFT_OK && numbers <= 1; numbers++)
        for (size_t i = 0; i < n; i++)
            if (shift_kind_is_number(shift_schema_kind(profile->schema, i)) == (numbers == 1))
                profile->order[placed++] = i;
    return status;
}

/* So that parts are sampled independently of each other even where they begin alike. */
static uint64_t sample_seed(const shift_profile *profile)
{
    uint64_t seed = profile->options.seed;
    const char *name = profile->part != NULL ? profile->part->name : NULL;
    return name != NULL ? XXH3_64bits_withSeed(name, strlen(name), seed) : seed;
}

shift_status shift_profile_new(shift_profile **out, const shift_schema *schema,
                               const shift_profile_options *options, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, schema))
        return SHIFT_EINVAL;
    shift_profile *profile = NULL;
    shift_status status = shift__alloc(&profile, 1, sizeof *profile, err);
    if (status != SHIFT_OK)
        return status;
    size_t n = shift_schema_size(schema);
    size_t numbers = number_columns(schema);
    status = take_options(&profile->options, options, n - numbers, err);
    if (status == SHIFT_OK)
        status = name_part(profile, err);
    if (status == SHIFT_OK)
        status = shift_schema_copy(&profile->schema, schema, err);
    if (status == SHIFT_OK)
        status = shift__text_copy(&profile->source, "", 0, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&profile->features, n, sizeof *profile->features, err);
    for (size_t i = 0; status == SHIFT_OK && i < n; i++)
        status = shift__feature_init(&profile->features[i], shift_schema_kind(schema, i), i,
                                     shift__sketch_width(numbers), &profile->options, err);
    if (status == SHIFT_OK)
        status = order_columns(profile, err);
    if (status == SHIFT_OK)
        status = shift__comoments_new(&profile->comoments, schema, err);
    if (status == SHIFT_OK && !profile->options.no_sample)
        status = shift__sample_new(&profile->sample, schema, sample_seed(profile),
                                   profile->options.sample_rows, err);
    if (status != SHIFT_OK) {
        shift_profile_free(profile);
        return status;
    }
    *out = profile;
    return SHIFT_OK;
}

void shift_profile_free(shift_profile *profile)
{
    if (profile == NULL)
        return;
    if (profile->features != NULL)
        for (size_t i = 0; i < shift_schema_size(profile->schema); i++)
            shift__feature_clear(&profile->features[i]);
    for (size_t i = 0; i < profile->n_extras; i++)
        free(profile->extras[i]);
    free(profile->extras);
    shift__parts_clear(&profile->parts);
    shift__pending_free(profile->pending);
    shift__profile_forget_unknown(profile);
    free(profile->unknown);
    shift__comoments_free(profile->comoments);
    shift__sample_free(profile->sample);
    free(profile->features);
    free(profile->order);
    free(profile->source);
    free(profile->file);
    shift_schema_free(profile->schema);
    free(profile);
}

void shift__profile_forget_unknown(shift_profile *profile)
{
    while (profile->n_unknown > 0)
        free(profile->unknown[--profile->n_unknown].data);
    profile->minor = 0;
}

/* ---- adding ---- */

/* The parts that take longest come first, so that they do not end alone: of the columns, texts. */
enum { PART_COMOMENTS, PART_SAMPLE, PART_COLUMNS };

size_t shift__profile_parts(const shift_profile *profile)
{
    return PART_COLUMNS + shift_schema_size(profile->schema);
}

void shift__profile_add_part(shift_profile *profile, const shift_batch *batches, size_t n_batches,
                             size_t part)
{
    shift_profile *p = profile;
    if (part == PART_COMOMENTS) {
        for (size_t b = 0; p->comoments != NULL && b < n_batches; b++)
            shift__comoments_add(p->comoments, &batches[b]);
    } else if (part == PART_SAMPLE) {
        if (p->sample != NULL)
            shift__sample_add(p->sample, batches, n_batches);
    } else {
        size_t column = p->order[part - PART_COLUMNS];
        for (size_t b = 0; b < n_batches; b++)
            shift__feature_add(&p->features[column], &batches[b].columns[column], batches[b].rows);
    }
}

shift_status shift__profile_begin(shift_profile *profile, const shift_batch *batches,
                                  size_t n_batches, shift_error *err)
{
    size_t n = shift_schema_size(profile->schema);
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < n; i++)
        status = shift__feature_reserve(&profile->features[i], i, batches, n_batches, err);
    if (status == SHIFT_OK && profile->sample != NULL)
        status = shift__sample_reserve(profile->sample, batches, n_batches, err);
    if (status != SHIFT_OK)
        return status;
    shift__profile_forget_unknown(profile);
    uint64_t rows = 0;
    for (size_t b = 0; b < n_batches; b++)
        rows += batches[b].rows;
    profile->rows += rows;
    if (profile->part != NULL)
        profile->part->rows += rows;
    return SHIFT_OK;
}

/* What of a value is not as batch.h says; NULL where all is well. */
static const char *fault_of(const shift_column *column, bool number, size_t row)
{
    uint8_t state = column->states != NULL ? column->states[row] : SHIFT_FIELD_PRESENT;
    if (state > SHIFT_FIELD_INVALID)
        return "an unknown state";
    if (state != SHIFT_FIELD_PRESENT)
        return NULL;
    if (number)
        return isfinite(column->numbers[row]) ? NULL : "a present value that is not finite";
    if (column->begin[row] > column->end[row])
        return "text that ends before it begins";
    return column->bytes != NULL || column->begin[row] == column->end[row] ? NULL
                                                                           : "text without bytes";
}

static shift_status check_column(const shift_profile *profile, size_t i, const shift_batch *batch,
                                 shift_error *err)
{
    const shift_column *column = &batch->columns[i];
    const char *name = shift_schema_name(profile->schema, i);
    bool number = shift_kind_is_number(shift_schema_kind(profile->schema, i));
    if (number ? column->numbers == NULL : column->begin == NULL || column->end == NULL)
        return shift_error_set(err, SHIFT_EINVAL, "batch has no %s for column \"%s\"",
                               number ? "numbers" : "text", name);
    for (size_t r = 0; r < batch->rows; r++) {
        const char *fault = fault_of(column, number, r);
        if (fault != NULL)
            return shift_error_set(err, SHIFT_EINVAL, "column \"%s\", row %zu of the batch: %s",
                                   name, r + 1, fault);
    }
    return SHIFT_OK;
}

shift_status shift_profile_add(shift_profile *profile, const shift_batch *batch, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, profile, batch))
        return SHIFT_EINVAL;
    size_t n = shift_schema_size(profile->schema);
    if (batch->n_columns != n)
        return shift_error_set(err, SHIFT_EINVAL, "batch has %zu columns, the schema %zu",
                               batch->n_columns, n);
    if (batch->rows == 0)
        return SHIFT_OK;
    if (n > 0 && SHIFT__ANY_NULL(err, batch->columns))
        return SHIFT_EINVAL;
    for (size_t i = 0; i < n; i++) {
        shift_status status = check_column(profile, i, batch, err);
        if (status != SHIFT_OK)
            return status;
    }
    shift_status status = shift_profile_flush(profile, err);
    if (status == SHIFT_OK)
        status = shift__profile_begin(profile, batch, 1, err);
    for (size_t i = 0; status == SHIFT_OK && i < shift__profile_parts(profile); i++)
        shift__profile_add_part(profile, batch, 1, i);
    return status;
}

/* ---- names ---- */

shift_status shift__profile_name(shift_profile *profile, const char *source, size_t size,
                                 shift_error *err)
{
    char *copy = NULL;
    shift_status status = shift__text_copy(&copy, source, size, err);
    if (status != SHIFT_OK)
        return status;
    free(profile->source);
    profile->source = copy;
    return SHIFT_OK;
}

shift_status shift__profile_add_extra(shift_profile *profile, const char *name, size_t size,
                                      shift_error *err)
{
    shift_status status = shift__array_grow(&profile->extras, &profile->extras_capacity,
                                            profile->n_extras + 1, sizeof(char *), err);
    if (status == SHIFT_OK)
        status = shift__text_copy(&profile->extras[profile->n_extras], name, size, err);
    if (status == SHIFT_OK)
        profile->n_extras++;
    return status;
}

uint64_t shift_profile_rows(const shift_profile *profile)
{
    if (profile == NULL)
        return 0;
    return profile->rows + shift__pending_rows(profile->pending);
}

const shift_schema *shift_profile_schema(const shift_profile *profile)
{
    if (profile == NULL)
        return NULL;
    return profile->schema;
}

const char *shift_profile_source(const shift_profile *profile)
{
    if (profile == NULL)
        return NULL;
    return profile->source;
}

const char *shift__profile_label(const shift_profile *profile)
{
    return profile->file != NULL ? profile->file : profile->source;
}

const shift__feature *shift__profile_feature(const shift_profile *profile, size_t i)
{
    return &profile->features[i];
}

const shift__comoments *shift__profile_comoments(const shift_profile *profile)
{
    return profile->comoments;
}

const shift__sample *shift__profile_sample(const shift_profile *profile)
{
    return profile->sample;
}

bool shift_profile_absent(const shift_profile *profile, size_t i)
{
    if (profile == NULL || i >= shift_schema_size(profile->schema))
        return false;
    return profile->features[i].absent;
}

size_t shift_profile_extras(const shift_profile *profile)
{
    if (profile == NULL)
        return 0;
    return profile->n_extras;
}

const char *shift_profile_extra(const shift_profile *profile, size_t i)
{
    if (profile == NULL || i >= profile->n_extras)
        return NULL;
    return profile->extras[i];
}

size_t shift_profile_parts(const shift_profile *profile)
{
    if (profile == NULL)
        return 0;
    return profile->parts.n;
}

const char *shift_profile_part(const shift_profile *profile, size_t i, uint64_t *rows)
{
    if (i >= shift_profile_parts(profile))
        return NULL;
    if (rows != NULL)
        *rows = profile->parts.items[i]->rows;
    return profile->parts.items[i]->name;
}
