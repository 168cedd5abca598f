/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From two profiles to the measurements of the data set as a whole. */
#include "compare/joint/joint.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/joint/domain.h"
#include "compare/joint/explain.h"
#include "compare/joint/gaussian.h"
#include "compare/joint/kernel.h"
#include "compare/joint/matrix.h"
#include "compare/joint/moments.h"
#include "compare/joint/rows.h"

enum { MCC, AUC, HOTELLING, MAHALANOBIS, BOX, FRECHET, MEAN, COVARIANCE, MMD, ENERGY, PCA, N };

#define ROW(name, label, extent, summary)                                                          \
    {                                                                                              \
        name, label, 0, SHIFT__VALUES, extent, false, summary, NULL                                \
    }

const shift__statistic shift__joint_statistics[N] = {
    [MCC] = ROW("mcc", "domain classifier's MCC", SHIFT__ABOVE,
                "how well a classifier tells production rows from training rows"),
    [AUC] =
        ROW("auc", "domain classifier's AUC", SHIFT__ABOVE, "the same as the area under the curve"),
    [HOTELLING] =
        ROW("hotelling_t2", "Hotelling T2", SHIFT__ABOVE, "test that the mean vectors are equal"),
    [MAHALANOBIS] = ROW("mahalanobis", "Mahalanobis distance", SHIFT__ABOVE,
                        "distance of the mean vectors, by the covariance of training"),
    [BOX] = ROW("box_m", "Box M", SHIFT__ABOVE, "test that normal laws have equal covariances"),
    [FRECHET] = ROW("frechet", "Frechet distance", SHIFT__ABOVE,
                    "squared Frechet distance of normal laws, in training sd"),
    [MEAN] = ROW("whitened_mean", "whitened mean", SHIFT__ABOVE,
                 "production mean where training has mean 0, covariance 1"),
    [COVARIANCE] = ROW("whitened_covariance", "whitened covariance", SHIFT__ABOVE,
                       "distance of production's covariance from 1 there"),
    [MMD] = ROW("mmd", "squared MMD", SHIFT__ABOVE, "squared maximum mean discrepancy"),
    [ENERGY] = ROW("energy", "joint energy distance", SHIFT__ABOVE,
                   "energy distance of all numeric features together"),
    [PCA] = ROW("reconstruction_error", "reconstruction error", SHIFT__AROUND_1,
                "distance from training's principal components, over training's own"),
};

const size_t shift__n_joint_statistics = N;

/* What the parts share. */
typedef struct part {
    const shift__joint *joint;
    shift__pool *pool;
    shift__joint_sides sides;
    shift__numbers numbers;
    /* by measure_moments(): */
    bool measured;
    shift_status status;
    shift_error err;
    shift__basis *basis;
    shift__gaussian *gaussian; /* NULL where there is nothing to measure */
} part;

static void undefine(const part *p, int first, int last, const char *reason)
{
    for (int i = first; i <= last; i++)
        p->joint->estimates[i] = shift__undefined(reason);
}

static shift_status measure_gaussian(part *p, shift_error *err)
{
    static const struct {
        int row;
        shift__gaussian_statistic *compute;
    } statistics[] = {{HOTELLING, shift__hotelling_t2},
                      {MAHALANOBIS, shift__mahalanobis},
                      {BOX, shift__box_m},
                      {FRECHET, shift__frechet},
                      {MEAN, shift__whitened_mean},
                      {COVARIANCE, shift__whitened_covariance},
                      {PCA, shift__reconstruction_error}};
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < sizeof statistics / sizeof *statistics; i++) {
        shift__joint_value value;
        status = statistics[i].compute(p->gaussian, &value, err);
        if (status != SHIFT_OK)
            break;
        shift__estimate *out = &p->joint->estimates[statistics[i].row];
        *out = shift__undefined(value.reason);
        out->value = value.value;
        out->tail = value.tail;
    }
    return status;
}

/* Of many columns so many rows that the coordinates of all pairs are no more than of
 * SHIFT__JOINT_NARROW columns. */
static size_t kernel_rows(size_t columns)
{
    if (columns <= SHIFT__JOINT_NARROW)
        return SHIFT__JOINT_KERNEL_ROWS;
    return (size_t)(SHIFT__JOINT_KERNEL_ROWS * sqrt((double)SHIFT__JOINT_NARROW / (double)columns));
}

/* Rows of both sides in the basis' coordinates, one side after the other. */
static shift_status take_rows(const part *p, double **rows, size_t counts[2], shift_error *err)
{
    size_t width = p->basis->p;
    size_t most = kernel_rows(width);
    shift_status status = shift__alloc(rows, 2 * most * width, sizeof **rows, err);
    if (status != SHIFT_OK)
        return status;
    for (int side = 0; side < 2; side++)
        counts[side] = shift__joint_complete_rows(&p->sides, side, p->basis, p->numbers.use, most,
                                                  *rows + (side == 0 ? 0 : counts[0] * width));
    return SHIFT_OK;
}

static shift_status whiten_rows(const part *from, double *rows, size_t n, shift_error *err)
{
    const shift__basis *basis = from->basis;
    size_t p = basis->p;
    double *columns = NULL;
    shift_status status = shift__alloc(&columns, p * n, sizeof *columns, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < p; k++)
            columns[k * n + i] = rows[i * p + k];
    shift__solve_lower_columns(basis->factor, columns, p, n, from->pool);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < p; k++)
            rows[i * p + k] = columns[k * n + i];
    free(columns);
    return SHIFT_OK;
}

static shift_status test_covariance(const part *p, const shift__kernel_input *input, double *rows,
                                    shift_error *err)
{
    shift__estimate *out = &p->joint->estimates[COVARIANCE];
    if (isnan(out->value))
        return SHIFT_OK;
    shift_status status = whiten_rows(p, rows, input->labels->m + input->labels->n, err);
    if (status != SHIFT_OK)
        return status;
    double value = (double)NAN;
    status = shift__covariance_test(input, p->pool, &value, err);
    out->tail = shift__tail_of(value);
    return status;
}

static shift_status test_rows(const part *p, double *rows, const size_t counts[2], shift_error *err)
{
    shift__labelling what = {counts[0], counts[1], SHIFT__JOINT_PERMUTATIONS, p->joint->seed};
    shift__labels *labels = NULL;
    shift_status status = shift__labels_new(&labels, &what, p->pool, err);
    if (status != SHIFT_OK)
        return status;
    shift__kernel_input input = {rows, p->basis->p, labels};
    shift__kernel_result r;
    status = shift__kernel_tests(&input, p->pool, &r, err);
    if (status == SHIFT_OK) {
        p->joint->estimates[MMD] = shift__undefined(
            r.bandwidth == 0.0 ? "more than half of the pairs of rows are equal" : NULL);
        p->joint->estimates[MMD].value = r.mmd;
        p->joint->estimates[MMD].tail = shift__tail_of(r.mmd_p);
        p->joint->estimates[ENERGY] = shift__value(r.energy);
        p->joint->estimates[ENERGY].tail = shift__tail_of(r.energy_p);
        status = test_covariance(p, &input, rows, err);
    }
    shift__labels_free(labels);
    return status;
}

static shift_status measure_rows(const part *p, shift_error *err)
{
    if (!shift__joint_have_samples(&p->sides)) {
        undefine(p, MMD, ENERGY, "a profile has no row sample");
        return SHIFT_OK;
    }
    double *rows = NULL;
    size_t counts[2];
    shift_status status = take_rows(p, &rows, counts, err);
    if (status == SHIFT_OK && (counts[0] < 2 || counts[1] < 2))
        undefine(p, MMD, ENERGY, "fewer than two complete rows in a sample");
    else if (status == SHIFT_OK)
        status = test_rows(p, rows, counts, err);
    free(rows);
    return status;
}

static const char *obstacle(const part *p)
{
    const shift__numbers *numbers = &p->numbers;
    if (p->sides.n_numbers < 2)
        return "fewer than two numeric features on both sides";
    if (!numbers->found)
        return "more than 512 numeric features";
    if (numbers->moments[0].n < 2.0 || numbers->moments[1].n < 2.0)
        return "fewer than two complete rows on a side";
    return NULL;
}

static shift_status try_moments(part *p, shift_error *err)
{
    const shift__numbers *numbers = &p->numbers;
    const char *reason = obstacle(p);
    if (reason != NULL) {
        undefine(p, HOTELLING, PCA, reason);
        return SHIFT_OK;
    }
    shift_status status = shift__basis_new(&p->basis, numbers->n_use, &numbers->moments[0], err);
    if (status == SHIFT_OK && p->basis->p < 2 &&
        shift__joint_beyond(&p->sides, numbers->use, numbers->n_use)) {
        undefine(p, HOTELLING, PCA, shift__beyond);
        return SHIFT_OK;
    }
    if (status == SHIFT_OK)
        status = shift__gaussian_new(&p->gaussian, p->basis, &numbers->moments[1], err);
    return status == SHIFT_OK ? measure_gaussian(p, err) : status;
}

/* What needs no rows and names nothing, and so can be done while the classifier learns. */
static void measure_moments(void *context)
{
    part *p = context;
    p->measured = true;
    p->status = try_moments(p, &p->err);
}

/* Everything about the numeric columns together. */
static shift_status measure_numbers(part *p, shift_error *err)
{
    const shift__numbers *numbers = &p->numbers;
    if (!p->measured)
        measure_moments(p);
    if (p->status != SHIFT_OK)
        return shift_error_set(err, p->status, "%s", p->err.message);
    if (p->gaussian == NULL)
        return SHIFT_OK;
    shift_status status = SHIFT_OK;
    if (numbers->sampled)
        status = shift__explain_sampled(p->joint->findings, &p->sides, numbers->use, numbers->n_use,
                                        err);
    else
        status = shift__explain_incomplete(p->joint->findings, &p->sides, numbers->moments, err);
    undefine(p, MMD, ENERGY, "fewer than two numeric features");
    if (status == SHIFT_OK && p->basis->p >= 2)
        status = measure_rows(p, err);
    shift__explanation e = {p->joint->findings, &p->sides, p->numbers.use, p->gaussian, p->pool};
    if (status == SHIFT_OK)
        status = shift__explain_exclusions(&e, &numbers->moments[0], err);
    if (status == SHIFT_OK)
        status = shift__explain_mean(&e, &p->joint->estimates[MEAN], err);
    if (status == SHIFT_OK)
        status = shift__explain_covariance(&e, &p->joint->estimates[COVARIANCE], err);
    if (status == SHIFT_OK)
        status = shift__explain_correlations(&e, err);
    return status;
}

static void store_figure(const shift__domain_figure *figure, shift__estimate *out)
{
    *out = (shift__estimate){figure->value, figure->low, figure->high, shift__tail_of(figure->p),
                             NULL};
}

static shift_status classify(part *p, const shift__learner *learner, size_t each, shift_error *err)
{
    shift__encoder *encoder = NULL;
    float *values = NULL;
    shift__domain *domain = NULL;
    shift_status status = shift__encoder_new(&encoder, &p->sides, each, p->pool, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&values, 2 * each * encoder->columns, sizeof *values, err);
    if (status == SHIFT_OK && encoder->columns == 0) {
        undefine(p, MCC, AUC, "no values to tell sampled rows apart by");
    } else if (status == SHIFT_OK) {
        shift__encode_samples(encoder, each, p->pool, values);
        shift__domain_input input = {.table = {values, 2 * each, encoder->columns},
                                     .learner = learner,
                                     .seed = p->joint->seed,
                                     .beside = measure_moments,
                                     .context = p};
        status = shift__domain_new(&domain, &input, p->pool, err);
    }
    if (status == SHIFT_OK && domain != NULL) {
        store_figure(&domain->mcc, &p->joint->estimates[MCC]);
        store_figure(&domain->auc, &p->joint->estimates[AUC]);
        status = shift__explain_domain(p->joint->findings, encoder, domain, p->joint->alone, err);
    }
    shift__domain_free(domain);
    free(values);
    shift__encoder_free(encoder);
    return status;
}

static shift_status measure_domain(part *p, shift_error *err)
{
    const shift__learner *learner = shift__learner_trees();
    if (learner == NULL)
        learner = shift__learner_logistic();
    size_t each = p->sides.samples[0].n < p->sides.samples[1].n ? p->sides.samples[0].n
                                                                : p->sides.samples[1].n;
    each = each < SHIFT__JOINT_ROWS ? each : SHIFT__JOINT_ROWS;
    const char *reason = NULL;
    if (learner == NULL)
        reason = "this build has neither xgboost nor liblinear";
    else if (!shift__joint_have_samples(&p->sides))
        reason = "a profile has no row sample";
    else if (each < SHIFT__DOMAIN_LEAST)
        reason = "fewer than 20 rows on a side";
    else if (p->sides.n_columns == 0)
        reason = "no feature that both sides have";
    if (reason == NULL)
        return classify(p, learner, each, err);
    undefine(p, MCC, AUC, reason);
    return SHIFT_OK;
}

shift_status shift__joint_measure(const shift__joint *joint, shift_error *err)
{
    part p = {.joint = joint, .pool = joint->pool};
    shift__progress *progress = shift__pool_progress(joint->pool);
    shift_status status = shift__progress_check(progress, err);
    if (status == SHIFT_OK)
        status = shift__joint_sides_init(&p.sides, joint->train, joint->prod, err);
    if (status == SHIFT_OK)
        status = shift__numbers_init(&p.numbers, &p.sides, false, err);
    if (status == SHIFT_OK)
        status = measure_domain(&p, err);
    if (status == SHIFT_OK)
        status = shift__progress_check(progress, err);
    if (status == SHIFT_OK)
        status = measure_numbers(&p, err);
    shift__gaussian_free(p.gaussian);
    shift__basis_free(p.basis);
    shift__numbers_clear(&p.numbers);
    shift__joint_sides_clear(&p.sides);
    return status;
}
