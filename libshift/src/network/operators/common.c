/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks and shapes that many operators need. */
#include "network/operators/common.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

shift_status shift__call_refuse(const shift__call *call, const char *format, ...)
{
    char what[300];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return shift_error_set(call->err, SHIFT_EFORMAT, "%s", what);
}

const shift__tensor *shift__input(const shift__call *call, size_t i)
{
    return i < call->node->n_in ? call->in[i] : NULL;
}

shift__tensor *shift__output(const shift__call *call, size_t i)
{
    return i < call->node->n_out ? call->out[i] : NULL;
}

shift_status shift__expect_floats(const shift__call *call, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        const shift__tensor *in = shift__input(call, i);
        if (in != NULL && in->dtype != SHIFT__FLOAT32)
            return shift__call_refuse(call, "input %zu is %s; float was expected", i,
                                      shift__dtype_name(in->dtype));
    }
    return SHIFT_OK;
}

shift_status shift__expect_known(const shift__call *call, size_t i)
{
    const shift__tensor *in = shift__input(call, i);
    if (in == NULL || in->dtype != SHIFT__INT64)
        return shift__call_refuse(call, "input %zu holds no integers", i);
    if (in->data == NULL)
        return shift_error_set(call->err, SHIFT_EUNSUPPORTED,
                               "input %zu, which sets a shape, depends on the data", i);
    return SHIFT_OK;
}

shift_status shift__expect_rank(const shift__call *call, size_t i, size_t rank)
{
    const shift__tensor *in = shift__input(call, i);
    char text[SHIFT__SHAPE_TEXT];
    if (in == NULL || in->rank == rank)
        return SHIFT_OK;
    return shift__call_refuse(call, "input %zu has shape %s; %zu axes were expected", i,
                              shift__shape_text(in, text), rank);
}

shift_status shift__expect_vector(const shift__call *call, size_t i, int64_t size)
{
    const shift__tensor *in = shift__input(call, i);
    char text[SHIFT__SHAPE_TEXT];
    if (in == NULL || (in->rank == 1 && in->dims[0] == size))
        return SHIFT_OK;
    return shift__call_refuse(call, "input %zu has shape %s; %" PRId64 " elements were expected", i,
                              shift__shape_text(in, text), size);
}

shift_status shift__axis(const shift__call *call, int64_t axis, size_t rank, size_t *out)
{
    int64_t n = (int64_t)rank;
    if (axis < -n || axis >= n)
        return shift__call_refuse(call, "axis %" PRId64 " of a tensor of %zu axes", axis, rank);
    *out = (size_t)(axis < 0 ? axis + n : axis);
    return SHIFT_OK;
}

void shift__set_shape(shift__tensor *out, shift__dtype dtype, size_t rank, const int64_t *dims)
{
    if (out == NULL)
        return;
    out->dtype = dtype;
    out->rank = rank;
    if (rank > 0)
        memmove(out->dims, dims, rank * sizeof out->dims[0]);
}

shift_status shift__infer_like_input(const shift__call *call)
{
    const shift__tensor *in = call->in[0];
    shift__set_shape(call->out[0], in->dtype, in->rank, in->dims);
    return shift__expect_floats(call, 0, 1);
}

shift_status shift__broadcast(const shift__call *call, shift__tensor *a, const shift__tensor *b)
{
    size_t rank = a->rank > b->rank ? a->rank : b->rank;
    int64_t dims[SHIFT__RANK_MAX];
    for (size_t i = 0; i < rank; i++) { /* from the right */
        int64_t x = i < a->rank ? a->dims[a->rank - 1 - i] : 1;
        int64_t y = i < b->rank ? b->dims[b->rank - 1 - i] : 1;
        if (x != y && x != 1 && y != 1) {
            char left[SHIFT__SHAPE_TEXT];
            char right[SHIFT__SHAPE_TEXT];
            return shift__call_refuse(call, "shapes %s and %s do not fit together",
                                      shift__shape_text(a, left), shift__shape_text(b, right));
        }
        dims[rank - 1 - i] = x == 1 ? y : x;
    }
    shift__set_shape(a, a->dtype, rank, dims);
    return SHIFT_OK;
}

void shift__broadcast_steps(const shift__tensor *tensor, const shift__tensor *shape, int64_t *steps)
{
    int64_t step = 1;
    for (size_t i = 0; i < shape->rank; i++) {
        int64_t size = i < tensor->rank ? tensor->dims[tensor->rank - 1 - i] : 1;
        steps[shape->rank - 1 - i] = size == 1 ? 0 : step;
        step *= size;
    }
}
