/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A query's rows. SQLite has a type per value, not per column: a number needs no parsing, a text is
 * read as a CSV field would be, and NULL is missing. Lines of messages are rows, counted from 1. */
#include "source/sqlite.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/memory.h"
#include "source/cells.h"

enum {
    BLOCK_CELLS = 1 << 15,
    BLOCK_BYTES = 1 << 18, /* of text, unless one row has more */
    BUSY_MILLISECONDS = 5000
};

typedef struct sqlite_state {
    char *label; /* "sqlite:" and the file */
    sqlite3 *database;
    sqlite3_stmt *query;
    bool ended;
} sqlite_state;

static shift_status status_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_NOMEM:
        return SHIFT_ENOMEM;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return SHIFT_EFORMAT;
    case SQLITE_ERROR:
        return SHIFT_EINVAL;
    default:
        return SHIFT_EIO;
    }
}

/* What SQLite last complained of, without the file. */
static shift_status complaint(const sqlite_state *state, shift_error *err)
{
    int code = sqlite3_errcode(state->database);
    if ((code & 0xff) == SQLITE_CANTOPEN && sqlite3_system_errno(state->database) != 0)
        return shift_error_set(err, SHIFT_EIO, "cannot open: %s",
                               strerror(sqlite3_system_errno(state->database)));
    return shift_error_set(err, status_of(code), "%s", sqlite3_errmsg(state->database));
}

static shift_status refused(const sqlite_state *state, shift_error *err)
{
    shift_error reason = SHIFT_ERROR_INIT;
    shift_status status = complaint(state, &reason);
    return shift_error_set(err, status, "%s: %s", state->label, reason.message);
}

static shift_status append_text(shift__block *block, const void *text, size_t n, shift__cell *cell,
                                shift_error *err)
{
    if (n > UINT32_MAX - block->size)
        return shift_error_set(err, SHIFT_EUNSUPPORTED, "a row of more than 4 GiB");
    shift_status status = shift__block_room(block, block->size + n, err);
    if (status != SHIFT_OK)
        return status;
    if (n > 0)
        memcpy(block->bytes + block->size, text, n);
    cell->begin = (uint32_t)block->size;
    block->size += n;
    cell->end = (uint32_t)block->size;
    return SHIFT_OK;
}

enum { DIGITS = 20 /* of -2^63 */ };

/* The end of `out`; a row of such numbers may be a column of doubles, so that it has to be quick.
 */
static const char *print_whole(int64_t value, char out[DIGITS])
{
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    char *first = out + DIGITS;
    for (; rest > 0; rest /= 10)
        *--first = (char)('0' + rest % 10);
    if (value < 0)
        *--first = '-';
    return first;
}

static shift_status take_cell(sqlite3_stmt *query, int c, shift__block *block, shift__cell *cell,
                              shift_error *err)
{
    char digits[DIGITS];
    const char *first = NULL;
    cell->begin = cell->end = 0;
    int type = sqlite3_column_type(query, c);
    switch (type) {
    case SQLITE_NULL:
        cell->type = SHIFT__CELL_NULL;
        return SHIFT_OK;
    case SQLITE_INTEGER:
        cell->type = SHIFT__CELL_NUMBER;
        cell->number = (double)sqlite3_column_int64(query, c);
        if (shift__is_exact(cell->number))
            return SHIFT_OK;
        first = print_whole(sqlite3_column_int64(query, c), digits);
        return append_text(block, first, (size_t)(digits + sizeof digits - first), cell, err);
    case SQLITE_FLOAT:
        cell->type = SHIFT__CELL_NUMBER;
        cell->number = sqlite3_column_double(query, c);
        return SHIFT_OK;
    default:
        break;
    }
    cell->type = SHIFT__CELL_TEXT;
    /* Text is UTF-8 whatever the database's encoding is; its size is asked for after that. */
    const void *bytes =
        type == SQLITE_TEXT ? sqlite3_column_text(query, c) : sqlite3_column_blob(query, c);
    if (type == SQLITE_TEXT && bytes == NULL)
        return shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    size_t n = (size_t)sqlite3_column_bytes(query, c);
    if (n > SHIFT__ROW_LIMIT)
        return shift_error_set(err, SHIFT_EUNSUPPORTED,
                               "column \"%s\": a value of %zu bytes; at most %d MiB can be read",
                               sqlite3_column_name(query, c), n, SHIFT__ROW_LIMIT >> 20);
    return append_text(block, bytes, n, cell, err);
}

static shift_status take_row(const shift_source *source, shift__block *block, shift_error *err)
{
    const sqlite_state *state = source->state;
    size_t n = source->n_columns;
    size_t first = block->rows * n;
    shift_status status = shift__array_grow(&block->cells, &block->cells_capacity, first + n,
                                            sizeof *block->cells, err);
    for (size_t c = 0; status == SHIFT_OK && c < n; c++)
        status = take_cell(state->query, (int)c, block, &block->cells[first + c], err);
    block->rows += status == SHIFT_OK;
    return status;
}

/* A failure is put into the block, so that it is reported in its turn. */
static shift_status fill(shift_source *source, shift__block *block, bool *end, shift_error *err)
{
    sqlite_state *state = source->state;
    shift_status status = shift__block_room(block, BLOCK_BYTES, err);
    while (status == SHIFT_OK && !state->ended && block->size < BLOCK_BYTES &&
           (block->rows == 0 || (block->rows + 1) * source->n_columns <= BLOCK_CELLS)) {
        shift_error error = SHIFT_ERROR_INIT;
        int code = sqlite3_step(state->query);
        shift_status taken = SHIFT_OK;
        state->ended = code != SQLITE_ROW;
        if (code == SQLITE_ROW)
            taken = take_row(source, block, &error);
        else if (code != SQLITE_DONE)
            taken = complaint(state, &error);
        if (taken != SHIFT_OK) {
            block->failure.has_line = true;
            block->failure.line = block->rows;
            shift__block_fail(block, taken, "%s", error.message);
            state->ended = true;
            break;
        }
    }
    *end = block->rows == 0 && block->failure.error.status == SHIFT_OK;
    return status;
}

static void split(const shift_source *source, shift__block *block)
{
    (void)source;
    block->lines = block->rows;
}

static shift__cells cells_of(const shift_source *source, const shift__block *block, size_t c)
{
    return (shift__cells){block->cells + c, source->n_columns, block->rows, block->bytes};
}

static void convert(const shift_source *source, shift__block *block, size_t c, shift__target *out)
{
    shift__cells cells = cells_of(source, block, c);
    shift__cells_convert(&cells, source, block, out);
}

static shift_status witness(const shift_source *source, const shift__block *block, size_t c,
                            size_t n, shift__evidence *evidence, shift_error *err)
{
    shift__cells cells = cells_of(source, block, c);
    cells.rows = n;
    return shift__cells_witness(&cells, &source->tokens, evidence, err);
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
    shift__cells cells = cells_of(source, block, at[1]);
    return shift__cells_text(&cells, at[0], out, size);
}

static void close_sqlite(shift_source *source)
{
    sqlite_state *state = source->state;
    if (state == NULL)
        return;
    (void)sqlite3_finalize(state->query);
    (void)sqlite3_close(state->database);
    free(state->label);
    free(state);
    source->state = NULL;
}

static const shift__reader reader = {fill, split, convert, witness, line, text, close_sqlite};

/* Behind a statement there may be comments, spaces and semicolons. */
static shift_status check_tail(const sqlite_state *state, const char *sql, shift_error *err)
{
    sqlite3_stmt *another = NULL;
    int code = SQLITE_OK;
    while (code == SQLITE_OK && another == NULL && *sql != '\0')
        code = sqlite3_prepare_v2(state->database, sql, -1, &another, &sql);
    bool more = another != NULL;
    (void)sqlite3_finalize(another);
    if (code == SQLITE_OK && !more)
        return SHIFT_OK;
    if (status_of(code) == SHIFT_ENOMEM)
        return shift_error_set(err, SHIFT_ENOMEM, "out of memory for SQLite");
    return shift_error_set(err, SHIFT_EINVAL, "%s: more than one statement after the '?'",
                           state->label);
}

static shift_status check_parameters(const sqlite_state *state, shift_error *err)
{
    int last = sqlite3_bind_parameter_count(state->query);
    if (last == 0)
        return SHIFT_OK;
    const char *name = sqlite3_bind_parameter_name(state->query, last);
    return shift_error_set(err, SHIFT_EINVAL, "%s: query: the parameter %s has no value",
                           state->label, name != NULL ? name : "?");
}

static shift_status prepare(sqlite_state *state, const char *sql, shift_error *err)
{
    const char *tail = NULL;
    if (sqlite3_prepare_v2(state->database, sql, -1, &state->query, &tail) != SQLITE_OK)
        return refused(state, err);
    if (state->query == NULL || sqlite3_column_count(state->query) == 0 ||
        sqlite3_stmt_readonly(state->query) == 0)
        return shift_error_set(err, SHIFT_EINVAL, "%s: a SELECT was expected after the '?'",
                               state->label);
    shift_status status = check_tail(state, tail, err);
    return status == SHIFT_OK ? check_parameters(state, err) : status;
}

static shift_status take_names(shift_source *source, const sqlite_state *state, shift_error *err)
{
    int n = sqlite3_column_count(state->query);
    shift_status status = SHIFT_OK;
    if (n > SHIFT__COLUMN_LIMIT)
        return shift_error_set(err, SHIFT_EUNSUPPORTED,
                               "%s: the query has %d columns; at most %d can be read", state->label,
                               n, SHIFT__COLUMN_LIMIT);
    for (int c = 0; status == SHIFT_OK && c < n; c++) {
        const char *name = sqlite3_column_name(state->query, c);
        status = name != NULL ? shift__source_add_column(source, name, strlen(name), err)
                              : refused(state, err);
    }
    if (status != SHIFT_OK)
        return status;
    shift_error reason = SHIFT_ERROR_INIT;
    status = shift__source_check_columns(source, &reason);
    return status == SHIFT_OK
               ? status
               : shift_error_set(err, status, "%s: query: %s", state->label, reason.message);
}

shift_status shift__sqlite_open(shift_source *source, const char *spec, shift_error *err)
{
    sqlite_state *state = NULL;
    size_t prefix = strlen(SHIFT__SQLITE_PREFIX);
    const char *mark = strchr(spec, '?');
    if (mark == NULL || mark == spec + prefix)
        return shift_error_set(err, SHIFT_EINVAL, "%s: \"sqlite:FILE?SELECT ...\" was expected",
                               spec);
    shift_status status = shift__alloc(&state, 1, sizeof *state, err);
    if (status != SHIFT_OK)
        return status;
    source->reader = &reader;
    source->state = state;
    status = shift__text_copy(&state->label, spec, (size_t)(mark - spec), err);
    if (status != SHIFT_OK)
        return status;
    source->label = state->label;
    struct stat info; /* SQLite waits for the other end of a pipe, and a device is empty to it */
    if (stat(state->label + prefix, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))
        return shift_error_set(err, SHIFT_EFORMAT, "%s: is no database: not a regular file",
                               state->label);
    if (sqlite3_open_v2(state->label + prefix, &state->database,
                        SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        return state->database != NULL
                   ? refused(state, err)
                   : shift_error_set(err, SHIFT_ENOMEM, "out of memory for SQLite");
    (void)sqlite3_busy_timeout(state->database, BUSY_MILLISECONDS);
    status = prepare(state, mark + 1, err);
    return status == SHIFT_OK ? take_names(source, state, err) : status;
}
