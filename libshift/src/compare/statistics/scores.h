/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two-sample linear rank tests (Hajek, Sidak & Sen 1999, Theory of Rank Tests, ch. 4). */
#ifndef SHIFT_COMPARE_SCORES_H
#define SHIFT_COMPARE_SCORES_H

#include "compare/statistics/statistic.h"

typedef enum shift__score {
    SHIFT__NORMAL_SCORE, /* z, for location (van der Waerden 1952) */
    SHIFT__SQUARED_SCORE /* z^2 - 1, for scale (Klotz 1962) */
} shift__score;

/** Fill the sums of both scores of a numeric pair. */
void shift__scores_measure(shift__pair *pair);

/** Value: mean score of production less that of training. Tail: its two-sided permutation law. */
void shift__score_test(const shift__pair *pair, shift__score score, shift__estimate *out);

#endif
