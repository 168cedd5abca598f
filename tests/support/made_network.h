/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX models of one node, from text. */
#ifndef TESTS_MADE_NETWORK_H
#define TESTS_MADE_NETWORK_H

#include "network/graph.h"

/**
 * A model with the node `op`. `attributes`: "alpha=0.5f kernel_shape=3,3 group=2 mode='edge'", a
 * list where there is a comma or where a number ends in one. `inputs`: one word an input, "2x3" a
 * float input of the graph of that shape, "s" a float without axes, "i3:0,2,1" integers of a shape,
 * "b2:1,0" booleans, "-" left out. Input `k` is named "in<k>", output `k` "out<k>". The caller
 * frees both.
 */
shift__onnx *made_node(const char *op, const char *attributes, const char *inputs, size_t n_outputs,
                       int64_t opset);

#endif
