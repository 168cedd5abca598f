/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Energy distance in one dimension: the square root of twice the integral of (F - G)^2 (Szekely &
 * Rizzo 2013). */
#include <math.h>

#include "compare/interval.h"
#include "compare/statistics/statistic.h"
#include "compare/sum.h"

/* Of the squared distance: what noise alone adds, and the variance by the delta method, where the
 * influence of a value is four times the integral of the gap up to it. */
typedef struct energy_error {
    double bias, variance;
} energy_error;

static energy_error find_error(const shift__pair *pair)
{
    double sums[2][2] = {{0.0, 0.0}, {0.0, 0.0}};
    double done[2] = {0.0, 0.0};
    double n[2] = {pair->m, pair->n};
    double influence = 0.0;
    double bias = 0.0;
    double sketched = pair->rank_error / 2.576 * (pair->rank_error / 2.576);
    for (size_t i = 0; i < pair->n_pooled; i++) {
        double below[2] = {(double)pair->train_below[i], (double)pair->prod_below[i]};
        for (int k = 0; k < 2; k++) {
            double weight = (below[k] - done[k]) / n[k];
            sums[k][0] += weight * influence;
            sums[k][1] += weight * influence * influence;
            done[k] = below[k];
        }
        if (i + 1 == pair->n_pooled)
            break;
        double f = below[0] / n[0];
        double g = below[1] / n[1];
        double width = pair->pooled[i + 1] - pair->pooled[i];
        influence += 4.0 * (f - g) * width;
        bias += 2.0 * width * (f * (1.0 - f) / n[0] + g * (1.0 - g) / n[1] + sketched);
    }
    double variance = 0.0;
    for (int k = 0; k < 2; k++)
        variance += fmax(sums[k][1] - sums[k][0] * sums[k][0], 0.0) * (1.0 / n[k] + sketched);
    return (energy_error){bias, variance};
}

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
    double squared = 2.0 * shift__sum_value(&sum);
    *out = shift__value(sqrt(squared));
    if (shift__too_few(pair, 2) != NULL)
        return SHIFT_OK;
    energy_error error = find_error(pair);
    double z = shift__spread_quantile(pair->train, pair->prod) * (SHIFT__Z_ROUGH / SHIFT__Z);
    double below = z * sqrt(error.variance + 2.0 * error.bias * error.bias);
    out->low = sqrt(fmax(squared - error.bias - below, 0.0));
    out->high = sqrt(squared + z * sqrt(error.variance));
    return SHIFT_OK;
}
