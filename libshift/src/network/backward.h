/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Backpropagation: from the gradient of a value back to those of the values before it. */
#ifndef SHIFT_NETWORK_BACKWARD_H
#define SHIFT_NETWORK_BACKWARD_H

#include "network/execute.h"

typedef struct shift__backward shift__backward;

/**
 * Prepare for the gradients of the values that are `wanted` (one flag per value of the graph;
 * copied). EUNSUPPORTED, naming the node, for an operator on the way that has no backward function.
 * `graph` outlives it. `bn` is that of the executions that are gone back through.
 */
SHIFT_CHECKED shift_status shift__backward_new(shift__backward **out, const shift__graph *graph,
                                               shift__bn_mode bn, const bool *wanted,
                                               shift_error *err);
void shift__backward_free(shift__backward *backward); /* NULL is allowed */

/**
 * Go back through a run of `execution`, which keeps its values, from `gradient`, that of the value
 * `from` and of its shape. `tap` sees the gradient of every wanted value once, when it is complete,
 * from the last node to the first; those of values that `from` does not depend on are not seen.
 * The tensor is borrowed for the call; `tap->wanted` is not looked at.
 */
SHIFT_CHECKED shift_status shift__backward_run(shift__backward *backward,
                                               const shift__execution *execution, size_t from,
                                               const shift__tensor *gradient, const shift__tap *tap,
                                               shift_error *err);

/** backward of one node, with a failure named as in shift__node_forward(). */
SHIFT_CHECKED shift_status shift__node_backward(const shift__graph *graph, const shift__call *call);

#endif
