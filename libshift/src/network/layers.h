/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The layers of a graph: its input, each Batch Normalization, each activation, its output, in
 * forward order, and the values that are looked at where the network is run. */
#ifndef SHIFT_NETWORK_LAYERS_H
#define SHIFT_NETWORK_LAYERS_H

#include "network/graph.h"
#include "network/layer_profile.h"

/** Where the slope of an activation is below a twentieth of its steepest: at or below `low`, at or
 * above `high`, and between `from` and `to`. Infinite, or NaN for the latter two, where nowhere. */
typedef struct shift__saturation {
    float low, high, from, to;
} shift__saturation;

typedef struct shift__site {
    shift__site_kind kind;
    const char *name; /* of the node; of the value for input and output; the graph's */
    const char *op;   /* "input", the operator, or "output"; Max and ReduceMax are "Maxout" */
    size_t node;      /* SIZE_MAX for input and output */
    size_t before;    /* value that enters; SHIFT__NO_VALUE for input, output and Maxout */
    size_t after;     /* value that leaves; for input and output the value itself */
    size_t seen;      /* the one of the two whose shift is the layer's */
    bool both;        /* the other one is looked at too */
    size_t source;    /* of an activation's output that is seen: the site of the Batch Normalization
                         whose values it is a function of, where shift__site_by_channel(); SIZE_MAX
                         where it is none */
    bool predicts;    /* the first output, by which rows are classified */
    bool probability; /* it is what a Sigmoid gives: of one number a row, that it is class 1 */
    bool saturates;   /* an activation whose slope is known, by channel where `slopes` is there */
    shift__saturation saturation;
    const float *slopes; /* of PRelu, `n_slopes` of them */
    size_t n_slopes;
    size_t
        slopes_from; /* the axis that they are of, counted from the last one; SIZE_MAX for several
                      */
    bool slopes_channels; /* they are of channels, wherever those are (before opset 7) */
    const float *mean, *variance, *scale, *bias; /* of Batch Normalization, by channel */
    float epsilon;
    size_t channels; /* of Batch Normalization */
} shift__site;

/** Whether an activation of a tensor of `rank` axes is the same function of all of a channel's
 * values. */
bool shift__site_by_channel(const shift__site *site, size_t rank);

typedef struct shift__layers {
    shift__site *sites;
    size_t n;
} shift__layers;

/** Find them. `graph` outlives them. EUNSUPPORTED, naming the node, for a Batch Normalization whose
 * statistics are computed instead of stored. */
SHIFT_CHECKED shift_status shift__layers_find(shift__layers *out, const shift__graph *graph,
                                              shift_error *err);
void shift__layers_clear(shift__layers *layers);

/** The channels of a tensor (axis 1; 1 where there is none), and the values of each in a row. */
void shift__channels_of(const shift__tensor *tensor, size_t *channels, size_t *positions);

#endif
