/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of the columns of a source. */
#include "core/memory.h"
#include "source/storage.h"

shift_status shift__source_add_column(shift_source *source, const char *name, size_t n,
                                      shift_error *err)
{
    shift_status status = shift__array_grow(&source->columns, &source->columns_capacity,
                                            source->n_columns + 1, sizeof *source->columns, err);
    if (status == SHIFT_OK)
        status = shift__text_copy(&source->columns[source->n_columns], name, n, err);
    if (status == SHIFT_OK)
        source->n_columns++;
    return status;
}

/* The schema's own table finds names that are repeated or empty. */
shift_status shift__source_check_columns(const shift_source *source, shift_error *err)
{
    shift_schema *seen = NULL;
    shift_status status = shift_schema_new(&seen, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; status == SHIFT_OK && i < source->n_columns; i++)
        status = shift_schema_add(seen, source->columns[i], SHIFT_KIND_NUMERIC, err);
    shift_schema_free(seen);
    return status == SHIFT_EINVAL ? SHIFT_EFORMAT : status;
}
