/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nodes are gone through from the last to the first. The gradient of a value is the sum of what its
 * consumers say; it is complete when the first of them has been gone through, and released as soon
 * as nobody needs it. */
#include "network/backward.h"

#include <stdlib.h>
#include <string.h>

#include "network/build.h"

struct shift__backward {
    const shift__graph *graph;
    shift__arena arena;
    bool *wanted;
    bool *needed;      /* wanted, or on the way to a wanted value */
    size_t *first_use; /* per value: the first node that it enters; SIZE_MAX for none */
    shift__tensor *gradients;
    shift__workspace work;
    size_t widest; /* the most inputs or outputs of a node */
    const shift__tensor **in, **out_gradient;
    shift__tensor **out, **in_gradient;
    shift__tensor *values; /* of the execution, as calls want them */
    shift__tensor *more;   /* per input of a node: a gradient that is to be added */
};

/* ---- what is needed ---- */

static bool is_needed(const shift__backward *b, size_t value)
{
    return value != SHIFT__NO_VALUE && b->needed[value];
}

static bool any_needed(const shift__backward *b, const size_t *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (is_needed(b, values[i]))
            return true;
    return false;
}

static void find_needed(shift__backward *b)
{
    const shift__graph *graph = b->graph;
    for (size_t i = 0; i < graph->n_values; i++)
        b->first_use[i] = SIZE_MAX;
    for (size_t i = 0; i < graph->n_nodes; i++) {
        const shift__node *node = &graph->nodes[i];
        b->widest = node->n_in > b->widest ? node->n_in : b->widest;
        b->widest = node->n_out > b->widest ? node->n_out : b->widest;
        bool way = any_needed(b, node->in, node->n_in);
        for (size_t k = 0; k < node->n_in; k++)
            if (node->in[k] != SHIFT__NO_VALUE && b->first_use[node->in[k]] == SIZE_MAX)
                b->first_use[node->in[k]] = i;
        for (size_t k = 0; way && k < node->n_out; k++)
            if (node->out[k] != SHIFT__NO_VALUE)
                b->needed[node->out[k]] = true;
    }
}

static shift_status open_backward(shift__backward *b, const bool *wanted, shift_error *err)
{
    size_t n = b->graph->n_values;
    shift__arena *arena = &b->arena;
    shift_status status = shift__arena_alloc(arena, &b->wanted, n, sizeof *b->wanted, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &b->needed, n, sizeof *b->needed, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &b->first_use, n, sizeof *b->first_use, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &b->gradients, n, sizeof *b->gradients, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &b->values, n, sizeof *b->values, err);
    if (status != SHIFT_OK)
        return status;
    memcpy(b->wanted, wanted, n * sizeof *wanted);
    memcpy(b->needed, wanted, n * sizeof *wanted);
    find_needed(b);
    status = shift__arena_alloc(arena, &b->in, b->widest, sizeof(void *), err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &b->out, b->widest, sizeof(void *), err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &b->out_gradient, b->widest, sizeof(void *), err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &b->in_gradient, b->widest, sizeof(void *), err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &b->more, b->widest, sizeof *b->more, err);
    return status;
}

shift_status shift__backward_new(shift__backward **out, const shift__graph *graph,
                                 shift__bn_mode bn, const bool *wanted, shift_error *err)
{
    shift__backward *b = NULL;
    shift_status status = shift__alloc(&b, 1, sizeof *b, err);
    if (status != SHIFT_OK)
        return status;
    b->graph = graph;
    b->work.bn = bn;
    status = open_backward(b, wanted, err);
    if (status != SHIFT_OK) {
        shift__backward_free(b);
        return status;
    }
    *out = b;
    return SHIFT_OK;
}

static void clear_gradients(shift__backward *b)
{
    for (size_t i = 0; b->gradients != NULL && i < b->graph->n_values; i++)
        shift__tensor_clear(&b->gradients[i]);
    for (size_t i = 0; b->more != NULL && i < b->widest; i++)
        shift__tensor_clear(&b->more[i]);
}

void shift__backward_free(shift__backward *b)
{
    if (b == NULL)
        return;
    clear_gradients(b);
    free(b->work.scratch);
    shift__arena_clear(&b->arena);
    free(b);
}

/* ---- one node ---- */

shift_status shift__node_backward(const shift__graph *graph, const shift__call *call)
{
    const shift__operator *op = call->node->op;
    shift_error what = SHIFT_ERROR_INIT;
    shift__call inner = *call;
    inner.err = &what;
    shift_status status = op->backward != NULL ? op->backward(&inner)
                                               : shift_error_set(&what, SHIFT_EUNSUPPORTED,
                                                                 "its gradient is not supported");
    if (status == SHIFT_OK || status == SHIFT_ENOMEM)
        return status == SHIFT_OK ? status : shift_error_set(call->err, status, "%s", what.message);
    return shift_error_set(call->err, status, "%s: node '%s' (%s): %s", graph->file->name,
                           call->node->name, op->name, what.message);
}

/* Nothing flows back through integers. */
static bool takes_gradient(const shift__backward *b, size_t value)
{
    return is_needed(b, value) && b->values[value].dtype == SHIFT__FLOAT32;
}

static shift_status new_gradient(shift__tensor *gradient, const shift__tensor *value,
                                 shift_error *err)
{
    *gradient = *value;
    gradient->data = NULL;
    return shift__tensor_alloc(gradient, err);
}

/* The first to speak about a value sets its gradient; what others say is put into `more`. */
static shift_status prepare_inputs(shift__backward *b, const shift__node *node, shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < node->n_in; i++) {
        size_t value = node->in[i];
        b->in_gradient[i] = NULL;
        if (!takes_gradient(b, value))
            continue;
        b->in_gradient[i] = b->gradients[value].data == NULL ? &b->gradients[value] : &b->more[i];
        status = new_gradient(b->in_gradient[i], &b->values[value], err);
    }
    return status;
}

static void add_more(shift__backward *b, const shift__node *node)
{
    for (size_t i = 0; i < node->n_in; i++) {
        const shift__tensor *from = b->in_gradient[i];
        if (from == NULL || from != &b->more[i])
            continue;
        float *sum = shift__floats(&b->gradients[node->in[i]]);
        const float *more = shift__floats(from);
        size_t n = shift__tensor_size(from);
        for (size_t k = 0; k < n; k++)
            sum[k] += more[k];
        shift__tensor_clear(&b->more[i]);
    }
}

/* A view has the elements of its input, so their gradients are the same numbers. */
static void back_through_view(const shift__call *call)
{
    shift__tensor *to = call->in_gradient[0];
    const shift__tensor *from = call->out_gradient[0];
    if (to != NULL && from != NULL && shift__tensor_size(to) > 0)
        memcpy(to->data, from->data, shift__tensor_size(to) * sizeof(float));
}

static shift_status back_through(shift__backward *b, const shift__node *node, shift_error *err)
{
    shift__node_tensors(node, b->values, b->in, b->out);
    bool flows = false;
    for (size_t i = 0; i < node->n_out; i++) {
        size_t value = node->out[i];
        bool there = value != SHIFT__NO_VALUE && b->gradients[value].data != NULL;
        b->out_gradient[i] = there ? &b->gradients[value] : NULL;
        flows = flows || there;
    }
    bool way = false;
    for (size_t i = 0; i < node->n_in; i++)
        way = way || takes_gradient(b, node->in[i]);
    if (!flows || !way)
        return SHIFT_OK;
    shift_status status = prepare_inputs(b, node, err);
    if (status != SHIFT_OK)
        return status;
    shift__call call = {.node = node,
                        .in = b->in,
                        .out = b->out,
                        .out_gradient = b->out_gradient,
                        .in_gradient = b->in_gradient,
                        .work = &b->work,
                        .err = err};
    if ((node->op->flags & SHIFT__VIEW) != 0)
        back_through_view(&call);
    else
        status = shift__node_backward(b->graph, &call);
    if (status == SHIFT_OK)
        add_more(b, node);
    return status;
}

/* ---- the whole ---- */

static shift_status show(shift__backward *b, size_t value, const shift__tap *tap, shift_error *err)
{
    if (!b->wanted[value] || b->gradients[value].data == NULL)
        return SHIFT_OK;
    return tap->see(tap->context, value, &b->gradients[value], err);
}

/* Gradients that are complete after node `i`, and those that nobody needs any more. */
static shift_status settle(shift__backward *b, size_t i, const shift__tap *tap, shift_error *err)
{
    const shift__node *node = &b->graph->nodes[i];
    shift_status status = SHIFT_OK;
    for (size_t k = 0; k < node->n_out; k++)
        if (node->out[k] != SHIFT__NO_VALUE)
            shift__tensor_clear(&b->gradients[node->out[k]]);
    for (size_t k = 0; status == SHIFT_OK && k < node->n_in; k++) {
        size_t value = node->in[k];
        if (value == SHIFT__NO_VALUE || b->first_use[value] != i)
            continue;
        bool again = false; /* a node may take one value twice */
        for (size_t j = 0; j < k; j++)
            again = again || node->in[j] == value;
        if (!again)
            status = show(b, value, tap, err);
        if (b->graph->values[value].producer == SIZE_MAX)
            shift__tensor_clear(&b->gradients[value]);
    }
    return status;
}

shift_status shift__backward_run(shift__backward *b, const shift__execution *execution, size_t from,
                                 const shift__tensor *gradient, const shift__tap *tap,
                                 shift_error *err)
{
    const shift__graph *graph = b->graph;
    for (size_t i = 0; i < graph->n_values; i++) {
        b->values[i] = *shift__execution_value(execution, i);
        b->values[i].owns = false;
    }
    shift_status status = SHIFT_OK;
    if (b->needed[from])
        status = shift__tensor_copy(&b->gradients[from], gradient, err);
    if (status == SHIFT_OK && b->first_use[from] == SIZE_MAX)
        status = show(b, from, tap, err);
    for (size_t i = graph->n_nodes; status == SHIFT_OK && i-- > 0;) {
        status = shift__execution_check(execution, err);
        if (status == SHIFT_OK)
            status = back_through(b, &graph->nodes[i], err);
        if (status == SHIFT_OK)
            status = settle(b, i, tap, err);
    }
    clear_gradients(b);
    return status;
}
