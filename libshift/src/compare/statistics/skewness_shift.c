/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Difference of the sample-corrected skewness G1, production minus training. */
#include <math.h>

#include "compare/interval.h"
#include "compare/statistics/shape.h"
#include "compare/statistics/statistic.h"

shift__shape_variance shift__shape_variance_of(const shift_distribution *d)
{
    double n = (double)d->n;
    double sd = sqrt(d->m2 / n);
    double g1 = d->m3 / d->m2 * sqrt(n / d->m2);
    double b2 = n * (d->m4 / d->m2 / d->m2);
    shift__shape_variance v = {0.0, 0.0};
    uint64_t done = 0;
    for (size_t i = 0; i < d->n_points; i++) {
        double z = (d->points[i] - d->mean) / sd;
        double weight = (double)(d->cumulative[i] - done) / n;
        double skew = z * z * z - g1 - 3.0 * z - 1.5 * g1 * (z * z - 1.0);
        double kurt = z * z * z * z - b2 - 4.0 * g1 * z - 2.0 * b2 * (z * z - 1.0);
        v.skewness += weight * skew * skew / n;
        v.kurtosis += weight * kurt * kurt / n;
        done = d->cumulative[i];
    }
    /* few extreme values carry these moments, and the next sample's are others */
    double raised = 1.0 + 50.0 * b2 / n;
    v.skewness *= raised;
    v.kurtosis *= raised;
    return v;
}

shift_status shift__statistic_skewness_shift(const shift__pair *pair, shift__estimate *out,
                                             shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 3));
    if (out->reason == NULL)
        out->reason = shift__no_spread(pair);
    if (out->reason != NULL)
        return SHIFT_OK;
    *out = shift__value(shift_distribution_skewness(pair->prod) -
                        shift_distribution_skewness(pair->train));
    if (isnan(out->value)) {
        out->reason = "constant in production";
        return SHIFT_OK;
    }
    double spread = SHIFT__Z * sqrt(shift__shape_variance_of(pair->train).skewness +
                                    shift__shape_variance_of(pair->prod).skewness);
    out->low = out->value - spread;
    out->high = out->value + spread;
    return SHIFT_OK;
}
