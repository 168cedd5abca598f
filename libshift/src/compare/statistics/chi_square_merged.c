/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The chi-square test that decides: Pearson's X^2 of a table in which rare categories share a cell.
 * Which are rare follows from the pooled counts alone, so the choice does not bias the test. The
 * p-value is that of the gamma law which has the permutation mean and variance of X^2 given both
 * margins (Dawson 1954, Biometrika 41); where all counts are large that is the chi-square law.
 */
#include "compare/conditional.h"
#include "compare/statistics/contingency.h"
#include "compare/statistics/statistic.h"
#include "compare/sum.h"

static const double least_expected = 5.0; /* on the smaller side */

/* X^2 of the merged table and what its law needs */
typedef struct merged_table {
    double m, n;
    double cells;
    shift__sum gaps;     /* sum of (p - q)^2 / total */
    shift__sum inverses; /* sum of 1 / total */
} merged_table;

static void add_merged(merged_table *t, double in_train, double in_prod)
{
    double total = in_train + in_prod;
    double gap = in_train / t->m - in_prod / t->n;
    t->cells += 1.0;
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
    merged_table t = {pair->m, pair->n, 0.0, {0.0, 0.0}, {0.0, 0.0}};
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

static shift__tail merged_tail(const merged_table *t, double x2)
{
    double total = t->m + t->n;
    double c = t->cells;
    double w_sides = (total / t->m * (total / t->n) - 4.0) / (total - 2.0);
    double w_cells = (total * shift__sum_value(&t->inverses) - c * c) / (total - 2.0);
    double v_sides = (total - 2.0) / (total - 1.0);
    double v_cells = (c - 1.0) * (total - c) / (total - 1.0);
    double mean = (c - 1.0) * total / (total - 1.0);
    double variance = 2.0 * total / (total - 3.0) * (v_sides - w_sides) * (v_cells - w_cells) +
                      total * total / (total - 1.0) * w_sides * w_cells;
    if (!(variance > 0.0))
        return shift__tail_of(1.0);
    return shift__tail_gamma(x2 * mean / variance, mean * mean / variance, true);
}

/* Too few rows for two cells: the commonest category against all others, exactly */
static void compare_commonest(const shift__pair *pair, shift__estimate *out)
{
    size_t best = 0;
    for (size_t i = 1; i < pair->n_cells; i++)
        if (pooled_count(pair, i) > pooled_count(pair, best))
            best = i;
    merged_table t = {pair->m, pair->n, 0.0, {0.0, 0.0}, {0.0, 0.0}};
    double in_train = (double)pair->train_cells[best];
    double in_prod = (double)pair->prod_cells[best];
    add_merged(&t, in_train, in_prod);
    add_merged(&t, pair->m - in_train, pair->n - in_prod);
    *out = shift__value(pair->m * pair->n * shift__sum_value(&t.gaps));
    out->tail = shift__tail_fisher(in_train, pair->m, in_prod, pair->n);
}

/*
 * Some categories had no counter, and the others' counts may be too low by up to their error: each
 * share comes as near to the other side's as that allows. What has no counter is left out.
 */
static void compare_counted(const shift__pair *pair, double least, shift__estimate *out)
{
    size_t counted = pair->n_cells - (pair->train->other + pair->prod->other > 0);
    double train_slack = (double)pair->train->category_error / pair->m;
    double prod_slack = (double)pair->prod->category_error / pair->n;
    shift__sum sum = {0.0, 0.0};
    double cells = 0.0;
    for (size_t i = 0; i < counted; i++) {
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
    if (t.cells < 2.0) {
        compare_commonest(pair, out);
        return SHIFT_OK;
    }
    *out = shift__value(pair->m * pair->n * shift__sum_value(&t.gaps));
    out->tail = merged_tail(&t, out->value);
    return SHIFT_OK;
}
