/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Difference of the sample-corrected excess kurtosis G2, production minus training. */
#include <math.h>

#include "compare/interval.h"
#include "compare/statistics/statistic.h"

shift_status shift__statistic_kurtosis_shift(const shift__pair *pair, shift__estimate *out,
                                             shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 4));
    if (out->reason == NULL)
        out->reason = shift__no_spread(pair);
    if (out->reason != NULL)
        return SHIFT_OK;
    *out = shift__value(shift_distribution_kurtosis(pair->prod) -
                        shift_distribution_kurtosis(pair->train));
    if (isnan(out->value)) {
        bool constant = pair->prod->maximum == pair->prod->minimum;
        out->reason = constant ? "constant in production" : shift__beyond;
        return SHIFT_OK;
    }
    double deviation = sqrt(pair->kurtosis_variance);
    double spread = hypot(SHIFT__Z_ROUGH * deviation, pair->kurtosis_unseen);
    out->low = out->value - spread;
    out->high = out->value + spread;
    if (deviation > 0.0)
        out->tail = shift__tail_normal_two_sided(out->value / deviation);
    return SHIFT_OK;
}
