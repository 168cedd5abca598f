/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Means and covariances of the numeric columns of both sides. */
#ifndef SHIFT_COMPARE_JOINT_MOMENTS_H
#define SHIFT_COMPARE_JOINT_MOMENTS_H

#include "compare/joint/rows.h"

typedef struct shift__numbers {
    size_t *use; /* columns of the sides that are in the moments, numbers all */
    size_t n_use;
    shift__joint_moments moments[2]; /* training, production; of n_use columns */
    double *mean[2], *comoments[2];
    bool found;   /* false: more than 512 columns */
    bool sampled; /* moments of the sampled rows, without columns that are too often missing */
} shift__numbers;

/**
 * The profiles' co-moments, or, where missing values leave fewer rows than columns and two complete
 * in all numeric columns, those of the sampled rows complete in the columns that are mostly there.
 * `for_rows`: each row will have a result, where it is complete; so half of them must be.
 */
SHIFT_CHECKED shift_status shift__numbers_init(shift__numbers *numbers,
                                               const shift__joint_sides *sides, bool for_rows,
                                               shift_error *err);
void shift__numbers_clear(shift__numbers *numbers);

#endif
