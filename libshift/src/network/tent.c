/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Test-time adaptation by entropy minimisation (Wang et al. 2021, TENT): scale and shift of every
 * Batch Normalization take one step of Adam (Kingma & Ba 2015) for each batch; nothing else does.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "network/layers.h"

#include "core/null.h"
#include "network/network.h"
#include "network/pass.h"
#include "network/rewrite.h"
#include "network/split.h"
#include "shift/gradients.h"
#include "shift/layers.h"

/* Scale or shift of one node. */
typedef struct weights {
    size_t node, input, value; /* of the split graph */
    size_t n;
    float *now, *gradient;
    double *first, *second; /* Adam's moments */
} weights;

typedef struct tent {
    shift__split split;
    weights *list;
    size_t n;
    bool *wanted;
    uint64_t steps;
    double rate;
    shift_error *err;
} tent;

static shift_status add_weights(tent *t, size_t node, size_t input)
{
    const shift__node *of = &t->split.graph.nodes[node];
    const shift__tensor *stored = shift__float_constant(&t->split.graph, of, input);
    if (stored == NULL)
        return shift_error_set(t->err, SHIFT_EUNSUPPORTED,
                               "%s: node '%s' (BatchNormalization): input %zu is computed, not "
                               "stored",
                               t->split.graph.file->name, of->name, input);
    weights *w = &t->list[t->n++];
    *w = (weights){
        .node = node, .input = input, .value = of->in[input], .n = shift__tensor_size(stored)};
    shift_status status = shift__alloc(&w->now, w->n, sizeof *w->now, t->err);
    if (status == SHIFT_OK)
        status = shift__alloc(&w->gradient, w->n, sizeof *w->gradient, t->err);
    if (status == SHIFT_OK)
        status = shift__alloc(&w->first, w->n, sizeof *w->first, t->err);
    if (status == SHIFT_OK)
        status = shift__alloc(&w->second, w->n, sizeof *w->second, t->err);
    if (status != SHIFT_OK)
        return status;
    memcpy(w->now, stored->data, w->n * sizeof *w->now);
    t->split.graph.values[w->value].tensor.data = w->now;
    t->wanted[w->value] = true;
    return SHIFT_OK;
}

static shift_status find_weights(tent *t)
{
    const shift__graph *graph = &t->split.graph;
    shift_status status = shift__alloc(&t->list, 2 * graph->n_nodes, sizeof *t->list, t->err);
    if (status == SHIFT_OK)
        status = shift__alloc(&t->wanted, graph->n_values, sizeof *t->wanted, t->err);
    for (size_t i = 0; status == SHIFT_OK && i < graph->n_nodes; i++) {
        if (strcmp(graph->nodes[i].op->name, "BatchNormalization") != 0)
            continue;
        status = add_weights(t, i, 1);
        if (status == SHIFT_OK)
            status = add_weights(t, i, 2);
    }
    if (status == SHIFT_OK && t->n == 0)
        return shift_error_set(t->err, SHIFT_EUNSUPPORTED,
                               "%s: has no BatchNormalization, so there is nothing to adapt",
                               graph->file->name);
    return status;
}

static shift_status see(void *context, size_t value, const shift__tensor *gradient,
                        shift_error *err)
{
    tent *t = context;
    (void)err;
    for (size_t i = 0; i < t->n; i++)
        if (t->list[i].value == value)
            memcpy(t->list[i].gradient, gradient->data, t->list[i].n * sizeof(float));
    return SHIFT_OK;
}

static shift_status step_weights(const tent *t, weights *w, double rows)
{
    const shift__graph *graph = &t->split.graph;
    const double keep_first = 0.9;
    const double keep_second = 0.999;
    double n = (double)t->steps;
    for (size_t i = 0; i < w->n; i++) {
        double g = (double)w->gradient[i] / rows;
        w->first[i] = keep_first * w->first[i] + (1 - keep_first) * g;
        w->second[i] = keep_second * w->second[i] + (1 - keep_second) * g * g;
        double mean = w->first[i] / (1 - pow(keep_first, n));
        double square = w->second[i] / (1 - pow(keep_second, n));
        w->now[i] = (float)((double)w->now[i] - t->rate * mean / (sqrt(square) + 1e-8));
        if (!isfinite(w->now[i]))
            return shift_error_set(t->err, SHIFT_EFORMAT,
                                   "%s: node '%s' (BatchNormalization): input %zu is not finite "
                                   "after batch %" PRIu64 " of the data",
                                   graph->file->name, graph->nodes[w->node].name, w->input,
                                   t->steps);
    }
    return SHIFT_OK;
}

/* A new pass for each batch: its kernels may have kept the weights of the last. */
static shift_status adapt_batch(tent *t, shift__progress *progress, const shift__tensor *inputs,
                                size_t n)
{
    shift__pass pass = {.graph = &t->split.graph,
                        .progress = progress,
                        .bn = SHIFT__BN_STORED,
                        .kind = SHIFT__ENTROPY,
                        .wanted = t->wanted,
                        .see = see,
                        .context = t};
    for (size_t i = 0; i < t->n; i++)
        memset(t->list[i].gradient, 0, t->list[i].n * sizeof(float));
    shift_status status = shift__pass_batch(&pass, inputs, n, NULL, t->err);
    shift__pass_clear(&pass);
    if (status != SHIFT_OK)
        return status;
    t->steps++;
    for (size_t i = 0; status == SHIFT_OK && i < t->n; i++)
        status = step_weights(t, &t->list[i], (double)n);
    return status;
}

static shift_status adapt(tent *t, const shift_network *network, shift_source *source,
                          const shift_network_data_options *data)
{
    shift__rows *rows = NULL;
    shift_status status = shift__rows_new(&rows, network->graph, source, data, t->err);
    for (size_t n = 1; status == SHIFT_OK && n > 0;) {
        const shift__tensor *inputs = NULL;
        status = shift__rows_next(rows, &inputs, &n, t->err);
        if (status == SHIFT_OK && n > 0)
            status = adapt_batch(t, shift__rows_progress(rows), inputs, n);
    }
    shift__rows_free(rows);
    return status;
}

static shift_status write(const tent *t, const shift_network *network, shift_network **out)
{
    shift__onnx *file = NULL;
    unsigned char *bytes = NULL;
    size_t n = 0;
    shift_status status = shift__rewrite_begin(&file, network->file, t->err);
    for (size_t i = 0; status == SHIFT_OK && i < t->n; i++) {
        const weights *w = &t->list[i];
        status = shift__rewrite_input(file, network->graph->nodes[w->node].proto, w->input, w->now,
                                      w->n, t->err);
    }
    if (status == SHIFT_OK)
        status = shift__rewrite_pack(file, &bytes, &n, t->err);
    if (status == SHIFT_OK)
        status = shift_network_decode(out, bytes, n, file->name, t->err);
    free(bytes);
    shift__onnx_free(file);
    return status;
}

shift_status shift_network_tent(shift_network **out, const shift_network *network,
                                shift_source *source, const shift_network_data_options *data,
                                double rate, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, network, source))
        return SHIFT_EINVAL;
    tent t = {.rate = rate, .err = err};
    if (!(rate > 0) || !isfinite(rate))
        return shift_error_set(err, SHIFT_EINVAL, "rate of %g: expected a number above 0", rate);
    shift_status status = shift__split_init(&t.split, network->graph, err);
    if (status == SHIFT_OK)
        status = find_weights(&t);
    if (status == SHIFT_OK)
        status = adapt(&t, network, source, data);
    if (status == SHIFT_OK)
        status = write(&t, network, out);
    for (size_t i = 0; i < t.n; i++) {
        free(t.list[i].now);
        free(t.list[i].gradient);
        free(t.list[i].first);
        free(t.list[i].second);
    }
    free(t.list);
    free(t.wanted);
    shift__split_clear(&t.split);
    return status;
}
