/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network's outputs as CSV. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "network/batches.h"

#include "core/null.h"
#include "core/options.h"
#include "network/network.h"
#include "shift/output.h"

/* What a batch becomes. */
typedef struct page {
    char *text;
    size_t n, capacity;
    const shift__execution *execution;
    uint64_t before; /* rows before it */
    size_t rows;
    const shift__graph *graph;
    const char *data; /* its name */
    shift_error *err;
} page;

typedef struct run {
    const shift__graph *graph;
    shift_source *source;
    shift__rows *rows;
    page *pages; /* one a thread */
    size_t n_pages;
    shift_output *output;
    shift__bn_mode bn;
} run;

static shift_status write_bytes(page *p, const char *bytes, size_t n)
{
    shift_status status = shift__array_grow(&p->text, &p->capacity, p->n + n, 1, p->err);
    if (status != SHIFT_OK)
        return status;
    memcpy(p->text + p->n, bytes, n);
    p->n += n;
    return SHIFT_OK;
}

static shift_status write_text(page *p, const char *text)
{
    return write_bytes(p, text, strlen(text));
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

static shift_status write_value(page *p, const shift__tensor *tensor, size_t i)
{
    char text[32];
    if (tensor->dtype == SHIFT__FLOAT32)
        print_float(text, shift__floats(tensor)[i]);
    else if (tensor->dtype == SHIFT__INT64)
        (void)snprintf(text, sizeof text, "%" PRId64, shift__integers(tensor)[i]);
    else
        (void)snprintf(text, sizeof text, "%d", shift__booleans(tensor)[i]);
    return write_text(p, text);
}

/* ---- header ---- */

static shift_status write_name(page *p, const char *name, size_t index, size_t width)
{
    bool quote = strpbrk(name, ",\"\r\n") != NULL;
    char number[32] = "";
    if (width > 1)
        (void)snprintf(number, sizeof number, "_%zu", index);
    shift_status status = quote ? write_text(p, "\"") : SHIFT_OK;
    for (; status == SHIFT_OK && *name != '\0'; name++) {
        if (*name == '"')
            status = write_text(p, "\"");
        if (status == SHIFT_OK)
            status = write_bytes(p, name, 1);
    }
    if (status == SHIFT_OK)
        status = write_text(p, number);
    return status == SHIFT_OK && quote ? write_text(p, "\"") : status;
}

/* Numbers of an output that belong to one row. */
static size_t width_of(const shift__tensor *tensor)
{
    return shift__tensor_span(tensor, 1, tensor->rank);
}

static shift_status check_outputs(page *p)
{
    for (size_t i = 0; i < p->graph->n_outputs; i++) {
        size_t value = p->graph->outputs[i];
        const shift__tensor *tensor = shift__execution_value(p->execution, value);
        char text[SHIFT__SHAPE_TEXT];
        if (tensor->rank == 0 || (size_t)tensor->dims[0] != p->rows)
            return shift_error_set(p->err, SHIFT_EUNSUPPORTED,
                                   "%s: output '%s' has shape %s for %zu rows; its first axis "
                                   "should be the rows",
                                   p->graph->file->name, p->graph->values[value].name,
                                   shift__shape_text(tensor, text), p->rows);
    }
    return SHIFT_OK;
}

static shift_status write_header(page *p)
{
    shift_status status = SHIFT_OK;
    bool first = true;
    for (size_t i = 0; i < p->graph->n_outputs; i++) {
        size_t value = p->graph->outputs[i];
        size_t width = width_of(shift__execution_value(p->execution, value));
        for (size_t k = 0; status == SHIFT_OK && k < width; k++, first = false) {
            status = first ? SHIFT_OK : write_text(p, ",");
            if (status == SHIFT_OK)
                status = write_name(p, p->graph->values[value].name, k, width);
        }
    }
    return status == SHIFT_OK ? write_text(p, "\n") : status;
}

static shift_status write_row(page *p, size_t row)
{
    shift_status status = SHIFT_OK;
    bool first = true;
    for (size_t i = 0; i < p->graph->n_outputs; i++) {
        const shift__tensor *tensor = shift__execution_value(p->execution, p->graph->outputs[i]);
        size_t width = width_of(tensor);
        for (size_t k = 0; status == SHIFT_OK && k < width; k++, first = false) {
            status = first ? SHIFT_OK : write_text(p, ",");
            if (status == SHIFT_OK)
                status = write_value(p, tensor, row * width + k);
        }
    }
    return status == SHIFT_OK ? write_text(p, "\n") : status;
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
    const page *p = context;
    size_t at = first_nan(tensor);
    if (at == SIZE_MAX)
        return SHIFT_OK;
    const shift__value *v = &p->graph->values[value];
    const shift__node *node = v->producer != SIZE_MAX ? &p->graph->nodes[v->producer] : NULL;
    bool by_row = tensor->rank > 0 && (size_t)tensor->dims[0] == p->rows;
    uint64_t row = p->before + 1 + (by_row ? at / width_of(tensor) : 0);
    return shift_error_set(err, SHIFT_EFORMAT,
                           "%s: row %" PRIu64
                           " of %s gives NaN, first in the output of node '%s' (%s)",
                           p->graph->file->name, row, p->data, node != NULL ? node->name : v->name,
                           node != NULL ? node->op->name : "input");
}

/* Outputs that are not numbers: run again to find the node where it begins. */
static shift_status check_numbers(page *p, shift__execution *execution, const shift__tensor *inputs)
{
    bool found = false;
    for (size_t i = 0; i < p->graph->n_outputs; i++)
        found = found ||
                first_nan(shift__execution_value(p->execution, p->graph->outputs[i])) != SIZE_MAX;
    if (!found)
        return SHIFT_OK;
    bool *wanted = NULL;
    shift_status status = shift__alloc(&wanted, p->graph->n_values, sizeof *wanted, p->err);
    for (size_t i = 0; status == SHIFT_OK && i < p->graph->n_values; i++)
        wanted[i] = true;
    shift__tap tap = {wanted, tell_nan, p};
    if (status == SHIFT_OK)
        status = shift__execution_run(execution, inputs, &tap, p->err);
    free(wanted);
    return status;
}

/* ---- the whole ---- */

static shift_status run_batch(void *context, const shift__batch *batch, shift__execution *execution,
                              shift_error *err)
{
    const run *r = context;
    page *p = &r->pages[batch->slot];
    *p = (page){.text = p->text,
                .capacity = p->capacity,
                .execution = execution,
                .before = batch->before,
                .rows = batch->rows,
                .graph = r->graph,
                .data = shift_source_name(r->source),
                .err = err};
    shift_status status = check_outputs(p);
    if (status == SHIFT_OK)
        status = shift__execution_run(execution, batch->inputs, NULL, err);
    if (status == SHIFT_OK)
        status = check_numbers(p, execution, batch->inputs);
    if (status == SHIFT_OK && p->before == 0)
        status = write_header(p);
    for (size_t i = 0; status == SHIFT_OK && i < p->rows; i++)
        status = write_row(p, i);
    return status;
}

static shift_status end_batch(void *context, const shift__batch *batch, shift_error *err)
{
    const run *r = context;
    const page *p = &r->pages[batch->slot];
    return shift_output_write(r->output, p->text, p->n, err);
}

static shift_status run_rows(run *r, shift_error *err)
{
    const shift__batches batches = {.graph = r->graph,
                                    .rows = r->rows,
                                    .options = {.bn = r->bn, .channels_last = true},
                                    .threads = shift__rows_threads(r->rows),
                                    .context = r,
                                    .run = run_batch,
                                    .end = end_batch};
    r->n_pages = batches.threads;
    shift_status status = shift__alloc(&r->pages, r->n_pages, sizeof *r->pages, err);
    return status == SHIFT_OK ? shift__batches_run(&batches, err) : status;
}

shift_status shift_network_run(const shift_network *network, shift_source *source,
                               const shift_network_data_options *options, const char *path,
                               shift_error *err)
{
    if (SHIFT__ANY_NULL(err, network, source, path))
        return SHIFT_EINVAL;
    run r = {.graph = network->graph, .source = source};
    shift_network_data_options complete = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    shift_status status =
        SHIFT__OPTIONS_TAKE(&complete, options, "shift_network_data_options", err);
    r.bn = complete.bn_batch ? SHIFT__BN_BATCH : SHIFT__BN_STORED;
    if (status == SHIFT_OK)
        status = shift__rows_new(&r.rows, r.graph, source, &complete, err);
    if (status == SHIFT_OK)
        status = shift_output_open(&r.output, path, err);
    if (status == SHIFT_OK)
        status = run_rows(&r, err);
    if (status == SHIFT_OK)
        status = shift_output_commit(r.output, err);
    else
        shift_output_abort(r.output);
    for (size_t i = 0; r.pages != NULL && i < r.n_pages; i++)
        free(r.pages[i].text);
    free(r.pages);
    shift__rows_free(r.rows);
    return status;
}
