/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unconstrained least-squares importance fitting (Kanamori, Hido & Sugiyama 2009, JMLR 10): the
 * ratio p_prod / p_train as a sum of Gaussian kernels about production rows, fitted in closed form.
 * The bandwidth and the regularisation are those of the best leave-one-out score, which has a
 * closed form as well. */
#ifndef SHIFT_COMPARE_JOINT_ULSIF_H
#define SHIFT_COMPARE_JOINT_ULSIF_H

#include <stddef.h>

#include "core/pool.h"
#include "shift/error.h"

enum { SHIFT__ULSIF_CENTRES = 100 };

typedef struct shift__ulsif {
    size_t b, d;      /* kernels, columns */
    double *centres;  /* b x d */
    double *alpha;    /* b, not negative */
    double bandwidth; /* s of exp(-|x-c|^2 / (2 s^2)) */
    double lambda;
} shift__ulsif;

/** n training rows, then n production rows, of d finite numbers. EINVAL below two rows. The first
 * production rows are the centres, so rows must be in random order. The result does not depend on
 * the number of threads. */
SHIFT_CHECKED shift_status shift__ulsif_new(shift__ulsif **out, const double *rows, size_t n,
                                            size_t d, shift__pool *pool, shift_error *err);
void shift__ulsif_free(shift__ulsif *ulsif); /* NULL is allowed */
/** The ratio at a row of d numbers. */
double shift__ulsif_ratio(const shift__ulsif *ulsif, const double *row);

/** Kernel values: of centre l at training row i, and at production row i, at l * n + i. */
typedef struct shift__ulsif_kernels {
    const double *train, *prod; /* b x n */
    size_t b, n;
} shift__ulsif_kernels;

/** Leave-one-out score of one lambda (smaller is better), infinite where it cannot be computed;
 * `work` has room for b (2 n + b + 1) + 5 n. Part of shift__ulsif_new(). */
double shift__ulsif_score(const shift__ulsif_kernels *kernels, double lambda, double *work);

#endif
