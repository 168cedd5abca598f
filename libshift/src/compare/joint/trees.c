/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Boosted trees by xgboost's C API. One thread a model: with several, the order of its additions,
 * and so the last bits of the scores, would depend on their number. */
#include "compare/joint/learner.h"

#include "core/memory.h"

#ifdef SHIFT_HAVE_XGBOOST

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <xgboost/c_api.h>

enum { TREES = 100 };

struct shift__model {
    BoosterHandle booster;
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

static int configure(BoosterHandle booster, const char *rate)
{
    const char *const parameters[][2] = {
        {"booster", "gbtree"}, {"objective", "binary:logistic"}, {"max_depth", "3"}, {"eta", rate},
        {"nthread", "1"},      {"tree_method", "hist"},          {"verbosity", "0"}, {"seed", "0"},
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
    free(model);
}

static int begin(shift__model *model, DMatrixHandle matrix, const float *labels, size_t rows,
                 const char *rate)
{
    if (XGDMatrixSetFloatInfo(matrix, "label", labels, rows) != 0 ||
        XGBoosterCreate(&matrix, 1, &model->booster) != 0 || configure(model->booster, rate) != 0)
        return -1;
    return 0;
}

static shift_status boost(const shift__model *model, DMatrixHandle matrix,
                          shift__progress *progress, shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (int i = 0; status == SHIFT_OK && i < TREES; i++) {
        status = shift__progress_check(progress, err);
        if (status == SHIFT_OK && XGBoosterUpdateOneIter(model->booster, i, matrix) != 0)
            status = failure(err);
    }
    return status;
}

static shift_status fit_at(const char *rate, shift__model **out, const shift__table *table,
                           const float *labels, shift__progress *progress, shift_error *err)
{
    shift__model *model = NULL;
    DMatrixHandle matrix = NULL;
    shift_status status = shift__alloc(&model, 1, sizeof *model, err);
    if (status == SHIFT_OK)
        status = make_matrix(&matrix, table, err);
    if (status == SHIFT_OK && begin(model, matrix, labels, table->rows, rate) != 0)
        status = failure(err);
    if (status == SHIFT_OK)
        status = boost(model, matrix, progress, err);
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
    return fit_at("0.3", out, table, labels, progress, err);
}

static shift_status slow_trees_fit(shift__model **out, const shift__table *table,
                                   const float *labels, shift__progress *progress, shift_error *err)
{
    return fit_at("0.1", out, table, labels, progress, err);
}

static shift_status trees_predict(const shift__model *model, const shift__table *table,
                                  double *scores, shift_error *err)
{
    static const char *const settings =
        "{\"type\": 0, \"training\": false, \"iteration_begin\": 0, "
        "\"iteration_end\": 0, \"strict_shape\": false}";
    DMatrixHandle matrix = NULL;
    shift_status status = make_matrix(&matrix, table, err);
    if (status != SHIFT_OK)
        return status;
    const bst_ulong *shape = NULL;
    bst_ulong dimensions = 0;
    const float *result = NULL;
    if (XGBoosterPredictFromDMatrix(model->booster, matrix, settings, &shape, &dimensions,
                                    &result) != 0)
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
        unsigned long column = names[i][0] == 'f' ? strtoul(names[i] + 1, NULL, 10) : columns;
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
