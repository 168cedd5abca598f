/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One status line with performance data, by the guidelines of the Monitoring Plugins. The program
 * gives the exit status. Of each feature the reach of its strongest effect is given, a multiple of
 * the alert threshold: a number that means the same every night, whichever effect it is. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "changes.h"
#include "gradients.h"
#include "series.h"

enum { MAX_LABELS = 50, MAX_NAME = 60 };

static const char *state_of(shift_verdict verdict)
{
    return verdict == SHIFT_VERDICT_ALERT  ? "CRITICAL"
           : verdict == SHIFT_VERDICT_WARN ? "WARNING"
                                           : "OK";
}

/* The text must not begin the performance data. */
static void add_plain(buffer *b, const char *name, const void *context)
{
    size_t start = b->used;
    (void)context;
    utf8_add_harmless(b, name, MAX_NAME);
    for (size_t i = start; i < b->used; i++)
        if (b->bytes[i] == '|')
            b->bytes[i] = '/';
}

/* A quoted label, without what ends one. */
static void begin_label(buffer *b, const char *name)
{
    buffer_text(b, " '");
    size_t start = b->used;
    utf8_add_harmless(b, name, MAX_NAME);
    for (size_t i = start; i < b->used; i++)
        if (strchr("='|", b->bytes[i]) != NULL)
            b->bytes[i] = '_';
    buffer_text(b, "'=");
}

static void add_counts(buffer *b, const tally *t)
{
    buffer_print(b, " |alert=%zu;;0;0;%zu warn=%zu;0;;0;%zu inconclusive=%zu;;;0;%zu", t->alert,
                 t->all, t->warn, t->all, t->inconclusive, t->all);
}

static void add_mcc(buffer *b, const shift_subject *dataset)
{
    const shift_measurement *m = measurement_of(dataset, "mcc");
    if (m == NULL || !isfinite(m->value))
        return;
    buffer_print(b, " mcc=%.4f;", m->value);
    if (!isnan(m->warn))
        buffer_print(b, "%g", m->warn);
    buffer_text(b, ";");
    if (!isnan(m->alert))
        buffer_print(b, "%g", m->alert);
    buffer_text(b, ";-1;1");
}

/* Since the other run; both texts come before and after the bar. */
static shift_status find_changes(buffer *text, buffer *data, const shift_report *report,
                                 shift_error *err)
{
    change_list *list = NULL;
    if (report->against == NULL || is_trace(report->comparison))
        return SHIFT_OK;
    shift_status status = changes_find(&list, report, err);
    if (status != SHIFT_OK)
        return status;
    buffer_print(text, "; against run %lld: ", (long long)report->against->run_id);
    changes_phrase(text, list);
    for (change_sort sort = CHANGE_NEW; sort < CHANGE_SAME; sort++)
        buffer_print(data, " %s=%zu;;;0", change_name(sort), changes_count(list, sort));
    changes_free(list);
    return SHIFT_OK;
}

/* Whose run it is, of which day, and what of it is known. */
static void add_monitor(buffer *b, const shift_report *report, const style *s)
{
    if (report->monitor != NULL) {
        buffer_text(b, "; ");
        add_plain(b, report->monitor, s->context);
    }
    if (report->monitor != NULL && report->period != NULL) {
        buffer_text(b, " of ");
        add_plain(b, report->period, s->context);
    }
    if (report->n_acknowledged > 0)
        buffer_print(b, "; %zu shifted subject%s acknowledged", report->n_acknowledged,
                     report->n_acknowledged == 1 ? " is" : "s are");
}

static int by_place(const void *a, const void *b)
{
    const ranked *x = a;
    const ranked *y = b;
    return x->place < y->place ? -1 : 1;
}

static shift_status write_line(const shift_report *report, const shift_sink *sink, shift_error *err)
{
    const shift_comparison *comparison = report->comparison;
    const style s = {sink->utf8, add_plain, NULL};
    const tally t = tally_all(comparison);
    ranked *list = NULL;
    buffer b = {NULL, 0, 0, false};
    buffer data = {NULL, 0, 0, false};
    shift_status status = rank_subjects(&list, comparison, err);
    if (status != SHIFT_OK)
        return status;
    buffer_print(&b, "COVSHIFT %s - ",
                 state_of(report->n_acknowledged > 0 ? report->standing : comparison->verdict));
    phrase_conclusion(&b, comparison, list, &s);
    add_monitor(&b, report, &s);
    status = find_changes(&b, &data, report, err);
    add_counts(&b, &t);
    if (data.used > 0)
        buffer_add(&b, data.bytes, data.used);
    b.failed |= data.failed;
    buffer_free(&data);
    add_mcc(&b, comparison->dataset);
    size_t n = t.all < MAX_LABELS ? t.all : MAX_LABELS;
    qsort(list, n, sizeof *list, by_place);
    for (size_t i = 0; i < n; i++)
        if (list[i].reach >= 0 && isfinite(list[i].reach)) {
            begin_label(&b, list[i].subject->name);
            buffer_print(&b, "%.4g;;1;0", list[i].reach);
        }
    buffer_text(&b, "\n");
    if (status == SHIFT_OK)
        status = buffer_write(&b, sink, err);
    buffer_free(&b);
    free(list);
    return status;
}

/* The state of the last run, and how often there was which. */
static shift_status write_history_line(const shift_history *history, const shift_sink *sink,
                                       shift_error *err)
{
    size_t n[SHIFT_VERDICT_ALERT + 1] = {0};
    buffer b = {NULL, 0, 0, false};
    for (size_t i = 0; i < history->n_runs; i++)
        n[history->runs[i]->verdict]++;
    const shift_run_entry *last = history->n_runs > 0 ? history->runs[history->n_runs - 1] : NULL;
    buffer_print(&b, "COVSHIFT %s - ", last != NULL ? state_of(last->verdict) : "UNKNOWN");
    buffer_print(&b, "%zu of %zu runs alerted, %zu warned", n[SHIFT_VERDICT_ALERT], history->n_runs,
                 n[SHIFT_VERDICT_WARN]);
    if (last != NULL)
        buffer_print(&b, "; the last, %lld, was %s", (long long)last->id, last->started_at);
    buffer_print(&b, " |runs=%zu;;;0 alerts=%zu;;;0 warnings=%zu;;;0\n", history->n_runs,
                 n[SHIFT_VERDICT_ALERT], n[SHIFT_VERDICT_WARN]);
    shift_status status = buffer_write(&b, sink, err);
    buffer_free(&b);
    return status;
}

static shift_status render(const shift_report *report, const shift_sink *sink, shift_error *err)
{
    return in_own_locale(write_line, report, sink, err);
}

static shift_status render_history(const shift_history *history, const shift_sink *sink,
                                   shift_error *err)
{
    return history_in_own_locale(write_history_line, history, sink, err);
}

const shift_reporter shift_reporter_plugin = {
    .abi = SHIFT_PLUGIN_ABI,
    .size = sizeof(shift_reporter),
    .name = "nagios",
    .summary = "a status line for a monitoring system",
    .extension = "txt",
    .render = render,
    .render_history = render_history,
};
