/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dense row-major arrays: weights, activations and shapes of a network. */
#ifndef SHIFT_NETWORK_TENSOR_H
#define SHIFT_NETWORK_TENSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shift/error.h"

enum { SHIFT__RANK_MAX = 8 };

/** What a network computes with. Narrower integers of a file are read as INT64, and half and double
 * precision as FLOAT32. */
typedef enum shift__dtype { SHIFT__FLOAT32 = 0, SHIFT__INT64, SHIFT__BOOL } shift__dtype;

/** `data` has the product of `dims` elements (1 where the rank is 0): float, int64_t or bool. NULL
 * where only the shape is known. Owned where `owns`, borrowed otherwise. */
typedef struct shift__tensor {
    shift__dtype dtype;
    bool owns;
    bool channels_last; /* axis 1 varies fastest in memory, whatever `dims` says: activations inside
                           an execution that allows it */
    size_t rank;
    int64_t dims[SHIFT__RANK_MAX];
    void *data;
} shift__tensor;

size_t shift__dtype_size(shift__dtype dtype);
const char *shift__dtype_name(shift__dtype dtype);

/** The product of `rank` sizes, 1 for none. EUNSUPPORTED where it, times 8 bytes, exceeds a quarter
 * of the address space; EFORMAT where a size is negative. The message names no file. */
SHIFT_CHECKED shift_status shift__dims_product(const int64_t *dims, size_t rank, size_t *out,
                                               shift_error *err);
/** The number of elements of a tensor whose shape has been checked. */
size_t shift__tensor_size(const shift__tensor *tensor);
/** The product of dims[begin] to dims[end - 1]. */
size_t shift__tensor_span(const shift__tensor *tensor, size_t begin, size_t end);
bool shift__tensor_same_shape(const shift__tensor *a, const shift__tensor *b);
/** Zeroed, owned data for the shape that is set. */
SHIFT_CHECKED shift_status shift__tensor_alloc(shift__tensor *tensor, shift_error *err);
/** A copy of shape and data, owned. */
SHIFT_CHECKED shift_status shift__tensor_copy(shift__tensor *out, const shift__tensor *tensor,
                                              shift_error *err);
/** Release owned data and forget everything. */
void shift__tensor_clear(shift__tensor *tensor);

static inline float *shift__floats(const shift__tensor *tensor)
{
    return tensor->data;
}

static inline int64_t *shift__integers(const shift__tensor *tensor)
{
    return tensor->data;
}

static inline bool *shift__booleans(const shift__tensor *tensor)
{
    return tensor->data;
}

enum { SHIFT__SHAPE_TEXT = 192 };
/** "1x8x8" for messages; "scalar" for rank 0. */
const char *shift__shape_text(const shift__tensor *tensor, char text[SHIFT__SHAPE_TEXT]);

#endif
