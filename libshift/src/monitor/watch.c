/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a comparison and what came before it to news. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/watching.h"

#include "core/null.h"

static int compare_series(const void *a, const void *b)
{
    const shift_series *x = a;
    const shift_series *y = b;
    int order = x->type < y->type ? -1 : x->type > y->type;
    if (order == 0)
        order = strcmp(x->subject, y->subject);
    return order != 0 ? order : strcmp(x->statistic, y->statistic);
}

static bool has_detectors(const shift_monitor *monitor)
{
    for (int i = 0; i < SHIFT_N_DETECTORS; i++)
        if (monitor->detectors[i])
            return true;
    return false;
}

bool shift__is_watched(const shift_monitor *monitor, const char *statistic)
{
    for (size_t i = 0; has_detectors(monitor) && i < monitor->n_watched; i++)
        if (strcmp(monitor->watched[i], statistic) == 0)
            return true;
    return false;
}

/* A ratio is symmetric in its logarithm. */
double shift__watch_scale(const char *statistic, double value)
{
    return strcmp(statistic, "variance_ratio") == 0 ? log(value) : value;
}

static bool is_calm(const shift_subject *subject)
{
    return subject->verdict == SHIFT_VERDICT_OK;
}

/* A deciding effect whose thresholds can come from history: it grows with the shift from 0 on. */
static bool is_effect(const shift_measurement *m)
{
    return (!isnan(m->warn) || !isnan(m->alert)) && m->value >= 0;
}

static shift_status add_changes(shift__watching *w, const shift_series *series,
                                const shift_change_signal *signals, size_t length, shift_error *err)
{
    for (int d = 0; d < SHIFT_N_DETECTORS; d++) {
        if (!w->monitor->detectors[d] || !signals[d].changed)
            continue;
        size_t *n = &w->watch.n_changes;
        shift_status status =
            shift__array_grow(&w->changes, &w->changes_capacity, *n + 1, sizeof *w->changes, err);
        if (status == SHIFT_OK)
            status = shift__array_grow(&w->lengths, &w->lengths_capacity, *n + 1,
                                       sizeof *w->lengths, err);
        if (status != SHIFT_OK)
            return status;
        w->changes[*n] = (shift_change){.type = series->type,
                                        .subject = series->subject,
                                        .statistic = series->statistic,
                                        .detector = (shift_detector)d,
                                        .upward = signals[d].upward};
        w->lengths[(*n)++] = length;
    }
    return SHIFT_OK;
}

/* A change that an enabled detector reports ends what was known of the level. */
static void begin_anew(shift_series_state *state)
{
    shift_series_state fresh = {
        .calm_n = state->calm_n, .calm_mean = state->calm_mean, .calm_m2 = state->calm_m2};
    *state = fresh;
}

static shift_status update(shift__watching *w, const shift_subject *subject,
                           const shift_measurement *m, shift_error *err)
{
    bool watched = shift__is_watched(w->monitor, m->statistic);
    bool effect = w->monitor->history > 0 && is_effect(m);
    if (!watched && !effect)
        return SHIFT_OK;
    shift_series series = {.type = subject->type};
    series.subject = subject->name;
    series.statistic = m->statistic;
    const shift_series *known = w->memory->n_series == 0
                                    ? NULL
                                    : bsearch(&series, w->memory->series, w->memory->n_series,
                                              sizeof series, compare_series);
    if (known != NULL)
        series.state = known->state;
    if (effect && is_calm(subject))
        shift_change_calm(&series.state, m->value);
    if (watched) {
        shift_change_signal signals[SHIFT_N_DETECTORS];
        shift_change_update(&series.state, &w->limits, shift__watch_scale(m->statistic, m->value),
                            signals);
        size_t before = w->watch.n_changes;
        shift_status status = add_changes(w, &series, signals, (size_t)series.state.n, err);
        if (status != SHIFT_OK)
            return status;
        if (w->watch.n_changes > before)
            begin_anew(&series.state);
    }
    shift_status status = shift__array_grow(&w->series, &w->series_capacity, w->watch.n_series + 1,
                                            sizeof series, err);
    if (status == SHIFT_OK)
        w->series[w->watch.n_series++] = series;
    return status;
}

static shift_status update_subject(shift__watching *w, const shift_subject *subject,
                                   shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < subject->n_measurements; i++)
        status = update(w, subject, subject->measurements[i], err);
    return status;
}

static size_t count_watched(const shift__watching *w, const shift_subject *subject)
{
    size_t n = 0;
    for (size_t i = 0; i < subject->n_measurements; i++)
        n += shift__is_watched(w->monitor, subject->measurements[i]->statistic);
    return n;
}

/* Every series and detector gets an equal part of the monitor's rate of false alarms. */
static shift_status set_limits(shift__watching *w, const shift_comparison *c, shift_error *err)
{
    double parts = 0;
    for (int i = 0; i < SHIFT_N_DETECTORS; i++)
        parts += w->monitor->detectors[i];
    size_t n = count_watched(w, c->dataset);
    for (size_t i = 0; i < c->n_features; i++)
        n += count_watched(w, c->features[i]);
    parts *= (double)(n > 0 ? n : 1);
    return shift_change_limits_set(&w->limits, fmin(w->monitor->run_length * parts, 1e9), err);
}

static bool is_acknowledged(const shift_memory *memory, const shift_subject *subject)
{
    for (size_t i = 0; i < memory->n_acknowledged; i++)
        if (memory->acknowledged[i].type == subject->type &&
            strcmp(memory->acknowledged[i].subject, subject->name) == 0)
            return true;
    return false;
}

/* The worst verdict of what is not acknowledged, and how many subjects are. */
typedef struct standing {
    const shift_memory *memory;
    shift_verdict worst;
    size_t n_acknowledged;
} standing;

static void count_subject(standing *s, const shift_subject *subject, shift_verdict verdict)
{
    if (verdict < SHIFT_VERDICT_WARN)
        return;
    if (is_acknowledged(s->memory, subject))
        s->n_acknowledged++;
    else if (verdict > s->worst)
        s->worst = verdict;
}

/* The data set's own part in its verdict: what was measured on all features together. */
static shift_verdict joint_verdict(const shift_subject *dataset)
{
    shift_verdict verdict = SHIFT_VERDICT_NONE;
    for (size_t i = 0; i < dataset->n_measurements; i++)
        if (dataset->measurements[i]->verdict > verdict)
            verdict = dataset->measurements[i]->verdict;
    return verdict;
}

static const shift_subject *find_subject(const shift_comparison *c, const shift_suspect *suspect)
{
    const shift_subject *const *list =
        suspect->type == SHIFT_SUBJECT_FEATURE ? c->features : c->layers;
    size_t n = suspect->type == SHIFT_SUBJECT_FEATURE ? c->n_features : c->n_layers;
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i]->name, suspect->subject) == 0)
            return list[i];
    return NULL;
}

/* A subject that was at the level, and cannot be judged now. */
static bool is_unsure(const shift__watching *w, const shift_comparison *c,
                      const shift_suspect *suspect)
{
    if (suspect->verdict < w->monitor->policy.level)
        return false;
    if (suspect->type == SHIFT_SUBJECT_DATASET)
        return !w->monitor->no_joint && !is_acknowledged(w->memory, c->dataset) &&
               joint_verdict(c->dataset) == SHIFT_VERDICT_NONE;
    const shift_subject *subject = find_subject(c, suspect);
    return subject != NULL && subject->verdict == SHIFT_VERDICT_INCONCLUSIVE &&
           !is_acknowledged(w->memory, subject);
}

/* Where nothing is at the level, what matters is whether that could be told of what was. */
static void settle(shift__watching *w, const shift_comparison *c)
{
    const shift_memory *memory = w->memory;
    shift_verdict *counted = &w->watch.counted;
    if (*counted >= w->monitor->policy.level)
        return;
    if (*counted == SHIFT_VERDICT_INCONCLUSIVE)
        *counted = SHIFT_VERDICT_OK;
    for (size_t i = 0; w->watch.unsure == NULL && i < memory->n_suspects; i++)
        if (is_unsure(w, c, memory->suspects[i]))
            w->watch.unsure = memory->suspects[i]->subject;
    if (w->watch.unsure != NULL)
        *counted = SHIFT_VERDICT_INCONCLUSIVE;
}

shift_verdict shift_watch_standing(const shift_comparison *c, const shift_memory *memory,
                                   size_t *n_acknowledged)
{
    if (c == NULL || memory == NULL || n_acknowledged == NULL)
        return SHIFT_VERDICT_NONE;
    standing s = {memory, SHIFT_VERDICT_OK, 0};
    for (size_t i = 0; i < c->n_features; i++)
        count_subject(&s, c->features[i], c->features[i]->verdict);
    for (size_t i = 0; i < c->n_layers; i++)
        count_subject(&s, c->layers[i], c->layers[i]->verdict);
    count_subject(&s, c->dataset, joint_verdict(c->dataset));
    *n_acknowledged = s.n_acknowledged;
    return s.n_acknowledged > 0 && s.worst < c->verdict ? s.worst : c->verdict;
}

/* Whether the periods after a late one have told its news already, or tell otherwise: an alarm that
 * they began with, the end or the course of one that they knew of. */
static bool is_overtaken(const shift__watching *w, shift_notice notice)
{
    enum { WEEK = 7 };
    const shift_memory *m = w->memory;
    bool high = m->later_counted >= w->monitor->policy.level;
    if (notice == SHIFT_NOTICE_ALARM)
        return high && m->later_notice == SHIFT_NOTICE_ALARM && m->later_days <= WEEK;
    return m->later_notice == SHIFT_NOTICE_NONE ? high : m->later_notice != SHIFT_NOTICE_ALARM;
}

static shift_status judge(shift__watching *w, const shift_comparison *c, shift_error *err)
{
    shift_status status = SHIFT_OK;
    const shift_notice last = w->memory->past.last;
    w->watch.counted = shift_watch_standing(c, w->memory, &w->watch.n_acknowledged);
    settle(w, c);
    w->watch.lasts = last == SHIFT_NOTICE_ALARM || last == SHIFT_NOTICE_REMINDER;
    w->watch.notice = shift_alarm_decide(&w->monitor->policy, &w->memory->past, w->watch.counted);
    if (is_overtaken(w, w->watch.notice))
        w->watch.notice = SHIFT_NOTICE_NONE;
    bool detect = has_detectors(w->monitor);
    if (!w->memory->newest || (!detect && w->monitor->history == 0))
        return SHIFT_OK;
    if (detect)
        status = set_limits(w, c, err);
    if (status == SHIFT_OK)
        status = update_subject(w, c->dataset, err);
    for (size_t i = 0; status == SHIFT_OK && i < c->n_features; i++)
        status = update_subject(w, c->features[i], err);
    for (size_t i = 0; status == SHIFT_OK && i < c->n_layers; i++)
        status = update_subject(w, c->layers[i], err);
    return status;
}

shift_status shift_watch_run(shift_watch **out, const shift_monitor *monitor,
                             const shift_memory *memory, const shift_comparison *comparison,
                             shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, monitor, memory, comparison))
        return SHIFT_EINVAL;
    shift__watching *w = NULL;
    shift_status status = shift__alloc(&w, 1, sizeof *w, err);
    if (status != SHIFT_OK)
        return status;
    w->watch.size = sizeof w->watch;
    w->monitor = monitor;
    w->memory = memory;
    status = judge(w, comparison, err);
    w->watch.series = w->series;
    w->watch.changes = w->changes;
    w->watch.series_length = w->lengths;
    if (status != SHIFT_OK) {
        shift_watch_free(&w->watch);
        return status;
    }
    *out = &w->watch;
    return SHIFT_OK;
}

void shift_watch_free(shift_watch *watch)
{
    if (watch == NULL)
        return;
    shift__watching *w = (shift__watching *)watch;
    free(w->series);
    free(w->changes);
    free(w->lengths);
    shift__arena_clear(&w->arena);
    free(w);
}

shift_status shift_watch_thresholds(shift_threshold **out, size_t *n, const shift_monitor *monitor,
                                    const shift_memory *memory, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, n, monitor, memory))
        return SHIFT_EINVAL;
    shift_threshold *list = NULL;
    shift_status status = shift__alloc(&list, memory->n_series, sizeof *list, err);
    if (status != SHIFT_OK)
        return status;
    *n = 0;
    bool any = monitor->history > 0 && !memory->again;
    for (size_t i = 0; any && i < memory->n_series; i++) {
        const shift_series *s = &memory->series[i];
        if (s->type != SHIFT_SUBJECT_FEATURE || s->state.calm_n < monitor->history)
            continue;
        list[(*n)++] = (shift_threshold){s->statistic, s->subject, shift_change_bound(&s->state, 2),
                                         shift_change_bound(&s->state, 3)};
    }
    *out = list;
    return SHIFT_OK;
}
