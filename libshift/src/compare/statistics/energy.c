/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Energy distance in one dimension: the square root of twice the integral of (F - G)^2 (Szekely &
 * Rizzo 2013). */
#include <math.h>

#include "compare/statistics/statistic.h"
#include "compare/sum.h"

shift_status shift__statistic_energy(const shift__pair *pair, shift__estimate *out,
                                     shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 1));
    if (out->reason != NULL)
        return SHIFT_OK;
    shift__sum sum = {0.0, 0.0};
    for (size_t i = 0; i + 1 < pair->n_pooled; i++) {
        double gap = shift__pair_gap(pair, i);
        shift__sum_add(&sum, gap * gap * (pair->pooled[i + 1] - pair->pooled[i]));
    }
    *out = shift__value(sqrt(2.0 * shift__sum_value(&sum)));
    return SHIFT_OK;
}
