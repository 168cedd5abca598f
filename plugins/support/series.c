/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const shift_history_point *series_last(const shift_history_series *series)
{
    return series->points[series->n - 1];
}

static bool same_subject(const shift_history_series *a, const shift_history_series *b)
{
    return a->type == b->type && strcmp(a->subject, b->subject) == 0;
}

static double reach_of(const shift_history_series *series)
{
    const shift_history_point *last = series_last(series);
    double reach = fabs(last->value) / (isnan(last->alert) ? last->warn : last->alert);
    return isnan(reach) ? -1 : reach;
}

static bool leads(const shift_history_series *a, const shift_history_series *b)
{
    shift_verdict x = series_last(a)->verdict;
    shift_verdict y = series_last(b)->verdict;
    return x != y ? x > y : reach_of(a) > reach_of(b);
}

shift_status series_leading(const shift_history *history, const shift_history_series ***out,
                            size_t *n, shift_error *err)
{
    const shift_history_series **list = calloc(history->n + 1, sizeof(void *));
    if (list == NULL)
        return shift_error_set(err, SHIFT_ENOMEM, "out of memory while rendering");
    bool one = history->n > 0 && same_subject(history->series[0], history->series[history->n - 1]);
    *n = 0;
    for (size_t i = 0; i < history->n; i++) {
        const shift_history_series *series = history->series[i];
        if (one || *n == 0 || !same_subject(list[*n - 1], series))
            list[(*n)++] = series;
        else if (leads(series, list[*n - 1]))
            list[*n - 1] = series;
    }
    *out = list;
    return SHIFT_OK;
}

size_t series_streak(const shift_history_series *series)
{
    size_t n = 0;
    while (n < series->n &&
           series->points[series->n - 1 - n]->subject_verdict >= SHIFT_VERDICT_WARN)
        n++;
    return n;
}

const char *series_day(const char *period, const char *started_at)
{
    static const char form[] = "dddd-dd-dd";
    if (period == NULL)
        return started_at;
    for (size_t i = 0; i < sizeof form - 1; i++)
        if (form[i] == 'd' ? period[i] < '0' || period[i] > '9' : period[i] != form[i])
            return started_at;
    return period;
}

const char *series_monitor(const shift_history *history, const shift_history_point *point,
                           size_t *at)
{
    while (*at < history->n_runs && history->runs[*at]->id != point->run_id)
        (*at)++;
    return *at < history->n_runs ? history->runs[*at]->monitor : NULL;
}

void series_name(buffer *b, const shift_history_series *series)
{
    const shift_measurement m = {.statistic = series->statistic};
    phrase_effect_name(b, &m);
}

void series_value(buffer *b, const shift_history_series *series, double value)
{
    const shift_measurement m = {.statistic = series->statistic, .value = value};
    phrase_effect_value(b, &m);
}

const char *series_type(shift_subject_type type)
{
    static const char *const names[] = {"dataset", "feature", "layer", "channel"};
    return names[type];
}
