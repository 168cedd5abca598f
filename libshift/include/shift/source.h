/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_SOURCE_H
#define SHIFT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "shift/error.h"
#include "shift/schema.h"

SHIFT_BEGIN_DECLS

/** Where rows come from: a CSV file or stream, a query, or Arrow (shift/arrow.h). Read once, front
 * to back, by one call; your own batches need none, see shift_profile_add(). Not safe for use by
 * several threads at once. */
typedef struct shift_source shift_source;

typedef struct shift_source_options {
    size_t size;    /**< sizeof(shift_source_options) */
    char delimiter; /**< of a CSV file, ASCII; ',' by default */
    /** Exact texts that mean "no value"; NULL for "", NA, N/A, NaN, nan, null, NULL, ?. Number
     * columns ignore spaces around the text, others do not. */
    const char *const *missing_tokens;
    size_t n_missing_tokens;
} shift_source_options;

#define SHIFT_SOURCE_OPTIONS_INIT                                                                  \
    {                                                                                              \
        sizeof(shift_source_options), ',', 0, 0                                                    \
    }

/**
 * Open `spec`, to be closed by the caller: a path (plain, or compressed by gzip or Zstandard, told
 * by content), "-" for standard input, or "sqlite:FILE?SELECT ..." for the rows of a query.
 * `options` may be NULL and is copied. The header row is read here. EIO where it cannot be opened
 * or is a directory; ENODATA where it is empty; EFORMAT where it has NUL bytes, is UTF-16 or not
 * text, or its names are empty, repeated or not UTF-8; EINVAL where SQLite does not understand the
 * query; EUNSUPPORTED beyond 10,000 columns.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_source_open(shift_source **out, const char *spec,
                                                       const shift_source_options *options,
                                                       shift_error *err);
SHIFT_API void shift_source_close(shift_source *source); /**< NULL is allowed. */
/** The name given at opening, for messages and records; borrowed. */
SHIFT_API const char *shift_source_name(const shift_source *source);
/** How many columns the source has; 0 for NULL. */
SHIFT_API size_t shift_source_columns(const shift_source *source);
/** Name of column `i` in the source's order, borrowed; NULL where there is none. */
SHIFT_API const char *shift_source_column(const shift_source *source, size_t i);

/** A kind set by the user for one column, or a column to leave out. */
typedef struct shift_schema_rule {
    const char *column;
    bool exclude;    /**< leave the column out; `kind` does not matter */
    shift_kind kind; /**< otherwise: take this kind instead of the inferred one */
} shift_schema_rule;

typedef struct shift_schema_options {
    size_t size; /**< sizeof(shift_schema_options) */
    const shift_schema_rule *rules;
    size_t n_rules;
    const char *const *only; /**< keep only these columns; NULL for all */
    size_t n_only;
    bool find_row_numbers; /**< whole numbers that count or name the rows, or are times in seconds
                            * or parts of them since 1970, are identifiers, not numeric */
} shift_schema_options;

#define SHIFT_SCHEMA_OPTIONS_INIT                                                                  \
    {                                                                                              \
        sizeof(shift_schema_options), 0, 0, 0, 0, 0                                                \
    }

/**
 * Infer names and kinds from the source's first rows (a bounded number), obeying the rules. The
 * schema is the caller's, who frees it. Nothing is consumed: the rows are read again by whoever
 * profiles the source. EINVAL where a rule names a column that is not there, every column is left
 * out, or the source has been read; and what reading fails with. `options` may be NULL.
 * docs/methods.md states the rules of inference.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_source_infer(shift_source *source,
                                                        const shift_schema_options *options,
                                                        shift_schema **out, shift_error *err);

SHIFT_END_DECLS

#endif
