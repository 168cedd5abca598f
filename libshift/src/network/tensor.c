/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dense arrays with checked sizes. */
#include "network/tensor.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

size_t shift__dtype_size(shift__dtype dtype)
{
    switch (dtype) {
    case SHIFT__FLOAT32:
        return sizeof(float);
    case SHIFT__INT64:
        return sizeof(int64_t);
    case SHIFT__BOOL:
        return sizeof(bool);
    }
    return 1;
}

const char *shift__dtype_name(shift__dtype dtype)
{
    switch (dtype) {
    case SHIFT__FLOAT32:
        return "float";
    case SHIFT__INT64:
        return "integer";
    case SHIFT__BOOL:
        return "boolean";
    }
    return "?";
}

shift_status shift__dims_product(const int64_t *dims, size_t rank, size_t *out, shift_error *err)
{
    size_t product = 1;
    bool empty = false;
    for (size_t i = 0; i < rank; i++) {
        if (dims[i] < 0)
            return shift_error_set(err, SHIFT_EFORMAT, "size %" PRId64 " of axis %zu is negative",
                                   dims[i], i);
        empty = empty || dims[i] == 0;
        if (dims[i] > 0 && (uint64_t)dims[i] > SIZE_MAX / 4 / sizeof(int64_t) / product)
            return shift_error_set(err, SHIFT_EUNSUPPORTED,
                                   "a tensor of more elements than memory can hold");
        if (dims[i] > 0)
            product *= (size_t)dims[i];
    }
    *out = empty ? 0 : product;
    return SHIFT_OK;
}

size_t shift__tensor_span(const shift__tensor *tensor, size_t begin, size_t end)
{
    size_t product = 1;
    for (size_t i = begin; i < end; i++)
        product *= (size_t)tensor->dims[i];
    return product;
}

size_t shift__tensor_size(const shift__tensor *tensor)
{
    return shift__tensor_span(tensor, 0, tensor->rank);
}

bool shift__tensor_same_shape(const shift__tensor *a, const shift__tensor *b)
{
    return a->rank == b->rank && memcmp(a->dims, b->dims, a->rank * sizeof a->dims[0]) == 0;
}

shift_status shift__tensor_alloc(shift__tensor *tensor, shift_error *err)
{
    size_t n = 0;
    shift_status status = shift__dims_product(tensor->dims, tensor->rank, &n, err);
    void *data = NULL;
    if (status == SHIFT_OK)
        status = shift__alloc(&data, n, shift__dtype_size(tensor->dtype), err);
    if (status != SHIFT_OK)
        return status;
    tensor->data = data;
    tensor->owns = true;
    return SHIFT_OK;
}

shift_status shift__tensor_copy(shift__tensor *out, const shift__tensor *tensor, shift_error *err)
{
    shift__tensor copy = *tensor;
    shift_status status = shift__tensor_alloc(&copy, err);
    if (status != SHIFT_OK)
        return status;
    memcpy(copy.data, tensor->data, shift__tensor_size(tensor) * shift__dtype_size(tensor->dtype));
    *out = copy;
    return SHIFT_OK;
}

void shift__tensor_clear(shift__tensor *tensor)
{
    if (tensor->owns)
        free(tensor->data);
    *tensor = (shift__tensor){.dtype = SHIFT__FLOAT32};
}

const char *shift__shape_text(const shift__tensor *tensor, char text[SHIFT__SHAPE_TEXT])
{
    if (tensor->rank == 0)
        return "scalar";
    size_t n = 0;
    for (size_t i = 0; i < tensor->rank; i++) {
        const char *times = i > 0 ? "x" : "";
        int size = tensor->dims[i] < 0 ? snprintf(text + n, SHIFT__SHAPE_TEXT - n, "%s?", times)
                                       : snprintf(text + n, SHIFT__SHAPE_TEXT - n, "%s%" PRId64,
                                                  times, tensor->dims[i]);
        n += size > 0 ? (size_t)size : 0;
    }
    return text;
}
