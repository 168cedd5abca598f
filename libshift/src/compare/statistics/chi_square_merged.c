/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The chi-square test that decides: Pearson's X^2 of a table in which rare categories share a cell.
 * Which are rare follows from the pooled counts alone, so the choice does not bias the test. The
 * p-value is that of Pearson's type III law with the first three moments of X^2 over all choices of
 * rows (Dawson 1954, Biometrika 41; Mielke & Berry 1985, J. Statist. Plann. Inference 12); where
 * all counts are large that is the chi-square law. Of two cells, of which one is rare, it is
 * Fisher's.
 */
#include "compare/conditional.h"
#include "compare/statistics/contingency.h"
#include "compare/statistics/statistic.h"
#include "compare/sum.h"

static const double least_expected = 5.0; /* on the smaller side */
static const double exact_below = 100.0;  /* the same, of the rarer of two cells */

/* X^2 of the merged table and what its law needs */
typedef struct merged_table {
    double m, n;
    double cells;
    double in_train, in_prod; /* the last cell */
    shift__sum gaps;          /* sum of (p - q)^2 / total */
    shift__sum inverses;      /* sum of 1 / total */
} merged_table;

static void add_merged(merged_table *t, double in_train, double in_prod)
{
    double total = in_train + in_prod;
    double gap = in_train / t->m - in_prod / t->n;
    t->cells += 1.0;
    t->in_train = in_train;
    t->in_prod = in_prod;
    shift__sum_add(&t->gaps, gap * gap / total);
    shift__sum_add(&t->inverses, 1.0 / total);
}

static double pooled_count(const shift__pair *pair, size_t i)
{
    return (double)pair->train_cells[i] + (double)pair->prod_cells[i];
}

/* Rare categories go into one cell; where that is rare too, the least of the others joins it. */
static merged_table merge_rare(const shift__pair *pair, double least)
{
    merged_table t = {pair->m, pair->n, 0.0, 0.0, 0.0, {0.0, 0.0}, {0.0, 0.0}};
    double in_train = 0.0;
    double in_prod = 0.0;
    size_t joins = SIZE_MAX;
    for (size_t i = 0; i < pair->n_cells; i++) {
        double total = pooled_count(pair, i);
        if (total < least) {
            in_train += (double)pair->train_cells[i];
            in_prod += (double)pair->prod_cells[i];
        } else if (joins == SIZE_MAX || total < pooled_count(pair, joins)) {
            joins = i;
        }
    }
    bool rare = in_train + in_prod > 0.0;
    if (!rare || in_train + in_prod >= least)
        joins = SIZE_MAX;
    if (joins != SIZE_MAX) {
        in_train += (double)pair->train_cells[joins];
        in_prod += (double)pair->prod_cells[joins];
    }
    for (size_t i = 0; i < pair->n_cells; i++)
        if (i != joins && pooled_count(pair, i) >= least)
            add_merged(&t, (double)pair->train_cells[i], (double)pair->prod_cells[i]);
    if (rare)
        add_merged(&t, in_train, in_prod);
    return t;
}

/*
 * Mean and variance are exact (Dawson 1954). The third cumulant is 8 (c - 1) and a term in 1 / N, a
 * quadratic form in the number of cells c and W = N sum 1 / total: its coefficients follow from the
 * binomial cumulants of a cell (Haldane 1937, Biometrika 29, for one sample) and from the two cases
 * in which the law is known, one cell and two. Small expectations make it matter: by mean and
 * variance alone, tails below 0.001 were too light by up to a factor of 2.
 */
static shift__null_law merged_law(const merged_table *t)
{
    double total = t->m + t->n;
    double c = t->cells;
    double w = total * shift__sum_value(&t->inverses);
    double w_sides = (total / t->m * (total / t->n) - 4.0) / (total - 2.0);
    double w_cells = (w - c * c) / (total - 2.0);
    double v_sides = (total - 2.0) / (total - 1.0);
    double v_cells = (c - 1.0) * (total - c) / (total - 1.0);
    double variance = 2.0 * total / (total - 3.0) * (v_sides - w_sides) * (v_cells - w_cells) +
                      total * total / (total - 1.0) * w_sides * w_cells;
    double v = t->m / total * (t->n / total);
    double few = (22.0 - 112.0 * v) * w - (18.0 - 72.0 * v) * c * c - (36.0 - 192.0 * v) * c +
                 32.0 - 152.0 * v;
    double third = 8.0 * (c - 1.0) + few / (total * v);
    return (shift__null_law){(c - 1.0) * total / (total - 1.0), variance,
                             variance > 0.0 ? third / (variance * sqrt(variance)) : 0.0};
}

static shift__tail merged_tail(const merged_table *t, double x2)
{
    if (!(x2 > 0.0))
        return shift__tail_of(1.0); /* the fitted law may reach below 0 */
    double marked = t->in_train + t->in_prod;
    double total = t->m + t->n;
    double expected = fmin(marked, total - marked) * (fmin(t->m, t->n) / total);
    if (t->cells < 3.0 && expected < exact_below)
        return shift__tail_fisher(t->in_train, t->m, t->in_prod, t->n);
    shift__null_law law = merged_law(t);
    return shift__tail_of_choices(shift__tail_above(x2, &law), t->m, t->n);
}

/* Too few rows for two cells: the commonest category against all others */
static merged_table compare_commonest(const shift__pair *pair)
{
    size_t best = 0;
    for (size_t i = 1; i < pair->n_cells; i++)
        if (pooled_count(pair, i) > pooled_count(pair, best))
            best = i;
    merged_table t = {pair->m, pair->n, 0.0, 0.0, 0.0, {0.0, 0.0}, {0.0, 0.0}};
    add_merged(&t, (double)pair->train_cells[best], (double)pair->prod_cells[best]);
    add_merged(&t, pair->m - t.in_train, pair->n - t.in_prod);
    return t;
}

/*
 * Some categories had no counter, and the others' counts may be too low by up to their error: each
 * share comes as near to the other side's as that allows. What has no counter is left out.
 */
static void compare_counted(const shift__pair *pair, double least, shift__estimate *out)
{
    double train_slack = (double)pair->train->category_error / pair->m;
    double prod_slack = (double)pair->prod->category_error / pair->n;
    shift__sum sum = {0.0, 0.0};
    double cells = 0.0;
    for (size_t i = 0; i < pair->n_counted; i++) {
        double total = pooled_count(pair, i);
        if (total < least)
            continue;
        double gap = shift__pair_p(pair, i) - shift__pair_q(pair, i);
        double sure = fmax(fabs(gap) - (gap > 0.0 ? prod_slack : train_slack), 0.0);
        shift__sum_add(&sum, sure * sure / total);
        cells += 1.0;
    }
    *out = shift__value(pair->m * pair->n * shift__sum_value(&sum));
    out->tail = cells > 0.0 ? shift__tail_chi_square(out->value, cells) : shift__tail_of(1.0);
}

static double least_total(const shift__pair *pair)
{
    return least_expected * (pair->m + pair->n) / fmin(pair->m, pair->n);
}

size_t shift__merged_cells(const shift__pair *pair)
{
    return (size_t)merge_rare(pair, least_total(pair)).cells;
}

shift_status shift__statistic_chi_square_merged(const shift__pair *pair, shift__estimate *out,
                                                shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 1));
    if (out->reason == NULL && pair->n_cells < 2)
        out->reason = "one category only";
    if (out->reason != NULL)
        return SHIFT_OK;
    if (!pair->exact) {
        compare_counted(pair, least_total(pair), out);
        return SHIFT_OK;
    }
    merged_table t = merge_rare(pair, least_total(pair));
    if (t.cells < 2.0)
        t = compare_commonest(pair);
    *out = shift__value(pair->m * pair->n * shift__sum_value(&t.gaps));
    out->tail = merged_tail(&t, out->value);
    return SHIFT_OK;
}
