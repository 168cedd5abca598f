/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A copy of a graph in which nodes share no constant of floats, so that one node's can be others.
 */
#ifndef SHIFT_NETWORK_SPLIT_H
#define SHIFT_NETWORK_SPLIT_H

#include "network/graph.h"

typedef struct shift__split {
    shift__graph graph; /* data of its constants is borrowed, and may be pointed elsewhere */
    shift__arena arena;
} shift__split;

/** Clear it in any case. `from` outlives it. */
SHIFT_CHECKED shift_status shift__split_init(shift__split *out, const shift__graph *from,
                                             shift_error *err);
void shift__split_clear(shift__split *split);
/** Input `i` of a node where it is a constant of floats, else NULL. */
const shift__tensor *shift__float_constant(const shift__graph *graph, const shift__node *node,
                                           size_t i);

#endif
