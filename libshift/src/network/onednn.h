/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What oneDNN computes for us, on the calling thread: parallel work is done on batches, so that the
 * sums, and with them the bytes, do not depend on the number of threads. */
#ifndef SHIFT_NETWORK_ONEDNN_H
#define SHIFT_NETWORK_ONEDNN_H

#include "network/operator.h"
#include "network/operators/gemm.h"

/** One node made ready for the shapes, layouts and constants of one plan. */
typedef struct shift__kernel shift__kernel;

/**
 * *out is NULL where oneDNN has nothing for the node, or is not in this build: the operator's own
 * forward serves. For convolutions, whose weights must be constant, and for the activations that
 * take an exponential.
 */
SHIFT_CHECKED shift_status shift__kernel_new(shift__kernel **out, const shift__call *call,
                                             shift_error *err);
void shift__kernel_free(shift__kernel *kernel); /* NULL is allowed */
/** What the operator's forward computes, up to rounding. */
SHIFT_CHECKED shift_status shift__kernel_run(shift__kernel *kernel, const shift__call *call);

/** C += A B; false, and nothing done, where the plain loop is as good or oneDNN not in this build.
 */
bool shift__onednn_product_add(const shift__product *product);
/** The gradients of a convolution's image and weights; false, and nothing done, where the plain
 * loops are as good or oneDNN has nothing for it. */
bool shift__onednn_conv_backward(const shift__call *call);

#endif
