/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the patterns of the monitor file come to for the columns that there are. */
#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/file.h"
#include "monitor/watching.h"

#include "core/null.h"

typedef struct resolved {
    shift_monitor_rules rules; /* first: what the caller holds */
    shift__arena arena;
    shift_schema_rule *columns;
    shift_threshold *thresholds;
    size_t columns_capacity, thresholds_capacity;
} resolved;

/* Most patterns are names, one for each column of a wide table: fnmatch() is for what begins with
 * something special. */
static bool matches(const shift_monitor_feature *feature, const char *column)
{
    const char *pattern = feature->pattern;
    for (; *pattern != '\0' && strchr("*?[\\", *pattern) == NULL; pattern++, column++)
        if (*pattern != *column)
            return false;
    return fnmatch(pattern, column, 0) == 0;
}

/* Windows of one value each: the column itself would be shifted in all of them. */
static bool is_cut_by(const shift_monitor *monitor, const char *column)
{
    const shift_window_rule *by = monitor->by;
    return by != NULL && by->kind == SHIFT_WINDOW_VALUES && strcmp(by->column, column) == 0;
}

/* The kind and the exclusion that the last matching entries set, as one rule. */
static shift_status resolve_column(resolved *r, const shift_monitor *monitor, const char *column,
                                   shift_error *err)
{
    shift_schema_rule rule = {column, false, SHIFT_KIND_NUMERIC};
    bool has_kind = false;
    for (size_t i = 0; i < monitor->n_features; i++) {
        const shift_monitor_feature *f = &monitor->features[i];
        if (!matches(f, column))
            continue;
        if (f->has_exclude)
            rule.exclude = f->exclude;
        if (f->has_kind)
            rule.kind = f->kind;
        has_kind = has_kind || f->has_kind;
    }
    rule.exclude = rule.exclude || is_cut_by(monitor, column);
    if (!has_kind && !rule.exclude)
        return SHIFT_OK;
    shift_status status = shift__array_grow(&r->columns, &r->columns_capacity,
                                            r->rules.n_columns + 1, sizeof *r->columns, err);
    if (status == SHIFT_OK)
        r->columns[r->rules.n_columns++] = rule;
    return status;
}

static bool is_excluded(const resolved *r, const char *column)
{
    for (size_t i = 0; i < r->rules.n_columns; i++)
        if (r->columns[i].exclude && strcmp(r->columns[i].column, column) == 0)
            return true;
    return false;
}

static shift_status resolve_thresholds(resolved *r, const shift_monitor_feature *f,
                                       const char *column, shift_error *err)
{
    size_t *n = &r->rules.n_thresholds;
    shift_status status = shift__array_grow(&r->thresholds, &r->thresholds_capacity,
                                            *n + f->n_thresholds, sizeof *r->thresholds, err);
    for (size_t i = 0; status == SHIFT_OK && i < f->n_thresholds; i++) {
        r->thresholds[*n] = f->thresholds[i];
        r->thresholds[(*n)++].feature = column;
    }
    return status;
}

static shift_status unmatched(const shift_monitor *monitor, size_t place,
                              const char *const *columns, size_t n, shift_error *err)
{
    const shift__loaded_monitor *loaded = (const shift__loaded_monitor *)monitor;
    const shift__step steps[] = {{"features", 0}, {NULL, place}, {"name", 0}};
    const char *pattern = monitor->features[place].pattern;
    const char *near = shift__nearest(pattern, columns, n);
    (void)shift__monitor_refuse(&loaded->text, steps, 3, err, "no column is called '%s'%s%s",
                                pattern, near != NULL ? "; did you mean " : "",
                                near != NULL ? near : "");
    if (err != NULL)
        err->status = SHIFT_EINVAL;
    return SHIFT_EINVAL;
}

shift_status shift_monitor_check_formats(const shift_monitor *monitor, const char *const *formats,
                                         size_t n, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, monitor, formats))
        return SHIFT_EINVAL;
    const shift__loaded_monitor *loaded = (const shift__loaded_monitor *)monitor;
    for (size_t i = 0; i < monitor->n_reports; i++) {
        const shift__step steps[] = {{"reports", 0}, {NULL, i}, {"format", 0}};
        const char *format = monitor->reports[i].format;
        size_t k = 0;
        while (k < n && strcmp(formats[k], format) != 0)
            k++;
        if (k < n)
            continue;
        const char *near = shift__nearest(format, formats, n);
        (void)shift__monitor_refuse(&loaded->text, steps, 3, err, "there is no reporter '%s'%s%s",
                                    format, near != NULL ? "; did you mean " : "",
                                    near != NULL ? near : "");
        if (err != NULL)
            err->status = SHIFT_EINVAL;
        return SHIFT_EINVAL;
    }
    return SHIFT_OK;
}

static shift_status resolve(resolved *r, const shift_monitor *monitor, const char *const *columns,
                            size_t n, shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (size_t k = 0; status == SHIFT_OK && k < n; k++)
        status = resolve_column(r, monitor, columns[k], err);
    for (size_t i = 0; status == SHIFT_OK && i < monitor->n_features; i++) {
        bool any = false;
        for (size_t k = 0; status == SHIFT_OK && k < n; k++) {
            if (!matches(&monitor->features[i], columns[k]))
                continue;
            any = true;
            if (monitor->features[i].n_thresholds > 0 && !is_excluded(r, columns[k]))
                status = resolve_thresholds(r, &monitor->features[i], columns[k], err);
        }
        if (status == SHIFT_OK && !any)
            status = unmatched(monitor, i, columns, n, err);
    }
    r->rules.columns = r->columns;
    r->rules.thresholds = r->thresholds;
    return status;
}

shift_status shift_monitor_resolve(shift_monitor_rules **out, const shift_monitor *monitor,
                                   const char *const *columns, size_t n, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, monitor) || (n > 0 && SHIFT__ANY_NULL(err, columns)))
        return SHIFT_EINVAL;
    resolved *r = NULL;
    shift_status status = shift__alloc(&r, 1, sizeof *r, err);
    if (status != SHIFT_OK)
        return status;
    r->rules.size = sizeof r->rules;
    status = resolve(r, monitor, columns, n, err);
    if (status != SHIFT_OK) {
        shift_monitor_rules_free(&r->rules);
        return status;
    }
    *out = &r->rules;
    return SHIFT_OK;
}

void shift_monitor_rules_free(shift_monitor_rules *rules)
{
    if (rules == NULL)
        return;
    resolved *r = (resolved *)rules;
    free(r->columns);
    free(r->thresholds);
    free(r);
}

/* A comparison of which some measurements are left out. */
typedef struct selection {
    shift_comparison view; /* first: what the caller holds */
    shift__arena arena;
} selection;

/* Without its values a change could not be dated. */
static bool wants(const shift_monitor *monitor, const shift_monitor_feature *f,
                  const shift_measurement *m)
{
    bool wanted = m->verdict != SHIFT_VERDICT_NONE || !isnan(m->p_adjusted) || !isnan(m->warn) ||
                  !isnan(m->alert) || shift__is_watched(monitor, m->statistic);
    for (size_t i = 0; !wanted && i < f->n_statistics; i++)
        wanted = strcmp(f->statistics[i], m->statistic) == 0;
    return wanted;
}

static shift_status select_of_subject(selection *s, const shift_monitor *monitor,
                                      const shift_subject *subject, const shift_subject **out,
                                      shift_error *err)
{
    const shift_monitor_feature *last = NULL;
    for (size_t i = 0; i < monitor->n_features; i++)
        if (monitor->features[i].statistics != NULL &&
            matches(&monitor->features[i], subject->name))
            last = &monitor->features[i];
    *out = subject;
    if (last == NULL)
        return SHIFT_OK;
    shift_subject *copy = NULL;
    const shift_measurement **list = NULL;
    shift_status status = shift__arena_alloc(&s->arena, &copy, 1, sizeof *copy, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(&s->arena, &list, subject->n_measurements, sizeof(void *), err);
    if (status != SHIFT_OK)
        return status;
    *copy = *subject;
    copy->measurements = list;
    copy->n_measurements = 0;
    for (size_t i = 0; i < subject->n_measurements; i++)
        if (wants(monitor, last, subject->measurements[i]))
            list[copy->n_measurements++] = subject->measurements[i];
    *out = copy;
    return SHIFT_OK;
}

shift_status shift_monitor_select(shift_comparison **out, const shift_monitor *monitor,
                                  const shift_comparison *comparison, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, monitor, comparison))
        return SHIFT_EINVAL;
    selection *s = NULL;
    const shift_subject **features = NULL;
    shift_status status = shift__alloc(&s, 1, sizeof *s, err);
    if (status != SHIFT_OK)
        return status;
    s->view = *comparison;
    status = shift__arena_alloc(&s->arena, &features, comparison->n_features, sizeof(void *), err);
    for (size_t i = 0; status == SHIFT_OK && i < comparison->n_features; i++)
        status = select_of_subject(s, monitor, comparison->features[i], &features[i], err);
    if (status != SHIFT_OK) {
        shift_monitor_selection_free(&s->view);
        return status;
    }
    s->view.features = features;
    *out = &s->view;
    return SHIFT_OK;
}

void shift_monitor_selection_free(shift_comparison *view)
{
    if (view == NULL)
        return;
    selection *s = (selection *)view;
    shift__arena_clear(&s->arena);
    free(s);
}
