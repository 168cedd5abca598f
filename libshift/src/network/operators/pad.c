/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pad: for each axis a table says which element of the input stands where. */
#include <inttypes.h>
#include <string.h>

#include "network/operators/backward.h"
#include "network/operators/common.h"
#include "network/operators/families.h"

typedef enum pad_mode { PAD_CONSTANT, PAD_REFLECT, PAD_EDGE } pad_mode;

typedef struct pad_parameters {
    pad_mode mode;
    shift__ints pads; /* before opset 11 */
    float value;
} pad_parameters;

static shift_status parse_pad(shift__attributes *a, shift__node *node)
{
    pad_parameters *p = shift__attributes_alloc(a, sizeof *p);
    const char *mode = shift__attribute_text(a, "mode", "constant");
    if (p == NULL)
        return shift__attributes_status(a);
    p->mode = strcmp(mode, "reflect") == 0 ? PAD_REFLECT
              : strcmp(mode, "edge") == 0  ? PAD_EDGE
                                           : PAD_CONSTANT;
    if (p->mode == PAD_CONSTANT && strcmp(mode, "constant") != 0)
        (void)shift__attributes_refuse(a, "mode '%s' is not supported", mode);
    if (a->opset < 11) {
        p->pads = shift__attribute_ints(a, "pads");
        p->value = shift__attribute_float(a, "value", 0);
        if (!p->pads.given)
            (void)shift__attributes_refuse(a, "attribute 'pads' is missing");
    } else if (node->n_in < 2) {
        (void)shift__attributes_refuse(a, "no pads");
    }
    node->parameters = p;
    return shift__attributes_status(a);
}

static shift_status find_pads(const shift__call *call, const int64_t **pads)
{
    const pad_parameters *p = call->node->parameters;
    size_t n = p->pads.n;
    *pads = p->pads.values;
    if (!p->pads.given) {
        shift_status status = shift__expect_known(call, 1);
        if (status != SHIFT_OK)
            return status;
        n = shift__tensor_size(call->in[1]);
        *pads = shift__integers(call->in[1]);
    }
    return n == 2 * call->in[0]->rank
               ? SHIFT_OK
               : shift__call_refuse(call, "%zu pads for %zu axes", n, call->in[0]->rank);
}

static shift_status infer_pad(const shift__call *call)
{
    const pad_parameters *p = call->node->parameters;
    const shift__tensor *in = call->in[0];
    const shift__tensor *value = shift__input(call, 2);
    const int64_t *pads = NULL;
    int64_t dims[SHIFT__RANK_MAX];
    shift_status status = find_pads(call, &pads);
    if (status == SHIFT_OK && value != NULL &&
        (value->dtype != in->dtype || shift__tensor_size(value) != 1))
        status = shift__call_refuse(call, "the value is no single number of the input's type");
    for (size_t i = 0; status == SHIFT_OK && i < in->rank; i++) {
        int64_t begin = pads[i];
        int64_t end = pads[in->rank + i];
        bool sane = begin > INT32_MIN && begin < INT32_MAX && end > INT32_MIN && end < INT32_MAX;
        dims[i] = in->dims[i] + (sane ? begin + end : 0);
        bool mirror = p->mode == PAD_REFLECT && (begin >= in->dims[i] || end >= in->dims[i]) &&
                      (begin > 0 || end > 0);
        bool empty = p->mode == PAD_EDGE && in->dims[i] == 0 && dims[i] > 0;
        if (!sane || dims[i] < 0 || mirror || empty)
            status = shift__call_refuse(
                call, "pads of %" PRId64 " and %" PRId64 " on an axis of size %" PRId64, begin, end,
                in->dims[i]);
    }
    if (status == SHIFT_OK)
        shift__set_shape(call->out[0], in->dtype, in->rank, dims);
    return status;
}

/* The element of an axis of `size` that stands at `i`, counted from its first one; -1 for none. */
static int64_t source(int64_t i, int64_t size, pad_mode mode)
{
    if (i >= 0 && i < size)
        return i;
    if (mode == PAD_EDGE)
        return i < 0 ? 0 : size - 1;
    if (mode == PAD_REFLECT)
        return i < 0 ? -i : 2 * (size - 1) - i;
    return -1;
}

static shift_status make_tables(const shift__call *call, int64_t *tables[SHIFT__RANK_MAX])
{
    const pad_parameters *p = call->node->parameters;
    const shift__tensor *in = call->in[0];
    const shift__tensor *out = call->out[0];
    const int64_t *pads = NULL;
    int64_t *table = NULL;
    size_t n = 0;
    shift_status status = find_pads(call, &pads);
    for (size_t i = 0; i < out->rank; i++)
        n += (size_t)out->dims[i];
    if (status == SHIFT_OK)
        status = shift__call_scratch(call, n * sizeof *table, &table);
    for (size_t i = 0; status == SHIFT_OK && i < out->rank; i++) {
        tables[i] = table;
        for (int64_t k = 0; k < out->dims[i]; k++)
            *table++ = source(k - pads[i], in->dims[i], p->mode);
    }
    return status;
}

static shift_status forward_pad(const shift__call *call)
{
    const pad_parameters *p = call->node->parameters;
    const shift__tensor *in = call->in[0];
    const shift__tensor *out = call->out[0];
    const shift__tensor *value = shift__input(call, 2);
    size_t width = shift__dtype_size(in->dtype);
    static const int64_t zero = 0;
    const void *fill = value != NULL                 ? value->data
                       : in->dtype == SHIFT__FLOAT32 ? (const void *)&p->value
                                                     : (const void *)&zero;
    int64_t *tables[SHIFT__RANK_MAX];
    shift_status status = make_tables(call, tables);
    const unsigned char *from = in->data;
    unsigned char *to = out->data;
    for (size_t i = 0; status == SHIFT_OK && i < shift__tensor_size(out); i++) {
        size_t rest = i;
        size_t at = 0;
        size_t unit = 1;
        bool inside = true;
        for (size_t k = out->rank; k-- > 0;) {
            int64_t place = tables[k][rest % (size_t)out->dims[k]];
            inside = inside && place >= 0;
            at += (size_t)(place >= 0 ? place : 0) * unit;
            unit *= (size_t)in->dims[k];
            rest /= (size_t)out->dims[k];
        }
        memcpy(to + i * width, inside ? (const void *)(from + at * width) : fill, width);
    }
    return status;
}

const shift__operator shift__pad_operators[] = {
    {"Pad", 1, 3, 1, 0, parse_pad, infer_pad, forward_pad, shift__backward_moves},
    {0},
};
