/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mann and Whitney's U of training: pairs where it is the larger one, ties counting half. The
 * p-value is the normal approximation with tie and continuity correction (Mann & Whitney 1947;
 * Lehmann 1975, 1.4). */
#include <math.h>

#include "compare/statistics/statistic.h"
#include "compare/sum.h"

shift_status shift__statistic_mann_whitney(const shift__pair *pair, shift__estimate *out,
                                           shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 1));
    if (out->reason != NULL)
        return SHIFT_OK;
    double total = pair->m + pair->n;
    shift__sum wins = {0.0, 0.0};
    shift__sum ties = {0.0, 0.0};
    double a = 0.0; /* how many of either side were below */
    double b = 0.0;
    for (size_t i = 0; i < pair->n_pooled; i++) {
        double x = (double)pair->train_below[i] - a;
        double y = (double)pair->prod_below[i] - b;
        shift__sum_add(&wins, x * (b + 0.5 * y));
        double tied = x + y;
        shift__sum_add(&ties, tied * (tied - 1.0) * (tied + 1.0));
        a = (double)pair->train_below[i];
        b = (double)pair->prod_below[i];
    }
    *out = shift__value(shift__sum_value(&wins));
    double tied_part = shift__sum_value(&ties) / total / (total - 1.0);
    double variance = pair->m * pair->n / 12.0 * (total + 1.0 - tied_part);
    if (!(variance > 0.0)) { /* all values are one */
        out->tail = shift__tail_of(1.0);
        return SHIFT_OK;
    }
    double beyond = fabs(out->value - 0.5 * pair->m * pair->n) - 0.5;
    out->tail =
        beyond > 0.0 ? shift__tail_normal_two_sided(beyond / sqrt(variance)) : shift__tail_of(1.0);
    return SHIFT_OK;
}
