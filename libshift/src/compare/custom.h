/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Statistics of the caller's own: shift_custom_statistic of shift/comparison.h. */
#ifndef SHIFT_COMPARE_CUSTOM_H
#define SHIFT_COMPARE_CUSTOM_H

#include "compare/statistics/statistic.h"
#include "core/memory.h"
#include "shift/comparison.h"

/** Rows like those of the table, one for each of the policy's, with texts in the arena. */
SHIFT_CHECKED shift_status shift__customs_take(const shift_policy *policy, shift__arena *arena,
                                               shift__statistic **out, shift_error *err);
SHIFT_CHECKED shift_status shift__custom_measure(const shift_custom_statistic *custom,
                                                 const shift__pair *pair, shift__estimate *out,
                                                 shift_error *err);

#endif
