/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Difference of the means in standard deviations of training (Glass 1976). */
#include <math.h>

#include "compare/interval.h"
#include "compare/statistics/statistic.h"

shift_status shift__statistic_mean_shift(const shift__pair *pair, shift__estimate *out,
                                         shift_error *err)
{
    *out = shift__undefined(shift__too_few(pair, 2));
    if (out->reason == NULL)
        out->reason = shift__no_spread(pair);
    if (out->reason != NULL)
        return SHIFT_OK;
    double sd = sqrt(shift_distribution_variance(pair->train));
    *out = shift__value((pair->prod->mean - pair->train->mean) / sd);
    /* Both means vary, and so does the deviation they are divided by, in step with training's mean
     * where training is skewed. */
    double d = out->value;
    double skewness = pair->train->m3 / pair->train->m2 * sqrt(pair->m / pair->train->m2);
    double unit = shift__log_variance_error(pair->train);
    double ratio = shift_distribution_variance(pair->prod) / (sd * sd);
    double from_train = (1.0 + d * skewness) / pair->m + 0.25 * d * d * unit * unit;
    double from_prod = ratio / pair->n;
    double variance = fmax(from_train, 0.0) + from_prod;
    double spread = shift__spread_quantile(pair->train, pair->prod) * sqrt(variance);
    out->low = d - spread;
    out->high = d + spread;
    /* whether there is a shift of the means at all is Welch's question */
    shift__estimate welch = shift__undefined(NULL);
    shift_status status = shift__statistic_welch_t(pair, &welch, err);
    out->tail = welch.tail;
    return status;
}
