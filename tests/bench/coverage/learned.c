/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A rule is learned from samples of half the rows, cell by cell, and judged on the populations.
 * This draws what the library computes without drawing, and knows nothing of how. */
#include "learned.h"

#include <math.h>
#include <string.h>

enum { DRAWS = 100, MOST_CELLS = 64 };

typedef struct shares {
    size_t n;
    double of[2][MOST_LEVELS];
} shares;

/* Quantiles of the pool, as many as the library makes */
static size_t lay_edges(const shift__pair *pair, double *edges)
{
    double total = pair->m + pair->n;
    double cells = fmin(fmax(floor(2.0 * cbrt(fmin(pair->m, pair->n))), 2.0), MOST_CELLS);
    size_t n = 0;
    for (size_t i = 0; i + 1 < pair->n_pooled; i++) {
        double below = (double)(pair->train_below[i] + pair->prod_below[i]);
        double before = i > 0 ? (double)(pair->train_below[i - 1] + pair->prod_below[i - 1]) : 0.0;
        if (floor(below * cells / total) > floor(before * cells / total))
            edges[n++] = pair->pooled[i];
    }
    return n;
}

static void share_out(const shift_distribution *d, const double *edges, size_t n, double *out)
{
    double below = 0.0;
    for (size_t i = 0; i <= n; i++) {
        double upto = i < n ? shift_distribution_cdf(d, edges[i]) : 1.0;
        out[i] = upto - below;
        below = upto;
    }
}

static void count_levels(const shift_distribution *d, double *out)
{
    memset(out, 0, MOST_LEVELS * sizeof *out);
    for (size_t i = 0; i < d->n_categories; i++) {
        const char *digits = d->categories[i].text + 1;
        int level = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
        out[level] = (double)d->categories[i].count / (double)d->n;
    }
}

static void shares_of(value_form form, const shift_distribution *const d[2], const double *edges,
                      size_t n_edges, shares *out)
{
    out->n = form == NUMBERS ? n_edges + 1 : MOST_LEVELS;
    for (int k = 0; k < 2; k++) {
        if (form == NUMBERS)
            share_out(d[k], edges, n_edges, out->of[k]);
        else
            count_levels(d[k], out->of[k]);
    }
}

static void judge(const shares *learned, const shares *truth, double *taken)
{
    for (size_t i = 0; i < learned->n; i++) {
        double gap = learned->of[1][i] - learned->of[0][i];
        double share = gap > 0.0 ? 1.0 : gap < 0.0 ? 0.0 : 0.5;
        taken[0] += share * truth->of[0][i] / DRAWS;
        taken[1] += share * truth->of[1][i] / DRAWS;
    }
}

double learned_mcc(value_form form, const population_side sides[2], size_t m, size_t n,
                   const shift__pair *whole, shift__random *random)
{
    double edges[MOST_CELLS];
    double taken[2] = {0.0, 0.0};
    const size_t rows[2] = {m, n};
    const shift_distribution *populations[2] = {whole->train, whole->prod};
    for (int draw = 0; draw < DRAWS; draw++) {
        drawn_sample all[2];
        drawn_sample half[2];
        for (int k = 0; k < 2; k++) {
            sample_new(&all[k], &sides[k], form, rows[k], false, random);
            sample_new(&half[k], &sides[k], form, rows[k] / 2, false, random);
        }
        shift__pair *pair = NULL;
        size_t n_edges = 0;
        if (form == NUMBERS &&
            shift__pair_new(&pair, &all[0].view, &all[1].view, NULL) == SHIFT_OK && pair != NULL)
            n_edges = lay_edges(pair, edges);
        shares learned;
        shares truth;
        const shift_distribution *halves[2] = {&half[0].view, &half[1].view};
        shares_of(form, halves, edges, n_edges, &learned);
        shares_of(form, populations, edges, n_edges, &truth);
        judge(&learned, &truth, taken);
        shift__pair_free(pair);
        for (int k = 0; k < 2; k++) {
            sample_free(&all[k]);
            sample_free(&half[k]);
        }
    }
    double sum = taken[0] + taken[1];
    return sum > 0.0 ? (taken[1] - taken[0]) / sqrt(sum * (2.0 - sum)) : 0.0;
}
