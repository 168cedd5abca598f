/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Largest change of the share of one category. */
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "compare/statistics/statistic.h"

shift_status shift__statistic_l_infinity(const shift__pair *pair, shift__estimate *out,
                                         shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 1));
    if (out->reason != NULL)
        return SHIFT_OK;
    /* Every category gets a bound by its own deviation. The lower ones hold all at once, since it
     * is not known which category changed most. */
    double once = gsl_cdf_ugaussian_Qinv(0.025);
    double all = gsl_cdf_ugaussian_Qinv(0.0125 / (double)pair->n_cells);
    double largest = 0.0;
    double low = 0.0;
    double high = 0.0;
    for (size_t i = 0; i < pair->n_cells; i++) {
        double p = shift__pair_p(pair, i);
        double q = shift__pair_q(pair, i);
        double gap = fabs(p - q);
        double deviation = sqrt(p * (1.0 - p) / pair->m + q * (1.0 - q) / pair->n);
        largest = fmax(largest, gap);
        low = fmax(low, gap - all * deviation);
        high = fmax(high, gap + once * deviation);
    }
    *out = shift__value(largest);
    out->low = low;
    out->high = fmin(high, 1.0);
    return SHIFT_OK;
}
