/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The named parts of a data set that a profile is of, so that none is counted twice. */
#ifndef SHIFT_PROFILE_PARTS_H
#define SHIFT_PROFILE_PARTS_H

#include <stddef.h>
#include <stdint.h>

#include "shift/error.h"

enum {
    SHIFT__PART_BYTES = 255,   /* of a name */
    SHIFT__PARTS_MAX = 1 << 17 /* in one profile */
};

typedef struct shift__part {
    uint64_t rows;
    char name[];
} shift__part;

typedef struct shift__parts {
    shift__part **items; /* by name, in byte order */
    size_t n, capacity;
} shift__parts;

/** Append a part whose name comes after all others. */
SHIFT_CHECKED shift_status shift__parts_append(shift__parts *parts, const char *name, size_t size,
                                               uint64_t rows, shift_error *err);
void shift__parts_clear(shift__parts *parts);

/** EINCOMPATIBLE where a part is in both. `*copies` are those of `src`, for the merge, which then
 * cannot fail and takes them; shift__parts_clear() else. */
SHIFT_CHECKED shift_status shift__parts_reserve_merge(shift__parts *dst, const shift__parts *src,
                                                      shift__parts *copies, shift_error *err);
void shift__parts_merge(shift__parts *dst, shift__parts *copies);

#endif
