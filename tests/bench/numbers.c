/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Number conversion as a profile does it, column by column within a block of rows, beside strtod of
 * the same fields; and one field at a time. The bits must be the same. bench_numbers FILE, a plain
 * CSV file without quotes; its columns that are numbers in the first row are taken. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/numbers.h"
#include "source/numbers_column.h"
#include "source/scan.h"
#include "timing.h"

enum { BYTES = 32 << 20, PADDING = 64, ROWS = 1200, COLUMNS = 256, RUNS = 5 };

typedef struct table {
    char *bytes; /* PADDING before them and behind */
    size_t columns, rows;
    uint32_t *index;
    bool is_number[COLUMNS];
} table;

static void fail(const char *why)
{
    (void)fprintf(stderr, "bench_numbers: %s\n", why);
    exit(2);
}

static size_t count_columns(const char *line, size_t n)
{
    size_t columns = 1;
    for (size_t i = 0; i < n && line[i] != '\n'; i++)
        columns += line[i] == ',';
    return columns;
}

static size_t field(const table *t, size_t r, size_t c, const char **text)
{
    const uint32_t *at = t->index + r * (t->columns + 1) + c;
    *text = t->bytes + at[0];
    return at[1] - at[0] - 1;
}

static table read_table(const char *path)
{
    table t = {NULL, 0, 0, NULL, {false}};
    char *storage = calloc(BYTES + 2 * PADDING, 1);
    FILE *file = fopen(path, "rb");
    if (storage == NULL || file == NULL)
        fail("cannot read the file");
    t.bytes = storage + PADDING;
    size_t size = fread(t.bytes, 1, BYTES, file);
    (void)fclose(file);
    t.columns = count_columns(t.bytes, size);
    const char *header = memchr(t.bytes, '\n', size);
    size_t capacity = size / 2 + SHIFT__SCAN_SLACK;
    t.index = malloc(capacity * sizeof *t.index);
    if (t.columns > COLUMNS || header == NULL || t.index == NULL)
        fail("no such table");
    shift__scan scan = {.bytes = t.bytes,
                        .size = size,
                        .begin = (size_t)(header - t.bytes) + 1,
                        .columns = t.columns,
                        .index = t.index,
                        .capacity = capacity,
                        .delimiter = ','};
    (void)shift__scan_best()(&scan);
    t.rows = scan.rows / ROWS * ROWS;
    for (size_t c = 0; c < t.columns && t.rows > 0; c++) {
        const char *text = NULL;
        double value = 0;
        size_t n = field(&t, 0, c, &text);
        t.is_number[c] = shift__number_parse(text, n, &value) == SHIFT_FIELD_PRESENT;
    }
    return t;
}

typedef void convert_column(const table *t, size_t row, size_t c, double *out);

static void by_column(const table *t, size_t row, size_t c, double *out)
{
    static uint32_t hard[ROWS];
    shift__extents extents = {t->bytes, t->index + row * (t->columns + 1) + c, t->columns + 1,
                              ROWS};
    size_t n_hard = shift__numbers_best()(&extents, out, hard);
    for (size_t i = 0; i < n_hard; i++) {
        const char *text = NULL;
        size_t n = field(t, row + hard[i], c, &text);
        (void)shift__number_parse(text, n, &out[hard[i]]);
    }
}

static void one_at_a_time(const table *t, size_t row, size_t c, double *out)
{
    for (size_t r = 0; r < ROWS; r++) {
        const char *text = NULL;
        size_t n = field(t, row + r, c, &text);
        (void)shift__number_parse(text, n, &out[r]);
    }
}

static void by_strtod(const table *t, size_t row, size_t c, double *out)
{
    for (size_t r = 0; r < ROWS; r++) {
        const char *text = NULL;
        size_t n = field(t, row + r, c, &text);
        char *end = NULL;
        out[r] = strtod(text, &end);
        if (n == 0 || end != text + n)
            (void)shift__number_parse(text, 0, &out[r]); /* NaN, as the others say */
    }
}

static void convert_all(const table *t, convert_column *convert)
{
    static double out[ROWS];
    for (size_t row = 0; row < t->rows; row += ROWS)
        for (size_t c = 0; c < t->columns; c++)
            if (t->is_number[c])
                convert(t, row, c, out);
}

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static void compare(const table *t)
{
    static double ours[ROWS];
    static double theirs[ROWS];
    for (size_t row = 0; row < t->rows; row += ROWS)
        for (size_t c = 0; c < t->columns; c++) {
            if (!t->is_number[c])
                continue;
            by_column(t, row, c, ours);
            by_strtod(t, row, c, theirs);
            for (size_t r = 0; r < ROWS; r++)
                if (bits_of(ours[r]) != bits_of(theirs[r]))
                    fail("not the bits of strtod");
        }
}

int main(int argc, char **argv)
{
    if (argc != 2)
        fail("usage: bench_numbers FILE");
    table t = read_table(argv[1]);
    size_t columns = 0;
    for (size_t c = 0; c < t.columns; c++)
        columns += t.is_number[c];
    if (t.rows == 0 || columns == 0)
        fail("too few rows of numbers");
    compare(&t);
    double theirs;
    double ours;
    double single;
    FASTEST(theirs, RUNS, convert_all(&t, by_strtod));
    FASTEST(ours, RUNS, convert_all(&t, by_column));
    FASTEST(single, RUNS, convert_all(&t, one_at_a_time));
    printf("number conversion by columns, as a profile does it: %.1f ns, / strtod %.3f (must 0.20, "
           "aim "
           "0.10)\n",
           ours / (double)(t.rows * columns) * 1e9, ours / theirs);
    printf("the same one field at a time: %.1f ns, / strtod %.3f\n",
           single / (double)(t.rows * columns) * 1e9, single / theirs);
    free(t.bytes - PADDING);
    free(t.index);
    return EXIT_SUCCESS;
}
