/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verdicts and the sentences that give their reasons. */
#include <inttypes.h>
#include <stdio.h>

#include "compare/decision/decision.h"

/* How far a value is beyond a threshold: 1 at it. NaN where there is no threshold or value. */
static double reach(shift__extent extent, double value, double threshold)
{
    switch (extent) {
    case SHIFT__AROUND_0:
        return fabs(value) / threshold;
    case SHIFT__AROUND_1:
        return fabs(log(value)) / log(threshold);
    case SHIFT__ABOVE:
        break;
    }
    return value / threshold;
}

/* OK, WARN or ALERT by size alone */
static shift_verdict size_of(const shift__statistic *s, const shift_measurement *m)
{
    if (reach(s->extent, m->value, m->alert) >= 1.0)
        return SHIFT_VERDICT_ALERT;
    if (reach(s->extent, m->value, m->warn) >= 1.0)
        return SHIFT_VERDICT_WARN;
    return SHIFT_VERDICT_OK;
}

static bool has_threshold(const shift_measurement *m)
{
    return !isnan(m->warn) || !isnan(m->alert);
}

/* How strong an effect is beside the others of its subject */
static double strength(const shift__statistic *s, const shift_measurement *m)
{
    double r = reach(s->extent, m->value, isnan(m->alert) ? m->warn : m->alert);
    return isnan(r) ? -1.0 : r;
}

/* The strongest deciding effect of a family, or SIZE_MAX */
static size_t strongest(const shift__case *c, shift__family family)
{
    size_t best = SIZE_MAX;
    double most = -1.0;
    for (size_t i = 0; i < c->n; i++) {
        if (c->statistics[i]->family != family || !has_threshold(&c->measurements[i]))
            continue;
        double s = strength(c->statistics[i], &c->measurements[i]);
        if (s > most) {
            most = s;
            best = i;
        }
    }
    return best;
}

/* The deciding test with the smallest p-value of a family, or NULL where none could be made */
static const shift_measurement *smallest_p(const shift__case *c, shift__family family)
{
    const shift_measurement *best = NULL;
    for (size_t i = 0; i < c->n; i++) {
        const shift_measurement *m = &c->measurements[i];
        if (!c->statistics[i]->decides || c->statistics[i]->family != family || isnan(m->p_value))
            continue;
        if (best == NULL || m->log10_p < best->log10_p)
            best = m;
    }
    return best;
}

/* What one family of statistics says about a subject */
typedef struct finding {
    const shift_measurement *test; /* smallest p-value, or NULL */
    bool real;
    size_t effect; /* strongest effect, or SIZE_MAX */
    shift_verdict size;
} finding;

static finding find(const shift__bench *bench, const shift__case *c, shift__family family)
{
    finding f = {smallest_p(c, family), false, strongest(c, family), SHIFT_VERDICT_OK};
    f.real = f.test != NULL && f.test->p_adjusted <= bench->alpha;
    for (size_t i = 0; i < c->n; i++) {
        if (c->statistics[i]->family != family || !has_threshold(&c->measurements[i]))
            continue;
        shift_verdict size = size_of(c->statistics[i], &c->measurements[i]);
        f.size = size > f.size ? size : f.size;
    }
    return f;
}

static double alert_of(const shift__case *c, const char *statistic)
{
    const shift__statistic *row = shift__statistic_find(statistic);
    for (size_t i = 0; i < c->n; i++)
        if (c->statistics[i] == row)
            return isnan(c->measurements[i].alert) ? c->measurements[i].warn
                                                   : c->measurements[i].alert;
    return (double)NAN;
}

/* Whether a shift of the size that matters would probably have gone unseen */
static bool is_blind(const shift__bench *bench, const shift__case *c)
{
    const shift_subject *s = c->subject;
    double m = (double)s->train.n;
    double n = (double)s->prod.n;
    bool numeric = s->kind == SHIFT_KIND_NUMERIC;
    if (!numeric && s->kind != SHIFT_KIND_CATEGORICAL && s->kind != SHIFT_KIND_BOOLEAN)
        return false;
    if (s->train.n == 0 || s->prod.n == 0)
        return s->train.n != s->prod.n || s->train.missing == 0 || s->prod.missing == 0;
    if (numeric)
        return shift__detectable_mean_shift(bench->level, m, n) > alert_of(c, "mean_shift");
    return shift__detectable_divergence(bench->level, m, n, c->n_cells) > alert_of(c, "psi");
}

/* Long enough for what name_p() writes. */
typedef struct p_text {
    char text[24];
} p_text;

/* A p-value that underflows is not 0. */
static p_text name_p(double p)
{
    p_text out;
    if (p < 1e-300)
        (void)snprintf(out.text, sizeof out.text, "< 1e-300");
    else
        (void)snprintf(out.text, sizeof out.text, "%.2g", p);
    return out;
}

/* One measurement's verdict and which question it failed */
static shift_status judge_measurement(const shift__bench *bench, const shift__statistic *s,
                                      shift_measurement *m, const finding *f, shift_error *err)
{
    shift_verdict size = size_of(s, m);
    m->verdict = f->real ? size : SHIFT_VERDICT_OK;
    if (f->real && size == SHIFT_VERDICT_OK)
        return shift__arena_print(bench->arena, &m->reason, err,
                                  "significant (p %s), but too small to matter",
                                  name_p(f->test->p_value).text);
    if (!f->real && size > SHIFT_VERDICT_OK && f->test != NULL)
        return shift__arena_print(bench->arena, &m->reason, err,
                                  "large, but not significant (p %.2g)", f->test->p_value);
    if (!f->real && size > SHIFT_VERDICT_OK)
        return shift__arena_print(bench->arena, &m->reason, err,
                                  "large, but it cannot be tested with these rows");
    return SHIFT_OK;
}

static shift_status judge_measurements(const shift__bench *bench, shift__case *c,
                                       shift__family family, const finding *f, shift_error *err)
{
    for (size_t i = 0; i < c->n; i++) {
        shift_measurement *m = &c->measurements[i];
        if (c->statistics[i]->family != family || !has_threshold(m) || isnan(m->value))
            continue;
        shift_status status = judge_measurement(bench, c->statistics[i], m, f, err);
        if (status != SHIFT_OK)
            return status;
    }
    return SHIFT_OK;
}

/* "PSI 0.31" of the strongest effect of a finding */
static shift_status name_effect(const shift__bench *bench, const shift__case *c, const finding *f,
                                const char **out, shift_error *err)
{
    if (f->effect == SIZE_MAX) {
        *out = "no effect that has a threshold";
        return SHIFT_OK;
    }
    return shift__arena_print(bench->arena, out, err, "%s %.3g", c->statistics[f->effect]->label,
                              c->measurements[f->effect].value);
}

static shift_status explain_shift(const shift__bench *bench, shift__case *c, const finding *f,
                                  shift_error *err)
{
    const char *effect = NULL;
    shift_status status = name_effect(bench, c, f, &effect, err);
    if (status != SHIFT_OK)
        return status;
    const shift_measurement *m = &c->measurements[f->effect];
    bool alert = c->subject->verdict == SHIFT_VERDICT_ALERT;
    return shift__arena_print(bench->arena, &c->subject->reason, err,
                              "%s, %s from %.3g; significant (adjusted p %s)", effect,
                              alert ? "alert" : "warn", alert ? m->alert : m->warn,
                              name_p(f->test->p_adjusted).text);
}

static shift_status explain_small(const shift__bench *bench, shift__case *c, const finding *f,
                                  shift_error *err)
{
    const char *effect = NULL;
    shift_status status = name_effect(bench, c, f, &effect, err);
    if (status != SHIFT_OK)
        return status;
    return shift__arena_print(bench->arena, &c->subject->reason, err,
                              "significant (p %s), but too small to matter (%s)",
                              name_p(f->test->p_value).text, effect);
}

/* What these rows could not have shown, as the end of a sentence; empty where it is not known */
static shift_status name_blindness(const shift__bench *bench, const shift__case *c,
                                   const char **out, shift_error *err)
{
    const shift_subject *s = c->subject;
    *out = "";
    if (s->train.n == 0 || s->prod.n == 0) {
        *out = s->train.n == 0 ? "no values in training" : "no values in production";
        return SHIFT_OK;
    }
    if (s->kind == SHIFT_KIND_NUMERIC)
        return shift__arena_print(bench->arena, out, err,
                                  "with these rows a mean shift below %.2g sd could not be seen",
                                  s->detectable_mean_shift);
    double w = shift__detectable_divergence(bench->level, (double)s->train.n, (double)s->prod.n,
                                            c->n_cells);
    return shift__arena_print(bench->arena, out, err,
                              "with these rows a PSI below %.2g could not be seen", w);
}

static shift_status explain_noise(const shift__bench *bench, shift__case *c, const finding *f,
                                  shift_error *err)
{
    const char *effect = NULL;
    shift_status status = name_effect(bench, c, f, &effect, err);
    if (status != SHIFT_OK)
        return status;
    uint64_t rows =
        c->subject->prod.n < c->subject->train.n ? c->subject->prod.n : c->subject->train.n;
    if (f->test == NULL)
        return shift__arena_print(bench->arena, &c->subject->reason, err,
                                  "%s is large, but cannot be tested with these rows", effect);
    return shift__arena_print(bench->arena, &c->subject->reason, err,
                              "%s is large, but the difference is not significant (p %.2g): "
                              "%" PRIu64 " row%s cannot tell it from noise",
                              effect, f->test->p_value, rows, rows == 1 ? "" : "s");
}

static shift_verdict verdict_of(const finding *f)
{
    return f->real ? f->size : SHIFT_VERDICT_OK;
}

static shift_status explain(const shift__bench *bench, shift__case *c, const finding *values,
                            const finding *presence, shift_error *err)
{
    shift_subject *s = c->subject;
    if (s->verdict >= SHIFT_VERDICT_WARN)
        return explain_shift(bench, c, verdict_of(values) == s->verdict ? values : presence, err);
    if (values->size > SHIFT_VERDICT_OK && !values->real)
        return explain_noise(bench, c, values, err);
    if (presence->size > SHIFT_VERDICT_OK && !presence->real)
        return explain_noise(bench, c, presence, err);
    if (s->verdict == SHIFT_VERDICT_INCONCLUSIVE)
        return name_blindness(bench, c, &s->reason, err);
    if (values->real || presence->real)
        return explain_small(bench, c, values->real ? values : presence, err);
    return SHIFT_OK;
}

shift_status shift__judge(const shift__bench *bench, shift__case *c, shift_error *err)
{
    finding values = find(bench, c, SHIFT__VALUES);
    finding presence = find(bench, c, SHIFT__PRESENCE);
    shift_verdict a = verdict_of(&values);
    shift_verdict b = verdict_of(&presence);
    shift_subject *s = c->subject;
    s->verdict = a > b ? a : b;
    if (s->kind == SHIFT_KIND_NUMERIC)
        s->detectable_mean_shift =
            shift__detectable_mean_shift(bench->level, (double)s->train.n, (double)s->prod.n);
    if (s->verdict == SHIFT_VERDICT_OK && !values.real && !presence.real && is_blind(bench, c))
        s->verdict = SHIFT_VERDICT_INCONCLUSIVE;
    shift_status status = judge_measurements(bench, c, SHIFT__VALUES, &values, err);
    if (status == SHIFT_OK)
        status = judge_measurements(bench, c, SHIFT__PRESENCE, &presence, err);
    if (status == SHIFT_OK)
        status = explain(bench, c, &values, &presence, err);
    return status;
}
