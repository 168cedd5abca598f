/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Distributions for tests, from numbers, from text with counts, and from random numbers. */
#ifndef SHIFT_TEST_SIDES_H
#define SHIFT_TEST_SIDES_H

#include <stddef.h>
#include <stdint.h>

#include "compare/statistics/statistic.h"
#include "core/random.h"
#include "shift/distribution.h"

/** Numbers of a line, separated by spaces. */
shift_distribution *side_of_line(const char *line);
/** Categories of a line like "red=3 green=4". */
shift_distribution *side_of_counts(const char *line);
shift_distribution *side_of(const double *values, size_t n);
/** `n` normal values. */
void fill_normal(shift__random *random, double *out, size_t n, double mean, double sd);
/** One statistic of a pair, which stays the caller's. */
shift__estimate estimate_of(const char *statistic, const shift_distribution *train,
                            const shift_distribution *prod);

#endif
