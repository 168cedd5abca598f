/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Share of production values outside the range that training had. */
#include "compare/statistics/statistic.h"

shift_status shift__statistic_out_of_range_share(const shift__pair *pair, shift__estimate *out,
                                                 shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 1));
    if (out->reason != NULL)
        return SHIFT_OK;
    const shift_distribution *y = pair->prod;
    double beyond = 0.0;
    for (size_t i = 0; i < y->n_points; i++)
        if (y->points[i] < pair->train->minimum || y->points[i] > pair->train->maximum)
            beyond += (double)(y->cumulative[i] - (i > 0 ? y->cumulative[i - 1] : 0));
    *out = shift__value(beyond / pair->n);
    return SHIFT_OK;
}
