/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which columns of a wide table are worth fitting trees to. */
#ifndef SHIFT_COMPARE_JOINT_SCREEN_H
#define SHIFT_COMPARE_JOINT_SCREEN_H

#include "compare/joint/learner.h"

/**
 * n columns (fewer than all; `chosen`, ascending) in which rows of label 1 differ most from those
 * of label 0. Half of them each by itself, by Kuiper's statistic: the largest difference there is
 * between the shares of an interval of values, missing ones at its end. The other half by the sum
 * of squares of the changes of its correlations, in ranks; of more than 512 columns those with the
 * 512 that Kuiper's statistic puts first. A choice made of the rows that a model is fitted to;
 * those that it is tested on must not be among them.
 */
SHIFT_CHECKED shift_status shift__screen(size_t *chosen, size_t n, const shift__table *table,
                                         const float *labels, shift_error *err);

#endif
