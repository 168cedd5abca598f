/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/split.h"

#include <string.h>

const shift__tensor *shift__float_constant(const shift__graph *graph, const shift__node *node,
                                           size_t i)
{
    const shift__tensor *tensor = shift__graph_constant(graph, node, i);
    return tensor != NULL && tensor->dtype == SHIFT__FLOAT32 ? tensor : NULL;
}

static shift_status split_constants(shift__split *h, const shift__graph *from, shift_error *err)
{
    shift__graph *graph = &h->graph;
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < graph->n_nodes; i++) {
        shift__node *node = &graph->nodes[i];
        size_t *in = NULL;
        status = shift__arena_alloc(&h->arena, &in, node->n_in, sizeof *in, err);
        if (status != SHIFT_OK)
            break;
        memcpy(in, node->in, node->n_in * sizeof *in);
        for (size_t k = 0; k < node->n_in; k++)
            if (shift__float_constant(from, node, k) != NULL) {
                graph->values[graph->n_values] = from->values[node->in[k]];
                graph->values[graph->n_values].tensor.owns = false;
                in[k] = graph->n_values++;
            }
        node->in = in;
    }
    return status;
}

shift_status shift__split_init(shift__split *h, const shift__graph *from, shift_error *err)
{
    size_t most = from->n_values;
    for (size_t i = 0; i < from->n_nodes; i++)
        most += from->nodes[i].n_in;
    *h = (shift__split){.graph = *from};
    shift_status status =
        shift__arena_alloc(&h->arena, &h->graph.values, most, sizeof *from->values, err);
    if (status == SHIFT_OK)
        status =
            shift__arena_alloc(&h->arena, &h->graph.nodes, from->n_nodes, sizeof *from->nodes, err);
    if (status != SHIFT_OK)
        return status;
    memcpy(h->graph.values, from->values, from->n_values * sizeof *from->values);
    memcpy(h->graph.nodes, from->nodes, from->n_nodes * sizeof *from->nodes);
    return split_constants(h, from, err);
}

void shift__split_clear(shift__split *split)
{
    shift__arena_clear(&split->arena);
}
