/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What several statistics share of one training and one production distribution, computed once. */
#ifndef SHIFT_COMPARE_PAIR_H
#define SHIFT_COMPARE_PAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compare/conditional.h"
#include "shift/distribution.h"
#include "shift/error.h"

/* docs/methods.md: deciles of training, and shares of 0 that enter a logarithm */
enum { SHIFT__BINS = 10 };
#define SHIFT__ZERO_SHARE 1e-4

/** Over the pooled values: sums of a score times m n (q - p), in which equal shares give exactly 0,
 * and of the score squared and cubed. */
typedef struct shift__score_sums {
    double gaps, squares, cubes;
} shift__score_sums;

typedef struct shift__pair {
    const shift_distribution *train, *prod;
    bool numeric;
    double m, n; /* numbers of values */

    /* Numeric: the distinct values of both sides, ascending, and how many values of each side are
     * <= each. Tied blocks are the steps of these arrays. */
    size_t n_pooled;
    double *pooled;
    uint64_t *train_below, *prod_below;

    /* The cells that binned statistics work on: decile bins, or the union of the categories. No
     * cell is empty on both sides. */
    size_t n_cells;
    uint64_t *train_cells, *prod_cells;
    size_t n_edges;
    double edges[SHIFT__BINS - 1];
    /* Of the gaps before, between and behind the values of training, those that a bin has; 0 where
     * its limits lie on values that so many rows share that they stay where they are, and for
     * sketches. */
    double gaps, cell_gaps[SHIFT__BINS];

    /* Integral of |F_train - F_prod|, how much of it is noise where the two do not differ beyond
     * theirs, and its variance. The same of 2 (F_train - F_prod)^2. */
    double area, area_bias, area_variance, area_sketched;
    double energy, energy_bias, energy_variance;
    shift__null_law area_law, energy_law;
    double half_range; /* of the pooled values */

    shift__score_sums normal_scores, squared_scores;
    /* Of the differences of skewness and kurtosis */
    double skewness_variance, kurtosis_variance;
    double skewness_unseen, kurtosis_unseen; /* what the samples may have missed of them */

    double rank_error;    /* of both sides together */
    double rank_variance; /* of the gap of the two functions at one point, due to sketches */
    bool exact;           /* every value, or every category, is known */
    size_t n_counted;     /* cells that are categories; behind them is what has no counter */
} shift__pair;

/** The two must be of kinds that agree: both numbers or both text. */
SHIFT_CHECKED shift_status shift__pair_new(shift__pair **out, const shift_distribution *train,
                                           const shift_distribution *prod, shift_error *err);
void shift__pair_free(shift__pair *pair); /* NULL is allowed */

/** Share of cell `i` on either side. */
static inline double shift__pair_p(const shift__pair *pair, size_t i)
{
    return (double)pair->train_cells[i] / pair->m;
}

static inline double shift__pair_q(const shift__pair *pair, size_t i)
{
    return (double)pair->prod_cells[i] / pair->n;
}

/** The same with shares of exactly 0 replaced, for statistics that take logarithms. */
static inline double shift__share_floor(double share)
{
    return share > 0.0 ? share : SHIFT__ZERO_SHARE;
}

/** F_train - F_prod at pooled value `i`. Equal shares give exactly 0. */
static inline double shift__pair_gap(const shift__pair *pair, size_t i)
{
    return (double)pair->train_below[i] / pair->m - (double)pair->prod_below[i] / pair->n;
}

#endif
