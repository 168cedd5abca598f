/* SPDX-License-Identifier: GPL-3.0-or-later */
/* network MODEL ROWS: milliseconds in which one thread runs a network forward on ROWS random rows,
 * the fastest of some runs; as much with images whose channels are first; and with everything
 * captured that a layer profile keeps. */
#include <stdio.h>
#include <stdlib.h>

#include "core/random.h"
#include "network/capture.h"
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

/* One batch after the other into one profile, all rows of the first ones in its sample. */
static double captured(const shift__graph *graph, const shift__tensor *inputs)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift__layers sites = {0};
    size_t rows = (size_t)inputs->dims[0];
    shift_layer_profile *profile = calloc(1, sizeof *profile);
    bool *wanted = calloc(graph->n_values, sizeof *wanted);
    size_t *slots = calloc(rows, sizeof *slots);
    shift__execution *execution = NULL;
    const shift__execution_options options = {.channels_last = true};
    double best = 0;
    if (profile == NULL || wanted == NULL || slots == NULL ||
        shift__layers_find(&sites, graph, &err) != SHIFT_OK ||
        shift__execution_new(&execution, graph, inputs, &options, &err) != SHIFT_OK)
        exit(1);
    profile->layers = calloc(sites.n, sizeof *profile->layers);
    profile->n_layers = sites.n;
    profile->most = rows;
    for (size_t i = 0; i < sites.n; i++) {
        const shift__site *site = &sites.sites[i];
        const size_t seen[] = {site->seen, site->before, site->after};
        for (size_t k = 0; k < 3; k++)
            if (seen[k] != SHIFT__NO_VALUE && (k == 0 || site->kind == SHIFT__SITE_ACTIVATION))
                wanted[seen[k]] = true;
    }
    for (size_t r = 0; r < rows; r++)
        slots[r] = r;
    shift__capture capture = {
        .sites = &sites, .profile = profile, .bins = 1024, .rows = rows, .slots = slots};
    shift__tap tap = {wanted, shift__capture_see, &capture};
    shift_status status = SHIFT_OK;
    FASTEST(best, 5, status |= shift__execution_run(execution, inputs, &tap, &err));
    if (status != SHIFT_OK) {
        (void)fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
    shift__execution_free(execution);
    shift__layers_clear(&sites);
    shift_layer_profile_free(profile);
    free(wanted);
    free(slots);
    free(capture.scratch);
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
    double full = captured(graph, &input);
    printf("%.4f ms, %.4f with channels first everywhere, %.4f with capture (%.2f x)\n", last,
           first, full, full / last);
    shift__tensor_clear(&input);
    shift__graph_free(graph);
    shift__onnx_free(file);
    return 0;
}
