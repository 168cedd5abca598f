/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbers that describe one side of a subject. */
#include <math.h>

#include "compare/findings.h"

static void summarise_numbers(const shift_distribution *d, shift_summary *out)
{
    static const unsigned hundredths[] = SHIFT_SUMMARY_QUANTILES;
    out->mean = d->mean;
    out->variance = shift_distribution_variance(d);
    out->skewness = shift_distribution_skewness(d);
    out->kurtosis = shift_distribution_kurtosis(d);
    out->minimum = d->minimum;
    out->maximum = d->maximum;
    for (size_t i = 0; i < sizeof hundredths / sizeof *hundredths; i++)
        out->quantiles[i] = shift_distribution_quantile(d, hundredths[i], 100);
}

void shift__summarise(const shift_distribution *d, shift_summary *out)
{
    double none = (double)NAN;
    *out = (shift_summary){d->n,
                           d->missing,
                           d->non_finite,
                           d->invalid,
                           none,
                           none,
                           none,
                           none,
                           none,
                           none,
                           {none, none, none, none, none, none, none},
                           none};
    if (shift_kind_is_number(d->kind))
        summarise_numbers(d, out);
    else
        out->distinct = d->distinct;
}
