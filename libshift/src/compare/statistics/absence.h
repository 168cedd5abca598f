/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_COMPARE_ABSENCE_H
#define SHIFT_COMPARE_ABSENCE_H

#include "compare/statistics/statistic.h"

/** The share of production's rows in categories that training lacks, or the other way round, with
 * interval and p-value. */
SHIFT_CHECKED shift_status shift__absence_measure(const shift__pair *pair, bool from_train,
                                                  shift__estimate *out, shift_error *err);

#endif
