/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Energy distance in one dimension: the square root of twice the integral of (F - G)^2 (Szekely &
 * Rizzo 2013). */
#include <math.h>

#include "compare/area.h"
#include "compare/interval.h"
#include "compare/statistics/statistic.h"

shift_status shift__statistic_energy(const shift__pair *pair, shift__estimate *out,
                                     shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 1));
    if (out->reason != NULL)
        return SHIFT_OK;
    double squared = pair->energy;
    *out = shift__value(sqrt(squared));
    out->tail = shift__area_tail(pair, squared, &pair->energy_law);
    if (shift__too_few(pair, 2) != NULL)
        return SHIFT_OK;
    double z = shift__spread_quantile(pair->train, pair->prod) * (SHIFT__Z_ROUGH / SHIFT__Z);
    double below = z * sqrt(pair->energy_variance + 2.0 * pair->energy_bias * pair->energy_bias);
    out->high = out->value;
    out->low = sqrt(fmax(squared - pair->energy_bias - below, 0.0));
    /* the variance is about proportional to the square, so that of the root is about constant */
    if (squared > 0.0)
        out->high = out->value + 0.5 * z * sqrt(pair->energy_variance / squared);
    return SHIFT_OK;
}
