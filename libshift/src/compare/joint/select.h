/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An order statistic of millions of numbers without sorting or copying them: four counting passes
 * over 16 bits each. */
#ifndef SHIFT_COMPARE_JOINT_SELECT_H
#define SHIFT_COMPARE_JOINT_SELECT_H

#include <stddef.h>

#include "core/pool.h"
#include "shift/error.h"

/** The two middle values (equal where n is odd) of n > 0 numbers, none negative or NaN. */
SHIFT_CHECKED shift_status shift__select_middle(const double *x, size_t n, shift__pool *pool,
                                                double middle[2], shift_error *err);

#endif
