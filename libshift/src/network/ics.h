/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Internal covariate shift of one training step (Santurkar et al. 2018, definition 2.1): how much
 * the gradient in a layer's weights changes when the layers before it are those after the step. */
#ifndef SHIFT_NETWORK_ICS_H
#define SHIFT_NETWORK_ICS_H

#include "network/held.h"

typedef struct shift__ics_layer {
    size_t node;
    double l2;            /* |G - G'| */
    double cosine;        /* of the angle between G and G' */
    double before, after; /* |G|, |G'| */
} shift__ics_layer;

typedef struct shift__ics {
    shift__ics_layer *layers; /* matrix products and convolutions, in forward order */
    size_t n;
} shift__ics;

/** Whether a node is one of the layers: a matrix product or a convolution with weights. */
bool shift__ics_has(const shift__graph *graph, size_t node);
/** That two graphs are of one network with other numbers. EINCOMPATIBLE, naming the node. */
SHIFT_CHECKED shift_status shift__same_network(const shift__graph *a, const shift__graph *b,
                                               shift_error *err);
/**
 * G is the gradient of the mean loss in a layer's weights in `a`; G' is the same where every
 * parameter and running statistic of the nodes before it is that of `b`.
 */
SHIFT_CHECKED shift_status shift__ics_run(shift__ics *out, const shift__graph *a,
                                          const shift__graph *b, const shift__held *rows,
                                          shift__bn_mode bn, shift_error *err);
void shift__ics_clear(shift__ics *ics);

#endif
