/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns by themselves: every statistic of a column's kind, some columns at a time on any thread.
 */
#ifndef SHIFT_COMPARE_COLUMNS_H
#define SHIFT_COMPARE_COLUMNS_H

#include <stdbool.h>

#include "compare/decision/decision.h"
#include "compare/findings.h"
#include "core/memory.h"
#include "core/pool.h"
#include "shift/comparison.h"

/** What is compared, and where results go. */
typedef struct shift__columns {
    const shift_profile *train, *prod;
    const shift_policy *policy;
    const shift__statistic *customs; /* rows of the policy's own statistics */
    bool serial_train, serial_prod;  /* whether the order of the rows may mean something */
    bool series;                     /* whether it does */
    shift__case *cases;              /* one a column of training */
    shift__findings findings;
    shift__arena *arena; /* the same as the findings' */
    size_t n_dependent;  /* columns */
} shift__columns;

/** Fill the cases of the first `n` columns. The pool's progress learns of each column that is done.
 * Statistics of the caller's own are computed by this thread. */
SHIFT_CHECKED shift_status shift__columns_compare(shift__columns *columns, size_t n,
                                                  shift__pool *pool, shift_error *err);

/** A subject in the arena. */
SHIFT_CHECKED shift_status shift__subject_new(shift_subject **out, shift__arena *arena,
                                              shift_subject_type type, const char *name,
                                              shift_kind kind, shift_error *err);
/** Room for `n` measurements in the arena, and *list, which the subject will show. */
SHIFT_CHECKED shift_status shift__case_room(shift__case *c, shift__arena *arena, size_t n,
                                            const shift_measurement ***list, shift_error *err);
void shift__case_add(shift__case *c, const shift__statistic *row, const shift__estimate *estimate,
                     const shift_measurement **list);

#endif
