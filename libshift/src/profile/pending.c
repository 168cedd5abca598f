/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows one by one. What a batch costs whatever its size would be most of the cost of a row, so rows
 * are gathered, column by column, and added when there are some hundred. */
#include "profile/pending.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/null.h"
#include "profile/state.h"

enum { ROWS_MOST = 256, ROWS_LEAST = 16, VALUES = 1 << 20, BYTES = 1 << 20 /* of texts */ };

struct shift__pending {
    size_t rows, capacity; /* capacity: rows that there is room for */
    double *numbers;       /* columns x capacity; of text columns: not used */
    uint32_t *begin, *end; /* likewise the other way round */
    uint8_t *states;
    bool *absent; /* per column: some row has no value */
    char *bytes;  /* of all texts */
    size_t n_bytes, bytes_capacity;
    bool *is_number; /* per column */
    bool *is_boolean;
    shift_column *columns;
};

void shift__pending_free(shift__pending *pending)
{
    if (pending == NULL)
        return;
    free(pending->numbers);
    free(pending->begin);
    free(pending->end);
    free(pending->states);
    free(pending->absent);
    free(pending->bytes);
    free(pending->is_number);
    free(pending->is_boolean);
    free(pending->columns);
    free(pending);
}

size_t shift__pending_rows(const shift__pending *pending)
{
    return pending != NULL ? pending->rows : 0;
}

shift_status shift__profile_settled(const shift_profile *profile, shift_error *err)
{
    size_t n = shift__pending_rows(profile->pending);
    if (n == 0)
        return SHIFT_OK;
    return shift_error_set(
        err, SHIFT_EINVAL,
        "the profile has %zu pending row%s: call shift_profile_flush() before it "
        "is used",
        n, n == 1 ? "" : "s");
}

static size_t capacity_for(size_t columns)
{
    size_t rows = columns > 0 ? (size_t)VALUES / columns : ROWS_MOST;
    if (rows > ROWS_MOST)
        return ROWS_MOST;
    return rows < ROWS_LEAST ? ROWS_LEAST : rows;
}

static shift_status allocate(shift__pending *p, size_t n, shift_error *err)
{
    size_t values = n * p->capacity;
    shift_status status = shift__alloc(&p->numbers, values, sizeof *p->numbers, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&p->begin, values, sizeof *p->begin, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&p->end, values, sizeof *p->end, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&p->states, values, 1, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&p->absent, n, sizeof *p->absent, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&p->is_number, n, sizeof *p->is_number, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&p->is_boolean, n, sizeof *p->is_boolean, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&p->columns, n, sizeof *p->columns, err);
    return status;
}

static shift_status open_pending(shift__pending **out, const shift_schema *schema, shift_error *err)
{
    shift__pending *p = NULL;
    size_t n = shift_schema_size(schema);
    shift_status status = shift__alloc(&p, 1, sizeof *p, err);
    if (status != SHIFT_OK)
        return status;
    p->capacity = capacity_for(n);
    status = allocate(p, n, err);
    if (status != SHIFT_OK) {
        shift__pending_free(p);
        return status;
    }
    for (size_t i = 0; i < n; i++) {
        shift_kind kind = shift_schema_kind(schema, i);
        p->is_number[i] = shift_kind_is_number(kind);
        p->is_boolean[i] = kind == SHIFT_KIND_BOOLEAN;
    }
    *out = p;
    return SHIFT_OK;
}

static shift_field_state state_of(const shift__pending *p, size_t c, const shift_value *value)
{
    if (value->state != SHIFT_FIELD_PRESENT)
        return value->state;
    if (p->is_number[c])
        return isfinite(value->number) ? SHIFT_FIELD_PRESENT : SHIFT_FIELD_NON_FINITE;
    if (!p->is_boolean[c] || value->text == NULL ||
        (value->size == 4 && memcmp(value->text, "true", 4) == 0) ||
        (value->size == 5 && memcmp(value->text, "false", 5) == 0))
        return SHIFT_FIELD_PRESENT;
    return SHIFT_FIELD_INVALID;
}

static shift_status put_text(shift__pending *p, size_t at, const shift_value *value,
                             shift_error *err)
{
    if (value->text == NULL && value->size > 0)
        return shift_error_set(err, SHIFT_EINVAL, "a text of %zu bytes that is NULL", value->size);
    if (value->size > UINT32_MAX - p->n_bytes)
        return shift_error_set(err, SHIFT_EUNSUPPORTED, "a text of %zu bytes", value->size);
    if (p->n_bytes + value->size > p->bytes_capacity) {
        shift_status status =
            shift__array_grow(&p->bytes, &p->bytes_capacity, p->n_bytes + value->size, 1, err);
        if (status != SHIFT_OK)
            return status;
    }
    p->begin[at] = (uint32_t)p->n_bytes;
    if (value->size > 0)
        memcpy(p->bytes + p->n_bytes, value->text, value->size);
    p->n_bytes += value->size;
    p->end[at] = (uint32_t)p->n_bytes;
    return SHIFT_OK;
}

static const char *fault_of(const shift__pending *p, size_t c, const shift_value *value)
{
    if ((unsigned)value->state > SHIFT_FIELD_INVALID)
        return "an unknown state";
    if (value->state == SHIFT_FIELD_PRESENT && !p->is_number[c] && value->text == NULL)
        return "no text";
    return NULL;
}

static shift_status put_row(shift__pending *p, const shift_profile *profile,
                            const shift_value *values, size_t n, shift_error *err)
{
    for (size_t c = 0; c < n; c++) {
        const shift_value *value = &values[c];
        size_t at = c * p->capacity + p->rows;
        const char *fault = fault_of(p, c, value);
        if (fault != NULL)
            return shift_error_set(err, SHIFT_EINVAL, "column \"%s\" of the row: %s",
                                   shift_schema_name(profile->schema, c), fault);
        shift_field_state state = state_of(p, c, value);
        p->states[at] = (uint8_t)state;
        if (p->is_number[c]) {
            p->numbers[at] = state == SHIFT_FIELD_PRESENT ? value->number : (double)NAN;
        } else {
            const shift_value none = {0, "", 0, SHIFT_FIELD_MISSING};
            shift_status status =
                put_text(p, at, state == SHIFT_FIELD_PRESENT ? value : &none, err);
            if (status != SHIFT_OK)
                return status;
        }
    }
    for (size_t c = 0; c < n; c++)
        p->absent[c] |= p->states[c * p->capacity + p->rows] != SHIFT_FIELD_PRESENT;
    return SHIFT_OK;
}

shift_status shift_profile_flush(shift_profile *profile, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, profile))
        return SHIFT_EINVAL;
    shift__pending *p = profile->pending;
    if (shift__pending_rows(p) == 0)
        return SHIFT_OK;
    size_t n = shift_schema_size(profile->schema);
    for (size_t c = 0; c < n; c++) {
        size_t at = c * p->capacity;
        const uint8_t *states = p->absent[c] ? p->states + at : NULL;
        p->columns[c] = p->is_number[c] ? (shift_column){p->numbers + at, NULL, NULL, NULL, states}
                                        : (shift_column){NULL, p->bytes != NULL ? p->bytes : "",
                                                         p->begin + at, p->end + at, states};
    }
    const shift_batch batch = {p->rows, n, p->columns};
    shift_status status = shift__profile_begin(profile, &batch, 1, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < shift__profile_parts(profile); i++)
        shift__profile_add_part(profile, &batch, 1, i);
    memset(p->absent, 0, n * sizeof *p->absent);
    p->rows = 0;
    p->n_bytes = 0;
    return SHIFT_OK;
}

shift_status shift_profile_add_row(shift_profile *profile, const shift_value *values, size_t n,
                                   shift_error *err)
{
    if (SHIFT__ANY_NULL(err, profile, values))
        return SHIFT_EINVAL;
    size_t columns = shift_schema_size(profile->schema);
    shift_status status = SHIFT_OK;
    if (n != columns)
        return shift_error_set(err, SHIFT_EINVAL, "the row has %zu values, the schema %zu columns",
                               n, columns);
    if (profile->pending == NULL)
        status = open_pending(&profile->pending, profile->schema, err);
    else if (profile->pending->rows == profile->pending->capacity ||
             profile->pending->n_bytes > BYTES)
        status = shift_profile_flush(profile, err);
    if (status != SHIFT_OK)
        return status;
    size_t n_bytes = profile->pending->n_bytes;
    status = put_row(profile->pending, profile, values, n, err);
    if (status == SHIFT_OK)
        profile->pending->rows++;
    else
        profile->pending->n_bytes = n_bytes;
    return status;
}
