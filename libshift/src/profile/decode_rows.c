/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Co-moments and row sample out of a saved profile. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "profile/decode.h"

static bool are_finite(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}

shift_status shift__decode_comoments(const shift__decoding *d,
                                     const Shift__File__CoMoments *message)
{
    shift__comoments *c = d->profile->comoments;
    if (message == NULL)
        return SHIFT_OK;
    if (c == NULL || message->n == 0 || message->n > d->profile->rows || message->n_mean != c->p ||
        message->n_products != c->p * (c->p + 1) / 2 || !are_finite(message->mean, c->p))
        return shift__refuse(d, "co-moments that do not fit the columns");
    for (size_t i = 0; i < c->p; i++)
        if (message->products[i * (i + 1) / 2 + i] < 0)
            return shift__refuse(d, "a negative variance");
    c->n = message->n;
    memcpy(c->mean, message->mean, c->p * sizeof *c->mean);
    memcpy(c->products, message->products, message->n_products * sizeof *c->products);
    return SHIFT_OK;
}

static shift_status check_sample(const shift__decoding *d, const Shift__File__Sample *m,
                                 const shift__sample *s)
{
    size_t n = m->n_priorities;
    uint64_t rows = d->profile->rows;
    if (m->n_rows != n || n > m->limit || n > rows || (n < m->limit && n < rows) ||
        m->n_columns != s->n_columns || m->limit == 0 || m->limit > s->limit)
        return shift__refuse(d, "a row sample whose parts do not fit");
    for (size_t k = 0; k < n; k++)
        if (m->rows[k] >= rows || m->priorities[k] == UINT64_MAX ||
            (k > 0 && (m->priorities[k] < m->priorities[k - 1] ||
                       (m->priorities[k] == m->priorities[k - 1] && m->rows[k] <= m->rows[k - 1]))))
            return shift__refuse(d, "sampled rows out of order");
    for (size_t i = 0; i < s->n_columns; i++) {
        const Shift__File__SampleColumn *column = m->columns[i];
        if (column->n_numbers != (s->is_number[i] ? n : 0) ||
            column->n_sizes != (s->is_number[i] ? 0 : n))
            return shift__refuse(d, "a sampled column of %zu numbers and %zu texts",
                                 column->n_numbers, column->n_sizes);
    }
    return SHIFT_OK;
}

static shift_status decode_numbers(const shift__decoding *d, const Shift__File__SampleColumn *m,
                                   size_t column, shift__sample *s)
{
    for (size_t k = 0; k < m->n_numbers; k++) {
        if (isinf(m->numbers[k]))
            return shift__refuse(d, "an infinite value in the row sample");
        s->numbers[k * s->n_numbers + s->places[column]] = m->numbers[k];
    }
    return SHIFT_OK;
}

/* Where the texts of each cell lie in the message; they are moved row by row afterwards. */
static shift_status check_texts(const shift__decoding *d, const Shift__File__SampleColumn *m)
{
    size_t bytes = 0;
    for (size_t k = 0; k < m->n_sizes; k++) {
        if (m->sizes[k] > SHIFT__CATEGORY_BYTES + 1)
            return shift__refuse(d, "a sampled text of %u bytes", (unsigned)m->sizes[k] - 1);
        bytes += m->sizes[k] > 0 ? m->sizes[k] - 1 : 0;
    }
    if (bytes != m->text.len)
        return shift__refuse(d, "sampled texts that are not as long as they say");
    return SHIFT_OK;
}

/* The slots are in their order, so each text column has a place from which it is read on. */
static void decode_texts(const Shift__File__Sample *m, shift__sample *s, size_t *at)
{
    for (size_t k = 0; k < m->n_priorities; k++)
        for (size_t i = 0; i < s->n_columns; i++) {
            if (s->is_number[i])
                continue;
            const Shift__File__SampleColumn *column = m->columns[i];
            shift__sample_text *cell = &s->texts[k * s->n_texts + s->places[i]];
            *cell = (shift__sample_text){s->text_size, UINT32_MAX};
            if (column->sizes[k] == 0)
                continue;
            cell->size = column->sizes[k] - 1;
            if (cell->size > 0)
                memcpy(s->text + s->text_size, column->text.data + at[i], cell->size);
            at[i] += cell->size;
            s->text_size += cell->size;
        }
}

static shift_status decode_rows(const shift__decoding *d, const Shift__File__Sample *m,
                                shift__sample *s)
{
    size_t n = m->n_priorities;
    size_t bytes = 0;
    for (size_t i = 0; i < s->n_columns; i++)
        bytes += m->columns[i]->text.len;
    shift_status status = shift__sample_reserve_slots(s, n, bytes, d->err);
    for (size_t i = 0; status == SHIFT_OK && i < s->n_columns; i++)
        status = s->is_number[i] ? decode_numbers(d, m->columns[i], i, s)
                                 : check_texts(d, m->columns[i]);
    size_t *at = NULL;
    if (status == SHIFT_OK)
        status = shift__alloc(&at, s->n_columns, sizeof *at, d->err);
    if (status != SHIFT_OK)
        return status;
    decode_texts(m, s, at);
    free(at);
    for (size_t k = 0; k < n; k++)
        s->rows[k] = (shift__sample_row){m->priorities[k], m->rows[k], k};
    s->n = n;
    return SHIFT_OK;
}

shift_status shift__decode_sample(const shift__decoding *d, const Shift__File__Sample *message)
{
    shift__sample *s = d->profile->sample;
    if ((message != NULL) != (s != NULL))
        return shift__refuse(d, "a row sample that should not be, or is not");
    if (message == NULL)
        return SHIFT_OK;
    shift_status status = check_sample(d, message, s);
    if (status != SHIFT_OK)
        return status;
    s->limit = message->limit;
    s->stream = message->stream;
    s->seen = d->profile->rows;
    status = decode_rows(d, message, s);
    if (status == SHIFT_OK && s->n == s->limit)
        s->below = s->rows[s->n - 1].priority;
    return status;
}
