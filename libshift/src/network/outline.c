/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a network is made of, for people. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "network/layers.h"

#include "core/null.h"
#include "network/network.h"
#include "network/rewrite.h"
#include "shift/layers.h"

typedef struct owned_outline {
    shift_network_outline view; /* first: what the caller holds */
    shift__arena arena;
    char *operators;
} owned_outline;

static shift_status list_sources(owned_outline *o, const shift__graph *graph,
                                 const shift__node *node, shift_network_node *out, shift_error *err)
{
    size_t *from = NULL;
    shift_status status = shift__arena_alloc(&o->arena, &from, node->n_in, sizeof *from, err);
    for (size_t i = 0; status == SHIFT_OK && i < node->n_in; i++) {
        if (node->in[i] == SHIFT__NO_VALUE || graph->values[node->in[i]].constant)
            continue;
        from[out->n_from++] = graph->values[node->in[i]].producer;
    }
    out->from = from;
    return status;
}

static shift_status list_nodes(owned_outline *o, const shift_network *network, shift_error *err)
{
    const shift__graph *graph = network->graph;
    shift__layers layers = {NULL, 0};
    shift_network_node *nodes = NULL;
    shift_status status = shift__layers_find(&layers, graph, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(&o->arena, &nodes, graph->n_nodes, sizeof *nodes, err);
    for (size_t i = 0; status == SHIFT_OK && i < graph->n_nodes; i++) {
        nodes[i].name = graph->nodes[i].name;
        nodes[i].op = graph->nodes[i].op->name;
        status = list_sources(o, graph, &graph->nodes[i], &nodes[i], err);
    }
    for (size_t i = 0; status == SHIFT_OK && i < layers.n; i++)
        if (layers.sites[i].node != SIZE_MAX)
            nodes[layers.sites[i].node].is_layer = true;
    o->view.layers = layers.n;
    o->view.n = graph->n_nodes;
    o->view.nodes = nodes;
    shift__layers_clear(&layers);
    return status;
}

static shift_status name_input(owned_outline *o, const shift__graph *graph, shift_error *err)
{
    const shift__value *input = &graph->values[graph->inputs[0]];
    char shape[256];
    size_t used = 0;
    for (size_t i = 0; i < input->tensor.rank && used + 24 < sizeof shape; i++) {
        const char *times = i > 0 ? " x " : "";
        int64_t size = input->tensor.dims[i];
        int n = size < 0 ? snprintf(shape + used, sizeof shape - used, "%s%s", times,
                                    i == 0 ? "rows" : "any")
                         : snprintf(shape + used, sizeof shape - used, "%s%" PRId64, times, size);
        used += n > 0 ? (size_t)n : 0;
    }
    shape[used] = '\0';
    return shift__arena_print(&o->arena, &o->view.input, err, "%s [%s]", input->name, shape);
}

static shift_status fill(owned_outline *o, const shift_network *network, shift_error *err)
{
    char hash[SHIFT__HASH_TEXT];
    shift__network_hash(network, hash);
    o->view.size = sizeof o->view;
    o->view.bytes = network->file->bytes;
    shift_status status = shift__arena_text(&o->arena, &o->view.hash, hash, strlen(hash), err);
    if (status == SHIFT_OK)
        status = shift__network_operators(network, &o->operators, err);
    o->view.operators = o->operators;
    if (status == SHIFT_OK && network->graph->n_inputs > 0)
        status = name_input(o, network->graph, err);
    return status == SHIFT_OK ? list_nodes(o, network, err) : status;
}

shift_status shift_network_outline_new(shift_network_outline **out, const shift_network *network,
                                       shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, network))
        return SHIFT_EINVAL;
    owned_outline *o = NULL;
    shift_status status = shift__alloc(&o, 1, sizeof *o, err);
    if (status != SHIFT_OK)
        return status;
    status = fill(o, network, err);
    if (status != SHIFT_OK) {
        shift_network_outline_free(&o->view);
        return status;
    }
    *out = &o->view;
    return SHIFT_OK;
}

void shift_network_outline_free(shift_network_outline *outline)
{
    if (outline == NULL)
        return;
    owned_outline *o = (owned_outline *)outline;
    shift__arena_clear(&o->arena);
    free(o->operators);
    free(o);
}

static bool has_external(const Onnx__GraphProto *graph)
{
    for (size_t i = 0; i < graph->n_initializer; i++)
        if (graph->initializer[i]->n_external_data > 0)
            return true;
    for (size_t i = 0; i < graph->n_node; i++)
        for (size_t k = 0; k < graph->node[i]->n_attribute; k++)
            if (graph->node[i]->attribute[k]->t != NULL &&
                graph->node[i]->attribute[k]->t->n_external_data > 0)
                return true;
    return false;
}

shift_status shift_network_read_bytes(const char *path, void **bytes, size_t *n, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, path, bytes, n))
        return SHIFT_EINVAL;
    shift_network *network = NULL;
    shift__onnx *copy = NULL;
    unsigned char *file = NULL;
    shift_status status = shift_network_load(&network, path, err);
    if (status != SHIFT_OK)
        return status;
    if (!has_external(network->file->model->graph)) {
        status = shift__onnx_read(path, &file, n, err);
    } else {
        status = shift__rewrite_begin(&copy, network->file, err);
        if (status == SHIFT_OK)
            status = shift__rewrite_pack(copy, &file, n, err);
    }
    shift__onnx_free(copy);
    shift_network_free(network);
    *bytes = file;
    return status;
}
