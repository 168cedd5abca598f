/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_SCHEMA_H
#define SHIFT_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "shift/error.h"

SHIFT_BEGIN_DECLS

/** What a column holds. The names in text are the enumerators' in lower case. */
typedef enum shift_kind {
    SHIFT_KIND_NUMERIC = 0,
    SHIFT_KIND_CATEGORICAL,
    SHIFT_KIND_BOOLEAN,   /**< two values; judged as categories "false" and "true" */
    SHIFT_KIND_TIMESTAMP, /**< ISO 8601, as seconds since 1970-01-01T00:00:00Z; profiled, not judged
                             but for missing values */
    SHIFT_KIND_IDENTIFIER /**< nearly all distinct text; profiled, not judged but for missing
                             values */
} shift_kind;

/** "numeric", "categorical", "boolean", "timestamp" or "identifier"; static. */
SHIFT_API const char *shift_kind_name(shift_kind kind);
/** False, with `*kind` untouched, where `name` is none of the five. */
SHIFT_API bool shift_kind_parse(const char *name, shift_kind *kind);
/** True for kinds whose values are numbers (numeric, timestamp), false for text kinds. */
SHIFT_API bool shift_kind_is_number(shift_kind kind);

/** Names and kinds of the columns of a data set, in order. Names are distinct and not empty. */
typedef struct shift_schema shift_schema;

SHIFT_API SHIFT_CHECKED shift_status shift_schema_new(shift_schema **out, shift_error *err);
SHIFT_API void shift_schema_free(shift_schema *schema); /**< NULL is allowed. */
SHIFT_API SHIFT_CHECKED shift_status shift_schema_copy(shift_schema **out, const shift_schema *from,
                                                       shift_error *err);
/** Append a column; EINVAL for an empty name or one that is there already. */
SHIFT_API SHIFT_CHECKED shift_status shift_schema_add(shift_schema *schema, const char *name,
                                                      shift_kind kind, shift_error *err);
SHIFT_API size_t shift_schema_size(const shift_schema *schema);
/** Name of column `i`, borrowed until the schema changes; `i` below the size. */
SHIFT_API const char *shift_schema_name(const shift_schema *schema, size_t i);
SHIFT_API shift_kind shift_schema_kind(const shift_schema *schema, size_t i);
/** Index of the column, or SIZE_MAX where there is none. */
SHIFT_API size_t shift_schema_find(const shift_schema *schema, const char *name);

SHIFT_END_DECLS

#endif
