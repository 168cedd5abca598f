/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Share of training rows in categories that production does not have. */
#include "compare/interval.h"
#include "compare/statistics/statistic.h"

shift_status shift__statistic_lost_category_share(const shift__pair *pair, shift__estimate *out,
                                                  shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 1));
    if (out->reason != NULL)
        return SHIFT_OK;
    double lost = 0.0;
    for (size_t i = 0; i < pair->n_cells; i++)
        if (pair->prod_cells[i] == 0)
            lost += (double)pair->train_cells[i];
    *out = shift__value(lost / pair->m);
    shift__range range = shift__interval_share(lost, pair->m);
    out->low = range.low;
    out->high = fmin(range.high + (pair->exact ? 0.0 : pair->category_unsure), 1.0);
    return SHIFT_OK;
}
