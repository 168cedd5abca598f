/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Joint findings in words: what was left out, and which features carry what was found. */
#ifndef SHIFT_COMPARE_JOINT_EXPLAIN_H
#define SHIFT_COMPARE_JOINT_EXPLAIN_H

#include "compare/findings.h"
#include "compare/joint/domain.h"
#include "compare/joint/encoder.h"
#include "compare/joint/gaussian.h"
#include "compare/joint/rows.h"
#include "compare/statistics/statistic.h"

typedef struct shift__explanation {
    shift__findings *findings;
    const shift__joint_sides *sides;
    const size_t *use; /* the sides' columns that the basis chose from */
    const shift__gaussian *gaussian;
    shift__pool *pool;
} shift__explanation;

/** That means and covariances are of sampled rows, without the columns not in `use`. */
SHIFT_CHECKED shift_status shift__explain_sampled(shift__findings *findings,
                                                  const shift__joint_sides *sides,
                                                  const size_t *use, size_t n_use,
                                                  shift_error *err);
/** That fewer than half of the rows are complete, where it is so; `moments` are of both sides. */
SHIFT_CHECKED shift_status shift__explain_incomplete(shift__findings *findings,
                                                     const shift__joint_sides *sides,
                                                     const shift__joint_moments *moments,
                                                     shift_error *err);
/** Collinear columns, and of which others they are combinations. */
SHIFT_CHECKED shift_status shift__explain_exclusions(const shift__explanation *e,
                                                     const shift__joint_moments *train,
                                                     shift_error *err);
/** Features that carry a whitened mean that is significant and not small. */
SHIFT_CHECKED shift_status shift__explain_mean(const shift__explanation *e,
                                               const shift__estimate *mean, shift_error *err);
/** Features and pairs that carry a change of the covariance, and the correlations that changed. */
SHIFT_CHECKED shift_status shift__explain_covariance(const shift__explanation *e,
                                                     const shift__estimate *covariance,
                                                     shift_error *err);
/** Correlations on both sides of the features where they changed most. */
SHIFT_CHECKED shift_status shift__explain_correlations(const shift__explanation *e,
                                                       shift_error *err);
/** Features that the classifier tells the sides apart by, where it can, and how well each does
 * alone. */
SHIFT_CHECKED shift_status shift__explain_domain(shift__findings *findings,
                                                 const shift__encoder *encoder,
                                                 const shift__domain *domain, const double *alone,
                                                 shift_error *err);

#endif
