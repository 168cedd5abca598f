/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/step.h"

#include "network/operators/gemm.h"

/* Where there is one channel or one pixel, the two layouts are the same. */
static bool has_layout(const shift__tensor *tensor)
{
    return tensor->dtype == SHIFT__FLOAT32 && tensor->rank >= 3 && tensor->dims[1] > 1 &&
           shift__tensor_span(tensor, 2, tensor->rank) > 1;
}

/* All elements of the operands come in one order, or there is one for all. */
static bool operands_alike(const shift__call *call)
{
    const shift__tensor *first = call->in[0];
    for (size_t i = 1; i < call->node->n_in; i++) {
        const shift__tensor *in = call->in[i];
        if (in != NULL && in->rank > first->rank)
            return false;
        if (in != NULL && shift__tensor_size(in) != 1 &&
            (!shift__tensor_same_shape(in, first) || in->channels_last != first->channels_last))
            return false;
    }
    return true;
}

/* Whether the node itself gives channels last where it gets them. */
static bool passes_on(const shift__call *call)
{
    const shift__node *node = call->node;
    if (node->n_in == 0 || call->in[0] == NULL || !call->in[0]->channels_last)
        return false;
    if (node->n_out > 1)
        return false;
    return (node->op->flags & SHIFT__EITHER) != 0 ||
           ((node->op->flags & SHIFT__ALIKE) != 0 && operands_alike(call));
}

/* Let the call see copies with channels first. */
static shift_status take_copies(shift__step *step, shift__arena *arena, shift_error *err)
{
    size_t n = step->call.node->n_in;
    const shift__tensor **in = NULL;
    shift_status status = shift__arena_alloc(arena, &step->copies, n, sizeof *step->copies, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &step->copy_buffers, n, sizeof *step->copy_buffers, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &in, n, sizeof(void *), err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < n; i++) {
        in[i] = step->value[i];
        if (in[i] == NULL || !in[i]->channels_last)
            continue;
        step->copies[i] = *in[i];
        step->copies[i].channels_last = false;
        in[i] = &step->copies[i];
    }
    step->call.in = in;
    return SHIFT_OK;
}

/* Forward takes both layouts, and the output is the same in both. */
static bool reduces(const shift__call *call, const shift__tensor *out)
{
    return passes_on(call) && (call->node->op->flags & SHIFT__EITHER) != 0 && !has_layout(out);
}

static bool any_last(const shift__call *call)
{
    for (size_t i = 0; i < call->node->n_in; i++)
        if (call->in[i] != NULL && call->in[i]->channels_last)
            return true;
    return false;
}

shift_status shift__step_plan(shift__step *step, bool free, shift__arena *arena, shift_error *err)
{
    shift__call *call = &step->call;
    shift__tensor *out = call->node->n_out > 0 ? call->out[0] : NULL;
    shift_status status = SHIFT_OK;
    step->value = call->in;
    if (out == NULL)
        return any_last(call) ? take_copies(step, arena, err) : SHIFT_OK;
    bool kernel_only = (call->node->op->flags & SHIFT__KERNEL) != 0;
    out->channels_last = free && has_layout(out) && (kernel_only || passes_on(call));
    if (!kernel_only && !out->channels_last && any_last(call) && !reduces(call, out))
        status = take_copies(step, arena, err);
    if (status == SHIFT_OK)
        status = shift__kernel_new(&step->kernel, call, err);
    if (status != SHIFT_OK || !kernel_only || step->kernel != NULL)
        return status;
    out->channels_last = false;
    return any_last(call) ? take_copies(step, arena, err) : SHIFT_OK;
}

bool shift__step_is_view(const shift__step *step)
{
    return (step->call.node->op->flags & SHIFT__VIEW) != 0 && !step->value[0]->channels_last;
}

/* Channels first, of a value that has them last. */
static void copy_plain(const shift__tensor *in, float *out)
{
    size_t channels = (size_t)in->dims[1];
    size_t pixels = shift__tensor_span(in, 2, in->rank);
    for (size_t r = 0; r < (size_t)in->dims[0]; r++)
        shift__transpose(pixels, channels, shift__floats(in) + r * pixels * channels,
                         out + r * pixels * channels);
}

shift_status shift__step_run(const shift__step *step, const shift__graph *graph)
{
    const shift__node *node = step->call.node;
    if ((node->op->flags & SHIFT__VIEW) != 0) {
        copy_plain(step->value[0], shift__floats(step->call.out[0]));
        return SHIFT_OK;
    }
    for (size_t i = 0; step->copies != NULL && i < node->n_in; i++)
        if (step->copies[i].rank > 0)
            copy_plain(step->value[i], shift__floats(&step->copies[i]));
    return step->kernel != NULL ? shift__kernel_run(step->kernel, &step->call)
                                : shift__node_forward(graph, &step->call);
}
