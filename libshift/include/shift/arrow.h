/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_ARROW_H
#define SHIFT_ARROW_H

#include <stddef.h>
#include <stdint.h>

#include "shift/error.h"
#include "shift/report.h"
#include "shift/source.h"

SHIFT_BEGIN_DECLS

/* The structures of the Arrow C data and C stream interfaces, as their specification has them to be
 * copied; other headers may have defined them before. */

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};

#endif

/**
 * A source of the rows of a stream of record batches (arrays of type struct, one child a column).
 * `name` is for messages and records; NULL for "arrow". `options` may be NULL; its delimiter does
 * not matter.
 *
 * The stream is moved into the source: on return stream->release is NULL, also after a failure, and
 * the producer's own release is called once, at shift_source_close() at the latest. A batch is
 * released as soon as its rows have been used. The stream's functions, and the release of its
 * batches, are called by one thread at a time; where shift_profile_options.threads is more than 1
 * that may be another one than the caller's (a producer in Python needs its lock to be free
 * meanwhile, which ctypes and cffi see to).
 *
 * Types: null, bool, (u)int8 to 64, float16 to 64, decimal32 to 256, date32/64, timestamps (seconds
 * since 1970, UTC; without a zone taken as UTC), utf8, large utf8, string view, and dictionaries of
 * these. Columns of other types can be left out by a rule or by the schema; else they are
 * EUNSUPPORTED, with the type's name. Nulls, also those of the record batch itself, are missing,
 * and so are the missing tokens: texts, numbers, and NaN where "nan" or "NaN" is one. Decimals are
 * rounded once, to the nearest double. Booleans, dates and timestamps say what kind they are; for
 * the others the values do, by the rules of a CSV file. Values of doubles are used where they lie,
 * not copied, where none is missing.
 *
 * EINVAL for a released stream or one without functions; EFORMAT for a schema or, when it is
 * read, an array that is not what the specification says: a wrong number of buffers or
 * children, lengths and offsets that are negative, beyond the parent's or beyond any memory,
 * offsets of text that descend, indices beyond their dictionary. (That a buffer is as long as its
 * array says cannot be seen.) EUNSUPPORTED for a text of more than 16 MiB, or a row whose string
 * views have more together. EIO with the producer's own words where it fails.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_source_open_arrow(shift_source **out,
                                                             struct ArrowArrayStream *stream,
                                                             const char *name,
                                                             const shift_source_options *options,
                                                             shift_error *err);
/** The same of one record batch. Both `array` and `schema` are moved into the source: on return
 * their release is NULL, also after a failure (but not where one of them is NULL). `name` and
 * `options` may be NULL. */
SHIFT_API SHIFT_CHECKED shift_status shift_source_open_arrow_array(
    shift_source **out, struct ArrowArray *array, struct ArrowSchema *schema, const char *name,
    const shift_source_options *options, shift_error *err);

/**
 * The measurements of a comparison as a stream of one record batch, one row a measurement: of the
 * data set first, then of the features and the layers. Columns, all but the first three nullable:
 * subject_type ("dataset", "feature", "layer"), subject, statistic, value, low, high, p_value,
 * log10_p, p_adjusted, warn, alert (float64; null where undefined), verdict and reason (utf8), as
 * in shift_measurement. The stream holds copies: the comparison may be freed before it. The caller
 * releases it, with out->release(out). On failure `*out` is untouched.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_comparison_export_arrow(
    struct ArrowArrayStream *out, const shift_comparison *comparison, shift_error *err);

SHIFT_END_DECLS

#endif
