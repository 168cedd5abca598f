/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Since when: the values of a series that has changed are read from the store, which is rare. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/watching.h"

#include "core/null.h"

enum {
    MOST = 200, /* values from which the beginning of a change is told */
    MANY = 5 /* where so many times the changes are more than the subjects, reading all is faster */
};

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

static int by_name(const void *wanted, const void *in_history)
{
    const shift_change *change = wanted;
    const shift_history_series *series = *(const shift_history_series *const *)in_history;
    if (change->type != series->type)
        return change->type < series->type ? -1 : 1;
    int order = strcmp(change->subject, series->subject);
    return order != 0 ? order : strcmp(change->statistic, series->statistic);
}

static shift_status gather(shift__watching *w, const shift_history *history,
                           const shift_change *change, size_t length, stretch *out,
                           shift_error *err)
{
    const shift_history_series *const *found =
        history->n > 0 ? bsearch(change, history->series, history->n, sizeof(void *), by_name)
                       : NULL;
    const shift_history_series *series = found != NULL ? *found : NULL;
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

/* What is asked: when each of some changes began, whose series are as long. */
typedef struct question {
    shift__watching *w;
    shift_store *store;
    const char *period;
    const shift_comparison *comparison;
    size_t *which; /* indices of changes */
    size_t n;
    size_t length;
} question;

static shift_status date(const question *q, const shift_history *history, shift_change *change,
                         shift_error *err)
{
    stretch s = {NULL, NULL, 0};
    shift_change_interval found;
    shift_status status = gather(q->w, history, change, q->length, &s, err);
    if (status != SHIFT_OK)
        return status;
    s.values[s.n] = value_of(q->comparison, change);
    s.periods[s.n++] = q->period;
    if (shift_change_locate(s.values, s.n, &q->w->limits, &found)) {
        change->since = s.periods[found.since];
        change->low = s.periods[found.low];
        change->high = s.periods[found.high];
    }
    return SHIFT_OK;
}

static shift_status read_series(const question *q, shift_history **out, shift_error *err)
{
    shift_history_series *series = NULL;
    shift_history_query query = SHIFT_HISTORY_QUERY_INIT;
    query.monitor = q->w->monitor->name;
    query.series_only = true;
    query.last = q->length;
    query.n_series = q->n > 1 ? q->n : 0;
    query.subject = q->w->changes[q->which[0]].subject;
    query.statistic = q->w->changes[q->which[0]].statistic;
    shift_status status = shift__arena_alloc(&q->w->arena, &series, q->n, sizeof *series, err);
    for (size_t i = 0; status == SHIFT_OK && i < q->n; i++) {
        const shift_change *change = &q->w->changes[q->which[i]];
        series[i] = (shift_history_series){
            .type = change->type, .subject = change->subject, .statistic = change->statistic};
    }
    query.series = series;
    return status == SHIFT_OK ? shift_store_history(q->store, &query, out, err) : status;
}

static shift_status answer(const question *q, shift_error *err)
{
    shift_history *history = NULL;
    shift_status status = read_series(q, &history, err);
    for (size_t i = 0; status == SHIFT_OK && i < q->n; i++)
        status = date(q, history, &q->w->changes[q->which[i]], err);
    shift_history_free(history);
    return status;
}

static shift_status answer_each(const question *q, shift_error *err)
{
    question one = *q;
    shift_status status = SHIFT_OK;
    one.n = 1;
    for (size_t i = 0; status == SHIFT_OK && i < q->n; i++, one.which++)
        status = answer(&one, err);
    return status;
}

/* The change before, of the same series by another detector, is dated already. */
static bool is_dated(const shift__watching *w, size_t i)
{
    const shift_change *change = &w->changes[i];
    return i > 0 && change[-1].type == change->type &&
           strcmp(change[-1].subject, change->subject) == 0 &&
           strcmp(change[-1].statistic, change->statistic) == 0;
}

static size_t length_of(const shift__watching *w, size_t i)
{
    return w->lengths[i] < MOST ? w->lengths[i] : MOST;
}

static shift_status locate(question *q, shift_error *err)
{
    const shift__watching *w = q->w;
    shift_status status = SHIFT_OK;
    for (q->length = 0; status == SHIFT_OK && q->length <= MOST; q->length++) {
        q->n = 0;
        for (size_t i = 0; i < w->watch.n_changes; i++)
            if (length_of(w, i) == q->length && !is_dated(w, i))
                q->which[q->n++] = i;
        bool many = q->n * MANY > q->comparison->n_features + q->comparison->n_layers;
        if (q->n > 0)
            status = many ? answer(q, err) : answer_each(q, err);
    }
    return status;
}

shift_status shift_watch_locate(shift_watch *watch, shift_store *store, const char *period,
                                const shift_comparison *comparison, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, watch, store, period, comparison))
        return SHIFT_EINVAL;
    shift__watching *w = (shift__watching *)watch;
    question q = {.w = w, .store = store, .period = period, .comparison = comparison};
    shift_status status =
        shift__arena_alloc(&w->arena, &q.which, watch->n_changes, sizeof *q.which, err);
    if (status == SHIFT_OK)
        status = locate(&q, err);
    for (size_t i = 0; status == SHIFT_OK && i < watch->n_changes; i++)
        if (is_dated(w, i)) {
            w->changes[i].since = w->changes[i - 1].since;
            w->changes[i].low = w->changes[i - 1].low;
            w->changes[i].high = w->changes[i - 1].high;
        }
    return status;
}
