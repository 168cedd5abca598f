/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pearson's test that both sides have the same shares of categories, without correction (Pearson
 * 1900). */
#include "compare/statistics/contingency.h"
#include "compare/statistics/statistic.h"
#include "compare/sum.h"

/* Pearson's X^2 of the table of counts: with shares p, q and total c of a category, its two cells
 * contribute m n (p - q)^2 / c together. */
double shift__chi_square_value(const shift__pair *pair)
{
    shift__sum sum = {0.0, 0.0};
    for (size_t i = 0; i < pair->n_cells; i++) {
        double gap = shift__pair_p(pair, i) - shift__pair_q(pair, i);
        double total = (double)pair->train_cells[i] + (double)pair->prod_cells[i];
        shift__sum_add(&sum, gap * gap / total);
    }
    return pair->m * pair->n * shift__sum_value(&sum);
}

shift_status shift__statistic_chi_square(const shift__pair *pair, shift__estimate *out,
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
    *out = shift__value(shift__chi_square_value(pair));
    out->tail = shift__tail_chi_square(out->value, (double)pair->n_cells - 1.0);
    return SHIFT_OK;
}
