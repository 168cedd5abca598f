/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often p-values are at most 5, 1 and 0.1 % where nothing shifted. */
#ifndef COVERAGE_LEVELS_H
#define COVERAGE_LEVELS_H

/** Print, by statistic and number of rows, the highest share over the populations, in %; makes one
 * `share`-th of the repetitions. */
void levels_print(unsigned share);

#endif
