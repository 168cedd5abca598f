/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a classifier says of the rows: classes, probabilities, and how often it is right. */
#ifndef SHIFT_NETWORK_PREDICTIONS_H
#define SHIFT_NETWORK_PREDICTIONS_H

#include "network/capture.h"

/** What each row of the batch's output, which has two or more numbers, says. */
SHIFT_CHECKED shift_status shift__predictions_find(shift__capture_batch *batch, shift_error *err);
/** Add it to the profile. */
SHIFT_CHECKED shift_status shift__predictions_add(const shift__capture_batch *batch,
                                                  shift_error *err);

#endif
