/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Findings about the data that are no statistics, as messages of the comparison. */
#ifndef SHIFT_COMPARE_FINDINGS_H
#define SHIFT_COMPARE_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/memory.h"
#include "shift/comparison.h"
#include "shift/distribution.h"

/** Pointers to what lives in the arena; the list itself is on the heap. */
typedef struct shift__finding_list {
    const void **items;
    size_t n, capacity;
} shift__finding_list;

/** What is found besides statistics, as it comes. */
typedef struct shift__findings {
    shift__arena *arena;
    const shift_message **list;
    size_t n, capacity;
    shift__finding_list attributions; /* shift_attribution */
    shift__finding_list correlations; /* shift_correlation */
} shift__findings;

/** One column of both sides; `prod_column` is SIZE_MAX where production does not have it. */
typedef struct shift__column {
    const char *name;
    const shift_profile *train, *prod;
    size_t train_column, prod_column;
    const shift_distribution *x, *y;
} shift__column;

/** What is worth saying about a column. */
SHIFT_CHECKED shift_status shift__findings_column(shift__findings *findings,
                                                  const shift__column *column, shift_error *err);
/** Columns that only production has. */
SHIFT_CHECKED shift_status shift__findings_extras(shift__findings *findings,
                                                  const shift_profile *train,
                                                  const shift_profile *prod, shift_error *err);

/** Any message; `subject` NULL concerns no single feature. The text is in the arena or static. */
SHIFT_CHECKED shift_status shift__findings_add(shift__findings *findings, shift_level level,
                                               const char *subject, const char *text,
                                               shift_error *err);

/** The messages of `from` behind those of `to`, which must keep its arena's memory. */
SHIFT_CHECKED shift_status shift__findings_join(shift__findings *to, const shift__findings *from,
                                                shift_error *err);

SHIFT_CHECKED shift_status shift__findings_attribute(shift__findings *findings,
                                                     shift_attribution attribution,
                                                     shift_error *err);
SHIFT_CHECKED shift_status shift__findings_correlate(shift__findings *findings,
                                                     shift_correlation correlation,
                                                     shift_error *err);
/** The lists become arrays of the arena and go into the comparison. */
SHIFT_CHECKED shift_status shift__findings_take(shift__findings *findings,
                                                shift_comparison *comparison, shift_error *err);
void shift__findings_clear(shift__findings *findings);

/** What one side of a subject looks like. */
void shift__summarise(const shift_distribution *d, shift_summary *out);

#endif
