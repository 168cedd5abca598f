/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Permutation tests on a symmetric matrix of two samples' rows, such as a kernel: the same random
 * labellings serve several matrices. */
#ifndef SHIFT_COMPARE_JOINT_LABELS_H
#define SHIFT_COMPARE_JOINT_LABELS_H

#include <stddef.h>
#include <stdint.h>

#include "compare/joint/subset.h"
#include "core/pool.h"
#include "shift/error.h"

/** m of m + n rows are called training. The first labelling is the observed one: the first m. */
typedef struct shift__labels {
    size_t m, n;
    size_t count, blocks; /* labellings; blocks of SHIFT__SUBSETS of them */
    uint32_t *masks;      /* one block after the other, see subset.h */
} shift__labels;

/** What is to be drawn. */
typedef struct shift__labelling {
    size_t m, n, permutations;
    uint64_t seed;
} shift__labelling;

SHIFT_CHECKED shift_status shift__labels_new(shift__labels **out, const shift__labelling *what,
                                             shift__pool *pool, shift_error *err);
void shift__labels_free(shift__labels *labels); /* NULL is allowed */

/** Sums over pairs of different rows: both in training, both in production, one of each; and over
 * the diagonal. */
typedef struct shift__pair_sums {
    double train, prod, cross;
    double train_diagonal, prod_diagonal;
} shift__pair_sums;

/** What is compared between labellings: larger means further apart. */
typedef double shift__pair_statistic(double m, double n, const shift__pair_sums *sums);
/** Mean of the pairs in training, plus that in production, minus twice that across. */
shift__pair_statistic shift__pairs_unbiased;
/** The same with the diagonal. */
shift__pair_statistic shift__pairs_biased;
/** The negative of the biased one, for distances. */
shift__pair_statistic shift__pairs_distance;

/** A symmetric matrix: below its diagonal, and on it (NULL for zeros). */
typedef struct shift__pair_matrix {
    shift__triangle below;
    const double *diagonal;
} shift__pair_matrix;

/** (k + 1) / (permutations + 1), k the random labellings at least as far apart as the observed one.
 */
SHIFT_CHECKED shift_status shift__labels_p_value(const shift__labels *labels,
                                                 const shift__pair_matrix *matrix,
                                                 shift__pair_statistic *statistic,
                                                 shift__pool *pool, double *p, shift_error *err);

#endif
