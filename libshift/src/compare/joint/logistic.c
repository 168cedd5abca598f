/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L2-regularised logistic regression by liblinear's trust-region Newton method, which draws no
 * random numbers. */
#include "compare/joint/learner.h"

#ifdef SHIFT_HAVE_LIBLINEAR

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <linear.h>

#include "core/memory.h"

struct shift__model {
    size_t columns;
    double *center, *scale; /* scale 0 where the column is constant or all missing */
    struct model *linear;
};

/* liblinear reports its progress on standard output unless told otherwise, for the whole process.
 */
static void say_nothing(const char *text)
{
    (void)text;
}

static void logistic_free(shift__model *model)
{
    if (model == NULL)
        return;
    if (model->linear != NULL)
        free_and_destroy_model(&model->linear);
    free(model->center);
    free(model->scale);
    free(model);
}

static void measure(shift__model *model, const shift__table *table)
{
    for (size_t c = 0; c < table->columns; c++) {
        double n = 0.0;
        double sum = 0.0;
        double squares = 0.0;
        for (size_t r = 0; r < table->rows; r++) {
            double x = (double)table->values[r * table->columns + c];
            sum += isnan(x) ? 0.0 : x;
            n += isnan(x) ? 0.0 : 1.0;
        }
        double mean = n > 0.0 ? sum / n : 0.0;
        for (size_t r = 0; r < table->rows; r++) {
            double d = (double)table->values[r * table->columns + c] - mean;
            squares += isnan(d) ? 0.0 : d * d;
        }
        double sd = n > 0.0 ? sqrt(squares / n) : 0.0;
        model->center[c] = mean;
        model->scale[c] = sd > 1e-7 * fabs(mean) ? sd : 0.0; /* floats resolve no less */
    }
}

/* Nodes of one row: the standardised columns that are not 0, the constant, the end. */
static void fill_nodes(const shift__model *model, const float *row, struct feature_node *nodes)
{
    size_t used = 0;
    for (size_t c = 0; c < model->columns; c++) {
        double x = (double)row[c];
        if (isnan(x) || model->scale[c] == 0.0)
            continue;
        nodes[used].index = (int)c + 1;
        nodes[used++].value = (x - model->center[c]) / model->scale[c];
    }
    nodes[used].index = (int)model->columns + 1;
    nodes[used++].value = 1.0;
    nodes[used].index = -1;
}

static shift_status train_linear(shift__model *model, const shift__table *table,
                                 const float *labels, shift_error *err)
{
    size_t width = table->columns + 2;
    struct feature_node *nodes = NULL;
    struct feature_node **rows = NULL;
    double *targets = NULL;
    shift_status status = shift__alloc(&nodes, table->rows * width, sizeof *nodes, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&rows, table->rows, sizeof(void *), err);
    if (status == SHIFT_OK)
        status = shift__alloc(&targets, table->rows, sizeof *targets, err);
    if (status == SHIFT_OK) {
        for (size_t r = 0; r < table->rows; r++) {
            rows[r] = nodes + r * width;
            fill_nodes(model, table->values + r * table->columns, rows[r]);
            targets[r] = (double)labels[r];
        }
        struct problem problem = {(int)table->rows, (int)table->columns + 1, targets, rows, 1.0};
        struct parameter parameter = {
            .solver_type = L2R_LR, .eps = 1e-4, .C = 1.0, .p = 0.1, .nr_weight = 0};
        set_print_string_function(say_nothing);
        model->linear = train(&problem, &parameter);
        if (model->linear == NULL)
            status = shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    }
    free(nodes);
    free(rows);
    free(targets);
    return status;
}

static shift_status logistic_fit(shift__model **out, const shift__table *table, const float *labels,
                                 shift__progress *progress, shift_error *err)
{
    shift_status status = shift__progress_check(progress, err); /* then in one piece */
    if (status != SHIFT_OK)
        return status;
    if (table->rows > INT_MAX || table->columns > INT_MAX - 2)
        return shift_error_set(err, SHIFT_EINVAL, "too many rows for logistic regression");
    shift__model *model = NULL;
    status = shift__alloc(&model, 1, sizeof *model, err);
    if (status != SHIFT_OK)
        return status;
    model->columns = table->columns;
    status = shift__alloc(&model->center, table->columns, sizeof *model->center, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&model->scale, table->columns, sizeof *model->scale, err);
    if (status == SHIFT_OK) {
        measure(model, table);
        status = train_linear(model, table, labels, err);
    }
    if (status != SHIFT_OK) {
        logistic_free(model);
        return status;
    }
    *out = model;
    return SHIFT_OK;
}

/* The sign of liblinear's weights is that of the label it met first. */
static double weight(const shift__model *model, size_t column)
{
    double w = model->linear->w[column];
    return model->linear->label[0] == 1 ? w : -w;
}

static shift_status logistic_predict(const shift__model *model, const shift__table *table,
                                     double *scores, shift_error *err)
{
    if (table->columns != model->columns)
        return shift_error_set(err, SHIFT_EINVAL, "the model has %zu columns, the table %zu",
                               model->columns, table->columns);
    for (size_t r = 0; r < table->rows; r++) {
        double sum = weight(model, model->columns);
        for (size_t c = 0; c < model->columns; c++) {
            double x = (double)table->values[r * table->columns + c];
            if (!isnan(x) && model->scale[c] > 0.0)
                sum += weight(model, c) * (x - model->center[c]) / model->scale[c];
        }
        scores[r] = 1.0 / (1.0 + exp(-sum));
    }
    return SHIFT_OK;
}

static shift_status logistic_importance(const shift__model *model, double *importance,
                                        size_t columns, shift_error *err)
{
    (void)err;
    for (size_t c = 0; c < columns && c < model->columns; c++)
        importance[c] = model->scale[c] > 0.0 ? fabs(weight(model, c)) : 0.0;
    return SHIFT_OK;
}

const shift__learner *shift__learner_logistic(void)
{
    static const shift__learner learner = {"logistic regression", logistic_fit, logistic_predict,
                                           logistic_importance, logistic_free};
    return &learner;
}

#else

const shift__learner *shift__learner_logistic(void)
{
    return NULL;
}

#endif
