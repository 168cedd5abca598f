/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The public handle: a file and its graph. */
#include "network/network.h"
#include "network/operators/common.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/null.h"

static shift_status make_network(shift_network **out, shift__onnx *take, shift_error *err)
{
    shift_network *network = NULL;
    shift_status status = shift__alloc(&network, 1, sizeof *network, err);
    if (status != SHIFT_OK) {
        shift__onnx_free(take);
        return status;
    }
    network->file = take;
    status = shift__graph_new(&network->graph, take, err);
    if (status != SHIFT_OK) {
        shift_network_free(network);
        return status;
    }
    *out = network;
    return SHIFT_OK;
}

shift_status shift_network_load(shift_network **out, const char *path, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, path))
        return SHIFT_EINVAL;
    shift__onnx *file = NULL;
    shift_status status = shift__onnx_load(&file, path, err);
    return status == SHIFT_OK ? make_network(out, file, err) : status;
}

shift_status shift_network_decode(shift_network **out, const void *bytes, size_t n,
                                  const char *name, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, bytes, name))
        return SHIFT_EINVAL;
    shift__onnx *file = NULL;
    shift_status status = shift__onnx_decode(&file, bytes, n, name, NULL, err);
    return status == SHIFT_OK ? make_network(out, file, err) : status;
}

void shift_network_free(shift_network *network)
{
    if (network == NULL)
        return;
    shift__graph_free(network->graph);
    shift__onnx_free(network->file);
    free(network);
}

static bool is_op(const shift__node *node, const char *op)
{
    return strcmp(node->op->name, op) == 0;
}

size_t shift_network_training_nodes(const shift_network *network)
{
    size_t n = 0;
    if (network == NULL)
        return 0;
    const shift__graph *graph = network->graph;
    for (size_t i = 0; i < graph->n_nodes; i++)
        if (is_op(&graph->nodes[i], "BatchNormalization"))
            n += ((const shift__norm_parameters *)graph->nodes[i].parameters)->training;
    return n;
}

static bool is_normalised(const shift__graph *graph, size_t value)
{
    for (size_t i = 0; i < graph->n_nodes; i++)
        if (is_op(&graph->nodes[i], "BatchNormalization") && graph->nodes[i].in[0] == value)
            return true;
    return false;
}

size_t shift_network_folded_nodes(const shift_network *network)
{
    size_t n = 0;
    if (network == NULL)
        return 0;
    const shift__graph *graph = network->graph;
    for (size_t i = 0; i < graph->n_nodes; i++) {
        const shift__node *node = &graph->nodes[i];
        bool biased = node->n_in > 2 && node->in[2] != SHIFT__NO_VALUE;
        n += is_op(node, "Conv") && biased && !is_normalised(graph, node->out[0]);
    }
    return n;
}

void shift__network_hash(const shift_network *network, char text[SHIFT__HASH_TEXT])
{
    (void)snprintf(text, SHIFT__HASH_TEXT, "%016" PRIx64 "%016" PRIx64, network->file->hash[0],
                   network->file->hash[1]);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

shift_status shift__network_operators(const shift_network *network, char **out, shift_error *err)
{
    const Onnx__GraphProto *graph = network->file->model->graph;
    const char **names = NULL;
    size_t room = 1;
    shift_status status = shift__alloc(&names, graph->n_node, sizeof *names, err);
    for (size_t i = 0; status == SHIFT_OK && i < graph->n_node; i++) {
        names[i] = graph->node[i]->op_type;
        room += strlen(names[i]) + 1;
    }
    if (status == SHIFT_OK)
        status = shift__alloc(out, room, 1, err);
    if (status == SHIFT_OK)
        qsort(names, graph->n_node, sizeof *names, by_name);
    size_t used = 0;
    for (size_t i = 0; status == SHIFT_OK && i < graph->n_node; i++) {
        if (i > 0 && strcmp(names[i], names[i - 1]) == 0)
            continue;
        used += (size_t)snprintf(*out + used, room - used, "%s%s", used > 0 ? " " : "", names[i]);
    }
    free(names);
    return status;
}
