/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How good the differences of skewness and kurtosis are. */
#include "compare/shape.h"

#include <math.h>

/* Variances of skewness and kurtosis, times the number of values */
typedef struct shape_variance {
    double skewness, kurtosis;
} shape_variance;

/*
 * By their influence functions: a value z deviations off contributes
 *     z^3 - g1 - 3z - 3/2 g1 (z^2 - 1)   and   z^4 - b2 - 4 g1 z - 2 b2 (z^2 - 1).
 */
static shape_variance variance_of_side(const shift_distribution *d)
{
    double n = (double)d->n;
    double sd = sqrt(d->m2 / n);
    double g1 = d->m3 / d->m2 * sqrt(n / d->m2);
    double b2 = n * (d->m4 / d->m2 / d->m2);
    double seen = 0.0; /* fourth moment of the support */
    shape_variance v = {0.0, 0.0};
    uint64_t done = 0;
    for (size_t i = 0; i < d->n_points; i++) {
        double z = (d->points[i] - d->mean) / sd;
        double weight = (double)(d->cumulative[i] - done) / n;
        double square = z * z;
        double skew = square * z - g1 - 3.0 * z - 1.5 * g1 * (square - 1.0);
        double kurt = square * square - b2 - 4.0 * g1 * z - 2.0 * b2 * (square - 1.0);
        v.skewness += weight * skew * skew;
        v.kurtosis += weight * kurt * kurt;
        seen += weight * square * square;
        done = d->cumulative[i];
    }
    if (d->rank_error > 0.0) { /* what the support lacks of the fourth moment sits farther out */
        double most = fmax(d->maximum - d->mean, d->mean - d->minimum) / sd;
        double lacking = fmax(b2 - seen, 0.0) * most * most;
        v.skewness += lacking;
        v.kurtosis += lacking * most * most;
    }
    /* few extreme values carry these moments, and the next sample's are others */
    double raised = 1.0 + 50.0 * b2 / n + 4.0 * sqrt(b2 / n);
    v.skewness *= raised;
    v.kurtosis *= raised;
    return v;
}

/*
 * Rows that make up a share 2 / n of a law are missing from 13 % of the samples of n, which then
 * look as if their law had none: skewness and excess kurtosis of a normal law with so many rows
 * at 5.
 */
static void find_unseen(shift__pair *pair)
{
    static const double far = 5.0;
    double share = fmin(2.0 / fmin(pair->m, pair->n), 0.5);
    double mean = share * far;
    double off = far - mean;
    double rest = 1.0 - share;
    double m2 = rest * (1.0 + mean * mean) + share * off * off;
    double m3 = -rest * mean * (3.0 + mean * mean) + share * off * off * off;
    double m4 = rest * (3.0 + mean * mean * (6.0 + mean * mean)) + share * off * off * off * off;
    pair->skewness_unseen = m3 / (m2 * sqrt(m2));
    pair->kurtosis_unseen = fmax(m4 / (m2 * m2) - 3.0, 0.0);
}

void shift__shape_measure(shift__pair *pair)
{
    find_unseen(pair);
    shape_variance x = variance_of_side(pair->train);
    shape_variance y = variance_of_side(pair->prod);
    /* few rows do not show the tails that their law has: the other side's are taken where heavier
     */
    double both = 1.0 / pair->m + 1.0 / pair->n;
    pair->skewness_variance = fmax(x.skewness, y.skewness) * both;
    pair->kurtosis_variance = fmax(x.kurtosis, y.kurtosis) * both;
}
