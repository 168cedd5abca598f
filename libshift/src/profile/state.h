/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of a profile, for the files of this room. */
#ifndef SHIFT_PROFILE_STATE_H
#define SHIFT_PROFILE_STATE_H

#include "profile/comoments.h"
#include "profile/feature.h"
#include "profile/parts.h"
#include "profile/pending.h"
#include "profile/sample.h"

/* A field that a newer minor version has written: kept as it is, as long as the profile is. */
typedef struct shift__unknown {
    size_t column; /* whose it is; SIZE_MAX for the profile's own */
    uint32_t tag;
    unsigned wire_type;
    size_t size;
    unsigned char *data;
} shift__unknown;

struct shift_profile {
    shift_profile_options options; /* with the defaults filled in */
    shift_schema *schema;
    char *source;
    char *file; /* that it was loaded from; NULL where it was not */
    uint64_t rows;
    shift__feature *features;    /* one per column of the schema */
    size_t *order;               /* of the columns when they are added to */
    shift__comoments *comoments; /* NULL where none are kept */
    shift__sample *sample;       /* NULL where none is kept */
    char **extras;
    size_t n_extras, extras_capacity;
    shift__pending *pending; /* NULL until a row is added by itself */
    shift__parts parts;
    shift__part *part; /* the one that rows are added to, or NULL */
    unsigned minor;    /* version of the file it came from, where that is newer; else 0 */
    shift__unknown *unknown;
    size_t n_unknown, unknown_capacity;
};

/** Make room for batches that are known to fit the schema, and count their rows. Every part of them
 * must then be added once; that cannot fail, and different parts may be added at the same time. */
SHIFT_CHECKED shift_status shift__profile_begin(shift_profile *profile, const shift_batch *batches,
                                                size_t n_batches, shift_error *err);
size_t shift__profile_parts(const shift_profile *profile);
void shift__profile_add_part(shift_profile *profile, const shift_batch *batches, size_t n_batches,
                             size_t part);
/** Unknown fields say nothing about a profile that has changed. */
void shift__profile_forget_unknown(shift_profile *profile);
SHIFT_CHECKED shift_status shift__profile_name(shift_profile *profile, const char *source,
                                               size_t size, shift_error *err);
/** Remember a column of the source that the schema does not have. */
SHIFT_CHECKED shift_status shift__profile_add_extra(shift_profile *profile, const char *name,
                                                    size_t size, shift_error *err);

/** Find the schema's columns in the source: columns[i], or SIZE_MAX where it is absent. */
SHIFT_CHECKED shift_status shift__profile_match(shift_profile *profile, const shift_source *source,
                                                size_t *columns, shift_error *err);
/** Note the other columns of the source, but for those that are left out on purpose. */
SHIFT_CHECKED shift_status shift__profile_match_extras(shift_profile *profile,
                                                       const shift_source *source,
                                                       const shift_schema_options *left_out,
                                                       shift_error *err);

#endif
