/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One comparison of a network's layers: what is measured on each, whether the difference is real by
 * exchanging rows, and the decision, which is that of features. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/decision/decision.h"
#include "compare/owner.h"
#include "network/layer_compare.h"

static const shift__statistic rows[SHIFT__LAYER_STATISTICS] = {
    [SHIFT__LAYER_BN_MEAN_SHIFT] = {.name = "bn_mean_shift", .label = "mean shift from stored"},
    [SHIFT__LAYER_BN_VARIANCE_RATIO] = {.name = "bn_variance_ratio",
                                        .label = "variance ratio to stored",
                                        .extent = SHIFT__AROUND_1},
    [SHIFT__LAYER_BN_DIVERGENCE] = {.name = "bn_divergence", .label = "divergence from stored"},
    [SHIFT__LAYER_MEAN_SHIFT] = {.name = "mean_shift", .label = "mean shift"},
    [SHIFT__LAYER_VARIANCE_RATIO] = {.name = "variance_ratio",
                                     .label = "variance ratio",
                                     .extent = SHIFT__AROUND_1},
    [SHIFT__LAYER_DIVERGENCE] = {.name = "divergence", .label = "divergence"},
    [SHIFT__LAYER_PERMUTATION] = {.name = "permutation", .label = "permutation test"},
    [SHIFT__LAYER_KS] = {.name = "ks", .label = "KS distance"},
    [SHIFT__LAYER_WASSERSTEIN] = {.name = "wasserstein", .label = "Wasserstein distance / sd"},
    [SHIFT__LAYER_SATURATION] = {.name = "saturation", .label = "saturated share"},
    [SHIFT__LAYER_SATURATION_CHANGE] = {.name = "saturation_change",
                                        .label = "change of the saturated share",
                                        .extent = SHIFT__AROUND_0},
    [SHIFT__LAYER_DEAD_SHARE] = {.name = "dead_share", .label = "share of dead units"},
    [SHIFT__LAYER_ZERO_SHARE] = {.name = "zero_share", .label = "share of zeros"},
    [SHIFT__LAYER_AMPLIFICATION] = {.name = "amplification", .label = "amplification"},
};

/* In standard deviations of training, and of the ratio of variances. */
static const double mean_warn = 0.1, mean_alert = 0.25, ratio_warn = 1.1, ratio_alert = 1.25;

shift_status shift__layer_add_values(shift__arena *arena, shift_subject *s,
                                     const shift_channel_values **list, const char *statistic,
                                     const double *values, shift_error *err)
{
    shift_channel_values *channels = NULL;
    double *copy = NULL;
    shift_status status = shift__arena_alloc(arena, &channels, 1, sizeof *channels, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &copy, s->channels, sizeof *copy, err);
    if (status != SHIFT_OK)
        return status;
    memcpy(copy, values, s->channels * sizeof *copy);
    *channels = (shift_channel_values){statistic, copy};
    list[s->n_channel_values++] = channels;
    s->channel_values = list;
    return SHIFT_OK;
}

static shift_status add_values(shift__layer_bench *b, shift_subject *s, const char *statistic,
                               const double *values, shift_error *err)
{
    return shift__layer_add_values(b->arena, s, b->lists[s->index], statistic, values, err);
}

static void set(shift__case *c, shift__layer_statistic i, double value)
{
    c->measurements[i].value = value;
}

shift_status shift__layer_add_distances(const shift__layer_bench *b,
                                        const shift__layer *const sides[2], shift_subject *s,
                                        const shift_channel_values **list,
                                        shift_measurement *const means[2], shift_error *err)
{
    const shift__layer *train = sides[0], *prod = sides[1];
    static const char *const names[] = {"ks", "wasserstein"};
    double *const distances[] = {b->room, b->room + s->channels};
    if (!shift__layer_has_distances(train, prod)) {
        means[0]->reason = means[1]->reason = "only moments were kept";
        return SHIFT_OK;
    }
    shift_status status = shift__layer_distances(train, prod, distances[0], distances[1], err);
    for (size_t i = 0; status == SHIFT_OK && i < 2; i++) {
        means[i]->value = 0;
        for (size_t c = 0; c < s->channels; c++)
            means[i]->value += distances[i][c] / (double)s->channels;
        status = shift__layer_add_values(b->arena, s, list, names[i], distances[i], err);
    }
    return status == SHIFT_OK ? shift__layer_draw(train, prod, b->arena, s, err) : status;
}

static shift_status measure_stored(shift__layer_bench *b, size_t i, shift__case *c,
                                   shift_error *err)
{
    const shift__layer *prod = &b->prod->layers[i];
    if (!prod->bn)
        return SHIFT_OK;
    size_t n = c->subject->channels;
    shift__channel_drift channels = {b->room, b->room + n};
    shift__drift drift = shift__drift_from_stored(prod, &channels);
    set(c, SHIFT__LAYER_BN_MEAN_SHIFT, drift.mean_shift);
    set(c, SHIFT__LAYER_BN_VARIANCE_RATIO, exp(drift.log_ratio));
    set(c, SHIFT__LAYER_BN_DIVERGENCE, drift.divergence);
    shift_status status = add_values(b, c->subject, "bn_mean_shift", channels.mean_shift, err);
    if (status == SHIFT_OK)
        status = add_values(b, c->subject, "bn_variance_ratio", channels.variance_ratio, err);
    return status;
}

/* What chance alone does is taken off the near end of an interval, and added to the far end. */
static void set_effect(shift_measurement *m, double size, double chance, bool ratio)
{
    double low = sqrt(fmax(0, size * size - chance));
    double high = sqrt(size * size + chance);
    m->value = ratio ? exp(size) : size;
    m->low = ratio ? exp(low) : low;
    m->high = ratio ? exp(high) : high;
}

static shift_status measure_train(shift__layer_bench *b, size_t i, shift__case *c, shift_error *err)
{
    const shift__layer *train = &b->train->layers[i];
    size_t n = c->subject->channels;
    shift__channel_drift channels = {b->room, b->room + n};
    shift__drift drift =
        shift__drift_from_train(train, &b->prod->layers[i], shift__layer_regular(train), &channels);
    double noise[2];
    shift__drift_noise(b->train, b->prod, i, noise);
    set_effect(&c->measurements[SHIFT__LAYER_MEAN_SHIFT], drift.mean_shift,
               noise[0] * b->tests[i].chance[0], false);
    set_effect(&c->measurements[SHIFT__LAYER_VARIANCE_RATIO], drift.log_ratio,
               noise[1] * b->tests[i].chance[1], true);
    set(c, SHIFT__LAYER_DIVERGENCE, drift.divergence);
    shift_status status = add_values(b, c->subject, "mean_shift", channels.mean_shift, err);
    if (status == SHIFT_OK)
        status = add_values(b, c->subject, "variance_ratio", channels.variance_ratio, err);
    return status;
}

static shift_status measure_activation(shift__layer_bench *b, size_t i, shift__case *c,
                                       shift_error *err)
{
    const shift__layer *train = &b->train->layers[i];
    const shift__layer *prod = &b->prod->layers[i];
    double saturated = shift__share_of(prod, prod->saturated);
    set(c, SHIFT__LAYER_SATURATION, saturated);
    set(c, SHIFT__LAYER_SATURATION_CHANGE, saturated - shift__share_of(train, train->saturated));
    set(c, SHIFT__LAYER_DEAD_SHARE, shift__dead_share(prod, prod->saturated));
    set(c, SHIFT__LAYER_ZERO_SHARE, shift__share_of(prod, prod->zero));
    for (size_t k = 0; prod->saturated != NULL && k < prod->channels; k++)
        b->room[k] = (double)prod->saturated[k] / (double)prod->seen.n;
    return prod->saturated == NULL ? SHIFT_OK
                                   : add_values(b, c->subject, "saturation", b->room, err);
}

/* How far a layer's law moved beyond chance, means and spreads together. */
static double size_of(const shift_measurement *all)
{
    double ratio = log(all[SHIFT__LAYER_VARIANCE_RATIO].low);
    return hypot(all[SHIFT__LAYER_MEAN_SHIFT].low, ratio);
}

static void measure_amplification(shift__layer_bench *b, size_t i, shift__case *c)
{
    shift_measurement *m = &c->measurements[SHIFT__LAYER_AMPLIFICATION];
    if (i == 0) {
        m->reason = "no layer before it";
        return;
    }
    double before = size_of(b->cases[i - 1].measurements);
    double here = size_of(c->measurements);
    if (before > 0 && here > 0)
        m->value = here / before;
    else
        m->reason = "no shift beyond chance here or before";
}

static void set_test(const shift__layer_bench *b, size_t i, shift__case *c)
{
    shift_measurement *m = &c->measurements[SHIFT__LAYER_PERMUTATION];
    m->value = b->tests[i].statistic;
    m->p_value = b->tests[i].p;
    m->log10_p = log10(b->tests[i].p);
    m->p_adjusted = b->tests[i].p_adjusted;
    c->weights[SHIFT__LAYER_PERMUTATION] = 1;
}

void shift__layer_summarise(const shift__layer *layer, shift_summary *out)
{
    *out = (shift_summary){.n = layer->seen.n * layer->channels,
                           .skewness = (double)NAN,
                           .kurtosis = (double)NAN,
                           .minimum = (double)INFINITY,
                           .maximum = -(double)INFINITY,
                           .distinct = (double)NAN};
    shift__sums_pooled(&layer->seen, layer->channels, &out->mean, &out->variance);
    out->variance *= (double)out->n / fmax(1, (double)out->n - 1);
    for (size_t c = 0; c < layer->channels; c++) {
        out->minimum = fmin(out->minimum, layer->seen.minimum[c]);
        out->maximum = fmax(out->maximum, layer->seen.maximum[c]);
    }
    for (size_t k = 0; k < sizeof out->quantiles / sizeof *out->quantiles; k++)
        out->quantiles[k] = (double)NAN;
}

static const char *undefined_reason(shift__layer_statistic i, const shift__layer *layer)
{
    if (i <= SHIFT__LAYER_BN_DIVERGENCE)
        return "no Batch Normalization";
    return layer->kind == SHIFT__SITE_ACTIVATION ? "its slope is not known" : "no activation";
}

shift_status shift__layer_measure(shift__layer_bench *b, size_t i, shift_error *err)
{
    shift__case *c = &b->cases[i];
    const shift__layer *layer = &b->prod->layers[i];
    const shift__layer *const sides[] = {&b->train->layers[i], layer};
    shift_measurement *const distances[] = {&c->measurements[SHIFT__LAYER_KS],
                                            &c->measurements[SHIFT__LAYER_WASSERSTEIN]};
    shift_status status = measure_train(b, i, c, err);
    if (status == SHIFT_OK)
        status = measure_stored(b, i, c, err);
    if (status == SHIFT_OK)
        status = shift__layer_add_distances(b, sides, c->subject, b->lists[i], distances, err);
    if (status == SHIFT_OK)
        status = measure_activation(b, i, c, err);
    set_test(b, i, c);
    measure_amplification(b, i, c);
    for (size_t k = 0; k < SHIFT__LAYER_STATISTICS; k++)
        if (isnan(c->measurements[k].value) && c->measurements[k].reason == NULL)
            c->measurements[k].reason = undefined_reason((shift__layer_statistic)k, layer);
    return status;
}

/* Thresholds by default, then the user's: those that name the layer last. */
static void set_thresholds(const shift_policy *policy, shift__case *c)
{
    c->measurements[SHIFT__LAYER_MEAN_SHIFT].warn = mean_warn;
    c->measurements[SHIFT__LAYER_MEAN_SHIFT].alert = mean_alert;
    c->measurements[SHIFT__LAYER_VARIANCE_RATIO].warn = ratio_warn;
    c->measurements[SHIFT__LAYER_VARIANCE_RATIO].alert = ratio_alert;
    for (int named = 0; named <= 1; named++)
        for (size_t i = 0; i < policy->n_thresholds; i++) {
            const shift_threshold *t = &policy->thresholds[i];
            if ((t->feature != NULL) != (named == 1) ||
                (t->feature != NULL && strcmp(t->feature, c->subject->name) != 0))
                continue;
            for (size_t k = 0; k < SHIFT__LAYER_STATISTICS; k++) {
                shift_measurement *m = &c->measurements[k];
                if (strcmp(t->statistic, rows[k].name) != 0)
                    continue;
                m->warn = isnan(t->warn) ? m->warn : t->warn;
                m->alert = isnan(t->alert) ? m->alert : t->alert;
            }
        }
}

shift_status shift__layer_thresholds_check(const shift_policy *policy,
                                           const shift_layer_profile *profile, shift_error *err)
{
    if (policy->n_thresholds > 0 && policy->thresholds == NULL)
        return shift_error_set(err, SHIFT_EINVAL, "thresholds that are NULL");
    for (size_t i = 0; i < policy->n_thresholds; i++) {
        const shift_threshold *t = &policy->thresholds[i];
        bool known = false;
        bool there = t->feature == NULL;
        for (size_t k = 0; t->statistic != NULL && k < SHIFT__LAYER_STATISTICS; k++)
            known = known || strcmp(t->statistic, rows[k].name) == 0;
        for (size_t k = 0; !there && k < profile->n_layers; k++)
            there = strcmp(t->feature, profile->layers[k].name) == 0;
        if (!known)
            return shift_error_set(err, SHIFT_EINVAL,
                                   "threshold on \"%s\", which is no statistic of layers",
                                   t->statistic == NULL ? "" : t->statistic);
        if (!there)
            return shift_error_set(err, SHIFT_EINVAL,
                                   "threshold on the unknown layer \"%s\"; 'covshift network show' "
                                   "lists them",
                                   t->feature);
    }
    return SHIFT_OK;
}

shift_status shift__layer_begin_case(shift__layer_bench *b, size_t i, const shift_policy *policy,
                                     shift_error *err)
{
    enum { MOST_LISTS = 8 };
    const shift__layer *layer = &b->prod->layers[i];
    shift__case *c = &b->cases[i];
    const shift_measurement **list = NULL;
    shift_status status = shift__arena_alloc(b->arena, &c->subject, 1, sizeof *c->subject, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(b->arena, &c->measurements, SHIFT__LAYER_STATISTICS,
                                    sizeof *c->measurements, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(b->arena, &list, SHIFT__LAYER_STATISTICS, sizeof(void *), err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(b->arena, &c->statistics, SHIFT__LAYER_STATISTICS,
                                    sizeof(void *), err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(b->arena, &c->weights, SHIFT__LAYER_STATISTICS,
                                    sizeof *c->weights, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(b->arena, &b->lists[i], MOST_LISTS, sizeof(void *), err);
    shift_subject *s = c->subject;
    if (status == SHIFT_OK)
        status = shift__arena_text(b->arena, &s->name, layer->name, strlen(layer->name), err);
    if (status == SHIFT_OK)
        status = shift__arena_text(b->arena, &s->op, layer->op, strlen(layer->op), err);
    if (status != SHIFT_OK)
        return status;
    for (size_t k = 0; k < SHIFT__LAYER_STATISTICS; k++) {
        double nan = (double)NAN;
        c->measurements[k] = (shift_measurement){
            rows[k].name, nan, nan, nan, nan, nan, nan, nan, nan, SHIFT_VERDICT_NONE, NULL};
        c->statistics[k] = &rows[k];
        list[k] = &c->measurements[k];
    }
    c->n = SHIFT__LAYER_STATISTICS;
    s->type = SHIFT_SUBJECT_LAYER;
    s->index = i;
    s->channels = layer->channels;
    s->detectable_mean_shift = (double)NAN;
    s->measurements = list;
    s->n_measurements = SHIFT__LAYER_STATISTICS;
    set_thresholds(policy, c);
    return SHIFT_OK;
}

/* The sentences count rows, the summaries values; the output follows from the layers before it, and
 * a network that fits its training rows better than others shifts there without any shift of the
 * data, so it is told and does not decide. */
shift_status shift__layer_judge(shift__layer_bench *b, size_t i, double alpha, shift_error *err)
{
    shift__case *c = &b->cases[i];
    shift_subject *s = c->subject;
    const shift__bench bench = {alpha, alpha, b->arena};
    s->kind = SHIFT__DATASET_KIND;
    s->train.n = b->train->rows;
    s->prod.n = b->prod->rows;
    shift_status status = shift__judge(&bench, c, err);
    s->kind = SHIFT_KIND_NUMERIC;
    shift__layer_summarise(&b->train->layers[i], &s->train);
    shift__layer_summarise(&b->prod->layers[i], &s->prod);
    if (b->prod->layers[i].kind == SHIFT__SITE_OUTPUT) {
        s->verdict = SHIFT_VERDICT_NONE;
        s->reason = NULL;
        for (size_t k = 0; k < c->n; k++)
            c->measurements[k].verdict = SHIFT_VERDICT_NONE;
    }
    return status;
}
