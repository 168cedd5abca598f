/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gradients MODEL ROWS: milliseconds in which one thread runs a network forward on ROWS random rows
 * and back to the gradients of all parameters, the fastest of some runs; forward alone; and the
 * most memory that was in use. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "core/random.h"
#include "network/gradients.h"
#include "timing.h"

static void fail(const shift_error *err)
{
    (void)fprintf(stderr, "%s\n", err->message);
    exit(1);
}

static shift_status see(void *context, size_t value, const shift__tensor *gradient,
                        shift_error *err)
{
    (void)value, (void)err;
    *(double *)context += (double)shift__floats(gradient)[0];
    return SHIFT_OK;
}

static double forward(const shift__graph *graph, const shift__tensor *inputs)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift__execution *execution = NULL;
    const shift__execution_options options = {.channels_last = true};
    double best = 0;
    shift_status status = shift__execution_new(&execution, graph, inputs, &options, &err);
    if (status == SHIFT_OK)
        FASTEST(best, 8, status |= shift__execution_run(execution, inputs, NULL, &err));
    if (status != SHIFT_OK)
        fail(&err);
    shift__execution_free(execution);
    return best * 1e3;
}

static double backward(const shift__graph *graph, const shift__tensor *inputs)
{
    shift_error err = SHIFT_ERROR_INIT;
    double total = 0;
    double best = 0;
    bool *wanted = calloc(graph->n_values, sizeof *wanted);
    if (wanted == NULL)
        exit(1);
    for (size_t i = 0; i < graph->n_nodes; i++)
        for (size_t k = 0; k < graph->nodes[i].n_in; k++)
            if (shift__is_parameter(graph, &graph->nodes[i], k))
                wanted[graph->nodes[i].in[k]] = true;
    shift__pass pass = {.graph = graph, .wanted = wanted, .see = see, .context = &total};
    shift_status status = SHIFT_OK;
    FASTEST(best, 8,
            status |= shift__pass_batch(&pass, inputs, (size_t)inputs->dims[0], NULL, &err));
    if (status != SHIFT_OK)
        fail(&err);
    shift__pass_clear(&pass);
    free(wanted);
    return best * 1e3;
}

int main(int argc, char **argv)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift__onnx *file = NULL;
    shift__graph *graph = NULL;
    if (argc < 3)
        return 1;
    if (shift__onnx_load(&file, argv[1], &err) != SHIFT_OK ||
        shift__graph_new(&graph, file, &err) != SHIFT_OK)
        fail(&err);
    shift__tensor input = graph->values[graph->inputs[0]].tensor;
    input.dims[0] = strtol(argv[2], NULL, 10);
    for (size_t i = 1; i < input.rank; i++)
        if (input.dims[i] < 0)
            input.dims[i] = 224;
    if (shift__tensor_alloc(&input, &err) != SHIFT_OK)
        fail(&err);
    shift__random random;
    shift__random_init(&random, 1, 0);
    for (size_t i = 0; i < shift__tensor_size(&input); i++)
        shift__floats(&input)[i] = (float)shift__random_uniform(&random);
    double both = backward(graph, &input);
    double alone = forward(graph, &input);
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    printf("%.4f ms forward and backward, %.4f forward (%.2f x), %ld MB\n", both, alone,
           both / alone, usage.ru_maxrss / 1024);
    shift__tensor_clear(&input);
    shift__graph_free(graph);
    shift__onnx_free(file);
    return 0;
}
