/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Norms of the gradients inside a network, over rows of data. */
#ifndef SHIFT_NETWORK_GRADIENTS_H
#define SHIFT_NETWORK_GRADIENTS_H

#include "network/layers.h"
#include "network/pass.h"

/** A node with weights, or an activation. NaN where it has no such number. */
typedef struct shift__gradient_layer {
    size_t node;
    const char *name, *op;
    const shift__site *site; /* of an activation or Batch Normalization; NULL for others */
    size_t before, after;    /* values whose gradients are its own */
    size_t channels;         /* of what leaves it */
    double weight;           /* norm of its weights, without the bias */
    double weight_gradient;  /* of the gradient in them */
    double gradient;         /* of the gradient in what enters it */
    double factor;           /* that, over the gradient in what leaves it */
    double saturation; /* share of its inputs where the slope is below a twentieth of the most */
    double slope;      /* mean |f'| */
    double slopes;     /* inside: sum of |f'| */
    uint64_t values, saturated; /* inside: counts */
} shift__gradient_layer;

typedef struct shift__gradients {
    const shift__graph *graph;
    shift__layers sites;
    shift__gradient_layer *layers; /* in forward order */
    size_t n;
    double *norms;         /* by value: of the gradient of the mean loss; NaN where there is none */
    shift__tensor *totals; /* by value: sum of the gradients of a constant */
    bool *wanted;
    double loss, accuracy,
        ratio; /* ratio: gradient at the first activation over that at the last */
    uint64_t rows;
    bool broken; /* the loss or a gradient was not finite */
} shift__gradients;

typedef enum shift__gradient_health {
    SHIFT__GRADIENT_OK = 0,
    SHIFT__GRADIENT_VANISHES,
    SHIFT__GRADIENT_EXPLODES
} shift__gradient_health;

/** Whether input `i` of a node is a parameter that training changes. */
bool shift__is_parameter(const shift__graph *graph, const shift__node *node, size_t i);
/** Run forward and backward over rows; labels are those of `rows`. `out` is empty on failure. */
SHIFT_CHECKED shift_status shift__gradients_run(shift__gradients *out, const shift__graph *graph,
                                                shift__rows *rows, uint64_t most, shift__bn_mode bn,
                                                shift_error *err);
void shift__gradients_clear(shift__gradients *gradients);
/** Below a thousandth it vanishes, above a thousand it explodes, also where it is no number. */
shift__gradient_health shift__gradients_judge(const shift__gradients *gradients);

#endif
