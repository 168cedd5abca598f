/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_NETWORK_OPERATORS_REDUCE_H
#define SHIFT_NETWORK_OPERATORS_REDUCE_H

#include "network/operators/common.h"

/** Which element of the output each element of the input goes into: steps along its axes. */
typedef struct shift__reduction {
    const shift__tensor *in;
    size_t steps[SHIFT__RANK_MAX];
} shift__reduction;

SHIFT_CHECKED shift_status shift__reduction_of(const shift__call *call, shift__reduction *out);
size_t shift__reduction_target(const shift__reduction *reduction, size_t element);

#endif
