/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Classifiers that tell production rows from training rows. Each library that provides one is seen
 * by one file; what a build leaves out is NULL in the table. */
#ifndef SHIFT_COMPARE_JOINT_LEARNER_H
#define SHIFT_COMPARE_JOINT_LEARNER_H

#include <stddef.h>

#include "core/progress.h"
#include "shift/error.h"

/** Row-major; a missing value is NaN. */
typedef struct shift__table {
    const float *values;
    size_t rows, columns;
} shift__table;

typedef struct shift__model shift__model;

/** All functions may be called by several threads for different models. The same input gives the
 * same scores to the bit. */
typedef struct shift__learner {
    const char *name;
    /** Fit `labels` (0 or 1, one a row; both present). ECANCELLED where `progress` says so. */
    shift_status (*fit)(shift__model **out, const shift__table *table, const float *labels,
                        shift__progress *progress, shift_error *err);
    /** Probability of label 1, one a row. */
    shift_status (*predict)(const shift__model *model, const shift__table *table, double *scores,
                            shift_error *err);
    /** How much each column contributed to the fit; not negative, no fixed scale. */
    shift_status (*importance)(const shift__model *model, double *importance, size_t columns,
                               shift_error *err);
    void (*free)(shift__model *model); /* NULL is allowed */
} shift__learner;

enum { SHIFT__SCREENED = 64 };

/** 100 trees of depth 3, by xgboost; NULL where it was not built in. Of more than SHIFT__SCREENED
 * columns, 50 trees on the ones in which the rows that they are fitted to differ most. */
const shift__learner *shift__learner_trees(void);
/** 100 trees on all columns with a third of the learning rate: odds that are closer to the true
 * ones, where it matters less that origins are told apart. */
const shift__learner *shift__learner_slow_trees(void);
/** Logistic regression on standardised columns, missing values at their mean, by liblinear; NULL
 * where it was not built in. */
const shift__learner *shift__learner_logistic(void);

#endif
