/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measurements as an Arrow stream of one record batch. All copies are made when it is opened; the
 * batch then owns its columns, and each column its buffers, for a consumer may move any of them. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/null.h"
#include "shift/arrow.h"

typedef struct column_facts {
    const char *name;
    bool text, nullable;
} column_facts;

enum {
    SUBJECT_TYPE,
    SUBJECT,
    STATISTIC,
    VALUE,
    LOW,
    HIGH,
    P_VALUE,
    LOG10_P,
    P_ADJUSTED,
    WARN,
    ALERT,
    VERDICT,
    REASON,
    COLUMNS
};

static const column_facts facts[COLUMNS] = {
    {"subject_type", true, false}, {"subject", true, false}, {"statistic", true, false},
    {"value", false, true},        {"low", false, true},     {"high", false, true},
    {"p_value", false, true},      {"log10_p", false, true}, {"p_adjusted", false, true},
    {"warn", false, true},         {"alert", false, true},   {"verdict", true, true},
    {"reason", true, true}};

/* What one column owns. */
typedef struct exported {
    uint8_t *validity;
    double *numbers;  /* or ... */
    int32_t *offsets; /* ... texts */
    char *bytes;
    size_t n_bytes, capacity;
    int64_t nulls;
    const void *buffers[3];
} exported;

typedef struct table {
    size_t rows;
    exported *columns[COLUMNS]; /* NULL once the batch has them */
    bool taken;
} table;

typedef struct batch {
    struct ArrowArray columns[COLUMNS];
    struct ArrowArray *children[COLUMNS];
    const void *buffers[1];
} batch;

static void free_exported(exported *column)
{
    if (column == NULL)
        return;
    free(column->validity);
    free(column->numbers);
    free(column->offsets);
    free(column->bytes);
    free(column);
}

static void free_table(table *t)
{
    for (size_t c = 0; t != NULL && c < COLUMNS; c++)
        free_exported(t->columns[c]);
    free(t);
}

/* ---- filling ---- */

static shift_status open_column(exported **out, const column_facts *fact, size_t rows,
                                shift_error *err)
{
    shift_status status = shift__alloc(out, 1, sizeof **out, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&(*out)->validity, rows / 8 + 1, 1, err);
    if (status == SHIFT_OK && fact->text)
        status = shift__alloc(&(*out)->offsets, rows + 1, sizeof *(*out)->offsets, err);
    else if (status == SHIFT_OK)
        status = shift__alloc(&(*out)->numbers, rows, sizeof *(*out)->numbers, err);
    /* a buffer even of no bytes: some readers want one */
    if (status == SHIFT_OK && fact->text)
        status = shift__array_grow(&(*out)->bytes, &(*out)->capacity, 1, 1, err);
    return status;
}

static void set_validity(exported *column, size_t row, bool valid)
{
    if (valid)
        column->validity[row / 8] |= (uint8_t)(1U << (row % 8));
    else
        column->nulls++;
}

static void put_number(exported *column, size_t row, double value)
{
    column->numbers[row] = isnan(value) ? 0 : value;
    set_validity(column, row, !isnan(value));
}

static shift_status put_text(exported *column, size_t row, const char *text, shift_error *err)
{
    size_t n = text != NULL ? strlen(text) : 0;
    if (n > (size_t)INT32_MAX - column->n_bytes)
        return shift_error_set(err, SHIFT_EUNSUPPORTED, "more than 2 GiB of text");
    shift_status status =
        shift__array_grow(&column->bytes, &column->capacity, column->n_bytes + n + 1, 1, err);
    if (status != SHIFT_OK)
        return status;
    if (n > 0)
        memcpy(column->bytes + column->n_bytes, text, n);
    column->n_bytes += n;
    column->offsets[row + 1] = (int32_t)column->n_bytes;
    set_validity(column, row, text != NULL);
    return SHIFT_OK;
}

static shift_status put_row(table *t, size_t row, const shift_subject *subject,
                            const shift_measurement *m, shift_error *err)
{
    static const char *const types[] = {"dataset", "feature", "layer", "channel"};
    const char *const texts[COLUMNS] = {[SUBJECT_TYPE] = types[subject->type],
                                        [SUBJECT] = subject->name != NULL ? subject->name : "",
                                        [STATISTIC] = m->statistic,
                                        [VERDICT] = shift_verdict_name(m->verdict),
                                        [REASON] = m->reason};
    const double numbers[COLUMNS] = {
        [VALUE] = m->value,     [LOW] = m->low,         [HIGH] = m->high,
        [P_VALUE] = m->p_value, [LOG10_P] = m->log10_p, [P_ADJUSTED] = m->p_adjusted,
        [WARN] = m->warn,       [ALERT] = m->alert};
    shift_status status = SHIFT_OK;
    for (size_t c = 0; status == SHIFT_OK && c < COLUMNS; c++) {
        if (facts[c].text)
            status = put_text(t->columns[c], row, texts[c], err);
        else
            put_number(t->columns[c], row, numbers[c]);
    }
    return status;
}

/* Subject `i` of all that a comparison has; NULL beyond the last. */
static const shift_subject *subject_at(const shift_comparison *comparison, size_t i)
{
    if (i == 0)
        return comparison->dataset;
    i--;
    if (i < comparison->n_features)
        return comparison->features[i];
    i -= comparison->n_features;
    return i < comparison->n_layers ? comparison->layers[i] : NULL;
}

static shift_status fill_table(table *t, const shift_comparison *comparison, shift_error *err)
{
    const shift_subject *subject = NULL;
    shift_status status = SHIFT_OK;
    for (size_t i = 0; (subject = subject_at(comparison, i)) != NULL; i++)
        t->rows += subject->n_measurements;
    for (size_t c = 0; status == SHIFT_OK && c < COLUMNS; c++)
        status = open_column(&t->columns[c], &facts[c], t->rows, err);
    size_t row = 0;
    for (size_t i = 0; status == SHIFT_OK && (subject = subject_at(comparison, i)) != NULL; i++)
        for (size_t k = 0; status == SHIFT_OK && k < subject->n_measurements; k++)
            status = put_row(t, row++, subject, subject->measurements[k], err);
    return status;
}

/* ---- the interface ---- */

static void release_column(struct ArrowArray *array)
{
    free_exported(array->private_data);
    array->release = NULL;
}

static void release_batch(struct ArrowArray *array)
{
    batch *b = array->private_data;
    for (size_t c = 0; c < COLUMNS; c++)
        if (b->columns[c].release != NULL)
            b->columns[c].release(&b->columns[c]);
    free(b);
    array->release = NULL;
}

static void give_column(exported *column, const column_facts *fact, size_t rows,
                        struct ArrowArray *out)
{
    column->buffers[0] = column->nulls > 0 ? column->validity : NULL;
    column->buffers[1] = fact->text ? (void *)column->offsets : (void *)column->numbers;
    column->buffers[2] = column->bytes;
    *out = (struct ArrowArray){.length = (int64_t)rows,
                               .null_count = column->nulls,
                               .n_buffers = fact->text ? 3 : 2,
                               .buffers = column->buffers,
                               .release = release_column,
                               .private_data = column};
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    table *t = stream->private_data;
    batch *b = NULL;
    memset(out, 0, sizeof *out);
    if (t->taken)
        return 0;
    if (shift__alloc(&b, 1, sizeof *b, NULL) != SHIFT_OK)
        return ENOMEM;
    t->taken = true;
    for (size_t c = 0; c < COLUMNS; c++) {
        give_column(t->columns[c], &facts[c], t->rows, &b->columns[c]);
        b->children[c] = &b->columns[c];
        t->columns[c] = NULL;
    }
    *out = (struct ArrowArray){.length = (int64_t)t->rows,
                               .n_buffers = 1,
                               .n_children = COLUMNS,
                               .buffers = b->buffers,
                               .children = b->children,
                               .release = release_batch,
                               .private_data = b};
    return 0;
}

static void release_nothing(struct ArrowSchema *schema)
{
    schema->release = NULL; /* its memory is the parent's, its texts are static */
}

typedef struct schema_parts {
    struct ArrowSchema columns[COLUMNS];
    struct ArrowSchema *children[COLUMNS];
} schema_parts;

static void release_schema(struct ArrowSchema *schema)
{
    schema_parts *parts = schema->private_data;
    for (size_t c = 0; c < COLUMNS; c++)
        if (parts->columns[c].release != NULL)
            parts->columns[c].release(&parts->columns[c]);
    free(parts);
    schema->release = NULL;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    schema_parts *parts = NULL;
    (void)stream;
    if (shift__alloc(&parts, 1, sizeof *parts, NULL) != SHIFT_OK)
        return ENOMEM;
    for (size_t c = 0; c < COLUMNS; c++) {
        parts->columns[c] =
            (struct ArrowSchema){.format = facts[c].text ? "u" : "g",
                                 .name = facts[c].name,
                                 .flags = facts[c].nullable ? ARROW_FLAG_NULLABLE : 0,
                                 .release = release_nothing};
        parts->children[c] = &parts->columns[c];
    }
    *out = (struct ArrowSchema){.format = "+s",
                                .name = "",
                                .n_children = COLUMNS,
                                .children = parts->children,
                                .release = release_schema,
                                .private_data = parts};
    return 0;
}

static const char *get_last_error(struct ArrowArrayStream *stream)
{
    (void)stream;
    return "out of memory"; /* nothing else can fail */
}

static void release_stream(struct ArrowArrayStream *stream)
{
    free_table(stream->private_data);
    stream->release = NULL;
}

shift_status shift_comparison_export_arrow(struct ArrowArrayStream *out,
                                           const shift_comparison *comparison, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, comparison))
        return SHIFT_EINVAL;
    table *t = NULL;
    shift_status status = shift__alloc(&t, 1, sizeof *t, err);
    if (status == SHIFT_OK)
        status = fill_table(t, comparison, err);
    if (status != SHIFT_OK) {
        free_table(t);
        return status;
    }
    *out = (struct ArrowArrayStream){.get_schema = get_schema,
                                     .get_next = get_next,
                                     .get_last_error = get_last_error,
                                     .release = release_stream,
                                     .private_data = t};
    return SHIFT_OK;
}
