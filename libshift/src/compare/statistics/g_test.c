/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Likelihood-ratio test that both sides have the same shares of categories (Wilks 1935). */
#include <math.h>

#include "compare/statistics/statistic.h"
#include "compare/sum.h"

/* o ln(o/e) - (o - e): the last part sums to 0 over the table and keeps the terms small */
static double cell_term(double observed, double expected)
{
    if (observed <= 0.0)
        return expected;
    double e = (observed - expected) / expected;
    return expected * ((1.0 + e) * log1p(e) - e);
}

shift_status shift__statistic_g_test(const shift__pair *pair, shift__estimate *out,
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
    double total = pair->m + pair->n;
    shift__sum sum = {0.0, 0.0};
    for (size_t i = 0; i < pair->n_cells; i++) {
        double a = (double)pair->train_cells[i];
        double b = (double)pair->prod_cells[i];
        double pooled = (a + b) / total;
        shift__sum_add(&sum, cell_term(a, pair->m * pooled));
        shift__sum_add(&sum, cell_term(b, pair->n * pooled));
    }
    *out = shift__value(fmax(2.0 * shift__sum_value(&sum), 0.0));
    out->tail = shift__tail_chi_square(out->value, (double)pair->n_cells - 1.0);
    return SHIFT_OK;
}
