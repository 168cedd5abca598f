/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Largest change of the share of one category. */
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "compare/conditional.h"
#include "compare/interval.h"
#include "compare/statistics/statistic.h"

/* How far apart the two shares of a category are at least, at a level for all categories at once */
static double sure_gap(const shift__pair *pair, size_t i)
{
    double beyond = 0.0125 / (double)pair->n_cells;
    shift__range p = shift__interval_share_at((double)pair->train_cells[i], pair->m, beyond);
    shift__range q = shift__interval_share_at((double)pair->prod_cells[i], pair->n, beyond);
    return fmax(q.low - p.high, p.low - q.high);
}

/* Bonferroni's bound over the exact chances of each category to change as much */
static shift__tail tail(const shift__pair *pair, double largest)
{
    enum { REMEMBERED = 64 }; /* thousands of rare categories have few different numbers of rows */
    double known_rows[REMEMBERED] = {0.0};
    double known[REMEMBERED] = {0.0};
    if (!(largest > 0.0))
        return shift__tail_of(1.0);
    double sum = 0.0;
    for (size_t i = 0; i < pair->n_cells; i++) {
        uint64_t rows = pair->train_cells[i] + pair->prod_cells[i];
        size_t place = rows % REMEMBERED;
        if (known_rows[place] != (double)rows) {
            known_rows[place] = (double)rows;
            known[place] = shift__chance_of_gap((double)rows, pair->m, pair->n, largest);
        }
        sum += known[place];
    }
    return shift__tail_of_choices(shift__tail_of(fmin(sum, 1.0)), pair->m, pair->n);
}

shift_status shift__statistic_l_infinity(const shift__pair *pair, shift__estimate *out,
                                         shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 1));
    if (out->reason != NULL)
        return SHIFT_OK;
    /* Every category gets a bound by its own deviation. The lower ones hold all at once, since it
     * is not known which category changed most; shares of 0 and of a few rows have deviations that
     * say nothing, so the exact bounds are asked where the normal ones see a change. */
    double once = SHIFT__Z;
    double all = gsl_cdf_ugaussian_Qinv(0.0125 / (double)pair->n_cells);
    double largest = 0.0;
    double low = 0.0;
    double high = 0.0;
    for (size_t i = 0; i < pair->n_counted; i++) {
        double p = shift__pair_p(pair, i);
        double q = shift__pair_q(pair, i);
        double gap = fabs(p - q);
        double deviation = sqrt(p * (1.0 - p) / pair->m + q * (1.0 - q) / pair->n);
        largest = fmax(largest, gap);
        if (gap - all * deviation > low)
            low = fmax(low, fmin(sure_gap(pair, i), gap - all * deviation));
        high = fmax(high, gap + once * deviation);
    }
    *out = shift__value(largest);
    /* a count may be too low by this much, and so the change too small or too large */
    double unsure = fmax((double)pair->train->category_error / pair->m,
                         (double)pair->prod->category_error / pair->n);
    out->low = fmax(low - unsure, 0.0);
    out->high = fmin(high + unsure, 1.0);
    if (pair->exact)
        out->tail = tail(pair, largest);
    return SHIFT_OK;
}
