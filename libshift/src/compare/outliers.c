/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The production rows least like training: one pass over their source judges every row and keeps
 * the first few. */
#include "shift/outliers.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "compare/joint/matrix.h"
#include "compare/joint/moments.h"
#include "compare/joint/ratio.h"
#include "core/memory.h"
#include "core/null.h"
#include "core/options.h"
#include "profile/rows.h"

enum { TOP = 100 /* unless asked otherwise */ };

typedef struct owner {
    shift_outliers view; /* first, so that its address is the owner's */
    shift_outlier *rows; /* room for twice the wanted rows */
    shift_error no_odds; /* texts behind the reasons */
} owner;

void shift_outliers_free(shift_outliers *outliers)
{
    if (outliers == NULL)
        return;
    owner *o = (owner *)(void *)outliers;
    free(o->rows);
    free(o);
}

/* Rows as they come; the sides' numbers serve the distance. */
typedef struct judging {
    shift__joint_sides sides;
    shift__numbers numbers;
    shift__basis *basis; /* NULL or without a factor: no distance */
    shift__ratio *ratio; /* NULL: no odds */
    shift_outlier_order order;
    size_t top;
    owner *out;
    uint64_t seen;
    float *values; /* of a batch */
    double *odds;
    double *work; /* 2 p */
    size_t values_capacity, odds_capacity;
} judging;

/* Largest first; what has no number last. */
static int compare(double x, double y)
{
    if (isnan(x) || isnan(y))
        return (isnan(x) != 0) - (isnan(y) != 0);
    return (x < y) - (x > y);
}

static int by_distance(const void *a, const void *b)
{
    const shift_outlier *x = a;
    const shift_outlier *y = b;
    int order = compare(x->distance, y->distance);
    return order != 0 ? order : (x->row > y->row) - (x->row < y->row);
}

/* Odds come in steps; within one, the more distant row comes first. */
static int by_odds(const void *a, const void *b)
{
    const shift_outlier *x = a;
    const shift_outlier *y = b;
    int order = compare(x->odds, y->odds);
    return order != 0 ? order : by_distance(a, b);
}

static void cut(judging *j)
{
    shift_outliers *view = &j->out->view;
    qsort(j->out->rows, view->n, sizeof *j->out->rows,
          j->order == SHIFT_OUTLIERS_BY_ODDS ? by_odds : by_distance);
    view->n = view->n < j->top ? view->n : j->top;
}

static double distance_at(const judging *j, const shift_batch *batch, size_t row)
{
    const shift__basis *basis = j->basis;
    if (j->out->view.no_distance != NULL)
        return (double)NAN;
    for (size_t i = 0; i < basis->p; i++) {
        const shift__joint_column *c = &j->sides.columns[j->numbers.use[basis->columns[i]]];
        j->work[i] = (batch->columns[c->prod].numbers[row] - basis->center[i]) / basis->scale[i];
        if (!isfinite(j->work[i]))
            return (double)NAN;
    }
    return sqrt(shift__quadratic_inverse(basis->factor, j->work, j->work + basis->p, basis->p));
}

static shift_status judge_batch(judging *j, const shift_batch *batch, shift_error *err)
{
    size_t columns = j->ratio != NULL ? j->ratio->encoder->columns : 0;
    shift_status status = shift__array_grow(&j->values, &j->values_capacity, batch->rows * columns,
                                            sizeof *j->values, err);
    if (status == SHIFT_OK)
        status = shift__array_grow(&j->odds, &j->odds_capacity, batch->rows, sizeof *j->odds, err);
    if (status == SHIFT_OK && j->ratio != NULL) {
        shift__table rows = {j->values, batch->rows, columns};
        shift__encode_batch(j->ratio->encoder, 1, batch, j->values);
        status = shift__ratio_odds(j->ratio, 1, j->seen, &rows, j->odds, err);
    }
    for (size_t r = 0; status == SHIFT_OK && r < batch->rows; r++) {
        shift_outliers *view = &j->out->view;
        if (view->n == 2 * j->top)
            cut(j);
        j->out->rows[view->n++] = (shift_outlier){
            ++j->seen, j->ratio != NULL ? j->odds[r] : (double)NAN, distance_at(j, batch, r)};
    }
    return status;
}

static shift_status judge_rows(judging *j, shift_source *source, shift_error *err)
{
    shift__row_reader *rows = NULL;
    shift_batch batch;
    bool end = false;
    shift_status status =
        shift__row_reader_open(&rows, source, shift_profile_schema(j->sides.prod), err);
    while (status == SHIFT_OK) {
        status = shift__row_reader_next(rows, &batch, &end, err);
        if (status != SHIFT_OK || end)
            break;
        status = judge_batch(j, &batch, err);
    }
    shift__row_reader_close(rows);
    if (status == SHIFT_OK)
        cut(j);
    return status;
}

/* The classifier, or why there is none. Out of memory and a cancel are failures all the same. */
static shift_status prepare_odds(judging *j, const shift_outliers_options *options,
                                 shift_error *err)
{
    shift__ratio_settings settings = {options->seed, options->threads, options->progress};
    shift_error *reason = &j->out->no_odds;
    shift_status status =
        shift__ratio_new(&j->ratio, j->sides.train, j->sides.prod, &settings, reason);
    if (status == SHIFT_ENOMEM || status == SHIFT_ECANCELLED)
        return shift_error_set(err, status, "%s", reason->message);
    if (status != SHIFT_OK)
        j->out->view.no_odds = reason->message;
    return SHIFT_OK;
}

static shift_status prepare_distance(judging *j, shift_error *err)
{
    const char **reason = &j->out->view.no_distance;
    shift_status status = shift__numbers_init(&j->numbers, &j->sides, true, err);
    if (status != SHIFT_OK)
        return status;
    if (j->sides.n_numbers == 0)
        *reason = "there is no numeric feature on both sides";
    else if (!j->numbers.found)
        *reason = "there are more than 512 numeric features";
    else if (j->numbers.n_use == 0)
        *reason = "no numeric feature has values in four fifths of the rows of both sides";
    else if (j->numbers.moments[0].n < 2.0)
        *reason = "fewer than two training rows are complete";
    if (*reason != NULL)
        return SHIFT_OK;
    status = shift__basis_new(&j->basis, j->numbers.n_use, &j->numbers.moments[0], err);
    if (status != SHIFT_OK)
        return status;
    if (j->basis->factor == NULL)
        *reason = "training has fewer complete rows than features and two more";
    else if (j->basis->p == 0)
        *reason = shift__joint_beyond(&j->sides, j->numbers.use, j->numbers.n_use)
                      ? "the numeric features vary beyond the range of numbers in training"
                      : "no numeric feature varies in training";
    return shift__alloc(&j->work, 2 * j->basis->p, sizeof *j->work, err);
}

static shift_status check_order(const judging *j, shift_error *err)
{
    const shift_outliers *view = &j->out->view;
    const char *missing = j->order == SHIFT_OUTLIERS_BY_ODDS ? view->no_odds : view->no_distance;
    if (missing == NULL)
        return SHIFT_OK;
    const char *other = j->order == SHIFT_OUTLIERS_BY_ODDS ? "odds" : "distance";
    return shift_error_set(err, SHIFT_EINVAL, "rows cannot be put in the order of their %s: %s",
                           other, missing);
}

static shift_status find(judging *j, const shift_profile *train, const shift_profile *prod,
                         shift_source *source, const shift_outliers_options *options,
                         shift_error *err)
{
    shift_status status = shift__joint_sides_init(&j->sides, train, prod, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&j->out->rows, 2 * j->top, sizeof *j->out->rows, err);
    if (status == SHIFT_OK)
        status = prepare_odds(j, options, err);
    if (status == SHIFT_OK)
        status = prepare_distance(j, err);
    if (status == SHIFT_OK)
        status = check_order(j, err);
    if (status == SHIFT_OK)
        status = judge_rows(j, source, err);
    shift__ratio_free(j->ratio);
    shift__basis_free(j->basis);
    shift__numbers_clear(&j->numbers);
    shift__joint_sides_clear(&j->sides);
    free(j->values);
    free(j->odds);
    free(j->work);
    return status;
}

shift_status shift_outliers_find(shift_outliers **out, const shift_profile *train,
                                 const shift_profile *prod, shift_source *source,
                                 const shift_outliers_options *options, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, train, prod, source))
        return SHIFT_EINVAL;
    shift_outliers_options complete = SHIFT_OUTLIERS_OPTIONS_INIT;
    owner *o = NULL;
    shift_status status = SHIFT__OPTIONS_TAKE(&complete, options, "shift_outliers_options", err);
    if (status == SHIFT_OK && complete.order != SHIFT_OUTLIERS_BY_ODDS &&
        complete.order != SHIFT_OUTLIERS_BY_DISTANCE)
        status =
            shift_error_set(err, SHIFT_EINVAL, "outliers in unknown order %d", (int)complete.order);
    if (status == SHIFT_OK)
        status = shift__alloc(&o, 1, sizeof *o, err);
    if (status != SHIFT_OK)
        return status;
    judging j = {.order = complete.order, .top = complete.top > 0 ? complete.top : TOP, .out = o};
    o->view.size = sizeof o->view;
    status = find(&j, train, prod, source, &complete, err);
    o->view.rows = o->rows;
    if (status != SHIFT_OK) {
        shift_outliers_free(&o->view);
        return status;
    }
    *out = &o->view;
    return SHIFT_OK;
}
