/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/joint/ratio.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/joint/joint.h"
#include "core/memory.h"
#include "core/random.h"
#include "profile/label.h"

enum { STEP = 256 /* rows in one task */ };

static const double least_covered = 0.005;

void shift__ratio_free(shift__ratio *ratio)
{
    if (ratio == NULL)
        return;
    shift__ulsif_free(ratio->ulsif);
    free(ratio->center);
    free(ratio->factor);
    free(ratio->sampled[0]);
    free(ratio->sampled[1]);
    shift__calibration_clear(&ratio->calibration);
    shift__domain_free(ratio->domain);
    free(ratio->values);
    shift__encoder_free(ratio->encoder);
    shift__pool_free(ratio->pool);
    shift__progress_free(ratio->progress);
    shift__joint_sides_clear(&ratio->sides);
    free(ratio);
}

static int by_row(const void *a, const void *b)
{
    const shift__sample_row *x = a;
    const shift__sample_row *y = b;
    return (x->row > y->row) - (x->row < y->row);
}

static shift_status note_folds(shift__ratio *ratio, int side, shift_error *err)
{
    const shift__joint_sample *s = &ratio->sides.samples[side];
    shift_status status =
        shift__alloc(&ratio->sampled[side], ratio->each, sizeof *ratio->sampled[side], err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < ratio->each; i++) {
        ratio->sampled[side][i] = s->rows[i];
        ratio->sampled[side][i].slot = ratio->domain->folds[(size_t)side * ratio->each + i];
    }
    qsort(ratio->sampled[side], ratio->each, sizeof *ratio->sampled[side], by_row);
    return SHIFT_OK;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static shift_status measure_uncovered(shift__ratio *ratio, shift_error *err)
{
    size_t k = ratio->each;
    const double *scores = ratio->domain->scores;
    double *sorted = NULL;
    shift_status status = shift__alloc(&sorted, k, sizeof *sorted, err);
    if (status != SHIFT_OK)
        return status;
    memcpy(sorted, scores, k * sizeof *sorted);
    qsort(sorted, k, sizeof *sorted, by_value);
    double edge = sorted[k - 1 - (size_t)(least_covered * (double)k)];
    for (size_t i = k; i < 2 * k; i++)
        ratio->uncovered += scores[i] > edge ? 1.0 / (double)k : 0.0;
    free(sorted);
    return SHIFT_OK;
}

static shift_status classify(shift__ratio *ratio, const shift__learner *learner, shift_error *err)
{
    shift_status status =
        shift__encoder_new(&ratio->encoder, &ratio->sides, ratio->each, ratio->pool, err);
    if (status != SHIFT_OK)
        return status;
    size_t columns = ratio->encoder->columns;
    if (columns == 0)
        return shift_error_set(
            err, SHIFT_EINCOMPATIBLE, "%s and %s have no values in the features in common",
            shift__profile_label(ratio->sides.train), shift__profile_label(ratio->sides.prod));
    status = shift__alloc(&ratio->values, 2 * ratio->each * columns, sizeof *ratio->values, err);
    if (status != SHIFT_OK)
        return status;
    shift__encode_samples(ratio->encoder, ratio->each, ratio->pool, ratio->values);
    shift__domain_input input = {.table = {ratio->values, 2 * ratio->each, columns},
                                 .learner = learner,
                                 .seed = ratio->seed,
                                 .keep_models = true};
    status = shift__domain_new(&ratio->domain, &input, ratio->pool, err);
    if (status == SHIFT_OK)
        status = note_folds(ratio, 0, err);
    if (status == SHIFT_OK)
        status = note_folds(ratio, 1, err);
    if (status == SHIFT_OK)
        status = measure_uncovered(ratio, err);
    if (status == SHIFT_OK)
        status = shift__calibrate(&ratio->calibration, ratio->domain->scores, ratio->each, err);
    return status;
}

static shift_status check_samples(const shift__joint_sides *sides, shift_error *err)
{
    const shift_profile *profiles[2] = {sides->train, sides->prod};
    for (int side = 0; side < 2; side++) {
        const char *name = shift__profile_label(profiles[side]);
        if (sides->samples[side].sample == NULL)
            return shift_error_set(err, SHIFT_EINVAL,
                                   "%s: is a profile without a row sample, which is needed here",
                                   name);
        if (sides->samples[side].n < SHIFT__DOMAIN_LEAST)
            return shift_error_set(err, SHIFT_EINVAL, "%s: has %zu rows, expected at least %d",
                                   name, sides->samples[side].n, (int)SHIFT__DOMAIN_LEAST);
    }
    if (sides->n_columns == 0)
        return shift_error_set(
            err, SHIFT_EINCOMPATIBLE, "%s and %s have no feature of the same kind in common",
            shift__profile_label(sides->train), shift__profile_label(sides->prod));
    return SHIFT_OK;
}

static shift_status fit(shift__ratio *ratio, const shift_profile *train, const shift_profile *prod,
                        const shift__ratio_settings *settings, shift_error *err)
{
    const shift__learner *learner = shift__learner_slow_trees();
    if (learner == NULL)
        learner = shift__learner_logistic();
    if (learner == NULL)
        return shift_error_set(err, SHIFT_EUNSUPPORTED,
                               "this build has neither xgboost nor liblinear");
    shift_status status = shift__joint_sides_init(&ratio->sides, train, prod, err);
    if (status == SHIFT_OK)
        status = check_samples(&ratio->sides, err);
    if (status == SHIFT_OK)
        status = shift__progress_new(&ratio->progress, settings->progress,
                                     "estimating the density ratio", 0, err);
    if (status == SHIFT_OK) /* once at least: other threads may take all of the work */
        status = shift__progress_check(ratio->progress, err);
    if (status == SHIFT_OK)
        status = shift__pool_new(&ratio->pool, settings->threads, err);
    if (status != SHIFT_OK)
        return status;
    shift__pool_watch(ratio->pool, ratio->progress);
    ratio->each = ratio->sides.samples[0].n < ratio->sides.samples[1].n ? ratio->sides.samples[0].n
                                                                        : ratio->sides.samples[1].n;
    if (ratio->each > SHIFT__JOINT_ROWS)
        ratio->each = SHIFT__JOINT_ROWS;
    return classify(ratio, learner, err);
}

shift_status shift__ratio_new(shift__ratio **out, const shift_profile *train,
                              const shift_profile *prod, const shift__ratio_settings *settings,
                              shift_error *err)
{
    shift__ratio *ratio = NULL;
    shift_status status = shift__alloc(&ratio, 1, sizeof *ratio, err);
    if (status != SHIFT_OK)
        return status;
    ratio->seed = settings->seed;
    status = fit(ratio, train, prod, settings, err);
    if (status != SHIFT_OK) {
        shift__ratio_free(ratio);
        return status;
    }
    *out = ratio;
    return SHIFT_OK;
}

/* The model that has not seen the row; a row that no model has seen gets any one, so that the
 * calibration, which is that of single models, holds for all rows alike. */
static unsigned char fold_of(const shift__ratio *ratio, int side, uint64_t row)
{
    shift__sample_row key = {0, row, 0};
    const shift__sample_row *found =
        bsearch(&key, ratio->sampled[side], ratio->each, sizeof *ratio->sampled[side], by_row);
    return (unsigned char)(found != NULL ? found->slot
                                         : shift__mix(ratio->seed ^ row) % SHIFT__FOLDS);
}

typedef struct scoring {
    const shift__ratio *ratio;
    const shift__table *rows;
    const unsigned char *folds;
    double *out;
    shift_status status[SHIFT__FOLDS];
    shift_error errors[SHIFT__FOLDS];
} scoring;

static shift_status score_fold(const scoring *s, unsigned char number, shift_error *err)
{
    size_t columns = s->rows->columns;
    size_t n = 0;
    for (size_t i = 0; i < s->rows->rows; i++)
        n += s->folds[i] == number;
    if (n == 0)
        return SHIFT_OK;
    float *values = NULL;
    double *scores = NULL;
    shift_status status = shift__alloc(&values, n * columns, sizeof *values, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&scores, n, sizeof *scores, err);
    size_t at = 0;
    for (size_t i = 0; status == SHIFT_OK && i < s->rows->rows; i++)
        if (s->folds[i] == number)
            memcpy(values + at++ * columns, s->rows->values + i * columns,
                   columns * sizeof *values);
    shift__table part = {values, n, columns};
    const shift__domain *domain = s->ratio->domain;
    if (status == SHIFT_OK)
        status = domain->learner->predict(domain->models[number], &part, scores, err);
    at = 0;
    for (size_t i = 0; status == SHIFT_OK && i < s->rows->rows; i++)
        if (s->folds[i] == number)
            s->out[i] = shift__calibrated_odds(&s->ratio->calibration, scores[at++]);
    free(values);
    free(scores);
    return status;
}

static void score_task(void *context, size_t number)
{
    scoring *s = context;
    s->status[number] = score_fold(s, (unsigned char)number, &s->errors[number]);
}

shift_status shift__ratio_odds(const shift__ratio *ratio, int side, uint64_t first,
                               const shift__table *rows, double *out, shift_error *err)
{
    unsigned char *folds = NULL;
    shift_status status = shift__alloc(&folds, rows->rows, sizeof *folds, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < rows->rows; i++)
        folds[i] = fold_of(ratio, side, first + i);
    scoring s = {.ratio = ratio, .rows = rows, .folds = folds};
    s.out = out;
    shift__pool_run(ratio->pool, SHIFT__FOLDS, score_task, &s);
    for (size_t f = 0; status == SHIFT_OK && f < SHIFT__FOLDS; f++)
        if (s.status[f] != SHIFT_OK)
            status = shift_error_set(err, s.status[f], "%s", s.errors[f].message);
    if (status == SHIFT_OK)
        status = shift__progress_check(ratio->progress, err);
    free(folds);
    return status;
}

/* Every feature weighs the same in the kernels' distances, however many columns code it. */
static void standardise(shift__ratio *ratio)
{
    size_t columns = ratio->encoder->columns;
    for (size_t c = 0; c < columns; c++) {
        double n = 0.0;
        double mean = 0.0;
        double squares = 0.0;
        for (size_t i = 0; i < 2 * ratio->each; i++) {
            double x = (double)ratio->values[i * columns + c];
            if (isnan(x))
                continue;
            n += 1.0;
            double d = x - mean;
            mean += d / n;
            squares += d * (x - mean);
        }
        const shift__encoding *e = &ratio->encoder->encodings[ratio->encoder->sources[c]];
        ratio->center[c] = mean;
        ratio->factor[c] = squares > 0.0 ? sqrt(n / squares / (double)e->columns) : 0.0;
    }
}

static void to_kernel_space(const shift__ratio *ratio, const float *row, double *out)
{
    for (size_t c = 0; c < ratio->encoder->columns; c++)
        out[c] = isnan(row[c]) ? 0.0 : ((double)row[c] - ratio->center[c]) * ratio->factor[c];
}

shift_status shift__ratio_fit_ulsif(shift__ratio *ratio, shift_error *err)
{
    size_t columns = ratio->encoder->columns;
    double *rows = NULL;
    shift_status status = shift__alloc(&rows, 2 * ratio->each * columns, sizeof *rows, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&ratio->center, columns, sizeof *ratio->center, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&ratio->factor, columns, sizeof *ratio->factor, err);
    if (status == SHIFT_OK) {
        standardise(ratio);
        for (size_t i = 0; i < 2 * ratio->each; i++)
            to_kernel_space(ratio, ratio->values + i * columns, rows + i * columns);
        status = shift__ulsif_new(&ratio->ulsif, rows, ratio->each, columns, ratio->pool, err);
    }
    free(rows);
    return status;
}

typedef struct evaluation {
    const shift__ratio *ratio;
    const shift__table *rows;
    double *points; /* a row of the kernels' space for each row */
    double *out;
} evaluation;

static void evaluate_task(void *context, size_t task)
{
    const evaluation *e = context;
    size_t columns = e->rows->columns;
    for (size_t i = task * STEP; i < (task + 1) * STEP && i < e->rows->rows; i++) {
        to_kernel_space(e->ratio, e->rows->values + i * columns, e->points + i * columns);
        e->out[i] = shift__ulsif_ratio(e->ratio->ulsif, e->points + i * columns);
    }
}

shift_status shift__ratio_ulsif(const shift__ratio *ratio, const shift__table *rows, double *out,
                                shift_error *err)
{
    evaluation e = {ratio, rows, NULL, NULL};
    e.out = out;
    shift_status status =
        shift__alloc(&e.points, rows->rows * rows->columns, sizeof *e.points, err);
    if (status == SHIFT_OK)
        shift__pool_run(ratio->pool, (rows->rows + STEP - 1) / STEP, evaluate_task, &e);
    free(e.points);
    return status;
}
