/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Average run lengths of control charts on normal values, from their integral equations by Gauss
 * and Legendre's rule, and the limits that have a given one. */
#include <math.h>
#include <stdbool.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_randist.h>

#include "shift/change.h"

#include "core/null.h"

enum { NODES = 80 };

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

/* The rows of the system: the nodes, then the place 0 from which a chart starts. */
static double fill_and_solve(const chart *c, bool cusum, const gsl_integration_glfixed_table *rule,
                             gsl_matrix *m, gsl_vector *right, gsl_permutation *order)
{
    double x[NODES + 1];
    double w[NODES + 1];
    int sign = 0;
    x[NODES] = w[NODES] = 0;
    for (size_t i = 0; i < NODES; i++)
        (void)gsl_integration_glfixed_point(c->low, c->high, i, &x[i], &w[i], rule);
    for (size_t i = 0; i <= NODES; i++) {
        for (size_t k = 0; k <= NODES; k++) {
            double value = i == k;
            if (k < NODES)
                value -= w[k] * (cusum ? cusum_density : ewma_density)(c, x[k], x[i]);
            else if (cusum)
                value -= cusum_atom(c, x[i]);
            gsl_matrix_set(m, i, k, value);
        }
        gsl_vector_set(right, i, 1);
    }
    if (gsl_linalg_LU_decomp(m, order, &sign) != 0 || gsl_linalg_LU_svx(m, order, right) != 0)
        return (double)NAN;
    return gsl_vector_get(right, NODES);
}

static double solve(const chart *c, bool cusum)
{
    double length = (double)NAN;
    gsl_integration_glfixed_table *rule = gsl_integration_glfixed_table_alloc(NODES);
    gsl_matrix *m = gsl_matrix_alloc(NODES + 1, NODES + 1);
    gsl_vector *right = gsl_vector_alloc(NODES + 1);
    gsl_permutation *order = gsl_permutation_alloc(NODES + 1);
    if (rule != NULL && m != NULL && right != NULL && order != NULL)
        length = fill_and_solve(c, cusum, rule, m, right, order);
    gsl_permutation_free(order);
    gsl_vector_free(right);
    gsl_matrix_free(m);
    gsl_integration_glfixed_table_free(rule);
    return length;
}

/* Both sides: the rates of alarms add up (Kemp 1961). */
double shift_run_length_cusum(double slack, double limit, double shift)
{
    const chart up = {0, limit, slack, 1, shift};
    const chart down = {0, limit, slack, 1, -shift};
    if (!(slack >= 0) || !(limit > 0) || !isfinite(shift))
        return (double)NAN;
    double above = solve(&up, true);
    double below = shift != 0 ? solve(&down, true) : above;
    return 1 / (1 / above + 1 / below);
}

double shift_run_length_ewma(double weight, double limit, double shift)
{
    if (!(weight > 0 && weight <= 1) || !(limit > 0) || !isfinite(shift))
        return (double)NAN;
    double half = limit * sqrt(weight / (2 - weight));
    const chart c = {-half, half, 0, weight, shift};
    return solve(&c, false);
}

/* The run length that is wanted of a chart, and what is known: it is below at the limit `low`, not
 * at `high`, and its logarithms over the wanted one's are there. */
typedef struct search {
    double (*length)(double parameter, double limit, double shift);
    double parameter, run_length;
    double low, high, log_low, log_high;
} search;

static bool is_below(search *s, double limit)
{
    if (limit <= s->low || limit >= s->high)
        return limit <= s->low;
    double length = s->length(s->parameter, limit, 0);
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
static double limit_for(double (*length)(double, double, double), double parameter,
                        double run_length)
{
    search s = {length, parameter, run_length, 0.01, 1000, -(double)INFINITY, 0};
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
    *limits = (shift_change_limits){
        .size = sizeof *limits,
        .cusum_slack = 0.5,
        .page_slack = 0.25,
        .ewma_weight = 0.1,
        .adwin_level = 1 / run_length,
    };
    limits->cusum_limit = limit_for(shift_run_length_cusum, limits->cusum_slack, run_length);
    limits->page_limit = limit_for(shift_run_length_cusum, limits->page_slack, run_length);
    limits->ewma_limit = limit_for(shift_run_length_ewma, limits->ewma_weight, run_length);
    return SHIFT_OK;
}
