/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Laws of tests that hold given the pooled values: every choice of n of the N pooled rows as the
 * production side is equally likely when nothing shifted. They need no assumption on the
 * distribution, only that rows are exchangeable. */
#ifndef SHIFT_COMPARE_CONDITIONAL_H
#define SHIFT_COMPARE_CONDITIONAL_H

#include "compare/special.h"

/** P(|Z| >= |z|), as twice the smaller tail, of Pearson's type III law with mean 0, variance 1 and
 * this skewness; the normal law where it is 0. */
shift__tail shift__tail_pearson3(double z, double skewness);

/** What is known of a statistic's law when nothing shifted. */
typedef struct shift__null_law {
    double mean, variance, skewness;
} shift__null_law;

/** P(S >= value), S having Pearson's type III law with these moments; 1 where it cannot vary. */
shift__tail shift__tail_above(double value, const shift__null_law *law);

/** A law that was fitted may end where the true one does not: no choice of n of m + n rows is more
 * rare than one of all. */
shift__tail shift__tail_of_choices(shift__tail tail, double m, double n);

/** ln n!, n whole. */
double shift__log_factorial(double n);
/** ln of the number of ways to choose n of m + n; no permutation test of two such sides can give a
 * p-value below its inverse. */
double shift__log_choose(double m, double n);

/**
 * P(K >= k), K being the number of n production values outside the range of m >= 1 training values
 * of the same continuous distribution: K has the law of the first and the last of m + 1
 * exchangeable gaps together (Wilks 1941, Ann. Math. Statist. 12). Ties make K smaller.
 */
shift__tail shift__tail_outside(double m, double n, double k);

/** Fisher's exact test of the 2 x 2 table in which `in_train` of m and `in_prod` of n rows have a
 * property: twice the smaller tail. */
shift__tail shift__tail_fisher(double in_train, double m, double in_prod, double n);

/** P(|x / n - (marked - x) / m| >= gap), gap > 0, x of the n rows of production having what
 * `marked` of all m + n have: exact, or by the normal law where the variance of x is above 1,000.
 */
double shift__chance_of_gap(double marked, double m, double n, double gap);

#endif
