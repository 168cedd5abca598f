/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reading.h"

#include <check.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source/csv.h"

typedef struct text {
    char *bytes;
    size_t n, capacity;
} text;

static void append(text *t, const char *bytes, size_t n)
{
    if (t->n + n + 1 > t->capacity) {
        t->capacity = 2 * (t->n + n + 1);
        t->bytes = realloc(t->bytes, t->capacity);
        ck_assert_ptr_nonnull(t->bytes);
    }
    memcpy(t->bytes + t->n, bytes, n);
    t->n += n;
    t->bytes[t->n] = '\0';
}

static SHIFT_PRINTF(2, 3) void print(text *t, const char *format, ...)
{
    char buffer[1024];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(buffer, sizeof buffer, format, arguments);
    va_end(arguments);
    ck_assert_int_ge(n, 0);
    append(t, buffer, strlen(buffer));
}

char *temporary_file(const void *bytes, size_t n)
{
    const char *folder = getenv("TMPDIR");
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/shift-test-XXXXXX", folder != NULL ? folder : "/tmp");
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    FILE *file = fdopen(fd, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, n, file), n);
    ck_assert_int_eq(fclose(file), 0);
    char *copy = strdup(path);
    ck_assert_ptr_nonnull(copy);
    return copy;
}

static void print_field(text *t, shift_kind kind, const shift_column *column, size_t r)
{
    static const char *const others[] = {"", "<NA>", "<INF>", "<BAD>"};
    uint8_t state = column->states != NULL ? column->states[r] : SHIFT_FIELD_PRESENT;
    if (state != SHIFT_FIELD_PRESENT)
        print(t, "%s", others[state]);
    else if (shift_kind_is_number(kind))
        print(t, "%.17g", column->numbers[r]);
    else
        append(t, column->bytes + column->begin[r], column->end[r] - column->begin[r]);
}

static void print_batch(text *t, const shift_schema *schema, const shift_batch *batch)
{
    for (size_t r = 0; r < batch->rows; r++) {
        for (size_t c = 0; c < batch->n_columns; c++) {
            if (c > 0)
                append(t, "|", 1);
            print_field(t, shift_schema_kind(schema, c), &batch->columns[c], r);
        }
        append(t, "\n", 1);
    }
}

static shift_status read_blocks(text *t, shift_source *source, const shift__plan *plan,
                                shift__block *block, shift_error *err)
{
    bool end = false;
    for (;;) {
        shift_batch batch = {0};
        shift_status status = shift__source_fill(source, block, &end, err);
        if (status != SHIFT_OK || end)
            return status;
        shift__source_convert(source, block, plan);
        status = shift__source_finish(source, block, &batch, err);
        if (status != SHIFT_OK)
            return status;
        print_batch(t, plan->schema, &batch);
    }
}

char *read_all(shift_source *source, const shift_schema *schema)
{
    text t = {0};
    shift_error err = SHIFT_ERROR_INIT;
    shift__block *block = NULL;
    size_t n = shift_schema_size(schema);
    size_t *columns = calloc(n, sizeof *columns);
    ck_assert_ptr_nonnull(columns);
    for (size_t i = 0; i < n; i++) {
        columns[i] = SIZE_MAX;
        for (size_t c = 0; c < shift_source_columns(source); c++)
            if (strcmp(shift_source_column(source, c), shift_schema_name(schema, i)) == 0)
                columns[i] = c;
    }
    shift__plan plan = {schema, columns};
    append(&t, "", 0);
    ck_assert_int_eq(shift__block_new(&block, &err), SHIFT_OK);
    if (read_blocks(&t, source, &plan, block, &err) != SHIFT_OK)
        print(&t, "error: %s", err.message);
    shift__block_free(block);
    free(columns);
    return t.bytes;
}

static char *hide_path(char *message, const char *path)
{
    text t = {0};
    const char *found = NULL;
    const char *rest = message;
    append(&t, "", 0);
    while ((found = strstr(rest, path)) != NULL) {
        append(&t, rest, (size_t)(found - rest));
        append(&t, "FILE", 4);
        rest = found + strlen(path);
    }
    append(&t, rest, strlen(rest));
    free(message);
    return t.bytes;
}

char *read_file(const char *path, const shift_source_options *options,
                const shift_schema_options *rules, size_t block_size)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_source *source = NULL;
    shift_schema *schema = NULL;
    char *out = NULL;
    shift_status status = shift_source_open(&source, path, options, &err);
    if (status == SHIFT_OK && block_size != 0)
        shift__csv_set_block_size(source, block_size);
    if (status == SHIFT_OK)
        status = shift_source_infer(source, rules, &schema, &err);
    if (status == SHIFT_OK) {
        out = read_all(source, schema);
    } else {
        text t = {0};
        ck_assert_int_eq(status, err.status);
        print(&t, "error: %s", err.message);
        out = t.bytes;
    }
    shift_schema_free(schema);
    shift_source_close(source);
    return hide_path(out, path);
}

char *read_bytes(const void *bytes, size_t n, const shift_source_options *options,
                 const shift_schema_options *rules, size_t block_size)
{
    char *path = temporary_file(bytes, n);
    char *out = read_file(path, options, rules, block_size);
    ck_assert_int_eq(unlink(path), 0);
    free(path);
    return out;
}
