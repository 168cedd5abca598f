/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One comparison: every column of training against the production column of its name, then all of
 * them together, then the decision. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/columns.h"
#include "compare/custom.h"
#include "compare/dependence.h"
#include "compare/joint/joint.h"
#include "compare/owner.h"
#include "core/null.h"
#include "core/options.h"
#include "profile/label.h"
#include "profile/pending.h"

typedef struct builder {
    shift__comparison_owner *owner;
    shift__columns all; /* the cases of them, and one more, of the data set */
    size_t n;
    shift__pool *pool;
    shift__progress *progress;
} builder;

void shift_comparison_free(shift_comparison *comparison)
{
    if (comparison == NULL)
        return;
    shift__comparison_owner *owner = (shift__comparison_owner *)(void *)comparison;
    shift__arena_clear(&owner->arena);
    free(owner);
}

/* Thresholds of a statistic whose name features have as well are meant for the features, unless it
 * has a part in the decision on the data set: the classifier's MCC. */
static bool is_of_dataset(const shift__statistic *row)
{
    return shift__statistic_find(row->name) == row ||
           shift__role_of(row, SHIFT__DATASET_KIND)->weight > 0.0;
}

static double value_of(const shift__case *c, const char *statistic)
{
    for (size_t i = 0; i < c->n; i++)
        if (strcmp(c->statistics[i]->name, statistic) == 0)
            return c->measurements[i].value;
    return (double)NAN;
}

static shift_status measure_joint(builder *b, shift__estimate *estimates, shift_error *err)
{
    double *alone = NULL;
    shift_status status = shift__alloc(&alone, b->n, sizeof *alone, err);
    for (size_t i = 0; status == SHIFT_OK && i < b->n; i++)
        alone[i] = value_of(&b->all.cases[i], "mcc");
    const shift__joint joint = {b->all.train, b->all.prod,      b->all.policy->seed,
                                b->pool,      &b->all.findings, estimates,
                                alone};
    if (status == SHIFT_OK)
        status = shift__joint_measure(&joint, err);
    free(alone);
    return status;
}

/* A classifier tells stretches of time apart, shift or no shift: it is not asked to decide. */
static shift_status leave_undecided(builder *b, shift__case *c, shift_error *err)
{
    double *log10_p = NULL;
    shift_status status = shift__arena_alloc(b->all.arena, &log10_p, c->n, sizeof *log10_p, err);
    for (size_t i = 0; status == SHIFT_OK && i < c->n; i++)
        log10_p[i] = (double)NAN;
    c->log10_p = log10_p;
    return status == SHIFT_OK
               ? shift__findings_add(&b->all.findings, SHIFT_LEVEL_INFO, NULL,
                                     "rows depend on those before them, and a classifier tells any "
                                     "two stretches of such rows apart: its mcc does not decide",
                                     err)
               : status;
}

/* The data set is the last case. */
static shift_status measure_dataset(builder *b, shift_error *err)
{
    shift__case *c = &b->all.cases[b->n];
    const shift_measurement **list = NULL;
    shift__estimate *estimates = NULL;
    shift_status status = shift__subject_new(&c->subject, b->all.arena, SHIFT_SUBJECT_DATASET,
                                             "dataset", SHIFT__DATASET_KIND, err);
    if (status != SHIFT_OK)
        return status;
    c->subject->train.n = shift_profile_rows(b->all.train);
    c->subject->prod.n = shift_profile_rows(b->all.prod);
    if (b->all.policy->no_joint)
        return SHIFT_OK;
    status = shift__case_room(c, b->all.arena, shift__n_joint_statistics, &list, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&estimates, shift__n_joint_statistics, sizeof *estimates, err);
    if (status == SHIFT_OK)
        status = measure_joint(b, estimates, err);
    for (size_t i = 0; status == SHIFT_OK && i < shift__n_joint_statistics; i++) {
        const shift__statistic *row = &shift__joint_statistics[i];
        shift__case_add(c, row, &estimates[i], list);
        if (is_of_dataset(row))
            shift__policy_thresholds(b->all.policy, "", row, SHIFT__DATASET_KIND,
                                     &c->measurements[i]);
    }
    free(estimates);
    if (status == SHIFT_OK && b->all.n_dependent > 0)
        status = leave_undecided(b, c, err);
    return status;
}

/* The verdict on all features together and that of the features by themselves: the worse counts. */
static shift_status decide_dataset(builder *b, const shift__bench *bench,
                                   const shift_subject *const *features, shift_error *err)
{
    shift__case *c = &b->all.cases[b->n];
    shift_subject *dataset = c->subject;
    shift_status status = shift__judge(bench, c, err);
    dataset->kind = SHIFT_KIND_NUMERIC;
    shift_verdict joint = dataset->verdict;
    const char *reason = dataset->reason;
    dataset->reason = NULL;
    if (status == SHIFT_OK)
        status =
            shift__judge_dataset(bench, b->all.policy->fail_share, features, b->n, dataset, err);
    /* where the user counts features, nothing else may raise the alarm */
    bool counted = !isnan(b->all.policy->fail_share);
    if (status == SHIFT_OK && !counted && joint > SHIFT_VERDICT_INCONCLUSIVE &&
        joint > dataset->verdict) {
        dataset->verdict = joint;
        status = shift__arena_print(
            bench->arena, &dataset->reason, err, "%s%s%s",
            dataset->reason == NULL ? "" : dataset->reason,
            dataset->reason == NULL ? "all together: " : "; all together: ", reason);
    }
    return status;
}

static shift_status decide(builder *b, shift_error *err)
{
    size_t n_subjects = 0;
    shift_status status = shift__adjust(b->all.cases, b->n + 1, &n_subjects, err);
    double alpha = b->all.policy->alpha;
    shift__bench bench = {alpha, alpha / (double)(n_subjects > 0 ? n_subjects : 1), b->all.arena};
    for (size_t i = 0; status == SHIFT_OK && i < b->n; i++)
        status = shift__judge(&bench, &b->all.cases[i], err);
    shift_comparison *view = &b->owner->view;
    const shift_subject **features = NULL;
    if (status == SHIFT_OK)
        status = shift__arena_alloc(bench.arena, &features, b->n, sizeof(void *), err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < b->n; i++)
        features[i] = b->all.cases[i].subject;
    status = decide_dataset(b, &bench, features, err);
    view->features = features;
    view->n_features = b->n;
    view->dataset = b->all.cases[b->n].subject;
    view->verdict = view->dataset->verdict;
    return status;
}

static shift_status copy_sides(builder *b, shift_error *err)
{
    shift_comparison *view = &b->owner->view;
    const shift_profile *profiles[] = {b->all.train, b->all.prod};
    shift_side *sides[] = {&view->train, &view->prod};
    for (int i = 0; i < 2; i++) {
        const char *source = shift_profile_source(profiles[i]);
        shift_status status = shift__arena_text(b->all.arena, &sides[i]->source, source,
                                                source == NULL ? 0 : strlen(source), err);
        if (status != SHIFT_OK)
            return status;
        sides[i]->rows = shift_profile_rows(profiles[i]);
    }
    return SHIFT_OK;
}

static bool is_serial(const shift_profile *profile, shift_dependence dependence)
{
    return dependence == SHIFT_DEPENDENCE_SERIAL ||
           (dependence == SHIFT_DEPENDENCE_AUTO &&
            shift__row_order_of(profile) != SHIFT__ORDER_KEY);
}

static shift_status build(builder *b, shift_error *err)
{
    b->all.serial_train = is_serial(b->all.train, b->all.policy->dependence);
    b->all.serial_prod = is_serial(b->all.prod, b->all.policy->dependence);
    b->all.series = shift__rows_are_series(b->all.serial_train ? b->all.train : NULL,
                                           b->all.serial_prod ? b->all.prod : NULL);
    shift_status status = copy_sides(b, err);
    shift__statistic *customs = NULL;
    if (status == SHIFT_OK)
        status = shift__customs_take(b->all.policy, b->all.arena, &customs, err);
    b->all.customs = customs;
    if (status == SHIFT_OK)
        status =
            shift__progress_new(&b->progress, b->all.policy->progress, "the comparison", b->n, err);
    if (status == SHIFT_OK) /* once at least: other threads may take all features */
        status = shift__progress_check(b->progress, err);
    if (status == SHIFT_OK)
        status = shift__pool_new(&b->pool, b->all.policy->threads, err);
    if (status == SHIFT_OK) {
        shift__pool_watch(b->pool, b->progress);
        status = shift__columns_compare(&b->all, b->n, b->pool, err);
    }
    if (status == SHIFT_OK)
        status = shift__findings_extras(&b->all.findings, b->all.train, b->all.prod, err);
    if (status == SHIFT_OK)
        status = measure_dataset(b, err);
    if (status == SHIFT_OK)
        status = shift__findings_take(&b->all.findings, &b->owner->view, err);
    return status == SHIFT_OK ? decide(b, err) : status;
}

static shift_status check_columns(const shift_profile *train, const shift_profile *prod,
                                  shift_error *err)
{
    const shift_schema *ours = shift_profile_schema(train);
    const shift_schema *theirs = shift_profile_schema(prod);
    for (size_t i = 0; i < shift_schema_size(ours); i++) {
        size_t k = shift_schema_find(theirs, shift_schema_name(ours, i));
        if (k != SIZE_MAX && !shift_profile_absent(prod, k))
            return SHIFT_OK;
    }
    return shift_error_set(err, SHIFT_EINCOMPATIBLE, "%s and %s have no column in common",
                           shift__profile_label(train), shift__profile_label(prod));
}

shift_status shift_compare(shift_comparison **out, const shift_profile *train,
                           const shift_profile *prod, const shift_policy *policy, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, train, prod))
        return SHIFT_EINVAL;
    shift_policy complete = SHIFT_POLICY_INIT;
    shift_status status = SHIFT__OPTIONS_TAKE(&complete, policy, "shift_policy", err);
    if (status == SHIFT_OK)
        status = shift__policy_check(&complete, shift_profile_schema(train), err);
    if (status == SHIFT_OK)
        status = check_columns(train, prod, err);
    if (status == SHIFT_OK)
        status = shift__profile_settled(train, err);
    if (status == SHIFT_OK)
        status = shift__profile_settled(prod, err);
    builder b = {.all = {.train = train, .prod = prod, .policy = &complete},
                 .n = shift_schema_size(shift_profile_schema(train))};
    if (status == SHIFT_OK)
        status = shift__alloc(&b.owner, 1, sizeof *b.owner, err);
    if (status != SHIFT_OK)
        return status;
    b.owner->view.size = sizeof b.owner->view;
    b.owner->view.seed = complete.seed;
    b.all.arena = b.all.findings.arena = &b.owner->arena;
    status = shift__alloc(&b.all.cases, b.n + 1, sizeof *b.all.cases, err);
    if (status == SHIFT_OK)
        status = build(&b, err);
    shift__pool_free(b.pool);
    shift__progress_free(b.progress);
    free(b.all.cases);
    shift__findings_clear(&b.all.findings);
    if (status != SHIFT_OK) {
        shift_comparison_free(&b.owner->view);
        return status;
    }
    *out = &b.owner->view;
    return SHIFT_OK;
}
