/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Average run lengths of control charts on normal values, from their integral equations by Gauss
 * and Legendre's rule, and the limits that have a given one. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "shift/change.h"

#include "core/memory.h"
#include "core/null.h"
#include "monitor/legendre.h"

/* Of the equations: the nodes, then the place 0 from which a chart starts, then the right side. */
enum {
    NODES = SHIFT__LEGENDRE_NODES,
    RIGHT = NODES + 1,
    COLUMNS = NODES + 2,
    CELLS = (NODES + 1) * COLUMNS
};

/* A chart's equation: L(s) = 1 + atom(s) L(0) + integral of L(y) density(y, s) over low..high. */
typedef struct chart {
    double low, high;
    double slack, weight, shift;
} chart;

static double cusum_density(const chart *c, double y, double s)
{
    return gsl_ran_ugaussian_pdf(y - s + c->slack - c->shift);
}

static double ewma_density(const chart *c, double y, double s)
{
    return gsl_ran_ugaussian_pdf((y - (1 - c->weight) * s) / c->weight - c->shift) / c->weight;
}

/* The probability that a one-sided sum falls back to 0. */
static double cusum_atom(const chart *c, double s)
{
    return gsl_cdf_ugaussian_P(c->slack - c->shift - s);
}

static void fill(const chart *c, bool cusum, double *m)
{
    double x[NODES + 1];
    double w[NODES + 1];
    double half = (c->high - c->low) / 2;
    double middle = (c->low + c->high) / 2;
    x[NODES] = w[NODES] = 0;
    for (size_t i = 0; i < NODES / 2; i++) {
        size_t below = NODES / 2 - 1 - i;
        size_t above = NODES / 2 + i;
        x[below] = middle - half * shift__legendre[i][0];
        x[above] = middle + half * shift__legendre[i][0];
        w[below] = w[above] = half * shift__legendre[i][1];
    }
    for (size_t i = 0; i <= NODES; i++) {
        double *row = m + i * COLUMNS;
        for (size_t k = 0; k <= NODES; k++) {
            row[k] = i == k;
            if (k < NODES)
                row[k] -= w[k] * (cusum ? cusum_density : ewma_density)(c, x[k], x[i]);
            else if (cusum)
                row[k] -= cusum_atom(c, x[i]);
        }
        row[RIGHT] = 1;
    }
}

static void swap_rows(double *a, double *b)
{
    for (size_t k = 0; k < COLUMNS; k++) {
        double kept = a[k];
        a[k] = b[k];
        b[k] = kept;
    }
}

/* The last unknown by Gauss' elimination with the largest pivots; NaN where the rows depend on each
 * other. gsl_linalg_LU_decomp() allocates, see legendre.h. */
static double eliminate(double *m)
{
    for (size_t j = 0; j < NODES + 1; j++) {
        double *top = m + j * COLUMNS;
        double *largest = top;
        for (double *row = top; row < m + CELLS; row += COLUMNS)
            if (fabs(row[j]) > fabs(largest[j]))
                largest = row;
        swap_rows(top, largest);
        if (top[j] == 0)
            return (double)NAN;
        double inverse = 1 / top[j];
        for (double *row = top + COLUMNS; row < m + CELLS; row += COLUMNS) {
            double factor = row[j] * inverse;
            for (size_t k = j + 1; k < COLUMNS; k++)
                row[k] -= factor * top[k];
        }
    }
    return m[CELLS - 1] / m[CELLS - 2];
}

static double solve(const chart *c, bool cusum, double *m)
{
    fill(c, cusum, m);
    return eliminate(m);
}

/* Both sides: the rates of alarms add up (Kemp 1961). */
static double cusum_length(double slack, double limit, double shift, double *m)
{
    const chart up = {0, limit, slack, 1, shift};
    const chart down = {0, limit, slack, 1, -shift};
    if (!(slack >= 0) || !(limit > 0) || !isfinite(shift))
        return (double)NAN;
    double above = solve(&up, true, m);
    double below = shift != 0 ? solve(&down, true, m) : above;
    return 1 / (1 / above + 1 / below);
}

static double ewma_length(double weight, double limit, double shift, double *m)
{
    if (!(weight > 0 && weight <= 1) || !(limit > 0) || !isfinite(shift))
        return (double)NAN;
    double half = limit * sqrt(weight / (2 - weight));
    const chart c = {-half, half, 0, weight, shift};
    return solve(&c, false, m);
}

/* The length of a chart, and memory for its equations. */
typedef double length_of(double parameter, double limit, double shift, double *m);

static double length_once(length_of *length, double parameter, double limit, double shift)
{
    double *m = NULL;
    if (shift__alloc(&m, CELLS, sizeof *m, NULL) != SHIFT_OK)
        return (double)NAN;
    double found = length(parameter, limit, shift, m);
    free(m);
    return found;
}

double shift_run_length_cusum(double slack, double limit, double shift)
{
    return length_once(cusum_length, slack, limit, shift);
}

double shift_run_length_ewma(double weight, double limit, double shift)
{
    return length_once(ewma_length, weight, limit, shift);
}

/* The run length that is wanted of a chart, and what is known: it is below at the limit `low`, not
 * at `high`, and its logarithms over the wanted one's are there. */
typedef struct search {
    length_of *length;
    double *m;
    double parameter, run_length;
    double low, high, log_low, log_high;
} search;

static bool is_below(search *s, double limit)
{
    if (limit <= s->low || limit >= s->high)
        return limit <= s->low;
    double length = s->length(s->parameter, limit, 0, s->m);
    bool below = length < s->run_length;
    *(below ? &s->low : &s->high) = limit;
    *(below ? &s->log_low : &s->log_high) = log(length / s->run_length);
    return below;
}

/* The logarithm is nearly a line: where it meets 0, and a little to either side. */
static void narrow(search *s)
{
    double last = 0;
    for (int i = 0; i < 6 && isfinite(s->log_low) && s->log_high > s->log_low; i++) {
        double limit = s->low - s->log_low * (s->high - s->low) / (s->log_high - s->log_low);
        (void)is_below(s, limit);
        if (fabs(limit - last) < 1e-10 * limit) {
            (void)is_below(s, limit * (1 - 1e-9));
            (void)is_below(s, limit * (1 + 1e-9));
            break;
        }
        last = limit;
    }
}

/* The limit of a given run length, which grows with it. Halved 50 times at most; of most middles
 * it is known on which side they are. */
static double limit_for(length_of *length, double parameter, double run_length, double *m)
{
    search s = {length, NULL, parameter, run_length, 0.01, 1000, -(double)INFINITY, 0};
    s.m = m;
    double low = s.low;
    double high = 1;
    while (high < 1000 && is_below(&s, high))
        high *= 1.5;
    if (s.high < 1000)
        narrow(&s);
    for (int i = 0; i < 50 && high - low > 1e-9 * high; i++) {
        double middle = (low + high) / 2;
        if (is_below(&s, middle))
            low = middle;
        else
            high = middle;
    }
    return high;
}

shift_status shift_change_limits_set(shift_change_limits *limits, double run_length,
                                     shift_error *err)
{
    if (SHIFT__ANY_NULL(err, limits))
        return SHIFT_EINVAL;
    if (!(run_length >= 2 && run_length <= 1e9))
        return shift_error_set(err, SHIFT_EINVAL, "a run length is from 2 to 1e9, not %g",
                               run_length);
    double *m = NULL;
    shift_status status = shift__alloc(&m, CELLS, sizeof *m, err);
    if (status != SHIFT_OK)
        return status;
    *limits = (shift_change_limits){
        .size = sizeof *limits,
        .cusum_slack = 0.5,
        .page_slack = 0.25,
        .ewma_weight = 0.1,
        .adwin_level = 1 / run_length,
    };
    limits->cusum_limit = limit_for(cusum_length, limits->cusum_slack, run_length, m);
    limits->page_limit = limit_for(cusum_length, limits->page_slack, run_length, m);
    limits->ewma_limit = limit_for(ewma_length, limits->ewma_weight, run_length, m);
    free(m);
    return SHIFT_OK;
}
