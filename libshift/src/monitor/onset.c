/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When did a series begin to change? The posterior of docs/methods.md, "Since when": over places,
 * sizes of the step and correlations of neighbours, given that a detector has spoken. */
#include <math.h>

#include "shift/change.h"

enum { LONGEST = 4096 };

/* Variances of the step, in those of the series. */
static const double sizes[] = {1.0 / 16, 1.0 / 4, 1, 4, 16, 64};
enum { SIZES = sizeof sizes / sizeof *sizes };

/* What is so much less probable than the best place so far counts for nothing (e to the minus). */
static const double negligible = 30;

/* Scratch, and what has been added up. */
typedef struct posterior {
    size_t n;
    double x[LONGEST];    /* less their mean */
    double sums[LONGEST]; /* of the values before each place */
    double rest[LONGEST]; /* squares that a change at each place leaves */
    double det[LONGEST];
    double p[LONGEST]; /* up to a factor: the logarithm of what 1 stands for is */
    double top;
} posterior;

/* Nights until a detector speaks, on the average, where each score is away by `away`: Siegmund's
 * approximation of a two-sided cumulative sum (1985, Sequential Analysis, section 10). */
static double nights_to_alarm(const shift_change_limits *l, double away)
{
    double limit = l->cusum_limit + 1.166;
    double rate = 0;
    for (int side = -1; side <= 1; side += 2) {
        double drift = side * away - l->cusum_slack;
        double nights =
            fabs(drift * limit) < 1e-3
                ? limit * limit
                : (exp(-2 * drift * limit) + 2 * drift * limit - 1) / (2 * drift * drift);
        rate += 1 / nights;
    }
    return 1 / rate;
}

/* Of a change before each place, where neighbours correlate by rho, the determinant of X'X and the
 * squares that least squares leave; the least of these. Every value but the first is taken against
 * its prediction by the one before it, e: of the means before and after, a step away from the place
 * each explains (1 - rho), at the place -rho and 1. Their difference is held back by `ridge`. */
static double fit(posterior *f, double rho, double ridge)
{
    const double *x = f->x;
    size_t n = f->n;
    double rate = 1 - rho;
    double first2 = 1 - rho * rho;
    double squares = first2 * x[0] * x[0];
    for (size_t i = 1; i < n; i++) {
        double e = x[i] - rho * x[i - 1];
        squares += e * e;
    }
    double all = f->sums[n - 1] + x[n - 1] - x[0] - rho * f->sums[n - 1];
    double cross = rho + ridge;
    double before = first2 + rho * rho + ridge;
    int last = (int)n - 1;
    for (int i = 1; i <= last; i++) {
        double e = x[i] - rho * x[i - 1];
        double past = f->sums[i] - x[0] - rho * f->sums[i - 1];
        double aa = before + (i - 1) * (rate * rate);
        double bb = 1 + ridge + (last - i) * (rate * rate);
        double ay = first2 * x[0] + rate * past - rho * e;
        double by = e + rate * (all - past - e);
        double determinant = aa * bb - cross * cross;
        double explained = (bb * ay * ay + 2 * cross * ay * by + aa * by * by) / determinant;
        f->rest[i] = squares - explained;
        f->det[i] = determinant;
    }
    double least = squares;
    for (size_t i = 1; i < n; i++)
        least = f->rest[i] < least ? f->rest[i] : least;
    return fmax(least, 1e-14 * squares);
}

/* The places of one size and correlation, which have the prior `weight`. The variance integrates
 * out to a power of the squares that are left, the means to the determinant. A place is the more
 * probable the less an alarm was to be expected by now: there was one. */
static void add(posterior *f, const shift_change_limits *l, double rho, double size, double weight)
{
    double ridge = (1 - rho * rho) / size;
    double least = fit(f, rho, ridge);
    double power = 0.5 * (double)(f->n - 1);
    double nights = nights_to_alarm(l, sqrt(size * (1 - rho) / (1 + rho)));
    double scale = log(weight) + 0.5 * log((1 - rho * rho) * ridge);
    double highest = scale - power * log(least);
    if (highest > f->top) {
        double factor = exp(f->top - highest);
        for (size_t i = 1; i < f->n; i++)
            f->p[i] *= factor;
        f->top = highest;
    }
    double most = least * exp((highest - f->top + negligible) / power);
    for (size_t i = 1; i < f->n; i++) {
        if (f->rest[i] > most)
            continue;
        double lasted = (double)(f->n - i);
        double alarm = lasted / (lasted + nights);
        double rest = fmax(f->rest[i], least);
        f->p[i] += exp(scale - power * log(rest) - f->top) / (sqrt(f->det[i]) * alarm);
    }
}

/* All correlations from 0 to 1 are as likely. The nodes are even in the arc sine, where the width
 * of what the values say is the same everywhere, 1/sqrt(n). */
static void integrate(posterior *f, const shift_change_limits *l)
{
    enum { FEWEST = 8, MOST = 64 };
    const double quarter = 1.5707963267948966;
    double least[MOST];
    double best = (double)INFINITY;
    size_t nodes = (size_t)fmin(fmax(sqrt((double)f->n), FEWEST), MOST);
    for (size_t k = 0; k < nodes; k++) {
        least[k] = fit(f, sin(quarter * ((double)k + 0.5) / (double)nodes), 0);
        best = fmin(best, least[k]);
    }
    f->top = -(double)INFINITY;
    for (size_t k = 0; k < nodes; k++) {
        double angle = quarter * ((double)k + 0.5) / (double)nodes;
        if (0.5 * (double)f->n * log(least[k] / best) > negligible)
            continue;
        for (size_t s = 0; s < SIZES; s++)
            add(f, l, sin(angle), sizes[s], cos(angle));
    }
}

static size_t largest(const double *p, size_t n)
{
    size_t best = 1;
    for (size_t i = 2; i < n; i++)
        best = p[i] > p[best] ? i : best;
    return best;
}

/* The most probable places, until they hold 95 %. */
static void widen(double *p, size_t n, shift_change_interval *out)
{
    double all = 0;
    for (size_t i = 1; i < n; i++)
        all += p[i];
    for (double inside = 0; inside < 0.95 * all;) {
        size_t next = largest(p, n);
        if (!(p[next] > 0))
            return;
        inside += p[next];
        p[next] = 0;
        out->low = next < out->low ? next : out->low;
        out->high = next > out->high ? next : out->high;
    }
}

bool shift_change_locate(const double *values, size_t n, const shift_change_limits *limits,
                         shift_change_interval *out)
{
    posterior f;
    double most = 0;
    bool same = true;
    if (n < 4 || n > LONGEST)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(values[i]))
            return false;
        same = same && values[i] == values[0];
        most = fmax(most, fabs(values[i]));
    }
    if (same)
        return false;
    f.n = n;
    /* in units of a power of two, so that squares neither overflow nor vanish */
    int exponent = 0;
    (void)frexp(most, &exponent);
    double mean = 0;
    for (size_t i = 0; i < n; i++) {
        f.x[i] = ldexp(values[i], -exponent);
        mean += (f.x[i] - mean) / (double)(i + 1);
    }
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        f.x[i] -= mean;
        f.sums[i] = sum;
        f.p[i] = 0;
        sum += f.x[i];
    }
    integrate(&f, limits);
    size_t best = largest(f.p, n);
    *out = (shift_change_interval){best, best, best};
    widen(f.p, n, out);
    return true;
}
