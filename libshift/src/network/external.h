/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weights that lie in a file of their own beside the model. */
#ifndef SHIFT_NETWORK_EXTERNAL_H
#define SHIFT_NETWORK_EXTERNAL_H

#include <stdbool.h>

#include "network/onnx_file.h"

bool shift__external_is(const Onnx__TensorProto *proto);
/**
 * Read `n` bytes that `proto` says lie elsewhere into `out`. The place must be a regular file below
 * the model's folder, reached without "..", without an absolute path and without a symbolic link;
 * anything else is EFORMAT. `name` is the tensor's, for messages.
 */
SHIFT_CHECKED shift_status shift__external_read(const shift__onnx *file,
                                                const Onnx__TensorProto *proto, const char *name,
                                                size_t n, void *out, shift_error *err);
/** The bytes of external data, from its length or its file, without reading it. */
SHIFT_CHECKED shift_status shift__external_size(const shift__onnx *file,
                                                const Onnx__TensorProto *proto, const char *name,
                                                size_t *n, shift_error *err);
/**
 * Tensors may share a place, and each takes memory of its own: all of them together may take four
 * times what the files have. EFORMAT, naming the tensor that goes beyond, and what the reading
 * functions say of each.
 */
SHIFT_CHECKED shift_status shift__external_check(const shift__onnx *file, shift_error *err);

#endif
