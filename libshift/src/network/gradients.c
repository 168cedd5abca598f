/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/gradients.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is looked at ---- */

bool shift__is_parameter(const shift__graph *graph, const shift__node *node, size_t i)
{
    static const char *const trained[] = {"Gemm",
                                          "MatMul",
                                          "Conv",
                                          "ConvTranspose",
                                          "BatchNormalization",
                                          "InstanceNormalization",
                                          "LayerNormalization",
                                          "PRelu",
                                          "LSTM",
                                          "GRU"};
    const shift__tensor *constant = shift__graph_constant(graph, node, i);
    if (constant == NULL || constant->dtype != SHIFT__FLOAT32)
        return false;
    if (strcmp(node->op->name, "BatchNormalization") == 0 && i > 2)
        return false; /* running statistics */
    for (size_t k = 0; k < sizeof trained / sizeof *trained; k++)
        if (strcmp(node->op->name, trained[k]) == 0)
            return true;
    return false;
}

/* Weights proper: what is not a bias. */
static bool is_weight(const shift__graph *graph, const shift__node *node, size_t i)
{
    const char *op = node->op->name;
    bool recurrent = strcmp(op, "LSTM") == 0 || strcmp(op, "GRU") == 0;
    bool either = strcmp(op, "MatMul") == 0 || strcmp(op, "Gemm") == 0;
    return shift__is_parameter(graph, node, i) &&
           (i == 1 || (recurrent && i == 2) || (either && i == 0));
}

static bool has_weights(const shift__graph *graph, const shift__node *node)
{
    for (size_t i = 0; i < node->n_in; i++)
        if (is_weight(graph, node, i))
            return true;
    return false;
}

/* What enters a node: its first input that is computed. */
static size_t entering(const shift__graph *graph, const shift__node *node)
{
    for (size_t i = 0; i < node->n_in; i++)
        if (node->in[i] != SHIFT__NO_VALUE && !graph->values[node->in[i]].constant)
            return node->in[i];
    return SHIFT__NO_VALUE;
}

static size_t leaving(const shift__node *node)
{
    for (size_t i = 0; i < node->n_out; i++)
        if (node->out[i] != SHIFT__NO_VALUE)
            return node->out[i];
    return SHIFT__NO_VALUE;
}

static const shift__site *site_of(const shift__layers *sites, size_t node)
{
    for (size_t i = 0; i < sites->n; i++)
        if (sites->sites[i].node == node)
            return &sites->sites[i];
    return NULL;
}

static void want(shift__gradients *g, size_t value)
{
    if (value != SHIFT__NO_VALUE)
        g->wanted[value] = true;
}

static shift_status find_layers(shift__gradients *g, shift_error *err)
{
    const shift__graph *graph = g->graph;
    shift_status status = shift__layers_find(&g->sites, graph, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&g->layers, graph->n_nodes, sizeof *g->layers, err);
    for (size_t i = 0; status == SHIFT_OK && i < graph->n_nodes; i++) {
        const shift__node *node = &graph->nodes[i];
        const shift__site *site = site_of(&g->sites, i);
        for (size_t k = 0; k < node->n_in; k++)
            if (shift__is_parameter(graph, node, k))
                want(g, node->in[k]);
        if (site == NULL && !has_weights(graph, node))
            continue;
        shift__gradient_layer *layer = &g->layers[g->n++];
        *layer = (shift__gradient_layer){.node = i,
                                         .name = node->name,
                                         .op = site != NULL ? site->op : node->op->name,
                                         .site = site,
                                         .before = entering(graph, node),
                                         .after = leaving(node)};
        want(g, layer->before);
        want(g, layer->after);
    }
    return status;
}

/* ---- saturation and slope ---- */

/* `slope` is that at z: at or below 0 the one that PRelu has there. */
static bool is_saturated(const shift__site *site, float slope, float z)
{
    if (site->slopes != NULL)
        return z <= 0 && fabsf(slope) < 0.05F;
    const shift__saturation *s = &site->saturation;
    return z <= s->low || z >= s->high || (z > s->from && z < s->to);
}

/* |f'| is what a gradient of ones becomes. */
static shift_status add_slopes(shift__gradient_layer *layer, const shift__tensor *z,
                               const shift__tensor *slopes)
{
    size_t n = shift__tensor_size(z);
    const float *x = shift__floats(z);
    const float *slope = shift__floats(slopes);
    for (size_t i = 0; i < n; i++) {
        layer->slopes += fabs((double)slope[i]);
        layer->saturated += is_saturated(layer->site, slope[i], x[i]) ? 1 : 0;
    }
    layer->values += n;
    return SHIFT_OK;
}

static shift_status find_slopes(const shift__gradients *g, shift__gradient_layer *layer,
                                const shift__execution *execution, shift_error *err)
{
    enum { INPUTS_MOST = 3 };
    const shift__node *node = &g->graph->nodes[layer->node];
    const shift__tensor *in[INPUTS_MOST] = {NULL, NULL, NULL};
    shift__tensor out = *shift__execution_value(execution, node->out[0]);
    shift__tensor ones = out;
    ones.owns = false;
    shift__tensor slopes = ones;
    for (size_t i = 0; i < node->n_in && i < INPUTS_MOST; i++)
        if (node->in[i] != SHIFT__NO_VALUE)
            in[i] = shift__execution_value(execution, node->in[i]);
    shift_status status = shift__tensor_alloc(&ones, err);
    if (status == SHIFT_OK)
        status = shift__tensor_alloc(&slopes, err);
    size_t n = status == SHIFT_OK ? shift__tensor_size(&ones) : 0;
    for (size_t i = 0; i < n; i++)
        shift__floats(&ones)[i] = 1;
    shift__tensor *outputs[] = {&out};
    const shift__tensor *out_gradient[] = {&ones};
    shift__tensor *in_gradient[INPUTS_MOST] = {&slopes, NULL, NULL};
    shift__workspace work = {.bn = SHIFT__BN_STORED};
    if (status == SHIFT_OK)
        status = shift__node_backward(
            g->graph, &(shift__call){node, in, outputs, out_gradient, in_gradient, &work, err});
    if (status == SHIFT_OK)
        status = add_slopes(layer, in[0], &slopes);
    free(work.scratch);
    shift__tensor_clear(&ones);
    shift__tensor_clear(&slopes);
    return status;
}

static shift_status ran(void *context, const shift__execution *execution, size_t rows,
                        shift_error *err)
{
    shift__gradients *g = context;
    shift_status status = SHIFT_OK;
    size_t positions = 0;
    (void)rows;
    for (size_t i = 0; i < g->n; i++)
        shift__channels_of(shift__execution_value(execution, g->layers[i].after),
                           &g->layers[i].channels, &positions);
    for (size_t i = 0; status == SHIFT_OK && i < g->n; i++)
        if (g->layers[i].site != NULL && g->layers[i].site->saturates)
            status = find_slopes(g, &g->layers[i], execution, err);
    return status;
}

/* ---- gradients ---- */

static double square(const shift__tensor *tensor)
{
    /* in lanes, so that the additions do not wait for each other */
    enum { LANES = 8 };
    double sums[LANES] = {0};
    const float *x = shift__floats(tensor);
    size_t n = shift__tensor_size(tensor);
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            sums[k] += (double)x[i + k] * (double)x[i + k];
    for (; i < n; i++)
        sums[0] += (double)x[i] * (double)x[i];
    double total = 0;
    for (size_t k = 0; k < LANES; k++)
        total += sums[k];
    return total;
}

/* Rows have activations of their own, whose squares add up, and parameters in common. */
static shift_status see(void *context, size_t value, const shift__tensor *gradient,
                        shift_error *err)
{
    shift__gradients *g = context;
    shift__tensor *total = &g->totals[value];
    if (!g->graph->values[value].constant) {
        double norm = square(gradient);
        g->broken = g->broken || !isfinite(norm);
        g->norms[value] = (isnan(g->norms[value]) ? 0 : g->norms[value]) + norm;
        return SHIFT_OK;
    }
    if (total->data == NULL)
        return shift__tensor_copy(total, gradient, err);
    size_t n = shift__tensor_size(total);
    for (size_t i = 0; i < n; i++)
        shift__floats(total)[i] += shift__floats(gradient)[i];
    return SHIFT_OK;
}

static double norm_of(const shift__gradients *g, size_t value)
{
    return value != SHIFT__NO_VALUE ? g->norms[value] : NAN;
}

static void finish_layer(const shift__gradients *g, shift__gradient_layer *layer)
{
    const shift__node *node = &g->graph->nodes[layer->node];
    double weight = 0;
    double gradient = 0;
    bool has = false;
    for (size_t i = 0; i < node->n_in; i++)
        if (is_weight(g->graph, node, i)) {
            double norm = g->norms[node->in[i]];
            weight += square(&g->graph->values[node->in[i]].tensor);
            gradient += norm * norm;
            has = true;
        }
    layer->weight = has ? sqrt(weight) : NAN;
    layer->weight_gradient = has ? sqrt(gradient) : NAN;
    layer->gradient = norm_of(g, layer->before);
    layer->factor = layer->gradient / norm_of(g, layer->after);
    layer->saturation = layer->values > 0 ? (double)layer->saturated / (double)layer->values : NAN;
    layer->slope = layer->values > 0 ? layer->slopes / (double)layer->values : NAN;
}

static bool is_activation(const shift__gradient_layer *layer)
{
    return layer->site != NULL && layer->site->kind == SHIFT__SITE_ACTIVATION;
}

/* Between the activations; where a network has not two, between all its layers. */
static double find_ratio(const shift__gradients *g)
{
    const shift__gradient_layer *first = NULL;
    const shift__gradient_layer *last = NULL;
    for (int round = 0; round < 2 && first == last; round++) {
        first = NULL;
        for (size_t i = 0; i < g->n; i++) {
            if (round == 0 && !is_activation(&g->layers[i]))
                continue;
            first = first == NULL ? &g->layers[i] : first;
            last = &g->layers[i];
        }
    }
    return first != last ? first->gradient / last->gradient : NAN;
}

static void finish(shift__gradients *g, const shift__loss_sums *sums, bool labelled)
{
    double rows = (double)sums->rows;
    for (size_t i = 0; i < g->graph->n_values; i++) {
        if (g->totals[i].data != NULL) {
            g->norms[i] = square(&g->totals[i]);
            g->broken = g->broken || !isfinite(g->norms[i]);
        }
        g->norms[i] = sqrt(g->norms[i]) / rows;
    }
    for (size_t i = 0; i < g->n; i++)
        finish_layer(g, &g->layers[i]);
    g->ratio = find_ratio(g);
    g->rows = sums->rows;
    g->loss = sums->loss / rows;
    g->broken = g->broken || !isfinite(g->loss);
    g->accuracy = labelled ? (double)sums->right / rows : NAN;
}

static shift_status make_room(shift__gradients *g, shift_error *err)
{
    size_t n = g->graph->n_values;
    shift_status status = shift__alloc(&g->norms, n, sizeof *g->norms, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&g->totals, n, sizeof *g->totals, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&g->wanted, n, sizeof *g->wanted, err);
    for (size_t i = 0; status == SHIFT_OK && i < n; i++)
        g->norms[i] = NAN;
    return status;
}

shift_status shift__gradients_run(shift__gradients *out, const shift__graph *graph,
                                  shift__rows *rows, uint64_t most, shift__bn_mode bn,
                                  shift_error *err)
{
    shift__gradients g = {.graph = graph};
    shift_status status = make_room(&g, err);
    if (status == SHIFT_OK)
        status = find_layers(&g, err);
    shift__pass pass = {.graph = graph,
                        .bn = bn,
                        .wanted = g.wanted,
                        .most = most,
                        .ran = ran,
                        .see = see,
                        .context = &g};
    if (status == SHIFT_OK)
        status = shift__pass_rows(&pass, rows, err);
    if (status == SHIFT_OK)
        finish(&g, &pass.sums, shift__rows_labels(rows) != NULL);
    shift__pass_clear(&pass);
    if (status != SHIFT_OK)
        shift__gradients_clear(&g);
    *out = g;
    return status;
}

void shift__gradients_clear(shift__gradients *g)
{
    for (size_t i = 0; g->totals != NULL && i < g->graph->n_values; i++)
        shift__tensor_clear(&g->totals[i]);
    shift__layers_clear(&g->sites);
    free(g->layers);
    free(g->norms);
    free(g->totals);
    free(g->wanted);
    *g = (shift__gradients){.graph = NULL};
}

shift__gradient_health shift__gradients_judge(const shift__gradients *g)
{
    bool nothing = false; /* no gradient arrives anywhere */
    for (size_t i = 0; i < g->n; i++)
        nothing = nothing || g->layers[i].gradient == 0;
    if (g->broken || g->ratio > 1e3)
        return SHIFT__GRADIENT_EXPLODES;
    return g->ratio < 1e-3 || (isnan(g->ratio) && nothing) ? SHIFT__GRADIENT_VANISHES
                                                           : SHIFT__GRADIENT_OK;
}
