/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The attributes of one node of an ONNX file, read with defaults. A reader whose attribute is there
 * with another type sets the error and gives the default; parse functions check once, at the end,
 * by shift__attributes_status(). */
#ifndef SHIFT_NETWORK_ATTRIBUTE_H
#define SHIFT_NETWORK_ATTRIBUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/memory.h"
#include "network/tensor.h"
#include "shift/error.h"

enum { SHIFT__INTS_MAX = 2 * SHIFT__RANK_MAX };

typedef struct shift__ints {
    bool given;
    size_t n;
    int64_t values[SHIFT__INTS_MAX];
} shift__ints;

typedef struct shift__onnx shift__onnx;
struct Onnx__NodeProto;

typedef struct shift__attributes {
    const shift__onnx *file;
    const struct Onnx__NodeProto *proto; /* NULL for a node that stands for several: all defaults */
    int64_t opset;                       /* version of the standard domain */
    shift__arena *arena;                 /* of the graph, for what parse keeps */
    uint64_t read;                       /* bit i: attribute i has been asked for */
    shift_status status;
    shift_error *err;
} shift__attributes;

bool shift__attribute_given(shift__attributes *a, const char *name);
int64_t shift__attribute_int(shift__attributes *a, const char *name, int64_t otherwise);
float shift__attribute_float(shift__attributes *a, const char *name, float otherwise);
/** `otherwise` may be NULL. Borrowed from the arena. */
const char *shift__attribute_text(shift__attributes *a, const char *name, const char *otherwise);
/** At most SHIFT__INTS_MAX; none, and not `given`, where the attribute is not there. */
shift__ints shift__attribute_ints(shift__attributes *a, const char *name);
/** False where it is not there, or is not valid. The caller clears `out`. */
bool shift__attribute_tensor(shift__attributes *a, const char *name, shift__tensor *out);
/** A list of numbers or of integers as a tensor of rank 1. Otherwise as shift__attribute_tensor().
 */
bool shift__attribute_list(shift__attributes *a, const char *name, shift__tensor *out);
/** Refuse every list of texts but `expected`, repeated as often as it fits. True where it is there
 * or left out. */
bool shift__attribute_expect_texts(shift__attributes *a, const char *name,
                                   const char *const *expected, size_t n);
/** Zeroed memory of the graph for the node's parameters; NULL, with the status set, on failure. */
void *shift__attributes_alloc(shift__attributes *a, size_t size);
/** Set the error, unless there is one already; returns its status. The message begins after the
 * names of file and node. */
SHIFT_PRINTF(2, 3)
shift_status shift__attributes_refuse(shift__attributes *a, const char *format, ...);
/** The first thing that went wrong; an attribute that nobody asked for counts as such. */
SHIFT_CHECKED shift_status shift__attributes_status(shift__attributes *a);

#endif
