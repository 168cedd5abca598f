/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The domain classifier: how well the rows' origins can be told apart, by scores that every row
 * gets from a model that has not seen it. */
#ifndef SHIFT_COMPARE_JOINT_DOMAIN_H
#define SHIFT_COMPARE_JOINT_DOMAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compare/joint/learner.h"
#include "core/pool.h"
#include "shift/error.h"

enum {
    SHIFT__FOLDS = 5,
    SHIFT__DOMAIN_LEAST = 20 /* rows of each side */
};

/** Balanced: k training rows, then k production rows. */
typedef struct shift__domain_input {
    shift__table table; /* 2 k rows */
    const shift__learner *learner;
    uint64_t seed;
    bool keep_models;              /* for shift__domain_score() */
    void (*beside)(void *context); /* or NULL: is called once, by any thread, while models are
                                      fitted, so that no thread waits for the last of them */
    void *context;
} shift__domain_input;

/** An out-of-fold figure. */
typedef struct shift__domain_figure {
    double value, low, high, p;
} shift__domain_figure;

typedef struct shift__domain {
    size_t k, columns;
    unsigned char *folds; /* 2 k: which fold a row was tested in */
    double *scores;       /* 2 k: out-of-fold probability of being from production */
    double *importance;   /* columns: share of what all columns contribute, mean over the folds */
    shift__domain_figure mcc, auc;
    const shift__learner *learner;
    shift__model
        *models[SHIFT__FOLDS]; /* NULL unless kept: each has not seen the rows of its fold */
} shift__domain;

/** Shuffled stratified cross-validation. EINVAL for fewer than SHIFT__DOMAIN_LEAST rows a side or
 * no column. The result does not depend on the number of threads of the pool. */
SHIFT_CHECKED shift_status shift__domain_new(shift__domain **out, const shift__domain_input *input,
                                             shift__pool *pool, shift_error *err);
void shift__domain_free(shift__domain *domain); /* NULL is allowed */

/** Matthews correlation coefficient of k + k rows, of which so many were called production's. 0
 * where all were called the same. */
double shift__mcc(double k, double true_positives, double false_positives);
/** 95 % interval of the coefficient of balanced sides, from the rates of such counts. */
void shift__mcc_interval(double n_train, double n_prod, double called_train, double called_prod,
                         double limits[2]);

/* Parts of shift__domain_new(): figures of the scores and folds. */
SHIFT_CHECKED shift_status shift__mcc_figure(const shift__domain *domain, shift__domain_figure *out,
                                             shift_error *err);
SHIFT_CHECKED shift_status shift__auc_figure(const shift__domain *domain, shift__domain_figure *out,
                                             shift_error *err);

#endif
