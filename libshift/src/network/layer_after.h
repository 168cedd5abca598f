/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tensor of a layer whose shift is not the layer's: what leaves a Batch Normalization, and an
 * activation whose input decides. */
#ifndef SHIFT_NETWORK_LAYER_AFTER_H
#define SHIFT_NETWORK_LAYER_AFTER_H

#include "network/layer_compare.h"

/**
 * A subject for what leaves layer `i`, which has been measured: it tells and does not decide. NULL
 * where there is none. A Batch Normalization by its stored statistics is y = k x + b in each
 * channel, k = scale / sqrt(variance + epsilon), so that what is known of x says all of y; what
 * leaves an activation, and a Batch Normalization by the batch's statistics, has moments only.
 */
SHIFT_CHECKED shift_status shift__layer_after(const shift__layer_bench *b, size_t i,
                                              shift_subject **out, shift_error *err);

#endif
