/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Concat, Split, Slice, Gather, Transpose, Expand, Where and Pad move elements and compute nothing.
 * Their forward functions move integers as well as floats, so they are run over the numbers of the
 * elements: what arrives at a place of the output names the element whose gradient is there. */
#include <string.h>

#include "network/operators/backward.h"

shift_status shift__backward_same(const shift__call *call)
{
    float *to = shift__gradient_of(call, 0);
    size_t n = shift__tensor_size(call->in[0]);
    if (to != NULL && n > 0)
        memcpy(to, shift__gradient_in(call), n * sizeof *to);
    return SHIFT_OK;
}

typedef struct numbering {
    const shift__tensor **in;
    shift__tensor **out;
    shift__tensor *tensors; /* what those point to: inputs, then outputs */
} numbering;

/* Number the elements of the float inputs from 1 on; 0 is an element that is none of theirs. */
static shift_status number_inputs(const shift__call *call, numbering *n)
{
    int64_t next = 1;
    for (size_t i = 0; i < call->node->n_in; i++) {
        n->in[i] = call->in[i];
        if (call->in[i] == NULL || call->in[i]->dtype != SHIFT__FLOAT32)
            continue;
        shift__tensor *numbers = &n->tensors[i];
        *numbers = *call->in[i];
        numbers->dtype = SHIFT__INT64;
        numbers->owns = false;
        shift_status status = shift__tensor_alloc(numbers, call->err);
        if (status != SHIFT_OK)
            return status;
        n->in[i] = numbers;
        for (size_t k = 0; k < shift__tensor_size(numbers); k++)
            shift__integers(numbers)[k] = next++;
    }
    return SHIFT_OK;
}

static shift_status make_outputs(const shift__call *call, numbering *n)
{
    for (size_t i = 0; i < call->node->n_out; i++) {
        if (call->out[i] == NULL)
            continue;
        n->out[i] = &n->tensors[call->node->n_in + i];
        *n->out[i] = *call->out[i];
        n->out[i]->dtype = SHIFT__INT64;
        n->out[i]->owns = false;
        shift_status status = shift__tensor_alloc(n->out[i], call->err);
        if (status != SHIFT_OK)
            return status;
    }
    return SHIFT_OK;
}

static void give(const shift__call *call, int64_t number, float gradient)
{
    for (size_t i = 0; number > 0 && i < call->node->n_in; i++) {
        const shift__tensor *in = call->in[i];
        if (in == NULL || in->dtype != SHIFT__FLOAT32)
            continue;
        int64_t size = (int64_t)shift__tensor_size(in);
        float *to = shift__gradient_of(call, i);
        if (number <= size && to != NULL)
            to[number - 1] += gradient;
        number -= size;
    }
}

static shift_status move_back(const shift__call *call, numbering *n)
{
    shift__call moving = *call;
    moving.in = n->in;
    moving.out = n->out;
    shift_status status = number_inputs(call, n);
    if (status == SHIFT_OK)
        status = make_outputs(call, n);
    if (status == SHIFT_OK)
        status = call->node->op->forward(&moving);
    for (size_t i = 0; status == SHIFT_OK && i < call->node->n_out; i++) {
        if (call->out_gradient[i] == NULL)
            continue;
        for (size_t k = 0; k < shift__tensor_size(n->out[i]); k++)
            give(call, shift__integers(n->out[i])[k], shift__floats(call->out_gradient[i])[k]);
    }
    return status;
}

shift_status shift__backward_moves(const shift__call *call)
{
    size_t n_in = call->node->n_in;
    size_t n_out = call->node->n_out;
    shift__arena arena = SHIFT__ARENA_INIT;
    numbering n = {NULL, NULL, NULL};
    shift_status status = shift__arena_alloc(&arena, &n.in, n_in, sizeof(void *), call->err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(&arena, &n.out, n_out, sizeof(void *), call->err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(&arena, &n.tensors, n_in + n_out, sizeof *n.tensors, call->err);
    if (status == SHIFT_OK)
        status = move_back(call, &n);
    for (size_t i = 0; n.tensors != NULL && i < n_in + n_out; i++)
        shift__tensor_clear(&n.tensors[i]);
    shift__arena_clear(&arena);
    return status;
}
