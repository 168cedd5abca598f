/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The density ratio p_prod / p_train, learned from the row samples of two profiles, for the rows of
 * either side's source. */
#ifndef SHIFT_COMPARE_JOINT_RATIO_H
#define SHIFT_COMPARE_JOINT_RATIO_H

#include <stdint.h>

#include "compare/joint/calibrate.h"
#include "compare/joint/domain.h"
#include "compare/joint/encoder.h"
#include "compare/joint/ulsif.h"

typedef struct shift__ratio {
    shift__joint_sides sides;
    size_t each; /* sampled rows of each side that it was learned from */
    uint64_t seed;
    shift__progress *progress; /* NULL for none */
    shift__pool *pool;
    shift__encoder *encoder;
    float *values; /* 2 each x columns: those rows, encoded */
    shift__domain *domain;
    shift__calibration calibration;
    shift__sample_row *sampled[2]; /* `each` rows, sorted by row; `slot` is the fold */
    shift__ulsif *ulsif;           /* NULL until shift__ratio_fit_ulsif() */
    double *center, *factor;       /* of each column, in the space of its kernels */
    /** Share of production rows whose score is above that of all but 0.5 % of training: what lies
     * where training has next to nothing. */
    double uncovered;
} shift__ratio;

typedef struct shift__ratio_settings {
    uint64_t seed;
    unsigned threads;
    const shift_progress *progress; /* of the fit and of whatever is asked of it; NULL for none */
} shift__ratio_settings;

/** Fits the classifier. The profiles are borrowed, and must be those of the sources whose rows are
 * asked for below: the model that judges a row has not seen it. EINVAL for fewer than
 * SHIFT__DOMAIN_LEAST rows a side, no row sample, or no common feature; EUNSUPPORTED in a build
 * without a classifier; ECANCELLED, as from all below. */
SHIFT_CHECKED shift_status shift__ratio_new(shift__ratio **out, const shift_profile *train,
                                            const shift_profile *prod,
                                            const shift__ratio_settings *settings,
                                            shift_error *err);
SHIFT_CHECKED shift_status shift__ratio_fit_ulsif(shift__ratio *ratio, shift_error *err);
void shift__ratio_free(shift__ratio *ratio); /* NULL is allowed */

/** Calibrated odds of rows, encoded; the first is row `first` (from 0) of the side's source. */
SHIFT_CHECKED shift_status shift__ratio_odds(const shift__ratio *ratio, int side, uint64_t first,
                                             const shift__table *rows, double *out,
                                             shift_error *err);
/** uLSIF's ratio at rows, encoded. Missing values count as the mean. */
SHIFT_CHECKED shift_status shift__ratio_ulsif(const shift__ratio *ratio, const shift__table *rows,
                                              double *out, shift_error *err);

#endif
