/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mean: the sum of the cells', exact. Variance: the sum of the cells' and the covariances of the
 * terms' linear and quadratic parts, cov(z_i, z_j) = r and cov(z_i^2, z_j^2) = 2 r^2 with
 * r = -s_i s_j, a product, so that sums over pairs are products of sums. Third cumulant: the sum of
 * the cells' after a multiple of x has been taken off each term, which changes the sum by a
 * constant as all x add up to n, and what the quadratic parts add, 8 tr (A R)^3 with R the
 * correlations.
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

/* Many rows: normal up to the skewness (Cornish & Fisher 1937). The trapezoidal rule gives
 * integrals of smooth functions with the normal law to all digits; a corner wants closer nodes. */
static void normal_nodes(const shift__law *law, double rows, double variance, node_list *out)
{
    const shift__pair *pair = law->pair;
    double total = pair->m + pair->n;
    double step = law->kinked ? 0.1 : 0.8;
    double sd = sqrt(variance);
    double skewness = (1.0 - 2.0 * rows / total) * (1.0 - 2.0 * pair->n / total) / sd;
    double by_gap = pair->m * (pair->n / total); /* a sketch moves the shares as well */
    double spread = sqrt(variance + 2.0 * pair->rank_variance * by_gap * by_gap);
    int steps = (int)(6.0 / step);
    for (int i = 0; i < steps; i++) {
        double z = (i + 0.5) * step;
        double weight = exp(-0.5 * z * z);
        double middle = rows * (pair->n / total) + spread * skewness / 6.0 * (z * z - 1.0);
        add_node(out, fmax(middle - spread * z, 0.0), weight);
        add_node(out, fmin(middle + spread * z, fmin(rows, pair->n)), weight);
    }
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
static void find_parts(const shift__law *law, double rows, double x4, shift__law_sums *s)
{
    double sd = sqrt(s->xx);
    double skewness = s->xxx / (s->xx * sd);
    double norm = x4 / (s->xx * s->xx) - 1.0 - skewness * skewness;
    double across = s->fxx / s->xx - skewness * s->fx / sd;
    double bent = norm > 1e-6 ? across / norm : 0.0; /* a count of 0 or 1 has no curvature */
    double spread = rows / (law->pair->m + law->pair->n - rows);
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

static shift__law_sums cell_sums(const shift__law *law, double rows)
{
    const shift__pair *pair = law->pair;
    double total = pair->m + pair->n;
    double variance =
        rows * (pair->n / total) * (pair->m / total) * ((total - rows) / (total - 1.0));
    node_list nodes;
    nodes.n = 0;
    if (variance > 25.0)
        normal_nodes(law, rows, variance, &nodes);
    else
        count_nodes(pair, rows, &nodes);
    double f[MOST_NODES];
    for (size_t i = 0; i < nodes.n; i++)
        f[i] = law->term(pair, (rows - nodes.x[i]) / pair->m, nodes.x[i] / pair->n);
    double x4 = 0.0;
    shift__law_sums s = cumulants(&nodes, f, &x4);
    if (s.xx > 0.0)
        find_parts(law, rows, x4, &s);
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

void shift__law_add(shift__law *law, double rows)
{
    size_t place = (size_t)fmod(rows, SHIFT__LAW_KNOWN);
    law->cells++;
    if (!(rows > 0.0) || rows >= law->pair->m + law->pair->n)
        return; /* all rows */
    if (law->known[place].rows != rows) {
        law->known[place].rows = rows;
        law->known[place].of = cell_sums(law, rows);
    }
    add_sums(&law->sums, &law->known[place].of);
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
        shift__law_add(&law, rows);
    }
    if (!pair->numeric && !pair->exact)
        return shift__tail_none();
    return observed > 0.0 ? shift__law_tail(&law, observed) : shift__tail_of(1.0);
}
