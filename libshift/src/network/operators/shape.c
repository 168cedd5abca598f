/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators that change the shape and not the elements, and Transpose. */
#include <inttypes.h>
#include <string.h>

#include "network/operators/backward.h"
#include "network/operators/common.h"
#include "network/operators/families.h"

/* ---- Identity and Dropout, which is off ---- */

static shift_status infer_identity(const shift__call *call)
{
    const shift__tensor *in = call->in[0];
    shift__set_shape(call->out[0], in->dtype, in->rank, in->dims);
    return SHIFT_OK;
}

static shift_status parse_dropout(shift__attributes *a, shift__node *node)
{
    (void)shift__attribute_float(a, "ratio", 0);
    (void)shift__attribute_int(a, "seed", 0);
    (void)shift__attribute_int(a, "is_test", 0);
    (void)node;
    return shift__attributes_status(a);
}

static shift_status infer_dropout(const shift__call *call)
{
    const shift__tensor *in = call->in[0];
    shift__set_shape(shift__output(call, 1), SHIFT__BOOL, in->rank, in->dims);
    return infer_identity(call);
}

static shift_status forward_dropout(const shift__call *call)
{
    size_t n = shift__tensor_size(call->in[0]);
    if (n > 0)
        memcpy(call->out[0]->data, call->in[0]->data, n * shift__dtype_size(call->in[0]->dtype));
    for (size_t i = 0; shift__output(call, 1) != NULL && i < n; i++)
        shift__booleans(call->out[1])[i] = true;
    return SHIFT_OK;
}

/* ---- Flatten ---- */

static shift_status parse_flatten(shift__attributes *a, shift__node *node)
{
    shift__axis_parameters *p = shift__attributes_alloc(a, sizeof *p);
    if (p != NULL)
        p->axis = shift__attribute_int(a, "axis", 1);
    node->parameters = p;
    return shift__attributes_status(a);
}

static shift_status infer_flatten(const shift__call *call)
{
    const shift__axis_parameters *p = call->node->parameters;
    const shift__tensor *in = call->in[0];
    size_t axis = in->rank;
    shift_status status = SHIFT_OK;
    if (p->axis != (int64_t)in->rank)
        status = shift__axis(call, p->axis, in->rank, &axis);
    if (status != SHIFT_OK)
        return status;
    int64_t dims[] = {(int64_t)shift__tensor_span(in, 0, axis),
                      (int64_t)shift__tensor_span(in, axis, in->rank)};
    shift__set_shape(call->out[0], in->dtype, 2, dims);
    return SHIFT_OK;
}

/* ---- Reshape ---- */

static shift_status parse_reshape(shift__attributes *a, shift__node *node)
{
    bool *allow_zero = shift__attributes_alloc(a, sizeof *allow_zero);
    if (allow_zero != NULL)
        *allow_zero = shift__attribute_int(a, "allowzero", 0) != 0;
    node->parameters = allow_zero;
    return shift__attributes_status(a);
}

static shift_status infer_reshape(const shift__call *call)
{
    const bool *allow_zero = call->node->parameters;
    const shift__tensor *in = call->in[0];
    int64_t dims[SHIFT__RANK_MAX];
    size_t free_axis = SIZE_MAX;
    size_t size = 0;
    shift_status status = shift__expect_known(call, 1);
    if (status == SHIFT_OK && shift__tensor_size(call->in[1]) > SHIFT__RANK_MAX)
        status = shift__call_refuse(call, "a shape of too many axes");
    if (status != SHIFT_OK)
        return status;
    size_t rank = shift__tensor_size(call->in[1]);
    for (size_t i = 0; i < rank; i++) {
        dims[i] = shift__integers(call->in[1])[i];
        if (dims[i] == 0 && !*allow_zero && i < in->rank)
            dims[i] = in->dims[i];
        if (dims[i] == -1 && free_axis != SIZE_MAX)
            return shift__call_refuse(call, "a shape with -1 twice");
        if (dims[i] == -1) {
            free_axis = i;
            dims[i] = 1;
        }
    }
    size_t have = shift__tensor_size(in);
    status = shift__dims_product(dims, rank, &size, call->err);
    if (status == SHIFT_OK && free_axis != SIZE_MAX && size > 0 && have % size == 0) {
        dims[free_axis] = (int64_t)(have / size);
        size = have;
    }
    shift__set_shape(call->out[0], in->dtype, rank, dims);
    if (status == SHIFT_OK && size != have) {
        char from[SHIFT__SHAPE_TEXT];
        char to[SHIFT__SHAPE_TEXT];
        status = shift__call_refuse(call, "shape %s cannot become %s", shift__shape_text(in, from),
                                    shift__shape_text(call->out[0], to));
    }
    return status;
}

/* ---- Squeeze and Unsqueeze: axes are an attribute before opset 13, an input since ---- */

static shift_status parse_axes(shift__attributes *a, shift__node *node)
{
    shift__axes_parameters *p = shift__attributes_alloc(a, sizeof *p);
    if (p != NULL && a->opset < 13)
        p->axes = shift__attribute_ints(a, "axes");
    node->parameters = p;
    return shift__attributes_status(a);
}

/* Mark the axes of a tensor of `rank` axes; *given is false where none are named. */
static shift_status mark_axes(const shift__call *call, size_t rank, bool marked[SHIFT__RANK_MAX],
                              bool *given)
{
    const shift__axes_parameters *p = call->node->parameters;
    const int64_t *axes = p->axes.values;
    size_t n = p->axes.n;
    *given = p->axes.given;
    shift_status status = SHIFT_OK;
    if (shift__input(call, 1) != NULL) {
        status = shift__expect_known(call, 1);
        if (status != SHIFT_OK)
            return status;
        axes = shift__integers(call->in[1]);
        n = shift__tensor_size(call->in[1]);
        *given = true;
    }
    for (size_t i = 0; status == SHIFT_OK && i < n; i++) {
        size_t axis = 0;
        status = shift__axis(call, axes[i], rank, &axis);
        if (status == SHIFT_OK && marked[axis])
            status = shift__call_refuse(call, "axis %zu is named twice", axis);
        if (status == SHIFT_OK)
            marked[axis] = true;
    }
    return status;
}

static shift_status infer_squeeze(const shift__call *call)
{
    const shift__tensor *in = call->in[0];
    bool marked[SHIFT__RANK_MAX] = {false};
    bool given = false;
    int64_t dims[SHIFT__RANK_MAX];
    size_t rank = 0;
    shift_status status = mark_axes(call, in->rank, marked, &given);
    for (size_t i = 0; status == SHIFT_OK && i < in->rank; i++) {
        if (given && marked[i] && in->dims[i] != 1)
            status =
                shift__call_refuse(call, "axis %zu has size %" PRId64 ", not 1", i, in->dims[i]);
        if (given ? !marked[i] : in->dims[i] != 1)
            dims[rank++] = in->dims[i];
    }
    if (status == SHIFT_OK)
        shift__set_shape(call->out[0], in->dtype, rank, dims);
    return status;
}

static shift_status infer_unsqueeze(const shift__call *call)
{
    const shift__axes_parameters *p = call->node->parameters;
    const shift__tensor *in = call->in[0];
    const shift__tensor *axes = shift__input(call, 1);
    bool marked[SHIFT__RANK_MAX] = {false};
    bool given = false;
    int64_t dims[SHIFT__RANK_MAX];
    size_t n = axes != NULL ? shift__tensor_size(axes) : p->axes.n;
    if (n == 0 || n > SHIFT__RANK_MAX - in->rank)
        return shift__call_refuse(call, "%zu axes cannot be put in", n);
    size_t rank = in->rank + n;
    shift_status status = mark_axes(call, rank, marked, &given);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0, k = 0; i < rank; i++)
        dims[i] = marked[i] ? 1 : in->dims[k++];
    shift__set_shape(call->out[0], in->dtype, rank, dims);
    return SHIFT_OK;
}

/* ---- Transpose ---- */

static shift_status parse_transpose(shift__attributes *a, shift__node *node)
{
    shift__ints *perm = shift__attributes_alloc(a, sizeof *perm);
    if (perm != NULL)
        *perm = shift__attribute_ints(a, "perm");
    node->parameters = perm;
    return shift__attributes_status(a);
}

static shift_status infer_transpose(const shift__call *call)
{
    const shift__ints *perm = call->node->parameters;
    const shift__tensor *in = call->in[0];
    bool seen[SHIFT__RANK_MAX] = {false};
    int64_t dims[SHIFT__RANK_MAX];
    if (perm->given && perm->n != in->rank)
        return shift__call_refuse(call, "perm has %zu axes, the input %zu", perm->n, in->rank);
    for (size_t i = 0; i < in->rank; i++) {
        size_t axis = in->rank - 1 - i;
        shift_status status =
            perm->given ? shift__axis(call, perm->values[i], in->rank, &axis) : SHIFT_OK;
        if (status == SHIFT_OK && seen[axis])
            status = shift__call_refuse(call, "perm names axis %zu twice", axis);
        if (status != SHIFT_OK)
            return status;
        seen[axis] = true;
        dims[i] = in->dims[axis];
    }
    shift__set_shape(call->out[0], in->dtype, in->rank, dims);
    return SHIFT_OK;
}

static shift_status forward_transpose(const shift__call *call)
{
    const shift__ints *perm = call->node->parameters;
    const shift__tensor *in = call->in[0];
    const shift__tensor *out = call->out[0];
    size_t width = shift__dtype_size(in->dtype);
    size_t steps[SHIFT__RANK_MAX] = {0};
    size_t index[SHIFT__RANK_MAX] = {0};
    for (size_t i = 0; i < in->rank; i++) {
        int64_t named = perm->given ? perm->values[i] : (int64_t)(in->rank - 1 - i);
        size_t axis = (size_t)(named < 0 ? named + (int64_t)in->rank : named);
        steps[i] = shift__tensor_span(in, axis + 1, in->rank);
    }
    const unsigned char *from = in->data;
    unsigned char *to = out->data;
    size_t at = 0;
    for (size_t i = 0; i < shift__tensor_size(out); i++) {
        memcpy(to + i * width, from + at * width, width);
        for (size_t k = out->rank; k-- > 0;) { /* the next index, as an odometer counts */
            at += steps[k];
            if (++index[k] < (size_t)out->dims[k])
                break;
            at -= steps[k] * index[k];
            index[k] = 0;
        }
    }
    return SHIFT_OK;
}

#define VIEW(name, most_in, parse, infer)                                                          \
    {                                                                                              \
        name, 1, most_in, 1, SHIFT__VIEW, parse, infer, NULL, NULL                                 \
    }

const shift__operator shift__shape_operators[] = {
    VIEW("Identity", 1, NULL, infer_identity),
    VIEW("Flatten", 1, parse_flatten, infer_flatten),
    VIEW("Reshape", 2, parse_reshape, infer_reshape),
    VIEW("Squeeze", 2, parse_axes, infer_squeeze),
    VIEW("Unsqueeze", 2, parse_axes, infer_unsqueeze),
    {"Dropout", 1, 3, 2, 0, parse_dropout, infer_dropout, forward_dropout, shift__backward_same},
    {"Transpose", 1, 1, 1, 0, parse_transpose, infer_transpose, forward_transpose,
     shift__backward_moves},
    {0},
};
