/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memfd_create */
#include "differential.h"

#include <csv.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "source/csv.h"
#include "source/lines.h"
#include "source/numbers.h"

typedef struct text {
    char *bytes;
    size_t n, capacity;
} text;

static void append(text *t, const void *bytes, size_t n)
{
    if (t->n + n + 1 > t->capacity) {
        t->capacity = 2 * (t->n + n + 1);
        t->bytes = realloc(t->bytes, t->capacity);
        if (t->bytes == NULL)
            abort();
    }
    if (n > 0)
        memcpy(t->bytes + t->n, bytes, n);
    t->n += n;
    t->bytes[t->n] = '\0';
}

/* A field with its length, so that no two tables look alike. */
static void append_field(text *t, const char *bytes, size_t n)
{
    char prefix[32];
    int size = snprintf(prefix, sizeof prefix, "%zu:", n);
    append(t, prefix, (size_t)size);
    append(t, bytes, n);
}

SHIFT_PRINTF(1, 2) static char *difference(const char *format, ...)
{
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return strdup(message);
}

/* libcsv alone, all bytes at once. */
typedef struct oracle {
    text rows;
    size_t whole;   /* bytes of `rows` that are whole and good rows */
    size_t fields;  /* of the row so far */
    size_t columns; /* of the header */
    bool header_is_past;
    bool failed;
    bool nul;
} oracle;

static void take_field(void *bytes, size_t n, void *context)
{
    oracle *o = context;
    o->fields++;
    o->nul = o->nul || memchr(bytes, 0, n) != NULL;
    append_field(&o->rows, bytes, n);
}

static void take_row(int newline, void *context)
{
    oracle *o = context;
    (void)newline;
    o->failed = o->failed || o->nul || o->fields != o->columns;
    if (!o->header_is_past)
        o->rows.n = 0;
    else if (!o->failed)
        append(&o->rows, "\n", 1);
    if (!o->failed)
        o->whole = o->rows.n;
    o->header_is_past = true;
    o->fields = 0;
}

static int is_no_space(unsigned char c)
{
    (void)c;
    return 0;
}

static void ask_libcsv(oracle *o, const text *file, char delimiter)
{
    struct csv_parser parser;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        abort();
    csv_set_delim(&parser, (unsigned char)delimiter);
    csv_set_space_func(&parser, is_no_space);
    if (csv_parse(&parser, file->bytes, file->n, take_field, take_row, o) != file->n ||
        csv_fini(&parser, take_field, take_row, o) != 0)
        o->failed = true;
    csv_free(&parser);
}

static void append_batch(text *t, const shift_batch *batch)
{
    for (size_t r = 0; r < batch->rows; r++) {
        for (size_t c = 0; c < batch->n_columns; c++) {
            const shift_column *column = &batch->columns[c];
            append_field(t, column->bytes + column->begin[r], column->end[r] - column->begin[r]);
        }
        append(t, "\n", 1);
    }
}

static shift_status read_blocks(shift_source *source, const shift__plan *plan, text *rows,
                                shift_error *err)
{
    shift__block *block = NULL;
    bool end = false;
    shift_status status = shift__block_new(&block, err);
    while (status == SHIFT_OK) {
        shift_batch batch = {0};
        status = shift__source_fill(source, block, &end, err);
        if (status != SHIFT_OK || end)
            break;
        shift__source_convert(source, block, plan);
        status = shift__source_finish(source, block, &batch, err);
        if (status == SHIFT_OK)
            append_batch(rows, &batch);
    }
    shift__block_free(block);
    return status;
}

typedef struct form {
    size_t columns;
    char delimiter;
    size_t block_size;
} form;

static shift_status read_source(shift_source *source, const form *f, text *rows, shift_error *err)
{
    shift_schema *schema = NULL;
    size_t columns[8];
    shift_status status = shift_schema_new(&schema, err);
    for (size_t i = 0; status == SHIFT_OK && i < f->columns; i++) {
        columns[i] = i;
        status =
            shift_schema_add(schema, shift_source_column(source, i), SHIFT_KIND_CATEGORICAL, err);
    }
    shift__plan plan = {schema, columns};
    if (status == SHIFT_OK)
        status = read_blocks(source, &plan, rows, err);
    shift_schema_free(schema);
    return status;
}

static char *compare(const oracle *o, const text *rows, shift_status status, const char *message)
{
    if (!o->failed && status != SHIFT_OK)
        return difference("libcsv reads it, we say: %s", message);
    if (o->failed && status == SHIFT_OK)
        return difference("libcsv refuses it, we read %zu bytes", rows->n);
    if (status != SHIFT_OK && status != SHIFT_EFORMAT)
        return difference("status %d: %s", (int)status, message);
    if (rows->n > o->whole || (!o->failed && rows->n != o->whole) ||
        (rows->n > 0 && memcmp(rows->bytes, o->rows.bytes, rows->n) != 0))
        return difference("libcsv gives %.300s\nwe give %.300s", o->rows.bytes, rows->bytes);
    return NULL;
}

static char *check_kernel(const oracle *o, const text *file, const form *f, int fd,
                          shift__scan_kernel *kernel)
{
    static const char *const no_tokens[] = {"no such token"};
    shift_source_options options = SHIFT_SOURCE_OPTIONS_INIT;
    shift_error err = SHIFT_ERROR_INIT;
    shift_source *source = NULL;
    text rows = {0};
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    options.delimiter = f->delimiter;
    options.missing_tokens = no_tokens;
    options.n_missing_tokens = 1;
    shift_status status = shift_source_open(&source, path, &options, &err);
    if (status != SHIFT_OK)
        return difference("cannot open: %s", err.message);
    shift__csv_set_block_size(source, f->block_size);
    shift__csv_set_kernels(source, kernel, shift__numbers_best());
    append(&rows, "", 0);
    status = read_source(source, f, &rows, &err);
    char *why = compare(o, &rows, status, err.message);
    uint64_t lines = 1 + shift__lines_count(file->bytes, file->n);
    if (why == NULL && status == SHIFT_OK && source->line != lines)
        why = difference("%llu lines, counted as %llu", (unsigned long long)lines,
                         (unsigned long long)source->line);
    shift_source_close(source);
    free(rows.bytes);
    return why;
}

#define FIRST "a_first_column_with_a_name_of_forty_bytes"

char *differential_csv(const unsigned char *data, size_t n)
{
    /* Long enough not to look like UTF-16 with NUL bytes behind it. */
    static const char *const headers[2][4] = {
        {FIRST "\n", FIRST ",b\n", FIRST ",b,c\n", FIRST ",b,c,d\n"},
        {FIRST "\n", FIRST ";b\n", FIRST ";b;c\n", FIRST ";b;c;d\n"}};
    static const size_t sizes[8] = {1 << 18, 1, 3, 16, 63, 65, 200, 4096};
    unsigned choice = n > 0 ? data[0] : 0;
    form f = {1 + choice % 4, choice / 4 % 2 != 0 ? ';' : ',', sizes[choice / 8 % 8]};
    const char *header = headers[choice / 4 % 2][choice % 4];
    text file = {0};
    oracle o = {.columns = f.columns};
    char *why = NULL;
    append(&file, header, strlen(header));
    append(&file, data + (n > 0), n - (n > 0));
    append(&o.rows, "", 0);
    ask_libcsv(&o, &file, f.delimiter);
    int fd = memfd_create("csv", 0);
    if (fd < 0 || write(fd, file.bytes, file.n) != (ssize_t)file.n)
        abort();
    why = check_kernel(&o, &file, &f, fd, NULL);
    for (unsigned i = 0; why == NULL && i < 3; i++)
        if (shift__scan_any(i) != NULL)
            why = check_kernel(&o, &file, &f, fd, shift__scan_any(i));
    (void)close(fd);
    free(file.bytes);
    free(o.rows.bytes);
    return why;
}

static uint64_t bits_of(double x)
{
    uint64_t bits = 0;
    memcpy(&bits, &x, sizeof bits);
    return isnan(x) ? UINT64_MAX : bits;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* What strtod says: it also takes hexadecimal, nan(...) and other white space, which we do not. */
static shift_field_state ask_strtod(const char *bytes, size_t n, double *value)
{
    char *copy = calloc(1, n + 1);
    if (copy == NULL)
        abort();
    while (n > 0 && is_blank(bytes[n - 1]))
        n--;
    while (n > 0 && is_blank(*bytes)) {
        bytes++;
        n--;
    }
    memcpy(copy, bytes, n);
    char *end = NULL;
    *value = strtod(copy, &end);
    bool taken = n > 0 && end == copy + n && strspn(copy, "+-.0123456789eEinfatyINFATY") == n;
    free(copy);
    if (taken && isfinite(*value))
        return SHIFT_FIELD_PRESENT;
    *value = NAN;
    return taken ? SHIFT_FIELD_NON_FINITE : SHIFT_FIELD_INVALID;
}

typedef struct column {
    text bytes;
    uint32_t *index;
    size_t rows;
    double *values;
    uint8_t *states;
} column;

static char *check_numbers(const column *c, const char *base, shift__numbers_kernel *kernel)
{
    shift__extents extents = {base, c->index, 1, c->rows};
    double *out = calloc(c->rows + 1, sizeof *out);
    uint32_t *hard = calloc(c->rows + 1, sizeof *hard);
    char *why = NULL;
    if (out == NULL || hard == NULL)
        abort();
    size_t n_hard = kernel(&extents, out, hard);
    size_t h = 0;
    for (size_t r = 0; why == NULL && r < c->rows; r++) {
        if (h < n_hard && hard[h] == r) {
            h++;
            continue; /* the general parser's, which is checked by itself */
        }
        if (c->states[r] != SHIFT_FIELD_PRESENT || bits_of(c->values[r]) != bits_of(out[r]))
            why = difference("kernel reads \"%.*s\" as %a, strtod as %a",
                             (int)(c->index[r + 1] - c->index[r] - 1), base + c->index[r], out[r],
                             c->values[r]);
    }
    if (why == NULL && h != n_hard)
        why = difference("hard rows are not in order");
    free(out);
    free(hard);
    return why;
}

static char *check_field(column *c, size_t r, const char *bytes, size_t n)
{
    double general = 0;
    double plain = 0;
    c->states[r] = (uint8_t)ask_strtod(bytes, n, &c->values[r]);
    shift_field_state a = shift__number_parse(bytes, n, &general);
    shift_field_state b = shift__number_parse_plain(bytes, n, &plain);
    if (a == c->states[r] && b == a && bits_of(general) == bits_of(c->values[r]) &&
        bits_of(plain) == bits_of(general))
        return NULL;
    return difference("\"%.*s\": states %d %d, strtod %d; values %a %a, strtod %a", (int)n, bytes,
                      (int)a, (int)b, (int)c->states[r], general, plain, c->values[r]);
}

char *differential_numbers(const unsigned char *data, size_t n)
{
    static const char padding[64] = {0};
    column c = {0};
    char *why = NULL;
    append(&c.bytes, padding, sizeof padding);
    append(&c.bytes, data, n);
    append(&c.bytes, ",", 1);
    append(&c.bytes, padding, sizeof padding);
    c.index = calloc(n + 2, sizeof *c.index);
    c.values = calloc(n + 1, sizeof *c.values);
    c.states = calloc(n + 1, 1);
    if (c.index == NULL || c.values == NULL || c.states == NULL)
        abort();
    const char *base = c.bytes.bytes + sizeof padding;
    for (size_t i = 0; why == NULL && i <= n; i++) {
        if (base[i] != ',')
            continue;
        why = check_field(&c, c.rows, base + c.index[c.rows], i - c.index[c.rows]);
        c.index[++c.rows] = (uint32_t)(i + 1);
    }
    if (why == NULL)
        why = check_numbers(&c, base, shift__numbers_scalar);
    if (why == NULL)
        why = check_numbers(&c, base, shift__numbers_best());
    free(c.bytes.bytes);
    free(c.index);
    free(c.values);
    free(c.states);
    return why;
}
