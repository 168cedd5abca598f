/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/joint/domain.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/random.h"

typedef struct fold {
    shift_status status;
    shift_error err;
    double *importance;
    shift__model *model;
} fold;

typedef struct cross_validation {
    const shift__domain_input *input;
    const shift__pool *pool;
    const unsigned char *folds;
    double *scores;
    fold results[SHIFT__FOLDS];
} cross_validation;

void shift__domain_free(shift__domain *domain)
{
    if (domain == NULL)
        return;
    free(domain->folds);
    free(domain->scores);
    free(domain->importance);
    for (size_t f = 0; f < SHIFT__FOLDS; f++)
        if (domain->models[f] != NULL)
            domain->learner->free(domain->models[f]);
    free(domain);
}

/* Each fold gets a fifth of either side. */
static shift_status assign_folds(unsigned char *folds, size_t k, uint64_t seed, shift_error *err)
{
    size_t *order = NULL;
    shift_status status = shift__alloc(&order, k, sizeof *order, err);
    if (status != SHIFT_OK)
        return status;
    shift__random random;
    shift__random_init(&random, seed, 0);
    for (size_t side = 0; side < 2; side++) {
        for (size_t i = 0; i < k; i++) {
            size_t j = (size_t)shift__random_below(&random, i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        for (size_t i = 0; i < k; i++)
            folds[side * k + order[i]] = (unsigned char)(i % SHIFT__FOLDS);
    }
    free(order);
    return SHIFT_OK;
}

/* Copies of the rows in or outside of a fold, with their labels. */
typedef struct part {
    shift__table table;
    float *values;
    float *labels;
    size_t *rows; /* their places in the whole */
} part;

static void part_clear(part *p)
{
    free(p->values);
    free(p->labels);
    free(p->rows);
}

static shift_status part_take(part *out, const cross_validation *cv, unsigned char number,
                              bool inside, shift_error *err)
{
    const shift__table *all = &cv->input->table;
    size_t n = 0;
    for (size_t i = 0; i < all->rows; i++)
        n += (cv->folds[i] == number) == inside;
    shift_status status = shift__alloc(&out->values, n * all->columns, sizeof(float), err);
    if (status == SHIFT_OK)
        status = shift__alloc(&out->labels, n, sizeof(float), err);
    if (status == SHIFT_OK)
        status = shift__alloc(&out->rows, n, sizeof(size_t), err);
    if (status != SHIFT_OK)
        return status;
    size_t at = 0;
    for (size_t i = 0; i < all->rows; i++) {
        if ((cv->folds[i] == number) != inside)
            continue;
        memcpy(out->values + at * all->columns, all->values + i * all->columns,
               all->columns * sizeof(float));
        out->labels[at] = i < all->rows / 2 ? 0.0f : 1.0f;
        out->rows[at++] = i;
    }
    out->table = (shift__table){out->values, n, all->columns};
    return SHIFT_OK;
}

static shift_status run_fold(cross_validation *cv, unsigned char number, shift_error *err)
{
    const shift__learner *learner = cv->input->learner;
    part train = {0};
    part test = {0};
    shift__model *model = NULL;
    double *scores = NULL;
    shift_status status = part_take(&train, cv, number, false, err);
    if (status == SHIFT_OK)
        status = part_take(&test, cv, number, true, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&scores, test.table.rows, sizeof *scores, err);
    if (status == SHIFT_OK)
        status =
            learner->fit(&model, &train.table, train.labels, shift__pool_progress(cv->pool), err);
    if (status == SHIFT_OK)
        status = learner->predict(model, &test.table, scores, err);
    for (size_t i = 0; status == SHIFT_OK && i < test.table.rows; i++)
        cv->scores[test.rows[i]] = scores[i];
    if (status == SHIFT_OK)
        status =
            learner->importance(model, cv->results[number].importance, train.table.columns, err);
    cv->results[number].model = model;
    free(scores);
    part_clear(&train);
    part_clear(&test);
    return status;
}

/* Task 0 is what is beside the folds: it may take as long as several of them. */
static void fold_task(void *context, size_t task)
{
    cross_validation *cv = context;
    size_t number = task - (cv->input->beside != NULL);
    if (task == 0 && cv->input->beside != NULL) {
        cv->input->beside(cv->input->context);
        return;
    }
    fold *result = &cv->results[number];
    result->status = run_fold(cv, (unsigned char)number, &result->err);
}

/* Shares of each fold's sum, averaged; all 0 where no fold used any column. */
static void average_importance(shift__domain *domain, const cross_validation *cv)
{
    for (size_t f = 0; f < SHIFT__FOLDS; f++) {
        double sum = 0.0;
        for (size_t c = 0; c < domain->columns; c++)
            sum += cv->results[f].importance[c];
        for (size_t c = 0; sum > 0.0 && c < domain->columns; c++)
            domain->importance[c] += cv->results[f].importance[c] / sum / SHIFT__FOLDS;
    }
}

static shift_status cross_validate(shift__domain *domain, const shift__domain_input *input,
                                   shift__pool *pool, shift_error *err)
{
    cross_validation cv = {
        .input = input, .pool = pool, .folds = domain->folds, .scores = domain->scores};
    double *importance = NULL;
    shift_status status =
        shift__alloc(&importance, SHIFT__FOLDS * domain->columns, sizeof *importance, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t f = 0; f < SHIFT__FOLDS; f++)
        cv.results[f].importance = importance + f * domain->columns;
    shift__pool_run(pool, SHIFT__FOLDS + (input->beside != NULL), fold_task, &cv);
    for (size_t f = 0; status == SHIFT_OK && f < SHIFT__FOLDS; f++)
        if (cv.results[f].status != SHIFT_OK)
            status = shift_error_set(err, cv.results[f].status, "%s", cv.results[f].err.message);
    if (status == SHIFT_OK)
        average_importance(domain, &cv);
    for (size_t f = 0; f < SHIFT__FOLDS; f++)
        if (input->keep_models)
            domain->models[f] = cv.results[f].model;
        else
            input->learner->free(cv.results[f].model);
    free(importance);
    return status;
}

shift_status shift__domain_new(shift__domain **out, const shift__domain_input *input,
                               shift__pool *pool, shift_error *err)
{
    size_t k = input->table.rows / 2;
    if (k < SHIFT__DOMAIN_LEAST || input->table.columns == 0)
        return shift_error_set(err, SHIFT_EINVAL, "fewer than %d rows of each side, or no column",
                               (int)SHIFT__DOMAIN_LEAST);
    shift__domain *domain = NULL;
    shift_status status = shift__alloc(&domain, 1, sizeof *domain, err);
    if (status != SHIFT_OK)
        return status;
    domain->k = k;
    domain->columns = input->table.columns;
    domain->learner = input->learner;
    status = shift__alloc(&domain->folds, 2 * k, sizeof *domain->folds, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&domain->scores, 2 * k, sizeof *domain->scores, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&domain->importance, domain->columns, sizeof(double), err);
    if (status == SHIFT_OK)
        status = assign_folds(domain->folds, k, input->seed, err);
    if (status == SHIFT_OK)
        status = cross_validate(domain, input, pool, err);
    if (status == SHIFT_OK)
        status = shift__mcc_figure(domain, &domain->mcc, err);
    if (status == SHIFT_OK)
        status = shift__auc_figure(domain, &domain->auc, err);
    if (status != SHIFT_OK) {
        shift__domain_free(domain);
        return status;
    }
    *out = domain;
    return SHIFT_OK;
}
