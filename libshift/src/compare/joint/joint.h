/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The measurements of the data set as a whole. */
#ifndef SHIFT_COMPARE_JOINT_H
#define SHIFT_COMPARE_JOINT_H

#include "compare/findings.h"
#include "compare/statistics/statistic.h"
#include "core/memory.h"
#include "core/pool.h"
#include "shift/comparison.h"

enum {
    SHIFT__JOINT_ROWS = 3000,        /* of each side, for the domain classifier */
    SHIFT__JOINT_KERNEL_ROWS = 2000, /* of each side, for kernel tests */
    SHIFT__JOINT_PERMUTATIONS = 499
};

/** The table of the data set's statistics; their compute function is NULL. */
extern const shift__statistic shift__joint_statistics[];
extern const size_t shift__n_joint_statistics;

/** What is compared, and where results go. */
typedef struct shift__joint {
    const shift_profile *train, *prod;
    uint64_t seed;
    shift__pool *pool; /* and its progress */
    shift__findings *findings;
    shift__estimate *estimates; /* one a row of the table */
    const double *alone;        /* MCC of each training column by itself, NaN where undefined */
} shift__joint;

/** Fill the estimates; what cannot be computed has a reason. Messages say what was left out, and
 * which features carry what was found. */
SHIFT_CHECKED shift_status shift__joint_measure(const shift__joint *joint, shift_error *err);

#endif
