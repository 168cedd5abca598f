/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two checkpoints of one network: how the inputs of its layers move while it is trained. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "network/ics.h"
#include "network/layers.h"
#include "network/results.h"
#include "shift/checkpoints.h"

enum {
    VALUES_MOST = 1 << 20, /* of a layer */
    MEASUREMENTS_MOST = 8
};

/* The values that enter a layer, sorted, and what is summed up of all of them. */
typedef struct sample {
    float *values;
    size_t n, capacity;
    uint64_t seen;
    double first, second; /* sums, of differences from `origin` */
    double origin;
} sample;

typedef struct side {
    const shift__graph *graph;
    shift__layers sites;
    sample *samples; /* one per site */
    bool *wanted;
    size_t every; /* of how many values one is kept */
} side;

/* ---- values ---- */

static shift_status add_values(side *s, sample *to, const shift__tensor *tensor, shift_error *err)
{
    const float *x = shift__floats(tensor);
    size_t n = shift__tensor_size(tensor);
    shift_status status = shift__array_grow(&to->values, &to->capacity, to->n + n / s->every + 1,
                                            sizeof *to->values, err);
    if (status != SHIFT_OK)
        return status;
    if (to->seen == 0 && n > 0)
        to->origin = (double)x[0];
    for (size_t i = 0; i < n; i++) {
        double d = (double)x[i] - to->origin;
        to->first += d;
        to->second += d * d;
        if ((to->seen + i) % s->every == 0)
            to->values[to->n++] = x[i];
    }
    to->seen += n;
    return SHIFT_OK;
}

static shift_status see(void *context, size_t value, const shift__tensor *tensor, shift_error *err)
{
    side *s = context;
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < s->sites.n; i++)
        if (s->sites.sites[i].node != SIZE_MAX && s->sites.sites[i].before == value)
            status = add_values(s, &s->samples[i], tensor, err);
    return status;
}

static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a;
    float y = *(const float *)b;
    return (x > y) - (x < y);
}

static size_t find_stride(const side *s, const shift__execution *execution, size_t batch,
                          uint64_t rows)
{
    double most = 0;
    for (size_t i = 0; i < s->sites.n; i++)
        if (s->sites.sites[i].node != SIZE_MAX && s->sites.sites[i].before != SHIFT__NO_VALUE)
            most = fmax(most, (double)shift__tensor_size(
                                  shift__execution_value(execution, s->sites.sites[i].before)));
    double all = most / (double)batch * (double)rows;
    return all > VALUES_MOST ? (size_t)ceil(all / VALUES_MOST) : 1;
}

static shift_status run_batch(side *s, const shift__held_batch *batch, uint64_t rows,
                              shift_error *err)
{
    const shift__execution_options options = {.bn = SHIFT__BN_STORED};
    shift__execution *execution = NULL;
    shift__tap tap = {s->wanted, see, s};
    shift_status status = shift__execution_new(&execution, s->graph, batch->inputs, &options, err);
    if (status == SHIFT_OK) {
        if (s->every == 0)
            s->every = find_stride(s, execution, batch->rows, rows);
        status = shift__execution_run(execution, batch->inputs, &tap, err);
    }
    shift__execution_free(execution);
    return status;
}

static shift_status run_side(side *s, const shift__held *held, shift_error *err)
{
    shift_status status = shift__layers_find(&s->sites, s->graph, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&s->samples, s->sites.n, sizeof *s->samples, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&s->wanted, s->graph->n_values, sizeof *s->wanted, err);
    for (size_t i = 0; status == SHIFT_OK && i < s->sites.n; i++)
        if (s->sites.sites[i].node != SIZE_MAX && s->sites.sites[i].before != SHIFT__NO_VALUE)
            s->wanted[s->sites.sites[i].before] = true;
    for (size_t b = 0; status == SHIFT_OK && b < held->n; b++)
        status = run_batch(s, &held->batches[b], held->rows, err);
    for (size_t i = 0; status == SHIFT_OK && i < s->sites.n; i++)
        if (s->samples[i].n > 1)
            qsort(s->samples[i].values, s->samples[i].n, sizeof(float), ascending);
    return status;
}

static void clear_side(side *s)
{
    for (size_t i = 0; s->samples != NULL && i < s->sites.n; i++)
        free(s->samples[i].values);
    free(s->samples);
    free(s->wanted);
    shift__layers_clear(&s->sites);
}

/* ---- statistics of two sorted samples ---- */

static double quantile(const sample *s, double p)
{
    double place = p * (double)(s->n - 1);
    size_t i = (size_t)place;
    double low = (double)s->values[i];
    return i + 1 < s->n ? low + (place - (double)i) * ((double)s->values[i + 1] - low) : low;
}

static double mean_of(const sample *s)
{
    return s->origin + s->first / (double)s->seen;
}

static double variance_of(const sample *s)
{
    double n = (double)s->seen;
    return fmax(s->second / n - s->first / n * (s->first / n), 0);
}

static void summarise(const sample *s, shift_summary *out)
{
    static const int hundredths[] = SHIFT_SUMMARY_QUANTILES;
    double n = (double)s->seen;
    out->mean = mean_of(s);
    out->variance = n > 1 ? variance_of(s) * n / (n - 1) : NAN;
    out->minimum = (double)s->values[0];
    out->maximum = (double)s->values[s->n - 1];
    for (size_t i = 0; i < sizeof hundredths / sizeof *hundredths; i++)
        out->quantiles[i] = quantile(s, hundredths[i] / 100.0);
}

/* Largest difference of the distribution functions, and the area between them. */
static void distances(const sample *x, const sample *y, double *ks, double *area)
{
    size_t i = 0;
    size_t k = 0;
    double last = NAN;
    double apart = 0;
    *ks = 0;
    *area = 0;
    while (i < x->n || k < y->n) {
        bool left = k == y->n || (i < x->n && x->values[i] <= y->values[k]);
        double value = (double)(left ? x->values[i] : y->values[k]);
        if (!isnan(last))
            *area += apart * (value - last);
        while (i < x->n && (double)x->values[i] <= value)
            i++;
        while (k < y->n && (double)y->values[k] <= value)
            k++;
        apart = fabs((double)i / (double)x->n - (double)k / (double)y->n);
        *ks = fmax(*ks, apart);
        last = value;
    }
}

/* ---- results ---- */

typedef struct builder {
    shift__results results;
    const side *before, *after;
    const shift__ics *ics;
    uint64_t rows;
    const shift_subject **layers;
    size_t n_layers;
} builder;

static shift_status new_layer(builder *b, const char *name, const char *op, shift_subject **out)
{
    shift_status status = shift__results_subject(&b->results, out, MEASUREMENTS_MOST, b->rows);
    if (status != SHIFT_OK)
        return status;
    (*out)->type = SHIFT_SUBJECT_LAYER;
    (*out)->index = b->n_layers;
    (*out)->channels = 1;
    (*out)->verdict = SHIFT_VERDICT_OK;
    b->layers[b->n_layers++] = *out;
    status = shift__results_text(&b->results, &(*out)->name, name);
    return status == SHIFT_OK ? shift__results_text(&b->results, &(*out)->op, op) : status;
}

static shift_status add_site(builder *b, size_t i)
{
    const shift__site *site = &b->before->sites.sites[i];
    const sample *x = &b->before->samples[i];
    const sample *y = &b->after->samples[i];
    shift_subject *layer = NULL;
    double ks = 0;
    double area = 0;
    if (x->n == 0 || y->n == 0)
        return SHIFT_OK;
    shift_status status = new_layer(b, site->name, site->op, &layer);
    if (status != SHIFT_OK)
        return status;
    summarise(x, &layer->train);
    summarise(y, &layer->prod);
    distances(x, y, &ks, &area);
    const struct {
        const char *statistic;
        double value;
    } all[] = {
        {"p15", quantile(y, 0.15)},
        {"p50", quantile(y, 0.5)},
        {"p85", quantile(y, 0.85)},
        {"ks", ks},
        {"wasserstein", area},
        {"mean_shift", (mean_of(y) - mean_of(x)) / sqrt(variance_of(x))},
        {"variance_ratio", variance_of(y) / variance_of(x)},
    };
    for (size_t k = 0; status == SHIFT_OK && k < sizeof all / sizeof *all; k++)
        status = shift__results_measure(&b->results, layer, all[k].statistic, all[k].value, NULL);
    return status;
}

static shift_status add_weights(builder *b, const shift__ics_layer *ics)
{
    const shift__node *node = &b->before->graph->nodes[ics->node];
    shift_subject *layer = NULL;
    shift_status status = new_layer(b, node->name, node->op->name, &layer);
    if (status == SHIFT_OK)
        status = shift__results_measure(&b->results, layer, "ics_l2", ics->l2, NULL);
    if (status == SHIFT_OK)
        status = shift__results_measure(&b->results, layer, "ics_cosine", ics->cosine, NULL);
    if (status == SHIFT_OK)
        status = shift__results_measure(&b->results, layer, "gradient_norm", ics->before, NULL);
    return status;
}

static shift_status add_layers(builder *b)
{
    const shift__layers *sites = &b->before->sites;
    shift_status status = shift__arena_alloc(b->results.arena, &b->layers, sites->n + b->ics->n,
                                             sizeof(void *), b->results.err);
    size_t w = 0;
    for (size_t i = 0; status == SHIFT_OK && i < sites->n; i++) {
        if (sites->sites[i].node == SIZE_MAX)
            continue;
        while (status == SHIFT_OK && w < b->ics->n && b->ics->layers[w].node < sites->sites[i].node)
            status = add_weights(b, &b->ics->layers[w++]);
        if (status == SHIFT_OK)
            status = add_site(b, i);
    }
    while (status == SHIFT_OK && w < b->ics->n)
        status = add_weights(b, &b->ics->layers[w++]);
    b->results.owner->view.layers = b->layers;
    b->results.owner->view.n_layers = b->n_layers;
    return status;
}

static shift_status build(shift_comparison **out, builder *b, const shift_network *after,
                          shift_error *err)
{
    shift_subject *dataset = NULL;
    shift_status status = shift__results_begin(&b->results, err);
    if (status != SHIFT_OK)
        return status;
    shift_comparison *view = &b->results.owner->view;
    view->train.rows = b->rows;
    view->prod.rows = b->rows;
    view->verdict = SHIFT_VERDICT_OK;
    status = shift__results_text(&b->results, &view->train.source, b->before->graph->file->name);
    if (status == SHIFT_OK)
        status = shift__results_text(&b->results, &view->prod.source, b->after->graph->file->name);
    if (status == SHIFT_OK)
        status = shift__results_subject(&b->results, &dataset, 1, b->rows);
    if (status == SHIFT_OK) {
        dataset->type = SHIFT_SUBJECT_DATASET;
        dataset->name = "dataset";
        dataset->verdict = SHIFT_VERDICT_OK;
        view->dataset = dataset;
        status = shift__results_network(&b->results, after, NAN);
    }
    if (status == SHIFT_OK)
        status = add_layers(b);
    if (status != SHIFT_OK) {
        shift_comparison_free(view);
        return status;
    }
    *out = view;
    return SHIFT_OK;
}

shift_status shift_network_drift(shift_comparison **out, const shift_network *const checkpoints[2],
                                 shift_source *source, const shift_network_data_options *data,
                                 const shift_drift_options *options, shift_error *err)
{
    static const shift_drift_options usual = SHIFT_DRIFT_OPTIONS_INIT;
    const shift_drift_options *o = options != NULL ? options : &usual;
    side x = {.graph = checkpoints[0]->graph};
    side y = {.graph = checkpoints[1]->graph};
    shift__held held = {.n = 0};
    shift__ics ics = {.n = 0};
    shift_status status = shift__same_network(x.graph, y.graph, err);
    if (status == SHIFT_OK)
        status = shift__held_read(&held, x.graph, source, data, o->rows, err);
    if (status == SHIFT_OK)
        status = run_side(&x, &held, err);
    if (status == SHIFT_OK)
        status = run_side(&y, &held, err);
    if (status == SHIFT_OK && !o->no_ics)
        status = shift__ics_run(&ics, x.graph, y.graph, &held,
                                o->bn_batch ? SHIFT__BN_BATCH : SHIFT__BN_STORED, err);
    builder b = {.before = &x, .after = &y, .ics = &ics, .rows = held.rows};
    if (status == SHIFT_OK)
        status = build(out, &b, checkpoints[1], err);
    shift__ics_clear(&ics);
    shift__held_clear(&held);
    clear_side(&x);
    clear_side(&y);
    return status;
}
