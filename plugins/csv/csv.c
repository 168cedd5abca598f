/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One measurement a line (RFC 4180, with line feeds): docs/formats.md. What is not there is empty;
 * infinities are "inf" and "-inf". */
#include <math.h>
#include <string.h>

#include "changes.h"
#include "gradients.h"
#include "series.h"

static const char header[] = "run,started_at,type,subject,kind,subject_verdict,statistic,value,low,"
                             "high,p_value,log10_p,p_adjusted,warn,alert,verdict,reason";
static const char header_against[] = ",against,change,subject_verdict_before,value_before";
static const char header_end[] = ",monitor,period\n";

/* Fields of a line are each followed by a comma; the last comma becomes the line feed. */
static void add_field(buffer *b, const char *text)
{
    bool quoted = text != NULL && (strpbrk(text, ",\"\r\n") != NULL || *text == ' ' ||
                                   (*text != '\0' && text[strlen(text) - 1] == ' '));
    if (quoted)
        buffer_text(b, "\"");
    for (size_t n = 0; text != NULL && *text != '\0'; text += n) {
        if (*text == '"')
            buffer_text(b, "\"");
        utf8_add(b, utf8_next(text, &n));
    }
    buffer_text(b, quoted ? "\"," : ",");
}

static void add_number(buffer *b, double value)
{
    if (isinf(value))
        buffer_text(b, value > 0 ? "inf" : "-inf");
    else if (!isnan(value))
        number_add(b, value);
    buffer_text(b, ",");
}

/* What a line says about the other run, if there is one. */
typedef struct lines {
    buffer out;
    const shift_report *report;
    const change_list *changes; /* or NULL */
    const char *checkpoint;     /* of a trace, or NULL */
} lines;

/* The last fields of a line; `of` is the run that the line is about. */
static void end_line(buffer *b, const shift_report *of)
{
    add_field(b, of->monitor);
    add_field(b, of->period);
    if (!b->failed)
        b->bytes[b->used - 1] = '\n';
}

static void add_before(lines *l, const change *c, const char *statistic,
                       const shift_subject *before)
{
    const shift_measurement *m = before != NULL ? measurement_of(before, statistic) : NULL;
    buffer_print(&l->out, "%lld,", (long long)l->report->against->run_id);
    add_field(&l->out, c != NULL ? change_name(c->sort) : NULL);
    add_field(&l->out, before != NULL ? shift_verdict_name(before->verdict) : NULL);
    add_number(&l->out, m != NULL ? m->value : (double)NAN);
}

static void add_line(lines *l, const shift_subject *subject, const shift_measurement *m,
                     const shift_subject *before)
{
    buffer *b = &l->out;
    bool feature = subject->type == SHIFT_SUBJECT_FEATURE;
    if (l->report->run_id != 0)
        buffer_print(b, "%lld", (long long)l->report->run_id);
    buffer_text(b, ",");
    add_field(b, l->report->started_at);
    add_field(b, series_type(subject->type));
    add_field(b, subject->name);
    add_field(b, feature ? shift_kind_name(subject->kind) : NULL);
    add_field(b, shift_verdict_name(subject->verdict));
    add_field(b, m->statistic);
    add_number(b, m->value);
    add_number(b, m->low);
    add_number(b, m->high);
    add_number(b, m->p_value);
    add_number(b, m->log10_p);
    add_number(b, m->p_adjusted);
    add_number(b, m->warn);
    add_number(b, m->alert);
    add_field(b, shift_verdict_name(m->verdict));
    add_field(b, m->reason);
    if (l->checkpoint != NULL)
        add_field(b, l->checkpoint);
    if (l->changes != NULL)
        add_before(l, changes_of(l->changes, subject), m->statistic, before);
    end_line(b, l->report);
}

/* What this run does not have. */
static void add_absent(lines *l, const change *c)
{
    const shift_subject *before = c->before;
    bool feature = before->type == SHIFT_SUBJECT_FEATURE;
    for (size_t i = 0; i < before->n_measurements; i++) {
        if (l->report->run_id != 0)
            buffer_print(&l->out, "%lld", (long long)l->report->run_id);
        buffer_text(&l->out, ",");
        add_field(&l->out, l->report->started_at);
        add_field(&l->out, series_type(before->type));
        add_field(&l->out, before->name);
        add_field(&l->out, feature ? shift_kind_name(before->kind) : NULL);
        buffer_text(&l->out, ",");
        add_field(&l->out, before->measurements[i]->statistic);
        buffer_text(&l->out, ",,,,,,,,,,");
        add_before(l, c, before->measurements[i]->statistic, before);
        end_line(&l->out, l->report);
    }
}

/* The same place first: most runs have the same subjects. */
static const shift_subject *find(const shift_subject *const *list, size_t n, size_t place,
                                 const char *name)
{
    if (place < n && strcmp(list[place]->name, name) == 0)
        return list[place];
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i]->name, name) == 0)
            return list[i];
    return NULL;
}

static void add_course(lines *l, const shift_subject *subject, const shift_course *course)
{
    const double none = (double)NAN;
    for (size_t i = 0; i < l->report->comparison->n_checkpoints; i++) {
        const shift_measurement m = {.statistic = course->statistic,
                                     .value = course->values[i],
                                     .low = none,
                                     .high = none,
                                     .p_value = none,
                                     .log10_p = none,
                                     .p_adjusted = none,
                                     .warn = none,
                                     .alert = none};
        l->checkpoint = l->report->comparison->checkpoints[i];
        add_line(l, subject, &m, NULL);
    }
}

static void add_trace(lines *l, const shift_report *report)
{
    const shift_comparison *comparison = report->comparison;
    l->report = report;
    for (size_t k = 0; k < comparison->dataset->n_courses; k++)
        add_course(l, comparison->dataset, comparison->dataset->courses[k]);
    for (size_t i = 0; i < comparison->n_layers; i++)
        for (size_t k = 0; k < comparison->layers[i]->n_courses; k++)
            add_course(l, comparison->layers[i], comparison->layers[i]->courses[k]);
}

/* The other series follows. */
static shift_status write_traces(const shift_report *report, const shift_sink *sink,
                                 shift_error *err)
{
    lines l = {.report = report};
    buffer_print(&l.out, "%s,checkpoint%s", header, header_end);
    add_trace(&l, report);
    if (report->against != NULL && is_trace(report->against->comparison))
        add_trace(&l, report->against);
    shift_status status = buffer_write(&l.out, sink, err);
    buffer_free(&l.out);
    return status;
}

static void add_subject(lines *l, const shift_subject *subject, const shift_subject *before)
{
    for (size_t i = 0; i < subject->n_measurements; i++)
        add_line(l, subject, subject->measurements[i], before);
}

static shift_status add_subjects(lines *l, const shift_sink *sink, shift_error *err)
{
    const shift_comparison *comparison = l->report->comparison;
    const shift_comparison *other =
        l->report->against != NULL ? l->report->against->comparison : NULL;
    bool network = comparison->network != NULL;
    const shift_subject *const *now = network ? comparison->layers : comparison->features;
    const shift_subject *const *before = NULL;
    size_t n_before = other != NULL ? count_subjects(other) : 0;
    if (other != NULL)
        before = other->network != NULL ? other->layers : other->features;
    add_subject(l, comparison->dataset, other != NULL ? other->dataset : NULL);
    shift_status status = buffer_write(&l->out, sink, err);
    for (size_t i = 0; status == SHIFT_OK && i < count_subjects(comparison); i++) {
        buffer_reset(&l->out);
        add_subject(l, now[i], find(before, n_before, i, now[i]->name));
        status = buffer_write(&l->out, sink, err);
    }
    buffer_reset(&l->out);
    for (size_t i = 0; l->changes != NULL && i < l->changes->n; i++)
        if (l->changes->changes[i].now == NULL)
            add_absent(l, &l->changes->changes[i]);
    if (status == SHIFT_OK)
        status = buffer_write(&l->out, sink, err);
    return status;
}

static shift_status write_lines(const shift_report *report, const shift_sink *sink,
                                shift_error *err)
{
    change_list *changes = NULL;
    lines l = {.report = report};
    if (is_trace(report->comparison))
        return write_traces(report, sink, err);
    shift_status status = report->against != NULL ? changes_find(&changes, report, err) : SHIFT_OK;
    l.changes = changes;
    buffer_text(&l.out, header);
    buffer_text(&l.out, changes != NULL ? header_against : "");
    buffer_text(&l.out, header_end);
    if (status == SHIFT_OK)
        status = add_subjects(&l, sink, err);
    changes_free(changes);
    buffer_free(&l.out);
    return status;
}

static shift_status render(const shift_report *report, const shift_sink *sink, shift_error *err)
{
    return in_own_locale(write_lines, report, sink, err);
}

static void add_point(buffer *b, const shift_history_series *series,
                      const shift_history_point *point, const char *monitor)
{
    buffer_print(b, "%lld,", (long long)point->run_id);
    add_field(b, point->started_at);
    add_field(b, series_type(series->type));
    add_field(b, series->subject);
    add_field(b, shift_verdict_name(point->subject_verdict));
    add_field(b, series->statistic);
    add_number(b, point->value);
    add_number(b, point->low);
    add_number(b, point->high);
    add_number(b, point->p_adjusted);
    add_number(b, point->warn);
    add_number(b, point->alert);
    add_field(b, shift_verdict_name(point->verdict));
    add_field(b, point->period);
    add_field(b, monitor);
    if (!b->failed)
        b->bytes[b->used - 1] = '\n';
}

static void add_points(buffer *b, const shift_history *history, const shift_history_series *series)
{
    size_t at = 0;
    for (size_t i = 0; i < series->n; i++) {
        const shift_history_point *point = series->points[i];
        add_point(b, series, point, series_monitor(history, point, &at));
    }
}

static void add_run(buffer *b, const shift_run_entry *run)
{
    buffer_print(b, "%lld,", (long long)run->id);
    add_field(b, run->started_at);
    add_field(b, run->finished_at);
    add_field(b, run->kind);
    add_field(b, run->monitor);
    add_field(b, shift_verdict_name(run->verdict));
    buffer_print(b, "%zu,%zu,%zu,%zu,%llu,%llu,", run->n_features, run->n_alert, run->n_warn,
                 run->n_inconclusive, (unsigned long long)run->train.rows,
                 (unsigned long long)run->prod.rows);
    add_field(b, run->train.source);
    add_field(b, run->prod.source);
    add_field(b, run->period);
    if (!b->failed)
        b->bytes[b->used - 1] = '\n';
}

static shift_status write_history_lines(const shift_history *history, const shift_sink *sink,
                                        shift_error *err)
{
    buffer b = {NULL, 0, 0, false};
    if (history->n == 0) {
        buffer_text(&b, "run,started_at,finished_at,kind,monitor,verdict,subjects,alert,warn,"
                        "inconclusive,train_rows,prod_rows,train_source,prod_source,"
                        "period\n");
        for (size_t i = 0; i < history->n_runs; i++)
            add_run(&b, history->runs[i]);
    } else {
        buffer_text(&b, "run,started_at,type,subject,subject_verdict,statistic,value,low,high,"
                        "p_adjusted,warn,alert,verdict,period,monitor\n");
    }
    for (size_t i = 0; i < history->n; i++)
        add_points(&b, history, history->series[i]);
    shift_status status = buffer_write(&b, sink, err);
    buffer_free(&b);
    return status;
}

static shift_status render_history(const shift_history *history, const shift_sink *sink,
                                   shift_error *err)
{
    return history_in_own_locale(write_history_lines, history, sink, err);
}

const shift_reporter shift_reporter_plugin = {
    .abi = SHIFT_PLUGIN_ABI,
    .size = sizeof(shift_reporter),
    .name = "csv",
    .summary = "one measurement a line",
    .extension = "csv",
    .render = render,
    .render_history = render_history,
};
