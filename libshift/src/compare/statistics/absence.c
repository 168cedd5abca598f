/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Share of production rows in categories that training does not have, and share of training's in
 * those that production does not have. The p-value is a bound given
 * the pooled counts c_j: without a shift, category j is absent from training with the
 * hypergeometric probability h_j that all of its rows are production's. These absences are
 * negatively associated (Joag-Dev & Proschan 1983, Ann. Statist. 11), so Chernoff's bound for
 * independent ones holds for the number of rows in absent categories,
 *     ln p = min over t >= 0 of sum ln(1 - h_j + h_j exp(t c_j)) - t * observed.
 */
#include "compare/statistics/absence.h"

#include <stdlib.h>

#include "compare/conditional.h"
#include "compare/interval.h"
#include "core/memory.h"

/* Categories with equal pooled counts */
typedef struct equals {
    double count, categories, log_h;
} equals;

static int compare_equals(const void *a, const void *b)
{
    double x = ((const equals *)a)->count;
    double y = ((const equals *)b)->count;
    return (x > y) - (x < y);
}

/* ln of the probability that all `count` rows of a category are among production's n */
static double log_absent(double count, double m, double n)
{
    if (count > n)
        return -(double)INFINITY;
    if (count > 64.0)
        return shift__log_factorial(n) - shift__log_factorial(n - count) +
               shift__log_factorial(m + n - count) - shift__log_factorial(m + n);
    double sum = 0.0;
    for (int i = 0; i < (int)count; i++)
        sum += log1p(-m / (m + n - i));
    return sum;
}

static size_t group(const shift__pair *pair, bool from_train, equals *out)
{
    double m = from_train ? pair->m : pair->n;
    double n = from_train ? pair->n : pair->m;
    for (size_t i = 0; i < pair->n_cells; i++)
        out[i] = (equals){(double)pair->train_cells[i] + (double)pair->prod_cells[i], 1.0, 0.0};
    qsort(out, pair->n_cells, sizeof *out, compare_equals);
    size_t kept = 0;
    for (size_t i = 0; i < pair->n_cells; i++) {
        if (kept > 0 && out[kept - 1].count == out[i].count)
            out[kept - 1].categories += 1.0;
        else
            out[kept++] = out[i];
    }
    for (size_t i = 0; i < kept; i++)
        out[i].log_h = log_absent(out[i].count, m, n);
    return kept;
}

/* The sum of the bound and, in *slope, its derivative by t, the tilted mean */
static double cumulant(const equals *groups, size_t n, double t, double *slope)
{
    double value = 0.0;
    *slope = 0.0;
    for (size_t i = 0; i < n; i++) {
        const equals *g = &groups[i];
        double raised = g->log_h + t * g->count;
        double present = -expm1(g->log_h);
        bool sure = raised > 600.0;
        double odds = sure ? 0.0 : exp(raised);
        value += g->categories * (sure ? raised : log(present + odds));
        *slope += g->categories * g->count * (sure ? 1.0 : odds / (present + odds));
    }
    return value;
}

/* Any t gives a bound, so the best one need not be found to the last digit. */
static shift__tail absence_tail(const equals *groups, size_t n, double observed)
{
    double slope = 0.0;
    (void)cumulant(groups, n, 0.0, &slope);
    if (slope >= observed)
        return shift__tail_of(1.0);
    double enough = observed * (1.0 - 1e-12);
    double low = 0.0;
    double high = 1e-9;
    double value = cumulant(groups, n, high, &slope);
    while (slope < enough && high < 1e4) {
        low = high;
        high *= 4.0;
        value = cumulant(groups, n, high, &slope);
    }
    double best = value - high * observed;
    for (int i = 0; i < 20; i++) {
        double middle = 0.5 * (low + high);
        value = cumulant(groups, n, middle, &slope);
        best = fmin(best, value - middle * observed);
        if (slope < observed)
            low = middle;
        else
            high = middle;
    }
    return shift__tail_of_log(best);
}

/* What has no counter may be new or not, and what is not among the other side's may have been there
 * without one. */
static void allow_for_uncounted(const shift_distribution *here, const shift_distribution *away,
                                double count, shift__estimate *out)
{
    double rows = (double)here->n;
    double uncounted =
        (double)here->other; /* they are in the count where all of away's are known */
    bool known = away->other == 0;
    double least = known ? fmax(count - uncounted, 0.0) : 0.0;
    double most = known ? count : fmin(count + uncounted, rows);
    out->low = shift__interval_share(least, rows).low;
    out->high = shift__interval_share(most, rows).high;
}

shift_status shift__absence_measure(const shift__pair *pair, bool from_train, shift__estimate *out,
                                    shift_error *err)
{
    *out = shift__undefined(shift__too_few(pair, 1));
    if (out->reason != NULL)
        return SHIFT_OK;
    const uint64_t *there = from_train ? pair->prod_cells : pair->train_cells;
    const uint64_t *lacking = from_train ? pair->train_cells : pair->prod_cells;
    double rows = from_train ? pair->n : pair->m;
    double count = 0.0;
    for (size_t i = 0; i < pair->n_cells; i++)
        if (lacking[i] == 0)
            count += (double)there[i];
    *out = shift__value(count / rows);
    shift__range range = shift__interval_share(count, rows);
    out->low = range.low;
    out->high = range.high;
    if (!pair->exact) {
        allow_for_uncounted(from_train ? pair->prod : pair->train,
                            from_train ? pair->train : pair->prod, count, out);
        return SHIFT_OK;
    }
    equals *groups = NULL;
    shift_status status = shift__alloc(&groups, pair->n_cells, sizeof *groups, err);
    if (status != SHIFT_OK)
        return status;
    out->tail = count > 0.0 ? absence_tail(groups, group(pair, from_train, groups), count)
                            : shift__tail_of(1.0);
    free(groups);
    return SHIFT_OK;
}
