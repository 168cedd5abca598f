/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Boosted trees by xgboost's C API. One thread a model: with several, the order of its additions,
 * and so the last bits of the scores, would depend on their number. */
#include "compare/joint/learner.h"

#include "compare/joint/screen.h"
#include "core/memory.h"

#ifdef SHIFT_HAVE_XGBOOST

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <xgboost/c_api.h>

typedef struct settings {
    int trees;
    const char *rate, *bins; /* learning rate; of the histograms that splits are sought in */
    size_t most;             /* columns that are chosen of more; 0: all are looked at */
} settings;

static const settings usual = {100, "0.3", "256", 0};
static const settings slow = {100, "0.1", "256", 0};
/* Of the columns that a screening has left, which was a look for differences already. */
static const settings screened = {50, "0.2", "32", SHIFT__SCREENED};

struct shift__model {
    BoosterHandle booster;
    size_t columns, *chosen; /* those that it looks at; NULL where it looks at all */
};

static shift_status failure(shift_error *err)
{
    return shift_error_set(err, SHIFT_EINVAL, "xgboost: %s", XGBGetLastError());
}

static shift_status make_matrix(DMatrixHandle *out, const shift__table *table, shift_error *err)
{
    if (XGDMatrixCreateFromMat_omp(table->values, table->rows, table->columns, NAN, out, 1) != 0)
        return failure(err);
    return SHIFT_OK;
}

static int configure(BoosterHandle booster, const settings *how)
{
    const char *const parameters[][2] = {
        {"booster", "gbtree"}, {"objective", "binary:logistic"}, {"max_depth", "3"},
        {"eta", how->rate},    {"max_bin", how->bins},           {"nthread", "1"},
        {"seed", "0"},         {"tree_method", "hist"},          {"verbosity", "0"},
    };
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++)
        if (XGBoosterSetParam(booster, parameters[i][0], parameters[i][1]) != 0)
            return -1;
    return 0;
}

static void trees_free(shift__model *model)
{
    if (model == NULL)
        return;
    if (model->booster != NULL)
        (void)XGBoosterFree(model->booster);
    free(model->chosen);
    free(model);
}

static int begin(shift__model *model, DMatrixHandle matrix, const float *labels, size_t rows,
                 const settings *how)
{
    if (XGDMatrixSetFloatInfo(matrix, "label", labels, rows) != 0 ||
        XGBoosterCreate(&matrix, 1, &model->booster) != 0 || configure(model->booster, how) != 0)
        return -1;
    return 0;
}

static shift_status boost(const shift__model *model, DMatrixHandle matrix, int trees,
                          shift__progress *progress, shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (int i = 0; status == SHIFT_OK && i < trees; i++) {
        status = shift__progress_check(progress, err);
        if (status == SHIFT_OK && XGBoosterUpdateOneIter(model->booster, i, matrix) != 0)
            status = failure(err);
    }
    return status;
}

static shift_status choose(shift__model *model, size_t most, const shift__table *table,
                           const float *labels, shift_error *err)
{
    model->columns = most;
    shift_status status = shift__alloc(&model->chosen, most, sizeof *model->chosen, err);
    return status == SHIFT_OK ? shift__screen(model->chosen, most, table, labels, err) : status;
}

/* The matrix of what the model looks at. */
static shift_status matrix_for(DMatrixHandle *out, const shift__model *model,
                               const shift__table *table, shift_error *err)
{
    if (model->chosen == NULL)
        return make_matrix(out, table, err);
    float *values = NULL;
    shift_status status = shift__alloc(&values, table->rows * model->columns, sizeof *values, err);
    if (status != SHIFT_OK)
        return status;
    float *at = values;
    for (size_t r = 0; r < table->rows; r++)
        for (size_t c = 0; c < model->columns; c++)
            *at++ = table->values[r * table->columns + model->chosen[c]];
    const shift__table part = {values, table->rows, model->columns};
    status = make_matrix(out, &part, err);
    free(values);
    return status;
}

static shift_status fit(const settings *how, shift__model **out, const shift__table *table,
                        const float *labels, shift__progress *progress, shift_error *err)
{
    shift__model *model = NULL;
    DMatrixHandle matrix = NULL;
    shift_status status = shift__alloc(&model, 1, sizeof *model, err);
    if (status == SHIFT_OK && how->most > 0)
        status = choose(model, how->most, table, labels, err);
    if (status == SHIFT_OK)
        status = matrix_for(&matrix, model, table, err);
    if (status == SHIFT_OK && begin(model, matrix, labels, table->rows, how) != 0)
        status = failure(err);
    if (status == SHIFT_OK)
        status = boost(model, matrix, how->trees, progress, err);
    if (matrix != NULL)
        (void)XGDMatrixFree(matrix);
    if (status != SHIFT_OK) {
        trees_free(model);
        return status;
    }
    *out = model;
    return SHIFT_OK;
}

static shift_status trees_fit(shift__model **out, const shift__table *table, const float *labels,
                              shift__progress *progress, shift_error *err)
{
    const settings *how = table->columns > SHIFT__SCREENED ? &screened : &usual;
    return fit(how, out, table, labels, progress, err);
}

static shift_status slow_trees_fit(shift__model **out, const shift__table *table,
                                   const float *labels, shift__progress *progress, shift_error *err)
{
    return fit(&slow, out, table, labels, progress, err);
}

static shift_status trees_predict(const shift__model *model, const shift__table *table,
                                  double *scores, shift_error *err)
{
    static const char *const how = "{\"type\": 0, \"training\": false, \"iteration_begin\": 0, "
                                   "\"iteration_end\": 0, \"strict_shape\": false}";
    DMatrixHandle matrix = NULL;
    shift_status status = matrix_for(&matrix, model, table, err);
    if (status != SHIFT_OK)
        return status;
    const bst_ulong *shape = NULL;
    bst_ulong dimensions = 0;
    const float *result = NULL;
    if (XGBoosterPredictFromDMatrix(model->booster, matrix, how, &shape, &dimensions, &result) != 0)
        status = failure(err);
    else if (dimensions < 1 || shape[0] != table->rows)
        status = shift_error_set(err, SHIFT_EINVAL, "xgboost: not one prediction a row");
    for (size_t i = 0; status == SHIFT_OK && i < table->rows; i++)
        scores[i] = (double)result[i];
    (void)XGDMatrixFree(matrix);
    return status;
}

/* Columns that no tree splits on have no entry; the others are named f0, f1, ... */
static shift_status trees_importance(const shift__model *model, double *importance, size_t columns,
                                     shift_error *err)
{
    memset(importance, 0, columns * sizeof *importance);
    bst_ulong n = 0;
    const char **names = NULL;
    bst_ulong dimensions = 0;
    const bst_ulong *shape = NULL;
    const float *scores = NULL;
    if (XGBoosterFeatureScore(model->booster, "{\"importance_type\": \"total_gain\"}", &n, &names,
                              &dimensions, &shape, &scores) != 0)
        return failure(err);
    for (size_t i = 0; i < n; i++) {
        size_t column = names[i][0] == 'f' ? strtoul(names[i] + 1, NULL, 10) : columns;
        if (model->chosen != NULL && column < model->columns)
            column = model->chosen[column];
        if (column < columns)
            importance[column] = (double)scores[i];
    }
    return SHIFT_OK;
}

const shift__learner *shift__learner_trees(void)
{
    static const shift__learner learner = {"boosted trees", trees_fit, trees_predict,
                                           trees_importance, trees_free};
    return &learner;
}

const shift__learner *shift__learner_slow_trees(void)
{
    static const shift__learner learner = {"boosted trees", slow_trees_fit, trees_predict,
                                           trees_importance, trees_free};
    return &learner;
}

#else

const shift__learner *shift__learner_trees(void)
{
    return NULL;
}

const shift__learner *shift__learner_slow_trees(void)
{
    return NULL;
}

#endif
