/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrays of one Arrow column: checked when they come, and read as numbers or as texts. */
#ifndef SHIFT_SOURCE_ARROW_ARRAY_H
#define SHIFT_SOURCE_ARROW_ARRAY_H

#include "core/memory.h"
#include "source/arrow_type.h"
#include "source/cells.h"

/** Values [0, length) of an array, its own offset aside: value i is at `offset` + i of its buffers.
 */
typedef struct shift__arrow_values {
    shift__arrow_element element;
    const shift__arrow_type *type;
    size_t width; /* bytes of a value in `data` */
    bool is_time;
    size_t offset, length;
    const uint8_t *validity;  /* bits; NULL where no value is null */
    const void *data;         /* bits, values or views */
    const void *offsets;      /* of texts */
    const char *bytes;        /* of texts */
    const void *const *parts; /* of views: buffers that their texts may lie in */
    const int64_t *part_sizes;
    size_t n_parts;
} shift__arrow_values;

/** A column of a record batch. */
typedef struct shift__arrow_column {
    const shift__arrow_type *type;
    shift__arrow_values values;     /* or the indices */
    shift__arrow_values dictionary; /* what they are indices of */
} shift__arrow_column;

/** Look at an array for `rows` values from `first` on. The message names no column. */
SHIFT_CHECKED shift_status shift__arrow_column_check(shift__arrow_column *out,
                                                     const shift__arrow_type *type,
                                                     const struct ArrowArray *array, size_t first,
                                                     size_t rows, shift_error *err);
/** The validity of an array of any type, from a buffer that may be left out. */
SHIFT_CHECKED shift_status shift__arrow_validity(const uint8_t **out,
                                                 const struct ArrowArray *array, shift_error *err);
static inline bool shift__arrow_bit(const void *bits, size_t i)
{
    return (((const uint8_t *)bits)[i / 8] >> (i % 8) & 1) != 0;
}

/** Whether value `i` is null. */
static inline bool shift__arrow_is_null(const shift__arrow_values *values, size_t i)
{
    return values->element == SHIFT__ARROW_NULL ||
           (values->validity != NULL && !shift__arrow_bit(values->validity, values->offset + i));
}

/** Bytes of row `i` that shift__arrow_cells() would copy: those of a text behind a view that is as
 * it should be, and of digits. */
size_t shift__arrow_copied(const shift__arrow_column *column, size_t i);
/** Whether the values are numbers, or read as such (booleans, times). */
bool shift__arrow_is_number(shift__arrow_element element);
/** Values [first, first + n) as numbers; anything where they are null. */
void shift__arrow_numbers(const shift__arrow_values *values, size_t first, size_t n, double *out);
enum { SHIFT__ARROW_DIGITS = 96 }; /* bytes of a number's digits */
/** Whether the values are whole numbers that doubles may not tell apart. */
bool shift__arrow_has_digits(const shift__arrow_values *values);
/** Write the digits of such a value: how many, 0 where a double has them all. */
size_t shift__arrow_digits(const shift__arrow_values *values, size_t i, char *out);
/**
 * Rows [first, first + n) of a column as cells, with *bytes behind their texts; booleans as texts.
 * EFORMAT, with the row in *row, where an offset, a view or an index is wrong; EUNSUPPORTED for a
 * type that is not, or a text that is too long.
 */
SHIFT_CHECKED shift_status shift__arrow_cells(const shift__arrow_column *column, size_t first,
                                              shift__cells *out, shift__arena *arena, size_t *row,
                                              shift_error *err);

#endif
