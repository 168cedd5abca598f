/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Welch's test that the means are equal, without assuming equal variances; the sign is that of
 * training minus production (Welch 1947). */
#include <math.h>

#include "compare/statistics/statistic.h"

shift_status shift__statistic_welch_t(const shift__pair *pair, shift__estimate *out,
                                      shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 2));
    if (out->reason != NULL)
        return SHIFT_OK;
    double a = shift_distribution_variance(pair->train) / pair->m;
    double b = shift_distribution_variance(pair->prod) / pair->n;
    if (!(a + b > 0.0) || isinf(a + b)) {
        *out = shift__undefined(a + b == 0.0 ? "constant on both sides" : shift__beyond);
        return SHIFT_OK;
    }
    double share = a / (a + b); /* the variances themselves may not be squared: 1e300 overflows */
    double dof =
        1.0 / (share * share / (pair->m - 1.0) + (1.0 - share) * (1.0 - share) / (pair->n - 1.0));
    *out = shift__value(-shift__mean_gap(pair) / sqrt(a + b));
    out->tail = shift__tail_student(out->value, dof);
    return SHIFT_OK;
}
