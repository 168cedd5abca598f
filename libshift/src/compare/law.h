/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The law of a sum over cells when nothing shifted. Given the rows that each cell has in all, every
 * choice of n of the m + n rows as production is equally likely, so that production's counts are
 * hypergeometric. Where a cell lies between quantiles of training, training's count is given
 * instead, and what varies is how many values of production fall into so many of the m + 1 gaps
 * between training's values: all are equally likely. The sum's first three moments follow from
 * those of each cell. */
#ifndef SHIFT_COMPARE_LAW_H
#define SHIFT_COMPARE_LAW_H

#include <stdbool.h>
#include <stddef.h>

#include "compare/conditional.h"
#include "compare/interval.h"
#include "compare/pair.h"

/** Sums of a cell's cumulants. f is its term, x its count of production, s^2 = T / (N - T), T being
 * its rows of N, or its gaps of m + 1: the counts of two cells have the correlation -s_i s_j. */
typedef struct shift__law_sums {
    double f, ff, fff, ffx, fxx, xxx, fx, xx;
    double along, along2;           /* of f's slope by x / sd(x), times s; the square of that */
    double bent, bent2;             /* of its curvature, times s^2; the square of that */
    double p3, p2s, p1s, p0s, own3; /* of the curvatures' cubic form */
} shift__law_sums;

/** Rows of both sides, or, where there are gaps, of training. */
typedef struct shift__law_cell {
    double rows, gaps;
} shift__law_cell;

enum { SHIFT__LAW_KNOWN = 64 };

typedef struct shift__law {
    const shift__pair *pair;
    shift__term *term;
    bool kinked; /* the term has a corner where the shares are equal */
    size_t cells;
    shift__law_sums sums;
    struct {
        shift__law_cell cell;
        shift__law_sums of;
    } known[SHIFT__LAW_KNOWN]; /* cells often have equal numbers of rows */
} shift__law;

void shift__law_init(shift__law *law, const shift__pair *pair, shift__term *term, bool kinked);
/** One more cell, which has `rows` rows in all. */
void shift__law_add(shift__law *law, double rows);
/** One more cell between values of training, which has `in_train` of them and so many of the gaps
 * before, between and behind them. */
void shift__law_add_between(shift__law *law, double in_train, double gaps);
/** The moments of the sum over the cells so far. */
shift__null_law shift__law_moments(const shift__law *law);
/** P(sum >= observed), by Pearson's type III law; 1 where only one cell was added. */
shift__tail shift__law_tail(const shift__law *law, double observed);

/** The same for the pair's own cells and a divergence that is 0 where all shares are equal. None
 * where categories had no counter, or a cell is no larger than the sketches' error. */
shift__tail shift__law_of_cells(const shift__pair *pair, shift__term *term, bool kinked,
                                double observed);

#endif
