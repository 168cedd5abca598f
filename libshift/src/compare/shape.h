/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_COMPARE_SHAPE_H
#define SHIFT_COMPARE_SHAPE_H

#include "compare/pair.h"

/** Fill the variances of the differences of skewness and kurtosis of a numeric pair with values on
 * both sides. */
void shift__shape_measure(shift__pair *pair);

#endif
