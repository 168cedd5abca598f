/* SPDX-License-Identifier: GPL-3.0-or-later */
/* network MODEL ROWS: milliseconds in which one thread runs a network forward on ROWS random rows,
 * the fastest of some runs; with the same without oneDNN and by images with channels first. */
#include <stdio.h>
#include <stdlib.h>

#include "core/random.h"
#include "network/execute.h"
#include "timing.h"

static double forward(const shift__graph *graph, const shift__tensor *inputs, bool channels_last)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift__execution *execution = NULL;
    const shift__execution_options options = {.channels_last = channels_last};
    double best = 0;
    if (shift__execution_new(&execution, graph, inputs, &options, &err) != SHIFT_OK) {
        (void)fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
    shift_status status = SHIFT_OK;
    FASTEST(best, 8, status |= shift__execution_run(execution, inputs, NULL, &err));
    shift__execution_free(execution);
    if (status != SHIFT_OK)
        exit(1);
    return best * 1e3;
}

int main(int argc, char **argv)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift__onnx *file = NULL;
    shift__graph *graph = NULL;
    if (argc < 3 || shift__onnx_load(&file, argv[1], &err) != SHIFT_OK ||
        shift__graph_new(&graph, file, &err) != SHIFT_OK) {
        (void)fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    shift__tensor input = graph->values[graph->inputs[0]].tensor;
    input.dims[0] = strtol(argv[2], NULL, 10);
    for (size_t i = 1; i < input.rank; i++)
        if (input.dims[i] < 0)
            input.dims[i] = 224;
    if (shift__tensor_alloc(&input, &err) != SHIFT_OK)
        return 1;
    shift__random random;
    shift__random_init(&random, 1, 0);
    for (size_t i = 0; i < shift__tensor_size(&input); i++)
        shift__floats(&input)[i] = (float)shift__random_uniform(&random);
    double last = forward(graph, &input, true);
    double first = forward(graph, &input, false);
    printf("%.4f ms, %.4f with channels first everywhere\n", last, first);
    shift__tensor_clear(&input);
    shift__graph_free(graph);
    shift__onnx_free(file);
    return 0;
}
