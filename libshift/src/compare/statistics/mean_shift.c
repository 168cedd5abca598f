/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Difference of the means in standard deviations of training (Glass 1976). */
#include <math.h>

#include "compare/conditional.h"
#include "compare/interval.h"
#include "compare/statistics/statistic.h"

/*
 * Given the pooled values, every choice of n of them as production is equally likely when nothing
 * shifted: the law of production's sum has the exact variance and third moment, which matter where
 * few values of a skewed law meet many. Moments of the pool by Pebay's formulas (2008).
 */
static shift__tail tail_of(const shift__pair *pair)
{
    const shift_distribution *x = pair->train;
    const shift_distribution *y = pair->prod;
    double m = pair->m;
    double n = pair->n;
    double total = m + n;
    double harmonic = m / total * n;
    double gap = shift__mean_gap(pair);
    double m2 = x->m2 + y->m2 + gap * gap * harmonic;
    double unit = sqrt(m2 / total);
    double d = gap / unit;
    double from_x = x->m2 / unit / unit;
    double from_y = y->m2 / unit / unit;
    double m3 = x->m3 / unit / unit / unit + y->m3 / unit / unit / unit +
                d * (harmonic * (d * d * (m - n) / total) +
                     3.0 * (m / total * from_y - n / total * from_x));
    double variance = harmonic / (total - 1.0) * total;
    double third = harmonic * (m - n) / ((total - 1.0) * (total - 2.0)) * m3;
    double z = harmonic * d / sqrt(variance);
    return shift__tail_of_choices(shift__tail_pearson3(z, third / (variance * sqrt(variance))), m,
                                  n);
}

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
    *out = shift__value(shift__mean_gap(pair) / sd);
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
    out->tail = tail_of(pair);
    return SHIFT_OK;
}
