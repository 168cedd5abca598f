/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Types of Arrow columns, from the format strings of the C data interface. */
#ifndef SHIFT_SOURCE_ARROW_TYPE_H
#define SHIFT_SOURCE_ARROW_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shift/arrow.h"

typedef enum shift__arrow_element {
    SHIFT__ARROW_UNSUPPORTED,
    SHIFT__ARROW_NULL,
    SHIFT__ARROW_BOOL,
    SHIFT__ARROW_I8,
    SHIFT__ARROW_U8,
    SHIFT__ARROW_I16,
    SHIFT__ARROW_U16,
    SHIFT__ARROW_I32,
    SHIFT__ARROW_U32,
    SHIFT__ARROW_I64,
    SHIFT__ARROW_U64,
    SHIFT__ARROW_F16,
    SHIFT__ARROW_F32,
    SHIFT__ARROW_F64,
    SHIFT__ARROW_DECIMAL,
    SHIFT__ARROW_TEXT32, /* utf8, with offsets of 32 bits */
    SHIFT__ARROW_TEXT64,
    SHIFT__ARROW_VIEW
} shift__arrow_element;

typedef struct shift__arrow_type {
    shift__arrow_element element;
    size_t width;         /* bytes of a value in its buffer; 0 for bits, texts and nulls */
    int64_t time_divisor; /* of times: units a second; 0 for others */
    int64_t time_factor;  /* of dates: seconds a unit; else 1 */
    int scale;            /* of decimals: digits behind the point */
    const char *name;     /* for messages; static */
    bool is_index;        /* the values are places in a dictionary ... */
    struct {
        shift__arrow_element element;
        size_t width;
    } index; /* ... and these are the indices; all else is about the dictionary */
} shift__arrow_type;

/** The type of a column; a type that cannot be profiled is no failure. */
SHIFT_CHECKED shift_status shift__arrow_type_read(shift__arrow_type *out,
                                                  const struct ArrowSchema *schema,
                                                  shift_error *err);

#endif
