/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/held.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static shift_status hold(shift__held *held, const shift__tensor *inputs, size_t rows,
                         const int64_t *labels, shift_error *err)
{
    shift_status status =
        shift__array_grow(&held->batches, &held->capacity, held->n + 1, sizeof *held->batches, err);
    if (status != SHIFT_OK)
        return status;
    shift__held_batch *batch = &held->batches[held->n++];
    *batch = (shift__held_batch){.rows = rows};
    status = shift__alloc(&batch->inputs, held->n_inputs, sizeof *batch->inputs, err);
    for (size_t i = 0; status == SHIFT_OK && i < held->n_inputs; i++) {
        shift__tensor cut = inputs[i];
        cut.dims[0] = (int64_t)rows;
        status = shift__tensor_copy(&batch->inputs[i], &cut, err);
    }
    if (status == SHIFT_OK && labels != NULL)
        status = shift__alloc(&batch->labels, rows, sizeof *labels, err);
    if (status == SHIFT_OK && labels != NULL)
        memcpy(batch->labels, labels, rows * sizeof *labels);
    held->rows += rows;
    return status;
}

shift_status shift__held_read(shift__held *out, const shift__graph *graph, shift_source *source,
                              const shift_network_data_options *data, uint64_t most,
                              shift_error *err)
{
    shift__held held = {.n_inputs = graph->n_inputs,
                        .data = shift_source_name(source),
                        .label = data != NULL ? data->label : NULL};
    shift__rows *rows = NULL;
    shift_status status = shift__rows_new(&rows, graph, source, data, err);
    if (status == SHIFT_OK && data != NULL &&
        data->size > offsetof(shift_network_data_options, progress))
        status = shift__progress_new(&held.progress, data->progress, "running the network", 0, err);
    while (status == SHIFT_OK && (most == 0 || held.rows < most)) {
        const shift__tensor *inputs = NULL;
        size_t n = 0;
        status = shift__rows_next(rows, &inputs, &n, err);
        if (status != SHIFT_OK || n == 0)
            break;
        if (most != 0)
            n = shift__rows_used(graph, n, most - held.rows);
        status = hold(&held, inputs, n, shift__rows_labels(rows), err);
    }
    shift__rows_free(rows);
    if (status != SHIFT_OK) {
        shift__held_clear(&held);
        return status;
    }
    *out = held;
    return SHIFT_OK;
}

void shift__held_clear(shift__held *held)
{
    for (size_t b = 0; b < held->n; b++) {
        for (size_t i = 0; held->batches[b].inputs != NULL && i < held->n_inputs; i++)
            shift__tensor_clear(&held->batches[b].inputs[i]);
        free(held->batches[b].inputs);
        free(held->batches[b].labels);
    }
    free(held->batches);
    shift__progress_free(held->progress);
    *held = (shift__held){.n = 0};
}

shift_status shift__pass_held(shift__pass *pass, const shift__held *held, shift_error *err)
{
    shift_status status = SHIFT_OK;
    pass->data = held->data;
    pass->label = held->label;
    pass->progress = held->progress;
    for (size_t b = 0; status == SHIFT_OK && b < held->n; b++) {
        const shift__held_batch *batch = &held->batches[b];
        shift__progress_add(held->progress, batch->rows);
        status = shift__pass_batch(pass, batch->inputs, batch->rows, batch->labels, err);
    }
    return status;
}
