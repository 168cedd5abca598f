/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a classifier's scores to odds that mean what they say: isotonic regression of the origin on
 * the out-of-fold score (Zadrozny & Elkan 2002). */
#ifndef SHIFT_COMPARE_JOINT_CALIBRATE_H
#define SHIFT_COMPARE_JOINT_CALIBRATE_H

#include <stddef.h>

#include "shift/error.h"

/** Scores in n steps: up to edges[i], and above the one before, the odds are odds[i]; rising. */
typedef struct shift__calibration {
    size_t n;
    double *edges, *odds;
} shift__calibration;

/**
 * k scores of training rows, then k of production rows; k > 0. A step holds at least 10 rows of
 * each side, unless it is the only one; its odds are those of its rows with one more of each side.
 */
SHIFT_CHECKED shift_status shift__calibrate(shift__calibration *out, const double *scores, size_t k,
                                            shift_error *err);
void shift__calibration_clear(shift__calibration *calibration);
/** Odds of being from production, sides of equal size: an estimate of p_prod / p_train. */
double shift__calibrated_odds(const shift__calibration *calibration, double score);

#endif
