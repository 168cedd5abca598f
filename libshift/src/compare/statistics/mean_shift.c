/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Difference of the means in standard deviations of training (Glass 1976). */
#include <math.h>

#include "compare/statistics/statistic.h"

shift_status shift__statistic_mean_shift(const shift__pair *pair, shift__estimate *out,
                                         shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 2));
    if (out->reason == NULL)
        out->reason = shift__no_spread(pair);
    if (out->reason != NULL)
        return SHIFT_OK;
    double sd = sqrt(shift_distribution_variance(pair->train));
    *out = shift__value((pair->prod->mean - pair->train->mean) / sd);
    return SHIFT_OK;
}
