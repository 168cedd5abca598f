/* SPDX-License-Identifier: GPL-3.0-or-later */
/* First Wasserstein distance: the area between the two distribution functions, in the unit of the
 * feature (Vallender 1974). */
#include <math.h>

#include "compare/area.h"
#include "compare/interval.h"
#include "compare/statistics/statistic.h"

shift_status shift__statistic_wasserstein(const shift__pair *pair, shift__estimate *out,
                                          shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 1));
    if (out->reason != NULL)
        return SHIFT_OK;
    *out = shift__value(pair->area);
    out->tail = shift__area_tail(pair, pair->area, &pair->area_law);
    if (shift__too_few(pair, 2) != NULL)
        return SHIFT_OK;
    double quantile = shift__spread_quantile(pair->train, pair->prod) * (SHIFT__Z_ROUGH / SHIFT__Z);
    double spread = quantile * sqrt(pair->area_variance);
    out->low = fmax(out->value - pair->area_bias - spread, 0.0);
    out->high = out->value + spread;
    return SHIFT_OK;
}
