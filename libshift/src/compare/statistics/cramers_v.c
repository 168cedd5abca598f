/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cramer's V of origin and category, sqrt(X^2 / (m + n)), without bias correction (Cramer 1946). */
#include <math.h>

#include "compare/statistics/contingency.h"
#include "compare/statistics/statistic.h"

shift_status shift__statistic_cramers_v(const shift__pair *pair, shift__estimate *out,
                                        shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 1));
    if (out->reason != NULL)
        return SHIFT_OK;
    if (pair->n_cells < 2) {
        *out = shift__undefined("one category only");
        return SHIFT_OK;
    }
    *out = shift__value(sqrt(shift__chi_square_value(pair) / (pair->m + pair->n)));
    return SHIFT_OK;
}
