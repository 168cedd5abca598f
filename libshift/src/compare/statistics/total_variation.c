/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Total variation distance, half the sum of |p - q|: the share of rows that would have to change
 * cells. */
#include <math.h>

#include "compare/interval.h"
#include "compare/law.h"
#include "compare/statistics/statistic.h"
#include "compare/sum.h"

static double term(const shift__pair *pair, double p, double q)
{
    (void)pair;
    return 0.5 * fabs(p - q);
}

/* The estimate is too large by the moduli of noise in the cells that do not differ; its deviation
 * is that of the share of the cells where training is ahead. */
static shift__range interval(const shift__pair *pair, double value)
{
    double bias = 0.0;
    double p_ahead = 0.0;
    double q_ahead = 0.0;
    for (size_t i = 0; i < pair->n_cells; i++) {
        double p = shift__pair_p(pair, i);
        double q = shift__pair_q(pair, i);
        double deviation =
            sqrt(p * (1.0 - p) / pair->m + q * (1.0 - q) / pair->n + 2.0 * pair->rank_variance);
        if (deviation > 0.0 && !shift__is_rare_cell(pair, i))
            bias +=
                0.5 * deviation * shift__fold_bias(fmax(fabs(p - q) / deviation - SHIFT__Z, 0.0));
        p_ahead += p > q ? p : 0.0;
        q_ahead += p > q ? q : 0.0;
    }
    double spread =
        SHIFT__Z * sqrt(p_ahead * (1.0 - p_ahead) / pair->m + q_ahead * (1.0 - q_ahead) / pair->n +
                        2.0 * pair->rank_variance);
    shift__chance rare = shift__chance_of_rare_cells(pair, term);
    return (shift__range){fmax(value - bias - rare.mean - spread, 0.0), fmin(value + spread, 1.0)};
}

shift_status shift__statistic_total_variation(const shift__pair *pair, shift__estimate *out,
                                              shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 1));
    if (out->reason != NULL)
        return SHIFT_OK;
    shift__sum sum = {0.0, 0.0};
    for (size_t i = 0; i < pair->n_cells; i++)
        shift__sum_add(&sum, fabs(shift__pair_p(pair, i) - shift__pair_q(pair, i)));
    *out = shift__value(0.5 * shift__sum_value(&sum));
    shift__range range = interval(pair, out->value);
    out->low = range.low;
    out->high = range.high;
    out->tail = shift__law_of_cells(pair, term, true, out->value);
    return SHIFT_OK;
}
