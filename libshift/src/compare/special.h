/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tail probabilities with their logarithms, good to 1e-10 relative over the range of doubles and
 * usable beyond it. */
#ifndef SHIFT_COMPARE_SPECIAL_H
#define SHIFT_COMPARE_SPECIAL_H

#include <stdbool.h>

/** A p-value. `log10_p` is good where `p` has underflowed to 0. NaN where there is none. */
typedef struct shift__tail {
    double p, log10_p;
} shift__tail;

shift__tail shift__tail_none(void);
/** Of a natural logarithm, at most 0. */
shift__tail shift__tail_of_log(double log_p);
/** Of a probability in [0, 1]. */
shift__tail shift__tail_of(double p);

/** P(Z > z). */
shift__tail shift__tail_normal(double z);
/** P(|Z| > |z|). */
shift__tail shift__tail_normal_two_sided(double z);
/** P(|T| > |t|); `dof` > 0, need not be whole. */
shift__tail shift__tail_student(double t, double dof);
/** P(G > x), or P(G < x), of the gamma law of scale 1. */
shift__tail shift__tail_gamma(double x, double shape, bool upper);
/** P(X > x), x >= 0, dof > 0. */
shift__tail shift__tail_chi_square(double x, double dof);
/** P(F > f), f >= 0. */
shift__tail shift__tail_f(double f, double dof1, double dof2);
/** Q(t) = 2 sum (-1)^(k-1) exp(-2 k^2 t^2), the limit law of sqrt(mn/(m+n)) D. */
shift__tail shift__tail_kolmogorov(double t);
/** Upper tail of the limit law of the Cramer-von Mises statistic, x > 0. */
shift__tail shift__tail_cramer_von_mises(double x);
/** Upper tail of the limit law of the Anderson-Darling statistic A^2, x > 0. */
shift__tail shift__tail_anderson_darling(double x);

#endif
