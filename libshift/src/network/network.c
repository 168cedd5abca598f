/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The public handle: a file and its graph. */
#include "network/network.h"

#include <stdlib.h>

#include "core/memory.h"

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
    shift__onnx *file = NULL;
    shift_status status = shift__onnx_load(&file, path, err);
    return status == SHIFT_OK ? make_network(out, file, err) : status;
}

shift_status shift_network_decode(shift_network **out, const void *bytes, size_t n,
                                  const char *name, shift_error *err)
{
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
