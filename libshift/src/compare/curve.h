/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is kept of two distributions for pictures. */
#ifndef SHIFT_COMPARE_CURVE_H
#define SHIFT_COMPARE_CURVE_H

#include "core/memory.h"
#include "shift/comparison.h"
#include "shift/distribution.h"

/** The curves or the most frequent categories of training `x` and production `y`, in the arena. */
SHIFT_CHECKED shift_status shift__draw(const shift_distribution *x, const shift_distribution *y,
                                       shift__arena *arena, shift_subject *subject,
                                       shift_error *err);

#endif
