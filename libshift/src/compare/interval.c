/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/interval.h"

#include <math.h>
#include <stdbool.h>

#include "compare/sum.h"

/* x at which the beta law of (a, b) has this much below it. GSL's inverse does not always converge,
 * and then aborts. */
static double beta_quantile(double a, double b, double below)
{
    double low = 0.0;
    double high = 1.0;
    for (int i = 0; i < 64; i++) {
        double x = 0.5 * (low + high);
        /* I_x(a, b) = P(F > f), 2 b and 2 a degrees of freedom */
        if (shift__tail_f(a * (1.0 - x) / (b * x), 2.0 * b, 2.0 * a).p < below)
            low = x;
        else
            high = x;
    }
    return 0.5 * (low + high);
}

shift__range shift__interval_share(double count, double n)
{
    shift__range r = {0.0, 1.0};
    if (count > 0.0)
        r.low = beta_quantile(count, n - count + 1.0, 0.025);
    if (count < n)
        r.high = beta_quantile(count + 1.0, n - count, 0.975);
    return r;
}

/* A sketch misplaces a share by less than its rank error with 99 %: 2.58 deviations, twice. */
static double sketch_variance(double rank_error)
{
    return 2.0 * (rank_error / 2.576) * (rank_error / 2.576);
}

/* In a cell with few rows the sum is far from straight over the range of its share: the second
 * order's variance, half the square of the second derivative times the share's variance. */
static double curvature(const shift__pair *pair, const shift__divergence *d, double p, double q,
                        size_t i)
{
    static const double few = 10.0;
    double variance = 0.0;
    if ((double)pair->prod_cells[i] < few) {
        double second =
            (d->slopes(pair, p, 1.1 * q).by_q - d->slopes(pair, p, 0.9 * q).by_q) / (0.2 * q);
        variance += 0.5 * (second * q / pair->n) * (second * q / pair->n);
    }
    if ((double)pair->train_cells[i] < few) {
        double second =
            (d->slopes(pair, 1.1 * p, q).by_p - d->slopes(pair, 0.9 * p, q).by_p) / (0.2 * p);
        variance += 0.5 * (second * p / pair->m) * (second * p / pair->m);
    }
    return variance;
}

/* By the delta method; shares of 0 count as half a row. */
static double cells_variance(const shift__pair *pair, const shift__divergence *d)
{
    double cells = (double)pair->n_cells;
    double means[2] = {0.0, 0.0};
    double squares[2] = {0.0, 0.0};
    double sketched = 0.0;
    double curved = 0.0;
    for (size_t i = 0; i < pair->n_cells; i++) {
        double p = ((double)pair->train_cells[i] + 0.5) / (pair->m + 0.5 * cells);
        double q = ((double)pair->prod_cells[i] + 0.5) / (pair->n + 0.5 * cells);
        shift__slopes g = d->slopes(pair, p, q);
        means[0] += p * g.by_p;
        means[1] += q * g.by_q;
        squares[0] += p * g.by_p * g.by_p;
        squares[1] += q * g.by_q * g.by_q;
        sketched += g.by_p * g.by_p + g.by_q * g.by_q;
        curved += curvature(pair, d, p, q, i);
    }
    double sampling = fmax(squares[0] - means[0] * means[0], 0.0) / pair->m +
                      fmax(squares[1] - means[1] * means[1], 0.0) / pair->n;
    return sampling + curved + sketched * sketch_variance(pair->rank_error);
}

/* P(X <= x) of a noncentral chi-square, as a normal deviate (Sankaran 1963, Biometrika 50) */
static double noncentral_deviate(double x, double dof, double lambda)
{
    double sum = dof + lambda;
    double h = 1.0 - 2.0 * sum * (dof + 3.0 * lambda) /
                         (3.0 * (dof + 2.0 * lambda) * (dof + 2.0 * lambda));
    double p = (dof + 2.0 * lambda) / (sum * sum);
    double m = (h - 1.0) * (1.0 - 3.0 * h);
    double centre = 1.0 + h * p * (h - 1.0 - 0.5 * (2.0 - h) * m * p);
    double spread = h * sqrt(2.0 * p * (1.0 + m * p));
    return (pow(x / sum, h) - centre) / spread;
}

/* The noncentrality at which x lies at that deviate; 0 where it would be below */
static double noncentrality_at(double x, double dof, double deviate)
{
    if (noncentral_deviate(x, dof, 0.0) <= deviate)
        return 0.0;
    double low = 0.0;
    double high = x + 10.0 * sqrt(2.0 * dof + 4.0 * x) + 10.0;
    for (int i = 0; i < 50; i++) {
        double middle = 0.5 * (low + high);
        if (noncentral_deviate(x, dof, middle) > deviate)
            low = middle;
        else
            high = middle;
    }
    return 0.5 * (low + high);
}

/* What chance adds to a divergence of nothing */
typedef struct null_moments {
    double mean, variance;
    bool rare; /* some cell has an expected count below 5 */
} null_moments;

/* A rare cell of `rows` in all, of which each is training's with the same probability */
static void add_rare_cell(const shift__pair *pair, const shift__divergence *d, double rows,
                          null_moments *out)
{
    double total = pair->m + pair->n;
    bool fewer_train = pair->m <= pair->n;
    double share = fmin(pair->m, pair->n) / total;
    double expected = rows * share;
    double most = fmin(rows, ceil(expected + 10.0 * sqrt(expected) + 10.0));
    double log_chance = rows * log1p(-share);
    double odds = log(share / (1.0 - share));
    double sum = 0.0;
    double squares = 0.0;
    int last = (int)most;
    for (int k = 0; k <= last; k++) {
        double few = k;
        double rest = rows - few;
        double term = fewer_train ? d->term(pair, few / pair->m, rest / pair->n)
                                  : d->term(pair, rest / pair->m, few / pair->n);
        double chance = exp(log_chance);
        sum += chance * term;
        squares += chance * term * term;
        log_chance += log((rows - few) / (few + 1.0)) + odds;
    }
    out->mean += sum;
    out->variance += fmax(squares - sum * sum, 0.0);
    out->rare = true;
}

static null_moments moments_of_nothing(const shift__pair *pair, const shift__divergence *d)
{
    null_moments out = {0.0, 0.0, false};
    double total = pair->m + pair->n;
    double least = fmin(pair->m, pair->n) / total;
    for (size_t i = 0; i < pair->n_cells; i++) {
        double rows = (double)pair->train_cells[i] + (double)pair->prod_cells[i];
        if (rows * least < 5.0) {
            add_rare_cell(pair, d, rows, &out);
            continue;
        }
        /* every such divergence is k (p - q)^2 / share near 0 */
        double share = rows / total;
        double a = d->term(pair, 0.99 * share, 1.01 * share);
        double b = d->term(pair, 1.01 * share, 0.99 * share);
        double k = 0.5 * (a + b) / (share * 0.02 * 0.02);
        double mean = k * (1.0 / pair->m + 1.0 / pair->n);
        out.mean += mean;
        out.variance += 2.0 * mean * mean;
    }
    return out;
}

shift__range shift__interval_divergence(const shift__pair *pair,
                                        const shift__divergence *divergence, double value)
{
    double dof = pair->n_cells > 1 ? (double)pair->n_cells - 1.0 : 1.0;
    double variance = cells_variance(pair, divergence);
    null_moments nothing = moments_of_nothing(pair, divergence);
    if (nothing.rare) {
        double spread = SHIFT__Z_ROUGH * sqrt(variance + nothing.variance);
        return (shift__range){fmax(value - nothing.mean - spread, 0.0), value + spread};
    }
    /* where the estimate is 0 nothing gives the scale but the numbers of rows */
    double scale = value > 0.0 ? variance / (4.0 * value) : nothing.mean / dof;
    if (!(scale > 0.0))
        return (shift__range){value, value};
    /* noise adds to an estimate, so the truth may well be below it; but an interval without its
     * estimate would only puzzle */
    double x = value / scale;
    return (shift__range){scale * noncentrality_at(x, dof, SHIFT__Z_ROUGH),
                          fmax(scale * noncentrality_at(x, dof, -SHIFT__Z_ROUGH), value)};
}

double shift__log_variance_error(const shift_distribution *d)
{
    double n = (double)d->n;
    double kurtosis = n * (d->m4 / d->m2 / d->m2);
    double raised = kurtosis * (1.0 + 4.0 * fmax(kurtosis - 3.0, 0.0) / n);
    return sqrt(fmax(raised - (n - 3.0) / (n - 1.0), 0.0) / n);
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
