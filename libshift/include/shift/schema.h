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

/** "numeric", "categorical", "boolean", "timestamp" or "identifier"; static. NULL for anything
 * else.
 */
SHIFT_API const char *shift_kind_name(shift_kind kind);
/** The kind of that name; false, with `*kind` untouched, where it is none of the five. */
SHIFT_API bool shift_kind_parse(const char *name, shift_kind *kind);
/** True for kinds whose values are numbers (numeric, timestamp), false for text kinds. */
SHIFT_API bool shift_kind_is_number(shift_kind kind);

/** Names and kinds of the columns of a data set, in order. Names are distinct and not empty. */
typedef struct shift_schema shift_schema;

/** A schema without columns, which the caller frees. */
SHIFT_API SHIFT_CHECKED shift_status shift_schema_new(shift_schema **out, shift_error *err);
SHIFT_API void shift_schema_free(shift_schema *schema); /**< NULL is allowed. */
/** A copy of `from`, which the caller frees. */
SHIFT_API SHIFT_CHECKED shift_status shift_schema_copy(shift_schema **out, const shift_schema *from,
                                                       shift_error *err);
/** Append a column; `name` is copied. EINVAL for an empty name, one that is there already, or a
 * kind that is none. */
SHIFT_API SHIFT_CHECKED shift_status shift_schema_add(shift_schema *schema, const char *name,
                                                      shift_kind kind, shift_error *err);
/** How many columns; 0 for NULL. */
SHIFT_API size_t shift_schema_size(const shift_schema *schema);
/** Name of column `i`, borrowed until the schema changes; NULL where there is none. */
SHIFT_API const char *shift_schema_name(const shift_schema *schema, size_t i);
/** Kind of column `i`; SHIFT_KIND_NUMERIC where there is none. */
SHIFT_API shift_kind shift_schema_kind(const shift_schema *schema, size_t i);
/** Index of the column, or SIZE_MAX where there is none. */
SHIFT_API size_t shift_schema_find(const shift_schema *schema, const char *name);

SHIFT_END_DECLS

#endif
