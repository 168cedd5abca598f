/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Batch Normalization's statistics estimated anew (Li et al. 2016, AdaBN; Ioffe & Szegedy 2015,
 * algorithm 2): while batches pass, normalised each by its own statistics, the mean of their means
 * and the mean of their unbiased variances are taken. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "network/execute.h"
#include "network/layers.h"
#include "network/network.h"
#include "network/rewrite.h"
#include "network/rows.h"
#include "shift/layers.h"
#include "shift/output.h"

/* What the batches so far say of one Batch Normalization: sums over batches, weighted by rows. */
typedef struct estimate {
    double *mean, *variance; /* by channel */
    double mean_rows, variance_rows;
} estimate;

typedef struct state {
    const shift_network *network;
    shift__layers sites;
    estimate *estimates; /* one a site; only Batch Normalizations are used */
    bool *wanted;
    size_t rows; /* of this batch */
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

static void clear(state *s)
{
    for (size_t i = 0; s->estimates != NULL && i < s->sites.n; i++) {
        free(s->estimates[i].mean);
        free(s->estimates[i].variance);
    }
    free(s->estimates);
    free(s->wanted);
    shift__layers_clear(&s->sites);
}

/* Mean and biased variance of one channel of a batch, shifted by its first value. */
static void batch_moments(const shift__tensor *tensor, size_t c, size_t channels, size_t positions,
                          double out[2])
{
    const float *x = shift__floats(tensor) + c * positions;
    size_t rows = (size_t)tensor->dims[0];
    double origin = (double)x[0];
    double first = 0;
    double second = 0;
    for (size_t r = 0; r < rows; r++, x += channels * positions)
        for (size_t p = 0; p < positions; p++) {
            double d = (double)x[p] - origin;
            first += d;
            second += d * d;
        }
    double n = (double)rows * (double)positions;
    out[0] = origin + first / n;
    out[1] = fmax(0, second / n - (first / n) * (first / n));
}

static shift_status add_batch(state *s, size_t i, const shift__tensor *tensor, shift_error *err)
{
    const shift__site *site = &s->sites.sites[i];
    estimate *e = &s->estimates[i];
    size_t channels = 0;
    size_t positions = 0;
    shift__channels_of(tensor, &channels, &positions);
    double m = (double)tensor->dims[0] * (double)positions;
    if (m == 0)
        return SHIFT_OK;
    double weight = (double)s->rows;
    for (size_t c = 0; c < channels; c++) {
        double moments[2];
        batch_moments(tensor, c, channels, positions, moments);
        if (!isfinite(moments[0]) || !isfinite(moments[1]))
            return shift_error_set(err, SHIFT_EFORMAT,
                                   "layer %s (%s): its value is not finite in rows %" PRIu64
                                   " to %" PRIu64,
                                   site->name, site->op, s->all_rows + 1, s->all_rows + s->rows);
        e->mean[c] += weight * moments[0];
        if (m > 1)
            e->variance[c] += weight * moments[1] * (m / (m - 1));
    }
    e->mean_rows += weight;
    e->variance_rows += m > 1 ? weight : 0;
    return SHIFT_OK;
}

static shift_status see(void *context, size_t value, const shift__tensor *tensor, shift_error *err)
{
    state *s = context;
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < s->sites.n; i++)
        if (s->sites.sites[i].kind == SHIFT__SITE_BN && s->sites.sites[i].before == value)
            status = add_batch(s, i, tensor, err);
    return status;
}

static shift_status run_batches(state *s, shift__rows *rows, shift_error *err)
{
    const shift__execution_options options = {.bn = SHIFT__BN_BATCH};
    const shift__tap tap = {s->wanted, see, s};
    shift__execution *execution = NULL;
    size_t planned = 0;
    shift_status status = SHIFT_OK;
    for (size_t n = 1; status == SHIFT_OK && n > 0; s->all_rows += n) {
        const shift__tensor *inputs = NULL;
        status = shift__rows_next(rows, &inputs, &n, err);
        if (status != SHIFT_OK || n == 0)
            break;
        if (execution == NULL || planned != n) {
            shift__execution_free(execution);
            execution = NULL;
            planned = n;
            status = shift__execution_new(&execution, s->network->graph, inputs, &options, err);
        }
        s->rows = n;
        if (status == SHIFT_OK)
            status = shift__execution_run(execution, inputs, &tap, err);
    }
    shift__execution_free(execution);
    return status;
}

static shift_status estimate_all(state *s, shift_source *source,
                                 const shift_network_data_options *data, shift_error *err)
{
    shift__rows *rows = NULL;
    shift_status status = shift__rows_new(&rows, s->network->graph, source, data, err);
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
    static const shift_network_data_options all = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    state s = {.network = network};
    if (!(blend >= 0) || !isfinite(blend))
        return shift_error_set(err, SHIFT_EINVAL, "blend of %g rows: expected 0 or more", blend);
    shift_status status = make_room(&s, err);
    if (status == SHIFT_OK)
        status = estimate_all(&s, source, data != NULL ? data : &all, err);
    if (status == SHIFT_OK)
        status = make_adapted(&s, blend, out, err);
    clear(&s);
    return status;
}

shift_status shift_network_save(const shift_network *network, const char *path, shift_error *err)
{
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
