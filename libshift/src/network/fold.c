/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What does not depend on the rows: exporters write weights as chains of Slice, Concat, Transpose
 * and Identity, which are computed here once. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "network/build.h"

enum {
    /* A constant of a file may grow when it is computed (Expand, ConstantOfShape), within reason.
     */
    GROWTH = 16,
    GROWTH_LEAST = 1 << 20
};

void shift__node_tensors(const shift__node *node, shift__tensor *values, const shift__tensor **in,
                         shift__tensor **out)
{
    for (size_t i = 0; i < node->n_in; i++)
        in[i] = node->in[i] == SHIFT__NO_VALUE ? NULL : &values[node->in[i]];
    for (size_t i = 0; i < node->n_out; i++)
        out[i] = node->out[i] == SHIFT__NO_VALUE ? NULL : &values[node->out[i]];
}

/* Put the names of file, node and operator before what went wrong in it. */
static shift_status name_failure(const shift__graph *graph, const shift__call *call,
                                 shift_status status, const shift_error *what)
{
    if (status == SHIFT_OK)
        return status;
    if (status == SHIFT_ENOMEM)
        return shift_error_set(call->err, status, "%s", what->message);
    return shift_error_set(call->err, status, "%s: node '%s' (%s): %s", graph->file->name,
                           call->node->name, call->node->op->name, what->message);
}

shift_status shift__node_infer(const shift__graph *graph, const shift__call *call)
{
    shift_error what = SHIFT_ERROR_INIT;
    shift__call inner = *call;
    inner.err = &what;
    shift_status status = call->node->op->infer(&inner);
    for (size_t i = 0; status == SHIFT_OK && i < call->node->n_out; i++) {
        size_t n = 0;
        if (call->out[i] != NULL)
            status = shift__dims_product(call->out[i]->dims, call->out[i]->rank, &n, &what);
    }
    return name_failure(graph, call, status, &what);
}

static bool has_elements(const shift__call *call)
{
    for (size_t i = 0; i < call->node->n_out; i++)
        if (call->out[i] != NULL && shift__tensor_size(call->out[i]) > 0)
            return true;
    return false;
}

shift_status shift__node_forward(const shift__graph *graph, const shift__call *call)
{
    if (!has_elements(call)) /* sizes of what is empty are no bound on the work */
        return SHIFT_OK;
    if (call->node->op->forward == NULL) {
        size_t size = shift__tensor_size(call->out[0]);
        if (size > 0)
            memmove(call->out[0]->data, call->in[0]->data,
                    size * shift__dtype_size(call->out[0]->dtype));
        return SHIFT_OK;
    }
    shift_error what = SHIFT_ERROR_INIT;
    shift__call inner = *call;
    inner.err = &what;
    return name_failure(graph, call, call->node->op->forward(&inner), &what);
}

typedef struct folding {
    shift__graph *graph;
    size_t budget; /* bytes that may still be taken */
    shift__workspace work;
    const shift__tensor **in;
    shift__tensor **out;
    shift__tensor *computed; /* outputs of the node at hand */
    shift_error *err;
} folding;

static bool is_constant(const shift__graph *graph, const shift__node *node)
{
    for (size_t i = 0; i < node->n_in; i++)
        if (node->in[i] != SHIFT__NO_VALUE && !graph->values[node->in[i]].constant)
            return false;
    return true;
}

static shift_status alloc_output(folding *f, const shift__node *node, shift__tensor *tensor)
{
    size_t bytes = shift__tensor_size(tensor) * shift__dtype_size(tensor->dtype);
    if (bytes > f->budget)
        return shift_error_set(
            f->err, SHIFT_EUNSUPPORTED,
            "%s: node '%s' (%s): a constant of %zu bytes, more than the file justifies",
            f->graph->file->name, node->name, node->op->name, bytes);
    f->budget -= bytes;
    return shift__tensor_alloc(tensor, f->err);
}

static void keep_outputs(folding *f, const shift__node *node)
{
    for (size_t i = 0; i < node->n_out; i++) {
        if (node->out[i] == SHIFT__NO_VALUE)
            continue;
        shift__value *value = &f->graph->values[node->out[i]];
        value->tensor = f->computed[i];
        value->constant = true;
        value->producer = SIZE_MAX;
        f->computed[i] = (shift__tensor){.dtype = SHIFT__FLOAT32};
    }
    if (strcmp(node->op->name, "Identity") == 0)
        f->graph->values[node->out[0]].initializer = f->graph->values[node->in[0]].initializer;
}

static shift_status fold_node(folding *f, const shift__node *node)
{
    for (size_t i = 0; i < node->n_in; i++)
        f->in[i] = node->in[i] == SHIFT__NO_VALUE ? NULL : &f->graph->values[node->in[i]].tensor;
    for (size_t i = 0; i < node->n_out; i++)
        f->out[i] = node->out[i] == SHIFT__NO_VALUE ? NULL : &f->computed[i];
    shift__call call = {.node = node, .in = f->in, .out = f->out, .work = &f->work, .err = f->err};
    shift_status status = shift__node_infer(f->graph, &call);
    for (size_t i = 0; status == SHIFT_OK && i < node->n_out; i++)
        if (f->out[i] != NULL)
            status = alloc_output(f, node, f->out[i]);
    if (status == SHIFT_OK)
        status = shift__node_forward(f->graph, &call);
    if (status == SHIFT_OK)
        keep_outputs(f, node);
    for (size_t i = 0; i < node->n_out; i++)
        shift__tensor_clear(&f->computed[i]);
    return status;
}

static shift_status open_folding(folding *f)
{
    const shift__graph *graph = f->graph;
    size_t bytes = graph->file->bytes;
    size_t most_in = 1;
    size_t most_out = 1;
    for (size_t i = 0; i < graph->n_values; i++)
        if (graph->values[i].constant)
            bytes += shift__tensor_size(&graph->values[i].tensor) * sizeof(float);
    for (size_t i = 0; i < graph->n_nodes; i++) {
        most_in = graph->nodes[i].n_in > most_in ? graph->nodes[i].n_in : most_in;
        most_out = graph->nodes[i].n_out > most_out ? graph->nodes[i].n_out : most_out;
    }
    f->budget = bytes > SIZE_MAX / 2 / GROWTH ? SIZE_MAX / 2 : bytes * GROWTH + GROWTH_LEAST;
    shift_status status = shift__alloc(&f->in, most_in, sizeof(void *), f->err);
    if (status == SHIFT_OK)
        status = shift__alloc(&f->out, most_out, sizeof(void *), f->err);
    if (status == SHIFT_OK)
        status = shift__alloc(&f->computed, most_out, sizeof *f->computed, f->err);
    return status;
}

/* After nodes have been dropped the others have new numbers. */
static void renumber(shift__graph *graph)
{
    for (size_t i = 0; i < graph->n_values; i++)
        graph->values[i].producer = SIZE_MAX;
    for (size_t i = 0; i < graph->n_nodes; i++)
        for (size_t k = 0; k < graph->nodes[i].n_out; k++)
            if (graph->nodes[i].out[k] != SHIFT__NO_VALUE)
                graph->values[graph->nodes[i].out[k]].producer = i;
}

shift_status shift__graph_fold(shift__graph *graph, shift_error *err)
{
    folding f = {.graph = graph, .err = err};
    shift_status status = open_folding(&f);
    size_t kept = 0;
    for (size_t i = 0; status == SHIFT_OK && i < graph->n_nodes; i++) {
        if (is_constant(graph, &graph->nodes[i]))
            status = fold_node(&f, &graph->nodes[i]);
        else
            graph->nodes[kept++] = graph->nodes[i];
    }
    if (status == SHIFT_OK) {
        graph->n_nodes = kept;
        renumber(graph);
    }
    free(f.in);
    free(f.out);
    free(f.computed);
    free(f.work.scratch);
    return status;
}

shift_status shift__graph_prune(shift__graph *graph, shift_error *err)
{
    bool *needed = NULL;
    shift_status status = shift__alloc(&needed, graph->n_values, sizeof *needed, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < graph->n_outputs; i++)
        needed[graph->outputs[i]] = true;
    size_t kept = graph->n_nodes;
    for (size_t i = graph->n_nodes; i-- > 0;) {
        const shift__node *node = &graph->nodes[i];
        bool wanted = false;
        for (size_t k = 0; k < node->n_out; k++)
            wanted = wanted || (node->out[k] != SHIFT__NO_VALUE && needed[node->out[k]]);
        for (size_t k = 0; wanted && k < node->n_in; k++)
            if (node->in[k] != SHIFT__NO_VALUE)
                needed[node->in[k]] = true;
        if (wanted)
            graph->nodes[--kept] = *node;
    }
    graph->n_nodes -= kept;
    memmove(graph->nodes, graph->nodes + kept, graph->n_nodes * sizeof *graph->nodes);
    renumber(graph);
    free(needed);
    return SHIFT_OK;
}
