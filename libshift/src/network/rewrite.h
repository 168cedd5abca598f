/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing an ONNX file in which some weights are others. Everything else stays: protobuf-c keeps
 * fields that it does not know. */
#ifndef SHIFT_NETWORK_REWRITE_H
#define SHIFT_NETWORK_REWRITE_H

#include <stdbool.h>

#include "network/onnx_file.h"

/** A copy to change. External data is taken in, so that the copy stands alone. */
SHIFT_CHECKED shift_status shift__rewrite_begin(shift__onnx **out, const shift__onnx *file,
                                                shift_error *err);
/** Make input `input` of node `node` of the file `n` floats: in the initializer that it has to
 * itself, or in a new one where others use that too or where it is no initializer. */
SHIFT_CHECKED shift_status shift__rewrite_input(shift__onnx *file, size_t node, size_t input,
                                                const float *values, size_t n, shift_error *err);
/** Whether a value of the graph has this name. */
bool shift__rewrite_is_taken(const Onnx__GraphProto *graph, const char *name);
/** The bytes of the file. The caller frees *bytes. */
SHIFT_CHECKED shift_status shift__rewrite_pack(const shift__onnx *file, unsigned char **bytes,
                                               size_t *n, shift_error *err);

#endif
