/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradients as results: the same structs that layers and features have. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "network/gradients.h"

#include "core/null.h"
#include "core/options.h"
#include "network/results.h"
#include "shift/gradients.h"

typedef struct builder {
    shift__results results;
    const shift__gradients *g;
    shift__gradient_health health;
    const char *label; /* or NULL */
    bool bn_batch;
    double strongest; /* |log factor| of the layer that does most for the verdict */
} builder;

enum { MEASUREMENTS_MOST = 7 };

/* ---- layers ---- */

/* How much a layer does for the verdict, as a logarithm; 0 where it works against it. */
static double part_of(const builder *b, const shift__gradient_layer *layer)
{
    double part = b->health == SHIFT__GRADIENT_OK ? 0 : log10(layer->factor);
    part = b->health == SHIFT__GRADIENT_VANISHES ? -part : part;
    return part > 0 ? part : 0;
}

static shift_status judge_layer(builder *b, const shift__gradient_layer *layer,
                                shift_subject *subject)
{
    double part = part_of(b, layer);
    subject->verdict = SHIFT_VERDICT_OK;
    /* The layers that do at least half as much as the one that does most. */
    if (!(part > 0) || part < b->strongest / 2)
        return SHIFT_OK;
    subject->verdict = SHIFT_VERDICT_ALERT;
    return shift__arena_print(b->results.arena, &subject->reason, b->results.err,
                              "multiplies the gradient by %.3g on its way back", layer->factor);
}

static shift_status describe_layer(builder *b, size_t i, const shift_subject **out)
{
    const shift__gradient_layer *layer = &b->g->layers[i];
    shift_subject *s = NULL;
    shift_status status = shift__results_subject(&b->results, &s, MEASUREMENTS_MOST, b->g->rows);
    if (status != SHIFT_OK)
        return status;
    s->type = SHIFT_SUBJECT_LAYER;
    s->index = i;
    s->channels = layer->channels;
    const struct {
        const char *statistic;
        double value;
    } all[MEASUREMENTS_MOST] = {
        {"weight_norm", layer->weight},
        {"weight_gradient_norm", layer->weight_gradient},
        {"update_ratio", layer->weight_gradient / layer->weight},
        {"gradient_norm", layer->gradient},
        {"gradient_factor", layer->factor},
        {"saturation", layer->saturation},
        {"mean_slope", layer->slope},
    };
    for (size_t k = 0; status == SHIFT_OK && k < MEASUREMENTS_MOST; k++)
        status = shift__results_measure(&b->results, s, all[k].statistic, all[k].value, NULL);
    if (status == SHIFT_OK)
        status = shift__results_text(&b->results, &s->name, layer->name);
    if (status == SHIFT_OK)
        status = shift__results_text(&b->results, &s->op, layer->op);
    if (status == SHIFT_OK)
        status = judge_layer(b, layer, s);
    *out = s;
    return status;
}

static shift_status describe_layers(builder *b)
{
    const shift_subject **list = NULL;
    for (size_t i = 0; i < b->g->n; i++)
        b->strongest = fmax(b->strongest, part_of(b, &b->g->layers[i]));
    shift_status status =
        shift__arena_alloc(b->results.arena, &list, b->g->n, sizeof(void *), b->results.err);
    for (size_t i = 0; status == SHIFT_OK && i < b->g->n; i++)
        status = describe_layer(b, i, &list[i]);
    b->results.owner->view.layers = list;
    b->results.owner->view.n_layers = b->g->n;
    return status;
}

/* ---- the network ---- */

static double ratio_of(const builder *b)
{
    if (b->g->broken)
        return INFINITY;
    if (!isnan(b->g->ratio))
        return b->g->ratio;
    return b->health == SHIFT__GRADIENT_VANISHES   ? 0
           : b->health == SHIFT__GRADIENT_EXPLODES ? INFINITY
                                                   : NAN;
}

static shift_status describe_dataset(builder *b)
{
    shift_subject *s = NULL;
    shift_measurement *ratio = NULL;
    shift_status status = shift__results_subject(&b->results, &s, MEASUREMENTS_MOST, b->g->rows);
    if (status != SHIFT_OK)
        return status;
    s->type = SHIFT_SUBJECT_DATASET;
    s->name = "dataset";
    s->verdict = b->health == SHIFT__GRADIENT_OK ? SHIFT_VERDICT_OK : SHIFT_VERDICT_ALERT;
    status = shift__results_measure(&b->results, s, "gradient_ratio", ratio_of(b), &ratio);
    if (status == SHIFT_OK && ratio != NULL)
        ratio->verdict = s->verdict;
    if (status == SHIFT_OK)
        status = shift__results_measure(&b->results, s, "loss", b->g->loss, NULL);
    if (status == SHIFT_OK)
        status = shift__results_measure(&b->results, s, "accuracy", b->g->accuracy, NULL);
    if (status == SHIFT_OK && b->g->broken)
        s->reason = "the gradient explodes: it or the loss is beyond what single precision holds";
    else if (status == SHIFT_OK && b->health != SHIFT__GRADIENT_OK)
        status = shift__arena_print(
            b->results.arena, &s->reason, b->results.err,
            "the gradient %s: at the first activation it is %.3g times that at the last",
            b->health == SHIFT__GRADIENT_VANISHES ? "vanishes" : "explodes", ratio_of(b));
    b->results.owner->view.dataset = s;
    b->results.owner->view.verdict = s->verdict;
    return status;
}

static shift_status describe_sides(builder *b, const shift_source *source)
{
    const char *name = shift_source_name(source);
    shift_side *side = &b->results.owner->view.train;
    side->rows = b->g->rows;
    shift_status status = shift__results_text(&b->results, &side->source, name);
    b->results.owner->view.prod = *side;
    return status;
}

static shift_status build(shift_comparison **out, builder *b, const shift_network *network,
                          const shift_source *source)
{
    shift_status status = describe_sides(b, source);
    if (status == SHIFT_OK)
        status = shift__results_network(&b->results, network, b->g->accuracy);
    if (status == SHIFT_OK)
        status = describe_layers(b);
    if (status == SHIFT_OK)
        status = describe_dataset(b);
    if (status == SHIFT_OK)
        status = shift__results_notes(&b->results, shift_network_training_nodes(network),
                                      b->label != NULL, b->bn_batch);
    if (status != SHIFT_OK) {
        shift_comparison_free(&b->results.owner->view);
        return status;
    }
    *out = &b->results.owner->view;
    return SHIFT_OK;
}

shift_status shift_network_gradients(shift_comparison **out, const shift_network *network,
                                     shift_source *source, const shift_network_data_options *data,
                                     const shift_gradient_options *options, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, network, source))
        return SHIFT_EINVAL;
    shift_gradient_options complete = SHIFT_GRADIENT_OPTIONS_INIT;
    shift__rows *rows = NULL;
    shift__gradients g = {.graph = NULL};
    shift_status status = SHIFT__OPTIONS_TAKE(&complete, options, "shift_gradient_options", err);
    if (status == SHIFT_OK)
        status = shift__rows_new(&rows, network->graph, source, data, err);
    if (status == SHIFT_OK)
        status = shift__gradients_run(&g, network->graph, rows, complete.rows,
                                      complete.bn_batch ? SHIFT__BN_BATCH : SHIFT__BN_STORED, err);
    builder b = {
        .g = &g, .label = data != NULL ? data->label : NULL, .bn_batch = complete.bn_batch};
    if (status == SHIFT_OK) {
        b.health = shift__gradients_judge(&g);
        status = shift__results_begin(&b.results, err);
    }
    if (status == SHIFT_OK)
        status = build(out, &b, network, source);
    if (g.graph != NULL)
        shift__gradients_clear(&g);
    shift__rows_free(rows);
    return status;
}
