/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/layer_statistics.h"

#include <math.h>

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

/* Both empirical distribution functions, walked through in ascending order. */
static void compare_sorted(const float *x, size_t nx, const float *y, size_t ny, double out[2])
{
    size_t i = 0;
    size_t k = 0;
    double before = 0;
    double gap = 0;
    out[0] = out[1] = 0;
    while (i < nx || k < ny) {
        float value = k >= ny || (i < nx && x[i] <= y[k]) ? x[i] : y[k];
        if (i + k > 0)
            out[1] += gap * ((double)value - before);
        while (i < nx && x[i] <= value)
            i++;
        while (k < ny && y[k] <= value)
            k++;
        gap = fabs((double)i / (double)nx - (double)k / (double)ny);
        out[0] = fmax(out[0], gap);
        before = (double)value;
    }
}

/* A bin of one channel: shares of both sides in it, and where the mean of each is, 0 to 1. */
typedef struct bin {
    double x, y, at_x, at_y;
} bin;

/* Two sides of a layer with their histograms, which may have been made for the comparison. */
typedef struct sides {
    const shift__layer *train, *prod;
    const shift__histogram *x, *y;
} sides;

static bin take_bin(const sides *s, size_t i)
{
    double x = (double)shift__histogram_count(s->x, i);
    double y = (double)shift__histogram_count(s->y, i);
    return (bin){x / (double)s->train->seen.n, y / (double)s->prod->seen.n,
                 shift__histogram_place(s->x, i), shift__histogram_place(s->y, i)};
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

static void compare_bins(const sides *s, size_t c, double *ks, double *wasserstein)
{
    double gap = 0;
    *ks = *wasserstein = 0;
    for (size_t i = 0; i < s->x->bins; i++) {
        double area = 0;
        walk_bin(take_bin(s, c * s->x->bins + i), &gap, ks, &area);
        *wasserstein += s->x->width[c] * area;
    }
}

/* The histogram of a layer; where it has its values, `made` is one of them. */
static shift_status histogram_of(const shift__layer *layer, shift__histogram *made,
                                 const shift__histogram **out, shift_error *err)
{
    *out = &layer->histogram;
    if (layer->values.x == NULL)
        return SHIFT_OK;
    const shift__image sorted = {layer->values.x, 1, layer->channels, layer->values.n, false};
    made->bins = layer->histogram.bins;
    *out = made;
    shift_status status = shift__histogram_begin(made, layer->channels, &layer->histogram, err);
    return status == SHIFT_OK ? shift__histogram_add(made, &sorted, err) : status;
}

static shift_status compare_histograms(const shift__layer *train, const shift__layer *prod,
                                       double *ks, double *wasserstein, shift_error *err)
{
    shift__histogram made[2] = {{.bins = 0}, {.bins = 0}};
    sides s = {train, prod, NULL, NULL};
    shift_status status = histogram_of(train, &made[0], &s.x, err);
    if (status == SHIFT_OK)
        status = histogram_of(prod, &made[1], &s.y, err);
    for (size_t c = 0; status == SHIFT_OK && c < train->channels; c++) {
        compare_bins(&s, c, &ks[c], &wasserstein[c]);
        /* no distance is less, and what is beyond the bins is in the means */
        wasserstein[c] = fmax(wasserstein[c], fabs(shift__sums_mean(&prod->seen, c) -
                                                   shift__sums_mean(&train->seen, c)));
    }
    shift__histogram_clear(&made[0]);
    shift__histogram_clear(&made[1]);
    return status;
}

static void compare_values(const shift__layer *train, const shift__layer *prod, double *ks,
                           double *wasserstein)
{
    const shift__values *x = &train->values;
    const shift__values *y = &prod->values;
    for (size_t c = 0; c < train->channels; c++) {
        double out[2];
        compare_sorted(x->x + c * x->n, x->n, y->x + c * y->n, y->n, out);
        ks[c] = out[0];
        wasserstein[c] = out[1];
    }
}

bool shift__layer_has_distances(const shift__layer *train, const shift__layer *prod)
{
    return train->histogram.bins > 0 && prod->histogram.bins > 0;
}

shift_status shift__layer_distances(const shift__layer *train, const shift__layer *prod, double *ks,
                                    double *wasserstein, shift_error *err)
{
    shift_status status = SHIFT_OK;
    if (train->values.x != NULL && prod->values.x != NULL)
        compare_values(train, prod, ks, wasserstein);
    else
        status = compare_histograms(train, prod, ks, wasserstein, err);
    double regular = shift__layer_regular(train);
    for (size_t c = 0; status == SHIFT_OK && c < train->channels; c++)
        wasserstein[c] /= sqrt(shift__sums_variance(&train->seen, c) + regular);
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
    return profile != NULL ? profile->n_layers : 0;
}

shift_layer_facts shift_layer_profile_at(const shift_layer_profile *profile, size_t i)
{
    if (i >= shift_layer_profile_size(profile))
        return (shift_layer_facts){.name = NULL};
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
    return profile != NULL ? profile->rows : 0;
}

double shift_layer_profile_accuracy(const shift_layer_profile *profile)
{
    return profile != NULL && profile->labelled > 0
               ? (double)profile->right / (double)profile->labelled
               : (double)NAN;
}

size_t shift_layer_profile_classes(const shift_layer_profile *profile)
{
    return profile != NULL ? profile->classes : 0;
}

double shift_layer_profile_predicted(const shift_layer_profile *profile, size_t i)
{
    if (i >= shift_layer_profile_classes(profile))
        return (double)NAN;
    return (double)profile->predicted[i] / (double)profile->rows;
}
