/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the statistics of skewness and kurtosis. */
#ifndef SHIFT_COMPARE_SHAPE_H
#define SHIFT_COMPARE_SHAPE_H

#include "compare/pair.h"

/** Variances of a side's skewness and kurtosis by their influence functions, to which a value z
 * deviations off contributes z^3 - g1 - 3z - 3/2 g1 (z^2 - 1) and z^4 - b2 - 4 g1 z - 2 b2 (z^2 -
 * 1).
 */
typedef struct shift__shape_variance {
    double skewness, kurtosis;
} shift__shape_variance;

shift__shape_variance shift__shape_variance_of(const shift_distribution *d);

#endif
