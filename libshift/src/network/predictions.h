/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a classifier says of the rows: classes, probabilities, and how often it is right. */
#ifndef SHIFT_NETWORK_PREDICTIONS_H
#define SHIFT_NETWORK_PREDICTIONS_H

#include "network/capture.h"

/** Rows of the network's output. Where it is no row of two or more numbers, nothing is counted. */
SHIFT_CHECKED shift_status shift__predictions_add(const shift__capture *capture,
                                                  const float *output, size_t channels,
                                                  size_t positions, shift_error *err);

#endif
