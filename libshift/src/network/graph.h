/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network ready to run: nodes in topological order, values numbered, everything that does not
 * depend on the rows computed once, and the several nodes that exporters write for one activation
 * or layer normalisation replaced by one. */
#ifndef SHIFT_NETWORK_GRAPH_H
#define SHIFT_NETWORK_GRAPH_H

#include "network/onnx_file.h"
#include "network/operator.h"

#define SHIFT__NO_VALUE SIZE_MAX

/** An edge of the graph. */
typedef struct shift__value {
    const char *name;
    size_t producer;         /* node index; SIZE_MAX for an input or a constant */
    bool constant;           /* then `tensor` has data */
    shift__tensor tensor;    /* of an input: dtype and shape, -1 for a free size; otherwise empty */
    const char *initializer; /* of a constant that is one, or an Identity of one: its name */
} shift__value;

/** The function of a layer. `in` and `out` are value indices, SHIFT__NO_VALUE where left out. */
struct shift__node {
    const shift__operator *op;
    const char *name; /* the file's, or "Conv_3" where it has none */
    void *parameters; /* what op->parse kept */
    size_t *in, *out;
    size_t n_in, n_out;
    size_t proto; /* index in the file's graph; SIZE_MAX for a node that stands for several */
};

typedef struct shift__graph {
    const shift__onnx *file; /* borrowed */
    int64_t opset;
    shift__node *nodes; /* in topological order, without those that were folded */
    size_t n_nodes;
    shift__value *values;
    size_t n_values;
    size_t *inputs, *outputs; /* value indices; inputs without initializers */
    size_t n_inputs, n_outputs;
    shift__arena arena;
} shift__graph;

/** Build from a file that outlives the graph. EFORMAT, naming file and node, for a graph that is
 * not valid; EUNSUPPORTED for operators, types or versions beyond what is known. */
SHIFT_CHECKED shift_status shift__graph_new(shift__graph **out, const shift__onnx *file,
                                            shift_error *err);
void shift__graph_free(shift__graph *graph); /* NULL is allowed */

/** The constant behind an input of a node, or NULL where it is left out or computed. */
const shift__tensor *shift__graph_constant(const shift__graph *graph, const shift__node *node,
                                           size_t input);
/** Call infer of a node; a failure gets the names of file, node and operator put before it. */
SHIFT_CHECKED shift_status shift__node_infer(const shift__graph *graph, const shift__call *call);
/** Likewise for forward; a view copies. */
SHIFT_CHECKED shift_status shift__node_forward(const shift__graph *graph, const shift__call *call);

#endif
