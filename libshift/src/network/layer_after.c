/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/layer_after.h"

#include <math.h>
#include <string.h>

enum { MEAN_SHIFT, VARIANCE_RATIO, DIVERGENCE, KS, WASSERSTEIN, STATISTICS };

static const char *const names[STATISTICS] = {"mean_shift", "variance_ratio", "divergence", "ks",
                                              "wasserstein"};

static double slope_of(const shift__layer *bn, size_t c)
{
    return bn->scale[c] / sqrt(bn->variance[c] + bn->epsilon);
}

/* Moments of k x + b, as sums around the mean. */
static void normalise(const shift__layer *bn, shift__sums *out)
{
    for (size_t c = 0; c < bn->channels; c++) {
        double k = slope_of(bn, c);
        double b = bn->bias[c] - k * bn->mean[c];
        double low = k * bn->seen.minimum[c] + b;
        double high = k * bn->seen.maximum[c] + b;
        out->origin[c] = k * shift__sums_mean(&bn->seen, c) + b;
        out->second[c] = k * k * shift__sums_variance(&bn->seen, c) * (double)bn->seen.n;
        out->minimum[c] = fmin(low, high);
        out->maximum[c] = fmax(low, high);
    }
}

/* What leaves as a layer: all that was looked at, or of Batch Normalization by its stored
 * statistics the moments. */
static shift_status derive(shift__arena *arena, const shift__layer *from, shift__layer *out,
                           shift_error *err)
{
    *out = (shift__layer){.channels = from->channels,
                          .seen = from->other,
                          .values = from->other_values,
                          .histogram = from->other_histogram};
    if (from->other.origin != NULL)
        return SHIFT_OK;
    size_t n = from->channels;
    double *all = NULL;
    shift_status status = shift__arena_alloc(arena, &all, 5 * n, sizeof *all, err);
    if (status != SHIFT_OK)
        return status;
    out->seen = (shift__sums){all, all + n, all + 2 * n, all + 3 * n, all + 4 * n, from->seen.n};
    normalise(from, &out->seen);
    return SHIFT_OK;
}

static const double *values_of(const shift_subject *s, const char *statistic)
{
    for (size_t i = 0; i < s->n_channel_values; i++)
        if (strcmp(s->channel_values[i]->statistic, statistic) == 0)
            return s->channel_values[i]->values;
    return NULL;
}

/* Distances of what enters, in the units of what leaves: `regular` is added to both variances. */
static void measure_distances(const shift__layer *bn, const shift__layer *after,
                              const shift_subject *entered, shift_measurement *m)
{
    const double *ks = values_of(entered, names[KS]);
    const double *wasserstein = values_of(entered, names[WASSERSTEIN]);
    double n = (double)bn->channels;
    double regular[] = {shift__layer_regular(bn), shift__layer_regular(after)};
    if (ks == NULL || wasserstein == NULL)
        return;
    m[KS].value = m[WASSERSTEIN].value = 0;
    m[KS].reason = m[WASSERSTEIN].reason = NULL;
    for (size_t c = 0; c < bn->channels; c++) {
        double k = fabs(slope_of(bn, c));
        double before = sqrt(shift__sums_variance(&bn->seen, c) + regular[0]);
        double behind = sqrt(shift__sums_variance(&after->seen, c) + regular[1]);
        m[KS].value += k > 0 ? ks[c] / n : 0;
        m[WASSERSTEIN].value += wasserstein[c] * k * before / behind / n;
    }
}

static shift_status measure(const shift__layer_bench *b, size_t i, shift_subject *s,
                            shift_measurement *m, shift_error *err)
{
    const shift__layer *layer = &b->train->layers[i];
    shift__layer train;
    shift__layer prod;
    const shift_channel_values **list = NULL;
    shift_measurement *const distances[] = {&m[KS], &m[WASSERSTEIN]};
    shift__channel_drift channels = {b->room, b->room + layer->channels};
    shift_status status = derive(b->arena, layer, &train, err);
    if (status == SHIFT_OK)
        status = derive(b->arena, &b->prod->layers[i], &prod, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(b->arena, &list, STATISTICS, sizeof(void *), err);
    if (status != SHIFT_OK)
        return status;
    shift__drift drift =
        shift__drift_from_train(&train, &prod, shift__layer_regular(&train), &channels);
    m[MEAN_SHIFT].value = drift.mean_shift;
    m[VARIANCE_RATIO].value = exp(drift.log_ratio);
    m[DIVERGENCE].value = drift.divergence;
    shift__layer_summarise(&train, &s->train);
    shift__layer_summarise(&prod, &s->prod);
    status =
        shift__layer_add_values(b->arena, s, list, names[MEAN_SHIFT], channels.mean_shift, err);
    if (status == SHIFT_OK)
        status = shift__layer_add_values(b->arena, s, list, names[VARIANCE_RATIO],
                                         channels.variance_ratio, err);
    if (status == SHIFT_OK)
        status = shift__layer_add_distances(b, (const shift__layer *const[]){&train, &prod}, s,
                                            list, distances, err);
    if (status == SHIFT_OK && layer->other.origin == NULL)
        measure_distances(layer, &train, b->cases[i].subject, m);
    return status;
}

static bool has_after(const shift__layer *layer)
{
    return layer->bn || (layer->other.origin != NULL && !layer->seen_is_after);
}

shift_status shift__layer_after(const shift__layer_bench *b, size_t i, shift_subject **out,
                                shift_error *err)
{
    const shift__layer *layer = &b->prod->layers[i];
    shift_subject *s = NULL;
    shift_measurement *m = NULL;
    const shift_measurement **list = NULL;
    *out = NULL;
    if (!has_after(layer))
        return SHIFT_OK;
    shift_status status = shift__arena_alloc(b->arena, &s, 1, sizeof *s, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(b->arena, &m, STATISTICS, sizeof *m, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(b->arena, &list, STATISTICS, sizeof(void *), err);
    if (status == SHIFT_OK)
        status = shift__arena_print(b->arena, &s->name, err, "%s output", layer->name);
    if (status == SHIFT_OK)
        status = shift__arena_print(b->arena, &s->op, err, "%s output", layer->op);
    if (status != SHIFT_OK)
        return status;
    for (size_t k = 0; k < STATISTICS; k++) {
        double nan = (double)NAN;
        m[k] = (shift_measurement){names[k],           nan, nan, nan, nan, nan, nan, nan, nan,
                                   SHIFT_VERDICT_NONE, NULL};
        list[k] = &m[k];
    }
    s->type = SHIFT_SUBJECT_LAYER;
    s->kind = SHIFT_KIND_NUMERIC;
    s->channels = layer->channels;
    s->detectable_mean_shift = (double)NAN;
    s->measurements = list;
    s->n_measurements = STATISTICS;
    *out = s;
    return measure(b, i, s, m, err);
}
