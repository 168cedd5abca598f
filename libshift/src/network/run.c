/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network's outputs as CSV. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "network/execute.h"
#include "network/network.h"
#include "network/rows.h"
#include "shift/output.h"

typedef struct run {
    const shift__graph *graph;
    shift_source *source;
    shift__rows *rows;
    shift__execution *execution;
    size_t planned; /* rows of the execution */
    shift_output *output;
    uint64_t done; /* rows */
    shift_error *err;
} run;

static shift_status write_text(const run *r, const char *text)
{
    return shift_output_write(r->output, text, strlen(text), r->err);
}

/* Nine digits are enough for any float to be read back; fewer are tried first. The decimal point is
 * one whatever the locale of the process. */
static void print_float(char text[32], float value)
{
    for (int digits = 6; digits <= 9; digits++) {
        (void)snprintf(text, 32, "%.*g", digits, (double)value);
        if (strtof(text, NULL) == value)
            break;
    }
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        bool plain = strchr("+-.0123456789aefin", *from) != NULL;
        if (plain)
            *to++ = *from;
        else if (to == text || to[-1] != '.')
            *to++ = '.';
    }
    *to = '\0';
}

static shift_status write_value(const run *r, const shift__tensor *tensor, size_t i)
{
    char text[32];
    if (tensor->dtype == SHIFT__FLOAT32)
        print_float(text, shift__floats(tensor)[i]);
    else if (tensor->dtype == SHIFT__INT64)
        (void)snprintf(text, sizeof text, "%" PRId64, shift__integers(tensor)[i]);
    else
        (void)snprintf(text, sizeof text, "%d", shift__booleans(tensor)[i]);
    return write_text(r, text);
}

/* ---- header ---- */

static shift_status write_name(const run *r, const char *name, size_t index, size_t width)
{
    bool quote = strpbrk(name, ",\"\r\n") != NULL;
    char number[32] = "";
    if (width > 1)
        (void)snprintf(number, sizeof number, "_%zu", index);
    shift_status status = quote ? write_text(r, "\"") : SHIFT_OK;
    for (; status == SHIFT_OK && *name != '\0'; name++) {
        if (*name == '"')
            status = write_text(r, "\"");
        if (status == SHIFT_OK)
            status = shift_output_write(r->output, name, 1, r->err);
    }
    if (status == SHIFT_OK)
        status = write_text(r, number);
    return status == SHIFT_OK && quote ? write_text(r, "\"") : status;
}

/* Numbers of an output that belong to one row. */
static size_t width_of(const shift__tensor *tensor)
{
    return shift__tensor_span(tensor, 1, tensor->rank);
}

static shift_status check_outputs(const run *r)
{
    for (size_t i = 0; i < r->graph->n_outputs; i++) {
        size_t value = r->graph->outputs[i];
        const shift__tensor *tensor = shift__execution_value(r->execution, value);
        char text[SHIFT__SHAPE_TEXT];
        if (tensor->rank == 0 || (size_t)tensor->dims[0] != r->planned)
            return shift_error_set(r->err, SHIFT_EUNSUPPORTED,
                                   "%s: output '%s' has shape %s for %zu rows; its first axis "
                                   "should be the rows",
                                   r->graph->file->name, r->graph->values[value].name,
                                   shift__shape_text(tensor, text), r->planned);
    }
    return SHIFT_OK;
}

static shift_status write_header(const run *r)
{
    shift_status status = SHIFT_OK;
    bool first = true;
    for (size_t i = 0; i < r->graph->n_outputs; i++) {
        size_t value = r->graph->outputs[i];
        size_t width = width_of(shift__execution_value(r->execution, value));
        for (size_t k = 0; status == SHIFT_OK && k < width; k++, first = false) {
            status = first ? SHIFT_OK : write_text(r, ",");
            if (status == SHIFT_OK)
                status = write_name(r, r->graph->values[value].name, k, width);
        }
    }
    return status == SHIFT_OK ? write_text(r, "\n") : status;
}

static shift_status write_row(const run *r, size_t row)
{
    shift_status status = SHIFT_OK;
    bool first = true;
    for (size_t i = 0; i < r->graph->n_outputs; i++) {
        const shift__tensor *tensor = shift__execution_value(r->execution, r->graph->outputs[i]);
        size_t width = width_of(tensor);
        for (size_t k = 0; status == SHIFT_OK && k < width; k++, first = false) {
            status = first ? SHIFT_OK : write_text(r, ",");
            if (status == SHIFT_OK)
                status = write_value(r, tensor, row * width + k);
        }
    }
    return status == SHIFT_OK ? write_text(r, "\n") : status;
}

/* ---- what is not a number ---- */

static size_t first_nan(const shift__tensor *tensor)
{
    size_t n = tensor->dtype == SHIFT__FLOAT32 ? shift__tensor_size(tensor) : 0;
    for (size_t i = 0; i < n; i++)
        if (isnan(shift__floats(tensor)[i]))
            return i;
    return SIZE_MAX;
}

static shift_status tell_nan(void *context, size_t value, const shift__tensor *tensor,
                             shift_error *err)
{
    const run *r = context;
    size_t at = first_nan(tensor);
    if (at == SIZE_MAX)
        return SHIFT_OK;
    const shift__value *v = &r->graph->values[value];
    const shift__node *node = v->producer != SIZE_MAX ? &r->graph->nodes[v->producer] : NULL;
    bool by_row = tensor->rank > 0 && (size_t)tensor->dims[0] == r->planned;
    uint64_t row = r->done + 1 + (by_row ? at / width_of(tensor) : 0);
    return shift_error_set(
        err, SHIFT_EFORMAT,
        "%s: row %" PRIu64 " of %s gives NaN, first in the output of node '%s' (%s)",
        r->graph->file->name, row, shift_source_name(r->source),
        node != NULL ? node->name : v->name, node != NULL ? node->op->name : "input");
}

/* Outputs that are not numbers: run again to find the node where it begins. */
static shift_status check_numbers(run *r, const shift__tensor *inputs)
{
    bool found = false;
    for (size_t i = 0; i < r->graph->n_outputs; i++)
        found = found ||
                first_nan(shift__execution_value(r->execution, r->graph->outputs[i])) != SIZE_MAX;
    if (!found)
        return SHIFT_OK;
    bool *wanted = NULL;
    shift_status status = shift__alloc(&wanted, r->graph->n_values, sizeof *wanted, r->err);
    for (size_t i = 0; status == SHIFT_OK && i < r->graph->n_values; i++)
        wanted[i] = true;
    shift__tap tap = {wanted, tell_nan, r};
    if (status == SHIFT_OK)
        status = shift__execution_run(r->execution, inputs, &tap, r->err);
    free(wanted);
    return status;
}

/* ---- the whole ---- */

static shift_status plan(run *r, size_t n)
{
    static const shift__execution_options options = {.channels_last = true};
    shift__tensor *shapes = NULL;
    shift_status status = shift__alloc(&shapes, r->graph->n_inputs, sizeof *shapes, r->err);
    if (status != SHIFT_OK)
        return status;
    shift__execution_free(r->execution);
    r->execution = NULL;
    r->planned = n;
    shift__rows_shape(r->rows, n, shapes);
    status = shift__execution_new(&r->execution, r->graph, shapes, &options, r->err);
    free(shapes);
    return status == SHIFT_OK ? check_outputs(r) : status;
}

static shift_status run_rows(run *r)
{
    shift_status status = SHIFT_OK;
    for (;;) {
        const shift__tensor *inputs = NULL;
        size_t n = 0;
        status = shift__rows_next(r->rows, &inputs, &n, r->err);
        if (status != SHIFT_OK || n == 0)
            return status;
        if (n != r->planned)
            status = plan(r, n);
        if (status == SHIFT_OK)
            status = shift__execution_run(r->execution, inputs, NULL, r->err);
        if (status == SHIFT_OK)
            status = check_numbers(r, inputs);
        if (status == SHIFT_OK && r->done == 0)
            status = write_header(r);
        for (size_t i = 0; status == SHIFT_OK && i < n; i++)
            status = write_row(r, i);
        if (status != SHIFT_OK)
            return status;
        r->done += n;
    }
}

shift_status shift_network_run(const shift_network *network, shift_source *source,
                               const shift_network_data_options *options, const char *path,
                               shift_error *err)
{
    run r = {.graph = network->graph, .source = source, .err = err};
    shift_status status = shift__rows_new(&r.rows, r.graph, source, options, err);
    if (status == SHIFT_OK)
        status = shift_output_open(&r.output, path, err);
    if (status == SHIFT_OK)
        status = run_rows(&r);
    if (status == SHIFT_OK)
        status = shift_output_commit(r.output, err);
    else
        shift_output_abort(r.output);
    shift__execution_free(r.execution);
    shift__rows_free(r.rows);
    return status;
}
