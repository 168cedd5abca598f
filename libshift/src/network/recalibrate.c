/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Batch Normalization's statistics estimated anew (Li et al. 2016, AdaBN; Ioffe & Szegedy 2015,
 * algorithm 2): while batches pass, normalised each by its own statistics, the mean of their means
 * and the mean of their unbiased variances are taken. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "network/batches.h"

#include "core/null.h"
#include "network/network.h"
#include "network/rewrite.h"
#include "network/tally.h"
#include "shift/layers.h"
#include "shift/output.h"

/* What the batches so far say of one Batch Normalization: sums over batches, weighted by rows. */
typedef struct estimate {
    double *mean, *variance; /* by channel */
    double mean_rows, variance_rows;
} estimate;

/* What a batch says of them. */
typedef struct seen {
    const struct state *state;
    const shift__batch *batch;
    shift__tally *tallies; /* one a site */
    double **origins;      /* one a site, by channel */
    shift__lane_block *blocks;
    size_t n_blocks;
} seen;

typedef struct state {
    const shift_network *network;
    const char *data; /* its name */
    shift__layers sites;
    estimate *estimates; /* one a site; only Batch Normalizations are used */
    bool *wanted;
    seen *batches; /* one a thread */
    size_t threads;
    uint64_t all_rows;
} state;

static shift_status make_room(state *s, shift_error *err)
{
    shift_status status = shift__layers_find(&s->sites, s->network->graph, err);
    size_t n = 0;
    if (status == SHIFT_OK)
        status = shift__alloc(&s->estimates, s->sites.n, sizeof *s->estimates, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&s->wanted, s->network->graph->n_values, sizeof *s->wanted, err);
    for (size_t i = 0; status == SHIFT_OK && i < s->sites.n; i++) {
        const shift__site *site = &s->sites.sites[i];
        if (site->kind != SHIFT__SITE_BN)
            continue;
        n++;
        s->wanted[site->before] = true;
        status = shift__alloc(&s->estimates[i].mean, site->channels, sizeof(double), err);
        if (status == SHIFT_OK)
            status = shift__alloc(&s->estimates[i].variance, site->channels, sizeof(double), err);
    }
    if (status == SHIFT_OK && n == 0)
        return shift_error_set(err, SHIFT_EUNSUPPORTED,
                               "%s: has no BatchNormalization, so there is nothing to recalibrate; "
                               "where it was folded into the weights before it, export the network "
                               "without folding",
                               s->network->file->name);
    return status;
}

static shift_status make_seen(state *s, shift_error *err)
{
    shift_status status = shift__alloc(&s->batches, s->threads, sizeof *s->batches, err);
    for (size_t t = 0; status == SHIFT_OK && t < s->threads; t++) {
        seen *b = &s->batches[t];
        b->state = s;
        status = shift__alloc(&b->tallies, s->sites.n, sizeof *b->tallies, err);
        if (status == SHIFT_OK)
            status = shift__alloc(&b->origins, s->sites.n, sizeof(void *), err);
        for (size_t i = 0; status == SHIFT_OK && i < s->sites.n; i++)
            if (s->sites.sites[i].kind == SHIFT__SITE_BN)
                status =
                    shift__alloc(&b->origins[i], s->sites.sites[i].channels, sizeof(double), err);
    }
    return status;
}

static void clear_seen(const state *s, seen *b)
{
    for (size_t i = 0; b->tallies != NULL && i < s->sites.n; i++)
        shift__tally_clear(&b->tallies[i]);
    for (size_t i = 0; b->origins != NULL && i < s->sites.n; i++)
        free(b->origins[i]);
    free(b->tallies);
    free(b->origins);
    free(b->blocks);
}

static void clear(state *s)
{
    for (size_t t = 0; s->batches != NULL && t < s->threads; t++)
        clear_seen(s, &s->batches[t]);
    free(s->batches);
    for (size_t i = 0; s->estimates != NULL && i < s->sites.n; i++) {
        free(s->estimates[i].mean);
        free(s->estimates[i].variance);
    }
    free(s->estimates);
    free(s->wanted);
    shift__layers_clear(&s->sites);
}

static shift_status refuse_value(const seen *b, size_t i, size_t row, shift_error *err)
{
    const shift__site *site = &b->state->sites.sites[i];
    return shift_error_set(err, SHIFT_EFORMAT,
                           "%s: layer %s (%s): its value is not finite in row %" PRIu64,
                           b->state->data, site->name, site->op, b->batch->before + row + 1);
}

/* Sums of a batch, shifted by the first value of each channel. */
static shift_status see_site(seen *b, size_t i, const shift__tensor *tensor, shift_error *err)
{
    shift__tally *tally = &b->tallies[i];
    double *origin = b->origins[i];
    shift__image image = {shift__floats(tensor), (size_t)tensor->dims[0], 0, 0,
                          tensor->channels_last};
    shift__channels_of(tensor, &image.channels, &image.positions);
    image.last = image.last || image.positions == 1;
    if (image.rows * image.positions == 0)
        return SHIFT_OK;
    for (size_t c = 0; c < image.channels; c++) {
        double first = (double)image.x[image.last ? c : c * image.positions];
        origin[c] = isfinite(first) ? first : 0;
    }
    const shift__look look = {.origin = origin, .tally = tally};
    shift_status status = shift__tally_begin(tally, image.channels, err);
    if (status == SHIFT_OK)
        status = shift__array_grow(&b->blocks, &b->n_blocks, shift__look_blocks(&image),
                                   sizeof *b->blocks, err);
    if (status != SHIFT_OK)
        return status;
    size_t odd = shift__look_at(&look, &image, b->blocks);
    return odd == SIZE_MAX ? SHIFT_OK : refuse_value(b, i, odd, err);
}

static shift_status see(void *context, size_t value, const shift__tensor *tensor, shift_error *err)
{
    seen *b = context;
    const shift__layers *sites = &b->state->sites;
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < sites->n; i++)
        if (sites->sites[i].kind == SHIFT__SITE_BN && sites->sites[i].before == value)
            status = see_site(b, i, tensor, err);
    return status;
}

static shift_status run_batch(void *context, const shift__batch *batch, shift__execution *execution,
                              shift_error *err)
{
    const state *s = context;
    seen *b = &s->batches[batch->slot];
    const shift__tap tap = {s->wanted, see, b};
    b->batch = batch;
    return shift__execution_run(execution, batch->inputs, &tap, err);
}

/* Mean and unbiased variance of the batch's `m` values a channel. */
static void add_tally(estimate *e, const shift__tally *tally, const double *origin, double weight)
{
    double m = (double)tally->n;
    for (size_t c = 0; c < tally->channels; c++) {
        double mean = tally->first[c] / m;
        double variance = fmax(0, tally->second[c] / m - mean * mean);
        e->mean[c] += weight * (origin[c] + mean);
        if (m > 1)
            e->variance[c] += weight * variance * (m / (m - 1));
    }
    e->mean_rows += weight;
    e->variance_rows += m > 1 ? weight : 0;
}

static shift_status end_batch(void *context, const shift__batch *batch, shift_error *err)
{
    state *s = context;
    seen *b = &s->batches[batch->slot];
    (void)err;
    for (size_t i = 0; i < s->sites.n; i++) {
        if (b->tallies[i].n > 0)
            add_tally(&s->estimates[i], &b->tallies[i], b->origins[i], (double)batch->rows);
        b->tallies[i].n = 0;
    }
    s->all_rows += batch->rows;
    return SHIFT_OK;
}

static shift_status run_batches(state *s, shift__rows *rows, shift_error *err)
{
    s->threads = shift__rows_threads(rows);
    const shift__batches batches = {.graph = s->network->graph,
                                    .rows = rows,
                                    .options = {.bn = SHIFT__BN_BATCH, .channels_last = true},
                                    .threads = (unsigned)s->threads,
                                    .context = s,
                                    .run = run_batch,
                                    .end = end_batch};
    shift_status status = make_seen(s, err);
    return status == SHIFT_OK ? shift__batches_run(&batches, err) : status;
}

static shift_status estimate_all(state *s, shift_source *source,
                                 const shift_network_data_options *data, shift_error *err)
{
    shift__rows *rows = NULL;
    shift_status status = shift__rows_new(&rows, s->network->graph, source, data, err);
    s->data = shift_source_name(source);
    if (status == SHIFT_OK)
        status = run_batches(s, rows, err);
    shift__rows_free(rows);
    if (status == SHIFT_OK && s->all_rows < 2)
        return shift_error_set(err, SHIFT_EFORMAT,
                               "%s: has %llu row, too few to estimate a variance from",
                               shift_source_name(source), (unsigned long long)s->all_rows);
    return status;
}

/* What goes into the file: the estimate, mixed with the stored statistics as if these were `blend`
 * rows (Schneider et al. 2020, equation 3). */
static shift_status write_site(const state *s, size_t i, double blend, shift__onnx *file,
                               shift_error *err)
{
    const shift__site *site = &s->sites.sites[i];
    const estimate *e = &s->estimates[i];
    double rows = (double)s->all_rows;
    float *values = NULL;
    shift_status status = shift__alloc(&values, 2 * site->channels, sizeof *values, err);
    for (size_t c = 0; status == SHIFT_OK && c < site->channels; c++) {
        double mean = e->mean[c] / e->mean_rows;
        double variance =
            e->variance_rows > 0 ? e->variance[c] / e->variance_rows : (double)site->variance[c];
        values[c] = (float)((blend * (double)site->mean[c] + rows * mean) / (blend + rows));
        values[site->channels + c] =
            (float)((blend * (double)site->variance[c] + rows * variance) / (blend + rows));
        if (!isfinite(values[c]) || !isfinite(values[site->channels + c]))
            status = shift_error_set(err, SHIFT_EFORMAT,
                                     "%s: layer %s (%s): the statistics of channel %zu are beyond "
                                     "what the file's single precision holds",
                                     s->data, site->name, site->op, c);
    }
    size_t node = s->network->graph->nodes[site->node].proto;
    if (status == SHIFT_OK)
        status = shift__rewrite_input(file, node, 3, values, site->channels, err);
    if (status == SHIFT_OK)
        status = shift__rewrite_input(file, node, 4, values + site->channels, site->channels, err);
    free(values);
    return status;
}

static shift_status make_adapted(const state *s, double blend, shift_network **out,
                                 shift_error *err)
{
    shift__onnx *file = NULL;
    unsigned char *bytes = NULL;
    size_t n = 0;
    shift_status status = shift__rewrite_begin(&file, s->network->file, err);
    for (size_t i = 0; status == SHIFT_OK && i < s->sites.n; i++)
        if (s->sites.sites[i].kind == SHIFT__SITE_BN)
            status = write_site(s, i, blend, file, err);
    if (status == SHIFT_OK)
        status = shift__rewrite_pack(file, &bytes, &n, err);
    if (status == SHIFT_OK)
        status = shift_network_decode(out, bytes, n, file->name, err);
    free(bytes);
    shift__onnx_free(file);
    return status;
}

shift_status shift_network_recalibrate(shift_network **out, const shift_network *network,
                                       shift_source *source, const shift_network_data_options *data,
                                       double blend, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, network, source))
        return SHIFT_EINVAL;
    state s = {.network = network};
    if (!(blend >= 0) || !isfinite(blend))
        return shift_error_set(err, SHIFT_EINVAL, "blend of %g rows: expected 0 or more", blend);
    shift_status status = make_room(&s, err);
    if (status == SHIFT_OK)
        status = estimate_all(&s, source, data, err);
    if (status == SHIFT_OK)
        status = make_adapted(&s, blend, out, err);
    clear(&s);
    return status;
}

shift_status shift_network_save(const shift_network *network, const char *path, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, network, path))
        return SHIFT_EINVAL;
    unsigned char *bytes = NULL;
    size_t n = 0;
    shift_output *output = NULL;
    shift_status status = shift__rewrite_pack(network->file, &bytes, &n, err);
    if (status == SHIFT_OK)
        status = shift_output_open(&output, path, err);
    if (status == SHIFT_OK)
        status = shift_output_write(output, (const char *)bytes, n, err);
    free(bytes);
    if (status != SHIFT_OK) {
        shift_output_abort(output);
        return status;
    }
    return shift_output_commit(output, err);
}
