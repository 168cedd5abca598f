/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Production's count in a cell is hypergeometric given its rows in all, or, between values of
 * training, beta-binomial given the gaps. Mean: the sum of the cells', exact. Variance: the sum of
 * the cells' and the covariances of the terms' linear and quadratic parts, cov(z_i, z_j) = r and
 * cov(z_i^2, z_j^2) = 2 r^2 with r = -s_i s_j, a product, so that sums over pairs are products of
 * sums. Third cumulant: the sum of the cells' after a multiple of x has been taken off each term,
 * which changes the sum by a constant as all x add up to n, and what the quadratic parts add, 8 tr
 * (A R)^3 with R the correlations.
 */
#include "compare/law.h"

#include <math.h>
#include <string.h>

enum { MOST_NODES = 160 };

/* Counts of production that a cell may have, with their probabilities */
typedef struct node_list {
    size_t n;
    double x[MOST_NODES], weight[MOST_NODES];
} node_list;

static void add_node(node_list *nodes, double x, double weight)
{
    nodes->x[nodes->n] = x;
    nodes->weight[nodes->n] = weight;
    nodes->n++;
}

/* All counts whose probability is not negligible, from the most probable one on either side */
static void count_nodes(const shift__pair *pair, double rows, node_list *out)
{
    static const double negligible = 1e-13;
    double n = pair->n;
    double others = pair->m + pair->n - rows;
    double mode = floor((rows + 1.0) * (n + 1.0) / (pair->m + pair->n + 2.0));
    double weight = 1.0;
    double x = mode;
    while (weight > negligible && out->n < MOST_NODES) {
        add_node(out, x, weight);
        weight *= (rows - x) / (x + 1.0) * ((n - x) / (others - n + x + 1.0));
        x += 1.0;
    }
    x = mode;
    weight = 1.0;
    while (x > 0.0 && out->n < MOST_NODES) {
        weight *= x / (rows - x + 1.0) * ((others - n + x) / (n - x + 1.0));
        if (weight <= negligible)
            break;
        x -= 1.0;
        add_node(out, x, weight);
    }
}

/* Moments and range of a count that has many values */
typedef struct count_law {
    double mean, variance, skewness, least, most;
} count_law;

/* Normal up to the skewness (Cornish & Fisher 1937). The trapezoidal rule gives integrals of
 * smooth functions with the normal law to all digits; a corner wants closer nodes. */
static void normal_nodes(const count_law *law, bool kinked, node_list *out)
{
    double step = kinked ? 0.1 : 0.8;
    double sd = sqrt(law->variance);
    int steps = (int)(6.0 / step);
    for (int i = 0; i < steps; i++) {
        double z = (i + 0.5) * step;
        double weight = exp(-0.5 * z * z);
        double middle = law->mean + sd * law->skewness / 6.0 * (z * z - 1.0);
        add_node(out, fmax(middle - sd * z, law->least), weight);
        add_node(out, fmin(middle + sd * z, law->most), weight);
    }
}

/* Given how many rows the cell has in all */
static void nodes_of_rows(const shift__law *law, double rows, node_list *out)
{
    const shift__pair *pair = law->pair;
    double total = pair->m + pair->n;
    double variance =
        rows * (pair->n / total) * (pair->m / total) * ((total - rows) / (total - 1.0));
    if (!(variance > 25.0)) {
        count_nodes(pair, rows, out);
        return;
    }
    double by_gap = pair->m * (pair->n / total); /* a sketch moves the shares as well */
    count_law of = {rows * (pair->n / total),
                    variance + 2.0 * pair->rank_variance * by_gap * by_gap,
                    (1.0 - 2.0 * rows / total) * (1.0 - 2.0 * pair->n / total) / sqrt(variance),
                    fmax(rows - pair->m, 0.0), fmin(rows, pair->n)};
    normal_nodes(&of, law->kinked, out);
}

/* P(x) of `n` values, but for a factor that is the same for all x */
static double log_beta_binomial(double x, double n, double gaps, double others)
{
    return shift__log_factorial(x + gaps - 1.0) - shift__log_factorial(x) +
           shift__log_factorial(n - x + others - 1.0) - shift__log_factorial(n - x);
}

/* P(x + 1) / P(x) */
static double next_of(double x, double n, double gaps, double others)
{
    return (n - x) / (x + 1.0) * ((x + gaps) / (n - x - 1.0 + others));
}

/* All counts whose probability is not negligible, down and up from the mean */
static void gap_counts(const count_law *law, double gaps, double others, node_list *out)
{
    static const double negligible = 1e-13;
    double n = law->most;
    double middle = floor(law->mean);
    double weight = 1.0;
    for (double x = middle; weight > negligible && out->n < MOST_NODES;) {
        add_node(out, x, weight);
        if (x < 1.0)
            break;
        x -= 1.0;
        weight /= next_of(x, n, gaps, others);
    }
    weight = 1.0;
    for (double x = middle; x < n && out->n < MOST_NODES;) {
        weight *= next_of(x, n, gaps, others);
        if (!(weight > negligible))
            break;
        x += 1.0;
        add_node(out, x, weight);
    }
}

/* The middles of blocks of counts that are a quarter of the deviation wide */
static void gap_blocks(const count_law *law, double gaps, double others, node_list *out)
{
    static const double negligible = 1e-13;
    double n = law->most;
    double width = floor(0.25 * sqrt(law->variance));
    double middle = floor(law->mean / width);
    double scale = log_beta_binomial(law->mean, n, gaps, others);
    for (int step = -1; step <= 1; step += 2) {
        double k = step < 0 ? middle : middle + 1.0;
        double weight = 1.0;
        while (k >= 0.0 && k * width <= n && weight > negligible && out->n < MOST_NODES) {
            double x = fmin((k + 0.5) * width - 0.5, n);
            weight = exp(log_beta_binomial(x, n, gaps, others) - scale);
            add_node(out, x, weight);
            k += step;
        }
    }
}

/* Given how many of the gaps between training's values the cell has: of the values of
 * production, which fall into them by chance, every distribution over the gaps is equally likely */
static void nodes_of_gaps(const shift__law *law, double gaps, node_list *out)
{
    static const double many = 20.0;
    double n = law->pair->n;
    double all = law->pair->gaps;
    double others = all - gaps;
    double share = gaps / all;
    double variance = n * share * (1.0 - share) * ((all + n) / (all + 1.0));
    count_law of = {n * share, variance,
                    (all + 2.0 * n) / (all + 2.0) * (1.0 - 2.0 * share) / sqrt(variance), 0.0, n};
    if (variance > 25.0 && fmin(gaps, others) > many)
        normal_nodes(&of, law->kinked, out);
    else if (variance > 64.0)
        gap_blocks(&of, gaps, others, out);
    else
        gap_counts(&of, gaps, others, out);
}

/* Cumulants of one cell's term and count, and the fourth moment of its count */
static shift__law_sums cumulants(const node_list *nodes, const double *f, double *x4)
{
    double weights = 0.0;
    double mean = 0.0;
    double mean_x = 0.0;
    for (size_t i = 0; i < nodes->n; i++) {
        weights += nodes->weight[i];
        mean += nodes->weight[i] * f[i];
        mean_x += nodes->weight[i] * nodes->x[i];
    }
    shift__law_sums s = {.f = mean / weights};
    mean_x /= weights;
    *x4 = 0.0;
    for (size_t i = 0; i < nodes->n; i++) {
        double w = nodes->weight[i] / weights;
        double df = f[i] - s.f;
        double dx = nodes->x[i] - mean_x;
        s.ff += w * df * df;
        s.fff += w * df * df * df;
        s.fx += w * df * dx;
        s.ffx += w * df * df * dx;
        s.fxx += w * df * dx * dx;
        s.xx += w * dx * dx;
        s.xxx += w * dx * dx * dx;
        *x4 += w * dx * dx * dx * dx;
    }
    return s;
}

/* The term's parts along z and along z^2 - 1 - gz, which is orthogonal to it */
static void find_parts(const shift__law *law, double spread, double x4, shift__law_sums *s)
{
    double sd = sqrt(s->xx);
    double skewness = s->xxx / (s->xx * sd);
    double norm = x4 / (s->xx * s->xx) - 1.0 - skewness * skewness;
    double across = s->fxx / s->xx - skewness * s->fx / sd;
    double bent = norm > 1e-6 ? across / norm : 0.0; /* a count of 0 or 1 has no curvature */
    double raised = 1.0 + spread;
    s->along = s->fx / sd * sqrt(spread);
    s->along2 = s->along * s->along;
    s->bent = bent * spread;
    s->bent2 = s->bent * s->bent;
    /* a corner has no parabola: what has the term's own third cumulant stands for it */
    double cubic = law->kinked ? cbrt(s->fff / 8.0) : bent;
    s->own3 = cubic * cubic * cubic;
    s->p3 = s->own3 * raised * raised * raised;
    s->p2s = s->own3 * raised * raised * spread;
    s->p1s = cubic * cubic * raised * spread;
    s->p0s = cubic * spread;
}

static shift__law_sums cell_sums(const shift__law *law, const shift__law_cell *cell)
{
    const shift__pair *pair = law->pair;
    bool own = cell->gaps > 0.0; /* limits of training's own */
    double spread = own ? cell->gaps / (pair->gaps - cell->gaps)
                        : cell->rows / (pair->m + pair->n - cell->rows);
    node_list nodes;
    nodes.n = 0;
    if (own)
        nodes_of_gaps(law, cell->gaps, &nodes);
    else
        nodes_of_rows(law, cell->rows, &nodes);
    double f[MOST_NODES];
    for (size_t i = 0; i < nodes.n; i++) {
        double in_train = own ? cell->rows : cell->rows - nodes.x[i];
        f[i] = law->term(pair, in_train / pair->m, nodes.x[i] / pair->n);
    }
    double x4 = 0.0;
    shift__law_sums s = cumulants(&nodes, f, &x4);
    if (s.xx > 0.0)
        find_parts(law, spread, x4, &s);
    return s;
}

static void add_sums(shift__law_sums *to, const shift__law_sums *from)
{
    double *a = &to->f;
    const double *b = &from->f;
    for (size_t i = 0; i < sizeof *to / sizeof(double); i++)
        a[i] += b[i];
}

void shift__law_init(shift__law *law, const shift__pair *pair, shift__term *term, bool kinked)
{
    memset(law, 0, sizeof *law);
    law->pair = pair;
    law->term = term;
    law->kinked = kinked;
}

static void add_cell(shift__law *law, shift__law_cell cell)
{
    size_t place = (size_t)fmod(cell.rows + floor(cell.gaps), SHIFT__LAW_KNOWN);
    shift__law_cell *known = &law->known[place].cell;
    if (known->rows != cell.rows || known->gaps != cell.gaps) {
        *known = cell;
        law->known[place].of = cell_sums(law, &cell);
    }
    add_sums(&law->sums, &law->known[place].of);
}

void shift__law_add(shift__law *law, double rows)
{
    law->cells++;
    if (rows > 0.0 && rows < law->pair->m + law->pair->n) /* else there is no choice */
        add_cell(law, (shift__law_cell){rows, 0.0});
}

void shift__law_add_between(shift__law *law, double in_train, double gaps)
{
    law->cells++;
    if (gaps < law->pair->gaps)
        add_cell(law, (shift__law_cell){in_train, gaps});
}

shift__null_law shift__law_moments(const shift__law *law)
{
    const shift__law_sums *s = &law->sums;
    double b = s->xx > 0.0 ? s->fx / s->xx : 0.0;
    double variance =
        s->ff - (s->along * s->along - s->along2) + 2.0 * (s->bent * s->bent - s->bent2);
    double third =
        s->fff - b * (3.0 * s->ffx - b * (3.0 * s->fxx - b * s->xxx)) +
        8.0 * (s->p3 - 3.0 * s->p2s + 3.0 * s->p0s * s->p1s - s->p0s * s->p0s * s->p0s - s->own3);
    double least = 1e-12 * s->ff; /* nothing but rounding is left */
    if (!(variance > least))
        return (shift__null_law){s->f, 0.0, 0.0};
    return (shift__null_law){s->f, variance, third / (variance * sqrt(variance))};
}

shift__tail shift__law_tail(const shift__law *law, double observed)
{
    if (law->cells < 2)
        return shift__tail_of(1.0);
    shift__null_law moments = shift__law_moments(law);
    return shift__tail_of_choices(shift__tail_above(observed, &moments), law->pair->m,
                                  law->pair->n);
}

shift__tail shift__law_of_cells(const shift__pair *pair, shift__term *term, bool kinked,
                                double observed)
{
    double least = 2.0 * pair->rank_error * (pair->m + pair->n);
    shift__law law;
    shift__law_init(&law, pair, term, kinked);
    for (size_t i = 0; i < pair->n_cells; i++) {
        double rows = (double)pair->train_cells[i] + (double)pair->prod_cells[i];
        if (rows < least)
            return shift__tail_none();
        if (pair->numeric && pair->cell_gaps[i] > 0.0)
            shift__law_add_between(&law, (double)pair->train_cells[i], pair->cell_gaps[i]);
        else
            shift__law_add(&law, rows);
    }
    if (!pair->numeric && !pair->exact)
        return shift__tail_none();
    return observed > 0.0 ? shift__law_tail(&law, observed) : shift__tail_of(1.0);
}
