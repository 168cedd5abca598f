/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Population stability index: sum (q - p) ln(q / p) over deciles of training or categories, where a
 * share of 0 counts as 1e-4 (Lewis 1994, An Introduction to Credit Scoring). */
#include <math.h>

#include "compare/interval.h"
#include "compare/law.h"
#include "compare/statistics/statistic.h"
#include "compare/sum.h"

static shift__slopes slopes(const shift__pair *pair, double p, double q)
{
    (void)pair;
    return (shift__slopes){1.0 - q / p - log(q / p), 1.0 - p / q + log(q / p)};
}

static double term(const shift__pair *pair, double p, double q)
{
    (void)pair;
    double a = shift__share_floor(p);
    double b = shift__share_floor(q);
    return (b - a) * log(b / a);
}

static const shift__divergence divergence = {term, slopes};

shift_status shift__statistic_psi(const shift__pair *pair, shift__estimate *out, shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 1));
    if (out->reason != NULL)
        return SHIFT_OK;
    shift__sum sum = {0.0, 0.0};
    for (size_t i = 0; i < pair->n_cells; i++) {
        shift__sum_add(&sum, term(pair, shift__pair_p(pair, i), shift__pair_q(pair, i)));
    }
    *out = shift__value(shift__sum_value(&sum));
    shift__range range = shift__interval_divergence(pair, &divergence, out->value);
    out->low = range.low;
    out->high = range.high;
    out->tail = shift__law_of_cells(pair, term, false, out->value);
    return SHIFT_OK;
}
