/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Largest change of the share of one category. */
#include <math.h>

#include "compare/statistics/statistic.h"

shift_status shift__statistic_l_infinity(const shift__pair *pair, shift__estimate *out,
                                         shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 1));
    if (out->reason != NULL)
        return SHIFT_OK;
    double largest = 0.0;
    for (size_t i = 0; i < pair->n_cells; i++)
        largest = fmax(largest, fabs(shift__pair_p(pair, i) - shift__pair_q(pair, i)));
    *out = shift__value(largest);
    return SHIFT_OK;
}
