/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verdicts and the sentences that give their reasons. */
#include <stdio.h>
#include <string.h>

#include "compare/decision/decision.h"

static size_t place_of(const shift__case *c, const char *statistic)
{
    for (size_t i = 0; i < c->n; i++)
        if (strcmp(c->statistics[i]->name, statistic) == 0)
            return i;
    return SIZE_MAX;
}

static double value_of(const shift__case *c, const char *statistic)
{
    size_t i = place_of(c, statistic);
    return i == SIZE_MAX ? (double)NAN : c->measurements[i].value;
}

static double weight_of(const shift__case *c, const char *statistic)
{
    size_t i = place_of(c, statistic);
    return i == SIZE_MAX ? 0.0 : c->weights[i];
}

static bool is_down(shift__extent extent, double value)
{
    return (extent == SHIFT__AROUND_0 && value < 0.0) || (extent == SHIFT__AROUND_1 && value < 1.0);
}

/* How far `x` is on the way from no shift to a threshold, up or down. NaN where there is none. */
static double way(shift__extent extent, double x, double threshold, bool down)
{
    double sign = down ? -1.0 : 1.0;
    switch (extent) {
    case SHIFT__AROUND_0:
        return sign * x / threshold;
    case SHIFT__AROUND_1:
        return sign * log(x) / log(threshold);
    case SHIFT__ABOVE:
        break;
    }
    return x / threshold;
}

static double reach(shift__extent extent, double value, double threshold)
{
    return way(extent, value, threshold, is_down(extent, value));
}

/* Whether a value is over a threshold by more than luck: its interval must not reach back to half
 * of it. */
static bool is_over(shift__extent extent, const shift_measurement *m, double threshold)
{
    if (!(reach(extent, m->value, threshold) >= 1.0))
        return false;
    bool down = is_down(extent, m->value);
    double near_end = down ? m->high : m->low;
    return isnan(near_end) || way(extent, near_end, threshold, down) > 0.5;
}

/*
 * Whether values moved by more than a twentieth of a standard deviation or, where outliers blow
 * that up, of what the quartiles say it is. Values that are rounded otherwise, or went through
 * single precision, change places without moving: every effect of order would see a shift.
 */
static bool have_moved(const shift__case *c)
{
    const double least = 0.05;
    const double iqr_of_normal = 1.3489795003921634;
    const shift_summary *x = &c->subject->train;
    double scale = sqrt(x->variance);
    double robust = (x->quantiles[4] - x->quantiles[2]) / iqr_of_normal;
    if (robust > 0.0 && !(scale <= robust)) /* the variance may be beyond the range of numbers */
        scale = robust;
    double distance = value_of(c, "wasserstein");
    return isnan(distance) || isnan(scale) || distance >= least * scale;
}

/* OK, WARN or ALERT by size alone */
static shift_verdict size_of(const shift__case *c, size_t i)
{
    const shift__statistic *s = c->statistics[i];
    const shift_measurement *m = &c->measurements[i];
    if (shift__role_of(s, c->subject->kind)->by_order && !have_moved(c))
        return SHIFT_VERDICT_OK;
    if (is_over(s->extent, m, m->alert))
        return SHIFT_VERDICT_ALERT;
    if (is_over(s->extent, m, m->warn))
        return SHIFT_VERDICT_WARN;
    return SHIFT_VERDICT_OK;
}

/* The value alone, and with its interval */
static bool seems_over(const shift__case *c, size_t i)
{
    const shift_measurement *m = &c->measurements[i];
    shift__extent extent = c->statistics[i]->extent;
    return reach(extent, m->value, m->warn) >= 1.0 || reach(extent, m->value, m->alert) >= 1.0;
}

static bool is_over_alone(const shift__case *c, size_t i)
{
    const shift_measurement *m = &c->measurements[i];
    shift__extent extent = c->statistics[i]->extent;
    return is_over(extent, m, m->warn) || is_over(extent, m, m->alert);
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

/* The deciding test of a family that speaks loudest, or NULL where none could be made */
static const shift_measurement *smallest_p(const shift__case *c, shift__family family)
{
    const shift_measurement *best = NULL;
    double least = (double)INFINITY;
    for (size_t i = 0; i < c->n; i++) {
        if (!(c->weights[i] > 0.0) || c->statistics[i]->family != family)
            continue;
        double corrected = shift__deciding_log10_p(c, i) - log10(c->weights[i]);
        if (best == NULL || corrected < least) {
            best = &c->measurements[i];
            least = corrected;
        }
    }
    return best;
}

/* What one family of statistics says about a subject */
typedef struct finding {
    const shift_measurement *test; /* smallest p-value, or NULL */
    bool real;
    size_t effect; /* strongest effect, or SIZE_MAX */
    shift_verdict size;
    bool looks_large; /* some value is over a threshold, be its interval as wide as it may */
} finding;

static finding find(const shift__bench *bench, const shift__case *c, shift__family family)
{
    finding f = {smallest_p(c, family), false, strongest(c, family), SHIFT_VERDICT_OK, false};
    f.real = f.test != NULL && f.test->p_adjusted <= bench->alpha;
    for (size_t i = 0; i < c->n; i++) {
        if (c->statistics[i]->family != family || !has_threshold(&c->measurements[i]))
            continue;
        shift_verdict size = size_of(c, i);
        f.size = size > f.size ? size : f.size;
        f.looks_large = f.looks_large || seems_over(c, i);
    }
    return f;
}

const char *shift__blinding(shift_kind kind)
{
    return kind == SHIFT_KIND_NUMERIC ? "wasserstein_normalized" : "jensen_shannon";
}

/* The size of shift that rows must be able to show */
static double size_to_show(const shift__case *c)
{
    size_t i = place_of(c, shift__blinding(c->subject->kind));
    if (i == SIZE_MAX)
        return (double)NAN;
    const shift_measurement *m = &c->measurements[i];
    double alert = isnan(m->alert) ? m->warn : m->alert;
    return alert < c->least ? c->least : alert;
}

/* Independent values that a side has, or is worth */
static double train_worth(const shift__case *c)
{
    return c->log10_p != NULL ? c->worth_train : (double)c->subject->train.n;
}

static double prod_worth(const shift__case *c)
{
    return c->log10_p != NULL ? c->worth_prod : (double)c->subject->prod.n;
}

/* Smallest mean shift, in standard deviations, that the subject's tests see */
static double detectable_shift(const shift__bench *bench, const shift__case *c)
{
    double weight = weight_of(c, "normal_scores") + weight_of(c, "welch_t");
    return shift__detectable_mean_shift(bench->level * weight, train_worth(c), prod_worth(c));
}

/* The same for the Jensen-Shannon distance of categories */
static double detectable_distance(const shift__bench *bench, const shift__case *c)
{
    return shift__detectable_distance(bench->level * weight_of(c, "chi_square_merged"),
                                      train_worth(c), prod_worth(c), c->n_cells);
}

/* Whether the two sides are the same to the last value */
static bool are_alike(const shift__case *c)
{
    return value_of(c, c->subject->kind == SHIFT_KIND_NUMERIC ? "ks" : "total_variation") == 0.0;
}

/* Whether a shift of the size that matters would probably have gone unseen */
static bool is_blind(const shift__bench *bench, const shift__case *c)
{
    const shift_subject *s = c->subject;
    bool numeric = s->kind == SHIFT_KIND_NUMERIC;
    if (!numeric && s->kind != SHIFT_KIND_CATEGORICAL && s->kind != SHIFT_KIND_BOOLEAN)
        return false;
    if (s->train.n == 0 || s->prod.n == 0)
        return s->train.n != s->prod.n || s->train.missing == 0 || s->prod.missing == 0;
    if (are_alike(c))
        return false;
    return (numeric ? detectable_shift(bench, c) : detectable_distance(bench, c)) > size_to_show(c);
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
static shift_status judge_measurement(const shift__bench *bench, shift__case *c, size_t i,
                                      const finding *f, shift_error *err)
{
    shift_measurement *m = &c->measurements[i];
    shift_verdict size = size_of(c, i);
    m->verdict = f->real ? size : SHIFT_VERDICT_OK;
    if (f->real && size == SHIFT_VERDICT_OK)
        return shift__arena_print(bench->arena, &m->reason, err,
                                  "significant (adjusted p %s), but by this measure %s",
                                  name_p(f->test->p_adjusted).text,
                                  !seems_over(c, i)     ? "too small to matter"
                                  : is_over_alone(c, i) ? "the values themselves hardly moved"
                                                        : "its size is uncertain");
    if (!f->real && seems_over(c, i) && f->test != NULL)
        return shift__arena_print(bench->arena, &m->reason, err,
                                  "large, but not significant (adjusted p %s)",
                                  name_p(f->test->p_adjusted).text);
    if (!f->real && seems_over(c, i))
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
        shift_status status = judge_measurement(bench, c, i, f, err);
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
    bool uncertain =
        f->effect != SIZE_MAX && seems_over(c, f->effect) && !is_over_alone(c, f->effect);
    if (uncertain)
        return shift__arena_print(
            bench->arena, &c->subject->reason, err,
            "significant (adjusted p %s), but its size is uncertain (%s, 95 %% interval "
            "%.2g to %.2g)",
            name_p(f->test->p_adjusted).text, effect, c->measurements[f->effect].low,
            c->measurements[f->effect].high);
    return shift__arena_print(bench->arena, &c->subject->reason, err,
                              "significant (adjusted p %s), but too small to matter (%s)",
                              name_p(f->test->p_adjusted).text, effect);
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
    return shift__arena_print(
        bench->arena, out, err,
        "with these rows a Jensen-Shannon distance below %.2g could not be seen",
        detectable_distance(bench, c));
}

static shift_status explain_noise(const shift__bench *bench, shift__case *c, const finding *f,
                                  shift_error *err)
{
    const char *effect = NULL;
    shift_status status = name_effect(bench, c, f, &effect, err);
    if (status != SHIFT_OK)
        return status;
    if (f->test == NULL)
        return shift__arena_print(bench->arena, &c->subject->reason, err,
                                  "%s is large, but cannot be tested with these rows", effect);
    double worth = fmin(train_worth(c), prod_worth(c));
    uint64_t rows =
        c->subject->prod.n < c->subject->train.n ? c->subject->prod.n : c->subject->train.n;
    return shift__arena_print(bench->arena, &c->subject->reason, err,
                              "%s is large, but the difference is not significant (adjusted p %s): "
                              "%.0f %srow%s cannot tell it from noise",
                              effect, name_p(f->test->p_adjusted).text, worth,
                              worth < (double)rows ? "independent " : "", worth < 1.5 ? "" : "s");
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
    if (values->looks_large && !values->real)
        return explain_noise(bench, c, values, err);
    if (presence->looks_large && !presence->real)
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
        s->detectable_mean_shift = detectable_shift(bench, c);
    if (s->verdict == SHIFT_VERDICT_OK && !values.real && !presence.real && is_blind(bench, c))
        s->verdict = SHIFT_VERDICT_INCONCLUSIVE;
    shift_status status = judge_measurements(bench, c, SHIFT__VALUES, &values, err);
    if (status == SHIFT_OK)
        status = judge_measurements(bench, c, SHIFT__PRESENCE, &presence, err);
    if (status == SHIFT_OK)
        status = explain(bench, c, &values, &presence, err);
    return status;
}
