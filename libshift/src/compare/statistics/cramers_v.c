/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cramer's V of origin and category, sqrt(X^2 / (m + n)), without bias correction (Cramer 1946). */
#include <math.h>

#include "compare/interval.h"
#include "compare/law.h"
#include "compare/statistics/contingency.h"
#include "compare/statistics/statistic.h"

/* of V^2 = m n / (m + n) sum (p - q)^2 / (m p + n q) */
static shift__slopes slopes(const shift__pair *pair, double p, double q)
{
    double gap = p - q;
    double total = pair->m * p + pair->n * q;
    double scale = pair->m * (pair->n / (pair->m + pair->n)) / total;
    return (shift__slopes){scale * gap * (2.0 - pair->m * gap / total),
                           -scale * gap * (2.0 + pair->n * gap / total)};
}

static double term(const shift__pair *pair, double p, double q)
{
    double total = pair->m * p + pair->n * q;
    return pair->m * (pair->n / (pair->m + pair->n)) * (p - q) * (p - q) / total;
}

static const shift__divergence divergence = {term, slopes};

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
    double squared = out->value * out->value;
    shift__range range = shift__interval_divergence(pair, &divergence, squared);
    out->low = sqrt(range.low);
    out->high = fmin(sqrt(range.high), 1.0);
    out->tail = shift__law_of_cells(pair, term, false, squared);
    return SHIFT_OK;
}
