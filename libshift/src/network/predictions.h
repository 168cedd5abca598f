/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a classifier says of the rows: classes, probabilities, and how often it is right. */
#ifndef SHIFT_NETWORK_PREDICTIONS_H
#define SHIFT_NETWORK_PREDICTIONS_H

#include "network/capture.h"

/** Rows of the network's output, where it is a row of two or more numbers. */
SHIFT_CHECKED shift_status shift__predictions_add(const shift__capture_batch *batch,
                                                  shift_error *err);

#endif
