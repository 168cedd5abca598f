/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart.h"

#include <math.h>
#include <string.h>

#include "scale.h"
#include "table.h"

enum { ROWS = 10, MOST_COLUMNS = 512, LABEL = 10 };

/* What a column of a picture shows: the value of largest size among its runs. */
typedef struct cell {
    double value;
    shift_verdict verdict;
} cell;

/* The runs of a series over `columns` columns; gives how many columns there are. */
static size_t gather(const shift_history_series *series, size_t columns, cell *cells)
{
    size_t n = series->n < columns ? series->n : columns;
    for (size_t c = 0; c < n; c++)
        cells[c] = (cell){(double)NAN, SHIFT_VERDICT_NONE};
    for (size_t i = 0; i < series->n; i++) {
        const shift_history_point *point = series->points[i];
        cell *to = &cells[i * n / series->n];
        if (isnan(to->value) || fabs(point->value) > fabs(to->value))
            to->value = isfinite(point->value) ? point->value : to->value;
        to->verdict = point->subject_verdict > to->verdict ? point->subject_verdict : to->verdict;
    }
    return n;
}

static void find_range(const cell *cells, size_t n, double range[2])
{
    range[0] = range[1] = 0;
    for (size_t i = 0; i < n; i++) {
        range[0] = fmin(range[0], cells[i].value);
        range[1] = fmax(range[1], cells[i].value);
    }
}

static size_t level_of(double value, const double range[2], size_t levels)
{
    double height = range[1] > range[0] ? scale_place(value, range[0], range[1]) : 0;
    if (!(height > 0))
        return 0;
    return (size_t)(fmin(height, 1) * (double)(levels - 1) + 0.5);
}

static void add_coloured(buffer *b, const shift_sink *sink, shift_verdict verdict, const char *text)
{
    if (sink->colour)
        buffer_text(b, table_colour(verdict));
    buffer_text(b, text);
    if (sink->colour)
        buffer_text(b, "\033[0m");
}

void chart_add_bars(buffer *b, const shift_history_series *series, size_t columns,
                    const shift_sink *sink)
{
    static const char *const blocks[] = {"\xe2\x96\x81", "\xe2\x96\x82", "\xe2\x96\x83",
                                         "\xe2\x96\x84", "\xe2\x96\x85", "\xe2\x96\x86",
                                         "\xe2\x96\x87", "\xe2\x96\x88"};
    static const char *const ascii[] = {"_", ".", ":", "-", "=", "+", "*", "#"};
    cell cells[MOST_COLUMNS];
    double range[2];
    size_t n = gather(series, columns < MOST_COLUMNS ? columns : MOST_COLUMNS, cells);
    find_range(cells, n, range);
    for (size_t i = 0; i < n; i++)
        if (isnan(cells[i].value))
            buffer_text(b, " ");
        else
            add_coloured(b, sink, cells[i].verdict,
                         (sink->utf8 ? blocks : ascii)[level_of(cells[i].value, range, 8)]);
}

/* One line of the chart: a label where the axis or a threshold has one, then the columns. */
typedef struct line {
    const char *word;
    double label;
    bool threshold;
} line;

static void add_label(buffer *b, const line *l)
{
    buffer text = {NULL, 0, 0, false};
    if (!isnan(l->label))
        phrase_number(&text, l->label);
    buffer_print(b, "%-6s%*s ", l->word, LABEL - 2, text.used > 0 ? text.bytes : "");
    b->failed |= text.failed;
    buffer_free(&text);
}

/* Columns with the rows of their values. */
typedef struct picture {
    cell cells[MOST_COLUMNS];
    size_t levels[MOST_COLUMNS];
    size_t n;
} picture;

static void add_line(buffer *b, const shift_sink *sink, const line *l, const picture *p, size_t row)
{
    size_t n = p->n;
    const char *ground = !l->threshold ? " " : sink->utf8 ? "\xe2\x94\x84" : "-";
    size_t step = n > 1 ? (sink->width - LABEL - 6) / n : 1;
    step = step < 1 ? 1 : step > 6 ? 6 : step;
    add_label(b, l);
    buffer_text(b, sink->utf8 ? "\xe2\x94\x82" : "|");
    for (size_t i = 0; i < n; i++) {
        if (!isnan(p->cells[i].value) && p->levels[i] == row)
            add_coloured(b, sink, p->cells[i].verdict, sink->utf8 ? "\xe2\x97\x8f" : "*");
        else
            buffer_text(b, ground);
        for (size_t k = 1; k < step; k++)
            buffer_text(b, ground);
    }
    buffer_text(b, "\n");
}

void chart_add(buffer *b, const shift_history_series *series, const shift_sink *sink)
{
    picture p;
    double range[2];
    size_t columns = sink->width > LABEL + 16 ? sink->width - LABEL - 6 : 10;
    p.n = gather(series, columns < MOST_COLUMNS ? columns : MOST_COLUMNS, p.cells);
    const shift_history_point *last = series_last(series);
    const double thresholds[] = {last->alert, last->warn};
    static const char *const words[] = {"alert", "warn"};
    find_range(p.cells, p.n, range);
    for (int i = 0; i < 2; i++)
        range[1] = fmax(range[1], thresholds[i]);
    for (size_t i = 0; i < p.n; i++)
        p.levels[i] = isnan(p.cells[i].value) ? 0 : level_of(p.cells[i].value, range, ROWS);
    for (size_t row = ROWS; row-- > 0;) {
        line l = {"", row == ROWS - 1 ? range[1] : row == 0 ? range[0] : (double)NAN, false};
        for (int i = 0; i < 2; i++)
            if (!isnan(thresholds[i]) && level_of(thresholds[i], range, ROWS) == row)
                l = (line){words[i], thresholds[i], true};
        add_line(b, sink, &l, &p, row);
    }
}
