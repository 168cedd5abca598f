/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Places on a line between two numbers, whose distance may be beyond the doubles. */
#ifndef SHIFT_PLUGINS_TEXT_SCALE_H
#define SHIFT_PLUGINS_TEXT_SCALE_H

#include <math.h>

static inline double scale_unit(double low, double high)
{
    return isinf(high - low) ? 0.5 : 1;
}

/** Where `x` lies, from 0 at `low` to 1 at `high`, which must be more. */
static inline double scale_place(double x, double low, double high)
{
    double unit = scale_unit(low, high);
    return (x * unit - low * unit) / (high * unit - low * unit);
}

/** What lies at that place. */
static inline double scale_value(double place, double low, double high)
{
    double unit = scale_unit(low, high);
    return (low * unit + (high * unit - low * unit) * place) / unit;
}

#endif
