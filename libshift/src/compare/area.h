/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_COMPARE_AREA_H
#define SHIFT_COMPARE_AREA_H

#include "compare/pair.h"

/** Fill in the pair's areas, their variances, and what shift__area_laws() does. */
void shift__area_measure(shift__pair *pair);
/** Fill in the laws that both areas have when nothing shifted, in units of the pooled range, and
 * what noise and sketches add to the areas. */
void shift__area_laws(shift__pair *pair);
/** P(S >= area) for an area in the feature's unit and its law. */
shift__tail shift__area_tail(const shift__pair *pair, double area, const shift__null_law *law);

#endif
