/* SPDX-License-Identifier: GPL-3.0-or-later */
/* First Wasserstein distance: the area between the two distribution functions, in the unit of the
 * feature (Vallender 1974). */
#include <math.h>

#include "compare/statistics/area.h"
#include "compare/statistics/statistic.h"
#include "compare/sum.h"

double shift__area_between(const shift__pair *pair)
{
    shift__sum sum = {0.0, 0.0};
    for (size_t i = 0; i + 1 < pair->n_pooled; i++)
        shift__sum_add(&sum,
                       fabs(shift__pair_gap(pair, i)) * (pair->pooled[i + 1] - pair->pooled[i]));
    return shift__sum_value(&sum);
}

shift_status shift__statistic_wasserstein(const shift__pair *pair, shift__estimate *out,
                                          shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 1));
    if (out->reason != NULL)
        return SHIFT_OK;
    *out = shift__value(shift__area_between(pair));
    return SHIFT_OK;
}
