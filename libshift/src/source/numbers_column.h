/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A column of decimals at once. */
#ifndef SHIFT_SOURCE_NUMBERS_COLUMN_H
#define SHIFT_SOURCE_NUMBERS_COLUMN_H

#include <stddef.h>
#include <stdint.h>

/** Where the fields of one column lie: field r is bytes[index[r * stride]] to
 * bytes[index[r * stride + 1] - 2]. At least 64 bytes before and behind may be read. */
typedef struct shift__extents {
    const char *bytes;
    const uint32_t *index;
    size_t stride;
    size_t rows;
} shift__extents;

/**
 * Convert the rows that hold a usual decimal: an optional minus, digits with an optional point,
 * nothing else. The other rows, in ascending order, go to `hard`, which has room for all of them,
 * and out[r] is left alone there. Returns how many.
 */
typedef size_t shift__numbers_kernel(const shift__extents *extents, double *out, uint32_t *hard);

shift__numbers_kernel shift__numbers_scalar; /* the twin that the others are tested against */
shift__numbers_kernel shift__numbers_avx2;

/** The fastest one that this processor runs. */
shift__numbers_kernel *shift__numbers_best(void);

#endif
