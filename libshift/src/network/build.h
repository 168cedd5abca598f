/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps of making a graph after its nodes have been read; for graph.c. */
#ifndef SHIFT_NETWORK_BUILD_H
#define SHIFT_NETWORK_BUILD_H

#include "network/graph.h"

/** Compute every node whose inputs are constant, once, and drop it. */
SHIFT_CHECKED shift_status shift__graph_fold(shift__graph *graph, shift_error *err);
/** Put one node in place of those that exporters write for Gelu and layer normalisation. */
SHIFT_CHECKED shift_status shift__graph_recognise(shift__graph *graph, shift_error *err);
/** Drop nodes that no output depends on. */
SHIFT_CHECKED shift_status shift__graph_prune(shift__graph *graph, shift_error *err);
/** The tensors of a node's inputs and outputs as calls want them: NULL where left out. */
void shift__node_tensors(const shift__node *node, shift__tensor *values, const shift__tensor **in,
                         shift__tensor **out);

#endif
