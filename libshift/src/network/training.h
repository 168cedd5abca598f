/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is told of a file that was exported in training mode. */
#ifndef SHIFT_NETWORK_TRAINING_H
#define SHIFT_NETWORK_TRAINING_H

#include "core/memory.h"

/** That `n` nodes of Batch Normalization are in training mode. */
SHIFT_CHECKED shift_status shift__training_text(shift__arena *arena, const char **out, size_t n,
                                                shift_error *err);
#endif
