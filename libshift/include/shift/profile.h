/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_PROFILE_H
#define SHIFT_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shift/batch.h"
#include "shift/error.h"
#include "shift/progress.h"
#include "shift/schema.h"
#include "shift/source.h"

SHIFT_BEGIN_DECLS

/**
 * What is kept of a data set: per column counts, moments, quantile sketch or category counts; for
 * all numeric columns together the co-moments and a bounded uniform sample of rows. Built in one
 * pass in bounded memory, mergeable, and saved to a file. Not safe for concurrent writers: one
 * profile a thread, then merge.
 */
typedef struct shift_profile shift_profile;

typedef struct shift_profile_options {
    size_t size;          /**< sizeof(shift_profile_options) */
    uint64_t seed;        /**< of the sketches and the row sample; same seed, same bytes */
    unsigned threads;     /**< for shift_profile_read(); results do not depend on it; 0 means 1 */
    bool exact;           /**< keep every value: memory grows with the rows */
    uint32_t sketch_size; /**< K of the saved quantile sketch; 0 for the default, else 64..65535 */
    uint32_t categories;  /**< counters kept for a text column; 0 for the default (65,536) */
    uint32_t sample_rows; /**< rows in the sample; 0 for the default (4,096) */
    bool no_sample;       /**< keep no raw row */
    const char *part;     /**< name (1 to 255 bytes) of the part of a data set that is profiled,
                               copied; or NULL. Profiles that have a part in common do not merge. */
    const shift_progress *progress; /**< of shift_profile_read(); NULL for none */
} shift_profile_options;

#define SHIFT_PROFILE_OPTIONS_INIT                                                                 \
    {                                                                                              \
        sizeof(shift_profile_options), 0, 1, false, 0, 0, 0, false, NULL, NULL                     \
    }

/** An empty profile for rows of `schema` (copied), which the caller frees. `options` may be NULL.
 * EINVAL for numbers that are out of the ranges above. */
SHIFT_API SHIFT_CHECKED shift_status shift_profile_new(shift_profile **out,
                                                       const shift_schema *schema,
                                                       const shift_profile_options *options,
                                                       shift_error *err);
SHIFT_API void shift_profile_free(shift_profile *profile); /**< NULL is allowed. */

/** Add the rows of a batch whose columns are those of the schema, which is borrowed for the call.
 * On failure nothing is added: EINVAL for another number of columns, a column without what its kind
 * needs (`numbers`, or `bytes`, `begin` and `end`), a text that ends before it begins, a number
 * that is not finite where the state says PRESENT, or while rows are kept back. */
SHIFT_API SHIFT_CHECKED shift_status shift_profile_add(shift_profile *profile,
                                                       const shift_batch *batch, shift_error *err);

/** One field of a row. */
typedef struct shift_value {
    double number;           /**< number kinds */
    const char *text;        /**< text kinds, of `size` bytes; of booleans "true" or "false" */
    size_t size;             /**< bytes of `text` */
    shift_field_state state; /**< where it is not PRESENT, the others do not matter */
} shift_value;

/** A number; where it is not finite it is counted as SHIFT_FIELD_NON_FINITE. */
static inline shift_value shift_value_number(double number)
{
    shift_value value = {0, 0, 0, SHIFT_FIELD_PRESENT};
    value.number = number;
    return value;
}

/** A text, borrowed until the call that it is given to returns. */
static inline shift_value shift_value_text(const char *text, size_t size)
{
    shift_value value = {0, 0, 0, SHIFT_FIELD_PRESENT};
    value.text = text;
    value.size = size;
    return value;
}

static inline shift_value shift_value_missing(void)
{
    shift_value value = {0, 0, 0, SHIFT_FIELD_MISSING};
    return value;
}

/**
 * Add one row of `n` values, one for each column of the schema. Some rows (256, fewer of very wide
 * ones) are kept back and added together, which makes it cheap. Until they are, see
 * shift_profile_flush(), the profile can be added to and freed; whatever else would look at it is
 * EINVAL. On failure the row is not added.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_profile_add_row(shift_profile *profile,
                                                           const shift_value *values, size_t n,
                                                           shift_error *err);
/** Add the rows that were kept back. On failure they still are. */
SHIFT_API SHIFT_CHECKED shift_status shift_profile_flush(shift_profile *profile, shift_error *err);

/**
 * Read `source` to its end. With `schema` NULL the kinds are inferred (by `infer`, which may be
 * NULL too); otherwise the columns of `schema` are found in the source by name: one that is not
 * there is profiled as absent (every row missing), and further ones are only named, see
 * shift_profile_extra(), unless the rules of `infer` leave them out. EINCOMPATIBLE where no column
 * of `schema` is in the source, ENODATA where it has no rows.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_profile_read(shift_profile **out, shift_source *source,
                                                        const shift_schema *schema,
                                                        const shift_schema_options *infer,
                                                        const shift_profile_options *options,
                                                        shift_error *err);

/**
 * Add all of `src` to `dst`. EINCOMPATIBLE, naming it, where the schemas differ or a named part is
 * in both; EUNSUPPORTED for more than 131,072 named parts. All-or-nothing; `src` is untouched;
 * `dst` and `src` must not be the same.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_profile_merge(shift_profile *dst,
                                                         const shift_profile *src,
                                                         shift_error *err);

/** Write beside `path`, sync, and rename; "-" is standard output. Values beyond the sketch's size
 * are sketched in the file unless the profile is exact; the profile itself is not changed. */
SHIFT_API SHIFT_CHECKED shift_status shift_profile_save(const shift_profile *profile,
                                                        const char *path, shift_error *err);
/** The bytes of such a file, which the caller frees. The same profile gives the same bytes. */
SHIFT_API SHIFT_CHECKED shift_status shift_profile_encode(const shift_profile *profile,
                                                          unsigned char **bytes, size_t *n,
                                                          shift_error *err);
/** A profile from those bytes; `name` stands for them in messages. Fails as loading does. */
SHIFT_API SHIFT_CHECKED shift_status shift_profile_decode(shift_profile **out,
                                                          const unsigned char *bytes, size_t n,
                                                          const char *name, shift_error *err);
/** Load a saved profile, which the caller frees. EIO where it cannot be read, EFORMAT for a damaged
 * one, EUNSUPPORTED for a newer major version. */
SHIFT_API SHIFT_CHECKED shift_status shift_profile_load(shift_profile **out, const char *path,
                                                        shift_error *err);
/** True where the file begins as a saved profile does, whatever its name; false where it cannot be
 * read, and for NULL. */
SHIFT_API bool shift_profile_detect(const char *path);

/** Rows added, those that were kept back included. */
SHIFT_API uint64_t shift_profile_rows(const shift_profile *profile);
/** Its columns; borrowed, with the life of the profile. */
SHIFT_API const shift_schema *shift_profile_schema(const shift_profile *profile);
/** Name of the source that it was read from, "" for none; borrowed. */
SHIFT_API const char *shift_profile_source(const shift_profile *profile);
/** Whether column `i` of the schema was absent from the source; false where there is none. */
SHIFT_API bool shift_profile_absent(const shift_profile *profile, size_t i);
/** Columns of the source that the schema does not have: how many. */
SHIFT_API size_t shift_profile_extras(const shift_profile *profile);
/** The name of one of them, in the order of the source, borrowed; NULL where there is none. */
SHIFT_API const char *shift_profile_extra(const shift_profile *profile, size_t i);
/** Named parts that it is made of: how many. Rows without a named part are in no part. */
SHIFT_API size_t shift_profile_parts(const shift_profile *profile);
/** The name of one of them, in byte order, borrowed, with its rows in *rows, which may be NULL;
 * NULL where there is none. */
SHIFT_API const char *shift_profile_part(const shift_profile *profile, size_t i, uint64_t *rows);

SHIFT_END_DECLS

#endif
