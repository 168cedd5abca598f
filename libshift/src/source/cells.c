/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Typed values become the columns of a batch: a number needs no parsing, a text is read as a CSV
 * field would be, and what is null is missing. */
#include "source/cells.h"

#include <math.h>
#include <sqlite3.h> /* prints numbers in any locale */
#include <string.h>

#include "core/memory.h"
#include "source/convert.h"
#include "source/numbers.h"

enum { RENDERED = 32 /* bytes that a number takes as text */ };

/* A number as SQLite would print it, or with all its digits where that would lose some. */
static size_t render(double number, char *out)
{
    sqlite3_snprintf(RENDERED, out, "%!.15g", number);
    double back = 0;
    if (number == floor(number) && shift__is_exact(number))
        sqlite3_snprintf(RENDERED, out, "%lld", (long long)number);
    else if (shift__number_parse(out, strlen(out), &back) != SHIFT_FIELD_PRESENT || back != number)
        sqlite3_snprintf(RENDERED, out, "%!.17g", number);
    return strlen(out);
}

/* A text, or a number's digits. */
static bool has_text(const shift__cell *cell)
{
    return cell->type == SHIFT__CELL_TEXT ||
           (cell->type == SHIFT__CELL_NUMBER && cell->end > cell->begin);
}

static const shift__cell *cell_at(const shift__cells *cells, size_t r)
{
    return &cells->first[r * cells->stride];
}

static shift_field_state number_of(const shift__cells *cells, const shift__tokens *tokens,
                                   const shift__cell *cell, shift_kind kind, double *value)
{
    *value = NAN;
    switch (cell->type) {
    case SHIFT__CELL_NULL:
        return SHIFT_FIELD_MISSING;
    case SHIFT__CELL_TEXT:
        return shift__field_number(tokens, kind, cells->bytes + cell->begin,
                                   cell->end - cell->begin, value);
    case SHIFT__CELL_NUMBER: /* of a timestamp: seconds since 1970 */
        if (shift__tokens_contain_number(tokens, cell->number))
            return SHIFT_FIELD_MISSING;
        if (!isfinite(cell->number))
            return SHIFT_FIELD_NON_FINITE;
        *value = cell->number;
        return SHIFT_FIELD_PRESENT;
    }
    return SHIFT_FIELD_INVALID;
}

static void convert_numbers(const shift__cells *cells, const shift__tokens *tokens,
                            shift__target *out)
{
    for (size_t r = 0; r < cells->rows; r++) {
        const shift__cell *cell = cell_at(cells, r);
        shift_field_state state = number_of(cells, tokens, cell, out->kind, &out->numbers[r]);
        if (state != SHIFT_FIELD_PRESENT)
            shift__target_mark(out, r, state);
    }
}

/* Texts of a column that also holds numbers, one after the other. */
static char *render_column(const shift__cells *cells, shift__block *block, const shift__target *out)
{
    shift_error error = SHIFT_ERROR_INIT;
    size_t n = 0;
    char *bytes = NULL;
    for (size_t r = 0; r < cells->rows; r++) {
        const shift__cell *cell = cell_at(cells, r);
        if (has_text(cell))
            n += cell->end - cell->begin;
        else if (cell->type == SHIFT__CELL_NUMBER)
            n += RENDERED;
    }
    shift_status status = shift__arena_alloc(&block->texts, &bytes, n + 1, 1, &error);
    if (status != SHIFT_OK) {
        shift__block_fail(block, status, "%s", error.message);
        return NULL;
    }
    size_t at = 0;
    for (size_t r = 0; r < cells->rows; r++) {
        const shift__cell *cell = cell_at(cells, r);
        out->begin[r] = (uint32_t)at;
        if (has_text(cell)) {
            memcpy(bytes + at, cells->bytes + cell->begin, cell->end - cell->begin);
            at += cell->end - cell->begin;
        } else if (cell->type == SHIFT__CELL_NUMBER) {
            at += render(cell->number, bytes + at);
        }
        out->end[r] = (uint32_t)at;
    }
    return bytes;
}

static bool has_numbers(const shift__cells *cells)
{
    for (size_t r = 0; r < cells->rows; r++)
        if (cell_at(cells, r)->type == SHIFT__CELL_NUMBER)
            return true;
    return false;
}

/* Texts of all rows into out->bytes, out->begin and out->end; empty ones for NULL. */
static bool gather_texts(const shift__cells *cells, shift__block *block, shift__target *out)
{
    if (has_numbers(cells)) {
        out->bytes = render_column(cells, block, out);
        return out->bytes != NULL;
    }
    out->bytes = cells->bytes;
    for (size_t r = 0; r < cells->rows; r++) {
        const shift__cell *cell = cell_at(cells, r);
        out->begin[r] = cell->begin;
        out->end[r] = cell->end;
    }
    return true;
}

static void convert_texts(const shift__cells *cells, const shift__tokens *tokens,
                          shift__block *block, shift__target *out)
{
    if (!gather_texts(cells, block, out))
        return;
    for (size_t r = 0; r < cells->rows; r++)
        if (cell_at(cells, r)->type == SHIFT__CELL_NULL ||
            shift__tokens_contain(tokens, out->bytes + out->begin[r], out->end[r] - out->begin[r]))
            shift__target_mark(out, r, SHIFT_FIELD_MISSING);
}

static void convert_booleans(const shift__cells *cells, const shift__tokens *tokens,
                             shift__block *block, shift__target *out)
{
    if (!gather_texts(cells, block, out))
        return;
    for (size_t r = 0; r < cells->rows; r++) {
        const char *text = out->bytes + out->begin[r];
        size_t n = out->end[r] - out->begin[r];
        shift_field_state state = SHIFT_FIELD_MISSING;
        if (cell_at(cells, r)->type == SHIFT__CELL_NULL)
            out->begin[r] = out->end[r] = 0;
        else
            state = shift__field_boolean(tokens, text, n, &out->begin[r], &out->end[r]);
        if (state != SHIFT_FIELD_PRESENT)
            shift__target_mark(out, r, state);
    }
    out->bytes = shift__boolean_bytes;
}

void shift__cells_convert(const shift__cells *cells, const shift_source *source,
                          shift__block *block, shift__target *out)
{
    switch (out->kind) {
    case SHIFT_KIND_NUMERIC:
    case SHIFT_KIND_TIMESTAMP:
        convert_numbers(cells, &source->tokens, out);
        break;
    case SHIFT_KIND_BOOLEAN:
        convert_booleans(cells, &source->tokens, block, out);
        break;
    case SHIFT_KIND_CATEGORICAL:
    case SHIFT_KIND_IDENTIFIER:
        convert_texts(cells, &source->tokens, block, out);
        break;
    }
}

shift_status shift__cells_witness(const shift__cells *cells, const shift__tokens *tokens,
                                  shift__evidence *evidence, shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (size_t r = 0; status == SHIFT_OK && r < cells->rows; r++) {
        const shift__cell *cell = cell_at(cells, r);
        if (has_text(cell))
            status = shift__evidence_add(evidence, tokens, cells->bytes + cell->begin,
                                         cell->end - cell->begin, err);
        else if (cell->type == SHIFT__CELL_NUMBER)
            status = shift__evidence_add_number(evidence, tokens, cell->number, err);
    }
    return status;
}

size_t shift__cells_text(const shift__cells *cells, size_t r, char *out, size_t size)
{
    const shift__cell *cell = cell_at(cells, r);
    char number[RENDERED];
    const char *bytes = cells->bytes + cell->begin;
    size_t n = cell->end - cell->begin;
    if (cell->type == SHIFT__CELL_NUMBER && !has_text(cell)) {
        n = render(cell->number, number);
        bytes = number;
    }
    n = n < size ? n : size;
    memcpy(out, bytes, n);
    return n;
}
