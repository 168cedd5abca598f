/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV: an input is cut into blocks of whole records; blocks are split and converted elsewhere. */
#include "source/csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "source/convert.h"
#include "source/header.h"
#include "source/input.h"
#include "source/lines.h"
#include "source/split.h"

/* A block of a wide table is larger, so that it has rows enough for work by columns to be worth it.
 */
enum { BLOCK_SIZE = 1 << 18, BLOCK_BYTES_PER_COLUMN = 1 << 9 };

typedef struct csv_state {
    shift__input *input;
    shift__dialect dialect;
    shift__scan_kernel *scan; /* NULL: every record goes through libcsv */
    shift__numbers_kernel *numbers;
    size_t block_size;
    bool ended;
    char *ahead; /* read, and not yet in a block */
    size_t n_ahead, ahead_capacity;
} csv_state;

static shift_status keep_ahead(csv_state *csv, const char *bytes, size_t n, shift_error *err)
{
    shift_status status = shift__array_grow(&csv->ahead, &csv->ahead_capacity, n, 1, err);
    if (status == SHIFT_OK && n > 0)
        memcpy(csv->ahead, bytes, n);
    csv->n_ahead = n;
    return status;
}

/* Fill the block's bytes up to `target`, first with what was read ahead. */
static shift_status read_to(csv_state *csv, shift__block *block, size_t target, shift_error *err)
{
    size_t needed = target > csv->n_ahead ? target : csv->n_ahead;
    shift_status status = shift__block_room(block, needed, err);
    if (status != SHIFT_OK)
        return status;
    if (csv->n_ahead > 0) {
        memcpy(block->bytes, csv->ahead, csv->n_ahead);
        block->size = csv->n_ahead;
        csv->n_ahead = 0;
    }
    if (csv->ended || block->size >= target)
        return SHIFT_OK;
    size_t got = 0;
    status =
        shift__input_read(csv->input, block->bytes + block->size, target - block->size, &got, err);
    block->size += got;
    csv->ended = status != SHIFT_OK || block->size < target;
    return status;
}

/* Whole records, as many as fit, or one that is longer. A failure to read is put into the block,
 * so that it is reported in its turn, whatever the number of threads. */
static shift_status fill_records(csv_state *csv, shift__block *block, shift_error *err)
{
    size_t whole = 0;
    for (size_t target = csv->block_size; whole == 0; target *= 2) {
        shift_error error = SHIFT_ERROR_INIT;
        if (target > SHIFT__ROW_LIMIT)
            target = SHIFT__ROW_LIMIT;
        shift_status status = read_to(csv, block, target, &error);
        if (status != SHIFT_OK) {
            shift__block_fail(block, status, "%s", error.message);
            block->size = 0;
            return SHIFT_OK;
        }
        whole = shift__records_whole(block->bytes, block->size);
        if (csv->ended) {
            whole = block->size;
            break;
        }
        if (whole == 0 && target == SHIFT__ROW_LIMIT) {
            block->unfinished = true;
            csv->ended = true;
            return SHIFT_OK;
        }
    }
    size_t left = block->size - whole;
    block->size = whole;
    return keep_ahead(csv, block->bytes + whole, left, err);
}

static shift_status fill(shift_source *source, shift__block *block, bool *end, shift_error *err)
{
    csv_state *csv = source->state;
    *end = csv->ended && csv->n_ahead == 0;
    return *end ? SHIFT_OK : fill_records(csv, block, err);
}

static void split(const shift_source *source, shift__block *block)
{
    const csv_state *csv = source->state;
    memset(block->bytes + block->size, 0, SHIFT__PADDING);
    shift__block_split(block, &csv->dialect, csv->scan);
}

static const char *field(const shift_source *source, const shift__block *block, size_t r, size_t c,
                         size_t *n)
{
    const uint32_t *index = block->index + r * (source->n_columns + 1) + c;
    *n = index[1] - index[0] - 1;
    return block->bytes + index[0];
}

/* Tokens such as -999 are numbers to the kernel. */
static void take_out_tokens(const shift_source *source, const shift__block *block, size_t c,
                            shift__target *out)
{
    for (size_t r = 0; r < block->rows; r++) {
        size_t n = 0;
        const char *text = field(source, block, r, c, &n);
        if (shift__tokens_contain_trimmed(&source->tokens, text, n)) {
            out->numbers[r] = NAN;
            shift__target_mark(out, r, SHIFT_FIELD_MISSING);
        }
    }
}

static void convert_numbers(const shift_source *source, shift__block *block, size_t c,
                            shift__target *out)
{
    const csv_state *csv = source->state;
    shift__extents extents = {block->bytes, block->index + c, source->n_columns + 1, block->rows};
    size_t n_hard = csv->numbers(&extents, out->numbers, block->hard);
    if (source->tokens.like_numbers)
        take_out_tokens(source, block, c, out);
    for (size_t i = 0; i < n_hard; i++) {
        size_t n = 0;
        size_t r = block->hard[i];
        const char *text = field(source, block, r, c, &n);
        shift_field_state state =
            shift__field_number(&source->tokens, SHIFT_KIND_NUMERIC, text, n, &out->numbers[r]);
        if (state != SHIFT_FIELD_PRESENT)
            shift__target_mark(out, r, state);
    }
}

/* For messages. */
static size_t text(const shift_source *source, const shift__block *block, const size_t at[2],
                   char *out, size_t size)
{
    size_t n = 0;
    const char *bytes = field(source, block, at[0], at[1], &n);
    n = n < size ? n : size;
    memcpy(out, bytes, n);
    return n;
}

static void convert_timestamps(const shift_source *source, const shift__block *block, size_t c,
                               shift__target *out)
{
    for (size_t r = 0; r < block->rows; r++) {
        size_t n = 0;
        const char *text = field(source, block, r, c, &n);
        shift_field_state state =
            shift__field_number(&source->tokens, SHIFT_KIND_TIMESTAMP, text, n, &out->numbers[r]);
        if (state != SHIFT_FIELD_PRESENT)
            shift__target_mark(out, r, state);
    }
}

static void convert_booleans(const shift_source *source, const shift__block *block, size_t c,
                             shift__target *out)
{
    out->bytes = shift__boolean_bytes;
    for (size_t r = 0; r < block->rows; r++) {
        size_t n = 0;
        const char *text = field(source, block, r, c, &n);
        shift_field_state state =
            shift__field_boolean(&source->tokens, text, n, &out->begin[r], &out->end[r]);
        if (state != SHIFT_FIELD_PRESENT)
            shift__target_mark(out, r, state);
    }
}

static void convert_texts(const shift_source *source, const shift__block *block, size_t c,
                          shift__target *out)
{
    size_t stride = source->n_columns + 1;
    const uint32_t *index = block->index + c;
    out->bytes = block->bytes;
    for (size_t r = 0; r < block->rows; r++, index += stride) {
        out->begin[r] = index[0];
        out->end[r] = index[1] - 1;
        if (shift__tokens_contain(&source->tokens, block->bytes + index[0],
                                  index[1] - index[0] - 1))
            shift__target_mark(out, r, SHIFT_FIELD_MISSING);
    }
}

static void convert(const shift_source *source, shift__block *block, size_t c, shift__target *out)
{
    switch (out->kind) {
    case SHIFT_KIND_NUMERIC:
        convert_numbers(source, block, c, out);
        break;
    case SHIFT_KIND_TIMESTAMP:
        convert_timestamps(source, block, c, out);
        break;
    case SHIFT_KIND_BOOLEAN:
        convert_booleans(source, block, c, out);
        break;
    case SHIFT_KIND_CATEGORICAL:
    case SHIFT_KIND_IDENTIFIER:
        convert_texts(source, block, c, out);
        break;
    }
}

static shift_status witness(const shift_source *source, const shift__block *block, size_t c,
                            size_t n, shift__evidence *evidence, shift_error *err)
{
    for (size_t r = 0; r < n; r++) {
        size_t size = 0;
        const char *text = field(source, block, r, c, &size);
        shift_status status = shift__evidence_add(evidence, &source->tokens, text, size, err);
        if (status != SHIFT_OK)
            return status;
    }
    return SHIFT_OK;
}

static uint64_t line(const shift_source *source, const shift__block *block, size_t r)
{
    return shift__lines_count(block->bytes, block->index[r * (source->n_columns + 1)]);
}

static void close_csv(shift_source *source)
{
    csv_state *csv = source->state;
    if (csv == NULL)
        return;
    shift__input_close(csv->input);
    free(csv->ahead);
    free(csv);
    source->state = NULL;
}

static const shift__reader reader = {fill, split, convert, witness, line, text, close_csv};

/* The first block holds the header; what follows it goes back to be read again. */
static shift_status read_header(shift_source *source, shift__block *block, shift_error *err)
{
    csv_state *csv = source->state;
    size_t used = 0;
    shift_status status = fill_records(csv, block, err);
    if (status != SHIFT_OK)
        return status;
    if (block->failure.error.status != SHIFT_OK)
        return shift__block_failure(source, block, 1, err);
    status = shift__header_read(source, block, csv->dialect.delimiter, &used, err);
    if (status != SHIFT_OK)
        return status;
    csv->dialect.columns = source->n_columns;
    if (csv->block_size < source->n_columns * BLOCK_BYTES_PER_COLUMN)
        csv->block_size = source->n_columns * BLOCK_BYTES_PER_COLUMN;
    source->line = 1 + shift__lines_count(block->bytes, used);
    size_t left = block->size - used;
    size_t old = csv->n_ahead;
    status = shift__array_grow(&csv->ahead, &csv->ahead_capacity, left + old + 1, 1, err);
    if (status != SHIFT_OK)
        return status;
    memmove(csv->ahead + left, csv->ahead, old);
    memcpy(csv->ahead, block->bytes + used, left);
    csv->n_ahead = left + old;
    return SHIFT_OK;
}

static shift_status check_delimiter(const char *label, char delimiter, shift_error *err)
{
    bool ascii = ((unsigned char)delimiter & 0x80) == 0; /* other bytes are parts of characters */
    if (ascii && delimiter != '\0' && delimiter != '"' && delimiter != '\n' && delimiter != '\r')
        return SHIFT_OK;
    return shift_error_set(err, SHIFT_EINVAL,
                           "%s: a quote, a newline, NUL or a byte beyond ASCII cannot be the "
                           "delimiter",
                           label);
}

shift_status shift__csv_open(shift_source *source, const char *path, char delimiter,
                             shift_error *err)
{
    csv_state *csv = NULL;
    shift__block *block = NULL;
    shift_status status = shift__alloc(&csv, 1, sizeof *csv, err);
    if (status != SHIFT_OK)
        return status;
    source->reader = &reader;
    source->state = csv;
    csv->dialect.delimiter = delimiter;
    csv->block_size = BLOCK_SIZE;
    csv->scan = shift__scan_best();
    csv->numbers = shift__numbers_best();
    status = check_delimiter(path, delimiter, err);
    if (status == SHIFT_OK)
        status = shift__input_open(&csv->input, path, err);
    if (status != SHIFT_OK)
        return status;
    source->label = shift__input_label(csv->input);
    status = shift__block_new(&block, err);
    if (status == SHIFT_OK)
        status = read_header(source, block, err);
    shift__block_free(block);
    return status;
}

void shift__csv_set_kernels(shift_source *source, shift__scan_kernel *scan,
                            shift__numbers_kernel *numbers)
{
    csv_state *csv = source->state;
    csv->scan = scan;
    csv->numbers = numbers;
}

void shift__csv_set_block_size(shift_source *source, size_t bytes)
{
    csv_state *csv = source->state;
    csv->block_size = bytes;
}
