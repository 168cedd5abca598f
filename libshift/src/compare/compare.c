/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One comparison: every column of training against the production column of its name, every
 * statistic of its kind, then the decision over all of them together. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/curve.h"
#include "compare/custom.h"
#include "compare/decision/decision.h"
#include "compare/dependence.h"
#include "compare/distribution.h"
#include "compare/findings.h"
#include "compare/joint/joint.h"
#include "compare/owner.h"
#include "compare/pair.h"
#include "compare/statistics/contingency.h"
#include "core/memory.h"
#include "core/null.h"
#include "core/options.h"
#include "profile/feature.h"
#include "profile/pending.h"

typedef struct builder {
    shift__comparison_owner *owner;
    const shift_profile *train, *prod;
    const shift_policy *policy;
    shift__findings findings;
    shift__case *cases;
    size_t n;
    bool serial_train, serial_prod; /* whether the order of the rows may mean something */
    bool series;                    /* whether it does */
    size_t n_dependent;             /* columns */
    shift__statistic *customs;      /* rows of the policy's own statistics */
} builder;

void shift_comparison_free(shift_comparison *comparison)
{
    if (comparison == NULL)
        return;
    shift__comparison_owner *owner = (shift__comparison_owner *)(void *)comparison;
    shift__arena_clear(&owner->arena);
    free(owner);
}

static bool kinds_agree(shift_kind x, shift_kind y)
{
    return shift_kind_is_number(x) || shift_kind_is_number(y) ? x == y : true;
}

/* Production's side of a column; values of another kind count as values that do not parse. */
static shift_status production_side(const builder *b, const shift__column *c, shift_kind kind,
                                    shift_distribution **out, shift_error *err)
{
    uint64_t rows = shift_profile_rows(b->prod);
    if (c->prod_column == SIZE_MAX || shift_profile_absent(b->prod, c->prod_column))
        return shift__distribution_absent(out, kind, rows, err);
    const shift__feature *feature = shift__profile_feature(b->prod, c->prod_column);
    if (kinds_agree(kind, feature->kind))
        return shift_distribution_of_profile(out, b->prod, c->prod_column, err);
    shift_status status = shift__distribution_absent(out, kind, rows, err);
    if (status == SHIFT_OK) {
        (*out)->missing = feature->missing;
        (*out)->non_finite = feature->non_finite;
        (*out)->invalid = rows - feature->missing - feature->non_finite;
    }
    return status;
}

static size_t count_statistics(const builder *b, shift_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < shift__n_statistics; i++)
        n += (shift__statistics[i].kinds >> kind & 1u) != 0;
    for (size_t i = 0; i < b->policy->n_statistics; i++)
        n += (b->customs[i].kinds >> kind & 1u) != 0;
    return n;
}

static void store_estimate(const shift__estimate *e, shift_measurement *m)
{
    m->value = e->value;
    m->low = e->low;
    m->high = e->high;
    m->p_value = e->tail.p;
    m->log10_p = e->tail.log10_p;
    m->p_adjusted = (double)NAN;
    m->reason = e->reason;
    if (isfinite(m->value))
        return;
    m->value = m->low = m->high = (double)NAN;
    if (m->reason == NULL)
        m->reason = shift__beyond;
}

/* Room for n measurements, and the list that the subject shows. */
static shift_status make_room(builder *b, shift__case *c, size_t n, const shift_measurement ***list,
                              shift_error *err)
{
    shift__arena *arena = &b->owner->arena;
    shift_status status =
        shift__arena_alloc(arena, &c->measurements, n, sizeof *c->measurements, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &c->statistics, n, sizeof(void *), err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &c->weights, n, sizeof *c->weights, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, list, n, sizeof(void *), err);
    return status;
}

static void add_measurement(shift__case *c, const shift__statistic *row,
                            const shift__estimate *estimate, const shift_measurement **list)
{
    shift_measurement *m = &c->measurements[c->n];
    m->statistic = row->name;
    m->warn = m->alert = (double)NAN;
    store_estimate(estimate, m);
    c->statistics[c->n] = row;
    list[c->n] = m;
    c->n++;
    c->subject->measurements = list;
    c->subject->n_measurements = c->n;
}

static shift_status measure_customs(builder *b, const shift__pair *pair, shift__case *c,
                                    const shift_measurement **list, shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < b->policy->n_statistics; i++) {
        shift__estimate estimate;
        if ((b->customs[i].kinds >> c->subject->kind & 1u) == 0)
            continue;
        status = shift__custom_measure(&b->policy->statistics[i], pair, &estimate, err);
        add_measurement(c, &b->customs[i], &estimate, list);
        c->measurements[c->n - 1].warn = b->policy->statistics[i].warn;
        c->measurements[c->n - 1].alert = b->policy->statistics[i].alert;
    }
    return status;
}

static shift_status measure(builder *b, const shift__pair *pair, shift__case *c, shift_error *err)
{
    shift_kind kind = c->subject->kind;
    const shift_measurement **list = NULL;
    shift_policy policy;
    shift_status status = make_room(b, c, count_statistics(b, kind), &list, err);
    if (status == SHIFT_OK)
        status = shift__policy_narrow(&policy, b->policy, c->subject->name, &b->owner->arena, err);
    for (size_t i = 0; status == SHIFT_OK && i < shift__n_statistics; i++) {
        const shift__statistic *row = &shift__statistics[i];
        if ((row->kinds >> kind & 1u) == 0)
            continue;
        shift__estimate estimate = shift__undefined(NULL);
        status = row->compute(pair, &estimate, err);
        add_measurement(c, row, &estimate, list);
        shift__policy_thresholds(&policy, c->subject->name, row, kind, &c->measurements[c->n - 1]);
    }
    return status == SHIFT_OK ? measure_customs(b, pair, c, list, err) : status;
}

static shift_status new_subject(builder *b, shift_subject_type type, const char *name,
                                shift_kind kind, shift_subject **out, shift_error *err)
{
    shift__arena *arena = &b->owner->arena;
    shift_subject *s = NULL;
    shift_status status = shift__arena_alloc(arena, &s, 1, sizeof *s, err);
    if (status == SHIFT_OK)
        status = shift__arena_text(arena, &s->name, name, name == NULL ? 0 : strlen(name), err);
    if (status != SHIFT_OK)
        return status;
    s->type = type;
    s->kind = kind;
    s->detectable_mean_shift = (double)NAN;
    *out = s;
    return SHIFT_OK;
}

/* One side's inflation, where its rows are a series. */
static shift__inflation inflation_of(bool serial, const shift_profile *profile, size_t column,
                                     const shift_distribution *d, bool sure)
{
    if (!serial || column == SIZE_MAX)
        return (shift__inflation){1.0, 1.0, 1.0, 1.0};
    return shift__inflation_of(shift__profile_feature(profile, column), d, sure);
}

/* A side with few rows cannot show by itself what the other shows, nor how much: where both are
 * series, the larger figure is that of both. */
static shift__dependence dependence_of(const builder *b, const shift__column *c)
{
    shift__dependence d;
    d.train = inflation_of(b->serial_train, b->train, c->train_column, c->x, b->series);
    bool sure = b->series || d.train.values > 1.0;
    d.prod = inflation_of(b->serial_prod, b->prod, c->prod_column, c->y, sure);
    if (!sure && d.prod.values > 1.0)
        d.train = inflation_of(b->serial_train, b->train, c->train_column, c->x, true);
    if (b->serial_train && b->serial_prod && c->prod_column != SIZE_MAX)
        shift__share_inflation(&d, c->x, c->y);
    return d;
}

static shift_status account_for_dependence(builder *b, const shift__column *c,
                                           const shift__pair *pair, shift__case *out,
                                           shift_error *err)
{
    shift__dependence d = dependence_of(b, c);
    double *log10_p = NULL;
    if (!shift__is_dependent(&d))
        return SHIFT_OK;
    b->n_dependent++;
    shift_status status =
        shift__arena_alloc(&b->owner->arena, &log10_p, out->n, sizeof *log10_p, err);
    if (status != SHIFT_OK)
        return status;
    shift__account_for_dependence(&d, pair, out, log10_p);
    return shift__report_dependence(&d, c, &b->findings, err);
}

static shift_status compare_sides(builder *b, const shift__column *c, shift__case *out,
                                  shift_error *err)
{
    shift__pair *pair = NULL;
    shift_status status = shift__pair_new(&pair, c->x, c->y, err);
    if (status != SHIFT_OK)
        return status;
    out->n_cells = pair->numeric ? pair->n_cells : shift__merged_cells(pair);
    shift__summarise(c->x, &out->subject->train);
    shift__summarise(c->y, &out->subject->prod);
    status = shift__draw(c->x, c->y, &b->owner->arena, out->subject, err);
    if (status == SHIFT_OK)
        status = measure(b, pair, out, err);
    if (status == SHIFT_OK)
        status = account_for_dependence(b, c, pair, out, err);
    shift__pair_free(pair);
    return status;
}

static shift_status compare_column(builder *b, size_t i, shift_error *err)
{
    const shift_schema *schema = shift_profile_schema(b->train);
    const char *name = shift_schema_name(schema, i);
    shift_kind kind = shift_schema_kind(schema, i);
    shift__column c = {
        name, b->train, b->prod, i, shift_schema_find(shift_profile_schema(b->prod), name),
        NULL, NULL};
    shift_distribution *x = NULL;
    shift_distribution *y = NULL;
    shift_status status =
        new_subject(b, SHIFT_SUBJECT_FEATURE, name, kind, &b->cases[i].subject, err);
    if (status == SHIFT_OK)
        status = shift_distribution_of_profile(&x, b->train, i, err);
    if (status == SHIFT_OK)
        status = production_side(b, &c, kind, &y, err);
    c.x = x;
    c.y = y;
    if (status == SHIFT_OK)
        status = compare_sides(b, &c, &b->cases[i], err);
    if (status == SHIFT_OK)
        status = shift__findings_column(&b->findings, &c, err);
    shift_distribution_free(x);
    shift_distribution_free(y);
    return status;
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
        alone[i] = value_of(&b->cases[i], "mcc");
    shift__joint joint = {
        b->train, b->prod, b->policy->seed, b->policy->threads, &b->findings, estimates,
        NULL,     alone};
    if (status == SHIFT_OK)
        status =
            shift__progress_new(&joint.progress, b->policy->progress, "the comparison", b->n, err);
    shift__progress_add(joint.progress, b->n);
    if (status == SHIFT_OK)
        status = shift__joint_measure(&joint, err);
    shift__progress_free(joint.progress);
    free(alone);
    return status;
}

/* A classifier tells stretches of time apart, shift or no shift: it is not asked to decide. */
static shift_status leave_undecided(builder *b, shift__case *c, shift_error *err)
{
    double *log10_p = NULL;
    shift_status status =
        shift__arena_alloc(&b->owner->arena, &log10_p, c->n, sizeof *log10_p, err);
    for (size_t i = 0; status == SHIFT_OK && i < c->n; i++)
        log10_p[i] = (double)NAN;
    c->log10_p = log10_p;
    return status == SHIFT_OK
               ? shift__findings_add(&b->findings, SHIFT_LEVEL_INFO, NULL,
                                     "rows depend on those before them, and a classifier tells any "
                                     "two stretches of such rows apart: its mcc does not decide",
                                     err)
               : status;
}

/* The data set is the last case. */
static shift_status measure_dataset(builder *b, shift_error *err)
{
    shift__case *c = &b->cases[b->n];
    const shift_measurement **list = NULL;
    shift__estimate *estimates = NULL;
    shift_status status =
        new_subject(b, SHIFT_SUBJECT_DATASET, "dataset", SHIFT__DATASET_KIND, &c->subject, err);
    if (status != SHIFT_OK)
        return status;
    c->subject->train.n = shift_profile_rows(b->train);
    c->subject->prod.n = shift_profile_rows(b->prod);
    if (b->policy->no_joint)
        return SHIFT_OK;
    status = make_room(b, c, shift__n_joint_statistics, &list, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&estimates, shift__n_joint_statistics, sizeof *estimates, err);
    if (status == SHIFT_OK)
        status = measure_joint(b, estimates, err);
    for (size_t i = 0; status == SHIFT_OK && i < shift__n_joint_statistics; i++) {
        const shift__statistic *row = &shift__joint_statistics[i];
        add_measurement(c, row, &estimates[i], list);
        if (is_of_dataset(row))
            shift__policy_thresholds(b->policy, "", row, SHIFT__DATASET_KIND, &c->measurements[i]);
    }
    free(estimates);
    if (status == SHIFT_OK && b->n_dependent > 0)
        status = leave_undecided(b, c, err);
    return status;
}

/* The verdict on all features together and that of the features by themselves: the worse counts. */
static shift_status decide_dataset(builder *b, const shift__bench *bench,
                                   const shift_subject *const *features, shift_error *err)
{
    shift__case *c = &b->cases[b->n];
    shift_subject *dataset = c->subject;
    shift_status status = shift__judge(bench, c, err);
    dataset->kind = SHIFT_KIND_NUMERIC;
    shift_verdict joint = dataset->verdict;
    const char *reason = dataset->reason;
    dataset->reason = NULL;
    if (status == SHIFT_OK)
        status = shift__judge_dataset(bench, b->policy->fail_share, features, b->n, dataset, err);
    /* where the user counts features, nothing else may raise the alarm */
    bool counted = !isnan(b->policy->fail_share);
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
    shift_status status = shift__adjust(b->cases, b->n + 1, &n_subjects, err);
    double alpha = b->policy->alpha;
    shift__bench bench = {alpha, alpha / (double)(n_subjects > 0 ? n_subjects : 1),
                          &b->owner->arena};
    for (size_t i = 0; status == SHIFT_OK && i < b->n; i++)
        status = shift__judge(&bench, &b->cases[i], err);
    shift_comparison *view = &b->owner->view;
    const shift_subject **features = NULL;
    if (status == SHIFT_OK)
        status = shift__arena_alloc(bench.arena, &features, b->n, sizeof(void *), err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < b->n; i++)
        features[i] = b->cases[i].subject;
    status = decide_dataset(b, &bench, features, err);
    view->features = features;
    view->n_features = b->n;
    view->dataset = b->cases[b->n].subject;
    view->verdict = view->dataset->verdict;
    return status;
}

static shift_status copy_sides(builder *b, shift_error *err)
{
    shift_comparison *view = &b->owner->view;
    const shift_profile *profiles[] = {b->train, b->prod};
    shift_side *sides[] = {&view->train, &view->prod};
    for (int i = 0; i < 2; i++) {
        const char *source = shift_profile_source(profiles[i]);
        shift_status status = shift__arena_text(&b->owner->arena, &sides[i]->source, source,
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

static shift_status tell(const builder *b, size_t done, shift_error *err)
{
    const shift_progress *progress = b->policy->progress;
    if (progress == NULL || progress->step == NULL || progress->step(progress->context, done, b->n))
        return SHIFT_OK;
    return shift_error_set(err, SHIFT_ECANCELLED, "the comparison was cancelled");
}

static shift_status build(builder *b, shift_error *err)
{
    b->serial_train = is_serial(b->train, b->policy->dependence);
    b->serial_prod = is_serial(b->prod, b->policy->dependence);
    b->series =
        shift__rows_are_series(b->serial_train ? b->train : NULL, b->serial_prod ? b->prod : NULL);
    shift_status status = copy_sides(b, err);
    if (status == SHIFT_OK)
        status = shift__customs_take(b->policy, &b->owner->arena, &b->customs, err);
    for (size_t i = 0; status == SHIFT_OK && i < b->n; i++) {
        status = tell(b, i, err);
        if (status == SHIFT_OK)
            status = compare_column(b, i, err);
    }
    if (status == SHIFT_OK)
        status = tell(b, b->n, err);
    if (status == SHIFT_OK)
        status = shift__findings_extras(&b->findings, b->train, b->prod, err);
    if (status == SHIFT_OK)
        status = measure_dataset(b, err);
    if (status == SHIFT_OK)
        status = shift__findings_take(&b->findings, &b->owner->view, err);
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
                           shift_profile_source(train), shift_profile_source(prod));
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
    builder b = {NULL,
                 train,
                 prod,
                 &complete,
                 {.list = NULL},
                 NULL,
                 shift_schema_size(shift_profile_schema(train)),
                 false,
                 false,
                 false,
                 0,
                 NULL};
    if (status == SHIFT_OK)
        status = shift__alloc(&b.owner, 1, sizeof *b.owner, err);
    if (status != SHIFT_OK)
        return status;
    b.owner->view.size = sizeof b.owner->view;
    b.owner->view.seed = complete.seed;
    b.findings.arena = &b.owner->arena;
    status = shift__alloc(&b.cases, b.n + 1, sizeof *b.cases, err);
    if (status == SHIFT_OK)
        status = build(&b, err);
    free(b.cases);
    shift__findings_clear(&b.findings);
    if (status != SHIFT_OK) {
        shift_comparison_free(&b.owner->view);
        return status;
    }
    *out = &b.owner->view;
    return SHIFT_OK;
}
