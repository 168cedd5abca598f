/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "history.h"

#include <stdlib.h>
#include <string.h>

#include "chart.h"
#include "plain.h"
#include "table.h"

enum {
    MAX_NAME = 28,
    MAX_STATISTIC = 22,
    MIN_BARS = 8,
    GAP = 2,
    MAX_PERIOD = 20,
    MAX_MONITOR = 16,
    MONITOR_HEAD = sizeof "MONITOR" - 1,
    MAX_MISSED = 10
};

static size_t longer(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t shorter(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void pad(buffer *b, size_t start, size_t width)
{
    size_t used = b->used > start ? plain_width(b->bytes + start) : 0;
    buffer_print(b, "%*s", (int)(width > used ? width - used : 0), "");
}

static void add_verdict(buffer *b, const shift_sink *sink, shift_verdict verdict, int width)
{
    const char *name = shift_verdict_name(verdict);
    if (sink->colour)
        buffer_text(b, table_colour(verdict));
    buffer_print(b, "%-*s", width, name != NULL ? name : "-");
    if (sink->colour)
        buffer_text(b, "\033[0m");
}

/* Columns that not every list of runs needs: how wide, 0 for none. */
typedef struct run_columns {
    bool kinds;
    size_t period, monitor, production;
} run_columns;

static const char *text_or_dash(const char *text)
{
    return text != NULL ? text : "-";
}

/* A window of time without its day, with which it begins. */
static const char *period_of(const shift_run_entry *run)
{
    const char *window = run->period != NULL ? strchr(run->period, ' ') : NULL;
    return window != NULL && window[1] != '#' ? window + 1 : text_or_dash(run->period);
}

/* `width` and the gap before it, where there is room for them. */
static size_t take_room(size_t *room, size_t width)
{
    if (width == 0 || *room < width + GAP)
        return 0;
    *room -= width + GAP;
    return width;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* In so many columns names of different monitors stay different where they are cut; 0 where all
 * runs are of one. */
static size_t telling_width(buffer *b, const shift_history *history, bool utf8)
{
    size_t alike = 0;
    const char **names = calloc(history->n_runs + 1, sizeof *names);
    if (names == NULL) {
        b->failed = true;
        return 0;
    }
    for (size_t i = 0; i < history->n_runs; i++)
        names[i] = text_or_dash(history->runs[i]->monitor);
    qsort(names, history->n_runs, sizeof *names, by_bytes);
    for (size_t i = 1; i < history->n_runs; i++) {
        size_t n = 0;
        while (names[i][n] != '\0' && names[i][n] == names[i - 1][n])
            n++;
        if (names[i][n] != names[i - 1][n])
            alike = longer(alike, n + 1);
    }
    free(names);
    return alike > 0 ? longer(alike + (utf8 ? 1 : 3), MONITOR_HEAD) : 0;
}

/* What tells monitors apart is there in any case, also where it makes the lines too long. */
static run_columns choose_columns(buffer *b, const shift_history *history, const shift_sink *sink)
{
    size_t period = 0;
    size_t monitor = 0;
    bool kinds = false;
    for (size_t i = 0; i < history->n_runs; i++) {
        const shift_run_entry *run = history->runs[i];
        if (run->period != NULL)
            period = longer(longer(period, sizeof "PERIOD" - 1), plain_width(period_of(run)));
        if (run->monitor != NULL)
            monitor = longer(longer(monitor, MONITOR_HEAD), plain_width(run->monitor));
        kinds |= strcmp(run->kind, history->runs[0]->kind) != 0;
    }
    size_t room = sink->width > 57 ? sink->width - 57 : 0;
    size_t most = shorter(monitor, MAX_MONITOR);
    size_t least = shorter(telling_width(b, history, sink->utf8), monitor);
    run_columns c = {.period = take_room(&room, shorter(period, MAX_PERIOD)), .monitor = least};
    room -= least > 0 ? shorter(room, least + GAP) : 0;
    c.kinds = kinds && take_room(&room, 8) > 0;
    if (least == 0)
        c.monitor = take_room(&room, shorter(most, MONITOR_HEAD));
    if (c.monitor > 0 && c.monitor < most) {
        size_t more = shorter(room, most - c.monitor);
        c.monitor += more;
        room -= more;
    }
    c.production = room >= 10 + GAP ? room - GAP : 0;
    return c;
}

static void add_cell(buffer *b, const char *text, size_t width, const shift_sink *sink)
{
    if (width == 0)
        return;
    size_t start = b->used;
    plain_add(b, text, sink->utf8, width);
    pad(b, start, width + GAP);
}

static void add_run(buffer *b, const shift_run_entry *run, const run_columns *c,
                    const shift_sink *sink)
{
    buffer_print(b, "%6lld  %.10s %.5s  ", (long long)run->id, run->started_at,
                 strlen(run->started_at) > 11 ? run->started_at + 11 : "");
    add_cell(b, period_of(run), c->period, sink);
    if (c->kinds)
        buffer_print(b, "%-8.8s  ", run->kind);
    add_verdict(b, sink, run->verdict, 12);
    buffer_print(b, "  %5zu  %4zu  %4zu  ", run->n_alert, run->n_warn, run->n_features);
    add_cell(b, text_or_dash(run->monitor), c->monitor, sink);
    if (c->production > 0)
        plain_add(b, run->prod.source, sink->utf8, c->production);
    buffer_text(b, "\n");
}

static void add_runs(buffer *b, const shift_history *history, const shift_sink *sink)
{
    const run_columns c = choose_columns(b, history, sink);
    if (history->n_runs == 0) {
        buffer_text(b, "no run is recorded\n");
        return;
    }
    buffer_text(b, "   RUN  STARTED, UTC      ");
    add_cell(b, "PERIOD", c.period, sink);
    buffer_text(b, c.kinds ? "KIND      " : "");
    buffer_text(b, "VERDICT       ALERT  WARN    OF  ");
    add_cell(b, "MONITOR", c.monitor, sink);
    buffer_text(b, c.production > 0 ? "PRODUCTION\n" : "\n");
    for (size_t i = 0; i < history->n_runs; i++)
        add_run(b, history->runs[i], &c, sink);
}

/* Runs without a monitor are in the order of their beginning, and what they are about need not be.
 */
static void add_span(buffer *b, const shift_history *history)
{
    size_t n = history->n_runs;
    int64_t ids[2] = {history->runs[0]->id, history->runs[0]->id};
    const char *days[2] = {NULL, NULL};
    for (size_t i = 0; i < n; i++) {
        const shift_run_entry *run = history->runs[i];
        const char *day = series_day(run->period, run->started_at);
        ids[0] = run->id < ids[0] ? run->id : ids[0];
        ids[1] = run->id > ids[1] ? run->id : ids[1];
        days[0] = i == 0 || strncmp(day, days[0], 10) < 0 ? day : days[0];
        days[1] = i == 0 || strncmp(day, days[1], 10) > 0 ? day : days[1];
    }
    buffer_print(b, "%zu run%s, %lld to %lld, %.10s to %.10s\n\n", n, n == 1 ? "" : "s",
                 (long long)ids[0], (long long)ids[1], days[0], days[1]);
}

static void add_missed(buffer *b, const shift_missed *missed, bool named, const shift_sink *sink)
{
    enum { INDENT = 2 + 10 + 2 + 8 + 2 };
    buffer text = {NULL, 0, 0, false};
    if (named)
        plain_add(&text, missed->monitor, sink->utf8, 2000);
    buffer_text(&text, named && missed->detail != NULL ? ": " : "");
    plain_add(&text, missed->detail != NULL ? missed->detail : "", sink->utf8, 2000);
    buffer_print(b, "  %-10.10s  %-8s", missed->period, shift_outcome_name(missed->outcome));
    if (text.used > 0) {
        buffer_text(b, "  ");
        plain_wrap(b, text.bytes, (plain_shape){sink->width, INDENT, INDENT});
    }
    buffer_text(b, "\n");
    b->failed |= text.failed;
    buffer_free(&text);
}

/* The last periods of which there is no run. */
static void add_all_missed(buffer *b, const shift_history *history, const shift_sink *sink)
{
    size_t n = history->n_missed;
    size_t first = n > MAX_MISSED ? n - MAX_MISSED : 0;
    bool named = false;
    for (size_t i = 1; i < n; i++)
        named |= strcmp(history->missed[i]->monitor, history->missed[0]->monitor) != 0;
    if (n > 0)
        buffer_text(b, "\nNot recorded\n");
    if (first > 0)
        buffer_print(b, "  %zu earlier, and\n", first);
    for (size_t i = first; i < n; i++)
        add_missed(b, history->missed[i], named, sink);
}

/* Columns of the table of series. */
typedef struct layout {
    size_t name, statistic, value;
} layout;

static layout measure(buffer *b, const shift_history_series *const *list, size_t n,
                      const shift_sink *sink)
{
    layout l = {7, 9, 4};
    buffer text = {NULL, 0, 0, false};
    for (size_t i = 0; i < n; i++) {
        buffer_reset(&text);
        plain_add(&text, list[i]->subject, sink->utf8, MAX_NAME);
        l.name = longer(l.name, text.used > 0 ? plain_width(text.bytes) : 0);
        buffer_reset(&text);
        series_name(&text, list[i]);
        l.statistic = longer(l.statistic, text.used < MAX_STATISTIC ? text.used : MAX_STATISTIC);
        buffer_reset(&text);
        series_value(&text, list[i], series_last(list[i])->value);
        l.value = longer(l.value, text.used);
    }
    b->failed |= text.failed;
    buffer_free(&text);
    return l;
}

static void add_series(buffer *b, const shift_history_series *series, const layout *l,
                       const shift_sink *sink)
{
    buffer text = {NULL, 0, 0, false};
    size_t start = b->used;
    plain_add(b, series->subject, sink->utf8, l->name);
    pad(b, start, l->name + 2);
    series_name(&text, series);
    start = b->used;
    plain_add(b, text.used > 0 ? text.bytes : "", sink->utf8, l->statistic);
    pad(b, start, l->statistic + 2);
    buffer_reset(&text);
    series_value(&text, series, series_last(series)->value);
    buffer_print(b, "%*s  ", (int)l->value, text.used > 0 ? text.bytes : "");
    add_verdict(b, sink, series_last(series)->subject_verdict, 12);
    buffer_text(b, "  ");
    size_t used = l->name + l->statistic + l->value + 20;
    chart_add_bars(b, series, sink->width > used + MIN_BARS ? sink->width - used : MIN_BARS, sink);
    buffer_text(b, "\n");
    b->failed |= text.failed;
    buffer_free(&text);
}

static void add_table(buffer *b, const shift_history_series *const *list, size_t n,
                      const shift_sink *sink)
{
    layout l = measure(b, list, n, sink);
    const char *runs = "OVER THE RUNS";
    size_t used = l.name + l.statistic + l.value + 20;
    buffer_print(b, "%-*s  %-*s  %*s  %-12s  %s\n", (int)l.name, "SUBJECT", (int)l.statistic,
                 "STATISTIC", (int)l.value, "LAST", "VERDICT",
                 used + strlen(runs) > sink->width ? "RUNS" : runs);
    for (size_t i = 0; i < n; i++)
        add_series(b, list[i], &l, sink);
}

static void add_chart(buffer *b, const shift_history_series *series, const shift_sink *sink)
{
    const shift_history_point *last = series_last(series);
    const char *verdict = shift_verdict_name(last->subject_verdict);
    plain_add(b, series->subject, sink->utf8, sink->width / 2);
    buffer_text(b, ", ");
    series_name(b, series);
    buffer_text(b, "\n\n");
    chart_add(b, series, sink);
    buffer_print(b, "\nlast: run %lld, %.10s, ", (long long)last->run_id,
                 series_day(last->period, last->started_at));
    series_value(b, series, last->value);
    buffer_print(b, ", %s\n", verdict != NULL ? verdict : "no verdict");
    size_t streak = series_streak(series);
    if (streak > 1) {
        const shift_history_point *first = series->points[series->n - streak];
        buffer_print(b, "shifted in the last %zu runs, since run %lld, %.10s\n", streak,
                     (long long)first->run_id, series_day(first->period, first->started_at));
    }
}

shift_status history_write(const shift_history *history, const shift_sink *sink, shift_error *err)
{
    const shift_history_series **list = NULL;
    size_t n = 0;
    buffer b = {NULL, 0, 0, false};
    shift_status status = series_leading(history, &list, &n, err);
    if (status != SHIFT_OK)
        return status;
    if (n > 0)
        add_span(&b, history);
    if (n == 0)
        add_runs(&b, history, sink);
    else if (n == 1)
        add_chart(&b, list[0], sink);
    else
        add_table(&b, list, n, sink);
    add_all_missed(&b, history, sink);
    plain_trim(&b);
    status = buffer_write(&b, sink, err);
    buffer_free(&b);
    free(list);
    return status;
}
