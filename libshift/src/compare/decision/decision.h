/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two questions: is it real, and is it large enough to matter. docs/methods.md argues for the
 * rules and their defaults. */
#ifndef SHIFT_COMPARE_DECISION_H
#define SHIFT_COMPARE_DECISION_H

#include <stdbool.h>
#include <stddef.h>

#include "compare/statistics/statistic.h"
#include "core/memory.h"
#include "shift/comparison.h"

/* While it is judged, the data set bears a kind whose features are judged for missing values only:
 * nothing that is asked of numbers or categories is asked of it. */
#define SHIFT__DATASET_KIND SHIFT_KIND_IDENTIFIER
#define SHIFT__DATASET (1u << SHIFT__DATASET_KIND)

/** The part that a statistic has in the decision by default. */
typedef struct shift__role {
    const char *statistic;
    unsigned kinds;     /* bits of the kinds it has this part for */
    bool by_order;      /* its value sees how values are ordered, not how far apart they are */
    double weight;      /* of its p-value in "is it real", beside the others of its subject */
    double warn, alert; /* thresholds of its value in "is it large enough", or NaN */
} shift__role;

/** Never NULL; most statistics have no part. */
const shift__role *shift__role_of(const shift__statistic *statistic, shift_kind kind);

/** A subject under judgement: its measurements and the rows of the table they belong to. */
typedef struct shift__case {
    shift_subject *subject;
    shift_measurement *measurements;
    const shift__statistic **statistics;
    double *weights; /* of the p-values that decide, 1 in all; 0 for the others */
    size_t n;        /* of the three arrays */
    size_t n_cells;  /* of the binned statistics */
    /* Where rows depend on each other: what counts in place of the measurements' log10_p, and how
     * many independent values the two sides are worth; else NULL and 0. */
    const double *log10_p;
    double worth_train, worth_prod;
    double least; /* what rows must be able to show, where shift__blinding()'s threshold is less */
} shift__case;

/** The statistic whose threshold rows must be able to show, lest they be inconclusive. */
const char *shift__blinding(shift_kind kind);

/** Check the policy's numbers and that every threshold names a statistic and a feature there is. */
SHIFT_CHECKED shift_status shift__policy_check(const shift_policy *policy,
                                               const shift_schema *schema, shift_error *err);
/** The thresholds that count for a statistic of a feature: defaults, the usual ones, then the
 * policy's in order, those that name the feature last. */
void shift__policy_thresholds(const shift_policy *policy, const char *feature,
                              const shift__statistic *statistic, shift_kind kind,
                              shift_measurement *out);

/** The policy with only those thresholds that can count for the feature, in the arena: a monitor's
 * history sets thousands, which would be looked through for every statistic. */
SHIFT_CHECKED shift_status shift__policy_narrow(shift_policy *out, const shift_policy *policy,
                                                const char *feature, shift__arena *arena,
                                                shift_error *err);

/** log10 of a test's p-value as it counts in the decision. */
static inline double shift__deciding_log10_p(const shift__case *c, size_t i)
{
    return c->log10_p != NULL ? c->log10_p[i] : c->measurements[i].log10_p;
}

/** Fill the weights of a subject, given which of its tests could be made. */
void shift__weigh(shift__case *c);

/**
 * Weigh all subjects and fill p_adjusted of every deciding measurement: what it would be if its
 * p_i / w_i were the p-value of its subject. Returns the number of subjects that were tested.
 */
SHIFT_CHECKED shift_status shift__adjust(shift__case *cases, size_t n_cases, size_t *n_subjects,
                                         shift_error *err);

/** What decides beside the p-values. */
typedef struct shift__bench {
    double alpha; /* for adjusted p-values */
    double level; /* of a single subject in the worst case: alpha / number of subjects */
    shift__arena *arena;
} shift__bench;

/** Verdicts and reasons of one subject and its measurements. */
SHIFT_CHECKED shift_status shift__judge(const shift__bench *bench, shift__case *c,
                                        shift_error *err);
/** Verdict and reason of the data set from its features'. */
SHIFT_CHECKED shift_status shift__judge_dataset(const shift__bench *bench, double fail_share,
                                                const shift_subject *const *features, size_t n,
                                                shift_subject *dataset, shift_error *err);

/** Smallest mean shift, in standard deviations, that a two-sided test at `level` sees with 80 %
 * power. NaN without values on both sides. */
double shift__detectable_mean_shift(double level, double m, double n);
/** Smallest Jensen-Shannon distance that a chi-square test of `cells` cells sees with 80 % power.
 */
double shift__detectable_distance(double level, double m, double n, size_t cells);

#endif
