/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Since when: the values of a series that has changed are read from the store, which is rare. */
#include <math.h>
#include <string.h>

#include "monitor/watching.h"

#include "core/null.h"

enum { MOST = 200 }; /* values from which the beginning of a change is told */

static double value_of(const shift_comparison *c, const shift_change *change)
{
    const shift_subject *subject = change->type == SHIFT_SUBJECT_DATASET ? c->dataset : NULL;
    for (size_t i = 0; subject == NULL && i < c->n_features; i++)
        if (change->type == SHIFT_SUBJECT_FEATURE &&
            strcmp(c->features[i]->name, change->subject) == 0)
            subject = c->features[i];
    for (size_t i = 0; subject == NULL && i < c->n_layers; i++)
        if (change->type == SHIFT_SUBJECT_LAYER && strcmp(c->layers[i]->name, change->subject) == 0)
            subject = c->layers[i];
    for (size_t i = 0; subject != NULL && i < subject->n_measurements; i++)
        if (strcmp(subject->measurements[i]->statistic, change->statistic) == 0)
            return shift__watch_scale(change->statistic, subject->measurements[i]->value);
    return (double)NAN;
}

/* The values since the level was last begun anew, and their periods. */
typedef struct stretch {
    double *values;
    const char **periods;
    size_t n;
} stretch;

static shift_status gather(shift__watching *w, const shift_history *history,
                           const shift_change *change, size_t length, stretch *out,
                           shift_error *err)
{
    const shift_history_series *series = NULL;
    for (size_t i = 0; i < history->n; i++)
        if (history->series[i]->type == change->type)
            series = history->series[i];
    size_t n = series != NULL ? series->n : 0;
    shift_status status = shift__arena_alloc(&w->arena, &out->values, n + 1, sizeof(double), err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(&w->arena, &out->periods, n + 1, sizeof(char *), err);
    size_t first = n + 1 > length ? n + 1 - length : 0;
    for (size_t i = first; status == SHIFT_OK && i < n; i++) {
        const shift_history_point *point = series->points[i];
        double value = shift__watch_scale(change->statistic, point->value);
        if (!isfinite(value) || point->period == NULL)
            continue;
        out->values[out->n] = value;
        status = shift__arena_text(&w->arena, &out->periods[out->n++], point->period,
                                   strlen(point->period), err);
    }
    return status;
}

static shift_status locate(shift__watching *w, shift_store *store, size_t i, const char *period,
                           double value, shift_error *err)
{
    shift_change *change = &w->changes[i];
    shift_history *history = NULL;
    shift_history_query query = SHIFT_HISTORY_QUERY_INIT;
    stretch s = {NULL, NULL, 0};
    shift_change_interval found;
    query.subject = change->subject;
    query.statistic = change->statistic;
    query.monitor = w->monitor->name;
    query.series_only = true;
    query.last = w->lengths[i] < MOST ? w->lengths[i] : MOST;
    shift_status status = shift_store_history(store, &query, &history, err);
    if (status == SHIFT_OK)
        status = gather(w, history, change, query.last, &s, err);
    shift_history_free(history);
    if (status != SHIFT_OK)
        return status;
    s.values[s.n] = value;
    s.periods[s.n++] = period;
    if (shift_change_locate(s.values, s.n, &w->limits, &found)) {
        change->since = s.periods[found.since];
        change->low = s.periods[found.low];
        change->high = s.periods[found.high];
    }
    return SHIFT_OK;
}

/* The change before, of the same series by another detector, is dated already. */
static bool is_dated(const shift_change *before, const shift_change *change)
{
    return before->type == change->type && strcmp(before->subject, change->subject) == 0 &&
           strcmp(before->statistic, change->statistic) == 0;
}

shift_status shift_watch_locate(shift_watch *watch, shift_store *store, const char *period,
                                const shift_comparison *comparison, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, watch, store, period, comparison))
        return SHIFT_EINVAL;
    shift__watching *w = (shift__watching *)watch;
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < watch->n_changes; i++) {
        shift_change *change = &w->changes[i];
        if (i == 0 || !is_dated(change - 1, change)) {
            status = locate(w, store, i, period, value_of(comparison, change), err);
            continue;
        }
        change->since = change[-1].since;
        change->low = change[-1].low;
        change->high = change[-1].high;
    }
    return status;
}
