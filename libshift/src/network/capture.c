/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/capture.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "network/predictions.h"

/* Bins of a layer with one value a row and channel; shift__bins_near() has no better one near. */
enum { COARSE = 992 };

/* Numbers of a layer with one value a row and channel up to which each thread counts in cells of
 * its own. Cells that change hands at every batch cost more than such a layer's share of a run. */
enum { OWN_CELLS = 1 << 17 };

/* ---- room ---- */

static shift_status find_wanted(shift__capture *capture, const shift__graph *graph,
                                shift_error *err)
{
    shift_status status =
        shift__alloc(&capture->wanted, graph->n_values, sizeof *capture->wanted, err);
    for (size_t i = 0; status == SHIFT_OK && i < capture->sites->n; i++) {
        const shift__site *site = &capture->sites->sites[i];
        capture->wanted[site->seen] = true;
        if (site->both)
            capture->wanted[site->before] = capture->wanted[site->after] = true;
    }
    return status;
}

shift_status shift__capture_begin(shift__capture *capture, const shift__graph *graph,
                                  shift_error *err)
{
    shift_status status =
        shift__alloc(&capture->locks, capture->sites->n, sizeof(pthread_mutex_t), err);
    for (size_t i = 0; status == SHIFT_OK && i < capture->sites->n; i++)
        (void)pthread_mutex_init(capture->locks + i, NULL);
    return status == SHIFT_OK ? find_wanted(capture, graph, err) : status;
}

void shift__capture_clear(shift__capture *capture)
{
    for (size_t i = 0; capture->locks != NULL && i < capture->sites->n; i++)
        (void)pthread_mutex_destroy(capture->locks + i);
    free(capture->locks);
    free(capture->wanted);
}

shift_status shift__capture_batch_begin(shift__capture_batch *batch, shift__capture *capture,
                                        size_t most, shift_error *err)
{
    *batch = (shift__capture_batch){.capture = capture};
    shift_status status = shift__alloc(&batch->slots, most, sizeof *batch->slots, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&batch->tallies, 2 * capture->sites->n, sizeof *batch->tallies, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&batch->own, 2 * capture->sites->n, sizeof *batch->own, err);
    return status;
}

void shift__capture_batch_clear(shift__capture_batch *batch)
{
    for (size_t i = 0; batch->tallies != NULL && i < 2 * batch->capture->sites->n; i++)
        shift__tally_clear(&batch->tallies[i]);
    for (size_t i = 0; batch->own != NULL && i < 2 * batch->capture->sites->n; i++) {
        batch->own[i].low = batch->own[i].width = NULL; /* the layer's */
        shift__histogram_clear(&batch->own[i]);
    }
    free(batch->own);
    free(batch->tallies);
    free(batch->slots);
    free(batch->output);
    free(batch->predicted);
    free(batch->blocks);
}

/* ---- the first batch ---- */

/* The mean of the first rows is near enough to the mean of all. */
static void choose_origin(shift__sums *sums, const shift__image *image)
{
    for (size_t c = 0; c < image->channels; c++) {
        double moments[2];
        shift__image_moments(image, c, 0, moments);
        sums->origin[c] = isfinite(moments[0]) ? moments[0] : 0;
    }
}

/* A channel's law as far as it is known before its values are. */
typedef struct law {
    double mean, variance; /* variance 0: not known */
} law;

static law law_of(const shift__site *site, size_t c, bool seen)
{
    if (site->kind != SHIFT__SITE_BN)
        return (law){0, 0};
    if (seen)
        return (law){(double)site->mean[c], (double)site->variance[c]};
    return (law){(double)site->bias[c], (double)site->scale[c] * (double)site->scale[c]};
}

/* Whether bins of `known` hold the `n` values of the first rows, and many bins do. A few values may
 * lie close together by chance. */
static bool holds(law known, law first, double reach, size_t n)
{
    const size_t few = 64;
    double sd = sqrt(first.variance);
    double unit = sqrt(known.variance);
    return fabs(first.mean - known.mean) + 4 * sd < reach * unit && (n < few || 8 * sd > unit);
}

/* Sixteen standard deviations to either side of the mean: of Batch Normalization's own statistics,
 * where they hold the first rows, else of the first rows; a channel that is constant there takes
 * the layer's. */
static void choose_bins(const shift__layer *layer, const shift__site *site, bool seen,
                        const shift__image *image)
{
    const double reach = 16;
    const shift__histogram *h = seen ? &layer->histogram : &layer->other_histogram;
    const double *origin = seen ? layer->seen.origin : layer->other.origin;
    double pooled = 0;
    size_t n = image->rows * image->positions;
    for (size_t c = 0; c < layer->channels; c++) {
        double moments[2];
        shift__image_moments(image, c, origin[c], moments);
        h->width[c] = moments[1];
        pooled += isfinite(h->width[c]) ? h->width[c] / (double)layer->channels : 0;
    }
    for (size_t c = 0; c < layer->channels; c++) {
        law known = law_of(site, c, seen);
        law first = {origin[c], h->width[c]};
        if (known.variance > 0 && (first.variance <= 0 || holds(known, first, reach, n)))
            first = known;
        bool varies = first.variance > 1e-6 * pooled;
        first.variance = varies ? first.variance : pooled > 0 ? pooled : 1;
        double sd = isfinite(first.variance) ? sqrt(first.variance) : 1;
        h->low[c] = first.mean - reach * sd;
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
static shift_status begin(const shift__capture *capture, size_t i, const shift__image *first,
                          shift_error *err)
{
    const shift__site *site = &capture->sites->sites[i];
    shift__layer *layer = &capture->profile->layers[i];
    const shift__layer *like = layer_like(capture, i);
    layer->channels = first->channels;
    layer->positions = first->positions;
    if (like != NULL && like->channels != layer->channels)
        return shift_error_set(err, SHIFT_EINCOMPATIBLE,
                               "layer %s has %zu channels, %zu in the other profile", site->name,
                               layer->channels, like->channels);
    size_t bins = first->positions > 1 || capture->bins < COARSE ? capture->bins : COARSE;
    if (site->source != SIZE_MAX && !layer->mixed)
        bins = 0; /* from those of its source */
    shift_status status = shift__layer_begin(layer, site, like, bins, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&layer->rows, capture->profile->most * 2,
                              layer->channels * sizeof *layer->rows, err);
    return status;
}

/* ---- every batch ---- */

static shift_status refuse_value(const shift__capture_batch *batch, const shift__site *site,
                                 bool after, size_t row, shift_error *err)
{
    const char *what = site->kind != SHIFT__SITE_ACTIVATION ? "value" : after ? "output" : "input";
    return shift_error_set(
        err, SHIFT_EFORMAT,
        "%s: layer %s (%s): its %s is not finite in row %" PRIu64 ", the first such layer",
        batch->capture->profile->source, site->name, site->op, what, batch->before + row + 1);
}

/* Look at the image, the one of tally `k`, under the layer's lock, but count without it in cells of
 * the batch's own. */
static shift_status look_and_keep(shift__capture_batch *batch, size_t k, const shift__image *image,
                                  shift__look *look, size_t *odd, shift_error *err)
{
    size_t i = k / 2;
    bool seen = k % 2 == 0;
    const shift__capture *capture = batch->capture;
    shift__layer *layer = &capture->profile->layers[i];
    const shift__histogram *shared = seen ? &layer->histogram : &layer->other_histogram;
    shift__histogram *own = &batch->own[k];
    size_t n = image->rows * image->positions;
    bool alone = image->positions == 1 && layer->channels * shared->bins <= OWN_CELLS;
    (void)pthread_mutex_lock(capture->locks + i);
    shift_status status =
        shift__layer_room(layer, image, seen, capture->profile->most_values, &look->histogram, err);
    if (alone)
        (void)pthread_mutex_unlock(capture->locks + i);
    if (alone && look->histogram != NULL) {
        own->bins = shared->bins;
        own->low = shared->low;
        own->width = shared->width;
        look->histogram = own;
    }
    if (status == SHIFT_OK && look->histogram != NULL)
        status = shift__histogram_room(look->histogram, image->channels, n, err);
    if (status == SHIFT_OK)
        *odd = shift__look_at(look, image, batch->blocks);
    if (!alone)
        (void)pthread_mutex_unlock(capture->locks + i);
    return status;
}

static shift_status add_image(shift__capture_batch *batch, size_t i, const shift__image *image,
                              bool seen, shift_error *err)
{
    const shift__capture *capture = batch->capture;
    const shift__site *site = &capture->sites->sites[i];
    shift__layer *layer = &capture->profile->layers[i];
    shift__tally *tally = &batch->tallies[2 * i + !seen];
    bool after = layer->seen_is_after == seen;
    shift__look look = {.origin = seen ? layer->seen.origin : layer->other.origin,
                        .tally = tally,
                        .zeros = after && layer->zero != NULL,
                        .saturates = !after && layer->saturated != NULL ? site : NULL,
                        .kept = seen ? layer->rows : NULL,
                        .slots = batch->slots};
    shift_status status = shift__tally_begin(tally, image->channels, err);
    if (status == SHIFT_OK)
        status = shift__array_grow(&batch->blocks, &batch->n_blocks, shift__look_blocks(image),
                                   sizeof *batch->blocks, err);
    if (status != SHIFT_OK)
        return status;
    size_t odd = SIZE_MAX;
    if ((seen ? &layer->histogram : &layer->other_histogram)->bins > 0)
        status = look_and_keep(batch, 2 * i + !seen, image, &look, &odd, err);
    else
        odd = shift__look_at(&look, image, batch->blocks);
    return odd == SIZE_MAX ? status : refuse_value(batch, site, after, odd, err);
}

/* A single probability is that of class 1 of two. */
static shift_status hold_output(shift__capture_batch *batch, const shift__site *site,
                                const shift__image *image, shift_error *err)
{
    bool single = site->probability && image->channels == 1;
    size_t classes = single ? 2 : image->channels;
    batch->classes = classes > 1 && image->positions == 1 ? classes : 0;
    size_t n = image->rows * batch->classes;
    if (n == 0)
        return SHIFT_OK;
    shift_status status =
        shift__array_grow(&batch->output, &batch->output_capacity, n, sizeof *batch->output, err);
    if (status != SHIFT_OK)
        return status;
    if (!single)
        memcpy(batch->output, image->x, n * sizeof *batch->output);
    for (size_t r = 0; single && r < image->rows; r++) {
        batch->output[2 * r] = 1 - image->x[r];
        batch->output[2 * r + 1] = image->x[r];
    }
    return shift__predictions_find(batch, err);
}

static shift_status see_site(shift__capture_batch *batch, size_t i, size_t value,
                             const shift__tensor *tensor, shift_error *err)
{
    const shift__capture *capture = batch->capture;
    const shift__site *site = &capture->sites->sites[i];
    shift__layer *layer = &capture->profile->layers[i];
    bool seen = site->seen == value;
    shift__image image = {shift__floats(tensor), batch->rows, 0, 0, tensor->channels_last};
    shift__channels_of(tensor, &image.channels, &image.positions);
    image.last = image.last || image.positions == 1;
    if (tensor->dtype != SHIFT__FLOAT32 || tensor->rank == 0 ||
        (size_t)tensor->dims[0] != batch->rows || image.channels * image.positions == 0)
        return refuse_axes(site, tensor, err);
    shift_status status = SHIFT_OK;
    if (layer->channels == 0) {
        layer->mixed = !shift__site_by_channel(site, tensor->rank);
        status = begin(capture, i, &image, err);
    }
    if (status != SHIFT_OK)
        return status;
    if (image.channels != layer->channels || (seen && image.positions != layer->positions))
        return refuse_axes(site, tensor, err);
    shift__sums *sums = seen ? &layer->seen : &layer->other;
    if (batch->before == 0 && capture->like == NULL && sums->origin != NULL) {
        choose_origin(sums, &image);
        if ((seen ? &layer->histogram : &layer->other_histogram)->bins > 0)
            choose_bins(layer, site, seen, &image);
    }
    status = add_image(batch, i, &image, seen, err);
    if (status == SHIFT_OK && site->predicts)
        status = hold_output(batch, site, &image, err);
    return status;
}

/* As numbers, whatever they stand for. */
static shift_status see_integers(void *context, size_t value, const shift__tensor *tensor,
                                 shift_error *err)
{
    shift__tensor floats = *tensor;
    floats.dtype = SHIFT__FLOAT32;
    shift_status status = shift__tensor_alloc(&floats, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < shift__tensor_size(tensor); i++)
        shift__floats(&floats)[i] = (float)shift__integers(tensor)[i];
    status = shift__capture_see(context, value, &floats, err);
    shift__tensor_clear(&floats);
    return status;
}

shift_status shift__capture_see(void *context, size_t value, const shift__tensor *tensor,
                                shift_error *err)
{
    shift__capture_batch *batch = context;
    const shift__layers *sites = batch->capture->sites;
    if (tensor->dtype == SHIFT__INT64)
        return see_integers(context, value, tensor, err);
    for (size_t i = 0; i < sites->n; i++) {
        const shift__site *site = &sites->sites[i];
        bool wanted =
            site->seen == value || (site->both && (site->before == value || site->after == value));
        if (!wanted)
            continue;
        shift_status status = see_site(batch, i, value, tensor, err);
        if (status != SHIFT_OK)
            return status;
    }
    return SHIFT_OK;
}

shift_status shift__capture_fold(shift__capture_batch *batch, shift_error *err)
{
    shift_layer_profile *profile = batch->capture->profile;
    for (size_t i = 0; i < batch->capture->sites->n; i++) {
        shift__layer *layer = &profile->layers[i];
        bool after = layer->seen_is_after;
        shift__tally_fold(&batch->tallies[2 * i], &layer->seen,
                          after ? layer->zero : layer->saturated);
        shift__tally_fold(&batch->tallies[2 * i + 1], &layer->other,
                          after ? layer->saturated : layer->zero);
    }
    shift_status status = batch->classes > 0 ? shift__predictions_add(batch, err) : SHIFT_OK;
    profile->rows += batch->rows;
    return status;
}

shift_status shift__capture_end(shift__capture_batch *batch, shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < 2 * batch->capture->sites->n; i++) {
        shift__layer *layer = &batch->capture->profile->layers[i / 2];
        shift__histogram *shared = i % 2 == 0 ? &layer->histogram : &layer->other_histogram;
        if (batch->own[i].cells != NULL)
            status = shift__histogram_merge(shared, layer->channels, &batch->own[i], err);
    }
    return status;
}
