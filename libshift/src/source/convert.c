/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conversion of a block, column by column, so that one column's loop stays in the processor's
 * caches and branch history. */
#include "source/convert.h"

#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "source/numbers.h"
#include "source/timestamps.h"

const char shift__boolean_bytes[] = "falsetrue";

static shift_field_state parse_number(shift_kind kind, const char *text, size_t n, double *value)
{
    if (kind == SHIFT_KIND_NUMERIC)
        return shift__number_parse(text, n, value);
    return shift__timestamp_parse(text, n, value) ? SHIFT_FIELD_PRESENT : SHIFT_FIELD_INVALID;
}

shift_field_state shift__field_number(const shift__tokens *tokens, shift_kind kind,
                                      const char *text, size_t n, double *value)
{
    /* Most fields are numbers, and most tokens cannot be: the number is tried first. */
    if (!tokens->like_numbers) {
        shift_field_state state = parse_number(kind, text, n, value);
        if (state == SHIFT_FIELD_PRESENT || !shift__tokens_contain_trimmed(tokens, text, n))
            return state;
        return SHIFT_FIELD_MISSING;
    }
    *value = NAN;
    if (shift__tokens_contain_trimmed(tokens, text, n))
        return SHIFT_FIELD_MISSING;
    return parse_number(kind, text, n, value);
}

shift_field_state shift__field_boolean(const shift__tokens *tokens, const char *text, size_t n,
                                       uint32_t *begin, uint32_t *end)
{
    bool value = false;
    *begin = *end = 0;
    if (shift__tokens_contain_trimmed(tokens, text, n))
        return SHIFT_FIELD_MISSING;
    if (shift__boolean_parse(text, n, &value) == SHIFT__WORDS_NONE)
        return SHIFT_FIELD_INVALID;
    *begin = value ? 5 : 0;
    *end = value ? 9 : 5;
    return SHIFT_FIELD_PRESENT;
}

void shift__target_mark(shift__target *target, size_t r, shift_field_state state)
{
    target->states[r] = (uint8_t)state;
    target->all_present = false;
    if (state == SHIFT_FIELD_INVALID && target->invalid_row == SIZE_MAX)
        target->invalid_row = r;
}

static void fill_absent(shift__target *target, size_t rows)
{
    memset(target->states, SHIFT_FIELD_MISSING, rows);
    for (size_t r = 0; target->numbers != NULL && r < rows; r++)
        target->numbers[r] = NAN;
    for (size_t r = 0; target->begin != NULL && r < rows; r++)
        target->begin[r] = target->end[r] = 0;
    target->all_present = rows == 0;
    target->bytes = "";
}

/* Storage for all the columns of the plan at once. */
static shift_status make_room(shift__block *block, const shift_schema *schema, shift_error *err)
{
    size_t n = shift_schema_size(schema);
    size_t number_columns = 0;
    for (size_t i = 0; i < n; i++)
        number_columns += shift_kind_is_number(shift_schema_kind(schema, i));
    shift_status status = shift__array_grow(&block->columns, &block->columns_capacity, n + 1,
                                            sizeof *block->columns, err);
    if (status == SHIFT_OK)
        status = shift__array_grow(&block->invalid_rows, &block->invalid_capacity, n + 1,
                                   sizeof *block->invalid_rows, err);
    if (status == SHIFT_OK)
        status = shift__array_grow(&block->sources, &block->sources_capacity, n + 1,
                                   sizeof *block->sources, err);
    if (status == SHIFT_OK)
        status = shift__array_grow(&block->numbers, &block->numbers_capacity,
                                   number_columns * block->rows + 1, sizeof *block->numbers, err);
    if (status == SHIFT_OK)
        status = shift__array_grow(&block->offsets, &block->offsets_capacity,
                                   2 * (n - number_columns) * block->rows + 1,
                                   sizeof *block->offsets, err);
    if (status == SHIFT_OK)
        status =
            shift__array_grow(&block->states, &block->states_capacity, n * block->rows + 1, 1, err);
    if (status == SHIFT_OK)
        status = shift__array_grow(&block->hard, &block->hard_capacity, block->rows + 1,
                                   sizeof *block->hard, err);
    return status;
}

void shift__block_convert(const shift_source *source, shift__block *block, const shift__plan *plan)
{
    shift_error error = SHIFT_ERROR_INIT;
    if (block->failure.error.status != SHIFT_OK)
        return;
    shift_status status = make_room(block, plan->schema, &error);
    if (status != SHIFT_OK) {
        shift__block_fail(block, status, "%s", error.message);
        return;
    }
    size_t rows = block->rows;
    double *numbers = block->numbers;
    uint32_t *offsets = block->offsets;
    uint8_t *states = block->states;
    block->n_columns = shift_schema_size(plan->schema);
    memset(states, SHIFT_FIELD_PRESENT, block->n_columns * rows);
    for (size_t i = 0; i < block->n_columns; i++, states += rows) {
        shift__target target = {.kind = shift_schema_kind(plan->schema, i),
                                .states = states,
                                .all_present = true,
                                .invalid_row = SIZE_MAX};
        if (shift_kind_is_number(target.kind)) {
            target.numbers = numbers;
            numbers += rows;
        } else {
            target.begin = offsets;
            target.end = offsets + rows;
            offsets += 2 * rows;
        }
        if (plan->columns[i] == SIZE_MAX)
            fill_absent(&target, rows);
        else
            source->reader->convert(source, block, plan->columns[i], &target);
        block->sources[i] = plan->columns[i];
        block->invalid_rows[i] = target.invalid_row;
        block->columns[i] =
            (shift_column){target.lent != NULL ? target.lent : target.numbers, target.bytes,
                           target.begin, target.end, target.all_present ? NULL : target.states};
    }
}
