/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the rows at hand could have shown: without this a quiet verdict on fifty rows looks like one
 * on fifty million. */
#include <gsl/gsl_cdf.h>

#include "compare/decision/decision.h"

static const double power = 0.8;

double shift__detectable_mean_shift(double level, double m, double n)
{
    if (!(level > 0.0) || !(m > 0.0) || !(n > 0.0))
        return (double)NAN;
    double z = gsl_cdf_ugaussian_Qinv(0.5 * level) + gsl_cdf_ugaussian_Pinv(power);
    return z * sqrt(1.0 / m + 1.0 / n);
}

/* P(X > critical) for a noncentral chi-square, by Patnaik's scaled central one (1949, Biometrika
 * 36) */
static double noncentral_tail(double critical, double dof, double lambda)
{
    double scale = (dof + 2.0 * lambda) / (dof + lambda);
    double scaled_dof = (dof + lambda) * (dof + lambda) / (dof + 2.0 * lambda);
    return shift__tail_chi_square(critical / scale, scaled_dof).p;
}

/* Value that a chi-square variable exceeds with probability `level`. GSL's inverse does not always
 * converge, and then aborts. */
static double chi_square_quantile(double level, double dof)
{
    double low = 0.0;
    double high = dof;
    while (shift__tail_chi_square(high, dof).p > level && high < 1e15)
        high *= 2.0;
    for (int i = 0; i < 60; i++) {
        double middle = 0.5 * (low + high);
        if (shift__tail_chi_square(middle, dof).p > level)
            low = middle;
        else
            high = middle;
    }
    return high;
}

double shift__detectable_distance(double level, double m, double n, size_t cells)
{
    if (!(level > 0.0) || !(m > 0.0) || !(n > 0.0))
        return (double)NAN;
    double dof = cells > 2 ? (double)cells - 1.0 : 1.0;
    double critical = chi_square_quantile(level, dof);
    double low = 0.0;
    double high = 1.0;
    while (high < 1e12 && noncentral_tail(critical, dof, high) < power)
        high *= 2.0;
    for (int i = 0; i < 60; i++) {
        double middle = 0.5 * (low + high);
        if (noncentral_tail(critical, dof, middle) < power)
            low = middle;
        else
            high = middle;
    }
    /* sum (p - q)^2 / p, and for a small shift 8 ln 2 times the squared distance */
    double divergence = high * (1.0 / m + 1.0 / n);
    return sqrt(divergence / (8.0 * log(2.0)));
}
