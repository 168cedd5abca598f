/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compensated summation (Neumaier 1974), the lost part being found without a branch (Knuth, TAOCP
 * 2, 4.2.2): statistics add up a hundred thousand differences of nearly equal numbers, and the
 * ninth digit is promised. */
#ifndef SHIFT_COMPARE_SUM_H
#define SHIFT_COMPARE_SUM_H

#include <math.h>

typedef struct shift__sum {
    double total, lost;
} shift__sum;

static inline void shift__sum_add(shift__sum *s, double x)
{
    double t = s->total + x;
    double added = t - s->total;
    s->lost += (s->total - (t - added)) + (x - added);
    s->total = t;
}

static inline double shift__sum_value(const shift__sum *s)
{
    return isfinite(s->lost) ? s->total + s->lost : s->total;
}

#endif
