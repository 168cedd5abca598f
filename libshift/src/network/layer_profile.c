/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/layers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static shift_status begin_sums(shift__sums *sums, size_t channels, const shift__sums *like,
                               shift_error *err)
{
    double **const parts[] = {&sums->origin, &sums->first, &sums->second, &sums->minimum,
                              &sums->maximum};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        shift_status status = shift__alloc(parts[i], channels, sizeof(double), err);
        if (status != SHIFT_OK)
            return status;
    }
    for (size_t c = 0; c < channels; c++) {
        sums->origin[c] = like != NULL && like->origin != NULL ? like->origin[c] : 0;
        sums->minimum[c] = (double)INFINITY;
        sums->maximum[c] = -(double)INFINITY;
    }
    return SHIFT_OK;
}

static void clear_sums(shift__sums *sums)
{
    free(sums->origin);
    free(sums->first);
    free(sums->second);
    free(sums->minimum);
    free(sums->maximum);
}

static shift_status copy_floats(double **out, const float *from, size_t n, shift_error *err)
{
    shift_status status = shift__alloc(out, n, sizeof **out, err);
    for (size_t i = 0; status == SHIFT_OK && i < n; i++)
        (*out)[i] = (double)from[i];
    return status;
}

static shift_status copy_bn(shift__layer *layer, const shift__site *site, shift_error *err)
{
    layer->bn = true;
    layer->epsilon = (double)site->epsilon;
    shift_status status = copy_floats(&layer->mean, site->mean, site->channels, err);
    if (status == SHIFT_OK)
        status = copy_floats(&layer->variance, site->variance, site->channels, err);
    if (status == SHIFT_OK)
        status = copy_floats(&layer->scale, site->scale, site->channels, err);
    return status == SHIFT_OK ? copy_floats(&layer->bias, site->bias, site->channels, err) : status;
}

static shift_status begin_histogram(shift__histogram *h, size_t channels, size_t bins,
                                    const shift__histogram *like, shift_error *err)
{
    h->bins = like != NULL && bins > 0 ? like->bins : bins;
    return shift__histogram_begin(h, channels, like, err);
}

static shift_status begin_counts(shift__layer *layer, const shift__site *site, shift_error *err)
{
    size_t channels = layer->channels;
    shift_status status = shift__alloc(&layer->zero, channels, sizeof *layer->zero, err);
    if (status == SHIFT_OK && site->saturates && !layer->mixed)
        status = shift__alloc(&layer->saturated, channels, sizeof *layer->saturated, err);
    return status;
}

shift_status shift__layer_begin(shift__layer *layer, const shift__site *site,
                                const shift__layer *like, size_t bins, shift_error *err)
{
    size_t channels = layer->channels;
    layer->kind = site->kind;
    layer->seen_is_after = site->seen == site->after;
    shift_status status = shift__text_copy(&layer->name, site->name, strlen(site->name), err);
    if (status == SHIFT_OK)
        status = shift__text_copy(&layer->op, site->op, strlen(site->op), err);
    if (status == SHIFT_OK)
        status = begin_sums(&layer->seen, channels, like != NULL ? &like->seen : NULL, err);
    if (status == SHIFT_OK)
        status = begin_histogram(&layer->histogram, channels, bins,
                                 like != NULL ? &like->histogram : NULL, err);
    if (status == SHIFT_OK && site->kind == SHIFT__SITE_BN && site->both)
        status = begin_histogram(&layer->other_histogram, channels, bins,
                                 like != NULL ? &like->other_histogram : NULL, err);
    if (status == SHIFT_OK && site->both && !layer->seen_is_after)
        status = begin_sums(&layer->other, channels, like != NULL ? &like->other : NULL, err);
    if (status == SHIFT_OK && site->kind == SHIFT__SITE_ACTIVATION)
        status = begin_counts(layer, site, err);
    if (status == SHIFT_OK && site->kind == SHIFT__SITE_BN)
        status = copy_bn(layer, site, err);
    return status;
}

static shift_status count_values(shift__values *values, shift__histogram *histogram,
                                 size_t channels, shift_error *err)
{
    const shift__image all = {values->x, 1, channels, values->n, true};
    shift_status status = shift__histogram_add(histogram, &all, err);
    free(values->x);
    *values = (shift__values){NULL, 0, 0};
    return status;
}

shift_status shift__layer_room(shift__layer *layer, const shift__image *image, bool seen,
                               size_t most, shift__histogram **histogram, shift_error *err)
{
    shift__values *values = seen ? &layer->values : &layer->other_values;
    shift__histogram *h = seen ? &layer->histogram : &layer->other_histogram;
    size_t n = image->rows * image->positions;
    shift_status status = SHIFT_OK;
    *histogram = NULL;
    if (h->cells == NULL && values->n + n <= most / image->channels)
        return shift__values_add(values, image, err);
    if (n >= SHIFT__CELL_MOST)
        return shift_error_set(err, SHIFT_EUNSUPPORTED,
                               "layer %s (%s): %zu rows at a time have %zu values a channel, fewer "
                               "than %d are counted; run fewer rows at a time (--batch)",
                               layer->name, layer->op, image->rows, n, (int)SHIFT__CELL_MOST);
    if (h->cells == NULL)
        status = shift__histogram_room(h, image->channels, 0, err);
    if (status == SHIFT_OK && values->x != NULL)
        status = count_values(values, h, image->channels, err);
    *histogram = h;
    return status;
}

shift_status shift__layer_finish(shift__layer *layer, shift_error *err)
{
    shift_status status = shift__values_sort(&layer->values, layer->channels, err);
    if (status == SHIFT_OK)
        status = shift__values_sort(&layer->other_values, layer->channels, err);
    return status;
}

void shift__layer_clear(shift__layer *layer)
{
    clear_sums(&layer->seen);
    clear_sums(&layer->other);
    free(layer->name);
    free(layer->op);
    free(layer->zero);
    free(layer->saturated);
    shift__histogram_clear(&layer->histogram);
    free(layer->values.x);
    shift__histogram_clear(&layer->other_histogram);
    free(layer->other_values.x);
    free(layer->rows);
    free(layer->mean);
    free(layer->variance);
    free(layer->scale);
    free(layer->bias);
}

void shift_layer_profile_free(shift_layer_profile *profile)
{
    if (profile == NULL)
        return;
    for (size_t i = 0; i < profile->n_layers; i++)
        shift__layer_clear(&profile->layers[i]);
    free(profile->layers);
    for (size_t i = 0; i < profile->n_inputs; i++)
        free(profile->inputs[i]);
    free(profile->inputs);
    free(profile->extra);
    free(profile->source);
    free(profile->file);
    free(profile->network);
    free(profile->hash);
    free(profile->operators);
    free(profile->predicted);
    free(profile->probability);
    free(profile->sample_class);
    free(profile->sample_confidence);
    free(profile->sample_right);
    free(profile);
}

double shift__sums_mean(const shift__sums *sums, size_t channel)
{
    return sums->origin[channel] + sums->first[channel] / (double)sums->n;
}

double shift__sums_variance(const shift__sums *sums, size_t channel)
{
    double mean = sums->first[channel] / (double)sums->n;
    return fmax(0, sums->second[channel] / (double)sums->n - mean * mean);
}

void shift__sums_pooled(const shift__sums *sums, size_t channels, double *mean, double *variance)
{
    double total = 0;
    for (size_t c = 0; c < channels; c++)
        total += shift__sums_mean(sums, c);
    *mean = total / (double)channels;
    total = 0;
    for (size_t c = 0; c < channels; c++) {
        double d = shift__sums_mean(sums, c) - *mean;
        total += shift__sums_variance(sums, c) + d * d;
    }
    *variance = total / (double)channels;
}
