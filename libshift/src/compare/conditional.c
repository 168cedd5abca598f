/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conditional laws in log space, by formulas that stay stable for 1e8 rows. */
#include "compare/conditional.h"

#include <math.h>
#include <stdbool.h>

#include "compare/sum.h"

static const double half_log_two_pi = 0.918938533204672741780;
static const double log_two = 0.693147180559945309417;
static const double log_ten = 2.30258509299404568402;

double shift__log_factorial(double n)
{
    if (n < 100.0)
        return log(tgamma(n + 1.0));
    double r = 1.0 / (n * n);
    double rest = (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r / 1680))) / n;
    return (n + 0.5) * log(n) - n + half_log_two_pi + rest;
}

double shift__log_choose(double m, double n)
{
    return shift__log_factorial(m + n) - shift__log_factorial(m) - shift__log_factorial(n);
}

/* P(Z >= z) */
static shift__tail pearson3_above(double z, double skewness)
{
    double shape = 4.0 / (skewness * skewness);
    if (!(shape < 1e15)) /* the normal law, to all digits for |z| < 40 */
        return shift__tail_normal(z);
    double along = skewness > 0.0 ? z : -z; /* towards the long tail */
    return shift__tail_gamma(shape + along * sqrt(shape), shape, skewness > 0.0);
}

shift__tail shift__tail_pearson3(double z, double skewness)
{
    if (isnan(z) || isnan(skewness))
        return shift__tail_none();
    shift__tail above = pearson3_above(z, skewness);
    shift__tail below = pearson3_above(-z, -skewness);
    double smaller = fmin(above.log10_p, below.log10_p);
    return shift__tail_of_log(log_two + smaller * log_ten);
}

shift__tail shift__tail_above(double value, const shift__null_law *law)
{
    if (isnan(value) || !(law->variance > 0.0))
        return isnan(value) ? shift__tail_none() : shift__tail_of(1.0);
    return pearson3_above((value - law->mean) / sqrt(law->variance), law->skewness);
}

shift__tail shift__tail_of_choices(shift__tail tail, double m, double n)
{
    double least = -shift__log_choose(m, n);
    return tail.log10_p * log_ten < least ? shift__tail_of_log(least) : tail;
}

/*
 * The first and the last gap together are at least k exactly where the first k + 1 of the N pooled
 * ranks hold one training value at most, gaps being exchangeable. That is
 *     (n - k + m (k + 1)) n! (N - k - 1)! / ((n - k)! N!).
 */
shift__tail shift__tail_outside(double m, double n, double k)
{
    if (!(k > 0.0))
        return shift__tail_of(1.0);
    double total = m + n;
    double log_p = log((n - k + m * (k + 1.0)) / (total - k));
    if (k < 1e4) { /* the product of (n - i) / (N - i) */
        shift__sum sum = {log_p, 0.0};
        for (int i = 0; i < (int)k; i++)
            shift__sum_add(&sum, log1p(-m / (total - i)));
        return shift__tail_of_log(shift__sum_value(&sum));
    }
    log_p += shift__log_factorial(n) - shift__log_factorial(n - k) +
             shift__log_factorial(total - k) - shift__log_factorial(total);
    return shift__tail_of_log(log_p);
}

/* A table with fixed margins: x of the n rows of one side have what `marked` of all N have */
typedef struct hypergeometric {
    double n, marked, total;
} hypergeometric;

static double log_hypergeometric(const hypergeometric *h, double x)
{
    return shift__log_choose(x, h->marked - x) +
           shift__log_choose(h->n - x, h->total - h->marked - h->n + x) -
           shift__log_choose(h->n, h->total - h->n);
}

/* P(X >= x), by the ratios of successive terms */
static double log_hypergeometric_tail(const hypergeometric *h, double x)
{
    double most = fmin(h->n, h->marked);
    double first = log_hypergeometric(h, x);
    double term = 1.0;
    double sum = 1.0;
    while (x < most && term > 1e-17 * sum) {
        term *=
            (h->marked - x) / (x + 1.0) * ((h->n - x) / (h->total - h->marked - h->n + x + 1.0));
        sum += term;
        x += 1.0;
    }
    return first + log(sum);
}

shift__tail shift__tail_fisher(double in_train, double m, double in_prod, double n)
{
    double marked = in_train + in_prod;
    hypergeometric up = {n, marked, m + n};
    hypergeometric down = {m, marked, m + n};
    double upper = log_hypergeometric_tail(&up, in_prod);
    double lower = log_hypergeometric_tail(&down, in_train);
    return shift__tail_of_log(log_two + fmin(upper, lower));
}

/* P(X >= x) of the normal law that the table's has for many rows */
static shift__tail many_above(const hypergeometric *h, double x, double variance)
{
    return shift__tail_normal((x - h->marked * (h->n / h->total)) / sqrt(variance));
}

double shift__chance_of_gap(double marked, double m, double n, double gap)
{
    double total = m + n;
    double scale = m * (n / total); /* x / n - (marked - x) / m = gap, by x */
    double up = scale * (gap + marked / m) * (1.0 - 1e-14);
    double down = scale * (gap + marked / n) * (1.0 - 1e-14);
    double share = marked / total;
    double variance = scale * share * (1.0 - share) * total / (total - 1.0);
    hypergeometric of_prod = {n, marked, total};
    hypergeometric of_train = {m, marked, total};
    double sum = 0.0;
    if (up <= fmin(marked, n))
        sum += variance > 1000.0 ? many_above(&of_prod, up, variance).p
                                 : exp(log_hypergeometric_tail(&of_prod, ceil(up)));
    if (down <= fmin(marked, m))
        sum += variance > 1000.0 ? many_above(&of_train, down, variance).p
                                 : exp(log_hypergeometric_tail(&of_train, ceil(down)));
    return sum;
}
