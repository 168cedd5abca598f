/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two questions: is it real, and is it large enough to matter. docs/methods.md argues for the
 * rules and their defaults. */
#ifndef SHIFT_COMPARE_DECISION_H
#define SHIFT_COMPARE_DECISION_H

#include <stddef.h>

#include "compare/statistics/statistic.h"
#include "core/memory.h"
#include "shift/comparison.h"

/** A subject under judgement: its measurements and the rows of the table they belong to. */
typedef struct shift__case {
    shift_subject *subject;
    shift_measurement *measurements;
    const shift__statistic **statistics;
    size_t n;       /* of both arrays */
    size_t n_cells; /* of the binned statistics */
} shift__case;

/** Check the policy's numbers and that every threshold names a statistic and a feature there is. */
SHIFT_CHECKED shift_status shift__policy_check(const shift_policy *policy,
                                               const shift_schema *schema, shift_error *err);
/** The thresholds that count for a statistic of a feature: defaults, then the policy's in order,
 * those that name the feature last. */
void shift__policy_thresholds(const shift_policy *policy, const char *feature,
                              const shift__statistic *statistic, shift_measurement *out);

/**
 * Benjamini and Hochberg's step-up adjustment (1995) of all deciding p-values of the run, in place.
 * Returns how many there are.
 */
SHIFT_CHECKED shift_status shift__adjust(shift__case *cases, size_t n_cases, size_t *n_tests,
                                         shift_error *err);

/** What decides beside the p-values. */
typedef struct shift__bench {
    double alpha; /* for adjusted p-values */
    double level; /* of a single test in the worst case: alpha / number of tests */
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
/** Smallest sum of (p - q)^2 / p that a chi-square test of `cells` categories sees with 80 %
 * power; about the PSI of such a shift. */
double shift__detectable_divergence(double level, double m, double n, size_t cells);

#endif
