/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_NETWORK_OPERATORS_SOFTMAX_H
#define SHIFT_NETWORK_OPERATORS_SOFTMAX_H

#include "network/operators/common.h"

/** The classes of one sample are `classes` numbers `step` apart. */
typedef struct shift__softmax_layout {
    size_t samples, classes, step;
} shift__softmax_layout;

SHIFT_CHECKED shift_status shift__softmax_layout_of(const shift__call *call,
                                                    shift__softmax_layout *out);

#endif
