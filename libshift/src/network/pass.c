/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/pass.h"

#include <stdlib.h>
#include <string.h>

static shift_status plan(shift__pass *pass, const shift__tensor *inputs, size_t n, shift_error *err)
{
    const shift__execution_options options = {
        .bn = pass->bn, .keep = true, .progress = pass->progress};
    shift_status status = SHIFT_OK;
    if (pass->backward == NULL) {
        status = shift__loss_logits(pass->graph, &pass->logits, err);
        if (status == SHIFT_OK)
            status = shift__backward_new(&pass->backward, pass->graph, pass->bn, pass->wanted, err);
    }
    if (status != SHIFT_OK || (pass->execution != NULL && pass->planned == n))
        return status;
    shift__execution_free(pass->execution);
    pass->execution = NULL;
    pass->planned = n;
    status = shift__execution_new(&pass->execution, pass->graph, inputs, &options, err);
    if (status != SHIFT_OK)
        return status;
    shift__tensor_clear(&pass->gradient);
    shift__tensor shape = *shift__execution_value(pass->execution, pass->logits);
    shape.owns = false;
    status = shift__tensor_alloc(&shape, err);
    if (status == SHIFT_OK)
        pass->gradient = shape;
    return status;
}

/* The data's messages do not know the network's name. */
static shift_status find_gradient(shift__pass *pass, size_t n, const int64_t *labels,
                                  shift_error *err)
{
    shift_error what = SHIFT_ERROR_INIT;
    shift_status status = shift__loss_gradient(
        pass->kind, shift__execution_value(pass->execution, pass->logits),
        &(shift__labels){labels, pass->label, n}, &pass->gradient, &pass->sums, &what);
    if (status == SHIFT_OK)
        return status;
    bool label = status == SHIFT_EFORMAT && pass->data != NULL;
    return shift_error_set(err, status, "%s: %s", label ? pass->data : pass->graph->file->name,
                           what.message);
}

shift_status shift__pass_batch(shift__pass *pass, const shift__tensor *inputs, size_t n,
                               const int64_t *labels, shift_error *err)
{
    shift_status status = plan(pass, inputs, n, err);
    if (status == SHIFT_OK)
        status = shift__execution_run(pass->execution, inputs, NULL, err);
    if (status == SHIFT_OK && pass->ran != NULL)
        status = pass->ran(pass->context, pass->execution, n, err);
    if (status == SHIFT_OK)
        status = find_gradient(pass, n, labels, err);
    if (status != SHIFT_OK)
        return status;
    shift__tap tap = {pass->wanted, pass->see, pass->context};
    return shift__backward_run(pass->backward, pass->execution, pass->logits, &pass->gradient, &tap,
                               err);
}

/* The first `n` rows of a batch. */
static void cut(const shift__graph *graph, const shift__tensor *inputs, size_t n,
                shift__tensor *out)
{
    for (size_t i = 0; i < graph->n_inputs; i++) {
        out[i] = inputs[i];
        out[i].owns = false;
        out[i].dims[0] = (int64_t)n;
    }
}

shift_status shift__pass_rows(shift__pass *pass, shift__rows *rows, shift_error *err)
{
    shift__tensor *some = NULL;
    pass->data = shift__rows_name(rows);
    pass->label = shift__rows_label(rows);
    pass->progress = shift__rows_progress(rows);
    shift_status status = shift__alloc(&some, pass->graph->n_inputs, sizeof *some, err);
    while (status == SHIFT_OK && (pass->most == 0 || pass->sums.rows < pass->most)) {
        const shift__tensor *inputs = NULL;
        size_t n = 0;
        status = shift__rows_next(rows, &inputs, &n, err);
        if (status != SHIFT_OK || n == 0)
            break;
        if (pass->most != 0)
            n = shift__rows_used(pass->graph, n, pass->most - pass->sums.rows);
        cut(pass->graph, inputs, n, some);
        status = shift__pass_batch(pass, some, n, shift__rows_labels(rows), err);
    }
    free(some);
    return status;
}

void shift__pass_clear(shift__pass *pass)
{
    shift__execution_free(pass->execution);
    shift__backward_free(pass->backward);
    shift__tensor_clear(&pass->gradient);
    pass->execution = NULL;
    pass->backward = NULL;
}
