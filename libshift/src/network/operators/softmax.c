/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Softmax and its logarithm, with the largest value subtracted first. */
#include <math.h>

#include "network/operators/backward.h"
#include "network/operators/common.h"
#include "network/operators/families.h"
#include "network/operators/softmax.h"

static shift_status parse_softmax(shift__attributes *a, shift__node *node)
{
    shift__axis_parameters *p = shift__attributes_alloc(a, sizeof *p);
    if (p != NULL) {
        p->flatten = a->opset < 13;
        p->axis = shift__attribute_int(a, "axis", p->flatten ? 1 : -1);
    }
    node->parameters = p;
    return shift__attributes_status(a);
}

shift_status shift__softmax_layout_of(const shift__call *call, shift__softmax_layout *out)
{
    const shift__axis_parameters *p = call->node->parameters;
    const shift__tensor *in = call->in[0];
    size_t axis = in->rank;
    shift_status status = SHIFT_OK;
    if (!p->flatten || p->axis != (int64_t)in->rank)
        status = shift__axis(call, p->axis, in->rank, &axis);
    if (status != SHIFT_OK)
        return status;
    size_t end = p->flatten ? in->rank : axis + 1;
    out->samples = shift__tensor_span(in, 0, axis);
    out->classes = shift__tensor_span(in, axis, end);
    out->step = shift__tensor_span(in, end, in->rank);
    return SHIFT_OK;
}

static shift_status infer_softmax(const shift__call *call)
{
    shift__softmax_layout l;
    shift_status status = shift__softmax_layout_of(call, &l);
    return status == SHIFT_OK ? shift__infer_like_input(call) : status;
}

static void one_sample(const float *x, float *y, const shift__softmax_layout *l, bool logarithm)
{
    float most = -INFINITY;
    float total = 0;
    for (size_t i = 0; i < l->classes; i++)
        most = x[i * l->step] > most ? x[i * l->step] : most;
    for (size_t i = 0; i < l->classes; i++) {
        float e = expf(x[i * l->step] - most);
        y[i * l->step] = e;
        total += e;
    }
    float log_total = logf(total);
    for (size_t i = 0; i < l->classes; i++)
        y[i * l->step] = logarithm ? x[i * l->step] - most - log_total : y[i * l->step] / total;
}

static shift_status run(const shift__call *call, bool logarithm)
{
    shift__softmax_layout l;
    shift_status status = shift__softmax_layout_of(call, &l);
    for (size_t s = 0; status == SHIFT_OK && s < l.samples; s++)
        for (size_t k = 0; k < l.step; k++) {
            size_t at = s * l.classes * l.step + k;
            one_sample(shift__floats(call->in[0]) + at, shift__floats(call->out[0]) + at, &l,
                       logarithm);
        }
    return status;
}

static shift_status forward_softmax(const shift__call *call)
{
    return run(call, false);
}

static shift_status forward_log_softmax(const shift__call *call)
{
    return run(call, true);
}

const shift__operator shift__softmax_operators[] = {
    {"Softmax", 1, 1, 1, 0, parse_softmax, infer_softmax, forward_softmax, shift__backward_softmax},
    {"LogSoftmax", 1, 1, 1, 0, parse_softmax, infer_softmax, forward_log_softmax,
     shift__backward_log_softmax},
    {0},
};
