/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One measurement a line (RFC 4180, with line feeds): docs/formats.md. What is not there is empty;
 * infinities are "inf" and "-inf". */
#include <math.h>
#include <string.h>

#include "gradients.h"
#include "shift/reporter.h"

static const char header[] = "run,started_at,type,subject,kind,subject_verdict,statistic,value,low,"
                             "high,p_value,log10_p,p_adjusted,warn,alert,verdict,reason";

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

static const char *type_name(shift_subject_type type)
{
    static const char *const names[] = {"dataset", "feature", "layer", "channel"};
    return names[type];
}

/* `checkpoint` is a column of traces only. */
static void add_line(buffer *b, const shift_report *report, const shift_subject *subject,
                     const shift_measurement *m, const char *checkpoint)
{
    bool feature = subject->type == SHIFT_SUBJECT_FEATURE;
    if (report->run_id != 0)
        buffer_print(b, "%lld", (long long)report->run_id);
    buffer_text(b, ",");
    add_field(b, report->started_at);
    add_field(b, type_name(subject->type));
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
    if (checkpoint != NULL)
        add_field(b, checkpoint);
    if (!b->failed)
        b->bytes[b->used - 1] = '\n';
}

static void add_course(buffer *b, const shift_report *report, const shift_subject *subject,
                       const shift_course *course)
{
    const double none = (double)NAN;
    for (size_t i = 0; i < report->comparison->n_checkpoints; i++) {
        const shift_measurement m = {.statistic = course->statistic,
                                     .value = course->values[i],
                                     .low = none,
                                     .high = none,
                                     .p_value = none,
                                     .log10_p = none,
                                     .p_adjusted = none,
                                     .warn = none,
                                     .alert = none};
        add_line(b, report, subject, &m, report->comparison->checkpoints[i]);
    }
}

static shift_status add_subject(buffer *b, const shift_report *report, const shift_subject *subject,
                                const shift_sink *sink, shift_error *err)
{
    buffer_reset(b);
    for (size_t i = 0; i < subject->n_courses; i++)
        add_course(b, report, subject, subject->courses[i]);
    for (size_t i = 0; !is_trace(report->comparison) && i < subject->n_measurements; i++)
        add_line(b, report, subject, subject->measurements[i], NULL);
    return buffer_write(b, sink, err);
}

static shift_status write_lines(const shift_report *report, const shift_sink *sink,
                                shift_error *err)
{
    const shift_comparison *comparison = report->comparison;
    buffer b = {NULL, 0, 0, false};
    buffer_print(&b, "%s%s\n", header, is_trace(comparison) ? ",checkpoint" : "");
    shift_status status = buffer_write(&b, sink, err);
    if (status == SHIFT_OK)
        status = add_subject(&b, report, comparison->dataset, sink, err);
    for (size_t i = 0; status == SHIFT_OK && i < comparison->n_features; i++)
        status = add_subject(&b, report, comparison->features[i], sink, err);
    for (size_t i = 0; status == SHIFT_OK && i < comparison->n_layers; i++)
        status = add_subject(&b, report, comparison->layers[i], sink, err);
    buffer_free(&b);
    return status;
}

static shift_status render(const shift_report *report, const shift_sink *sink, shift_error *err)
{
    return in_own_locale(write_lines, report, sink, err);
}

static void add_point(buffer *b, const shift_history_series *series,
                      const shift_history_point *point)
{
    buffer_print(b, "%lld,", (long long)point->run_id);
    add_field(b, point->started_at);
    add_field(b, type_name(series->type));
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
    if (!b->failed)
        b->bytes[b->used - 1] = '\n';
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
    if (!b->failed)
        b->bytes[b->used - 1] = '\n';
}

static shift_status write_history_lines(const shift_history *history, const shift_sink *sink,
                                        shift_error *err)
{
    buffer b = {NULL, 0, 0, false};
    if (history->n == 0) {
        buffer_text(&b, "run,started_at,finished_at,kind,monitor,verdict,subjects,alert,warn,"
                        "inconclusive,train_rows,prod_rows,train_source,prod_source\n");
        for (size_t i = 0; i < history->n_runs; i++)
            add_run(&b, history->runs[i]);
    } else {
        buffer_text(&b, "run,started_at,type,subject,subject_verdict,statistic,value,low,high,"
                        "p_adjusted,warn,alert,verdict\n");
    }
    for (size_t i = 0; i < history->n; i++)
        for (size_t k = 0; k < history->series[i]->n; k++)
            add_point(&b, history->series[i], history->series[i]->points[k]);
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
