/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Planning and running. Shapes are inferred once for the number of rows; what they determine
 * (chains of Shape, Gather and Concat that end in a Reshape) is computed then; the rest shares a
 * few buffers, each value giving its own back after its last use. */
#include "network/execute.h"

#include <stdlib.h>
#include <string.h>

#include "network/build.h"
#include "network/step.h"

#define NO_BUFFER SIZE_MAX

enum {
    /* Elements of what is computed while planning, beyond those that constants have. */
    KNOWN_MAX = 1 << 22,
    /* Numbers that values may take in memory for each one of the rows and weights, and in any case.
     */
    JUSTIFIED = 1024,
    JUSTIFIED_LEAST = 1 << 24
};

typedef struct buffer {
    void *data;
    size_t bytes;
    bool taken; /* while planning */
} buffer;

struct shift__execution {
    const shift__graph *graph;
    shift__execution_options options;
    shift__arena arena;
    shift__tensor *values; /* those computed while planning own their data */
    shift__step *steps;
    size_t *root; /* per value: the value whose memory it shares, through views */
    size_t *last; /* per root: the last node that needs it; SIZE_MAX for ever */
    size_t *held; /* per root: its buffer */
    buffer *buffers;
    size_t n_buffers;
    shift__workspace work;
};

shift_status shift__call_scratch(const shift__call *call, size_t bytes, void *out)
{
    shift__workspace *work = call->work;
    shift_status status =
        shift__array_grow(&work->scratch, &work->scratch_capacity, bytes, 1, call->err);
    if (status == SHIFT_OK)
        memcpy(out, &work->scratch, sizeof work->scratch);
    return status;
}

/* ---- shapes ---- */

static shift_status make_step(shift__execution *e, size_t i, shift_error *err)
{
    const shift__node *node = &e->graph->nodes[i];
    const shift__tensor **in = NULL;
    shift__tensor **out = NULL;
    shift_status status = shift__arena_alloc(&e->arena, &in, node->n_in, sizeof(void *), err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(&e->arena, &out, node->n_out, sizeof(void *), err);
    if (status != SHIFT_OK)
        return status;
    shift__node_tensors(node, e->values, in, out);
    e->steps[i].call =
        (shift__call){.node = node, .in = in, .out = out, .work = &e->work, .err = err};
    return shift__node_infer(e->graph, &e->steps[i].call);
}

static bool is_known(const shift__call *call)
{
    for (size_t i = 0; (call->node->op->flags & SHIFT__SHAPE_ONLY) == 0 && i < call->node->n_in;
         i++)
        if (call->in[i] != NULL && call->in[i]->data == NULL)
            return false;
    return true;
}

static shift_status compute_known(shift__execution *e, shift__step *s, size_t *budget,
                                  shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < s->call.node->n_out; i++) {
        shift__tensor *out = s->call.out[i];
        if (out == NULL)
            continue;
        size_t size = shift__tensor_size(out);
        if (size > *budget)
            return shift_error_set(
                err, SHIFT_EUNSUPPORTED, "%s: node '%s' (%s): a constant of %zu numbers",
                e->graph->file->name, s->call.node->name, s->call.node->op->name, size);
        *budget -= size;
        status = shift__tensor_alloc(out, err);
    }
    if (status == SHIFT_OK)
        status = shift__node_forward(e->graph, &s->call);
    s->known = true;
    return status;
}

static shift_status check_input(const shift__graph *graph, size_t i, const shift__tensor *given,
                                shift_error *err)
{
    const shift__value *value = &graph->values[graph->inputs[i]];
    const shift__tensor *wanted = &value->tensor;
    bool fits = given->dtype == wanted->dtype && given->rank == wanted->rank;
    for (size_t k = 0; fits && k < wanted->rank; k++)
        fits = wanted->dims[k] < 0 || wanted->dims[k] == given->dims[k];
    if (fits)
        return SHIFT_OK;
    char have[SHIFT__SHAPE_TEXT];
    char want[SHIFT__SHAPE_TEXT];
    return shift_error_set(err, SHIFT_EINCOMPATIBLE, "%s: input '%s' is %s %s; %s %s was expected",
                           graph->file->name, value->name, shift__dtype_name(given->dtype),
                           shift__shape_text(given, have), shift__dtype_name(wanted->dtype),
                           shift__shape_text(wanted, want));
}

static shift_status infer_shapes(shift__execution *e, const shift__tensor *inputs, shift_error *err)
{
    const shift__graph *graph = e->graph;
    shift_status status = SHIFT_OK;
    size_t budget = KNOWN_MAX;
    for (size_t i = 0; i < graph->n_values; i++) {
        if (!graph->values[i].constant)
            continue;
        e->values[i] = graph->values[i].tensor;
        e->values[i].owns = false;
    }
    for (size_t i = 0; status == SHIFT_OK && i < graph->n_inputs; i++) {
        status = check_input(graph, i, &inputs[i], err);
        e->values[graph->inputs[i]] = inputs[i];
        if (inputs[i].dtype != SHIFT__INT64 || !e->options.integers_stay)
            e->values[graph->inputs[i]].data = NULL;
        e->values[graph->inputs[i]].owns = false;
    }
    for (size_t i = 0; status == SHIFT_OK && i < graph->n_nodes; i++) {
        status = make_step(e, i, err);
        if (status == SHIFT_OK && is_known(&e->steps[i].call))
            status = compute_known(e, &e->steps[i], &budget, err);
    }
    return status;
}

static bool is_output(const shift__graph *graph, size_t value)
{
    for (size_t i = 0; i < graph->n_outputs; i++)
        if (graph->outputs[i] == value)
            return true;
    return false;
}

static shift_status plan_steps(shift__execution *e, shift_error *err)
{
    shift_status status = SHIFT_OK;
    bool allowed = e->options.channels_last && !e->options.keep;
    for (size_t i = 0; status == SHIFT_OK && i < e->graph->n_nodes; i++)
        if (!e->steps[i].known)
            status = shift__step_plan(&e->steps[i],
                                      allowed && !is_output(e->graph, e->graph->nodes[i].out[0]),
                                      &e->arena, err);
    return status;
}

/* ---- memory ---- */

/* Which values share memory, and how long it is needed. */
static void find_lifetimes(shift__execution *e)
{
    const shift__graph *graph = e->graph;
    for (size_t i = 0; i < graph->n_values; i++)
        e->root[i] = i;
    for (size_t i = 0; i < graph->n_nodes; i++) {
        const shift__node *node = &graph->nodes[i];
        if (e->steps[i].known)
            continue;
        if (shift__step_is_view(&e->steps[i]))
            e->root[node->out[0]] = e->root[node->in[0]];
        for (size_t k = 0; k < node->n_out; k++)
            if (node->out[k] != SHIFT__NO_VALUE)
                e->last[e->root[node->out[k]]] = i;
        for (size_t k = 0; k < node->n_in; k++)
            if (node->in[k] != SHIFT__NO_VALUE)
                e->last[e->root[node->in[k]]] = i;
    }
    for (size_t i = 0; i < graph->n_outputs; i++)
        e->last[e->root[graph->outputs[i]]] = SIZE_MAX;
    for (size_t i = 0; e->options.keep && i < graph->n_values; i++)
        e->last[i] = SIZE_MAX;
}

/* The free buffer that fits best, made larger where none is large enough; a new one where none is
 * free. */
static size_t choose_buffer(shift__execution *e, size_t bytes)
{
    size_t best = NO_BUFFER;
    for (size_t i = 0; i < e->n_buffers; i++) {
        const buffer *b = &e->buffers[i];
        if (b->taken)
            continue;
        size_t have = best == NO_BUFFER ? 0 : e->buffers[best].bytes;
        bool better = have >= bytes ? b->bytes >= bytes && b->bytes < have : b->bytes > have;
        if (best == NO_BUFFER || better)
            best = i;
    }
    if (best == NO_BUFFER)
        best = e->n_buffers++;
    buffer *chosen = &e->buffers[best];
    chosen->bytes = chosen->bytes > bytes ? chosen->bytes : bytes;
    chosen->taken = true;
    return best;
}

static size_t bytes_of(const shift__tensor *tensor)
{
    return shift__tensor_size(tensor) * shift__dtype_size(tensor->dtype);
}

/* The buffer of input 0, which then has another owner, where output 0 may have it and nothing else
 * needs it; else NO_BUFFER. */
static size_t take_over(shift__execution *e, size_t i)
{
    const shift__node *node = &e->graph->nodes[i];
    if ((node->op->flags & (SHIFT__ALIKE | SHIFT__IN_PLACE)) == 0 || e->steps[i].copies != NULL)
        return NO_BUFFER;
    const shift__tensor *in = &e->values[node->in[0]];
    const shift__tensor *out = &e->values[node->out[0]];
    size_t root = e->root[node->in[0]];
    if (e->last[root] != i || in->dtype != out->dtype || !shift__tensor_same_shape(in, out))
        return NO_BUFFER;
    e->last[root] = SIZE_MAX;
    return e->held[root];
}

static void take_buffers(shift__execution *e, size_t i)
{
    const shift__node *node = &e->graph->nodes[i];
    for (size_t k = 0; k < node->n_out; k++) {
        if (node->out[k] == SHIFT__NO_VALUE)
            continue;
        size_t have = k == 0 ? take_over(e, i) : NO_BUFFER;
        if (have == NO_BUFFER)
            have = choose_buffer(e, bytes_of(&e->values[node->out[k]]));
        e->held[node->out[k]] = have;
    }
}

/* Buffers of copies with channels first, which last for one step. */
static void take_copies(shift__execution *e, const shift__step *s)
{
    size_t n = s->copies != NULL ? s->call.node->n_in : 0;
    for (size_t k = 0; k < n; k++)
        if (s->copies[k].rank > 0)
            s->copy_buffers[k] = choose_buffer(e, bytes_of(&s->copies[k]));
    for (size_t k = 0; k < n; k++)
        if (s->copies[k].rank > 0)
            e->buffers[s->copy_buffers[k]].taken = false;
}

static void give_back(shift__execution *e, size_t value, size_t now)
{
    if (value == SHIFT__NO_VALUE)
        return;
    size_t root = e->root[value];
    if (e->held[root] != NO_BUFFER && e->last[root] == now)
        e->buffers[e->held[root]].taken = false;
}

/* Which buffer each value and each copy has, and how large the buffers must be. */
static void choose_buffers(shift__execution *e)
{
    const shift__graph *graph = e->graph;
    for (size_t i = 0; i < graph->n_values; i++)
        e->held[i] = NO_BUFFER;
    for (size_t i = 0; i < graph->n_nodes; i++) {
        const shift__node *node = &graph->nodes[i];
        if (e->steps[i].known)
            continue;
        if (!shift__step_is_view(&e->steps[i]))
            take_buffers(e, i);
        take_copies(e, &e->steps[i]);
        for (size_t k = 0; k < node->n_in; k++)
            give_back(e, node->in[k], i);
        for (size_t k = 0; k < node->n_out; k++)
            give_back(e, node->out[k], i);
    }
}

static void place_copies(shift__execution *e, shift__step *s)
{
    for (size_t k = 0; s->copies != NULL && k < s->call.node->n_in; k++)
        if (s->copies[k].rank > 0)
            s->copies[k].data = e->buffers[s->copy_buffers[k]].data;
}

/* A small file can ask for any padding. What is wanted must be in proportion to the rows and the
 * weights. */
static shift_status check_amount(const shift__execution *e, shift_error *err)
{
    const shift__graph *graph = e->graph;
    size_t justified = 0;
    size_t wanted = 0;
    for (size_t i = 0; i < graph->n_inputs; i++)
        justified += shift__tensor_size(&e->values[graph->inputs[i]]);
    for (size_t i = 0; i < graph->n_values; i++)
        if (graph->values[i].constant)
            justified += shift__tensor_size(&graph->values[i].tensor);
    for (size_t i = 0; i < e->n_buffers; i++)
        wanted += e->buffers[i].bytes / sizeof(float); /* each below a quarter of all memory */
    if (wanted <= JUSTIFIED_LEAST || wanted / JUSTIFIED <= justified)
        return SHIFT_OK;
    return shift_error_set(
        err, SHIFT_EUNSUPPORTED,
        "%s: its values would take %zu numbers, more than %d for each of its rows "
        "and weights",
        graph->file->name, wanted, (int)JUSTIFIED);
}

static shift_status assign_memory(shift__execution *e, shift_error *err)
{
    choose_buffers(e);
    shift_status status = check_amount(e, err);
    for (size_t i = 0; status == SHIFT_OK && i < e->n_buffers; i++)
        status = shift__alloc(&e->buffers[i].data, e->buffers[i].bytes, 1, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < e->graph->n_values; i++)
        if (e->held[i] != NO_BUFFER)
            e->values[i].data = e->buffers[e->held[i]].data;
    for (size_t i = 0; i < e->graph->n_nodes; i++)
        place_copies(e, &e->steps[i]);
    return SHIFT_OK;
}

/* ---- the whole ---- */

static shift_status open_execution(shift__execution *e, shift_error *err)
{
    size_t values = e->graph->n_values;
    size_t nodes = e->graph->n_nodes;
    shift__arena *arena = &e->arena;
    shift_status status = shift__arena_alloc(arena, &e->values, values, sizeof *e->values, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &e->root, values, sizeof *e->root, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &e->last, values, sizeof *e->last, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &e->held, values, sizeof *e->held, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &e->buffers, values, sizeof *e->buffers, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &e->steps, nodes, sizeof *e->steps, err);
    return status;
}

shift_status shift__execution_new(shift__execution **out, const shift__graph *graph,
                                  const shift__tensor *inputs,
                                  const shift__execution_options *options, shift_error *err)
{
    shift__execution *e = NULL;
    shift_status status = shift__alloc(&e, 1, sizeof *e, err);
    if (status != SHIFT_OK)
        return status;
    e->graph = graph;
    e->options = *options;
    e->work.bn = options->bn;
    status = open_execution(e, err);
    if (status == SHIFT_OK)
        status = infer_shapes(e, inputs, err);
    if (status == SHIFT_OK)
        status = plan_steps(e, err);
    if (status == SHIFT_OK) {
        find_lifetimes(e);
        status = assign_memory(e, err);
    }
    if (status != SHIFT_OK) {
        shift__execution_free(e);
        return status;
    }
    *out = e;
    return SHIFT_OK;
}

void shift__execution_free(shift__execution *e)
{
    if (e == NULL)
        return;
    for (size_t i = 0; e->values != NULL && i < e->graph->n_values; i++)
        shift__tensor_clear(&e->values[i]);
    for (size_t i = 0; i < e->n_buffers; i++)
        free(e->buffers[i].data);
    for (size_t i = 0; e->steps != NULL && i < e->graph->n_nodes; i++)
        shift__kernel_free(e->steps[i].kernel);
    free(e->work.scratch);
    shift__arena_clear(&e->arena);
    free(e);
}

static shift_status look(const shift__tap *tap, const shift__execution *e, size_t value,
                         shift_error *err)
{
    if (tap == NULL || tap->wanted == NULL || value == SHIFT__NO_VALUE || !tap->wanted[value])
        return SHIFT_OK;
    return tap->see(tap->context, value, &e->values[value], err);
}

static shift_status set_inputs(shift__execution *e, const shift__tensor *inputs,
                               const shift__tap *tap, shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < e->graph->n_inputs; i++) {
        size_t value = e->graph->inputs[i];
        if (inputs[i].dtype != e->values[value].dtype ||
            !shift__tensor_same_shape(&inputs[i], &e->values[value]))
            return shift_error_set(err, SHIFT_EINVAL,
                                   "input '%s' has not the shape it was planned for",
                                   e->graph->values[value].name);
        e->values[value].data = inputs[i].data;
        status = look(tap, e, value, err);
    }
    return status;
}

static shift_status run_step(shift__execution *e, shift__step *s, shift_error *err)
{
    const shift__node *node = s->call.node;
    if (s->known)
        return SHIFT_OK;
    if (shift__step_is_view(s)) {
        e->values[node->out[0]].data = e->values[node->in[0]].data;
        return SHIFT_OK;
    }
    s->call.err = err;
    return shift__step_run(s, e->graph);
}

shift_status shift__execution_run(shift__execution *e, const shift__tensor *inputs,
                                  const shift__tap *tap, shift_error *err)
{
    shift_status status = set_inputs(e, inputs, tap, err);
    for (size_t i = 0; status == SHIFT_OK && i < e->graph->n_nodes; i++) {
        const shift__node *node = &e->graph->nodes[i];
        status = shift__execution_check(e, err);
        if (status == SHIFT_OK)
            status = run_step(e, &e->steps[i], err);
        for (size_t k = 0; status == SHIFT_OK && k < node->n_out; k++)
            status = look(tap, e, node->out[k], err);
    }
    return status;
}

shift_status shift__execution_check(const shift__execution *e, shift_error *err)
{
    return shift__progress_check(e->options.progress, err);
}

const shift__tensor *shift__execution_value(const shift__execution *e, size_t value)
{
    return &e->values[value];
}
