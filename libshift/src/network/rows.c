/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks of the source, cut into batches of the network's. */
#include "network/rows.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/options.h"
#include "source/block.h"

struct shift__rows {
    const shift__graph *graph;
    shift_source *source;
    shift__arena arena;
    size_t batch;
    unsigned threads;
    shift__progress *progress;

    shift_schema *schema; /* the inputs' columns in order, then the label */
    size_t *columns;      /* of the source */
    const char **names;   /* of the inputs; the schema's */
    shift__plan plan;
    size_t n_inputs; /* columns that are inputs */
    bool has_label;
    bool by_name; /* the inputs are those of another data set */

    shift__tensor *inputs; /* of the graph, with room for `batch` rows */
    size_t *widths;        /* columns of each */
    int64_t *labels;

    shift__block *block;
    shift_batch current;
    size_t next;  /* row of `current` */
    uint64_t row; /* of the source, from 0: that of `next` */
    bool end, any;

    const shift_source_parts *parts; /* that follow; or NULL */
    size_t next_part;
    shift_source *part; /* the one that is read, of those */
};

static const char *label_of_name(const char *name)
{
    return strcmp(name, "-") == 0 ? "standard input" : name;
}

static const char *label_of(const shift_source *source)
{
    return label_of_name(shift_source_name(source));
}

/* ---- columns ---- */

static size_t find_column(const shift_source *source, const char *name)
{
    for (size_t i = 0; i < shift_source_columns(source); i++)
        if (strcmp(shift_source_column(source, i), name) == 0)
            return i;
    return SIZE_MAX;
}

static shift_status no_column(const shift__rows *rows, const char *name, shift_error *err)
{
    return shift_error_set(err, SHIFT_EINCOMPATIBLE, "%s: has no column \"%s\"",
                           label_of(rows->source), name);
}

static shift_status take_column(shift__rows *rows, size_t column, shift_error *err)
{
    rows->columns[shift_schema_size(rows->schema)] = column;
    return shift_schema_add(rows->schema, shift_source_column(rows->source, column),
                            SHIFT_KIND_NUMERIC, err);
}

static shift_status add_column(shift__rows *rows, const char *name, shift_error *err)
{
    size_t column = find_column(rows->source, name);
    return column == SIZE_MAX ? no_column(rows, name, err) : take_column(rows, column, err);
}

static shift_status add_named(shift__rows *rows, const shift_network_data_options *options,
                              shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < options->n_inputs; i++)
        status = add_column(rows, options->inputs[i], err);
    return status;
}

static shift_status add_like(shift__rows *rows, const shift__columns *like, shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < like->n; i++) {
        size_t column = find_column(rows->source, like->names[i]);
        if (column == SIZE_MAX)
            return shift_error_set(err, SHIFT_EINCOMPATIBLE,
                                   "%s: has no column \"%s\", which is an input of the network in "
                                   "%s",
                                   label_of(rows->source), like->names[i],
                                   label_of_name(like->data));
        status = take_column(rows, column, err);
    }
    return status;
}

static shift_status add_all(shift__rows *rows, const char *label, shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < shift_source_columns(rows->source); i++) {
        if (label == NULL || strcmp(shift_source_column(rows->source, i), label) != 0)
            status = take_column(rows, i, err);
    }
    return status;
}

static shift_status add_inputs(shift__rows *rows, const shift_network_data_options *options,
                               const shift__columns *like, shift_error *err)
{
    if (options->n_inputs > 0)
        return add_named(rows, options, err);
    if (like->n > 0)
        return add_like(rows, like, err);
    return add_all(rows, options->label, err);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* A column is an input or the class. */
static shift_status check_label(const shift__rows *rows, const shift_network_data_options *options,
                                const shift__columns *like, shift_error *err)
{
    const char *label = options->label;
    for (size_t i = 0; label != NULL && i < options->n_inputs; i++)
        if (strcmp(options->inputs[i], label) == 0)
            return shift_error_set(err, SHIFT_EINVAL,
                                   "column \"%s\" cannot be both an input and the label", label);
    for (size_t i = 0; label != NULL && options->n_inputs == 0 && i < like->n; i++)
        if (strcmp(like->names[i], label) == 0)
            return shift_error_set(err, SHIFT_EINCOMPATIBLE,
                                   "%s: column \"%s\" is the label, and an input of the network "
                                   "in %s",
                                   label_of(rows->source), label, label_of_name(like->data));
    return SHIFT_OK;
}

static shift_status choose_columns(shift__rows *rows, const shift_network_data_options *options,
                                   const shift__columns *like, shift_error *err)
{
    size_t n = shift_source_columns(rows->source);
    size_t most = larger(larger(options->n_inputs, like->n), n) + 1;
    shift_status status = shift_schema_new(&rows->schema, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(&rows->arena, &rows->columns, most, sizeof(size_t), err);
    if (status == SHIFT_OK)
        status = add_inputs(rows, options, like, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(&rows->arena, &rows->names, most, sizeof(char *), err);
    if (status != SHIFT_OK)
        return status;
    rows->n_inputs = shift_schema_size(rows->schema);
    for (size_t i = 0; i < rows->n_inputs; i++)
        rows->names[i] = shift_schema_name(rows->schema, i);
    rows->by_name = options->n_inputs == 0 && like->n > 0;
    rows->has_label = options->label != NULL;
    if (rows->has_label)
        status = add_column(rows, options->label, err);
    rows->plan = (shift__plan){rows->schema, rows->columns};
    return status;
}

/* Of a part, whose columns may be in another order. */
static shift_status find_columns(shift__rows *rows, shift_error *err)
{
    for (size_t i = 0; i < shift_schema_size(rows->schema); i++) {
        const char *name = shift_schema_name(rows->schema, i);
        rows->columns[i] = find_column(rows->source, name);
        if (rows->columns[i] == SIZE_MAX)
            return no_column(rows, name, err);
    }
    return SHIFT_OK;
}

/* What a user may have forgotten whose class column is taken for an input. */
static const char *label_hint(const shift__rows *rows)
{
    return rows->has_label ? "" : "; a column with the class is named with --label";
}

/* ---- shapes ---- */

static shift_status does_not_fit(const shift__rows *rows, size_t input, size_t have,
                                 shift_error *err)
{
    const shift__value *value = &rows->graph->values[rows->graph->inputs[input]];
    char text[SHIFT__SHAPE_TEXT];
    size_t room = 1;
    for (size_t i = 1; i < value->tensor.rank; i++)
        room *= value->tensor.dims[i] > 0 && room <= have ? (size_t)value->tensor.dims[i] : 1;
    return shift_error_set(err, SHIFT_EINCOMPATIBLE,
                           "%s: %zu column%s not fit input '%s' of %s, whose shape is %s (rows "
                           "first)%s",
                           label_of(rows->source), have, have == 1 ? " does" : "s do", value->name,
                           rows->graph->file->name, shift__shape_text(&value->tensor, text),
                           have > room ? label_hint(rows) : "");
}

/* Free sizes beyond the rows: one follows from the number of columns; two or three are taken to be
 * equal, as those of a square image. */
static bool deduce(shift__tensor *input, size_t columns)
{
    size_t known = 1;
    unsigned free_axes = 0;
    for (size_t i = 1; i < input->rank; i++) {
        free_axes += input->dims[i] < 0;
        known *= input->dims[i] < 0 ? 1 : (size_t)input->dims[i];
    }
    if (known == 0 || columns % known != 0)
        return false;
    size_t product = columns / known;
    double root = free_axes > 0 ? pow((double)product, 1.0 / free_axes) : 0;
    int64_t side = (int64_t)llround(root);
    for (size_t i = 1; i < input->rank; i++)
        input->dims[i] = input->dims[i] < 0 ? side : input->dims[i];
    size_t whole = 1;
    for (size_t i = 1; i < input->rank; i++)
        whole *= (size_t)input->dims[i];
    return whole == columns;
}

static shift_status shape_input(shift__rows *rows, size_t i, size_t *left, shift_error *err)
{
    const shift__graph *graph = rows->graph;
    shift__tensor *input = &rows->inputs[i];
    *input = graph->values[graph->inputs[i]].tensor;
    if (input->rank == 0)
        return does_not_fit(rows, i, *left, err);
    size_t width = 1;
    bool is_free = false;
    for (size_t k = 1; k < input->rank; k++) {
        is_free = is_free || input->dims[k] < 0;
        if (input->dims[k] > 0 && (size_t)input->dims[k] > *left / width)
            return does_not_fit(rows, i, *left, err);
        width *= input->dims[k] > 0 ? (size_t)input->dims[k] : 1;
    }
    if (is_free && (i + 1 < graph->n_inputs || !deduce(input, *left)))
        return does_not_fit(rows, i, *left, err);
    rows->widths[i] = is_free ? *left : width;
    if (rows->widths[i] > *left || (i + 1 == graph->n_inputs && rows->widths[i] < *left))
        return does_not_fit(rows, i, *left, err);
    *left -= rows->widths[i];
    if (input->dims[0] > 0 && i > 0 && (size_t)input->dims[0] != rows->batch)
        return shift_error_set(err, SHIFT_EINCOMPATIBLE,
                               "%s: its inputs have different numbers of rows", graph->file->name);
    if (input->dims[0] > 0)
        rows->batch = (size_t)input->dims[0];
    return SHIFT_OK;
}

static shift_status shape_inputs(shift__rows *rows, shift_error *err)
{
    const shift__graph *graph = rows->graph;
    size_t left = rows->n_inputs;
    shift_status status = SHIFT_OK;
    if (graph->n_inputs == 0)
        return shift_error_set(err, SHIFT_EINCOMPATIBLE, "%s: the network has no input",
                               graph->file->name);
    status = shift__arena_alloc(&rows->arena, &rows->inputs, graph->n_inputs, sizeof(shift__tensor),
                                err);
    if (status == SHIFT_OK)
        status =
            shift__arena_alloc(&rows->arena, &rows->widths, graph->n_inputs, sizeof(size_t), err);
    for (size_t i = 0; status == SHIFT_OK && i < graph->n_inputs; i++)
        status = shape_input(rows, i, &left, err);
    for (size_t i = 0; status == SHIFT_OK && i < graph->n_inputs; i++) {
        rows->inputs[i].dims[0] = (int64_t)rows->batch;
        status = shift__tensor_alloc(&rows->inputs[i], err);
    }
    return status;
}

shift_status shift__rows_new(shift__rows **out, const shift__graph *graph, shift_source *source,
                             const shift_network_data_options *options, shift_error *err)
{
    return shift__rows_new_like(out, graph, source, options, &(shift__columns){.n = 0}, err);
}

shift_status shift__rows_new_like(shift__rows **out, const shift__graph *graph,
                                  shift_source *source, const shift_network_data_options *options,
                                  const shift__columns *like, shift_error *err)
{
    shift_network_data_options complete = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    shift__rows *rows = NULL;
    shift_status status =
        SHIFT__OPTIONS_TAKE(&complete, options, "shift_network_data_options", err);
    if (status == SHIFT_OK)
        status = shift__alloc(&rows, 1, sizeof *rows, err);
    if (status != SHIFT_OK)
        return status;
    rows->threads = complete.threads > 0 ? complete.threads : 1;
    rows->graph = graph;
    rows->source = source;
    rows->batch = complete.batch > 0 ? complete.batch : 1;
    status = shift__progress_new(&rows->progress, complete.progress, "running the network", 0, err);
    if (status == SHIFT_OK)
        status = check_label(rows, &complete, like, err);
    if (status == SHIFT_OK)
        status = choose_columns(rows, &complete, like, err);
    if (status == SHIFT_OK)
        status = shape_inputs(rows, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&rows->labels, rows->batch, sizeof *rows->labels, err);
    if (status == SHIFT_OK)
        status = shift__block_new(&rows->block, err);
    if (status != SHIFT_OK) {
        shift__rows_free(rows);
        return status;
    }
    *out = rows;
    return SHIFT_OK;
}

void shift__rows_follow(shift__rows *rows, const shift_source_parts *parts, size_t first)
{
    rows->parts = parts;
    rows->next_part = first;
}

void shift__rows_free(shift__rows *rows)
{
    if (rows == NULL)
        return;
    shift_source_close(rows->part);
    for (size_t i = 0; rows->inputs != NULL && i < rows->graph->n_inputs; i++)
        shift__tensor_clear(&rows->inputs[i]);
    free(rows->labels);
    shift__progress_free(rows->progress);
    shift__block_free(rows->block);
    shift_schema_free(rows->schema);
    shift__arena_clear(&rows->arena);
    free(rows);
}

void shift__rows_shape(const shift__rows *rows, size_t n, shift__tensor *inputs)
{
    for (size_t i = 0; i < rows->graph->n_inputs; i++) {
        inputs[i] = rows->inputs[i];
        inputs[i].data = NULL;
        inputs[i].owns = false;
        inputs[i].dims[0] = (int64_t)n;
    }
}

const char *shift__rows_name(const shift__rows *rows)
{
    return label_of(rows->source);
}

size_t shift__rows_batch(const shift__rows *rows)
{
    return rows->batch;
}

unsigned shift__rows_threads(const shift__rows *rows)
{
    return rows->threads;
}

/* ---- values ---- */

static shift_status no_number(const shift__rows *rows, size_t column, shift_field_state state,
                              shift_error *err)
{
    const char *name = shift_schema_name(rows->schema, column);
    const char *file = label_of(rows->source);
    uint64_t line = 0;
    const char *text = NULL;
    if (state == SHIFT_FIELD_INVALID &&
        shift__source_first_invalid(rows->source, column, &line, &text))
        return shift_error_set(err, SHIFT_EFORMAT,
                               "%s: row %" PRIu64 ", column \"%s\": '%s' is no number%s", file,
                               rows->row + 1, name, text, label_hint(rows));
    return shift_error_set(
        err, SHIFT_EFORMAT, "%s: row %" PRIu64 ", column \"%s\": %s; a number was expected", file,
        rows->row + 1, name, state == SHIFT_FIELD_NON_FINITE ? "is not finite" : "is missing");
}

static bool store(const shift__tensor *input, size_t at, double value)
{
    switch (input->dtype) {
    case SHIFT__FLOAT32:
        shift__floats(input)[at] = (float)value;
        return fabs(value) <= (double)FLT_MAX;
    case SHIFT__INT64:
        shift__integers(input)[at] = fabs(value) < 0x1p53 ? (int64_t)value : 0;
        return fabs(value) < 0x1p53 && value == floor(value);
    case SHIFT__BOOL:
        shift__booleans(input)[at] = value != 0;
        return value == 0 || value == 1;
    }
    return false;
}

/* Row rows->next of the current block as row `n` of the inputs. */
static shift_status take_row(shift__rows *rows, size_t n, shift_error *err)
{
    size_t r = rows->next;
    size_t input = 0;
    size_t at = 0;
    for (size_t c = 0; c < rows->n_inputs; c++, at++) {
        while (at == rows->widths[input]) {
            input++;
            at = 0;
        }
        const shift_column *column = &rows->current.columns[c];
        if (column->states != NULL && column->states[r] != SHIFT_FIELD_PRESENT)
            return no_number(rows, c, (shift_field_state)column->states[r], err);
        const shift__tensor *tensor = &rows->inputs[input];
        if (!store(tensor, n * rows->widths[input] + at, column->numbers[r]))
            return shift_error_set(
                err, SHIFT_EFORMAT, "%s: row %" PRIu64 ", column \"%s\": %g; input '%s' takes %ss",
                label_of(rows->source), rows->row + 1, shift_schema_name(rows->schema, c),
                column->numbers[r], rows->graph->values[rows->graph->inputs[input]].name,
                shift__dtype_name(tensor->dtype));
    }
    if (rows->has_label) {
        double label = rows->current.columns[rows->n_inputs].numbers[r];
        rows->labels[n] =
            label >= 0 && label < 0x1p31 && label == floor(label) ? (int64_t)label : -1;
    }
    rows->next++;
    rows->row++;
    return SHIFT_OK;
}

/* The next part that is not empty; rows->end where there is none. */
static shift_status next_part(shift__rows *rows, shift_error *err)
{
    shift_source *part = NULL;
    const shift_source_parts *parts = rows->parts;
    shift_status status = SHIFT_ENODATA;
    while (status == SHIFT_ENODATA && rows->next_part < parts->n)
        status = shift_source_open(&part, parts->specs[rows->next_part++], parts->options, err);
    if (status != SHIFT_OK)
        return status == SHIFT_ENODATA ? SHIFT_OK : status;
    shift_source_close(rows->part);
    rows->source = rows->part = part;
    rows->row = 0;
    status = find_columns(rows, err);
    if (status == SHIFT_OK)
        status = shift__source_fill(rows->source, rows->block, &rows->end, err);
    return status;
}

static shift_status next_block(shift__rows *rows, shift_error *err)
{
    rows->next = 0;
    rows->current.rows = 0;
    shift_status status = shift__source_fill(rows->source, rows->block, &rows->end, err);
    while (status == SHIFT_OK && rows->end && rows->parts != NULL &&
           rows->next_part < rows->parts->n)
        status = next_part(rows, err);
    if (status != SHIFT_OK || rows->end)
        return status;
    shift__source_convert(rows->source, rows->block, &rows->plan);
    return shift__source_finish(rows->source, rows->block, &rows->current, err);
}

shift_status shift__rows_next(shift__rows *rows, const shift__tensor **inputs, size_t *n,
                              shift_error *err)
{
    const shift__graph *graph = rows->graph;
    shift_status status = SHIFT_OK;
    *n = 0;
    while (status == SHIFT_OK && *n < rows->batch && !rows->end) {
        if (rows->next == rows->current.rows) {
            status = next_block(rows, err);
            continue;
        }
        status = take_row(rows, *n, err);
        *n += status == SHIFT_OK;
    }
    rows->any = rows->any || *n > 0;
    if (status == SHIFT_OK && !rows->any)
        return shift_error_set(err, SHIFT_EFORMAT, "%s: has a header but no rows",
                               label_of(rows->source));
    int64_t fixed = graph->values[graph->inputs[0]].tensor.dims[0];
    if (status == SHIFT_OK && *n > 0 && fixed > 0 && (size_t)fixed != *n)
        return shift_error_set(err, SHIFT_EINCOMPATIBLE,
                               "%s: %s takes exactly %" PRId64
                               " rows at a time, and %zu are left at the end",
                               label_of(rows->source), graph->file->name, fixed, *n);
    for (size_t i = 0; i < graph->n_inputs; i++)
        rows->inputs[i].dims[0] = (int64_t)*n;
    *inputs = rows->inputs;
    shift__progress_add(rows->progress, *n);
    return status == SHIFT_OK ? shift__progress_check(rows->progress, err) : status;
}

size_t shift__rows_used(const shift__graph *graph, size_t n, uint64_t left)
{
    bool fixed = graph->values[graph->inputs[0]].tensor.dims[0] > 0;
    return fixed || n <= left ? n : (size_t)left;
}

shift__progress *shift__rows_progress(const shift__rows *rows)
{
    return rows->progress;
}

static bool is_read(const shift__rows *rows, size_t column)
{
    for (size_t i = 0; i < shift_schema_size(rows->schema); i++)
        if (rows->columns[i] == column)
            return true;
    return false;
}

size_t shift__rows_unread(const shift__rows *rows, const char **first)
{
    size_t all = shift_source_columns(rows->source);
    size_t n = rows->by_name ? all - shift_schema_size(rows->schema) : 0;
    size_t column = 0;
    while (n > 0 && is_read(rows, column))
        column++;
    *first = n > 0 ? shift_source_column(rows->source, column) : NULL;
    return n;
}

shift__columns shift__rows_inputs(const shift__rows *rows)
{
    return (shift__columns){rows->names, rows->n_inputs, shift_source_name(rows->source)};
}

const char *shift__rows_label(const shift__rows *rows)
{
    return rows->has_label ? shift_schema_name(rows->schema, rows->n_inputs) : NULL;
}

const int64_t *shift__rows_labels(const shift__rows *rows)
{
    return rows->has_label ? rows->labels : NULL;
}
