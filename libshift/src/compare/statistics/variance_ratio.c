/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Variance of production over variance of training. */
#include <math.h>

#include "compare/interval.h"
#include "compare/statistics/statistic.h"

shift_status shift__statistic_variance_ratio(const shift__pair *pair, shift__estimate *out,
                                             shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 2));
    if (out->reason == NULL)
        out->reason = shift__no_spread(pair);
    if (out->reason != NULL)
        return SHIFT_OK;
    *out = shift__value(shift_distribution_variance(pair->prod) /
                        shift_distribution_variance(pair->train));
    if (!(out->value > 0.0))
        return SHIFT_OK; /* constant in production, or undefined: its logarithm has no interval */
    /* few rows do not show the tails that their law has: the other side's are taken where heavier
     */
    double x = shift__log_variance_error(pair->train);
    double y = shift__log_variance_error(pair->prod);
    double one = fmax(x * sqrt(pair->m), y * sqrt(pair->n));
    double deviation = one * sqrt(1.0 / pair->m + 1.0 / pair->n);
    double spread = SHIFT__Z_ROUGH * deviation;
    out->low = out->value * exp(-spread);
    out->high = out->value * exp(spread);
    if (deviation > 0.0)
        out->tail = shift__tail_normal_two_sided(log(out->value) / deviation);
    return SHIFT_OK;
}
