/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scholz and Stephens' two-sample Anderson-Darling statistic on mid-ranks, standardised by its
 * exact mean and variance (1987, J. Amer. Statist. Assoc. 82, eq. 7 and 4). The p-value is that of
 * the limit law at the same distance from the mean in standard deviations. */
#include <gsl/gsl_sf_psi.h>
#include <math.h>

#include "compare/statistics/statistic.h"
#include "compare/sum.h"

static const double euler = 0.577215664901532860607;
static const double pi_squared = 9.86960440108935861883;

/* Variance of A^2 for k = 2. Their double sum g is H2(N) - (2 H(N) - 1/N)/N with H, H2 the sums of
 * 1/i and 1/i^2 to N, by sum_(i<N) H(i)/(N-i) = H(N)^2 - H2(N). */
static double exact_variance(double m, double n)
{
    double total = m + n;
    double digamma = gsl_sf_psi(total + 1.0);
    double harmonic = digamma + euler;
    double squares = pi_squared / 6.0 - gsl_sf_psi_1(total + 1.0);
    double h = harmonic - 1.0 / total;
    double g = squares - (2.0 * harmonic - 1.0 / total) / total;
    double inverse = 1.0 / m + 1.0 / n;
    double a = 4.0 * g - 6.0 + (10.0 - 6.0 * g) * inverse;
    double b = 4.0 * (2.0 * g - 4.0) + 16.0 * h + (2.0 * g - 14.0 * h - 4.0) * inverse - 8.0 * h +
               4.0 * g - 6.0;
    double c = 4.0 * (6.0 * h + 2.0 * g - 2.0) + 2.0 * (4.0 * h - 4.0 * g + 6.0) +
               (2.0 * h - 6.0) * inverse + 4.0 * h;
    double d = 4.0 * (2.0 * h + 6.0) - 8.0 * h;
    double cubic = ((a * total + b) * total + c) * total + d;
    return cubic / ((total - 1.0) * (total - 2.0) * (total - 3.0));
}

/* Both samples' terms have the same square, (n M - m M')^2 with M, M' their mid-counts. */
static double mid_rank_sum(const shift__pair *pair)
{
    double m = pair->m;
    double n = pair->n;
    double total = m + n;
    shift__sum sum = {0.0, 0.0};
    double a = 0.0;
    double b = 0.0;
    for (size_t i = 0; i < pair->n_pooled; i++) {
        double x = (double)pair->train_below[i] - a;
        double y = (double)pair->prod_below[i] - b;
        double tied = x + y;
        double below = a + b + 0.5 * tied;
        double gap = (a + 0.5 * x) * n - (b + 0.5 * y) * m;
        double scale = below * (total - below) - 0.25 * tied * total;
        if (scale > 0.0)
            shift__sum_add(&sum, tied * gap * gap / scale);
        a = (double)pair->train_below[i];
        b = (double)pair->prod_below[i];
    }
    return shift__sum_value(&sum) / m / n * ((total - 1.0) / total);
}

shift_status shift__statistic_anderson_darling(const shift__pair *pair, shift__estimate *out,
                                               shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 2));
    if (out->reason != NULL)
        return SHIFT_OK;
    if (pair->n_pooled < 2) {
        *out = shift__undefined("constant on both sides");
        return SHIFT_OK;
    }
    *out = shift__value((mid_rank_sum(pair) - 1.0) / sqrt(exact_variance(pair->m, pair->n)));
    double limit_deviation = sqrt(2.0 * (pi_squared / 3.0 - 3.0));
    out->tail = shift__tail_anderson_darling(1.0 + out->value * limit_deviation);
    return SHIFT_OK;
}
