/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An ONNX file as it is: the message, checked for what protobuf itself does not check. */
#ifndef SHIFT_NETWORK_ONNX_FILE_H
#define SHIFT_NETWORK_ONNX_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "onnx.pb-c.h"
#include "shift/error.h"

typedef struct shift__onnx {
    char *name;       /* for messages */
    char *folder;     /* where external data lies; NULL where there is none */
    size_t bytes;     /* of the file */
    uint64_t hash[2]; /* of its bytes: XXH3 of 128 bits, the high half first */
    Onnx__ModelProto *model;
} shift__onnx;

/** Read a file. External data is looked for in its folder. */
SHIFT_CHECKED shift_status shift__onnx_load(shift__onnx **out, const char *path, shift_error *err);
/** The same from memory; `folder` may be NULL. EFORMAT where the bytes are no ONNX model. */
SHIFT_CHECKED shift_status shift__onnx_decode(shift__onnx **out, const unsigned char *bytes,
                                              size_t n, const char *name, const char *folder,
                                              shift_error *err);
void shift__onnx_free(shift__onnx *file); /* NULL is allowed */
/** The bytes of a file, whole. The caller frees *bytes. */
SHIFT_CHECKED shift_status shift__onnx_read(const char *path, unsigned char **bytes, size_t *n,
                                            shift_error *err);
/** "NAME: ..." as an EFORMAT. */
SHIFT_PRINTF(3, 4)
shift_status shift__onnx_refuse(const shift__onnx *file, shift_error *err, const char *format, ...);

#endif
