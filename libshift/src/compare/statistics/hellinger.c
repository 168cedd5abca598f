/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hellinger distance, sqrt(1 - sum sqrt(p q)), summed as half the squared differences of the roots,
 * which is the same and exactly 0 for equal shares. */
#include <math.h>

#include "compare/interval.h"
#include "compare/law.h"
#include "compare/statistics/statistic.h"
#include "compare/sum.h"

/* of the squared distance */
static shift__slopes slopes(const shift__pair *pair, double p, double q)
{
    (void)pair;
    return (shift__slopes){-0.5 * sqrt(q / p), -0.5 * sqrt(p / q)};
}

static double term(const shift__pair *pair, double p, double q)
{
    (void)pair;
    double gap = sqrt(p) - sqrt(q);
    return 0.5 * gap * gap;
}

static const shift__divergence divergence = {term, slopes};

shift_status shift__statistic_hellinger(const shift__pair *pair, shift__estimate *out,
                                        shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 1));
    if (out->reason != NULL)
        return SHIFT_OK;
    shift__sum sum = {0.0, 0.0};
    for (size_t i = 0; i < pair->n_cells; i++) {
        shift__sum_add(&sum, term(pair, shift__pair_p(pair, i), shift__pair_q(pair, i)));
    }
    *out = shift__value(sqrt(shift__sum_value(&sum)));
    double squared = out->value * out->value;
    shift__range range = shift__interval_divergence(pair, &divergence, squared);
    out->low = sqrt(range.low);
    out->high = fmin(sqrt(range.high), 1.0);
    out->tail = shift__law_of_cells(pair, term, false, squared);
    return SHIFT_OK;
}
