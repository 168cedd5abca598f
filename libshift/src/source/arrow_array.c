/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrow arrays. A producer may be anybody: whatever its struct says is checked before it is
 * believed. Only that a buffer is as long as it should be cannot be seen. Buffers need not be
 * aligned. */
#include "source/arrow_array.h"

#include <string.h>

/* More than an address space has room for; sums of two such numbers do not overflow. */
#define LENGTH_LIMIT (INT64_C(1) << 47)

static bool is_text(shift__arrow_element element)
{
    return element == SHIFT__ARROW_TEXT32 || element == SHIFT__ARROW_TEXT64;
}

bool shift__arrow_is_number(shift__arrow_element element)
{
    return element >= SHIFT__ARROW_BOOL && element <= SHIFT__ARROW_DECIMAL;
}

shift_status shift__arrow_validity(const uint8_t **out, const struct ArrowArray *array,
                                   shift_error *err)
{
    *out = array->buffers != NULL ? array->buffers[0] : NULL;
    if (array->null_count < -1 || array->null_count > array->length)
        return shift_error_set(err, SHIFT_EFORMAT, "%lld values, of which %lld are null",
                               (long long)array->length, (long long)array->null_count);
    if (array->null_count > 0 && *out == NULL)
        return shift_error_set(err, SHIFT_EFORMAT, "%lld nulls without a bitmap",
                               (long long)array->null_count);
    if (array->null_count == 0)
        *out = NULL;
    return SHIFT_OK;
}

static shift_status check_length(const struct ArrowArray *array, size_t wanted, shift_error *err)
{
    if (array->length < 0 || array->offset < 0 || array->length > LENGTH_LIMIT ||
        array->offset > LENGTH_LIMIT)
        return shift_error_set(err, SHIFT_EFORMAT, "an array of %lld values from %lld on",
                               (long long)array->length, (long long)array->offset);
    if ((uint64_t)array->length < wanted)
        return shift_error_set(err, SHIFT_EFORMAT,
                               "an array of %lld values; at least %zu were "
                               "expected",
                               (long long)array->length, wanted);
    return SHIFT_OK;
}

static shift_status check_buffers(const struct ArrowArray *array, shift__arrow_element element,
                                  shift_error *err)
{
    long long wanted = 2;
    bool more = false;
    if (element == SHIFT__ARROW_NULL)
        wanted = 0;
    else if (is_text(element))
        wanted = 3;
    else if (element == SHIFT__ARROW_VIEW)
        more = (wanted = 3) > 0;
    if (array->n_buffers != wanted && !(more && array->n_buffers > wanted))
        return shift_error_set(err, SHIFT_EFORMAT, "an array of %lld buffers; %s%lld were expected",
                               (long long)array->n_buffers, more ? "at least " : "", wanted);
    if (array->n_buffers > LENGTH_LIMIT || (wanted > 0 && array->buffers == NULL))
        return shift_error_set(err, SHIFT_EFORMAT, "an array without buffers");
    if (array->n_children != 0)
        return shift_error_set(err, SHIFT_EFORMAT, "an array with children; it cannot have any");
    return SHIFT_OK;
}

static bool has_data(const struct ArrowArray *array, const shift__arrow_values *values)
{
    if (values->element == SHIFT__ARROW_NULL || array->length == 0)
        return true;
    return is_text(values->element) ? values->offsets != NULL : values->data != NULL;
}

static shift_status check_values(shift__arrow_values *out, const struct ArrowArray *array,
                                 size_t wanted, shift_error *err)
{
    shift_status status = check_length(array, wanted, err);
    if (status == SHIFT_OK)
        status = check_buffers(array, out->element, err);
    if (status != SHIFT_OK || out->element == SHIFT__ARROW_NULL)
        return status;
    status = shift__arrow_validity(&out->validity, array, err);
    if (is_text(out->element)) {
        out->offsets = array->buffers[1];
        out->bytes = array->buffers[2];
    } else {
        out->data = array->buffers[1];
    }
    if (out->element == SHIFT__ARROW_VIEW) {
        out->n_parts = (size_t)array->n_buffers - 3;
        out->parts = (const void *const *)array->buffers + 2;
        out->part_sizes = array->buffers[array->n_buffers - 1];
        if (out->n_parts > 0 && out->part_sizes == NULL)
            return shift_error_set(err, SHIFT_EFORMAT, "an array without the sizes of its texts");
    }
    if (status == SHIFT_OK && !has_data(array, out))
        status = shift_error_set(err, SHIFT_EFORMAT, "an array of %lld values without their buffer",
                                 (long long)array->length);
    return status;
}

shift_status shift__arrow_column_check(shift__arrow_column *out, const shift__arrow_type *type,
                                       const struct ArrowArray *array, size_t first, size_t rows,
                                       shift_error *err)
{
    *out = (shift__arrow_column){.type = type};
    if (array == NULL || array->release == NULL)
        return shift_error_set(err, SHIFT_EFORMAT, "an array that was released");
    if (type->element == SHIFT__ARROW_UNSUPPORTED)
        return SHIFT_OK; /* told where the column is used */
    shift__arrow_values own = {.element = type->element,
                               .type = type,
                               .width = type->width,
                               .is_time = type->time_divisor != 0};
    out->values = own;
    if (type->is_index)
        out->values = (shift__arrow_values){
            .element = type->index.element, .type = type, .width = type->index.width};
    shift_status status = check_values(&out->values, array, first + rows, err);
    out->values.offset = (size_t)array->offset + first;
    out->values.length = rows;
    if (status != SHIFT_OK || !type->is_index)
        return status;
    const struct ArrowArray *dictionary = array->dictionary;
    if (dictionary == NULL || dictionary->release == NULL)
        return shift_error_set(err, SHIFT_EFORMAT, "indices without their dictionary");
    out->dictionary = own;
    status = check_values(&out->dictionary, dictionary, 0, err);
    out->dictionary.offset = (size_t)dictionary->offset;
    out->dictionary.length = (size_t)dictionary->length;
    return status;
}

/* ---- texts ---- */

/* Where texts are extents of: all of a block's lie within 4 GiB from `base` on. */
typedef struct text_place {
    const char *base;
    char *copy; /* of texts that lie scattered, one after the other */
    size_t copied, room;
} text_place;

static int64_t offset_at(const shift__arrow_values *values, size_t i)
{
    if (values->element == SHIFT__ARROW_TEXT64) {
        int64_t wide = 0;
        memcpy(&wide, (const char *)values->offsets + i * sizeof wide, sizeof wide);
        return wide;
    }
    int32_t narrow = 0;
    memcpy(&narrow, (const char *)values->offsets + i * sizeof narrow, sizeof narrow);
    return narrow;
}

static shift_status too_long(uint64_t n, shift_error *err)
{
    return shift_error_set(err, SHIFT_EUNSUPPORTED,
                           "a text of %llu bytes; at most %d MiB can be read",
                           (unsigned long long)n, SHIFT__ROW_LIMIT >> 20);
}

/* Text `i` of an array with offsets. */
static shift_status find_text(const shift__arrow_values *values, size_t i, const char **text,
                              size_t *n, shift_error *err)
{
    int64_t begin = offset_at(values, values->offset + i);
    int64_t end = offset_at(values, values->offset + i + 1);
    if (begin < 0 || end < begin || end > LENGTH_LIMIT || (values->bytes == NULL && end > begin))
        return shift_error_set(err, SHIFT_EFORMAT, "a text from byte %lld to %lld%s",
                               (long long)begin, (long long)end,
                               values->bytes == NULL ? " of nothing" : "");
    if (end - begin > SHIFT__ROW_LIMIT)
        return too_long((uint64_t)(end - begin), err);
    *text = values->bytes != NULL ? values->bytes + begin : "";
    *n = (size_t)(end - begin);
    return SHIFT_OK;
}

/* Text `i` of an array of views: its length, then itself or a prefix, its buffer and its place. */
static shift_status find_view(const shift__arrow_values *values, size_t i, const char **text,
                              size_t *n, shift_error *err)
{
    enum { INLINE = 12 };
    const char *view = (const char *)values->data + (values->offset + i) * 16;
    int32_t fields[4];
    memcpy(fields, view, sizeof fields);
    if (fields[0] < 0)
        return shift_error_set(err, SHIFT_EFORMAT, "a text of %d bytes", (int)fields[0]);
    *n = (size_t)fields[0];
    if (*n <= INLINE) {
        *text = view + 4;
        return SHIFT_OK;
    }
    if (*n > SHIFT__ROW_LIMIT)
        return too_long(*n, err);
    int32_t part = fields[2];
    int32_t place = fields[3];
    int64_t size = 0;
    if (part < 0 || (size_t)part >= values->n_parts || values->parts[part] == NULL)
        return shift_error_set(err, SHIFT_EFORMAT, "a text in buffer %d of %zu", (int)part,
                               values->n_parts);
    memcpy(&size, (const char *)values->part_sizes + (size_t)part * sizeof size, sizeof size);
    if (place < 0 || size < 0 || place > size || size - place < fields[0])
        return shift_error_set(err, SHIFT_EFORMAT, "a text of %d bytes at byte %d of %lld",
                               (int)fields[0], (int)place, (long long)size);
    *text = (const char *)values->parts[part] + place;
    return SHIFT_OK;
}

/* Scattered texts are copied; the room for all of them was made before. */
static shift_status place_text(text_place *place, const char *text, size_t n, shift__cell *cell,
                               shift_error *err)
{
    size_t begin = place->copied;
    if (place->copy != NULL && n > 0) {
        memcpy(place->copy + begin, text, n);
        place->copied += n;
    } else if (n > 0) {
        begin = (size_t)(text - place->base);
    }
    if (begin > UINT32_MAX - n)
        return shift_error_set(err, SHIFT_EUNSUPPORTED, "texts of more than 4 GiB together");
    cell->begin = (uint32_t)begin;
    cell->end = (uint32_t)(begin + n);
    return SHIFT_OK;
}

/* ---- cells ---- */

/* Place of row `i` in the dictionary. */
static shift_status find_index(const shift__arrow_column *column, size_t i, size_t *out,
                               shift_error *err)
{
    double index = 0; /* exact as far as a dictionary can be long */
    shift__arrow_numbers(&column->values, i, 1, &index);
    if (!(index >= 0 && index < (double)column->dictionary.length))
        return shift_error_set(err, SHIFT_EFORMAT, "index %.0f of a dictionary of %zu values",
                               index, column->dictionary.length);
    *out = (size_t)index;
    return SHIFT_OK;
}

/* The values behind row `i`, and its place among them; whether it is null. */
static shift_status find_value(const shift__arrow_column *column, size_t i,
                               const shift__arrow_values **values, size_t *at, bool *null,
                               shift_error *err)
{
    *values = &column->values;
    *at = i;
    *null = shift__arrow_is_null(*values, i);
    if (*null || !column->type->is_index)
        return SHIFT_OK;
    shift_status status = find_index(column, i, at, err);
    *values = &column->dictionary;
    *null = status == SHIFT_OK && shift__arrow_is_null(*values, *at);
    return status;
}

static shift_status find_any_text(const shift__arrow_values *values, size_t at, const char **text,
                                  size_t *n, shift_error *err)
{
    return values->element == SHIFT__ARROW_VIEW ? find_view(values, at, text, n, err)
                                                : find_text(values, at, text, n, err);
}

static shift_status take_cell(const shift__arrow_column *column, size_t i, text_place *place,
                              shift__cell *cell, shift_error *err)
{
    const shift__arrow_values *values = NULL;
    size_t at = 0;
    bool null = false;
    cell->type = SHIFT__CELL_NULL;
    shift_status status = find_value(column, i, &values, &at, &null, err);
    if (status != SHIFT_OK || null)
        return status;
    if (values->element == SHIFT__ARROW_BOOL) {
        bool truth = shift__arrow_bit(values->data, values->offset + at);
        *cell = (shift__cell){SHIFT__CELL_TEXT, truth ? 5 : 0, truth ? 9 : 5, 0};
        return SHIFT_OK;
    }
    char digits[SHIFT__ARROW_DIGITS];
    const char *text = digits;
    size_t n = 0;
    if (shift__arrow_is_number(values->element)) {
        cell->type = SHIFT__CELL_NUMBER;
        shift__arrow_numbers(values, at, 1, &cell->number);
        n = shift__arrow_has_digits(values) ? shift__arrow_digits(values, at, digits) : 0;
        return n > 0 ? place_text(place, digits, n, cell, err) : SHIFT_OK;
    }
    cell->type = SHIFT__CELL_TEXT;
    status = find_any_text(values, at, &text, &n, err);
    return status == SHIFT_OK ? place_text(place, text, n, cell, err) : status;
}

/* What the rows are, or are indices of. */
static const shift__arrow_values *behind(const shift__arrow_column *column)
{
    return column->type->is_index ? &column->dictionary : &column->values;
}

static bool is_copied(const shift__arrow_values *values)
{
    return values->element == SHIFT__ARROW_VIEW || shift__arrow_has_digits(values);
}

size_t shift__arrow_copied(const shift__arrow_column *column, size_t i)
{
    shift_error ignored = SHIFT_ERROR_INIT; /* told in its turn */
    const shift__arrow_values *values = NULL;
    char digits[SHIFT__ARROW_DIGITS];
    const char *text = NULL;
    size_t size = 0;
    size_t at = 0;
    bool null = false;
    if (!is_copied(behind(column)) ||
        find_value(column, i, &values, &at, &null, &ignored) != SHIFT_OK || null)
        return 0;
    if (values->element != SHIFT__ARROW_VIEW)
        return shift__arrow_digits(values, at, digits);
    return find_view(values, at, &text, &size, &ignored) == SHIFT_OK ? size : 0;
}

/* Room for the texts of views and for digits; other texts are used where they lie. */
static shift_status open_place(text_place *place, const shift__arrow_column *column, size_t first,
                               size_t n, shift__arena *arena, shift_error *err)
{
    const shift__arrow_values *values = behind(column);
    place->base = values->bytes;
    if (!is_copied(values)) {
        if (is_text(values->element) && !column->type->is_index && n > 0 && values->bytes != NULL) {
            int64_t begin = offset_at(values, values->offset + first);
            place->base += begin > 0 && begin < LENGTH_LIMIT ? begin : 0;
        }
        return SHIFT_OK;
    }
    for (size_t i = first; i < first + n; i++)
        place->room += shift__arrow_copied(column, i);
    shift_status status = shift__arena_alloc(arena, &place->copy, place->room + 1, 1, err);
    place->base = place->copy;
    return status;
}

shift_status shift__arrow_cells(const shift__arrow_column *column, size_t first, shift__cells *out,
                                shift__arena *arena, size_t *row, shift_error *err)
{
    shift__cell *cells = NULL;
    text_place place = {0};
    *row = 0;
    if (column->type->element == SHIFT__ARROW_UNSUPPORTED)
        return shift_error_set(err, SHIFT_EUNSUPPORTED,
                               "columns of Arrow type %s cannot be profiled; it can be excluded",
                               column->type->name);
    shift_status status = shift__arena_alloc(arena, &cells, out->rows, sizeof *cells, err);
    if (status == SHIFT_OK)
        status = open_place(&place, column, first, out->rows, arena, err);
    for (size_t r = 0; status == SHIFT_OK && r < out->rows; r++) {
        *row = r;
        status = take_cell(column, first + r, &place, &cells[r], err);
    }
    out->first = cells;
    out->stride = 1;
    out->bytes = column->type->element == SHIFT__ARROW_BOOL ? "falsetrue"
                 : place.base != NULL                       ? place.base
                                                            : "";
    return status;
}
