/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/interval.h"

#include <math.h>
#include <stdbool.h>

#include "compare/conditional.h"

/* x at which the beta law of (a, b) has this much below it, by Newton's method on the logarithm of
 * the probability within a bracket: the logarithm is concave. GSL's inverse does not always
 * converge, and then aborts. */
static double beta_quantile(double a, double b, double below)
{
    double wanted = log(below);
    double scale = shift__log_factorial(a + b - 1.0) - shift__log_factorial(a - 1.0) -
                   shift__log_factorial(b - 1.0);
    double low = 0.0;
    double high = 1.0;
    double x = a / (a + b);
    for (int i = 0; i < 100 && high - low > 1e-15 * high; i++) {
        /* I_x(a, b) = P(F > f), 2 b and 2 a degrees of freedom */
        double at = shift__tail_f(a * (1.0 - x) / (b * x), 2.0 * b, 2.0 * a).log10_p * log(10.0);
        if (at < wanted)
            low = x;
        else
            high = x;
        double slope = exp(scale + (a - 1.0) * log(x) + (b - 1.0) * log1p(-x) - at);
        double next = x - (at - wanted) / slope;
        bool inside = next > low && next < high;
        if (inside && fabs(next - x) <= 1e-14 * x)
            return next;
        x = inside ? next : 0.5 * (low + high);
    }
    return x;
}

shift__range shift__interval_share_at(double count, double n, double beyond)
{
    shift__range r = {0.0, 1.0};
    if (count > 0.0)
        r.low = beta_quantile(count, n - count + 1.0, beyond);
    if (count < n) /* from the side of those that do not count, which keeps its digits */
        r.high = 1.0 - beta_quantile(n - count, count + 1.0, beyond);
    return r;
}

shift__range shift__interval_share(double count, double n)
{
    return shift__interval_share_at(count, n, 0.025);
}

double shift__log_variance_error(const shift_distribution *d)
{
    double n = (double)d->n;
    double kurtosis = n * (d->m4 / d->m2 / d->m2);
    double raised = kurtosis * (1.0 + 4.0 * fmax(kurtosis - 3.0, 0.0) / n);
    double excess = raised - (n - 3.0) / (n - 1.0);
    return sqrt((excess < 0.0 ? 0.0 : excess) / n); /* NaN stays NaN */
}

/* Student's quantile of 97.5 % by Fisher and Cornish's expansion (A&S 26.7.5): to 1e-3 from 3
 * degrees of freedom on, and unlike GSL's it cannot fail to converge */
static double student_quantile(double dof)
{
    const double z = SHIFT__Z;
    const double y = z * z;
    double first = z * (y + 1.0) / 4.0;
    double second = z * ((5.0 * y + 16.0) * y + 3.0) / 96.0;
    double third = z * (((3.0 * y + 19.0) * y + 17.0) * y - 15.0) / 384.0;
    double fourth = z * ((((79.0 * y + 776.0) * y + 1482.0) * y - 1920.0) * y - 945.0) / 92160.0;
    return z + (first + (second + (third + fourth / dof) / dof) / dof) / dof;
}

double shift__spread_quantile(const shift_distribution *train, const shift_distribution *prod)
{
    double x = shift__log_variance_error(train);
    double y = shift__log_variance_error(prod);
    double worst = fmax(x, y); /* NaN, where one side is constant, gives way to the other */
    double dof = worst > 0.0 ? 2.0 / (worst * worst) : 1e6;
    return student_quantile(fmax(dof, 3.0));
}

double shift__fold_bias(double t)
{
    const double of_noise_alone = 0.7978845608028654;
    const double negligible = 4.0; /* 1e-5 from here on; this is asked at every support point */
    if (t <= 0.0 || t >= negligible)
        return t <= 0.0 ? of_noise_alone : 0.0;
    return of_noise_alone * exp(-0.5 * t * t) - t * erfc(t / 1.4142135623730951);
}
