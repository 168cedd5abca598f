/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hellinger distance, sqrt(1 - sum sqrt(p q)), summed as half the squared differences of the roots,
 * which is the same and exactly 0 for equal shares. */
#include <math.h>

#include "compare/statistics/statistic.h"
#include "compare/sum.h"

shift_status shift__statistic_hellinger(const shift__pair *pair, shift__estimate *out,
                                        shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 1));
    if (out->reason != NULL)
        return SHIFT_OK;
    shift__sum sum = {0.0, 0.0};
    for (size_t i = 0; i < pair->n_cells; i++) {
        double gap = sqrt(shift__pair_p(pair, i)) - sqrt(shift__pair_q(pair, i));
        shift__sum_add(&sum, gap * gap);
    }
    *out = shift__value(sqrt(0.5 * shift__sum_value(&sum)));
    return SHIFT_OK;
}
