/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "profile/rows.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "source/block.h"

struct shift__row_reader {
    shift_source *source;
    size_t *columns; /* of the plan */
    shift__plan plan;
    shift__block *block;
};

void shift__row_reader_close(shift__row_reader *rows)
{
    if (rows == NULL)
        return;
    shift__block_free(rows->block);
    free(rows->columns);
    free(rows);
}

/* Which columns of the source serve the schema's: the source's names are as many lookups in it. */
static size_t find_columns(shift__row_reader *rows)
{
    const shift_schema *schema = rows->plan.schema;
    size_t found = 0;
    for (size_t i = 0; i < shift_schema_size(schema); i++)
        rows->columns[i] = SIZE_MAX;
    for (size_t c = 0; c < shift_source_columns(rows->source); c++) {
        size_t i = shift_schema_find(schema, shift_source_column(rows->source, c));
        if (i == SIZE_MAX)
            continue;
        rows->columns[i] = c;
        found++;
    }
    return found;
}

shift_status shift__row_reader_open(shift__row_reader **out, shift_source *source,
                                    const shift_schema *schema, shift_error *err)
{
    shift__row_reader *rows = NULL;
    size_t n = shift_schema_size(schema);
    shift_status status = shift__alloc(&rows, 1, sizeof *rows, err);
    if (status != SHIFT_OK)
        return status;
    rows->source = source;
    status = shift__alloc(&rows->columns, n, sizeof *rows->columns, err);
    rows->plan = (shift__plan){schema, rows->columns};
    if (status == SHIFT_OK && find_columns(rows) == 0)
        status = shift_error_set(err, SHIFT_EINCOMPATIBLE,
                                 "%s: has none of the %zu expected columns, e.g. \"%s\"",
                                 shift_source_name(source), n, shift_schema_name(schema, 0));
    if (status == SHIFT_OK)
        status = shift__block_new(&rows->block, err);
    if (status != SHIFT_OK) {
        shift__row_reader_close(rows);
        return status;
    }
    *out = rows;
    return SHIFT_OK;
}

shift_status shift__row_reader_next(shift__row_reader *rows, shift_batch *out, bool *end,
                                    shift_error *err)
{
    shift_status status = shift__source_fill(rows->source, rows->block, end, err);
    if (status != SHIFT_OK || *end)
        return status;
    shift__source_convert(rows->source, rows->block, &rows->plan);
    return shift__source_finish(rows->source, rows->block, out, err);
}

bool shift__row_reader_has(const shift__row_reader *rows, size_t i)
{
    return rows->columns[i] != SIZE_MAX;
}
