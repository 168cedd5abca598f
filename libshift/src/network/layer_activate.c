/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An activation is a function of one number, so what is known of its input's values gives its
 * output's: each value kept is taken through it, or the mass of each bin, from where it is in the
 * bin to where that goes. */
#include "network/layer_activate.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "network/operators/common.h"

enum { OPERANDS = 3, PARTS = 9 /* of a bin; odd */ };

/* The function: a node and what enters it besides the values, which are those of `source`. */
typedef struct function {
    const shift__graph *graph;
    const shift__node *node;
    const shift__layer *source;
    shift__tensor operands[OPERANDS];
    const shift__tensor *in[OPERANDS];
} function;

/* PRelu's slopes are broadcast from the right; values have one axis behind the channels. */
static bool take_operand(function *f, size_t i, size_t channels)
{
    if (f->node->in[i] == SHIFT__NO_VALUE)
        return true;
    const shift__tensor *constant = shift__graph_constant(f->graph, f->node, i);
    if (constant == NULL)
        return false;
    f->operands[i] = *constant;
    f->operands[i].owns = false;
    f->in[i] = &f->operands[i];
    size_t n = shift__tensor_size(constant);
    const int64_t dims[] = {(int64_t)n, 1};
    shift__set_shape(&f->operands[i], constant->dtype, n == 1 ? 0 : 2, dims);
    return n == 1 || n == channels;
}

static bool take_function(function *f, const shift__graph *graph, const shift__node *node,
                          size_t channels)
{
    *f = (function){.graph = graph, .node = node};
    bool known = node->n_in <= OPERANDS;
    for (size_t i = 1; known && i < node->n_in; i++)
        known = take_operand(f, i, channels);
    return known;
}

bool shift__activation_known(const shift__graph *graph, const shift__node *node, size_t channels)
{
    function f;
    return take_function(&f, graph, node, channels);
}

/* As the operator does. */
static void normalise(const shift__layer *bn, const float *x, size_t n, float *out)
{
    for (size_t c = 0; c < bn->channels; c++) {
        float centre = (float)bn->mean[c];
        float factor = (float)(bn->scale[c] / sqrt(bn->variance[c] + bn->epsilon));
        float offset = (float)bn->bias[c];
        for (size_t i = c * n; i < (c + 1) * n; i++)
            out[i] = (x[i] - centre) * factor + offset;
    }
}

/* `x` has `n` values of each channel, channel after channel. */
static shift_status apply(function *f, float *x, size_t n, float *out, shift_error *err)
{
    size_t channels = f->source->channels;
    if (f->source->bn) {
        normalise(f->source, x, n, out);
        x = out;
    }
    const int64_t dims[] = {1, (int64_t)channels, (int64_t)n};
    shift__tensor from = {.rank = 0};
    shift__set_shape(&from, SHIFT__FLOAT32, 3, dims);
    shift__tensor to = from;
    shift__tensor *const outs[] = {&to};
    from.data = x;
    to.data = out;
    f->in[0] = &from;
    const shift__call call = {.node = f->node, .in = f->in, .out = outs, .err = err};
    return shift__node_forward(f->graph, &call);
}

static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a;
    float y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Where the function falls, values are not in order any more. */
static void sort(float *x, size_t n)
{
    for (size_t i = 0; n > 0 && x[0] > x[n - 1] && i < n / 2; i++) {
        float first = x[i];
        x[i] = x[n - 1 - i];
        x[n - 1 - i] = first;
    }
    size_t i = 1;
    while (i < n && x[i - 1] <= x[i])
        i++;
    if (i < n)
        qsort(x, n, sizeof *x, ascending);
}

static shift_status activate_values(function *f, shift__values *to, shift_error *err)
{
    const shift__layer *from = f->source;
    size_t n = from->values.n;
    shift_status status = shift__alloc(&to->x, n * from->channels, sizeof *to->x, err);
    if (status == SHIFT_OK)
        status = apply(f, from->values.x, n, to->x, err);
    to->n = n;
    for (size_t c = 0; status == SHIFT_OK && c < from->channels; c++)
        sort(to->x + c * n, n);
    return status;
}

/* Edges are further out than values, which are finite. */
static double within_floats(float x)
{
    return fmax(-(double)FLT_MAX, fmin((double)x, (double)FLT_MAX));
}

/* Equal bins as many as before, between the least and the most that the function has at the edges
 * of those, so that both sides have the same. */
static shift_status choose_bins(function *f, shift__histogram *to, float *edges, shift_error *err)
{
    const shift__histogram *from = &f->source->histogram;
    size_t channels = f->source->channels;
    size_t n = from->bins + 1;
    for (size_t i = 0; i < channels * n; i++)
        edges[i] = (float)(from->low[i / n] + from->width[i / n] * (double)(i % n));
    to->bins = from->bins;
    shift_status status = apply(f, edges, n, edges, err);
    if (status == SHIFT_OK)
        status = shift__histogram_begin(to, channels, NULL, err);
    for (size_t c = 0; status == SHIFT_OK && c < channels; c++) {
        double least = within_floats(edges[c * n]);
        double most = least;
        for (size_t i = 1; i < n; i++) {
            least = fmin(least, within_floats(edges[c * n + i]));
            most = fmax(most, within_floats(edges[c * n + i]));
        }
        to->low[c] = least;
        to->width[c] = most > least ? (most - least) / (double)to->bins : 1;
    }
    return status;
}

/* Where part `k` of a bin's values is taken to be: they are as evenly spread around their mean as
 * the bin has room for. All of them at their mean would go to one of many bins. */
static double part_of(const shift__histogram *h, size_t i, size_t k)
{
    double mean = shift__histogram_place(h, i);
    double reach = fmin(mean, 1 - mean);
    return mean + reach * ((double)(2 * k + 1) / PARTS - 1);
}

/* A lone value is in the middle part. */
static uint64_t count_of(uint64_t count, uint64_t k)
{
    return ((k + 1) * count + PARTS / 2) / PARTS - (k * count + PARTS / 2) / PARTS;
}

static shift_status add_parts(function *f, size_t k, float *places, shift__histogram *to,
                              shift_error *err)
{
    const shift__histogram *from = &f->source->histogram;
    size_t n = f->source->channels * from->bins;
    for (size_t i = 0; i < n; i++) {
        size_t c = i / from->bins;
        double place = (double)(i % from->bins) + part_of(from, i, k);
        places[i] = (float)(from->low[c] + from->width[c] * place);
    }
    shift_status status = apply(f, places, from->bins, places, err);
    for (size_t i = 0; status == SHIFT_OK && i < n; i++) {
        uint64_t count = count_of(shift__histogram_count(from, i), k);
        if (count > 0)
            shift__histogram_put(to, i / from->bins, (double)places[i], count);
    }
    return status;
}

static shift_status activate_bins(function *f, shift__histogram *to, float *places,
                                  shift_error *err)
{
    size_t n = f->source->channels * to->bins;
    shift_status status = shift__alloc(&to->counts, n, sizeof *to->counts, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&to->places, n, sizeof *to->places, err);
    for (size_t k = 0; status == SHIFT_OK && k < PARTS; k++)
        status = add_parts(f, k, places, to, err);
    return status;
}

static shift_status activate(function *f, shift__values *values, shift__histogram *to,
                             const shift__histogram *like, shift_error *err)
{
    const shift__layer *from = f->source;
    float *scratch = NULL;
    shift_status status =
        shift__alloc(&scratch, from->channels * (from->histogram.bins + 1), sizeof *scratch, err);
    if (status == SHIFT_OK && like != NULL && like->bins > 0) {
        to->bins = like->bins;
        status = shift__histogram_begin(to, from->channels, like, err);
    } else if (status == SHIFT_OK) {
        status = choose_bins(f, to, scratch, err);
    }
    if (status == SHIFT_OK && from->values.x != NULL)
        status = activate_values(f, values, err);
    else if (status == SHIFT_OK)
        status = activate_bins(f, to, scratch, err);
    free(scratch);
    return status;
}

shift_status shift__layer_activate(shift__layer *layers, size_t i, const shift__graph *graph,
                                   const shift__site *site, const shift__layer *like,
                                   shift_error *err)
{
    function f;
    shift__layer *layer = &layers[i];
    bool derived = site->source != SIZE_MAX;
    if (site->kind != SHIFT__SITE_ACTIVATION || !site->both || (layer->seen_is_after && !derived) ||
        layer->mixed || !take_function(&f, graph, &graph->nodes[site->node], layer->channels))
        return SHIFT_OK;
    f.source = derived ? &layers[site->source] : layer;
    if (f.source->histogram.bins == 0)
        return SHIFT_OK;
    return derived ? activate(&f, &layer->values, &layer->histogram,
                              like != NULL ? &like->histogram : NULL, err)
                   : activate(&f, &layer->other_values, &layer->other_histogram, NULL, err);
}
