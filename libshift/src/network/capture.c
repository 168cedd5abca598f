/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/capture.h"

#include <inttypes.h>
#include <math.h>

#include "network/predictions.h"

enum { COARSE = 1024 };

/* One row of a tensor: `channels` runs of `positions` values. */
typedef struct row_of {
    const float *x;
    size_t channels, positions;
} row_of;

/* The sums of one run, in four lanes so that the additions do not wait for each other. */
static void add_run(const float *x, size_t n, double origin, double out[2])
{
    double first[4] = {0, 0, 0, 0};
    double second[4] = {0, 0, 0, 0};
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (size_t k = 0; k < 4; k++) {
            double d = (double)x[i + k] - origin;
            first[k] += d;
            second[k] += d * d;
        }
    for (; i < n; i++) {
        double d = (double)x[i] - origin;
        first[0] += d;
        second[0] += d * d;
    }
    out[0] = (first[0] + first[1]) + (first[2] + first[3]);
    out[1] = (second[0] + second[1]) + (second[2] + second[3]);
}

static void add_range(shift__sums *sums, size_t c, const float *x, size_t n)
{
    float low = x[0];
    float high = x[0];
    for (size_t i = 1; i < n; i++) {
        low = x[i] < low ? x[i] : low;
        high = x[i] > high ? x[i] : high;
    }
    sums->minimum[c] = fmin(sums->minimum[c], (double)low);
    sums->maximum[c] = fmax(sums->maximum[c], (double)high);
}

/* Sums of a row; where `kept` is there, also the row's means of the differences and their squares.
 * False where a value is not finite: sums of finite floats in double are. */
static bool add_row(shift__sums *sums, row_of row, float *kept)
{
    double probe = 0;
    for (size_t c = 0; c < row.channels; c++) {
        const float *x = row.x + c * row.positions;
        double out[2];
        add_run(x, row.positions, sums->origin[c], out);
        sums->first[c] += out[0];
        sums->second[c] += out[1];
        probe += out[0];
        add_range(sums, c, x, row.positions);
        if (kept != NULL) {
            kept[c] = (float)(out[0] / (double)row.positions);
            kept[row.channels + c] = (float)(out[1] / (double)row.positions);
        }
    }
    sums->n += row.positions;
    return isfinite(probe);
}

static void add_to_histogram(shift__histogram *h, row_of row)
{
    for (size_t c = 0; c < row.channels; c++) {
        const float *x = row.x + c * row.positions;
        float low = (float)h->low[c];
        float scale = (float)(1 / h->width[c]);
        float last = (float)(h->bins - 1);
        uint32_t *counts = h->counts + c * h->bins;
        float *places = h->places + c * h->bins;
        for (size_t i = 0; i < row.positions; i++) {
            float place = (x[i] - low) * scale;
            place = place > 0 ? place : 0; /* also where it is not finite */
            place = place < last ? place : last;
            size_t bin = (size_t)place;
            counts[bin]++;
            places[bin] += place - (float)bin;
        }
    }
}

static void count_zeros(uint64_t *zero, row_of row)
{
    for (size_t c = 0; c < row.channels; c++) {
        const float *x = row.x + c * row.positions;
        size_t n = 0;
        for (size_t i = 0; i < row.positions; i++)
            n += x[i] == 0;
        zero[c] += n;
    }
}

static shift__saturation saturation_of(const shift__site *site, size_t c)
{
    if (site->slopes == NULL)
        return site->saturation;
    float slope = site->slopes[site->n_slopes > c ? c : 0];
    bool flat = fabsf(slope) < 0.05F;
    return (shift__saturation){flat ? 0 : -INFINITY, INFINITY, NAN, NAN};
}

static void count_saturated(uint64_t *saturated, const shift__site *site, row_of row)
{
    for (size_t c = 0; c < row.channels; c++) {
        const float *x = row.x + c * row.positions;
        shift__saturation s = saturation_of(site, c);
        size_t n = 0;
        for (size_t i = 0; i < row.positions; i++)
            n += (size_t)((x[i] <= s.low) | (x[i] >= s.high) | ((x[i] > s.from) & (x[i] < s.to)));
        saturated[c] += n;
    }
}

/* The mean of the first rows is near enough to the mean of all. */
static void choose_origin(shift__sums *sums, const shift__capture *capture, row_of first)
{
    size_t stride = first.channels * first.positions;
    for (size_t c = 0; c < first.channels; c++) {
        double total = 0;
        for (size_t r = 0; r < capture->rows; r++) {
            double out[2];
            add_run(first.x + r * stride + c * first.positions, first.positions, 0, out);
            total += out[0];
        }
        double mean = total / (double)(capture->rows * first.positions);
        sums->origin[c] = isfinite(mean) ? mean : 0;
    }
}

/* Sixteen standard deviations to either side of the mean: of Batch Normalization's own statistics,
 * else of the first rows; a channel that is constant there takes the layer's. */
static void choose_bins(shift__layer *layer, const shift__site *site, const shift__capture *capture,
                        row_of first)
{
    const double reach = 16;
    shift__histogram *h = &layer->histogram;
    size_t stride = first.channels * first.positions;
    double pooled = 0;
    for (size_t c = 0; c < layer->channels; c++) {
        double second = 0;
        for (size_t r = 0; r < capture->rows; r++) {
            double out[2];
            add_run(first.x + r * stride + c * first.positions, first.positions,
                    layer->seen.origin[c], out);
            second += out[1];
        }
        h->width[c] = second / (double)(capture->rows * first.positions);
        pooled += isfinite(h->width[c]) ? h->width[c] / (double)layer->channels : 0;
    }
    for (size_t c = 0; c < layer->channels; c++) {
        bool bn = site->kind == SHIFT__SITE_BN && site->variance[c] > 0;
        double center = bn ? (double)site->mean[c] : layer->seen.origin[c];
        double variance = bn ? (double)site->variance[c] : h->width[c];
        variance = variance > 1e-6 * pooled ? variance : pooled > 0 ? pooled : 1;
        double sd = isfinite(variance) ? sqrt(variance) : 1;
        h->low[c] = center - reach * sd;
        h->width[c] = 2 * reach * sd / (double)h->bins;
    }
}

static const shift__layer *layer_like(const shift__capture *capture, size_t i)
{
    return capture->like != NULL ? &capture->like->layers[i] : NULL;
}

static shift_status refuse_axes(const shift__site *site, const shift__tensor *tensor,
                                shift_error *err)
{
    char shape[SHIFT__SHAPE_TEXT];
    return shift_error_set(err, SHIFT_EUNSUPPORTED,
                           "layer %s (%s): shape %s: expected the rows as the first axis and "
                           "numbers as values",
                           site->name, site->op, shift__shape_text(tensor, shape));
}

/* The first tensor of a site makes room for it. */
static shift_status begin(const shift__capture *capture, size_t i, row_of first, shift_error *err)
{
    const shift__site *site = &capture->sites->sites[i];
    shift__layer *layer = &capture->profile->layers[i];
    const shift__layer *like = layer_like(capture, i);
    layer->channels = first.channels;
    layer->positions = first.positions;
    if (like != NULL && like->channels != layer->channels)
        return shift_error_set(err, SHIFT_EINCOMPATIBLE,
                               "layer %s has %zu channels, %zu in the other profile", site->name,
                               layer->channels, like->channels);
    /* A layer of one value a row is compared by its rows as long as all are kept. */
    size_t bins = first.positions > 1 || capture->bins < COARSE ? capture->bins : COARSE;
    shift_status status = shift__layer_begin(layer, site, like, bins, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&layer->rows, capture->profile->most * 2,
                              layer->channels * sizeof *layer->rows, err);
    return status;
}

static shift_status refuse_value(const shift__capture *capture, const shift__site *site, bool after,
                                 size_t row, shift_error *err)
{
    const char *what = site->kind != SHIFT__SITE_ACTIVATION ? "value" : after ? "output" : "input";
    return shift_error_set(
        err, SHIFT_EFORMAT,
        "%s: layer %s (%s): its %s is not finite in row %" PRIu64 ", the first such layer",
        capture->profile->source, site->name, site->op, what, capture->profile->rows + row + 1);
}

static shift_status add_tensor(const shift__capture *capture, size_t i, row_of row, bool seen,
                               shift_error *err)
{
    const shift__site *site = &capture->sites->sites[i];
    shift__layer *layer = &capture->profile->layers[i];
    bool after = layer->seen_is_after == seen;
    shift__sums *sums = seen ? &layer->seen : &layer->other;
    size_t width = 2 * row.channels;
    for (size_t r = 0; r < capture->rows; r++, row.x += row.channels * row.positions) {
        size_t slot = seen ? capture->slots[r] : SIZE_MAX;
        float *kept = slot != SIZE_MAX ? layer->rows + slot * width : NULL;
        if (!add_row(sums, row, kept))
            return refuse_value(capture, site, after, r, err);
        if (seen)
            add_to_histogram(&layer->histogram, row);
        if (after && layer->zero != NULL)
            count_zeros(layer->zero, row);
        if (!after && layer->saturated != NULL)
            count_saturated(layer->saturated, site, row);
    }
    return SHIFT_OK;
}

static shift_status see_site(const shift__capture *capture, size_t i, size_t value,
                             const shift__tensor *tensor, shift_error *err)
{
    const shift__site *site = &capture->sites->sites[i];
    shift__layer *layer = &capture->profile->layers[i];
    bool seen = site->seen == value;
    row_of row = {shift__floats(tensor), 0, 0};
    shift__channels_of(tensor, &row.channels, &row.positions);
    if (tensor->dtype != SHIFT__FLOAT32 || tensor->rank == 0 ||
        (size_t)tensor->dims[0] != capture->rows || row.channels * row.positions == 0)
        return refuse_axes(site, tensor, err);
    shift_status status = SHIFT_OK;
    bool fresh = layer->channels == 0;
    if (fresh)
        status = begin(capture, i, row, err);
    if (status != SHIFT_OK)
        return status;
    if (row.channels != layer->channels || (seen && row.positions != layer->positions))
        return refuse_axes(site, tensor, err);
    shift__sums *sums = seen ? &layer->seen : &layer->other;
    if (sums->n == 0 && capture->like == NULL) {
        choose_origin(sums, capture, row);
        if (seen)
            choose_bins(layer, site, capture, row);
    }
    status = add_tensor(capture, i, row, seen, err);
    if (status == SHIFT_OK && site->kind == SHIFT__SITE_OUTPUT && i + 1 == capture->sites->n)
        status = shift__predictions_add(capture, row.x, row.channels, row.positions, err);
    return status;
}

shift_status shift__capture_see(void *context, size_t value, const shift__tensor *tensor,
                                shift_error *err)
{
    const shift__capture *capture = context;
    for (size_t i = 0; i < capture->sites->n; i++) {
        const shift__site *site = &capture->sites->sites[i];
        bool wanted = site->seen == value || (site->kind == SHIFT__SITE_ACTIVATION &&
                                              (site->before == value || site->after == value));
        if (!wanted)
            continue;
        shift_status status = see_site(capture, i, value, tensor, err);
        if (status != SHIFT_OK)
            return status;
    }
    return SHIFT_OK;
}
