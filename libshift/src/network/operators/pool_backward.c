/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradients of pools and reductions. The largest of a window takes the whole gradient; where
 * several are equally large, the first of a pool's, and an equal part each of a reduction's. */
#include <string.h>

#include "network/operators/backward.h"
#include "network/operators/reduce.h"
#include "network/operators/window.h"

/* The indices that MaxPool has as its second output say where each maximum comes from. */
shift_status shift__backward_max_pool(const shift__call *call)
{
    shift__window_parameters p = *(const shift__window_parameters *)call->node->parameters;
    shift__node node = *call->node;
    shift__tensor indices = *call->out[0];
    float *to = shift__gradient_of(call, 0);
    size_t n = shift__tensor_size(&indices);
    size_t bytes = n * sizeof(int64_t);
    shift_status status = shift__call_scratch(call, bytes, &indices.data);
    if (status != SHIFT_OK || to == NULL)
        return status;
    indices.dtype = SHIFT__INT64;
    p.column_major = false;
    node.parameters = &p;
    node.n_out = 2;
    shift__tensor *outputs[] = {call->out[0], &indices};
    shift__call again = *call;
    again.node = &node;
    again.out = outputs;
    status = node.op->forward(&again);
    for (size_t i = 0; status == SHIFT_OK && i < n; i++)
        to[shift__integers(&indices)[i]] += shift__gradient_in(call)[i];
    return status;
}

static void spread_window(const shift__window *w, const shift__placed *at, float value, float *to)
{
    for (int64_t d = at->first[0], z = at->at[0]; d < at->last[0]; d++, z += w->dilation[0])
        for (int64_t h = at->first[1], y = at->at[1]; h < at->last[1]; h++, y += w->dilation[1]) {
            int64_t i = (z * w->in[1] + y) * w->in[2] + at->at[2];
            for (int64_t x = at->first[2]; x < at->last[2]; x++, i += w->dilation[2])
                to[i] += value;
        }
}

shift_status shift__backward_average_pool(const shift__call *call)
{
    const shift__window_parameters *p = call->node->parameters;
    shift__window w;
    shift_status status = shift__window_resolve(call, NULL, &w);
    float *to = shift__gradient_of(call, 0);
    if (status != SHIFT_OK || to == NULL)
        return status;
    const int64_t *dims = call->in[0]->dims;
    const float *from = shift__gradient_in(call);
    for (int64_t c = 0; c < dims[0] * dims[1]; c++, to += shift__window_volume(w.in))
        for (int64_t d = 0; d < w.out[0]; d++)
            for (int64_t h = 0; h < w.out[1]; h++)
                for (int64_t x = 0; x < w.out[2]; x++) {
                    const int64_t place[] = {d, h, x};
                    shift__placed at = shift__window_place(&w, place);
                    int64_t n = shift__window_weight(&w, place, &at, p->count_pads);
                    spread_window(&w, &at, *from++ / (float)n, to);
                }
    return SHIFT_OK;
}

shift_status shift__backward_global_average(const shift__call *call)
{
    const shift__tensor *in = call->in[0];
    size_t pixels = shift__tensor_span(in, 2, in->rank);
    float *to = shift__gradient_of(call, 0);
    for (size_t i = 0; to != NULL && i < shift__tensor_size(in); i++)
        to[i] = shift__gradient_in(call)[i / pixels] / (float)pixels;
    return SHIFT_OK;
}

shift_status shift__backward_global_max(const shift__call *call)
{
    const shift__tensor *in = call->in[0];
    size_t pixels = shift__tensor_span(in, 2, in->rank);
    float *to = shift__gradient_of(call, 0);
    for (size_t c = 0; to != NULL && c < shift__tensor_span(in, 0, 2); c++) {
        size_t at = c * pixels;
        size_t end = at + pixels;
        while (at < end - 1 && shift__floats(in)[at] != shift__floats(call->out[0])[c])
            at++;
        to[at] = shift__gradient_in(call)[c];
    }
    return SHIFT_OK;
}

/* ---- reductions ---- */

shift_status shift__backward_reduce_mean(const shift__call *call)
{
    shift__reduction r;
    shift_status status = shift__reduction_of(call, &r);
    float *to = shift__gradient_of(call, 0);
    size_t n = shift__tensor_size(call->in[0]);
    if (status != SHIFT_OK || to == NULL || n == 0)
        return status;
    float share = (float)shift__tensor_size(call->out[0]) / (float)n;
    for (size_t i = 0; i < n; i++)
        to[i] = share * shift__gradient_in(call)[shift__reduction_target(&r, i)];
    return SHIFT_OK;
}

shift_status shift__backward_reduce_max(const shift__call *call)
{
    shift__reduction r;
    shift_status status = shift__reduction_of(call, &r);
    float *to = shift__gradient_of(call, 0);
    const float *x = shift__floats(call->in[0]);
    const float *y = shift__floats(call->out[0]);
    size_t n = shift__tensor_size(call->in[0]);
    size_t n_out = shift__tensor_size(call->out[0]);
    float *equal = NULL;
    if (status == SHIFT_OK)
        status = shift__call_scratch(call, n_out * sizeof *equal, &equal);
    if (status != SHIFT_OK || to == NULL || n == 0)
        return status;
    memset(equal, 0, n_out * sizeof *equal);
    for (size_t i = 0; i < n; i++)
        equal[shift__reduction_target(&r, i)] +=
            x[i] == y[shift__reduction_target(&r, i)] ? 1.0F : 0.0F;
    for (size_t i = 0; i < n; i++) {
        size_t at = shift__reduction_target(&r, i);
        if (x[i] == y[at])
            to[i] = shift__gradient_in(call)[at] / equal[at];
    }
    return SHIFT_OK;
}
