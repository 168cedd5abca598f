/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The last run as metrics, in the text exposition format 0.0.4 of Prometheus, for the textfile
 * collector of its node exporter. Sources of data are no labels: a file named by the day would make
 * new series every day. */
#define _XOPEN_SOURCE 700 /* strptime */
#define _DEFAULT_SOURCE   /* timegm, which POSIX lacks */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "changes.h"
#include "gradients.h"
#include "series.h"

/* A document as it grows; `monitor` is a label of every sample. */
typedef struct exposition {
    buffer out;
    const shift_report *report;
} exposition;

static void begin_metric(exposition *e, const char *name, const char *help)
{
    buffer_print(&e->out, "# HELP covshift_%s %s\n# TYPE covshift_%s gauge\n", name, help, name);
}

static void add_label(buffer *b, char *separator, const char *name, const char *value)
{
    buffer_print(b, "%c%s=\"", *separator, name);
    for (size_t n = 0; *value != '\0'; value += n) {
        uint32_t code = utf8_next(value, &n);
        if (code == '\n')
            buffer_text(b, "\\n");
        else if (code == '"' || code == '\\')
            buffer_print(b, "\\%c", (char)code);
        else
            utf8_add(b, code);
    }
    buffer_text(b, "\"");
    *separator = ',';
}

/* One label of a sample. */
typedef struct label {
    const char *name, *value;
} label;

static void add_value(buffer *b, double value)
{
    if (isinf(value))
        buffer_text(b, value > 0 ? "+Inf" : "-Inf");
    else
        number_add(b, value);
}

/* What is undefined has no sample. `labels` ends with a NULL name. */
static void add_sample(exposition *e, const char *name, const label *labels, double value)
{
    char separator = '{';
    if (isnan(value))
        return;
    buffer_print(&e->out, "covshift_%s", name);
    if (e->report->monitor != NULL)
        add_label(&e->out, &separator, "monitor", e->report->monitor);
    for (size_t i = 0; labels[i].name != NULL; i++)
        add_label(&e->out, &separator, labels[i].name, labels[i].value);
    buffer_text(&e->out, separator == ',' ? "} " : " ");
    add_value(&e->out, value);
    buffer_text(&e->out, "\n");
}

/* 0 ok, 1 inconclusive, 2 warn, 3 alert; without a verdict, none. */
static double number_of(shift_verdict verdict)
{
    return verdict == SHIFT_VERDICT_NONE ? (double)NAN : (double)(verdict - SHIFT_VERDICT_OK);
}

static double seconds_by(const char *time, const char *format)
{
    struct tm fields;
    memset(&fields, 0, sizeof fields);
    const char *end = strptime(time, format, &fields);
    if (end == NULL || *end != '\0')
        return (double)NAN;
    return (double)timegm(&fields);
}

static double seconds_of(const char *time)
{
    return seconds_by(time, "%Y-%m-%dT%H:%M:%SZ");
}

static void add_run(exposition *e)
{
    static const label none[] = {{NULL, NULL}};
    const shift_comparison *comparison = e->report->comparison;
    const tally t = tally_all(comparison);
    begin_metric(e, "verdict", "Verdict of the last run: 0 ok, 1 inconclusive, 2 warn, 3 alert.");
    add_sample(e, "verdict", none, number_of(comparison->verdict));
    begin_metric(e, "finished_timestamp_seconds", "When the last run was finished.");
    add_sample(e, "finished_timestamp_seconds", none, seconds_of(e->report->finished_at));
    begin_metric(e, "rows", "Rows of each side of the last run.");
    add_sample(e, "rows", (const label[]){{"side", "train"}, {NULL, NULL}},
               (double)comparison->train.rows);
    add_sample(e, "rows", (const label[]){{"side", "prod"}, {NULL, NULL}},
               (double)comparison->prod.rows);
    begin_metric(e, "features", "Features or layers of the last run, by their verdict.");
    add_sample(e, "features", (const label[]){{"verdict", "ok"}, {NULL, NULL}}, (double)t.ok);
    add_sample(e, "features", (const label[]){{"verdict", "inconclusive"}, {NULL, NULL}},
               (double)t.inconclusive);
    add_sample(e, "features", (const label[]){{"verdict", "warn"}, {NULL, NULL}}, (double)t.warn);
    add_sample(e, "features", (const label[]){{"verdict", "alert"}, {NULL, NULL}}, (double)t.alert);
}

/* The data set is subject 0, the features or layers follow. */
static const shift_subject *subject_at(const exposition *e, size_t i)
{
    const shift_comparison *comparison = e->report->comparison;
    if (i == 0)
        return comparison->dataset;
    return comparison->network != NULL ? comparison->layers[i - 1] : comparison->features[i - 1];
}

static void add_verdicts(exposition *e)
{
    begin_metric(
        e, "subject_verdict",
        "Verdict of a feature, a layer or the data set: 0 ok, 1 inconclusive, 2 warn, 3 alert.");
    for (size_t i = 0; i <= count_subjects(e->report->comparison); i++) {
        const shift_subject *subject = subject_at(e, i);
        add_sample(e, "subject_verdict",
                   (const label[]){{"type", series_type(subject->type)},
                                   {"subject", subject->name},
                                   {NULL, NULL}},
                   number_of(subject->verdict));
    }
}

static void add_statistics(exposition *e, const char *name, const char *help,
                           double (*of)(const shift_measurement *m))
{
    begin_metric(e, name, help);
    for (size_t i = 0; i <= count_subjects(e->report->comparison); i++) {
        const shift_subject *subject = subject_at(e, i);
        for (size_t k = 0; k < subject->n_measurements; k++)
            add_sample(e, name,
                       (const label[]){{"type", series_type(subject->type)},
                                       {"subject", subject->name},
                                       {"statistic", subject->measurements[k]->statistic},
                                       {NULL, NULL}},
                       of(subject->measurements[k]));
    }
}

static double value_alone(const shift_measurement *m)
{
    return m->value;
}

static double p_adjusted_of(const shift_measurement *m)
{
    return m->p_adjusted;
}

static double alert_of(const shift_measurement *m)
{
    return m->alert;
}

/* Since the other run, whose number is no label: it is another one every night. */
static shift_status add_changes(exposition *e, shift_error *err)
{
    change_list *list = NULL;
    if (e->report->against == NULL || is_trace(e->report->comparison))
        return SHIFT_OK;
    shift_status status = changes_find(&list, e->report, err);
    if (status != SHIFT_OK)
        return status;
    begin_metric(e, "changes", "Features or layers by what became of them since another run.");
    for (change_sort sort = CHANGE_NEW; sort < CHANGE_NONE; sort++)
        add_sample(e, "changes", (const label[]){{"change", change_name(sort)}, {NULL, NULL}},
                   (double)changes_count(list, sort));
    begin_metric(e, "subject_change", "What became of a feature or a layer since another run.");
    for (size_t i = 0; i < list->n; i++) {
        const change *c = &list->changes[i];
        const shift_subject *subject = c->now != NULL ? c->now : c->before;
        add_sample(e, "subject_change",
                   (const label[]){{"type", series_type(subject->type)},
                                   {"subject", c->name},
                                   {"change", change_name(c->sort)},
                                   {NULL, NULL}},
                   1);
    }
    changes_free(list);
    return SHIFT_OK;
}

static shift_status write_metrics(const shift_report *report, const shift_sink *sink,
                                  shift_error *err)
{
    exposition e = {{NULL, 0, 0, false}, report};
    add_run(&e);
    add_verdicts(&e);
    add_statistics(&e, "statistic", "Value of a statistic.", value_alone);
    add_statistics(&e, "p_adjusted", "Adjusted p-value of a deciding test.", p_adjusted_of);
    add_statistics(&e, "alert_threshold", "Value from which an effect is an alert.", alert_of);
    shift_status status = add_changes(&e, err);
    if (status == SHIFT_OK)
        status = buffer_write(&e.out, sink, err);
    buffer_free(&e.out);
    return status;
}

static shift_status render(const shift_report *report, const shift_sink *sink, shift_error *err)
{
    return in_own_locale(write_metrics, report, sink, err);
}

/* Samples with their times in seconds, and an end mark: OpenMetrics, which `promtool tsdb
 * create-blocks-from openmetrics` takes to fill a database with what was before. */
typedef struct sample {
    const char *monitor, *window; /* labels, or NULL */
    double seconds, value;
    int64_t run;
} sample;

/* Of a period all that is no day of a monitor; NULL for none. */
static const char *window_of(const char *monitor, const char *period)
{
    if (monitor == NULL || period == NULL)
        return period;
    const char *space = strchr(period, ' ');
    return space != NULL ? space + 1 : NULL;
}

/* Of a day, or of a window of time, its beginning. */
static double beginning_of(const char *period)
{
    double seconds = seconds_of(period);
    return isnan(seconds) ? seconds_by(period, "%Y-%m-%d") : seconds;
}

/* At the time that the run is about, where that is one: days that are made up for are run in one
 * night. A window of time is no label, which would make new series every day. */
static sample sample_at(const char *monitor, const char *period, const char *ran)
{
    sample s = {.monitor = monitor, .window = window_of(monitor, period), .seconds = (double)NAN};
    char day[11] = "";
    if (s.window != NULL)
        s.seconds = beginning_of(s.window);
    if (!isnan(s.seconds))
        s.window = NULL;
    else if (monitor != NULL && period != NULL)
        (void)snprintf(day, sizeof day, "%s", period);
    if (*day != '\0')
        s.seconds = beginning_of(day);
    if (isnan(s.seconds))
        s.seconds = seconds_of(ran);
    return s;
}

static int by_label(const char *x, const char *y)
{
    if (x == NULL || y == NULL)
        return (x != NULL) - (y != NULL);
    return strcmp(x, y);
}

/* Samples of one series follow each other, and their times do not go back, as days that come late
 * do. */
static int by_series(const void *a, const void *b)
{
    const sample *x = a;
    const sample *y = b;
    int order = by_label(x->monitor, y->monitor);
    if (order == 0)
        order = by_label(x->window, y->window);
    return order != 0 ? order : (x->seconds > y->seconds) - (x->seconds < y->seconds);
}

static int by_series_and_run(const void *a, const void *b)
{
    const sample *x = a;
    const sample *y = b;
    int order = by_series(a, b);
    return order != 0 ? order : (x->run > y->run) - (x->run < y->run);
}

/* A series has one sample at a time: that of the last run. `of` NULL: verdicts of runs. */
static void add_samples(buffer *b, const shift_history_series *of, sample *samples, size_t n)
{
    qsort(samples, n, sizeof *samples, by_series_and_run);
    for (size_t i = 0; i < n; i++) {
        char separator = '{';
        if (i + 1 < n && by_series(&samples[i], &samples[i + 1]) == 0)
            continue;
        buffer_print(b, "covshift_%s", of != NULL ? "statistic" : "verdict");
        if (samples[i].monitor != NULL)
            add_label(b, &separator, "monitor", samples[i].monitor);
        if (samples[i].window != NULL)
            add_label(b, &separator, "window", samples[i].window);
        if (of != NULL) {
            add_label(b, &separator, "type", series_type(of->type));
            add_label(b, &separator, "subject", of->subject);
            add_label(b, &separator, "statistic", of->statistic);
        }
        buffer_text(b, separator == ',' ? "} " : " ");
        add_value(b, samples[i].value);
        buffer_print(b, " %.0f\n", samples[i].seconds);
    }
}

static void add_past_series(buffer *b, const shift_history *history,
                            const shift_history_series *series, sample *samples)
{
    size_t n = 0;
    size_t at = 0;
    for (size_t i = 0; i < series->n; i++) {
        const shift_history_point *point = series->points[i];
        const char *monitor = series_monitor(history, point, &at);
        sample new = sample_at(monitor, point->period, point->started_at);
        new.value = point->value;
        new.run = point->run_id;
        if (!isnan(new.value) && !isnan(new.seconds))
            samples[n++] = new;
    }
    add_samples(b, series, samples, n);
}

static void add_past_verdicts(buffer *b, const shift_history *history, sample *samples)
{
    size_t n = 0;
    for (size_t i = 0; i < history->n_runs; i++) {
        const shift_run_entry *run = history->runs[i];
        sample new = sample_at(run->monitor, run->period, run->finished_at);
        new.value = number_of(run->verdict);
        new.run = run->id;
        if (!isnan(new.value) && !isnan(new.seconds))
            samples[n++] = new;
    }
    add_samples(b, NULL, samples, n);
}

static shift_status write_history_metrics(const shift_history *history, const shift_sink *sink,
                                          shift_error *err)
{
    exposition e = {{NULL, 0, 0, false}, NULL};
    size_t most = history->n_runs;
    for (size_t i = 0; i < history->n; i++)
        most = history->series[i]->n > most ? history->series[i]->n : most;
    sample *samples = calloc(most + 1, sizeof *samples);
    if (samples == NULL)
        return shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    if (history->n == 0) {
        begin_metric(&e, "verdict", "Verdict of a run: 0 ok, 1 inconclusive, 2 warn, 3 alert.");
        add_past_verdicts(&e.out, history, samples);
    } else {
        begin_metric(&e, "statistic", "Value of a statistic.");
    }
    for (size_t i = 0; i < history->n; i++)
        add_past_series(&e.out, history, history->series[i], samples);
    free(samples);
    buffer_text(&e.out, "# EOF\n");
    shift_status status = buffer_write(&e.out, sink, err);
    buffer_free(&e.out);
    return status;
}

static shift_status render_history(const shift_history *history, const shift_sink *sink,
                                   shift_error *err)
{
    return history_in_own_locale(write_history_metrics, history, sink, err);
}

const shift_reporter shift_reporter_plugin = {
    .abi = SHIFT_PLUGIN_ABI,
    .size = sizeof(shift_reporter),
    .name = "prometheus",
    .summary = "metrics for the textfile collector",
    .extension = "prom",
    .render = render,
    .render_history = render_history,
};
