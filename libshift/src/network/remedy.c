/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What other activations and Batch Normalization would do to the gradient of a network as it is. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "network/edit.h"

#include "core/null.h"
#include "network/held.h"
#include "network/layers.h"
#include "network/network.h"
#include "network/rewrite.h"
#include "shift/gradients.h"
#include "shift/layers.h"

static const struct {
    const char *name, *op;
    const char *attribute; /* or NULL */
    float value;
} remedies[SHIFT_REMEDIES] = {
    [SHIFT_REMEDY_KEEP] = {"keep", NULL, NULL, 0},
    [SHIFT_REMEDY_RELU] = {"relu", "Relu", NULL, 0},
    [SHIFT_REMEDY_LEAKY_RELU] = {"leaky_relu", "LeakyRelu", "alpha", 0.01F},
    [SHIFT_REMEDY_PRELU] = {"prelu", "PRelu", NULL, 0},
    /* uniform on (1/8, 1/3) while training, its mean at inference (Xu et al. 2015) */
    [SHIFT_REMEDY_RRELU] = {"rrelu", "LeakyRelu", "alpha", 11.0F / 48},
    [SHIFT_REMEDY_ELU] = {"elu", "Elu", "alpha", 1},
    [SHIFT_REMEDY_SELU] = {"selu", "Selu", NULL, 0},
    [SHIFT_REMEDY_MAXOUT] = {"maxout", "Max", NULL, 0},
};

const char *shift_remedy_name(shift_remedy remedy)
{
    return (size_t)remedy < SHIFT_REMEDIES ? remedies[remedy].name : NULL;
}

typedef struct change {
    const shift_network *network;
    shift__layers sites;
    size_t *channels; /* of what enters each site; 0 where Batch Normalization cannot stand */
    shift__onnx *file;
    shift_remedy remedy;
    bool bn;
    size_t changed;
    shift_error *err;
} change;

static bool saturates(const shift__site *site)
{
    static const char *const ops[] = {"Sigmoid", "Tanh", "HardSigmoid"};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (strcmp(site->op, ops[i]) == 0)
            return true;
    return false;
}

/* ---- activations ---- */

enum { NAME = 256 };

/* "NODE/what", or with a number where that is taken. */
static void name_of(char out[NAME], const change *c, const shift__node *node, const char *what)
{
    (void)snprintf(out, NAME, "%.200s/%s", node->name, what);
    for (size_t i = 2; shift__rewrite_is_taken(c->file->model->graph, out); i++)
        (void)snprintf(out, NAME, "%.200s/%s_%zu", node->name, what, i);
}

static shift_status add_slope(change *c, const shift__node *node, Onnx__NodeProto *proto)
{
    char name[NAME];
    name_of(name, c, node, "slope");
    shift_status status = shift__edit_add_constant(c->file->model->graph, name, 1, 0.25F, c->err);
    return status == SHIFT_OK ? shift__edit_add_input(proto, name, c->err) : status;
}

/* The negated piece of Maxout, computed by a node of its own. */
static shift_status add_piece(change *c, const shift__node *node, Onnx__NodeProto *proto)
{
    char name[NAME];
    Onnx__NodeProto *negated = NULL;
    name_of(name, c, node, "negated");
    shift_status status =
        shift__edit_insert(c->file->model->graph, node->proto, "Neg", name, &negated, c->err);
    if (status == SHIFT_OK)
        status = shift__edit_add_input(negated, proto->input[0], c->err);
    return status == SHIFT_OK ? shift__edit_add_input(proto, name, c->err) : status;
}

static shift_status replace(change *c, const shift__node *node, Onnx__NodeProto *proto)
{
    shift_status status = shift__edit_operator(proto, remedies[c->remedy].op, c->err);
    if (status == SHIFT_OK && remedies[c->remedy].attribute != NULL)
        status = shift__edit_float(proto, remedies[c->remedy].attribute, remedies[c->remedy].value,
                                   c->err);
    if (status == SHIFT_OK && c->remedy == SHIFT_REMEDY_PRELU)
        status = add_slope(c, node, proto);
    if (status == SHIFT_OK && c->remedy == SHIFT_REMEDY_MAXOUT)
        status = add_piece(c, node, proto);
    c->changed++;
    return status;
}

/* ---- Batch Normalization ---- */

static shift_status insert_bn(change *c, const shift__node *node, Onnx__NodeProto *proto,
                              size_t channels)
{
    static const struct {
        const char *name;
        float value;
    } parts[] = {{"scale", 1}, {"bias", 0}, {"mean", 0}, {"variance", 1}};
    Onnx__GraphProto *graph = c->file->model->graph;
    Onnx__NodeProto *bn = NULL;
    char name[NAME];
    name_of(name, c, node, "normalized");
    shift_status status =
        shift__edit_insert(graph, node->proto, "BatchNormalization", name, &bn, c->err);
    if (status == SHIFT_OK)
        status = shift__edit_add_input(bn, proto->input[0], c->err);
    if (status == SHIFT_OK)
        status = shift__edit_set_input(proto, 0, name, c->err);
    for (size_t i = 0; status == SHIFT_OK && i < sizeof parts / sizeof *parts; i++) {
        name_of(name, c, node, parts[i].name);
        status = shift__edit_add_constant(graph, name, channels, parts[i].value, c->err);
        if (status == SHIFT_OK)
            status = shift__edit_add_input(bn, name, c->err);
    }
    c->changed++;
    return status;
}

static bool follows_bn(const change *c, size_t value)
{
    const shift__graph *graph = c->network->graph;
    size_t producer = graph->values[value].producer;
    return producer != SIZE_MAX &&
           strcmp(graph->nodes[producer].op->name, "BatchNormalization") == 0;
}

/* ---- the whole ---- */

static shift_status change_site(change *c, const shift__site *site, size_t channels)
{
    if (site->kind != SHIFT__SITE_ACTIVATION || site->before == SHIFT__NO_VALUE)
        return SHIFT_OK;
    const shift__node *node = &c->network->graph->nodes[site->node];
    if (node->proto == SIZE_MAX)
        return SHIFT_OK; /* several nodes of the file stand for it */
    Onnx__NodeProto *proto = c->file->model->graph->node[node->proto];
    shift_status status = SHIFT_OK;
    /* Batch Normalization first: the pieces of Maxout look at what it gives. */
    size_t before = c->file->model->graph->n_node;
    if (c->bn && channels > 0 && !follows_bn(c, site->before))
        status = insert_bn(c, node, proto, channels);
    shift__node moved = *node;
    moved.proto += c->file->model->graph->n_node - before;
    if (status == SHIFT_OK && c->remedy != SHIFT_REMEDY_KEEP && saturates(site))
        status = replace(c, &moved, proto);
    return status;
}

static shift_status find_channels(change *c, const shift_network_data_options *data,
                                  shift_source *source)
{
    const shift__execution_options options = {.bn = SHIFT__BN_STORED};
    const shift__graph *graph = c->network->graph;
    shift__rows *rows = NULL;
    shift__tensor *shapes = NULL;
    shift__execution *execution = NULL;
    shift_status status = shift__alloc(&shapes, graph->n_inputs, sizeof *shapes, c->err);
    if (status == SHIFT_OK)
        status = shift__rows_new(&rows, graph, source, data, c->err);
    if (status == SHIFT_OK) {
        shift__rows_shape(rows, shift__rows_batch(rows), shapes);
        status = shift__execution_new(&execution, graph, shapes, &options, c->err);
    }
    for (size_t i = 0; status == SHIFT_OK && i < c->sites.n; i++) {
        size_t positions = 0;
        if (c->sites.sites[i].node == SIZE_MAX || c->sites.sites[i].before == SHIFT__NO_VALUE)
            continue;
        const shift__tensor *before = shift__execution_value(execution, c->sites.sites[i].before);
        if (before->rank >= 2)
            shift__channels_of(before, &c->channels[i], &positions);
    }
    shift__execution_free(execution);
    shift__rows_free(rows);
    free(shapes);
    return status;
}

static shift_status change_all(change *c, shift_network **out)
{
    unsigned char *bytes = NULL;
    size_t n = 0;
    shift_status status = shift__rewrite_begin(&c->file, c->network->file, c->err);
    for (size_t i = c->sites.n; status == SHIFT_OK && i-- > 0;) /* so that places stay */
        status = change_site(c, &c->sites.sites[i], c->channels[i]);
    if (status == SHIFT_OK && c->changed == 0)
        status = shift_error_set(c->err, SHIFT_EUNSUPPORTED,
                                 "%s: no activation to replace (Sigmoid, Tanh, HardSigmoid)%s",
                                 c->network->file->name,
                                 c->bn ? ", and none without Batch Normalization before it" : "");
    if (status == SHIFT_OK)
        status = shift__rewrite_pack(c->file, &bytes, &n, c->err);
    if (status == SHIFT_OK)
        status = shift_network_decode(out, bytes, n, c->file->name, c->err);
    free(bytes);
    shift__onnx_free(c->file);
    return status;
}

shift_status shift_network_remedy(shift_network **out, const shift_network *network,
                                  shift_remedy remedy, shift_source *source,
                                  const shift_network_data_options *data, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, network))
        return SHIFT_EINVAL;
    if (shift_remedy_name(remedy) == NULL)
        return shift_error_set(err, SHIFT_EINVAL, "unknown remedy %d", (int)remedy);
    change c = {.network = network, .remedy = remedy, .bn = source != NULL, .err = err};
    shift_network *changed = NULL;
    shift_status status = shift__layers_find(&c.sites, network->graph, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&c.channels, c.sites.n, sizeof *c.channels, err);
    if (status == SHIFT_OK && c.bn)
        status = find_channels(&c, data, source);
    if (status == SHIFT_OK)
        status = change_all(&c, &changed);
    if (status == SHIFT_OK && c.bn) {
        status = shift_network_recalibrate(out, changed, source, data, 0, err);
        shift_network_free(changed);
    } else if (status == SHIFT_OK) {
        *out = changed;
    }
    free(c.channels);
    shift__layers_clear(&c.sites);
    return status;
}

static double value_of(const shift_subject *subject, const char *statistic)
{
    for (size_t i = 0; i < subject->n_measurements; i++)
        if (strcmp(subject->measurements[i]->statistic, statistic) == 0)
            return subject->measurements[i]->value;
    return NAN;
}

shift_gradient_summary shift_gradients_summarise(const shift_comparison *gradients)
{
    if (gradients == NULL)
        return (shift_gradient_summary){(double)NAN, (double)NAN, (double)NAN, (double)NAN, NULL};
    shift_gradient_summary s = {.ratio = value_of(gradients->dataset, "gradient_ratio"),
                                .loss = value_of(gradients->dataset, "loss"),
                                .accuracy = value_of(gradients->dataset, "accuracy"),
                                .saturation = 0};
    size_t n = 0;
    for (size_t i = 0; i < gradients->n_layers; i++) {
        double share = value_of(gradients->layers[i], "saturation");
        s.saturation += isnan(share) ? 0 : share;
        n += isnan(share) ? 0 : 1;
    }
    s.saturation = n > 0 ? s.saturation / (double)n : NAN;
    s.verdict = gradients->dataset->verdict < SHIFT_VERDICT_WARN ? "ok"
                : s.ratio < 1                                    ? "vanishing"
                                                                 : "exploding";
    return s;
}
