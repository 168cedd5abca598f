/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compact, for there may be a thousand features: measurements and summaries are arrays, statistics
 * are numbers of a list of names, and what is absent at the end of an array is left out. */
#include "data.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "changes.h"
#include "gradients.h"
#include "json_text.h"
#include "network_data.h"
#include "series.h"

enum { DIGITS = 6, EXACT_DIGITS = 10, NAMES = 128, SERIES_MOST = 1000 };

/* Names of statistics, each once. */
typedef struct names {
    const char *items[NAMES];
    size_t n;
} names;

static size_t number_of(names *known, const char *statistic)
{
    for (size_t i = 0; i < known->n; i++)
        if (strcmp(known->items[i], statistic) == 0)
            return i;
    if (known->n == NAMES)
        return NAMES - 1; /* more than there are by far */
    known->items[known->n] = statistic;
    return known->n++;
}

static void add_raw_name(buffer *b, const char *name, const void *context)
{
    (void)context;
    utf8_add_harmless(b, name, 60);
}

static const style plain_style = {true, add_raw_name, NULL};

static void add_measurement(buffer *b, names *known, const shift_measurement *m)
{
    const double effect[] = {m->value,   m->low,        m->high, m->p_value,
                             m->log10_p, m->p_adjusted, m->warn, m->alert};
    json_next(b);
    buffer_print(b, "[%zu", number_of(known, m->statistic));
    size_t n = sizeof effect / sizeof *effect;
    bool tail = m->verdict != SHIFT_VERDICT_NONE || m->reason != NULL;
    while (n > 0 && !tail && isnan(effect[n - 1]))
        n--;
    json_numbers(b, effect, n, DIGITS);
    if (tail) {
        buffer_print(b, ",%d", (int)m->verdict);
        if (m->reason != NULL) {
            buffer_text(b, ",");
            json_text(b, m->reason);
        }
    }
    buffer_text(b, "]");
}

static void add_measurements(buffer *b, names *known, const shift_subject *subject)
{
    json_key(b, "m");
    buffer_text(b, "[");
    for (size_t i = 0; i < subject->n_measurements; i++)
        add_measurement(b, known, subject->measurements[i]);
    buffer_text(b, "]");
}

static void add_summary(buffer *b, const char *key, const shift_summary *s)
{
    const uint64_t counts[] = {s->n, s->missing, s->non_finite, s->invalid};
    const double shape[] = {s->mean, s->variance, s->skewness, s->kurtosis, s->minimum, s->maximum};
    json_key(b, key);
    buffer_text(b, "[");
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        json_next(b);
        json_count(b, counts[i]);
    }
    json_numbers(b, shape, sizeof shape / sizeof *shape, EXACT_DIGITS);
    json_numbers(b, s->quantiles, sizeof s->quantiles / sizeof *s->quantiles, EXACT_DIGITS);
    json_numbers(b, &s->distinct, 1, EXACT_DIGITS);
    buffer_text(b, "]");
}

static void add_curve(buffer *b, const char *key, const shift_curve *curve, shift_kind kind)
{
    if (curve == NULL)
        return;
    json_key(b, key);
    buffer_text(b, "[");
    for (size_t i = 0; i < curve->n; i++) {
        json_next(b);
        json_number(b, curve->vertices[i].value, kind == SHIFT_KIND_TIMESTAMP ? EXACT_DIGITS : 7);
        buffer_text(b, ",");
        json_number(b, curve->vertices[i].share, 5);
    }
    buffer_text(b, "]");
}

static void add_categories(buffer *b, const shift_subject *subject)
{
    json_key(b, "cat");
    buffer_text(b, "[");
    for (size_t i = 0; i < subject->n_categories; i++) {
        const shift_category_count *category = subject->categories[i];
        json_next(b);
        buffer_text(b, "[");
        json_text(b, category->name);
        buffer_text(b, ",");
        json_count(b, category->train);
        buffer_text(b, ",");
        json_count(b, category->prod);
        buffer_text(b, "]");
    }
    buffer_text(b, "]");
}

/* A text that a phrase writes. */
static void add_phrase(buffer *b, const char *key, buffer *phrase)
{
    json_key(b, key);
    json_text(b, phrase->used > 0 ? phrase->bytes : "");
    b->failed |= phrase->failed;
    buffer_reset(phrase);
}

static void add_effect(buffer *b, const ranked *r, buffer *scratch)
{
    if (r->effect == NULL)
        return;
    json_key(b, "e");
    buffer_text(b, "{");
    json_key(b, "value");
    json_number(b, r->effect->value, DIGITS);
    json_key(b, "reach");
    json_number(b, r->reach, DIGITS);
    json_key(b, "p");
    json_number(b, r->p, DIGITS);
    phrase_effect_name(scratch, r->effect);
    add_phrase(b, "word", scratch);
    phrase_effect_value(scratch, r->effect);
    add_phrase(b, "text", scratch);
    buffer_text(b, "}");
}

static int by_name(const void *key, const void *element)
{
    const shift_history_series *wanted = key;
    const shift_history_series *series = *(const shift_history_series *const *)element;
    if (wanted->type != series->type)
        return wanted->type < series->type ? -1 : 1;
    int order = strcmp(wanted->subject, series->subject);
    return order != 0 ? order : strcmp(wanted->statistic, series->statistic);
}

static const shift_history_series *series_of(const shift_history *history, const ranked *r)
{
    const shift_history_series wanted = {
        .type = r->subject->type, .subject = r->subject->name, .statistic = r->effect->statistic};
    const shift_history_series *const *found =
        history->n > 0 ? bsearch(&wanted, history->series, history->n, sizeof(void *), by_name)
                       : NULL;
    return found != NULL ? *found : NULL;
}

/* The point of the series in a run, or NULL; *at moves along with the runs. */
static const shift_history_point *point_in(const shift_history_series *series, int64_t run,
                                           size_t *at)
{
    return *at < series->n && series->points[*at]->run_id == run ? series->points[(*at)++] : NULL;
}

/* Values and verdicts of a series, run by run: those of the statistic, or of its subject. */
static void add_series(buffer *b, const shift_history *history, const shift_history_series *series,
                       bool own)
{
    json_key(b, "v");
    buffer_text(b, "[");
    for (size_t i = 0, at = 0; i < history->n_runs; i++) {
        const shift_history_point *point = point_in(series, history->runs[i]->id, &at);
        json_next(b);
        json_number(b, point != NULL ? point->value : (double)NAN, 5);
    }
    buffer_text(b, "]");
    json_key(b, "w");
    buffer_text(b, "[");
    for (size_t i = 0, at = 0; i < history->n_runs; i++) {
        const shift_history_point *point = point_in(series, history->runs[i]->id, &at);
        json_next(b);
        shift_verdict verdict = SHIFT_VERDICT_NONE;
        if (point != NULL)
            verdict = own ? point->verdict : point->subject_verdict;
        buffer_print(b, "%d", (int)verdict);
    }
    buffer_text(b, "]");
    const shift_history_point *last = series->points[series->n - 1];
    json_key(b, "warn");
    json_number(b, last->warn, DIGITS);
    json_key(b, "alert");
    json_number(b, last->alert, DIGITS);
}

static void add_history(buffer *b, const shift_history *history, const ranked *r, buffer *scratch)
{
    if (history == NULL || r->effect == NULL)
        return;
    const shift_history_series *series = series_of(history, r);
    if (series == NULL || series->n == 0)
        return;
    json_key(b, "h");
    buffer_text(b, "{");
    phrase_effect_name(scratch, r->effect);
    add_phrase(b, "word", scratch);
    add_series(b, history, series, false);
    buffer_text(b, "}");
}

/* A value for each channel, of each statistic that has them. */
static void add_channels(buffer *b, names *known, const shift_subject *layer)
{
    json_key(b, "cv");
    buffer_text(b, "[");
    for (size_t i = 0; i < layer->n_channel_values; i++) {
        const shift_channel_values *values = layer->channel_values[i];
        json_next(b);
        buffer_print(b, "[%zu,[", number_of(known, values->statistic));
        json_numbers(b, values->values, layer->channels, 4);
        buffer_text(b, "]]");
    }
    buffer_text(b, "]");
}

static void add_feature(buffer *b, names *known, const shift_report *report, const ranked *r,
                        buffer *scratch)
{
    const shift_subject *subject = r->subject;
    json_next(b);
    buffer_text(b, "{");
    json_key(b, "n");
    json_text(b, subject->name);
    json_key(b, "k");
    json_text(b, subject->op != NULL ? subject->op : shift_kind_name(subject->kind));
    json_key(b, "v");
    buffer_print(b, "%d", (int)subject->verdict);
    json_key(b, "r");
    json_text(b, subject->reason);
    add_effect(b, r, scratch);
    phrase_change(scratch, r, &plain_style);
    add_phrase(b, "c", scratch);
    add_summary(b, "t", &subject->train);
    add_summary(b, "p", &subject->prod);
    add_curve(b, "tc", subject->train_curve, subject->kind);
    add_curve(b, "pc", subject->prod_curve, subject->kind);
    add_categories(b, subject);
    add_measurements(b, known, subject);
    if (subject->type == SHIFT_SUBJECT_LAYER)
        add_channels(b, known, subject);
    add_history(b, report->history, r, scratch);
    buffer_text(b, "}\n");
}

static void add_run(buffer *b, const shift_report *report)
{
    json_key(b, "run");
    buffer_text(b, "{");
    json_key(b, "id");
    if (report->run_id != 0)
        buffer_print(b, "%lld", (long long)report->run_id);
    else
        buffer_text(b, "null");
    json_key(b, "kind");
    json_text(b, report->kind);
    json_key(b, "monitor");
    json_text(b, report->monitor);
    json_key(b, "started");
    json_text(b, report->started_at);
    json_key(b, "period");
    json_text(b, report->period);
    json_key(b, "version");
    json_text(b, report->version);
    json_key(b, "seed");
    buffer_print(b, "\"%llu\"}", (unsigned long long)report->comparison->seed);
}

static void add_side(buffer *b, const char *key, const shift_side *side)
{
    json_key(b, key);
    buffer_text(b, "[");
    json_text(b, side->source);
    buffer_text(b, ",");
    json_count(b, side->rows);
    buffer_text(b, "]");
}

static void add_joint(buffer *b, const shift_comparison *comparison)
{
    json_key(b, "attributions");
    buffer_text(b, "[");
    for (size_t i = 0; i < comparison->n_attributions; i++) {
        const shift_attribution *attribution = comparison->attributions[i];
        json_next(b);
        buffer_text(b, "[");
        json_text(b, attribution->statistic);
        buffer_text(b, ",");
        json_text(b, attribution->feature);
        buffer_text(b, ",");
        json_number(b, attribution->share, 4);
        buffer_text(b, "]");
    }
    buffer_text(b, "]");
    json_key(b, "correlations");
    buffer_text(b, "[");
    for (size_t i = 0; i < comparison->n_correlations; i++) {
        const shift_correlation *pair = comparison->correlations[i];
        const double values[] = {pair->train, pair->prod};
        json_next(b);
        buffer_text(b, "[");
        json_text(b, pair->x);
        buffer_text(b, ",");
        json_text(b, pair->y);
        json_numbers(b, values, 2, 4);
        buffer_text(b, "]");
    }
    buffer_text(b, "]");
}

static void add_messages(buffer *b, const shift_comparison *comparison)
{
    json_key(b, "messages");
    buffer_text(b, "[");
    for (size_t i = 0; i < comparison->n_messages; i++) {
        const shift_message *message = comparison->messages[i];
        json_next(b);
        buffer_text(b, "[");
        json_text(b, shift_level_name(message->level));
        buffer_text(b, ",");
        json_text(b, message->subject);
        buffer_text(b, ",");
        json_text(b, message->text);
        buffer_text(b, "]");
    }
    buffer_text(b, "]");
}

static void add_runs(buffer *b, const shift_history *history)
{
    json_key(b, "runs");
    buffer_text(b, "[");
    for (size_t i = 0; history != NULL && i < history->n_runs; i++) {
        const shift_run_entry *run = history->runs[i];
        json_next(b);
        buffer_print(b, "[%lld,", (long long)run->id);
        json_text(b, run->started_at);
        buffer_print(b, ",%d,", (int)run->verdict);
        char day[11];
        (void)snprintf(day, sizeof day, "%s", series_day(run->period, run->started_at));
        json_text(b, day);
        buffer_text(b, "]");
    }
    buffer_text(b, "]");
}

static void add_against(buffer *b, const shift_report *report, buffer *scratch)
{
    change_list *list = NULL;
    if (report->against == NULL || is_trace(report->comparison))
        return;
    if (changes_find(&list, report, NULL) != SHIFT_OK) {
        b->failed = true;
        return;
    }
    json_key(b, "against");
    buffer_print(b, "{\"id\":%lld", (long long)report->against->run_id);
    json_key(b, "started");
    json_text(b, report->against->started_at);
    for (change_sort sort = CHANGE_NEW; sort < CHANGE_NONE; sort++) {
        json_key(b, change_name(sort));
        buffer_text(b, "[");
        for (size_t i = 0; i < list->n; i++) {
            if (list->changes[i].sort != sort)
                continue;
            json_next(b);
            buffer_text(b, "[");
            json_text(b, list->changes[i].name);
            change_phrase(scratch, &list->changes[i], &plain_style);
            buffer_text(b, ",");
            json_text(b, scratch->used > 0 ? scratch->bytes : "");
            buffer_reset(scratch);
            buffer_text(b, "]");
        }
        buffer_text(b, "]");
    }
    buffer_text(b, "}");
    changes_free(list);
}

static void add_names(buffer *b, const names *known)
{
    json_key(b, "statistics");
    buffer_text(b, "[");
    for (size_t i = 0; i < known->n; i++) {
        json_next(b);
        json_text(b, known->items[i]);
    }
    buffer_text(b, "]");
}

static void add_dataset(buffer *b, names *known, const shift_comparison *comparison)
{
    json_key(b, "dataset");
    buffer_text(b, "{");
    add_measurements(b, known, comparison->dataset);
    buffer_text(b, "}");
}

static void add_top(buffer *b, const shift_report *report, const ranked *list, buffer *scratch)
{
    const shift_comparison *comparison = report->comparison;
    add_run(b, report);
    json_key(b, "verdict");
    buffer_print(b, "%d", (int)comparison->verdict);
    phrase_conclusion(scratch, comparison, list, &plain_style);
    add_phrase(b, "conclusion", scratch);
    (void)phrase_power(scratch, comparison);
    add_phrase(b, "power", scratch);
    json_key(b, "reason");
    json_text(b, comparison->dataset->reason);
    add_side(b, "train", &comparison->train);
    add_side(b, "prod", &comparison->prod);
}

void data_add_report(buffer *b, const shift_report *report, const ranked *list)
{
    const shift_comparison *comparison = report->comparison;
    names known = {.n = 0};
    buffer scratch = {NULL, 0, 0, false};
    buffer_text(b, "{");
    add_top(b, report, list, &scratch);
    add_dataset(b, &known, comparison);
    json_key(b, "features");
    buffer_text(b, "[");
    for (size_t i = 0; !is_trace(comparison) && i < count_subjects(comparison); i++)
        add_feature(b, &known, report, &list[i], &scratch);
    buffer_text(b, "]");
    data_add_network(b, comparison);
    if (comparison->network != NULL)
        data_add_harm(b, comparison);
    add_names(b, &known);
    add_joint(b, comparison);
    add_messages(b, comparison);
    add_runs(b, report->history);
    add_against(b, report, &scratch);
    data_add_traces(b, report);
    buffer_text(b, "}");
    buffer_free(&scratch);
}

static void add_past_series(buffer *b, const shift_history *history,
                            const shift_history_series *series, buffer *scratch)
{
    json_next(b);
    buffer_text(b, "{");
    json_key(b, "type");
    json_text(b, series_type(series->type));
    json_key(b, "n");
    json_text(b, series->subject);
    series_name(scratch, series);
    add_phrase(b, "word", scratch);
    series_value(scratch, series, series_last(series)->value);
    add_phrase(b, "last", scratch);
    json_key(b, "verdict");
    buffer_print(b, "%d", (int)series_last(series)->verdict);
    add_series(b, history, series, true);
    buffer_text(b, "}\n");
}

/* Of very many series, those that lead: thousands of pictures are nothing to look at. */
static void add_past(buffer *b, const shift_history *history, buffer *scratch)
{
    const shift_history_series **leading = NULL;
    size_t n = history->n;
    bool chosen = n > SERIES_MOST;
    if (chosen && series_leading(history, &leading, &n, NULL) != SHIFT_OK) {
        b->failed = true;
        return;
    }
    json_key(b, "leading");
    buffer_text(b, chosen ? "true" : "false");
    json_key(b, "history");
    buffer_text(b, "[");
    for (size_t i = 0; i < n; i++)
        add_past_series(b, history, chosen ? leading[i] : history->series[i], scratch);
    buffer_text(b, "]");
    free(leading);
}

static void add_missed(buffer *b, const shift_history *history)
{
    json_key(b, "missed");
    buffer_text(b, "[");
    for (size_t i = 0; i < history->n_missed; i++) {
        const shift_missed *missed = history->missed[i];
        json_next(b);
        buffer_text(b, "[");
        json_text(b, missed->period);
        buffer_text(b, ",");
        json_text(b, shift_outcome_name(missed->outcome));
        buffer_text(b, ",");
        json_text(b, missed->monitor);
        buffer_text(b, ",");
        json_text(b, missed->detail);
        buffer_text(b, "]");
    }
    buffer_text(b, "]");
}

void data_add_history(buffer *b, const shift_history *history)
{
    buffer scratch = {NULL, 0, 0, false};
    buffer_text(b, "{");
    add_past(b, history, &scratch);
    add_runs(b, history);
    json_key(b, "about");
    buffer_text(b, "[");
    for (size_t i = 0; i < history->n_runs; i++) {
        const shift_run_entry *run = history->runs[i];
        json_next(b);
        buffer_text(b, "[");
        json_text(b, run->prod.source);
        buffer_text(b, ",");
        json_count(b, run->prod.rows);
        buffer_print(b, ",%zu,%zu,%zu,", run->n_alert, run->n_warn, run->n_features);
        json_text(b, run->monitor);
        buffer_text(b, ",");
        json_text(b, run->period);
        buffer_text(b, "]");
    }
    buffer_text(b, "]");
    add_missed(b, history);
    buffer_text(b, "}");
    buffer_free(&scratch);
}
