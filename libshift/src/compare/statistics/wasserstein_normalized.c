/* SPDX-License-Identifier: GPL-3.0-or-later */
/* First Wasserstein distance in standard deviations of training. */
#include <math.h>

#include "compare/area.h"
#include "compare/interval.h"
#include "compare/statistics/statistic.h"

shift_status shift__statistic_wasserstein_normalized(const shift__pair *pair, shift__estimate *out,
                                                     shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 2));
    if (out->reason == NULL)
        out->reason = shift__no_spread(pair);
    if (out->reason != NULL)
        return SHIFT_OK;
    double sd = sqrt(shift_distribution_variance(pair->train));
    *out = shift__value(pair->area / sd);
    double unit = out->value * shift__log_variance_error(pair->train) * 0.5; /* of the deviation */
    double quantile = shift__spread_quantile(pair->train, pair->prod) * (SHIFT__Z_ROUGH / SHIFT__Z);
    double spread = quantile * sqrt(pair->area_variance / (sd * sd) + unit * unit);
    out->low = fmax(out->value - pair->area_bias / sd - spread, 0.0);
    out->high = out->value + spread;
    out->tail = shift__area_tail(pair, pair->area, &pair->area_law);
    return SHIFT_OK;
}
