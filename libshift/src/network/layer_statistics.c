/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/layer_statistics.h"

#include <math.h>
#include <stdlib.h>

/* Two normal laws, the second one the reference. */
static void add_channel(double m, double v, double M, double V, shift__drift *sum)
{
    double d = m - M;
    double log_ratio = log(v / V);
    sum->mean_shift += d * d / V;
    sum->log_ratio += log_ratio * log_ratio;
    sum->divergence += 0.5 * (v / V + V / v - 2 + d * d * (1 / v + 1 / V));
}

static void keep_channel(shift__channel_drift *channels, size_t c, const double law[4])
{
    if (channels == NULL)
        return;
    channels->mean_shift[c] = (law[0] - law[2]) / sqrt(law[3]);
    channels->variance_ratio[c] = law[1] / law[3];
}

static shift__drift finish(shift__drift sum, size_t channels)
{
    double n = (double)channels;
    return (shift__drift){sqrt(sum.mean_shift / n), sqrt(sum.log_ratio / n), sum.divergence / n};
}

shift__drift shift__drift_from_stored(const shift__layer *layer, shift__channel_drift *channels)
{
    shift__drift sum = {0, 0, 0};
    for (size_t c = 0; c < layer->channels; c++) {
        const double law[4] = {shift__sums_mean(&layer->seen, c),
                               shift__sums_variance(&layer->seen, c) + layer->epsilon,
                               layer->mean[c], layer->variance[c] + layer->epsilon};
        add_channel(law[0], law[1], law[2], law[3], &sum);
        keep_channel(channels, c, law);
    }
    return finish(sum, layer->channels);
}

shift__drift shift__drift_from_train(const shift__layer *train, const shift__layer *prod,
                                     double regular, shift__channel_drift *channels)
{
    shift__drift sum = {0, 0, 0};
    for (size_t c = 0; c < train->channels; c++) {
        const double law[4] = {
            shift__sums_mean(&prod->seen, c), shift__sums_variance(&prod->seen, c) + regular,
            shift__sums_mean(&train->seen, c), shift__sums_variance(&train->seen, c) + regular};
        add_channel(law[0], law[1], law[2], law[3], &sum);
        keep_channel(channels, c, law);
    }
    return finish(sum, train->channels);
}

double shift__layer_regular(const shift__layer *train)
{
    if (train->bn)
        return train->epsilon;
    double sum = 0;
    for (size_t c = 0; c < train->channels; c++)
        sum += shift__sums_variance(&train->seen, c);
    double regular = 0.01 * sum / (double)train->channels;
    return regular > 0 ? regular : 1e-12;
}

/* Variances over the sampled rows of one side, of a channel's mean in a row and of its spread
 * around the side's mean. */
static void row_variances(const shift_layer_profile *side, size_t layer, size_t c, double out[2])
{
    const shift__layer *l = &side->layers[layer];
    size_t width = 2 * l->channels;
    double mean = l->seen.first[c] / (double)l->seen.n;
    double sums[2] = {0, 0};
    double squares[2] = {0, 0};
    for (size_t r = 0; r < side->sampled; r++) {
        double place = (double)l->rows[r * width + c];
        double spread = (double)l->rows[r * width + l->channels + c] - 2 * mean * place;
        sums[0] += place;
        sums[1] += spread;
        squares[0] += place * place;
        squares[1] += spread * spread;
    }
    double n = (double)side->sampled;
    for (int i = 0; i < 2; i++)
        out[i] = fmax(0, squares[i] - sums[i] * sums[i] / n) / fmax(1, n - 1);
}

/* Var(ln v) is Var(v) / v^2 to first order. */
void shift__drift_noise(const shift_layer_profile *train, const shift_layer_profile *prod,
                        size_t layer, double out[2])
{
    const shift__layer *x = &train->layers[layer];
    const shift__layer *y = &prod->layers[layer];
    double regular = shift__layer_regular(x);
    out[0] = out[1] = 0;
    for (size_t c = 0; c < x->channels; c++) {
        double a[2];
        double b[2];
        double v = shift__sums_variance(&x->seen, c) + regular;
        double w = shift__sums_variance(&y->seen, c) + regular;
        row_variances(train, layer, c, a);
        row_variances(prod, layer, c, b);
        out[0] += (a[0] / (double)train->rows + b[0] / (double)prod->rows) / v;
        out[1] += a[1] / (v * v * (double)train->rows) + b[1] / (w * w * (double)prod->rows);
    }
    out[0] /= (double)x->channels;
    out[1] /= (double)x->channels;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Both empirical distribution functions, walked through in ascending order. */
static void compare_sorted(const double *x, size_t nx, const double *y, size_t ny, double out[2])
{
    size_t i = 0;
    size_t k = 0;
    double before = 0;
    double gap = 0;
    out[0] = out[1] = 0;
    while (i < nx || k < ny) {
        double value = k >= ny || (i < nx && x[i] <= y[k]) ? x[i] : y[k];
        if (i + k > 0)
            out[1] += gap * (value - before);
        while (i < nx && x[i] <= value)
            i++;
        while (k < ny && y[k] <= value)
            k++;
        gap = fabs((double)i / (double)nx - (double)k / (double)ny);
        out[0] = fmax(out[0], gap);
        before = value;
    }
}

static void take_channel(const shift_layer_profile *profile, size_t layer, size_t c, double *out)
{
    const shift__layer *l = &profile->layers[layer];
    for (size_t r = 0; r < profile->sampled; r++)
        out[r] = l->seen.origin[c] + (double)l->rows[r * 2 * l->channels + c];
    qsort(out, profile->sampled, sizeof *out, by_value);
}

static shift_status compare_rows(const shift_layer_profile *train, const shift_layer_profile *prod,
                                 size_t layer, double *ks, double *wasserstein, shift_error *err)
{
    double *x = NULL;
    double *y = NULL;
    shift_status status = shift__alloc(&x, train->sampled, sizeof *x, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&y, prod->sampled, sizeof *y, err);
    for (size_t c = 0; status == SHIFT_OK && c < train->layers[layer].channels; c++) {
        double out[2];
        take_channel(train, layer, c, x);
        take_channel(prod, layer, c, y);
        compare_sorted(x, train->sampled, y, prod->sampled, out);
        ks[c] = out[0];
        wasserstein[c] = out[1];
    }
    free(x);
    free(y);
    return status;
}

/* A bin of one channel: shares of both sides in it, and where the mean of each is, 0 to 1. */
typedef struct bin {
    double x, y, at_x, at_y;
} bin;

static bin take_bin(const shift__layer *train, const shift__layer *prod, size_t i)
{
    const shift__histogram *h = &train->histogram;
    const shift__histogram *g = &prod->histogram;
    double x = h->counts[i];
    double y = g->counts[i];
    return (bin){x / (double)train->seen.n, y / (double)prod->seen.n,
                 x > 0 ? fmin(1, (double)h->places[i] / x) : 0,
                 y > 0 ? fmin(1, (double)g->places[i] / y) : 0};
}

/* Within a bin, each side's values are where their mean is. */
static void walk_bin(bin b, double *gap, double *ks, double *area)
{
    double first = fmin(b.at_x, b.at_y);
    double second = fmax(b.at_x, b.at_y);
    double between = b.at_x < b.at_y ? *gap + b.x : *gap - b.y;
    double after = *gap + b.x - b.y;
    *area = fabs(*gap) * first + fabs(between) * (second - first) + fabs(after) * (1 - second);
    *ks = fmax(*ks, fabs(after));
    *gap = after;
}

static void compare_bins(const shift__layer *train, const shift__layer *prod, size_t c, double *ks,
                         double *wasserstein)
{
    const shift__histogram *h = &train->histogram;
    double gap = 0;
    *ks = *wasserstein = 0;
    for (size_t i = 0; i < h->bins; i++) {
        double area = 0;
        walk_bin(take_bin(train, prod, c * h->bins + i), &gap, ks, &area);
        *wasserstein += h->width[c] * area;
    }
}

shift_status shift__layer_distances(const shift_layer_profile *train,
                                    const shift_layer_profile *prod, size_t layer, double *ks,
                                    double *wasserstein, shift_error *err)
{
    const shift__layer *l = &train->layers[layer];
    bool whole = l->positions == 1 && train->sampled == train->rows && prod->sampled == prod->rows;
    shift_status status = SHIFT_OK;
    if (whole)
        status = compare_rows(train, prod, layer, ks, wasserstein, err);
    else
        for (size_t c = 0; c < l->channels; c++)
            compare_bins(l, &prod->layers[layer], c, &ks[c], &wasserstein[c]);
    double regular = shift__layer_regular(l);
    for (size_t c = 0; status == SHIFT_OK && c < l->channels; c++)
        wasserstein[c] /= sqrt(shift__sums_variance(&l->seen, c) + regular);
    return status;
}

static uint64_t values_of(const shift__layer *layer)
{
    return layer->seen.n;
}

double shift__share_of(const shift__layer *layer, const uint64_t *counts)
{
    if (counts == NULL)
        return (double)NAN;
    double sum = 0;
    for (size_t c = 0; c < layer->channels; c++)
        sum += (double)counts[c];
    return sum / ((double)values_of(layer) * (double)layer->channels);
}

double shift__dead_share(const shift__layer *layer, const uint64_t *counts)
{
    if (counts == NULL)
        return (double)NAN;
    size_t dead = 0;
    for (size_t c = 0; c < layer->channels; c++)
        dead += counts[c] == values_of(layer);
    return (double)dead / (double)layer->channels;
}

size_t shift_layer_profile_size(const shift_layer_profile *profile)
{
    return profile->n_layers;
}

shift_layer_facts shift_layer_profile_at(const shift_layer_profile *profile, size_t i)
{
    const shift__layer *layer = &profile->layers[i];
    shift_layer_facts facts = {.name = layer->name,
                               .op = layer->op,
                               .channels = layer->channels,
                               .has_bn = layer->bn,
                               .bn_mean_shift = (double)NAN,
                               .bn_variance_ratio = (double)NAN,
                               .bn_divergence = (double)NAN,
                               .saturation = shift__share_of(layer, layer->saturated),
                               .dead_share = shift__dead_share(layer, layer->saturated)};
    if (layer->bn) {
        shift__drift drift = shift__drift_from_stored(layer, NULL);
        facts.bn_mean_shift = drift.mean_shift;
        facts.bn_variance_ratio = exp(drift.log_ratio);
        facts.bn_divergence = drift.divergence;
    }
    return facts;
}

uint64_t shift_layer_profile_rows(const shift_layer_profile *profile)
{
    return profile->rows;
}

double shift_layer_profile_accuracy(const shift_layer_profile *profile)
{
    return profile->labelled > 0 ? (double)profile->right / (double)profile->labelled : (double)NAN;
}

size_t shift_layer_profile_classes(const shift_layer_profile *profile)
{
    return profile->classes;
}

double shift_layer_profile_predicted(const shift_layer_profile *profile, size_t i)
{
    return (double)profile->predicted[i] / (double)profile->rows;
}
