/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the Wasserstein statistics. */
#ifndef SHIFT_COMPARE_AREA_H
#define SHIFT_COMPARE_AREA_H

#include "compare/pair.h"

/** Integral of |F_train - F_prod| */
double shift__area_between(const shift__pair *pair);

/** How good that is: how much noise alone adds to it where the two do not differ, and its variance.
 */
typedef struct shift__area_error {
    double bias, variance;
} shift__area_error;

shift__area_error shift__area_between_error(const shift__pair *pair);

#endif
