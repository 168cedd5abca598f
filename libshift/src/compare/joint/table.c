/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows as a classifier takes them. The encoding of texts looks at both sides together and not at
 * which row is from which, so it tells nothing by itself. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/joint/rows.h"
#include "core/memory.h"

enum {
    LEVELS = 8,     /* of a text column that get a column each */
    CODE_COLUMN = 1 /* and one for the rank of the others */
};

typedef struct cell {
    const char *text; /* NULL where there is no value */
    size_t size;
    size_t row;
} cell;

typedef struct level {
    size_t begin, count; /* in the sorted cells */
} level;

static int by_text(const void *a, const void *b)
{
    const cell *x = a;
    const cell *y = b;
    size_t common = x->size < y->size ? x->size : y->size;
    int order = common == 0 ? 0 : memcmp(x->text, y->text, common);
    if (order != 0)
        return order;
    if (x->size != y->size)
        return x->size < y->size ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static int by_count(const void *a, const void *b)
{
    const level *x = a;
    const level *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return (x->begin > y->begin) - (x->begin < y->begin);
}

/* The present cells of a column in both samples, sorted by text. */
static size_t take_cells(const shift__joint_sides *sides, size_t column, size_t each, cell *cells)
{
    size_t n = 0;
    const shift__joint_column *c = &sides->columns[column];
    for (size_t i = 0; i < 2 * each; i++) {
        size_t side = i < each ? 0 : 1;
        const shift__joint_sample *s = &sides->samples[side];
        cell *out = &cells[n];
        *out = (cell){NULL, 0, i};
        n += shift__sample_text_at(s->sample, s->rows[i - side * each].slot,
                                   side == 0 ? c->train : c->prod, &out->text, &out->size);
    }
    qsort(cells, n, sizeof *cells, by_text);
    return n;
}

static size_t take_levels(const cell *cells, size_t n, level *levels)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        bool same =
            i > 0 && cells[i].size == cells[i - 1].size &&
            (cells[i].size == 0 || memcmp(cells[i].text, cells[i - 1].text, cells[i].size) == 0);
        if (!same)
            levels[found++] = (level){i, 0};
        levels[found - 1].count++;
    }
    qsort(levels, found, sizeof *levels, by_count);
    return found;
}

/* The table while it is filled: column by column, then turned. */
typedef struct filling {
    const shift__joint_sides *sides;
    size_t each;
    size_t columns;
    float *values;   /* 2 each a column */
    size_t *sources; /* a column */
    cell *cells;     /* 2 each */
    level *levels;   /* 2 each */
} filling;

static float *next_column(filling *f, size_t source)
{
    float *column = f->values + f->columns * 2 * f->each;
    f->sources[f->columns++] = source;
    for (size_t i = 0; i < 2 * f->each; i++)
        column[i] = NAN;
    return column;
}

static void fill_text(filling *f, size_t source)
{
    size_t n = take_cells(f->sides, source, f->each, f->cells);
    size_t found = take_levels(f->cells, n, f->levels);
    for (size_t l = 0; l < found && l < LEVELS; l++) {
        float *column = next_column(f, source);
        for (size_t i = 0; i < n; i++)
            column[f->cells[i].row] = 0.0f;
        for (size_t i = 0; i < f->levels[l].count; i++)
            column[f->cells[f->levels[l].begin + i].row] = 1.0f;
    }
    if (found <= LEVELS)
        return;
    float *code = next_column(f, source);
    size_t rank = 0;
    for (size_t l = 0; l < found; l++) {
        rank += f->levels[l].count > 1; /* a level seen once says nothing of other rows */
        for (size_t i = 0; i < f->levels[l].count; i++)
            code[f->cells[f->levels[l].begin + i].row] =
                (float)(f->levels[l].count > 1 ? rank : found);
    }
}

static double number_in(const filling *f, size_t source, size_t i)
{
    size_t side = i < f->each ? 0 : 1;
    const shift__joint_sample *s = &f->sides->samples[side];
    const shift__joint_column *c = &f->sides->columns[source];
    return shift__sample_number(s->sample, s->rows[i - side * f->each].slot,
                                side == 0 ? c->train : c->prod);
}

/* Standardised first, because floats would not tell large numbers apart that lie close together;
 * and in steps of 2^-14 standard deviations, because a side that was once stored in single
 * precision is not shifted: trees would find 0.1f beside 0.1. */
static void fill_number(filling *f, size_t source)
{
    const double most = 1e30;
    const double steps = 16384.0;
    double n = 0.0;
    double mean = 0.0;
    double squares = 0.0;
    for (size_t i = 0; i < 2 * f->each; i++) {
        double x = number_in(f, source, i);
        if (!isfinite(x))
            continue;
        n += 1.0;
        double d = x - mean;
        mean += d / n;
        squares += d * (x - mean);
    }
    double scale = n > 1.0 && squares > 0.0 && isfinite(squares) ? sqrt(squares / n) : 1.0;
    float *column = next_column(f, source);
    for (size_t i = 0; i < 2 * f->each; i++) {
        double x = (number_in(f, source, i) - mean) / scale;
        if (!isnan(x))
            column[i] = (float)(nearbyint(fmax(-most, fmin(most, x)) * steps) / steps);
    }
}

static shift_status turn(shift__joint_table *table, const filling *f, shift_error *err)
{
    size_t rows = 2 * f->each;
    shift_status status =
        shift__alloc(&table->values, rows * f->columns, sizeof *table->values, err);
    for (size_t c = 0; status == SHIFT_OK && c < f->columns; c++)
        for (size_t r = 0; r < rows; r++)
            table->values[r * f->columns + c] = f->values[c * rows + r];
    table->table = (shift__table){table->values, rows, f->columns};
    return status;
}

shift_status shift__joint_table_init(shift__joint_table *table, const shift__joint_sides *sides,
                                     size_t each, shift_error *err)
{
    filling f = {.sides = sides, .each = each};
    size_t texts = sides->n_columns - sides->n_numbers;
    size_t most = sides->n_numbers + texts * (LEVELS + CODE_COLUMN);
    memset(table, 0, sizeof *table);
    shift_status status = shift__alloc(&f.values, most * 2 * each, sizeof *f.values, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&table->sources, most, sizeof *table->sources, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&f.cells, 2 * each, sizeof *f.cells, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&f.levels, 2 * each, sizeof *f.levels, err);
    if (status == SHIFT_OK) {
        f.sources = table->sources;
        for (size_t i = 0; i < sides->n_columns; i++)
            if (sides->columns[i].number)
                fill_number(&f, i);
            else
                fill_text(&f, i);
        status = turn(table, &f, err);
    }
    free(f.values);
    free(f.cells);
    free(f.levels);
    if (status != SHIFT_OK)
        shift__joint_table_clear(table);
    return status;
}

void shift__joint_table_clear(shift__joint_table *table)
{
    free(table->values);
    free(table->sources);
    memset(table, 0, sizeof *table);
}
