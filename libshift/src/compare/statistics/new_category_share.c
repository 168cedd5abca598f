/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Share of production rows in categories that training does not have. */
#include "compare/statistics/statistic.h"

shift_status shift__statistic_new_category_share(const shift__pair *pair, shift__estimate *out,
                                                 shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 1));
    if (out->reason != NULL)
        return SHIFT_OK;
    double fresh = 0.0;
    for (size_t i = 0; i < pair->n_cells; i++)
        if (pair->train_cells[i] == 0)
            fresh += (double)pair->prod_cells[i];
    *out = shift__value(fresh / pair->n);
    return SHIFT_OK;
}
