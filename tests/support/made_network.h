/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX models from text. */
#ifndef TESTS_MADE_NETWORK_H
#define TESTS_MADE_NETWORK_H

#include "network/graph.h"

/**
 * A model with the node `op`. `attributes`: "alpha=0.5f kernel_shape=3,3 group=2 mode='edge'", a
 * list where there is a comma or where a number ends in one, of floats where a '.' is in it.
 * `inputs`: one word an input, "2x3" a float input of the graph of that shape, "s" a float without
 * axes, "i3:0,2,1" integers of a shape, "b2:1,0" booleans, "-" left out. Input `k` is named
 * "in<k>", output `k` "out<k>". The caller frees both.
 */
shift__onnx *made_node(const char *op, const char *attributes, const char *inputs, size_t n_outputs,
                       int64_t opset);

/**
 * The bytes of a model of several nodes; the caller frees them. Lines of `description`:
 * "opset 13"; "input x ?x4" (float, '?' is free), "integers x 3" and "booleans x 3"; "float w
 * 2x2:1,2,3,4", "int s 2:0,1" and "bool b 1:1" for initializers; "node Gemm y x,w transB=1" with
 * outputs and inputs separated by commas ('-' for one left out) and attributes as above; "output
 * y".
 */
unsigned char *made_model(const char *description, size_t *n);

#endif
