/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Share of production values outside the range that training had. The p-value is exact: see
 * shift__tail_outside(). Ties with the extremes of training make it larger than it need be. */
#include "compare/conditional.h"
#include "compare/interval.h"
#include "compare/statistics/statistic.h"

static double count_outside(const shift__pair *pair)
{
    const shift_distribution *x = pair->train;
    const shift_distribution *y = pair->prod;
    if (y->minimum >= x->minimum && y->maximum <= x->maximum)
        return 0.0;             /* the extremes are exact, whatever a sketch kept */
    double rows = (double)y->n; /* counts come back whole from their shares */
    double below = round(rows * shift_distribution_cdf(y, nextafter(x->minimum, -INFINITY)));
    double upto = round(rows * shift_distribution_cdf(y, x->maximum));
    return below + (rows - upto);
}

shift_status shift__statistic_out_of_range_share(const shift__pair *pair, shift__estimate *out,
                                                 shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 1));
    if (out->reason != NULL)
        return SHIFT_OK;
    const shift_distribution *x = pair->train;
    const shift_distribution *y = pair->prod;
    double extremes = (double)(y->minimum < x->minimum) + (double)(y->maximum > x->maximum);
    double outside = fmax(count_outside(pair), extremes);
    *out = shift__value(outside / pair->n);
    /* two ends, each of which the sketch may have counted wrong */
    double slack = ceil(extremes * y->rank_error * pair->n);
    double sure = fmax(outside - slack, extremes);
    shift__range range = shift__interval_share(sure, pair->n);
    out->low = range.low;
    if (slack > 0.0)
        range = shift__interval_share(fmin(outside + slack, pair->n), pair->n);
    out->high = range.high;
    out->tail = shift__tail_outside(pair->m, pair->n, sure);
    return SHIFT_OK;
}
