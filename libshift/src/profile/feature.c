/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One column of a profile. Room is made first, so that adding cannot fail half-way and needs no
 * way to report it from a worker thread. */
#include "profile/feature.h"

#include <string.h>

shift_status shift__feature_init(shift__feature *feature, shift_kind kind, size_t index,
                                 size_t width, const shift_profile_options *options,
                                 shift_error *err)
{
    feature->kind = kind;
    shift__moments_init(&feature->moments);
    if (!shift_kind_is_number(kind))
        return shift__categories_new(&feature->categories, options->categories, err);
    uint64_t stream = shift__mix(options->seed) ^ shift__mix(~(uint64_t)index);
    return shift__sketch_new(&feature->sketch, stream, width, options->exact, err);
}

void shift__feature_clear(shift__feature *feature)
{
    shift__sketch_free(feature->sketch);
    shift__categories_free(feature->categories);
}

/* Of all rows, also of those without a value, so that compilers make vector code of it: an upper
 * bound does. */
static size_t text_bytes(const shift_column *column, size_t rows)
{
    size_t bytes = 0;
    for (size_t r = 0; r < rows; r++) {
        uint32_t size = column->end[r] - column->begin[r];
        bytes += size < SHIFT__CATEGORY_BYTES ? size : SHIFT__CATEGORY_BYTES;
    }
    return bytes;
}

shift_status shift__feature_reserve(shift__feature *feature, size_t index,
                                    const shift_batch *batches, size_t n_batches, shift_error *err)
{
    size_t rows = 0;
    size_t bytes = 0;
    for (size_t b = 0; b < n_batches; b++) {
        rows += batches[b].rows;
        if (feature->categories != NULL)
            bytes += text_bytes(&batches[b].columns[index], batches[b].rows);
    }
    if (feature->categories != NULL)
        return shift__categories_reserve(feature->categories, rows, bytes, err);
    return shift__sketch_reserve(feature->sketch, rows, err);
}

static void count_states(shift__feature *feature, const uint8_t *states, size_t rows)
{
    uint64_t counts[SHIFT_FIELD_INVALID + 1] = {0};
    for (size_t r = 0; r < rows; r++)
        counts[states[r]]++;
    feature->missing += counts[SHIFT_FIELD_MISSING];
    feature->non_finite += counts[SHIFT_FIELD_NON_FINITE];
    feature->invalid += counts[SHIFT_FIELD_INVALID];
}

static void add_numbers(shift__feature *feature, const shift_column *column, size_t rows)
{
    if (column->states == NULL) {
        shift__moments_add(&feature->moments, column->numbers, rows);
        shift__sketch_add(feature->sketch, column->numbers, rows);
        shift__serial_add(&feature->serial, column->numbers, rows);
        return;
    }
    double present[2048];
    size_t n = 0;
    for (size_t r = 0; r < rows; r++) {
        present[n] = column->numbers[r];
        n += column->states[r] == SHIFT_FIELD_PRESENT;
        if (n == sizeof present / sizeof *present || r + 1 == rows) {
            shift__moments_add(&feature->moments, present, n);
            shift__sketch_add(feature->sketch, present, n);
            shift__serial_add(&feature->serial, present, n);
            n = 0;
        }
    }
}

void shift__feature_add(shift__feature *feature, const shift_column *column, size_t rows)
{
    feature->rows += rows;
    if (column->states != NULL)
        count_states(feature, column->states, rows);
    shift__serial_add_states(&feature->serial, column->states, rows);
    if (feature->categories != NULL) {
        shift__categories_add_column(feature->categories, column, rows);
        shift__serial_add_texts(&feature->serial, column, rows);
    } else {
        add_numbers(feature, column, rows);
    }
}

shift_status shift__feature_reserve_merge(shift__feature *dst, const shift__feature *src,
                                          shift_error *err)
{
    if (dst->categories != NULL)
        return shift__categories_reserve_merge(dst->categories, src->categories, err);
    return shift__sketch_reserve_merge(dst->sketch, src->sketch, err);
}

void shift__feature_merge(shift__feature *dst, const shift__feature *src)
{
    if (dst->rows == 0)
        dst->absent = src->absent;
    else if (src->rows > 0)
        dst->absent = dst->absent && src->absent;
    if (dst->invalid == 0) {
        memcpy(dst->invalid_text, src->invalid_text, sizeof dst->invalid_text);
        dst->invalid_line = 0; /* a line of another file */
    }
    dst->rows += src->rows;
    dst->missing += src->missing;
    dst->non_finite += src->non_finite;
    dst->invalid += src->invalid;
    shift__moments_merge(&dst->moments, &src->moments);
    shift__serial_merge(&dst->serial, &src->serial);
    if (dst->categories != NULL)
        shift__categories_merge(dst->categories, src->categories);
    else
        shift__sketch_merge(dst->sketch, src->sketch);
}
