/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kullback-Leibler divergence of production from training, sum q ln(q / p), where a share of 0
 * counts as 1e-4 (Kullback & Leibler 1951). */
#include <math.h>

#include "compare/statistics/statistic.h"
#include "compare/sum.h"

shift_status shift__statistic_kullback_leibler(const shift__pair *pair, shift__estimate *out,
                                               shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 1));
    if (out->reason != NULL)
        return SHIFT_OK;
    shift__sum sum = {0.0, 0.0};
    for (size_t i = 0; i < pair->n_cells; i++) {
        double p = shift__share_floor(shift__pair_p(pair, i));
        double q = shift__share_floor(shift__pair_q(pair, i));
        shift__sum_add(&sum, q * log(q / p));
    }
    *out = shift__value(shift__sum_value(&sum));
    return SHIFT_OK;
}
