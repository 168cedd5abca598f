/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/capture.h"

#include <inttypes.h>
#include <math.h>

#include "network/predictions.h"
#include "network/row_sums.h"

enum { COARSE = 1024 };

/* The mean of the first rows is near enough to the mean of all. */
static void choose_origin(shift__sums *sums, const shift__capture *capture, shift__row first)
{
    size_t stride = first.channels * first.positions;
    for (size_t c = 0; c < first.channels; c++) {
        double total = 0;
        for (size_t r = 0; r < capture->rows; r++) {
            double out[2];
            shift__row_channel(
                &(shift__row){first.x + r * stride, first.channels, first.positions, first.last}, c,
                0, out);
            total += out[0];
        }
        double mean = total / (double)(capture->rows * first.positions);
        sums->origin[c] = isfinite(mean) ? mean : 0;
    }
}

/* Sixteen standard deviations to either side of the mean: of Batch Normalization's own statistics,
 * else of the first rows; a channel that is constant there takes the layer's. */
static void choose_bins(shift__layer *layer, const shift__site *site, const shift__capture *capture,
                        shift__row first)
{
    const double reach = 16;
    shift__histogram *h = &layer->histogram;
    size_t stride = first.channels * first.positions;
    double pooled = 0;
    for (size_t c = 0; c < layer->channels; c++) {
        double second = 0;
        for (size_t r = 0; r < capture->rows; r++) {
            double out[2];
            shift__row_channel(
                &(shift__row){first.x + r * stride, first.channels, first.positions, first.last}, c,
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
static shift_status begin(const shift__capture *capture, size_t i, shift__row first,
                          shift_error *err)
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

static shift_status add_tensor(const shift__capture *capture, size_t i, shift__row row, bool seen,
                               shift_error *err)
{
    const shift__site *site = &capture->sites->sites[i];
    shift__layer *layer = &capture->profile->layers[i];
    bool after = layer->seen_is_after == seen;
    shift__sums *sums = seen ? &layer->seen : &layer->other;
    size_t width = 2 * row.channels;
    double *scratch = capture->scratch;
    for (size_t r = 0; r < capture->rows; r++, row.x += row.channels * row.positions) {
        size_t slot = seen ? capture->slots[r] : SIZE_MAX;
        float *kept = slot != SIZE_MAX ? layer->rows + slot * width : NULL;
        if (!shift__row_sums(&row, sums, kept, scratch))
            return refuse_value(capture, site, after, r, err);
        if (seen)
            shift__row_histogram(&row, &layer->histogram, scratch);
        if (after && layer->zero != NULL)
            shift__row_zeros(&row, layer->zero, scratch);
        if (!after && layer->saturated != NULL)
            shift__row_saturated(&row, site, layer->saturated, scratch);
    }
    return SHIFT_OK;
}

static shift_status see_site(shift__capture *capture, size_t i, size_t value,
                             const shift__tensor *tensor, shift_error *err)
{
    const shift__site *site = &capture->sites->sites[i];
    shift__layer *layer = &capture->profile->layers[i];
    bool seen = site->seen == value;
    shift__row row = {shift__floats(tensor), 0, 0, false};
    shift__channels_of(tensor, &row.channels, &row.positions);
    if (tensor->dtype != SHIFT__FLOAT32 || tensor->rank == 0 ||
        (size_t)tensor->dims[0] != capture->rows || row.channels * row.positions == 0)
        return refuse_axes(site, tensor, err);
    row.last = tensor->channels_last || row.positions == 1;
    shift_status status = shift__array_grow(&capture->scratch, &capture->scratch_capacity,
                                            shift__row_scratch(&row), sizeof(double), err);
    bool fresh = layer->channels == 0;
    if (status == SHIFT_OK && fresh)
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
    shift__capture *capture = context;
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
