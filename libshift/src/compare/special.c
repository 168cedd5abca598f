/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tail probabilities in log space. GSL's cumulative functions are not used here: they lose digits
 * (its Student t switches to a Cornish-Fisher expansion, good to about 1e-7), underflow to 0 at
 * 1e-308, and report that through a process-wide handler that aborts by default. */
#include "compare/special.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "compare/sum.h"

static const double pi = 3.14159265358979323846;
static const double log_two = 0.693147180559945309417;
static const double log_ten = 2.30258509299404568402;

shift__tail shift__tail_none(void)
{
    return (shift__tail){(double)NAN, (double)NAN};
}

shift__tail shift__tail_of_log(double log_p)
{
    double bounded = log_p > 0.0 ? 0.0 : log_p;
    return (shift__tail){exp(bounded), bounded / log_ten};
}

shift__tail shift__tail_of(double p)
{
    double bounded = p > 1.0 ? 1.0 : p;
    return (shift__tail){bounded, log10(bounded)};
}

/* ln(1 - exp(l)), l < 0 */
static double log_complement(double l)
{
    return l > -log_two ? log(-expm1(l)) : log1p(-exp(l));
}

/* What Stirling's formula lacks: ln Gamma(a) - ((a - 1/2) ln a - a + ln(2 pi)/2), a >= 10
 * (Abramowitz & Stegun 6.1.41). */
static double stirling_rest(double a)
{
    static const double c[] = {1.0 / 12,   -1.0 / 360,      1.0 / 1260, -1.0 / 1680,
                               1.0 / 1188, -691.0 / 360360, 1.0 / 156};
    double r = 1.0 / (a * a);
    double sum = 0.0;
    for (size_t i = sizeof c / sizeof *c; i-- > 0;)
        sum = sum * r + c[i];
    return sum / a;
}

/* e - ln(1 + e): what is left of a power divided by its maximum */
static double excess_over_log(double e)
{
    return e - log1p(e);
}

/* ln P(Z > z) for z > 5, by the continued fraction of Mills' ratio (A&S 26.2.14) */
static double log_mills(double z)
{
    double f = z;
    for (int k = 60; k > 0; k--)
        f = z + k / f;
    return -0.5 * z * z - 0.5 * log(2 * pi) - log(f);
}

static double log_normal_tail(double z)
{
    if (z > 5.0)
        return log_mills(z);
    if (z < -1.0)
        return log1p(-0.5 * erfc(-z / sqrt(2.0)));
    return log(0.5 * erfc(z / sqrt(2.0)));
}

shift__tail shift__tail_normal(double z)
{
    return isnan(z) ? shift__tail_none() : shift__tail_of_log(log_normal_tail(z));
}

shift__tail shift__tail_normal_two_sided(double z)
{
    return isnan(z) ? shift__tail_none() : shift__tail_of_log(log_two + log_normal_tail(fabs(z)));
}

/* ln of x^a exp(-x) / Gamma(a + 1) */
static double log_poisson_term(double a, double x)
{
    if (a < 10.0)
        return a * log(x) - x - log(tgamma(a + 1.0));
    return -0.5 * log(2 * pi * a) - a * excess_over_log((x - a) / a) - stirling_rest(a);
}

/* P(a, x) / term = 1 + x/(a+1) + x^2/((a+1)(a+2)) + ..., for x < a + 1 (A&S 6.5.29) */
static double gamma_series(double a, double x)
{
    double term = 1.0;
    double sum = 1.0;
    for (int k = 1; term > sum * 1e-17 && k < 10000000; k++) {
        term *= x / (a + k);
        sum += term;
    }
    return sum;
}

static double away_from_zero(double x)
{
    return fabs(x) < 1e-300 ? 1e-300 : x;
}

/* The continued fraction of Q(a, x) x^-a e^x Gamma(a), for x > a + 1, by Lentz' method (A&S 6.5.31)
 */
static double gamma_fraction(double a, double x)
{
    double b = x + 1.0 - a;
    double c = 1e300;
    double d = 1.0 / away_from_zero(b);
    double h = d;
    for (int k = 1; k < 10000000; k++) {
        double numerator = -k * (k - a);
        b += 2.0;
        d = 1.0 / away_from_zero(numerator * d + b);
        c = away_from_zero(b + numerator / c);
        h *= d * c;
        if (fabs(d * c - 1.0) < 1e-16)
            break;
    }
    return h;
}

/* ln Q(a, a + y sqrt(a)) for large a: the normal law at eta, eta^2/2 = e - ln(1 + e), corrected to
 * the relative order 1/a (Temme 1979, SIAM J. Math. Anal. 10, eqs. 3.1 to 3.5). The lower tail is
 * the upper one at -eta, with the sign of the correction turned. */
static double log_gamma_uniform(double a, double x, bool upper)
{
    double e = (x - a) / a;
    double eta = copysign(sqrt(2.0 * fmax(excess_over_log(e), 0.0)), e);
    double c0 = 0.0;
    double c1 = 0.0;
    if (fabs(e) < 1e-3) { /* the closed forms cancel */
        eta = e * (1.0 - e * (1.0 / 3 - e * (7.0 / 36 - e * 73.0 / 540)));
        c0 = -1.0 / 3 + eta * (1.0 / 12 - eta * (2.0 / 135 - eta / 864));
        c1 = -1.0 / 540 - eta / 288;
    } else {
        c0 = 1.0 / e - 1.0 / eta;
        c1 = 1.0 / (eta * eta * eta) - 1.0 / (e * e * e) - 1.0 / (e * e) - 1.0 / (12 * e);
    }
    double sign = upper ? 1.0 : -1.0;
    double z = sign * eta * sqrt(a);
    double tail = log_normal_tail(z);
    double density = -0.5 * z * z - 0.5 * log(2 * pi);
    return tail + log1p(sign * (c0 + c1 / a) / sqrt(a) * exp(density - tail));
}

shift__tail shift__tail_gamma(double x, double shape, bool upper)
{
    double a = shape;
    if (isnan(x) || !(a > 0.0))
        return shift__tail_none();
    if (!(x > 0.0) || isinf(x))
        return shift__tail_of(upper == (x > 0.0) ? 0.0 : 1.0);
    if (a > 1e5)
        return shift__tail_of_log(log_gamma_uniform(a, x, upper));
    double term = log_poisson_term(a, x);
    bool from_below = x < a + 1.0;
    double log_p =
        from_below ? term + log(gamma_series(a, x)) : term + log(a) + log(gamma_fraction(a, x));
    return shift__tail_of_log(upper == from_below ? log_complement(log_p) : log_p);
}

shift__tail shift__tail_chi_square(double x, double dof)
{
    if (!(x >= 0.0) || !(dof > 0.0))
        return shift__tail_none();
    return shift__tail_gamma(0.5 * x, 0.5 * dof, true);
}

/* ln Gamma(a + b) - ln Gamma(a), a >= 10, b < 10: large terms cancel by hand */
static double log_gamma_step(double a, double b)
{
    return (a - 0.5) * log1p(b / a) + b * log(a + b) - b + stirling_rest(a + b) - stirling_rest(a);
}

/* ln of x^a y^b / B(a, b) with x = 1/(1+r), y = r/(1+r); `off` is r a / b, 1 at the mode */
static double log_beta_term(double a, double b, double r, double off)
{
    if (a >= 10.0 && b >= 10.0) {
        double e1 = (b - b * off) / (a * (1.0 + r));
        double e2 = (off - 1.0) / (1.0 + r);
        return -a * excess_over_log(e1) - b * excess_over_log(e2) +
               0.5 * log(a / (2 * pi) * (b / (a + b))) -
               (stirling_rest(a) + stirling_rest(b) - stirling_rest(a + b));
    }
    double powers = -a * log1p(r) - b * log1p(1.0 / r);
    if (a >= 10.0)
        return powers + log_gamma_step(a, b) - log(tgamma(b));
    if (b >= 10.0)
        return powers + log_gamma_step(b, a) - log(tgamma(a));
    return powers + log(tgamma(a + b) / tgamma(a) / tgamma(b));
}

/* a B I_x(a,b) / (x^a y^b) by Lentz' method, for x < (a+1)/(a+b+2) (A&S 26.5.8) */
static double beta_fraction(double a, double b, double x)
{
    double c = 1.0;
    double d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    double h = d;
    for (int i = 1; i < 1000000; i++) {
        double k = i;
        double even = k * (b - k) * x / ((a + 2 * k - 1.0) * (a + 2 * k));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        h *= d * c;
        double odd = -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        h *= d * c;
        if (fabs(d * c - 1.0) < 1e-16)
            break;
    }
    return h;
}

/* P(F > f) = I_x(dof2/2, dof1/2) at x = dof2/(dof2 + dof1 f) */
shift__tail shift__tail_f(double f, double dof1, double dof2)
{
    if (!(f >= 0.0) || !(dof1 > 0.0) || !(dof2 > 0.0))
        return shift__tail_none();
    if (dof2 > 1e11) /* the error of the limit is of the order 1/dof2 */
        return shift__tail_chi_square(f * dof1, dof1);
    double r = f * (dof1 / dof2);
    if (r <= 0.0)
        return shift__tail_of(1.0);
    if (isinf(r))
        return shift__tail_of(0.0);
    double a = 0.5 * dof2;
    double b = 0.5 * dof1;
    double x = 1.0 / (1.0 + r);
    double term = log_beta_term(a, b, r, f);
    if (x < (a + 1.0) / (a + b + 2.0))
        return shift__tail_of_log(term - log(a) + log(beta_fraction(a, b, x)));
    double lower = term - log(b) + log(beta_fraction(b, a, r / (1.0 + r)));
    return shift__tail_of_log(log_complement(lower));
}

shift__tail shift__tail_student(double t, double dof)
{
    if (isnan(t) || !(dof > 0.0))
        return shift__tail_none();
    return shift__tail_f(t * t, 1.0, dof);
}

shift__tail shift__tail_kolmogorov(double t)
{
    if (isnan(t))
        return shift__tail_none();
    if (t < 0.05)
        return shift__tail_of(1.0);
    if (t < 1.0) { /* the theta function's other series, which converges for small t */
        double cdf = 0.0;
        for (int k = 1; k <= 15; k += 2)
            cdf += exp(-(double)(k * k) * pi * pi / (8 * t * t));
        cdf *= sqrt(2 * pi) / t;
        return shift__tail_of_log(log1p(-cdf));
    }
    double first = -2.0 * t * t;
    double rest = 0.0; /* relative to the first term */
    for (int k = 2; k <= 8; k++)
        rest += (k % 2 == 0 ? -1.0 : 1.0) * exp((double)(k * k - 1) * first);
    return shift__tail_of_log(log_two + first + log1p(rest));
}

/*
 * Smirnov's formula for a sum of independent chi-squares with weights w_1 > w_2 > ... : with D(y)
 * the product of (1 - y w_j),
 *     P(X > x) = 1/pi sum_j (-1)^(j+1) int over (1/w_(2j-1), 1/w_2j) of e^(-xy/2) / (y sqrt|D(y)|)
 * (Darling 1955, Ann. Math. Statist. 26, eq. 4.23; Martynov 1975). |D| vanishes linearly at both
 * ends of each interval, so Gauss-Chebyshev quadrature converges as fast as the smooth part allows.
 */
typedef struct weighted_law {
    double first, step, width;  /* interval j is first + step j, `width` long, in the root r of y */
    double (*square)(double r); /* y */
    double (*jacobian)(double r);              /* dy/dr */
    double (*determinant)(double r, double v); /* |D(y)|; v is the distance from the left end */
} weighted_law;

static double cramer_square(double r)
{
    return r * r;
}

static double cramer_jacobian(double r)
{
    return 2.0 * r;
}

/* weights 1/(j pi)^2: D(y) = sin(sqrt y) / sqrt y */
static double cramer_determinant(double r, double v)
{
    return sin(v) / r;
}

static double darling_square(double r)
{
    return 0.25 * (r * r - 1.0);
}

static double darling_jacobian(double r)
{
    return 0.5 * r;
}

/* weights 1/(j(j+1)): D(y) = -cos(pi/2 sqrt(1+4y)) / (pi y) */
static double darling_determinant(double r, double v)
{
    return sin(0.5 * pi * v) / (pi * darling_square(r));
}

/* Few nodes do where the exponential is tame: up to x = 8 they give all digits. */
enum { FEW_NODES = 32, NODES = 160 };

/* The integral over one interval, divided by e^(-x y0 / 2) */
static double interval_integral(const weighted_law *law, double left, double y0, double x)
{
    shift__sum sum = {0.0, 0.0};
    int nodes = x < 8.0 ? FEW_NODES : NODES;
    for (int i = 0; i < nodes; i++) {
        double angle = (2 * i + 1) * pi / (2.0 * nodes);
        /* 1 + cos(angle) = 2 cos^2(angle/2), without cancellation near the left end */
        double v = law->width * cos(0.5 * angle) * cos(0.5 * angle);
        double r = left + v;
        double y = law->square(r);
        double f = exp(-0.5 * x * (y - y0)) / (y * sqrt(law->determinant(r, v)));
        shift__sum_add(&sum, f * law->jacobian(r) * sin(angle));
    }
    return shift__sum_value(&sum) * pi / nodes * 0.5 * law->width;
}

static shift__tail weighted_tail(const weighted_law *law, double x)
{
    /* Beyond this only the left end counts, and the nodes are too sparse there: keep the integral
     * and let the exponential go on. The relative change it misses is a factor sqrt(x). */
    double bounded = x > 600.0 ? 600.0 : x;
    double y0 = law->square(law->first);
    double sum = 0.0;
    for (int j = 0; j < 200; j++) {
        double left = law->first + law->step * j;
        double scale = exp(-0.5 * bounded * (law->square(left) - y0));
        if (scale < 1e-18)
            break;
        sum += (j % 2 == 0 ? scale : -scale) *
               interval_integral(law, left, law->square(left), bounded);
    }
    return shift__tail_of_log(log(sum / pi) - 0.5 * x * y0 - 0.5 * log(x / bounded));
}

shift__tail shift__tail_cramer_von_mises(double x)
{
    static const weighted_law law = {3.14159265358979323846, 2 * 3.14159265358979323846,
                                     3.14159265358979323846, cramer_square,
                                     cramer_jacobian,        cramer_determinant};
    if (isnan(x))
        return shift__tail_none();
    /* the lower tail is below exp(-1/(16 x)) */
    return x < 0.0015 ? shift__tail_of(1.0) : weighted_tail(&law, x);
}

shift__tail shift__tail_anderson_darling(double x)
{
    static const weighted_law law = {
        3.0, 4.0, 2.0, darling_square, darling_jacobian, darling_determinant};
    if (isnan(x))
        return shift__tail_none();
    return x < 0.03 ? shift__tail_of(1.0) : weighted_tail(&law, x);
}
