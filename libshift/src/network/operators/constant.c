/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values that do not come from the rows, and changes of type. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "network/initializer.h"
#include "network/operators/backward.h"
#include "network/operators/common.h"
#include "network/operators/families.h"

/* Move a tensor that parse has read into the graph's memory. */
static shift_status keep_tensor(shift__attributes *a, shift__node *node, shift__tensor *value)
{
    shift__tensor *kept = shift__attributes_alloc(a, sizeof *kept);
    size_t bytes = shift__tensor_size(value) * shift__dtype_size(value->dtype);
    void *data = shift__attributes_alloc(a, bytes > 0 ? bytes : 1);
    if (kept != NULL && data != NULL) {
        if (bytes > 0)
            memcpy(data, value->data, bytes);
        *kept = *value;
        kept->data = data;
        kept->owns = false;
    }
    shift__tensor_clear(value);
    node->parameters = kept;
    return shift__attributes_status(a);
}

static bool read_number(shift__attributes *a, shift__tensor *value)
{
    bool whole = shift__attribute_given(a, "value_int");
    if (!whole && !shift__attribute_given(a, "value_float"))
        return false;
    value->dtype = whole ? SHIFT__INT64 : SHIFT__FLOAT32;
    a->status = shift__tensor_alloc(value, a->err);
    if (a->status != SHIFT_OK)
        return false;
    if (whole)
        shift__integers(value)[0] = shift__attribute_int(a, "value_int", 0);
    else
        shift__floats(value)[0] = shift__attribute_float(a, "value_float", 0);
    return true;
}

static shift_status parse_constant(shift__attributes *a, shift__node *node)
{
    shift__tensor value = {.dtype = SHIFT__FLOAT32};
    bool found = shift__attribute_tensor(a, "value", &value) || read_number(a, &value) ||
                 shift__attribute_list(a, "value_floats", &value) ||
                 shift__attribute_list(a, "value_ints", &value);
    if (!found)
        return shift__attributes_refuse(a, "no value, or one of an unknown kind");
    return keep_tensor(a, node, &value);
}

static shift_status infer_constant(const shift__call *call)
{
    const shift__tensor *value = call->node->parameters;
    shift__set_shape(call->out[0], value->dtype, value->rank, value->dims);
    return SHIFT_OK;
}

static shift_status forward_constant(const shift__call *call)
{
    const shift__tensor *value = call->node->parameters;
    size_t bytes = shift__tensor_size(value) * shift__dtype_size(value->dtype);
    if (bytes > 0)
        memcpy(call->out[0]->data, value->data, bytes);
    return SHIFT_OK;
}

/* ---- ConstantOfShape ---- */

static shift_status parse_of_shape(shift__attributes *a, shift__node *node)
{
    shift__tensor value = {.dtype = SHIFT__FLOAT32};
    if (!shift__attribute_tensor(a, "value", &value) && a->status == SHIFT_OK)
        a->status = shift__tensor_alloc(&value, a->err);
    if (a->status == SHIFT_OK && shift__tensor_size(&value) != 1)
        (void)shift__attributes_refuse(a, "the value is no single number");
    if (a->status != SHIFT_OK) {
        shift__tensor_clear(&value);
        return shift__attributes_status(a);
    }
    return keep_tensor(a, node, &value);
}

static shift_status infer_of_shape(const shift__call *call)
{
    const shift__tensor *value = call->node->parameters;
    shift_status status = shift__expect_known(call, 0);
    if (status == SHIFT_OK)
        status = shift__expect_rank(call, 0, 1);
    if (status != SHIFT_OK)
        return status;
    if (call->in[0]->dims[0] > SHIFT__RANK_MAX)
        return shift__call_refuse(call, "%" PRId64 " axes", call->in[0]->dims[0]);
    shift__set_shape(call->out[0], value->dtype, (size_t)call->in[0]->dims[0],
                     shift__integers(call->in[0]));
    return SHIFT_OK;
}

static shift_status forward_of_shape(const shift__call *call)
{
    const shift__tensor *value = call->node->parameters;
    size_t size = shift__dtype_size(value->dtype);
    unsigned char *out = call->out[0]->data;
    for (size_t i = 0; i < shift__tensor_size(call->out[0]); i++)
        memcpy(out + i * size, value->data, size);
    return SHIFT_OK;
}

/* ---- Shape ---- */

typedef struct range {
    int64_t start, end;
} range;

static shift_status parse_shape(shift__attributes *a, shift__node *node)
{
    range *p = shift__attributes_alloc(a, sizeof *p);
    if (p != NULL) {
        p->start = shift__attribute_int(a, "start", 0);
        p->end = shift__attribute_int(a, "end", INT64_MAX);
    }
    node->parameters = p;
    return shift__attributes_status(a);
}

static range resolve(const shift__call *call)
{
    const range *p = call->node->parameters;
    int64_t rank = (int64_t)call->in[0]->rank;
    int64_t start = p->start < 0 ? p->start + rank : p->start;
    int64_t end = p->end < 0 ? p->end + rank : p->end;
    start = start < 0 ? 0 : start > rank ? rank : start;
    end = end < start ? start : end > rank ? rank : end;
    return (range){start, end};
}

static shift_status infer_shape(const shift__call *call)
{
    range r = resolve(call);
    shift__set_shape(call->out[0], SHIFT__INT64, 1, (int64_t[]){r.end - r.start});
    return SHIFT_OK;
}

static shift_status forward_shape(const shift__call *call)
{
    range r = resolve(call);
    for (int64_t i = r.start; i < r.end; i++)
        shift__integers(call->out[0])[i - r.start] = call->in[0]->dims[i];
    return SHIFT_OK;
}

/* ---- Cast ---- */

static shift_status parse_cast(shift__attributes *a, shift__node *node)
{
    shift__dtype *p = shift__attributes_alloc(a, sizeof *p);
    int64_t type = shift__attribute_int(a, "to", 0);
    bool known =
        type >= 0 && type <= INT32_MAX && p != NULL && shift__element_type((int32_t)type, p);
    enum {
        HALF = 10 /* to which we would not round */
    };
    if (!known || type == HALF)
        (void)shift__attributes_refuse(
            a, "conversion to element type %" PRId64 " (%s) is not supported", type,
            shift__element_type_name((int32_t)type));
    node->parameters = p;
    return shift__attributes_status(a);
}

static shift_status infer_cast(const shift__call *call)
{
    const shift__dtype *to = call->node->parameters;
    shift__set_shape(call->out[0], *to, call->in[0]->rank, call->in[0]->dims);
    return SHIFT_OK;
}

static double element(const shift__tensor *tensor, size_t i)
{
    switch (tensor->dtype) {
    case SHIFT__FLOAT32:
        return (double)shift__floats(tensor)[i];
    case SHIFT__INT64:
        return (double)shift__integers(tensor)[i];
    case SHIFT__BOOL:
        return shift__booleans(tensor)[i] ? 1 : 0;
    }
    return 0;
}

/* Towards zero; out of range, and NaN, are the least integer, as on most machines. */
static int64_t to_integer(double value)
{
    return value > -0x1p63 && value < 0x1p63 ? (int64_t)value : INT64_MIN;
}

static shift_status forward_cast(const shift__call *call)
{
    const shift__tensor *in = call->in[0];
    const shift__tensor *out = call->out[0];
    size_t n = shift__tensor_size(out);
    if (in->dtype == out->dtype) {
        if (n > 0)
            memcpy(out->data, in->data, n * shift__dtype_size(in->dtype));
        return SHIFT_OK;
    }
    for (size_t i = 0; i < n; i++) {
        double value = element(in, i);
        if (out->dtype == SHIFT__FLOAT32)
            shift__floats(out)[i] = (float)value;
        else if (out->dtype == SHIFT__INT64)
            shift__integers(out)[i] = to_integer(value);
        else
            shift__booleans(out)[i] = value != 0;
    }
    return SHIFT_OK;
}

const shift__operator shift__constant_operators[] = {
    {"Constant", 0, 0, 1, 0, parse_constant, infer_constant, forward_constant, NULL},
    {"ConstantOfShape", 1, 1, 1, 0, parse_of_shape, infer_of_shape, forward_of_shape, NULL},
    {"Shape", 1, 1, 1, SHIFT__SHAPE_ONLY, parse_shape, infer_shape, forward_shape, NULL},
    {"Cast", 1, 1, 1, 0, parse_cast, infer_cast, forward_cast, shift__backward_same},
    {0},
};
