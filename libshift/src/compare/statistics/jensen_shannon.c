/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jensen-Shannon distance: the square root of the divergence in bits (Lin 1991; Endres & Schindelin
 * 2003). */
#include <math.h>

#include "compare/interval.h"
#include "compare/law.h"
#include "compare/statistics/statistic.h"
#include "compare/sum.h"

/* p ln(2p/(p+q)) + q ln(2q/(p+q)), written in d = (q-p)/(p+q) so that nothing cancels for p near q
 */
static double divergence_term(double p, double q)
{
    if (p <= 0.0 || q <= 0.0)
        return (p + q) * log(2.0);
    double d = (q - p) / (p + q);
    return 0.5 * (p + q) * (log1p(-d * d) + 2.0 * d * atanh(d));
}

/* of the divergence */
static shift__slopes slopes(const shift__pair *pair, double p, double q)
{
    (void)pair;
    return (shift__slopes){0.5 * log2(2.0 * p / (p + q)), 0.5 * log2(2.0 * q / (p + q))};
}

static double term(const shift__pair *pair, double p, double q)
{
    (void)pair;
    return divergence_term(p, q) / (2.0 * log(2.0));
}

static const shift__divergence divergence = {term, slopes};

shift_status shift__statistic_jensen_shannon(const shift__pair *pair, shift__estimate *out,
                                             shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 1));
    if (out->reason != NULL)
        return SHIFT_OK;
    shift__sum sum = {0.0, 0.0};
    for (size_t i = 0; i < pair->n_cells; i++) {
        shift__sum_add(&sum, divergence_term(shift__pair_p(pair, i), shift__pair_q(pair, i)));
    }
    *out = shift__value(sqrt(fmax(shift__sum_value(&sum), 0.0) / (2.0 * log(2.0))));
    double squared = out->value * out->value;
    shift__range range = shift__interval_divergence(pair, &divergence, squared);
    out->low = sqrt(range.low);
    out->high = fmin(sqrt(range.high), 1.0);
    out->tail = shift__law_of_cells(pair, term, false, squared);
    return SHIFT_OK;
}
