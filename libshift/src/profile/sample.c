/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bottom-k sampling of rows (Cohen & Kaplan 2007). Rows that may get in are collected in a few more
 * slots than the limit; when those are full, the largest priorities are dropped. Which rows remain
 * depends on priorities and row numbers alone. */
#include "profile/sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "core/memory.h"
#include "core/random.h"
#include "profile/categories.h"

typedef struct shift__candidate {
    uint64_t priority;
    size_t batch, row;
} shift__candidate;

static size_t slots_for(size_t limit)
{
    return limit + limit / 4 + 16;
}

static shift_status allocate(shift__sample *s, const shift_schema *schema, shift_error *err)
{
    s->n_columns = shift_schema_size(schema);
    shift_status status = shift__alloc(&s->places, s->n_columns, sizeof *s->places, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&s->is_number, s->n_columns, sizeof *s->is_number, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < s->n_columns; i++) {
        s->is_number[i] = shift_kind_is_number(shift_schema_kind(schema, i));
        s->places[i] = s->is_number[i] ? s->n_numbers++ : s->n_texts++;
    }
    return SHIFT_OK;
}

shift_status shift__sample_new(shift__sample **out, const shift_schema *schema, uint64_t seed,
                               size_t rows, shift_error *err)
{
    shift__sample *s = NULL;
    shift_status status = shift__alloc(&s, 1, sizeof *s, err);
    if (status != SHIFT_OK)
        return status;
    status = allocate(s, schema, err);
    if (status != SHIFT_OK) {
        shift__sample_free(s);
        return status;
    }
    s->limit = rows;
    if (s->n_columns > 0 && s->limit > SHIFT__SAMPLE_CELLS / s->n_columns)
        s->limit = SHIFT__SAMPLE_CELLS / s->n_columns;
    if (s->limit < SHIFT__SAMPLE_LEAST)
        s->limit = rows < SHIFT__SAMPLE_LEAST ? rows : SHIFT__SAMPLE_LEAST;
    s->seed = seed;
    s->below = UINT64_MAX;
    *out = s;
    return SHIFT_OK;
}

void shift__sample_free(shift__sample *sample)
{
    if (sample == NULL)
        return;
    free(sample->places);
    free(sample->is_number);
    free(sample->rows);
    free(sample->order);
    free(sample->numbers);
    free(sample->texts);
    free(sample->text);
    free(sample->candidates);
    free(sample);
}

static bool has_value(const shift_column *column, size_t row)
{
    return column->states == NULL || column->states[row] == SHIFT_FIELD_PRESENT;
}

/* Profiles of parts share the seed and count their rows from 0; what the first row holds tells
 * their priorities apart. */
static uint64_t stream_of(const shift__sample *s, const shift_batch *batch)
{
    uint64_t hash = shift__mix(s->seed);
    for (size_t i = 0; i < s->n_columns; i++) {
        const shift_column *column = &batch->columns[i];
        uint64_t cell = 0;
        if (has_value(column, 0) && s->is_number[i])
            cell = XXH3_64bits(column->numbers, sizeof *column->numbers);
        else if (has_value(column, 0))
            cell = XXH3_64bits(column->bytes + column->begin[0], column->end[0] - column->begin[0]);
        hash = shift__mix(hash ^ cell);
    }
    return hash;
}

static uint64_t priority_of(uint64_t stream, uint64_t row)
{
    return shift__mix(stream + row * 0x9e3779b97f4a7c15u); /* splitmix64 */
}

static int by_priority(const void *left, const void *right)
{
    const shift__sample_row *a = left;
    const shift__sample_row *b = right;
    if (a->priority != b->priority)
        return a->priority < b->priority ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

static int candidates_by_priority(const void *left, const void *right)
{
    const shift__candidate *a = left;
    const shift__candidate *b = right;
    if (a->priority != b->priority)
        return a->priority < b->priority ? -1 : 1;
    if (a->batch != b->batch)
        return a->batch < b->batch ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

static int candidates_by_row(const void *left, const void *right)
{
    const shift__candidate *a = left;
    const shift__candidate *b = right;
    if (a->batch != b->batch)
        return a->batch < b->batch ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

static uint64_t current_stream(const shift__sample *s, const shift_batch *batches, size_t n_batches)
{
    size_t first = 0;
    while (first < n_batches && batches[first].rows == 0)
        first++;
    if (s->seen > 0 || first == n_batches)
        return s->stream;
    return stream_of(s, &batches[first]);
}

static shift_status choose(shift__sample *s, const shift_batch *batches, size_t n_batches,
                           uint64_t stream, shift_error *err)
{
    uint64_t number = s->seen;
    s->n_candidates = 0;
    for (size_t b = 0; b < n_batches; b++)
        for (size_t r = 0; r < batches[b].rows; r++) {
            uint64_t priority = priority_of(stream, number++);
            if (priority >= s->below)
                continue;
            shift_status status =
                shift__array_grow(&s->candidates, &s->candidates_capacity, s->n_candidates + 1,
                                  sizeof *s->candidates, err);
            if (status != SHIFT_OK)
                return status;
            s->candidates[s->n_candidates++] = (shift__candidate){priority, b, r};
        }
    if (s->n_candidates > s->limit) {
        qsort(s->candidates, s->n_candidates, sizeof *s->candidates, candidates_by_priority);
        s->n_candidates = s->limit;
        qsort(s->candidates, s->n_candidates, sizeof *s->candidates, candidates_by_row);
    }
    return SHIFT_OK;
}

shift_status shift__sample_reserve_slots(shift__sample *s, size_t more, size_t bytes,
                                         shift_error *err)
{
    size_t slots = s->n + more;
    if (slots > slots_for(s->limit))
        slots = slots_for(s->limit);
    if (slots < s->n)
        slots = s->n;
    size_t capacity = s->capacity;
    if (slots > capacity && slots < 2 * capacity)
        slots = 2 * capacity < slots_for(s->limit) ? 2 * capacity : slots_for(s->limit);
    shift_status status = SHIFT_OK;
    size_t rows = capacity;
    size_t numbers = capacity * s->n_numbers;
    size_t texts = capacity * s->n_texts;
    if (slots > capacity) {
        status = shift__array_grow(&s->rows, &rows, slots, sizeof *s->rows, err);
        rows = capacity;
        if (status == SHIFT_OK)
            status = shift__array_grow(&s->order, &rows, slots, sizeof *s->order, err);
        if (status == SHIFT_OK)
            status = shift__array_grow(&s->numbers, &numbers, slots * s->n_numbers,
                                       sizeof *s->numbers, err);
        if (status == SHIFT_OK)
            status =
                shift__array_grow(&s->texts, &texts, slots * s->n_texts, sizeof *s->texts, err);
        if (status == SHIFT_OK)
            s->capacity = slots;
    }
    if (status == SHIFT_OK)
        status = shift__array_grow(&s->text, &s->text_capacity, s->text_size + bytes + 1, 1, err);
    return status; /* there is a text, though nothing be in it */
}

shift_status shift__sample_reserve(shift__sample *sample, const shift_batch *batches,
                                   size_t n_batches, shift_error *err)
{
    shift__sample *s = sample;
    uint64_t stream = current_stream(s, batches, n_batches);
    shift_status status = choose(s, batches, n_batches, stream, err);
    size_t bytes = 0;
    for (size_t k = 0; status == SHIFT_OK && k < s->n_candidates; k++)
        for (size_t i = 0; i < s->n_columns; i++) {
            size_t row = s->candidates[k].row;
            const shift_column *column = &batches[s->candidates[k].batch].columns[i];
            if (s->is_number[i] || !has_value(column, row))
                continue;
            size_t size = column->end[row] - column->begin[row];
            bytes += size < SHIFT__CATEGORY_BYTES ? size : SHIFT__CATEGORY_BYTES;
        }
    if (status == SHIFT_OK)
        status = shift__sample_reserve_slots(s, s->n_candidates, bytes, err);
    return status;
}

/* Move what slot `from` holds down to slot `to`, its texts to the end of `text_size` bytes. */
static size_t move_slot(shift__sample *s, size_t to, size_t from, size_t text_size)
{
    for (size_t i = 0; i < s->n_numbers; i++)
        s->numbers[to * s->n_numbers + i] = s->numbers[from * s->n_numbers + i];
    for (size_t i = 0; i < s->n_texts; i++) {
        shift__sample_text text = s->texts[from * s->n_texts + i];
        if (text.size != UINT32_MAX && text.size > 0) {
            memmove(s->text + text_size, s->text + text.offset, text.size);
            text.offset = text_size;
            text_size += text.size;
        }
        s->texts[to * s->n_texts + i] = text;
    }
    s->rows[to] = s->rows[from];
    s->rows[to].slot = to;
    return text_size;
}

/* The row that would be at `rank` if they were sorted; reorders them (Hoare's selection). */
static shift__sample_row select_rank(shift__sample_row *rows, size_t n, size_t rank)
{
    size_t low = 0;
    size_t high = n;
    while (high - low > 1) {
        shift__sample_row pivot = rows[low + (high - low) / 2];
        size_t i = low;
        size_t j = high - 1;
        for (;;) {
            while (by_priority(&rows[i], &pivot) < 0)
                i++;
            while (by_priority(&rows[j], &pivot) > 0)
                j--;
            if (i >= j)
                break;
            shift__sample_row row = rows[i];
            rows[i++] = rows[j];
            rows[j--] = row;
        }
        /* Below i nothing is larger than the pivot, from i on nothing is smaller. */
        if (rank < i)
            high = i;
        else
            low = i;
    }
    return rows[low];
}

/* Keep the rows with the `limit` smallest priorities. Slots stay in their order, so that numbers
 * and texts only move down. */
static void drop_largest(shift__sample *s)
{
    memcpy(s->order, s->rows, s->n * sizeof *s->rows);
    shift__sample_row last = select_rank(s->order, s->n, s->limit - 1);
    s->below = last.priority;
    size_t kept = 0;
    size_t text_size = 0;
    for (size_t k = 0; k < s->n; k++)
        if (by_priority(&s->rows[k], &last) <= 0)
            text_size = move_slot(s, kept++, k, text_size);
    s->n = kept;
    s->text_size = text_size;
}

/* An empty slot for a row of that priority; false where it cannot get in. */
static bool take_slot(shift__sample *s, uint64_t priority, uint64_t row, size_t *slot)
{
    if (priority >= s->below)
        return false;
    if (s->n >= slots_for(s->limit)) {
        drop_largest(s);
        if (priority >= s->below)
            return false;
    }
    *slot = s->n++;
    s->rows[*slot] = (shift__sample_row){priority, row, *slot};
    return true;
}

static void put_text(shift__sample *s, size_t slot, size_t place, const char *text, size_t size)
{
    size = shift__category_text(s->text + s->text_size, text, size);
    s->texts[slot * s->n_texts + place] = (shift__sample_text){s->text_size, (uint32_t)size};
    s->text_size += size;
}

static void put_nothing(shift__sample *s, size_t slot, size_t place)
{
    s->texts[slot * s->n_texts + place] = (shift__sample_text){s->text_size, UINT32_MAX};
}

static void put_row(shift__sample *s, size_t slot, const shift_batch *batch, size_t row)
{
    for (size_t i = 0; i < s->n_columns; i++) {
        const shift_column *column = &batch->columns[i];
        bool value = has_value(column, row);
        if (s->is_number[i])
            s->numbers[slot * s->n_numbers + s->places[i]] = value ? column->numbers[row] : NAN;
        else if (value)
            put_text(s, slot, s->places[i], column->bytes + column->begin[row],
                     column->end[row] - column->begin[row]);
        else
            put_nothing(s, slot, s->places[i]);
    }
}

void shift__sample_add(shift__sample *sample, const shift_batch *batches, size_t n_batches)
{
    shift__sample *s = sample;
    s->stream = current_stream(s, batches, n_batches);
    size_t k = 0;
    for (size_t b = 0; b < n_batches; b++) {
        for (; k < s->n_candidates && s->candidates[k].batch == b; k++) {
            const shift__candidate *c = &s->candidates[k];
            size_t slot = 0;
            if (take_slot(s, c->priority, s->seen + c->row, &slot))
                put_row(s, slot, &batches[b], c->row);
        }
        s->seen += batches[b].rows;
    }
    s->n_candidates = 0;
}

shift_status shift__sample_reserve_merge(shift__sample *dst, const shift__sample *src,
                                         shift_error *err)
{
    return shift__sample_reserve_slots(dst, src->n, src->text_size, err);
}

void shift__sample_merge(shift__sample *dst, const shift__sample *src, const size_t *map)
{
    if (dst->seen == 0)
        dst->stream = src->stream;
    if (src->limit < dst->limit)
        dst->limit = src->limit;
    for (size_t k = 0; k < src->n; k++) {
        size_t slot = 0;
        if (!take_slot(dst, src->rows[k].priority, dst->seen + src->rows[k].row, &slot))
            continue;
        for (size_t i = 0; i < dst->n_columns; i++) {
            const char *text = NULL;
            size_t size = 0;
            if (dst->is_number[i])
                dst->numbers[slot * dst->n_numbers + dst->places[i]] =
                    shift__sample_number(src, k, map[i]);
            else if (shift__sample_text_at(src, k, map[i], &text, &size))
                put_text(dst, slot, dst->places[i], text, size);
            else
                put_nothing(dst, slot, dst->places[i]);
        }
    }
    if (src->below < dst->below) /* not before: the last row of `src` may be the bound itself */
        dst->below = src->below;
    dst->seen += src->seen;
}

shift_status shift__sample_rows(const shift__sample *sample, shift__sample_row **rows, size_t *n,
                                shift_error *err)
{
    shift__sample_row *sorted = NULL;
    shift_status status = shift__alloc(&sorted, sample->n, sizeof *sorted, err);
    if (status != SHIFT_OK)
        return status;
    if (sample->n > 0) {
        memcpy(sorted, sample->rows, sample->n * sizeof *sorted);
        qsort(sorted, sample->n, sizeof *sorted, by_priority);
    }
    *rows = sorted;
    *n = sample->n < sample->limit ? sample->n : sample->limit;
    return SHIFT_OK;
}

double shift__sample_number(const shift__sample *sample, size_t slot, size_t column)
{
    return sample->numbers[slot * sample->n_numbers + sample->places[column]];
}

bool shift__sample_text_at(const shift__sample *sample, size_t slot, size_t column,
                           const char **text, size_t *size)
{
    const shift__sample_text *cell =
        &sample->texts[slot * sample->n_texts + sample->places[column]];
    if (cell->size == UINT32_MAX)
        return false;
    *text = sample->text + cell->offset;
    *size = cell->size;
    return true;
}
