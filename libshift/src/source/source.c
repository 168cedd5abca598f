/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A source of any kind: opening, inference, and blocks on their way through. */
#include "shift/source.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/null.h"
#include "core/options.h"
#include "source/arrow.h"
#include "source/convert.h"
#include "source/csv.h"
#include "source/record.h"
#include "source/sqlite.h"
#include "source/storage.h"

static bool is_query(const char *spec)
{
    return strncmp(spec, SHIFT__SQLITE_PREFIX, strlen(SHIFT__SQLITE_PREFIX)) == 0;
}

shift_status shift__source_new(shift_source **out, const char *name,
                               const shift_source_options *options, shift_error *err)
{
    shift_source_options complete = SHIFT_SOURCE_OPTIONS_INIT;
    shift_source *source = NULL;
    shift_status status = SHIFT__OPTIONS_TAKE(&complete, options, "shift_source_options", err);
    if (status == SHIFT_OK)
        status = shift__alloc(&source, 1, sizeof *source, err);
    if (status != SHIFT_OK)
        return status;
    source->line = 1;
    source->label = name;
    status = shift__text_copy(&source->name, name, strlen(name), err);
    if (status == SHIFT_OK)
        status = shift__tokens_init(&source->tokens, complete.missing_tokens,
                                    complete.n_missing_tokens, err);
    if (status != SHIFT_OK) {
        shift_source_close(source);
        return status;
    }
    *out = source;
    return SHIFT_OK;
}

shift_status shift_source_open(shift_source **out, const char *spec,
                               const shift_source_options *options, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, spec))
        return SHIFT_EINVAL;
    shift_source *source = NULL;
    shift_status status = shift__source_new(&source, spec, options, err);
    if (status != SHIFT_OK)
        return status;
    char delimiter = ',';
    if (options != NULL) /* whose size was looked at */
        delimiter = options->delimiter;
    status = is_query(spec) ? shift__sqlite_open(source, spec, err)
                            : shift__csv_open(source, spec, delimiter, err);
    if (status != SHIFT_OK) {
        shift_source_close(source);
        return status;
    }
    *out = source;
    return SHIFT_OK;
}

void shift_source_close(shift_source *source)
{
    if (source == NULL)
        return;
    if (source->reader != NULL)
        source->reader->close(source);
    for (size_t i = 0; i < source->n_columns; i++)
        free(source->columns[i]);
    free(source->columns);
    for (size_t i = 0; i < source->n_kept; i++)
        shift__block_free(source->kept[i]);
    free(source->kept);
    free(source->invalid);
    shift__tokens_clear(&source->tokens);
    free(source->name);
    free(source);
}

const char *shift_source_name(const shift_source *source)
{
    if (source == NULL)
        return NULL;
    return source->name;
}

size_t shift_source_columns(const shift_source *source)
{
    if (source == NULL)
        return 0;
    return source->n_columns;
}

const char *shift_source_column(const shift_source *source, size_t i)
{
    if (source == NULL || i >= source->n_columns)
        return NULL;
    return source->columns[i];
}

shift_status shift__block_new(shift__block **out, shift_error *err)
{
    return shift__alloc(out, 1, sizeof **out, err);
}

void shift__block_free(shift__block *block)
{
    if (block == NULL)
        return;
    shift__arrow_chunk_leave(block->chunk);
    shift__csv_free(block->csv);
    free(block->storage);
    free(block->hard);
    free(block->index);
    free(block->columns);
    free(block->sources);
    free(block->invalid_rows);
    free(block->numbers);
    free(block->offsets);
    free(block->states);
    free(block->cells);
    shift__arena_clear(&block->texts);
    free(block);
}

shift_status shift__block_room(shift__block *block, size_t n, shift_error *err)
{
    shift_status status = shift__array_grow(&block->storage, &block->capacity,
                                            n + 2 * (size_t)SHIFT__PADDING, 1, err);
    if (status != SHIFT_OK)
        return status;
    memset(block->storage, 0, SHIFT__PADDING);
    block->bytes = block->storage + SHIFT__PADDING;
    return SHIFT_OK;
}

void shift__block_reset(shift__block *block)
{
    shift__arrow_chunk_leave(block->chunk);
    block->chunk = NULL;
    block->size = 0;
    block->unfinished = false;
    block->split = false;
    block->lines = 0;
    block->rows = 0;
    block->n_columns = 0;
    shift__arena_clear(&block->texts);
    memset(&block->failure, 0, sizeof block->failure);
}

void shift__block_fail(shift__block *block, shift_status status, const char *format, ...)
{
    char message[sizeof block->failure.error.message];
    va_list arguments;
    if (block->failure.error.status != SHIFT_OK)
        return;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    (void)shift_error_set(&block->failure.error, status, "%s", message);
}

shift_status shift__block_failure(const shift_source *source, const shift__block *block,
                                  uint64_t first_line, shift_error *err)
{
    const shift__failure *failure = &block->failure;
    const char *message = failure->error.message;
    unsigned long long line = first_line + failure->line;
    unsigned long long opened = first_line + failure->opened_line;
    if (!failure->has_line)
        return shift_error_set(err, failure->error.status, "%s", message);
    if (!failure->has_opened)
        return shift_error_set(err, failure->error.status, "%s:%llu: %s", source->label, line,
                               message);
    return shift_error_set(err, failure->error.status,
                           "%s:%llu: %s (the quoted field began in line %llu)", source->label, line,
                           message, opened);
}

/* A block may be read in one place and used in another. */
static void swap_blocks(shift__block *a, shift__block *b)
{
    shift__block held = *a;
    *a = *b;
    *b = held;
}

static void split(const shift_source *source, shift__block *block)
{
    if (!block->split && block->failure.error.status == SHIFT_OK)
        source->reader->split(source, block);
    block->split = true;
}

shift_status shift__source_fill(shift_source *source, shift__block *block, bool *end,
                                shift_error *err)
{
    shift__block_reset(block);
    source->started = true;
    if (source->next_kept < source->n_kept) {
        swap_blocks(block, source->kept[source->next_kept++]);
        *end = false;
        return SHIFT_OK;
    }
    return source->reader->fill(source, block, end, err);
}

void shift__source_convert(const shift_source *source, shift__block *block, const shift__plan *plan)
{
    split(source, block);
    shift__block_convert(source, block, plan);
}

/* The text of an invalid field, cut between characters. */
static void note_invalid(const shift_source *source, const shift__block *block, size_t column,
                         shift__invalid *invalid)
{
    const size_t at[2] = {block->invalid_rows[column], block->sources[column]};
    size_t n = source->reader->text(source, block, at, invalid->text, sizeof invalid->text);
    invalid->found = true;
    invalid->line = source->line + source->reader->line(source, block, at[0]);
    if (n == sizeof invalid->text) {
        n--;
        while (n > 0 && ((unsigned char)invalid->text[n] & 0xc0) == 0x80)
            n--;
    }
    invalid->text[n] = '\0';
}

static shift_status note_all_invalid(shift_source *source, const shift__block *block,
                                     shift_error *err)
{
    if (source->invalid == NULL) {
        shift_status status =
            shift__alloc(&source->invalid, block->n_columns, sizeof *source->invalid, err);
        if (status != SHIFT_OK)
            return status;
        source->n_invalid = block->n_columns;
    }
    for (size_t i = 0; i < block->n_columns && i < source->n_invalid; i++)
        if (block->invalid_rows[i] != SIZE_MAX && !source->invalid[i].found)
            note_invalid(source, block, i, &source->invalid[i]);
    return SHIFT_OK;
}

shift_status shift__source_finish(shift_source *source, shift__block *block, shift_batch *out,
                                  shift_error *err)
{
    if (block->failure.error.status != SHIFT_OK)
        return shift__block_failure(source, block, source->line, err);
    shift_status status = note_all_invalid(source, block, err);
    if (status != SHIFT_OK)
        return status;
    source->line += block->lines;
    *out = (shift_batch){block->rows, block->n_columns, block->columns};
    return SHIFT_OK;
}

bool shift__source_first_invalid(const shift_source *source, size_t plan_column, uint64_t *line,
                                 const char **text)
{
    if (plan_column >= source->n_invalid || !source->invalid[plan_column].found)
        return false;
    *line = source->invalid[plan_column].line;
    *text = source->invalid[plan_column].text;
    return true;
}

/* Read and keep one more block for inference; *end when there is none or it is enough. */
static shift_status keep_block(shift_source *source, uint64_t *line, bool *end, shift_error *err)
{
    shift__block *block = NULL;
    shift_status status = shift__block_new(&block, err);
    if (status == SHIFT_OK)
        status = shift__array_grow(&source->kept, &source->kept_capacity, source->n_kept + 1,
                                   sizeof(void *), err);
    if (status == SHIFT_OK)
        status = source->reader->fill(source, block, end, err);
    if (status != SHIFT_OK || *end) {
        shift__block_free(block);
        return status;
    }
    source->kept[source->n_kept++] = block;
    split(source, block);
    if (block->failure.error.status != SHIFT_OK)
        return shift__block_failure(source, block, *line, err);
    *line += block->lines;
    return SHIFT_OK;
}

static shift_status keep_blocks(shift_source *source, shift_error *err)
{
    size_t rows = 0;
    size_t bytes = 0;
    uint64_t line = source->line;
    bool end = source->n_kept > 0; /* inferred before */
    while (!end && rows < SHIFT__INFER_ROWS && bytes < SHIFT__INFER_BYTES) {
        shift_status status = keep_block(source, &line, &end, err);
        if (status != SHIFT_OK)
            return status;
        if (!end) {
            rows += source->kept[source->n_kept - 1]->rows;
            bytes += source->kept[source->n_kept - 1]->size;
        }
    }
    return SHIFT_OK;
}

static shift_status infer_column(const shift_source *source, size_t c, shift__evidence *evidence,
                                 bool find_row_numbers, shift_kind *kind, shift_error *err)
{
    size_t left = SHIFT__INFER_ROWS;
    shift__evidence_reset(evidence);
    for (size_t i = 0; i < source->n_kept && left > 0; i++) {
        const shift__block *block = source->kept[i];
        size_t n = block->rows < left ? block->rows : left;
        shift_status status = source->reader->witness(source, block, c, n, evidence, err);
        if (status != SHIFT_OK)
            return status;
        left -= n;
    }
    *kind = shift__evidence_kind(evidence);
    if (find_row_numbers && *kind == SHIFT_KIND_NUMERIC && shift__evidence_names_rows(evidence))
        *kind = SHIFT_KIND_IDENTIFIER;
    return SHIFT_OK;
}

shift_status shift_source_infer(shift_source *source, const shift_schema_options *options,
                                shift_schema **out, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, source, out))
        return SHIFT_EINVAL;
    shift_kind *kinds = NULL;
    shift__evidence evidence = {0};
    shift_schema_options complete = SHIFT_SCHEMA_OPTIONS_INIT;
    shift_status status = SHIFT__OPTIONS_TAKE(&complete, options, "shift_schema_options", err);
    if (status != SHIFT_OK)
        return status;
    if (source->started)
        return shift_error_set(err, SHIFT_EINVAL, "%s: has been read already", source->label);
    status = shift__alloc(&kinds, source->n_columns, sizeof *kinds, err);
    if (status == SHIFT_OK)
        status = keep_blocks(source, err);
    for (size_t c = 0; status == SHIFT_OK && c < source->n_columns; c++)
        status = infer_column(source, c, &evidence, complete.find_row_numbers, &kinds[c], err);
    if (status == SHIFT_OK)
        status = shift__schema_build(out, source, kinds, &complete, err);
    shift__evidence_clear(&evidence);
    free(kinds);
    return status;
}
