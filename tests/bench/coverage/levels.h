/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often each p-value is at most 5, 1 and 0.1 % where nothing shifted. */
#ifndef COVERAGE_LEVELS_H
#define COVERAGE_LEVELS_H

#include <stdbool.h>
#include <stddef.h>

#include "compare/statistics/statistic.h"

enum { LEVELS_ASKED = 3, MOST_STATISTICS = 48 };

/* Of one size and one pair of populations that are the same */
typedef struct level_counts {
    unsigned tested[MOST_STATISTICS], rejected[MOST_STATISTICS][LEVELS_ASKED];
} level_counts;

/* One more pair of samples, whose values are of this kind. */
void levels_add(level_counts *to, const shift__pair *pair, shift_kind kind);
/* Share of `statistic`'s p-values at most the k-th level, in %; NaN where there were none. */
double levels_percent(const level_counts *of, size_t statistic, size_t k);

#endif
