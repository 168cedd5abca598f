/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of the rows that shift_outliers_find() has found, from one more pass over their
 * source. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/csv_field.h"
#include "core/memory.h"
#include "core/null.h"
#include "profile/rows.h"
#include "shift/outliers.h"

typedef struct place {
    uint64_t row;
    size_t outlier;
} place;

/* The fields of every outlier, in their order, as they are in the source. */
typedef struct fetched {
    char **fields; /* n x columns */
    size_t *sizes;
    place *places; /* the outliers by row */
    size_t columns, n;
} fetched;

static void fetched_clear(fetched *f)
{
    for (size_t i = 0; f->fields != NULL && i < f->n * f->columns; i++)
        free(f->fields[i]);
    free(f->fields);
    free(f->sizes);
    free(f->places);
}

static shift_status fetch_row(fetched *f, size_t outlier, const shift_batch *batch, size_t row,
                              shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (size_t c = 0; status == SHIFT_OK && c < f->columns; c++) {
        const shift_column *column = &batch->columns[c];
        bool present = column->states == NULL || column->states[row] == SHIFT_FIELD_PRESENT;
        size_t at = outlier * f->columns + c;
        f->sizes[at] = present ? column->end[row] - column->begin[row] : 0;
        if (present)
            status = shift__text_copy(&f->fields[at], column->bytes + column->begin[row],
                                      f->sizes[at], err);
    }
    return status;
}

/* Every column as text, so that a field comes out as it went in. */
static shift_status texts_of(const shift_source *source, shift_schema **out, shift_error *err)
{
    shift_schema *schema = NULL;
    shift_status status = shift_schema_new(&schema, err);
    for (size_t i = 0; status == SHIFT_OK && i < shift_source_columns(source); i++)
        status =
            shift_schema_add(schema, shift_source_column(source, i), SHIFT_KIND_IDENTIFIER, err);
    if (status != SHIFT_OK) {
        shift_schema_free(schema);
        return status;
    }
    *out = schema;
    return SHIFT_OK;
}

static shift_status fetch_rows(fetched *f, shift_source *source, const shift_schema *schema,
                               shift_error *err)
{
    shift__row_reader *rows = NULL;
    shift_batch batch;
    bool end = false;
    uint64_t before = 0;
    size_t next = 0;
    shift_status status = shift__row_reader_open(&rows, source, schema, err);
    while (status == SHIFT_OK && next < f->n) {
        status = shift__row_reader_next(rows, &batch, &end, err);
        if (status != SHIFT_OK || end)
            break;
        for (; status == SHIFT_OK && next < f->n && f->places[next].row <= before + batch.rows;
             next++)
            status = fetch_row(f, f->places[next].outlier, &batch,
                               (size_t)(f->places[next].row - 1 - before), err);
        before += batch.rows;
    }
    shift__row_reader_close(rows);
    if (status == SHIFT_OK && next < f->n)
        status = shift_error_set(err, SHIFT_EFORMAT, "%s: has %llu rows now, and had more",
                                 shift_source_name(source), (unsigned long long)before);
    return status;
}

static int by_row(const void *a, const void *b)
{
    const place *x = a;
    const place *y = b;
    return (x->row > y->row) - (x->row < y->row);
}

static shift_status prepare(fetched *f, const shift_outliers *outliers, shift_error *err)
{
    shift_status status = shift__alloc(&f->fields, f->n * f->columns, sizeof(char *), err);
    if (status == SHIFT_OK)
        status = shift__alloc(&f->sizes, f->n * f->columns, sizeof *f->sizes, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&f->places, f->n, sizeof *f->places, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < f->n; i++)
        f->places[i] = (place){outliers->rows[i].row, i};
    qsort(f->places, f->n, sizeof *f->places, by_row);
    return SHIFT_OK;
}

static shift_status write_lines(const fetched *f, const shift_outliers *outliers,
                                const shift_schema *schema, const shift_sink *sink,
                                shift_error *err)
{
    static const char header[] = "rank,row,odds,distance,";
    shift_status status = sink->write(sink->context, header, sizeof header - 1, err);
    for (size_t c = 0; status == SHIFT_OK && c < f->columns; c++) {
        const char *name = shift_schema_name(schema, c);
        status = shift__csv_text(sink, name, strlen(name), c + 1 < f->columns ? ',' : '\n', err);
    }
    for (size_t i = 0; status == SHIFT_OK && i < f->n; i++) {
        const shift_outlier *o = &outliers->rows[i];
        const double numbers[] = {(double)(i + 1), (double)o->row, o->odds, o->distance};
        for (size_t k = 0; status == SHIFT_OK && k < sizeof numbers / sizeof *numbers; k++)
            status = shift__csv_number(sink, numbers[k], ',', err);
        for (size_t c = 0; status == SHIFT_OK && c < f->columns; c++)
            status =
                shift__csv_text(sink, f->fields[i * f->columns + c], f->sizes[i * f->columns + c],
                                c + 1 < f->columns ? ',' : '\n', err);
    }
    return status;
}

shift_status shift_outliers_write(const shift_outliers *outliers, shift_source *source,
                                  const shift_sink *sink, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, outliers, source, sink))
        return SHIFT_EINVAL;
    if (sink->write == NULL)
        return shift_error_set(err, SHIFT_EINVAL, "a sink that cannot write");
    shift_schema *schema = NULL;
    fetched f = {.columns = shift_source_columns(source), .n = outliers->n};
    shift_status status = texts_of(source, &schema, err);
    if (status == SHIFT_OK)
        status = prepare(&f, outliers, err);
    if (status == SHIFT_OK)
        status = fetch_rows(&f, source, schema, err);
    if (status == SHIFT_OK)
        status = write_lines(&f, outliers, schema, sink, err);
    fetched_clear(&f);
    shift_schema_free(schema);
    return status;
}
