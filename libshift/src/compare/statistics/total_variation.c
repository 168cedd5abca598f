/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Total variation distance, half the sum of |p - q|: the share of rows that would have to change
 * cells. */
#include <math.h>

#include "compare/statistics/statistic.h"
#include "compare/sum.h"

shift_status shift__statistic_total_variation(const shift__pair *pair, shift__estimate *out,
                                              shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 1));
    if (out->reason != NULL)
        return SHIFT_OK;
    shift__sum sum = {0.0, 0.0};
    for (size_t i = 0; i < pair->n_cells; i++) {
        shift__sum_add(&sum, fabs(shift__pair_p(pair, i) - shift__pair_q(pair, i)));
    }
    *out = shift__value(0.5 * shift__sum_value(&sum));
    return SHIFT_OK;
}
