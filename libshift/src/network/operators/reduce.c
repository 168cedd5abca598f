/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ReduceMean and ReduceMax. */
#include <math.h>
#include <string.h>

#include "network/operators/backward.h"
#include "network/operators/common.h"
#include "network/operators/families.h"
#include "network/operators/reduce.h"

static shift_status parse_reduce(shift__attributes *a, shift__node *node)
{
    shift__axes_parameters *p = shift__attributes_alloc(a, sizeof *p);
    if (p != NULL) {
        p->axes = shift__attribute_ints(a, "axes");
        p->keep = shift__attribute_int(a, "keepdims", 1) != 0;
    }
    node->parameters = p;
    return shift__attributes_status(a);
}

/* Which axes of input 0 are reduced: all where none are named. */
static shift_status find_axes(const shift__call *call, bool reduced[SHIFT__RANK_MAX])
{
    const shift__axes_parameters *p = call->node->parameters;
    bool all = p->axes.n == 0;
    for (size_t i = 0; i < SHIFT__RANK_MAX; i++)
        reduced[i] = all;
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < p->axes.n; i++) {
        size_t axis = 0;
        status = shift__axis(call, p->axes.values[i], call->in[0]->rank, &axis);
        reduced[axis] = status == SHIFT_OK;
    }
    return status;
}

static shift_status infer_reduce(const shift__call *call)
{
    const shift__axes_parameters *p = call->node->parameters;
    const shift__tensor *in = call->in[0];
    bool reduced[SHIFT__RANK_MAX];
    int64_t dims[SHIFT__RANK_MAX];
    size_t rank = 0;
    shift_status status = shift__expect_floats(call, 0, 1);
    if (status == SHIFT_OK)
        status = find_axes(call, reduced);
    for (size_t i = 0; status == SHIFT_OK && i < in->rank; i++) {
        if (reduced[i] && in->dims[i] == 0)
            status = shift__call_refuse(call, "axis %zu is empty", i);
        if (!reduced[i] || p->keep)
            dims[rank++] = reduced[i] ? 1 : in->dims[i];
    }
    if (status == SHIFT_OK)
        shift__set_shape(call->out[0], SHIFT__FLOAT32, rank, dims);
    return status;
}

shift_status shift__reduction_of(const shift__call *call, shift__reduction *r)
{
    bool reduced[SHIFT__RANK_MAX];
    shift_status status = find_axes(call, reduced);
    r->in = call->in[0];
    size_t step = 1;
    for (size_t i = r->in->rank; status == SHIFT_OK && i-- > 0;) {
        r->steps[i] = reduced[i] ? 0 : step;
        step *= reduced[i] ? 1 : (size_t)r->in->dims[i];
    }
    return status;
}

size_t shift__reduction_target(const shift__reduction *r, size_t element)
{
    size_t at = 0;
    for (size_t i = r->in->rank; i-- > 0;) {
        at += element % (size_t)r->in->dims[i] * r->steps[i];
        element /= (size_t)r->in->dims[i];
    }
    return at;
}

static void add_row(double *sums, size_t step, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sums[i * step] += (double)x[i];
}

static void raise_row(double *most, size_t step, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double old = most[i * step];
        double value = (double)x[i];
        most[i * step] = old >= value || isnan(old) ? old : value;
    }
}

static shift_status run(const shift__call *call, double begin,
                        void (*row)(double *, size_t, const float *, size_t), bool mean)
{
    const shift__tensor *in = call->in[0];
    size_t out_size = shift__tensor_size(call->out[0]);
    size_t in_size = shift__tensor_size(in);
    shift__reduction r;
    double *sums = NULL;
    shift_status status = shift__reduction_of(call, &r);
    if (status == SHIFT_OK)
        status = shift__call_scratch(call, out_size * sizeof *sums, &sums);
    if (status != SHIFT_OK || out_size == 0)
        return status;
    for (size_t i = 0; i < out_size; i++)
        sums[i] = begin;
    size_t inner = in->rank > 0 ? (size_t)in->dims[in->rank - 1] : 1;
    size_t step = in->rank > 0 ? r.steps[in->rank - 1] : 0;
    for (size_t i = 0; i < in_size; i += inner)
        row(sums + shift__reduction_target(&r, i), step, shift__floats(in) + i, inner);
    double divisor = mean ? (double)in_size / (double)out_size : 1;
    for (size_t i = 0; i < out_size; i++)
        shift__floats(call->out[0])[i] = (float)(sums[i] / divisor);
    return SHIFT_OK;
}

static shift_status forward_mean(const shift__call *call)
{
    return run(call, 0, add_row, true);
}

static shift_status forward_max(const shift__call *call)
{
    return run(call, -INFINITY, raise_row, false);
}

const shift__operator shift__reduce_operators[] = {
    {"ReduceMean", 1, 1, 1, 0, parse_reduce, infer_reduce, forward_mean,
     shift__backward_reduce_mean},
    {"ReduceMax", 1, 1, 1, 0, parse_reduce, infer_reduce, forward_max, shift__backward_reduce_max},
    {0},
};
