/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 95 % confidence intervals of divergences that are sums over cells. */
#include <math.h>
#include <stdbool.h>

#include "compare/interval.h"

/* Of a share between two limits, both of which a sketch may have misplaced */
static double sketch_variance(const shift_distribution *d)
{
    return 2.0 * d->rank_deviation * d->rank_deviation;
}

/* In a cell with few rows the sum is far from straight over the range of its share: the second
 * order's variance, half the square of the second derivative times the share's variance. A cell
 * with none has a share that may as well be that of one row. */
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
    double at = d->term(pair, shift__pair_p(pair, i), shift__pair_q(pair, i));
    double jump = 0.0;
    if (pair->prod_cells[i] == 0)
        jump = d->term(pair, shift__pair_p(pair, i), 1.0 / pair->n) - at;
    else if (pair->train_cells[i] == 0)
        jump = d->term(pair, 1.0 / pair->m, shift__pair_q(pair, i)) - at;
    return variance + 0.25 * jump * jump;
}

/* By the delta method; shares of 0 count as half a row. */
static double cells_variance(const shift__pair *pair, const shift__divergence *d)
{
    double cells = (double)pair->n_cells;
    double means[2] = {0.0, 0.0};
    double squares[2] = {0.0, 0.0};
    double sums[2] = {0.0, 0.0};   /* of the slopes, and of their squares: errors of a sketch add */
    double slopes[2] = {0.0, 0.0}; /* up to 0 over the cells */
    double curved = 0.0;
    for (size_t i = 0; i < pair->n_cells; i++) {
        double p = ((double)pair->train_cells[i] + 0.5) / (pair->m + 0.5 * cells);
        double q = ((double)pair->prod_cells[i] + 0.5) / (pair->n + 0.5 * cells);
        shift__slopes g = d->slopes(pair, p, q);
        means[0] += p * g.by_p;
        means[1] += q * g.by_q;
        squares[0] += p * g.by_p * g.by_p;
        squares[1] += q * g.by_q * g.by_q;
        sums[0] += g.by_p;
        sums[1] += g.by_q;
        slopes[0] += g.by_p * g.by_p;
        slopes[1] += g.by_q * g.by_q;
        curved += curvature(pair, d, p, q, i);
    }
    double sampling = fmax(squares[0] - means[0] * means[0], 0.0) / pair->m +
                      fmax(squares[1] - means[1] * means[1], 0.0) / pair->n;
    double sketched = (slopes[0] - sums[0] * sums[0] / cells) * sketch_variance(pair->train) +
                      (slopes[1] - sums[1] * sums[1] / cells) * sketch_variance(pair->prod);
    return sampling + curved + sketched;
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

/* What chance adds to the term of a cell of `rows` in all, of which each is training's with the
 * same probability */
static shift__chance chance_of_cell(const shift__pair *pair, shift__term *term, double rows)
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
        double value = fewer_train ? term(pair, few / pair->m, rest / pair->n)
                                   : term(pair, rest / pair->m, few / pair->n);
        double chance = exp(log_chance);
        sum += chance * value;
        squares += chance * value * value;
        log_chance += log((rows - few) / (few + 1.0)) + odds;
    }
    return (shift__chance){1, sum, fmax(squares - sum * sum, 0.0)};
}

bool shift__is_rare_cell(const shift__pair *pair, size_t i)
{
    double rows = (double)pair->train_cells[i] + (double)pair->prod_cells[i];
    return rows * (fmin(pair->m, pair->n) / (pair->m + pair->n)) < 5.0;
}

shift__chance shift__chance_of_rare_cells(const shift__pair *pair, shift__term *term)
{
    enum { REMEMBERED = 32 }; /* thousands of rare categories have few different numbers of rows */
    shift__chance known[REMEMBERED] = {{0, 0.0, 0.0}};
    shift__chance sum = {0, 0.0, 0.0};
    for (size_t i = 0; i < pair->n_cells; i++) {
        if (!shift__is_rare_cell(pair, i))
            continue;
        uint64_t rows = pair->train_cells[i] + pair->prod_cells[i];
        shift__chance one = rows < REMEMBERED ? known[rows] : known[0];
        if (one.cells == 0)
            one = chance_of_cell(pair, term, (double)rows);
        if (rows < REMEMBERED)
            known[rows] = one;
        sum.cells++;
        sum.mean += one.mean;
        sum.variance += one.variance;
    }
    return sum;
}

/* Of the other cells, in which every such divergence is k (p - q)^2 / share near 0 */
static double mean_of_nothing(const shift__pair *pair, const shift__divergence *d)
{
    double sum = 0.0;
    for (size_t i = 0; i < pair->n_cells; i++) {
        if (shift__is_rare_cell(pair, i))
            continue;
        double share =
            ((double)pair->train_cells[i] + (double)pair->prod_cells[i]) / (pair->m + pair->n);
        double a = d->term(pair, 0.99 * share, 1.01 * share);
        double b = d->term(pair, 1.01 * share, 0.99 * share);
        double k = 0.5 * (a + b) / (share * 0.02 * 0.02);
        sum += k * (1.0 / pair->m + 1.0 / pair->n);
    }
    return sum;
}

shift__range shift__interval_divergence(const shift__pair *pair,
                                        const shift__divergence *divergence, double value)
{
    double dof = pair->n_cells > 1 ? (double)pair->n_cells - 1.0 : 1.0;
    double variance = cells_variance(pair, divergence);
    shift__chance rare = shift__chance_of_rare_cells(pair, divergence->term);
    double common = mean_of_nothing(pair, divergence);
    if (rare.cells > 0) {
        double common_cells = fmax((double)(pair->n_cells - rare.cells), 1.0);
        double by_chance = rare.variance + 2.0 * common * common / common_cells;
        double spread = SHIFT__Z_ROUGH * sqrt(variance + by_chance);
        return (shift__range){fmax(value - rare.mean - common - spread, 0.0), value + spread};
    }
    double by_chance = common / dof; /* the multiple that noise alone has */
    double scale = value > 0.0 ? variance / (4.0 * value) : by_chance;
    if (!(scale > 0.0))
        return (shift__range){value, value};
    /* noise adds to an estimate, so the truth may well be below it; but an interval without its
     * estimate would only puzzle */
    double noise = value > common ? common / value : 1.0; /* of the estimate, at most this part */
    double low_scale = fmax(scale, noise * by_chance + (1.0 - noise) * scale);
    return (shift__range){
        low_scale * noncentrality_at(value / low_scale, dof, SHIFT__Z_ROUGH),
        fmax(scale * noncentrality_at(value / scale, dof, -SHIFT__Z_ROUGH), value)};
}
