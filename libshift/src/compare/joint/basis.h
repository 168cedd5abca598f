/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numeric columns that joint statistics work on, as training has them. */
#ifndef SHIFT_COMPARE_JOINT_BASIS_H
#define SHIFT_COMPARE_JOINT_BASIS_H

#include <stdbool.h>
#include <stddef.h>

#include "shift/error.h"
#include "shift/whitening.h"

/** Mean vector and co-moments of the complete rows of one side. */
typedef struct shift__joint_moments {
    double n;
    const double *mean;      /* p */
    const double *comoments; /* p x p: sums of (x - mean)(x - mean)' */
} shift__joint_moments;

/** Columns up to which joint statistics spare nothing. */
enum { SHIFT__JOINT_NARROW = 64 };

/** A column is collinear where the others explain all of its variance but this share. The double
 * precision of the co-moments leaves about 1e-15. */
#define SHIFT__COLLINEAR 1e-12

/** Whether a sum of squares about the mean is no more than rounding leaves of equal values. */
bool shift__joint_constant(double mean, double sum_of_squares, double n);

typedef enum shift__exclusion {
    SHIFT__COLUMN_USED = 0,
    SHIFT__COLUMN_CONSTANT,
    SHIFT__COLUMN_COLLINEAR
} shift__exclusion;

typedef struct shift__basis {
    size_t p_all;                /* columns there were */
    shift__exclusion *exclusion; /* p_all */
    size_t p;                    /* columns used */
    size_t *columns;             /* p: their indices among all, ascending */
    double m;                    /* complete training rows */
    double *center, *scale;      /* p: training mean and standard deviation */
    double *correlation;         /* p x p */
    double *factor;              /* p x p: its Cholesky factor; NULL where m < p + 2, in which case
                                    nothing was tested for collinearity */
    double *eigenvalues;         /* p: of the correlation, descending, above 0; with `factor`. Above
                                    SHIFT__JOINT_NARROW columns to within p rounding errors of 1 */
    double *eigenvectors;        /* p x p: in rows; with `factor` */
} shift__basis;

/** EINVAL below two rows. */
SHIFT_CHECKED shift_status shift__basis_new(shift__basis **out, size_t p_all,
                                            const shift__joint_moments *train, shift_error *err);
void shift__basis_free(shift__basis *basis); /* NULL is allowed */

/** Coefficients (p) of an excluded collinear column on the used ones, all standardised. */
SHIFT_CHECKED shift_status shift__basis_dependence(const shift__basis *basis, size_t column,
                                                   const shift__joint_moments *train,
                                                   double *coefficients, shift_error *err);

/** W (p x p) with W S W' = 1 for the training covariance S (Kessy, Lewin & Strimmer 2018). EINVAL
 * where the training rows are too few. */
SHIFT_CHECKED shift_status shift__basis_whitening(const shift__basis *basis,
                                                  shift_whitening_method method, double *w,
                                                  shift_error *err);

#endif
