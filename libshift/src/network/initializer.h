/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tensors of an ONNX file: initializers, values of Constant nodes, external data. */
#ifndef SHIFT_NETWORK_INITIALIZER_H
#define SHIFT_NETWORK_INITIALIZER_H

#include <stdbool.h>

#include "network/onnx_file.h"
#include "network/tensor.h"

/** Element types of the standard that can be read: what they become. False for any other. */
bool shift__element_type(int32_t type, shift__dtype *dtype);
/** The standard's name of an element type, or "unknown". */
const char *shift__element_type_name(int32_t type);

/** The type itself where it is FLOAT16 or DOUBLE, else FLOAT. */
int32_t shift__float_type(int32_t type);
/** Raw data of a type that shift__float_type() gives; the caller frees *out, of *size bytes.
 * EUNSUPPORTED for a value that FLOAT16 cannot hold. */
SHIFT_CHECKED shift_status shift__initializer_encode(int32_t type, const float *values, size_t n,
                                                     unsigned char **out, size_t *size,
                                                     shift_error *err);

/**
 * A tensor of `file`, owned by *out. EFORMAT where sizes and data do not fit together, or external
 * data lies outside the file's folder; EUNSUPPORTED for types that are not known; EIO where
 * external data cannot be read. `name` is for messages.
 */
SHIFT_CHECKED shift_status shift__initializer_read(shift__tensor *out, const shift__onnx *file,
                                                   const Onnx__TensorProto *proto, const char *name,
                                                   shift_error *err);

#endif
