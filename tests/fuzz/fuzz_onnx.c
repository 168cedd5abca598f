/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes: refused, or a graph that can be planned and run for two rows, or refuses to be. */
#include <stdint.h>
#include <stdlib.h>

#include "network/execute.h"

enum {
    ROWS = 2,
    SIDE = 4,           /* of a free size */
    ELEMENTS = 1 << 12, /* of an input that is still run */
    WORK = 1 << 14      /* of all values together */
};

static void run(const shift__graph *graph, shift__tensor *inputs, size_t n)
{
    static const shift__execution_options options = {.bn = SHIFT__BN_AS_NODE,
                                                     .integers_stay = true};
    shift__execution *execution = NULL;
    if (shift__execution_new(&execution, graph, inputs, &options, NULL) != SHIFT_OK)
        return;
    size_t work = 0;
    for (size_t i = 0; i < graph->n_values; i++)
        work += shift__tensor_size(shift__execution_value(execution, i));
    for (size_t i = 0; work < WORK && i < n; i++)
        if (shift__tensor_alloc(&inputs[i], NULL) != SHIFT_OK)
            work = WORK;
    if (work < WORK)
        (void)shift__execution_run(execution, inputs, NULL, NULL);
    shift__execution_free(execution);
}

static void plan(const shift__graph *graph)
{
    shift__tensor *inputs = calloc(graph->n_inputs + 1, sizeof *inputs);
    bool small = inputs != NULL;
    for (size_t i = 0; small && i < graph->n_inputs; i++) {
        size_t size = 0;
        inputs[i] = graph->values[graph->inputs[i]].tensor;
        for (size_t k = 0; k < inputs[i].rank; k++)
            if (inputs[i].dims[k] < 0)
                inputs[i].dims[k] = k == 0 ? ROWS : SIDE;
        small = shift__dims_product(inputs[i].dims, inputs[i].rank, &size, NULL) == SHIFT_OK &&
                size <= ELEMENTS;
    }
    if (small)
        run(graph, inputs, graph->n_inputs);
    for (size_t i = 0; inputs != NULL && i < graph->n_inputs; i++)
        shift__tensor_clear(&inputs[i]);
    free(inputs);
}

/* NOLINTBEGIN(readability-identifier-naming): the name is libFuzzer's */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    shift__onnx *file = NULL;
    shift__graph *graph = NULL;
    if (shift__onnx_decode(&file, data, n, "fuzz", NULL, NULL) != SHIFT_OK)
        return 0;
    if (shift__graph_new(&graph, file, NULL) == SHIFT_OK)
        plan(graph);
    shift__graph_free(graph);
    shift__onnx_free(file);
    return 0;
}
/* NOLINTEND(readability-identifier-naming) */
