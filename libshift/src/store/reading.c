/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/reading.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int64_t shift__take_integer(shift__row *row)
{
    return sqlite3_column_int64(row->statement, row->column++);
}

uint64_t shift__take_count(shift__row *row)
{
    return (uint64_t)shift__take_integer(row);
}

double shift__take_real(shift__row *row)
{
    int column = row->column++;
    if (sqlite3_column_type(row->statement, column) == SQLITE_NULL)
        return NAN;
    return sqlite3_column_double(row->statement, column);
}

const char *shift__take_word(shift__row *row)
{
    return (const char *)sqlite3_column_text(row->statement, row->column++);
}

shift_status shift__take_text(const shift__reading *in, shift__row *row, const char **out,
                              shift_error *err)
{
    int column = row->column++;
    if (sqlite3_column_type(row->statement, column) == SQLITE_NULL) {
        *out = NULL;
        return SHIFT_OK;
    }
    const char *text = (const char *)sqlite3_column_text(row->statement, column);
    if (text == NULL)
        return shift_error_set(err, SHIFT_ENOMEM, "%s: out of memory", in->store->path);
    return shift__arena_text(in->arena, out, text, strlen(text), err);
}

shift_status shift__damaged(const shift__reading *in, const char *what, const char *word,
                            shift_error *err)
{
    return shift_error_set(err, SHIFT_ESTORE, "%s: run %lld is damaged: %s \"%s\"", in->store->path,
                           (long long)in->run_id, what, word != NULL ? word : "");
}

shift_status shift__take_required(const shift__reading *in, shift__row *row, const char **out,
                                  shift_error *err)
{
    shift_status status = shift__take_text(in, row, out, err);
    if (status == SHIFT_OK && *out == NULL)
        return shift__damaged(in, "no text in column",
                              sqlite3_column_name(row->statement, row->column - 1), err);
    return status;
}

shift_status shift__take_verdict(const shift__reading *in, shift__row *row, shift_verdict *out,
                                 shift_error *err)
{
    const char *word = shift__take_word(row);
    *out = SHIFT_VERDICT_NONE;
    if (word == NULL)
        return SHIFT_OK;
    for (int i = SHIFT_VERDICT_OK; i <= SHIFT_VERDICT_ALERT; i++)
        if (strcmp(word, shift_verdict_name((shift_verdict)i)) == 0) {
            *out = (shift_verdict)i;
            return SHIFT_OK;
        }
    return shift__damaged(in, "unknown verdict", word, err);
}

shift_status shift__take_doubles(const shift__reading *in, shift__row *row, size_t n,
                                 const double **out, shift_error *err)
{
    double *values = NULL;
    int column = row->column++;
    const unsigned char *bytes = sqlite3_column_blob(row->statement, column);
    size_t size = (size_t)sqlite3_column_bytes(row->statement, column);
    if (size / 8 != n || size % 8 != 0)
        return shift_error_set(err, SHIFT_EFORMAT, "%zu bytes instead of %zu numbers", size, n);
    shift_status status = shift__arena_alloc(in->arena, &values, n + 1, sizeof *values, err);
    for (size_t i = 0; status == SHIFT_OK && i < n; i++)
        values[i] = shift__get_double(bytes + 8 * i);
    *out = values;
    return status;
}

bool shift__next(const shift__reading *in, sqlite3_stmt *statement, shift_status *status,
                 shift_error *err)
{
    int code = *status == SHIFT_OK ? sqlite3_step(statement) : SQLITE_DONE;
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        *status = shift__store_failed(in->store, "read", err);
    (void)sqlite3_reset(statement);
    return false;
}

shift_status shift__take_type(const shift__reading *in, shift__row *row, shift_subject_type *out,
                              shift_error *err)
{
    const char *word = shift__take_word(row);
    for (int i = SHIFT_SUBJECT_DATASET; word != NULL && i <= SHIFT_SUBJECT_CHANNEL; i++)
        if (strcmp(word, shift__subject_types[i]) == 0) {
            *out = (shift_subject_type)i;
            return SHIFT_OK;
        }
    return shift__damaged(in, "unknown subject type", word, err);
}

shift_status shift__list_add(shift__list *list, const void *item, shift_error *err)
{
    shift_status status =
        shift__array_grow(&list->items, &list->capacity, list->n + 1, sizeof *list->items, err);
    if (status == SHIFT_OK)
        list->items[list->n++] = item;
    return status;
}

shift_status shift__list_take(shift__list *list, const shift__reading *in, void *out, size_t *n,
                              shift_error *err)
{
    const void **array = NULL;
    *n = list->n;
    shift_status status =
        shift__arena_alloc(in->arena, &array, list->n != 0 ? list->n : 1, sizeof *array, err);
    if (status != SHIFT_OK)
        return status;
    if (list->n > 0)
        memcpy(array, list->items, list->n * sizeof *array);
    memcpy(out, &array, sizeof array);
    list->n = 0;
    return SHIFT_OK;
}

void shift__list_clear(shift__list *list)
{
    free(list->items);
    *list = (shift__list){NULL, 0, 0};
}

shift_status shift__store_has_tables(shift_store *store, bool *any, shift_error *err)
{
    shift_status status = shift__store_connect(store, any, err);
    if (status == SHIFT_OK && *any)
        status = shift__schema_check(store, any, err);
    return status;
}

void shift__put_double(unsigned char *bytes, double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(bits >> 8 * i);
}

double shift__get_double(const unsigned char *bytes)
{
    uint64_t bits = 0;
    double value = 0;
    for (int i = 0; i < 8; i++)
        bits |= (uint64_t)bytes[i] << 8 * i;
    memcpy(&value, &bits, sizeof value);
    return value;
}
