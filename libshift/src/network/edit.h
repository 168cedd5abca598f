/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changing the nodes of an ONNX file that is ours: a copy by shift__rewrite_begin(). */
#ifndef SHIFT_NETWORK_EDIT_H
#define SHIFT_NETWORK_EDIT_H

#include "network/onnx_file.h"

/** Another operator, without attributes. */
SHIFT_CHECKED shift_status shift__edit_operator(Onnx__NodeProto *node, const char *op,
                                                shift_error *err);
SHIFT_CHECKED shift_status shift__edit_float(Onnx__NodeProto *node, const char *name, float value,
                                             shift_error *err);
SHIFT_CHECKED shift_status shift__edit_add_input(Onnx__NodeProto *node, const char *name,
                                                 shift_error *err);
SHIFT_CHECKED shift_status shift__edit_set_input(Onnx__NodeProto *node, size_t i, const char *name,
                                                 shift_error *err);
/** A node before node `at`, with one output of the name `output`, which is its name too. */
SHIFT_CHECKED shift_status shift__edit_insert(Onnx__GraphProto *graph, size_t at, const char *op,
                                              const char *output, Onnx__NodeProto **out,
                                              shift_error *err);
/** An initializer of `n` floats that are all `value`. */
SHIFT_CHECKED shift_status shift__edit_add_constant(Onnx__GraphProto *graph, const char *name,
                                                    size_t n, float value, shift_error *err);

#endif
