/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stream of record batches. A block is some rows of one of them and holds no copy: the array
 * lives until its last block has been used. Lines of messages are rows, counted from 1. */
#include "source/arrow.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/null.h"
#include "shift/arrow.h"
#include "source/arrow_array.h"
#include "source/convert.h"

enum { BLOCK_VALUES = 1 << 16 }; /* rows times columns of a block, unless one row has more */

struct shift__arrow_chunk {
    struct ArrowArray array;
    shift__arrow_values rows; /* of the struct itself: only which rows are null */
    shift__arrow_column *columns;
    size_t users; /* blocks, and the source that still takes rows */
};

typedef struct arrow_state {
    struct ArrowArrayStream stream; /* released from the beginning for a single array */
    struct ArrowArray single;       /* the array that is not taken yet, or released */
    shift__arrow_type *types;       /* of the columns */
    shift__arrow_chunk *chunk;      /* that rows are taken from; NULL where the next is needed */
    size_t next_row;
    uint64_t batches;
    bool nan_is_missing;
    bool any_view; /* among the columns */
    bool ended;
} arrow_state;

static void release_array(struct ArrowArray *array)
{
    if (array->release != NULL)
        array->release(array);
    array->release = NULL;
}

void shift__arrow_chunk_leave(shift__arrow_chunk *chunk)
{
    if (chunk == NULL || --chunk->users > 0)
        return;
    release_array(&chunk->array);
    free(chunk->columns);
    free(chunk);
}

/* ---- the next array ---- */

static shift_status check_struct(shift__arrow_chunk *chunk, size_t n_columns, shift_error *err)
{
    const struct ArrowArray *array = &chunk->array;
    int64_t limit = INT64_C(1) << 47;
    if (array->length < 0 || array->offset < 0 || array->length > limit || array->offset > limit)
        return shift_error_set(err, SHIFT_EFORMAT, "%lld rows from %lld on",
                               (long long)array->length, (long long)array->offset);
    if (array->n_children < 0 || (uint64_t)array->n_children != n_columns ||
        (n_columns > 0 && array->children == NULL))
        return shift_error_set(err, SHIFT_EFORMAT, "%lld columns; the schema has %zu",
                               (long long)array->n_children, n_columns);
    if (array->n_buffers != 1)
        return shift_error_set(err, SHIFT_EFORMAT, "%lld buffers; a struct has 1",
                               (long long)array->n_buffers);
    chunk->rows.offset = (size_t)array->offset;
    chunk->rows.length = (size_t)array->length;
    return shift__arrow_validity(&chunk->rows.validity, array, err);
}

static shift_status check_chunk(const shift_source *source, const arrow_state *state,
                                shift__arrow_chunk *chunk, shift_error *err)
{
    shift_error why = SHIFT_ERROR_INIT;
    size_t n = source->n_columns;
    unsigned long long number = state->batches + 1;
    shift_status status = check_struct(chunk, n, &why);
    if (status != SHIFT_OK)
        return shift_error_set(err, status, "record batch %llu: %s", number, why.message);
    status = shift__alloc(&chunk->columns, n, sizeof *chunk->columns, err);
    for (size_t c = 0; status == SHIFT_OK && c < n; c++) {
        status = shift__arrow_column_check(&chunk->columns[c], &state->types[c],
                                           chunk->array.children[c], chunk->rows.offset,
                                           chunk->rows.length, &why);
        if (status != SHIFT_OK)
            return shift_error_set(err, status, "record batch %llu: column \"%s\": %s", number,
                                   source->columns[c], why.message);
    }
    return status;
}

static shift_status stream_failure(arrow_state *state, int code, shift_error *err)
{
    const char *text =
        state->stream.get_last_error != NULL ? state->stream.get_last_error(&state->stream) : NULL;
    return shift_error_set(err, code == ENOMEM ? SHIFT_ENOMEM : SHIFT_EIO,
                           "the producer of the Arrow stream failed: %s",
                           text != NULL ? text : strerror(code));
}

/* The next array into *out, which is released where there is none. */
static shift_status next_array(arrow_state *state, struct ArrowArray *out, shift_error *err)
{
    *out = state->single;
    state->single.release = NULL;
    if (state->stream.release == NULL)
        return SHIFT_OK;
    memset(out, 0, sizeof *out);
    int code = state->stream.get_next(&state->stream, out);
    if (code == 0)
        return SHIFT_OK;
    out->release = NULL; /* not valid after a failure */
    return stream_failure(state, code, err);
}

/* Until there is a chunk with rows, or the stream has ended. */
static shift_status next_chunk(shift_source *source, arrow_state *state, shift_error *err)
{
    while (state->chunk == NULL && !state->ended) {
        shift__arrow_chunk *chunk = NULL;
        shift_status status = shift__alloc(&chunk, 1, sizeof *chunk, err);
        if (status != SHIFT_OK)
            return status;
        chunk->users = 1;
        status = next_array(state, &chunk->array, err);
        state->ended = chunk->array.release == NULL;
        if (status == SHIFT_OK && !state->ended)
            status = check_chunk(source, state, chunk, err);
        if (status == SHIFT_OK && !state->ended && chunk->rows.length > 0) {
            state->chunk = chunk;
            state->next_row = 0;
        } else {
            shift__arrow_chunk_leave(chunk);
        }
        state->batches++;
        if (status != SHIFT_OK)
            return status;
    }
    return SHIFT_OK;
}

/* Rows for a block, `most` at most. Views may all be of one large text, and each is copied: so many
 * rows as have no more bytes than a block of a file, at least one. */
static shift_status fitting_rows(const shift_source *source, const arrow_state *state, size_t most,
                                 size_t *out, shift_error *err)
{
    size_t total = 0;
    *out = most;
    for (size_t r = 0; state->any_view && r < most; r++) {
        size_t bytes = 0;
        for (size_t c = 0; c < source->n_columns; c++)
            if (state->types[c].element == SHIFT__ARROW_VIEW)
                bytes += shift__arrow_copied(&state->chunk->columns[c], state->next_row + r);
        total += bytes;
        if (total <= SHIFT__ROW_LIMIT)
            continue;
        *out = r;
        if (r == 0)
            return shift_error_set(err, SHIFT_EUNSUPPORTED,
                                   "record batch %llu: row %zu: texts of %zu bytes together; at "
                                   "most %d MiB can be read",
                                   (unsigned long long)state->batches, state->next_row + 1, bytes,
                                   SHIFT__ROW_LIMIT >> 20);
        break;
    }
    return SHIFT_OK;
}

/* The next rows into the block, from the chunk that is there. */
static shift_status take_rows(const shift_source *source, arrow_state *state, shift__block *block,
                              shift_error *err)
{
    size_t most = source->n_columns < BLOCK_VALUES ? BLOCK_VALUES / source->n_columns : 1;
    size_t left = state->chunk->rows.length - state->next_row;
    size_t rows = 0;
    shift_status status = fitting_rows(source, state, left < most ? left : most, &rows, err);
    if (status != SHIFT_OK)
        return status;
    block->chunk = state->chunk;
    block->chunk->users++;
    block->chunk_row = state->next_row;
    block->rows = rows;
    block->size = block->rows * source->n_columns * sizeof(double);
    state->next_row += block->rows;
    return SHIFT_OK;
}

/* A failure is put into the block, so that it is reported in its turn. */
static shift_status fill(shift_source *source, shift__block *block, bool *end, shift_error *err)
{
    arrow_state *state = source->state;
    shift_error why = SHIFT_ERROR_INIT;
    (void)err;
    shift_status status = next_chunk(source, state, &why);
    *end = status == SHIFT_OK && state->chunk == NULL;
    if (status == SHIFT_OK && state->chunk != NULL)
        status = take_rows(source, state, block, &why);
    if (status != SHIFT_OK) {
        shift__block_fail(block, status, "%s: %s", source->label, why.message);
        state->ended = true;
    }
    if (state->chunk != NULL &&
        (status != SHIFT_OK || state->next_row == state->chunk->rows.length)) {
        shift__arrow_chunk_leave(state->chunk);
        state->chunk = NULL;
    }
    return SHIFT_OK;
}

static void split(const shift_source *source, shift__block *block)
{
    (void)source;
    block->lines = block->rows;
}

/* ---- rows of a chunk ---- */

static bool has_nulls(const shift__block *block, const shift__arrow_column *column)
{
    return block->chunk->rows.validity != NULL || column->values.validity != NULL;
}

static bool is_null(const shift__block *block, const shift__arrow_column *column, size_t r)
{
    return shift__arrow_is_null(&block->chunk->rows, block->chunk_row + r) ||
           shift__arrow_is_null(&column->values, block->chunk_row + r);
}

/* The exponent of what is not finite is all ones. */
static bool all_finite(const double *x, size_t n)
{
    uint64_t found = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t bits = 0;
        memcpy(&bits, &x[i], sizeof bits);
        found |= (bits & UINT64_C(0x7ff0000000000000)) == UINT64_C(0x7ff0000000000000);
    }
    return found == 0;
}

/* Doubles as they lie, where all of them count. */
static bool lend(const shift_source *source, const shift__block *block,
                 const shift__arrow_column *column, shift__target *out)
{
    const shift__arrow_values *values = &column->values;
    if (values->element != SHIFT__ARROW_F64 || column->type->is_index || has_nulls(block, column) ||
        source->tokens.n_values > 0 || (uintptr_t)values->data % sizeof(double) != 0)
        return false;
    const double *x = (const double *)values->data + values->offset + block->chunk_row;
    if (!all_finite(x, block->rows))
        return false;
    out->lent = x;
    return true;
}

static void convert_numbers(const shift_source *source, const shift__block *block,
                            const shift__arrow_column *column, shift__target *out)
{
    const arrow_state *state = source->state;
    bool nulls = has_nulls(block, column);
    if (lend(source, block, column, out))
        return;
    shift__arrow_numbers(&column->values, block->chunk_row, block->rows, out->numbers);
    for (size_t r = 0; r < block->rows; r++) {
        double value = out->numbers[r];
        shift_field_state found = SHIFT_FIELD_PRESENT;
        if ((nulls && is_null(block, column, r)) ||
            (source->tokens.n_values > 0 && shift__tokens_contain_number(&source->tokens, value)))
            found = SHIFT_FIELD_MISSING;
        else if (!isfinite(value))
            found = isnan(value) && state->nan_is_missing ? SHIFT_FIELD_MISSING
                                                          : SHIFT_FIELD_NON_FINITE;
        if (found != SHIFT_FIELD_PRESENT) {
            shift__target_mark(out, r, found);
            out->numbers[r] = (double)NAN;
        }
    }
}

/* Rows of a column as cells, or why not. */
typedef struct taken {
    shift__cells cells;
    size_t row; /* that failed */
    shift_error why;
} taken;

static shift_status take_cells(const shift_source *source, const shift__block *block, size_t c,
                               shift__arena *arena, taken *out)
{
    const arrow_state *state = source->state;
    const shift__arrow_column *column = &block->chunk->columns[c];
    shift__cells *cells = &out->cells;
    shift_status status =
        shift__arrow_cells(column, block->chunk_row, cells, arena, &out->row, &out->why);
    for (size_t r = 0; status == SHIFT_OK && r < cells->rows; r++) {
        shift__cell *cell = &cells->first[r];
        bool nan = cell->type == SHIFT__CELL_NUMBER && isnan(cell->number);
        if (shift__arrow_is_null(&block->chunk->rows, block->chunk_row + r) ||
            (nan && state->nan_is_missing))
            cell->type = SHIFT__CELL_NULL;
    }
    return status;
}

static void fail_column(const shift_source *source, shift__block *block, size_t c,
                        const taken *values)
{
    shift__block_fail(block, values->why.status, "column \"%s\": %s", source->columns[c],
                      values->why.message);
    block->failure.has_line = true;
    block->failure.line = values->row;
}

static void convert(const shift_source *source, shift__block *block, size_t c, shift__target *out)
{
    const shift__arrow_column *column = &block->chunk->columns[c];
    taken values = {.cells = {.rows = block->rows}};
    if (shift_kind_is_number(out->kind) && !column->type->is_index &&
        shift__arrow_is_number(column->type->element)) {
        convert_numbers(source, block, column, out);
        return;
    }
    if (!shift_kind_is_number(out->kind) && column->type->time_divisor != 0)
        (void)shift_error_set(&values.why, SHIFT_EINCOMPATIBLE,
                              "is %s, and its Arrow type %s is a time", shift_kind_name(out->kind),
                              column->type->name);
    else
        (void)take_cells(source, block, c, &block->texts, &values);
    if (values.why.status != SHIFT_OK)
        fail_column(source, block, c, &values);
    else
        shift__cells_convert(&values.cells, source, block, out);
}

static shift_status witness_times(const shift__cells *cells, shift__evidence *evidence,
                                  shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (size_t r = 0; status == SHIFT_OK && r < cells->rows; r++)
        if (cells->first[r].type == SHIFT__CELL_NUMBER)
            status = shift__evidence_add_time(evidence, cells->first[r].number, err);
    return status;
}

/* A type that cannot be profiled says nothing here: the rules may leave the column out. */
static shift_status witness(const shift_source *source, const shift__block *block, size_t c,
                            size_t n, shift__evidence *evidence, shift_error *err)
{
    const shift__arrow_type *type = block->chunk->columns[c].type;
    shift__arena arena = SHIFT__ARENA_INIT;
    taken values = {.cells = {.rows = n}};
    if (type->element == SHIFT__ARROW_UNSUPPORTED)
        return SHIFT_OK;
    shift_status status = take_cells(source, block, c, &arena, &values);
    if (status != SHIFT_OK)
        (void)shift_error_set(err, status, "%s: column \"%s\": %s", source->label,
                              source->columns[c], values.why.message);
    else if (type->time_divisor != 0)
        status = witness_times(&values.cells, evidence, err);
    else
        status = shift__cells_witness(&values.cells, &source->tokens, evidence, err);
    shift__arena_clear(&arena);
    return status;
}

static uint64_t line(const shift_source *source, const shift__block *block, size_t r)
{
    (void)source;
    (void)block;
    return r;
}

static size_t text(const shift_source *source, const shift__block *block, const size_t at[2],
                   char *out, size_t size)
{
    shift__arena arena = SHIFT__ARENA_INIT;
    taken values = {.cells = {.rows = at[0] + 1}};
    size_t n = 0;
    if (take_cells(source, block, at[1], &arena, &values) == SHIFT_OK)
        n = shift__cells_text(&values.cells, at[0], out, size);
    shift__arena_clear(&arena);
    return n;
}

static void close_arrow(shift_source *source)
{
    arrow_state *state = source->state;
    if (state == NULL)
        return;
    shift__arrow_chunk_leave(state->chunk);
    release_array(&state->single);
    if (state->stream.release != NULL)
        state->stream.release(&state->stream);
    free(state->types);
    free(state);
    source->state = NULL;
}

static const shift__reader reader = {fill, split, convert, witness, line, text, close_arrow};

/* ---- opening ---- */

static shift_status take_column(shift_source *source, arrow_state *state,
                                const struct ArrowSchema *child, shift_error *err)
{
    shift_error why = SHIFT_ERROR_INIT;
    size_t c = source->n_columns;
    if (child == NULL || child->release == NULL)
        return shift_error_set(err, SHIFT_EFORMAT,
                               "%s: column %zu of the Arrow schema was released", source->label,
                               c + 1);
    const char *name = child->name != NULL ? child->name : "";
    shift_status status = shift__arrow_type_read(&state->types[c], child, &why);
    if (status != SHIFT_OK)
        return shift_error_set(err, status, "%s: column \"%s\": %s", source->label, name,
                               why.message);
    state->any_view = state->any_view || state->types[c].element == SHIFT__ARROW_VIEW;
    return shift__source_add_column(source, name, strlen(name), err);
}

static shift_status take_schema(shift_source *source, arrow_state *state,
                                const struct ArrowSchema *schema, shift_error *err)
{
    if (schema->release == NULL || schema->format == NULL)
        return shift_error_set(err, SHIFT_EFORMAT, "%s: the Arrow schema was released",
                               source->label);
    if (strcmp(schema->format, "+s") != 0 || schema->dictionary != NULL)
        return shift_error_set(err, SHIFT_EFORMAT,
                               "%s: Arrow format \"%.40s\"; record batches (\"+s\") were expected",
                               source->label, schema->format);
    if (schema->n_children <= 0 || schema->children == NULL)
        return shift_error_set(err, SHIFT_EFORMAT, "%s: the Arrow schema has %lld columns",
                               source->label,
                               schema->children != NULL ? (long long)schema->n_children : 0LL);
    if (schema->n_children > SHIFT__COLUMN_LIMIT)
        return shift_error_set(err, SHIFT_EUNSUPPORTED,
                               "%s: the Arrow schema has %lld columns; at most %d can be read",
                               source->label, (long long)schema->n_children, SHIFT__COLUMN_LIMIT);
    size_t n = (size_t)schema->n_children;
    shift_status status = shift__alloc(&state->types, n, sizeof *state->types, err);
    for (size_t c = 0; status == SHIFT_OK && c < n; c++)
        status = take_column(source, state, schema->children[c], err);
    if (status != SHIFT_OK)
        return status;
    shift_error why = SHIFT_ERROR_INIT;
    status = shift__source_check_columns(source, &why);
    return status == SHIFT_OK ? status
                              : shift_error_set(err, status, "%s: %s", source->label, why.message);
}

/* The state with what was moved into it; the producer's structs are released from here on. */
static shift_status open_source(shift_source **out, struct ArrowArrayStream *stream,
                                struct ArrowArray *array, const char *name,
                                const shift_source_options *options, shift_error *err)
{
    shift_source *source = NULL;
    arrow_state *state = NULL;
    shift_status status = shift__source_new(&source, name != NULL ? name : "arrow", options, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&state, 1, sizeof *state, err);
    if (status != SHIFT_OK) {
        shift_source_close(source);
        return status;
    }
    source->label = source->name;
    source->reader = &reader;
    source->state = state;
    state->nan_is_missing = shift__tokens_contain(&source->tokens, "nan", 3) ||
                            shift__tokens_contain(&source->tokens, "NaN", 3);
    if (stream != NULL) {
        state->stream = *stream;
        stream->release = NULL;
    } else {
        state->single = *array;
        array->release = NULL;
    }
    *out = source;
    return SHIFT_OK;
}

static shift_status open_stream(shift_source *source, shift_error *err)
{
    arrow_state *state = source->state;
    struct ArrowSchema schema = {0};
    int code = state->stream.get_schema(&state->stream, &schema);
    if (code != 0)
        return stream_failure(state, code, err);
    shift_status status = take_schema(source, state, &schema, err);
    if (schema.release != NULL)
        schema.release(&schema);
    return status;
}

/* Whatever becomes of it, the producer's struct is released when this returns. */
shift_status shift_source_open_arrow(shift_source **out, struct ArrowArrayStream *stream,
                                     const char *name, const shift_source_options *options,
                                     shift_error *err)
{
    shift_source *source = NULL;
    shift_status status = SHIFT_EINVAL;
    if (SHIFT__ANY_NULL(err, stream))
        return SHIFT_EINVAL;
    bool null = SHIFT__ANY_NULL(err, out);
    if (!null && stream->release == NULL)
        (void)shift_error_set(err, SHIFT_EINVAL, "no Arrow stream: it was released");
    else if (!null && (stream->get_schema == NULL || stream->get_next == NULL))
        (void)shift_error_set(err, SHIFT_EINVAL, "an Arrow stream without functions");
    else if (!null)
        status = open_source(&source, stream, NULL, name, options, err);
    if (status == SHIFT_OK)
        status = open_stream(source, err);
    if (stream->release != NULL)
        stream->release(stream);
    stream->release = NULL;
    if (status != SHIFT_OK) {
        shift_source_close(source);
        return status;
    }
    *out = source;
    return SHIFT_OK;
}

shift_status shift_source_open_arrow_array(shift_source **out, struct ArrowArray *array,
                                           struct ArrowSchema *schema, const char *name,
                                           const shift_source_options *options, shift_error *err)
{
    shift_source *source = NULL;
    shift_status status = SHIFT_EINVAL;
    if (SHIFT__ANY_NULL(err, array, schema))
        return SHIFT_EINVAL;
    bool null = SHIFT__ANY_NULL(err, out);
    if (!null && (array->release == NULL || schema->release == NULL))
        (void)shift_error_set(err, SHIFT_EINVAL, "no Arrow array with a schema: it was released");
    else if (!null)
        status = open_source(&source, NULL, array, name, options, err);
    if (status == SHIFT_OK)
        status = take_schema(source, source->state, schema, err);
    if (schema->release != NULL)
        schema->release(schema);
    schema->release = NULL;
    release_array(array);
    if (status != SHIFT_OK) {
        shift_source_close(source);
        return status;
    }
    *out = source;
    return SHIFT_OK;
}
