/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A strip of columns has an arena and findings of its own, which are joined in the strips' order,
 * so what comes out does not depend on which thread had which strip. */
#include "compare/columns.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "compare/curve.h"
#include "compare/custom.h"
#include "compare/dependence.h"
#include "compare/distribution.h"
#include "compare/pair.h"
#include "compare/statistics/contingency.h"
#include "profile/feature.h"

enum { STRIPS = 64 /* of columns, at most */ };

static bool kinds_agree(shift_kind x, shift_kind y)
{
    return shift_kind_is_number(x) || shift_kind_is_number(y) ? x == y : true;
}

/* Production's side of a column; values of another kind count as values that do not parse. */
static shift_status production_side(const shift__columns *b, const shift__column *c,
                                    shift_kind kind, shift_distribution **out, shift_error *err)
{
    uint64_t rows = shift_profile_rows(b->prod);
    if (c->prod_column == SIZE_MAX || shift_profile_absent(b->prod, c->prod_column))
        return shift__distribution_absent(out, kind, rows, err);
    const shift__feature *feature = shift__profile_feature(b->prod, c->prod_column);
    if (kinds_agree(kind, feature->kind))
        return shift_distribution_of_profile(out, b->prod, c->prod_column, err);
    shift_status status = shift__distribution_absent(out, kind, rows, err);
    if (status == SHIFT_OK) {
        (*out)->missing = feature->missing;
        (*out)->non_finite = feature->non_finite;
        (*out)->invalid = rows - feature->missing - feature->non_finite;
    }
    return status;
}

static size_t count_statistics(const shift__columns *b, shift_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < shift__n_statistics; i++)
        n += (shift__statistics[i].kinds >> kind & 1u) != 0;
    for (size_t i = 0; i < b->policy->n_statistics; i++)
        n += (b->customs[i].kinds >> kind & 1u) != 0;
    return n;
}

static void store_estimate(const shift__estimate *e, shift_measurement *m)
{
    m->value = e->value;
    m->low = e->low;
    m->high = e->high;
    m->p_value = e->tail.p;
    m->log10_p = e->tail.log10_p;
    m->p_adjusted = (double)NAN;
    m->reason = e->reason;
    if (isfinite(m->value))
        return;
    m->value = m->low = m->high = (double)NAN;
    if (m->reason == NULL)
        m->reason = shift__beyond;
}

shift_status shift__case_room(shift__case *c, shift__arena *arena, size_t n,
                              const shift_measurement ***list, shift_error *err)
{
    shift_status status =
        shift__arena_alloc(arena, &c->measurements, n, sizeof *c->measurements, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &c->statistics, n, sizeof(void *), err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &c->weights, n, sizeof *c->weights, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, list, n, sizeof(void *), err);
    return status;
}

void shift__case_add(shift__case *c, const shift__statistic *row, const shift__estimate *estimate,
                     const shift_measurement **list)
{
    shift_measurement *m = &c->measurements[c->n];
    m->statistic = row->name;
    m->warn = m->alert = (double)NAN;
    store_estimate(estimate, m);
    c->statistics[c->n] = row;
    list[c->n] = m;
    c->n++;
    c->subject->measurements = list;
    c->subject->n_measurements = c->n;
}

static shift_status measure_customs(shift__columns *b, const shift__pair *pair, shift__case *c,
                                    const shift_measurement **list, shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < b->policy->n_statistics; i++) {
        shift__estimate estimate;
        if ((b->customs[i].kinds >> c->subject->kind & 1u) == 0)
            continue;
        status = shift__custom_measure(&b->policy->statistics[i], pair, &estimate, err);
        shift__case_add(c, &b->customs[i], &estimate, list);
        c->measurements[c->n - 1].warn = b->policy->statistics[i].warn;
        c->measurements[c->n - 1].alert = b->policy->statistics[i].alert;
    }
    return status;
}

/* Thresholds from what was usual do not tell what matters. */
static double least_to_show(const shift_policy *policy, const shift_subject *subject,
                            const shift__statistic *row)
{
    shift_measurement m = {.value = 0};
    shift_policy fixed = *policy;
    fixed.n_usual = 0;
    shift__policy_thresholds(&fixed, subject->name, row, subject->kind, &m);
    return isnan(m.alert) ? m.warn : m.alert;
}

static shift_status measure(shift__columns *b, const shift__pair *pair, shift__case *c,
                            shift_error *err)
{
    shift_kind kind = c->subject->kind;
    const shift_measurement **list = NULL;
    shift_policy policy;
    shift_status status = shift__case_room(c, b->arena, count_statistics(b, kind), &list, err);
    if (status == SHIFT_OK)
        status = shift__policy_narrow(&policy, b->policy, c->subject->name, b->arena, err);
    for (size_t i = 0; status == SHIFT_OK && i < shift__n_statistics; i++) {
        const shift__statistic *row = &shift__statistics[i];
        if ((row->kinds >> kind & 1u) == 0)
            continue;
        shift__estimate estimate = shift__undefined(NULL);
        status = row->compute(pair, &estimate, err);
        shift__case_add(c, row, &estimate, list);
        shift__policy_thresholds(&policy, c->subject->name, row, kind, &c->measurements[c->n - 1]);
        if (policy.n_usual > 0 && strcmp(row->name, shift__blinding(kind)) == 0)
            c->least = least_to_show(&policy, c->subject, row);
    }
    return status == SHIFT_OK ? measure_customs(b, pair, c, list, err) : status;
}

shift_status shift__subject_new(shift_subject **out, shift__arena *arena, shift_subject_type type,
                                const char *name, shift_kind kind, shift_error *err)
{
    shift_subject *s = NULL;
    shift_status status = shift__arena_alloc(arena, &s, 1, sizeof *s, err);
    if (status == SHIFT_OK)
        status = shift__arena_text(arena, &s->name, name, name == NULL ? 0 : strlen(name), err);
    if (status != SHIFT_OK)
        return status;
    s->type = type;
    s->kind = kind;
    s->detectable_mean_shift = (double)NAN;
    *out = s;
    return SHIFT_OK;
}

/* One side's inflation, where its rows are a series. */
static shift__inflation inflation_of(bool serial, const shift_profile *profile, size_t column,
                                     const shift_distribution *d, bool sure)
{
    if (!serial || column == SIZE_MAX)
        return (shift__inflation){1.0, 1.0, 1.0, 1.0};
    return shift__inflation_of(shift__profile_feature(profile, column), d, sure);
}

/* A side with few rows cannot show by itself what the other shows, nor how much: where both are
 * series, the larger figure is that of both. */
static shift__dependence dependence_of(const shift__columns *b, const shift__column *c)
{
    shift__dependence d;
    d.train = inflation_of(b->serial_train, b->train, c->train_column, c->x, b->series);
    bool sure = b->series || d.train.values > 1.0;
    d.prod = inflation_of(b->serial_prod, b->prod, c->prod_column, c->y, sure);
    if (!sure && d.prod.values > 1.0)
        d.train = inflation_of(b->serial_train, b->train, c->train_column, c->x, true);
    if (b->serial_train && b->serial_prod && c->prod_column != SIZE_MAX)
        shift__share_inflation(&d, c->x, c->y);
    return d;
}

static shift_status account_for_dependence(shift__columns *b, const shift__column *c,
                                           const shift__pair *pair, shift__case *out,
                                           shift_error *err)
{
    shift__dependence d = dependence_of(b, c);
    double *log10_p = NULL;
    if (!shift__is_dependent(&d))
        return SHIFT_OK;
    b->n_dependent++;
    shift_status status = shift__arena_alloc(b->arena, &log10_p, out->n, sizeof *log10_p, err);
    if (status != SHIFT_OK)
        return status;
    shift__account_for_dependence(&d, pair, out, log10_p);
    return shift__report_dependence(&d, c, &b->findings, err);
}

static shift_status compare_sides(shift__columns *b, const shift__column *c, shift__case *out,
                                  shift_error *err)
{
    shift__pair *pair = NULL;
    shift_status status = shift__pair_new(&pair, c->x, c->y, err);
    if (status != SHIFT_OK)
        return status;
    out->n_cells = pair->numeric ? pair->n_cells : shift__merged_cells(pair);
    shift__summarise(c->x, &out->subject->train);
    shift__summarise(c->y, &out->subject->prod);
    status = shift__draw(c->x, c->y, b->arena, out->subject, err);
    if (status == SHIFT_OK)
        status = measure(b, pair, out, err);
    if (status == SHIFT_OK)
        status = account_for_dependence(b, c, pair, out, err);
    shift__pair_free(pair);
    return status;
}

static shift_status compare_column(shift__columns *b, size_t i, shift_error *err)
{
    const shift_schema *schema = shift_profile_schema(b->train);
    const char *name = shift_schema_name(schema, i);
    shift_kind kind = shift_schema_kind(schema, i);
    shift__column c = {
        name, b->train, b->prod, i, shift_schema_find(shift_profile_schema(b->prod), name),
        NULL, NULL};
    shift_distribution *x = NULL;
    shift_distribution *y = NULL;
    shift_status status =
        shift__subject_new(&b->cases[i].subject, b->arena, SHIFT_SUBJECT_FEATURE, name, kind, err);
    if (status == SHIFT_OK)
        status = shift_distribution_of_profile(&x, b->train, i, err);
    if (status == SHIFT_OK)
        status = production_side(b, &c, kind, &y, err);
    c.x = x;
    c.y = y;
    if (status == SHIFT_OK)
        status = compare_sides(b, &c, &b->cases[i], err);
    if (status == SHIFT_OK)
        status = shift__findings_column(&b->findings, &c, err);
    shift_distribution_free(x);
    shift_distribution_free(y);
    return status;
}

/* The columns from `begin` to `end` - 1. */
typedef struct strip {
    shift__columns columns;
    shift__arena arena;
    size_t begin, end;
    shift__progress *progress;
    shift_status status;
    shift_error err;
} strip;

static void compare_strip(void *context, size_t i)
{
    strip *s = (strip *)context + i;
    for (size_t c = s->begin; s->status == SHIFT_OK && c < s->end; c++) {
        s->status = shift__progress_check(s->progress, &s->err);
        if (s->status == SHIFT_OK)
            s->status = compare_column(&s->columns, c, &s->err);
        shift__progress_add(s->progress, 1);
    }
}

static shift_status join(shift__columns *columns, strip *s, shift_error *err)
{
    columns->n_dependent += s->columns.n_dependent;
    shift__arena_join(columns->arena, &s->arena);
    return s->status == SHIFT_OK
               ? shift__findings_join(&columns->findings, &s->columns.findings, err)
               : shift_error_set(err, s->status, "%s", s->err.message);
}

shift_status shift__columns_compare(shift__columns *columns, size_t n, shift__pool *pool,
                                    shift_error *err)
{
    bool alone = columns->policy->n_statistics > 0; /* in one strip, as a failure ends it */
    size_t width = alone ? n : (n + STRIPS - 1) / STRIPS;
    size_t n_strips = width > 0 ? (n + width - 1) / width : 0;
    strip *strips = NULL;
    shift_status status = shift__alloc(&strips, n_strips, sizeof *strips, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < n_strips; i++) {
        strip *one = &strips[i];
        one->columns = *columns;
        one->columns.arena = &one->arena;
        one->columns.findings = (shift__findings){.arena = &one->arena};
        one->columns.n_dependent = 0;
        one->begin = i * width;
        one->end = one->begin + width < n ? one->begin + width : n;
        one->progress = shift__pool_progress(pool);
    }
    shift__pool_run(alone ? NULL : pool, n_strips, compare_strip, strips);
    for (size_t i = 0; status == SHIFT_OK && i < n_strips; i++)
        status = join(columns, &strips[i], err);
    for (size_t i = 0; i < n_strips; i++) {
        shift__findings_clear(&strips[i].columns.findings);
        shift__arena_clear(&strips[i].arena);
    }
    free(strips);
    return status;
}
