/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows that follow each other closely are worth fewer independent ones. How many, and what that
 * makes of tests and intervals that take rows for independent. docs/methods.md has the formulas. */
#ifndef SHIFT_COMPARE_DEPENDENCE_H
#define SHIFT_COMPARE_DEPENDENCE_H

#include <stdbool.h>

#include "compare/decision/decision.h"
#include "compare/findings.h"
#include "profile/feature.h"
#include "shift/distribution.h"

/** Rows of one column that are worth one independent row: of its values, and of whether it has
 * one. 1 where they do not depend on each other. `lasting` is of what a text tells
 * with chance in it, and the same as `values` of a number. Where neighbouring values do not
 * correlate, `bound` is as many as they could be worth, else infinite. */
typedef struct shift__inflation {
    double values, presence, lasting, bound;
} shift__inflation;

/** What says that the order of a profile's rows means something. */
typedef enum shift__row_order {
    SHIFT__ORDER_UNKNOWN = 0, /**< nothing: rows that depend on each other are taken for a series */
    SHIFT__ORDER_TIME,        /**< a timestamp, or a counter, rises from row to row */
    SHIFT__ORDER_KEY          /**< rows are sorted by something else */
} shift__row_order;

shift__row_order shift__row_order_of(const shift_profile *profile);
/** Whether rows of the one, of the other, or of both together depend on those before them, in any
 * column of training's schema, or without training of production's. NULL is a side the order of
 * whose rows means nothing. */
bool shift__rows_are_series(const shift_profile *train, const shift_profile *prod);
/** Of a column whose view is `d`, whatever the order of the rows. What may be chance does not count
 * unless it is `sure` from elsewhere that values depend on each other. */
shift__inflation shift__inflation_of(const shift__feature *feature, const shift_distribution *d,
                                     bool sure);

/** Both sides of a column. */
typedef struct shift__dependence {
    shift__inflation train, prod;
} shift__dependence;

/** Each side's rows are worth no more than those of the other, unless they show themselves that
 * they are, and at least two. */
void shift__share_inflation(shift__dependence *d, const shift_distribution *x,
                            const shift_distribution *y);
bool shift__is_dependent(const shift__dependence *d);
/** Set the case's log10_p: what its tests would say of so many fewer rows; widen its intervals. */
void shift__account_for_dependence(const shift__dependence *d, const shift__pair *pair,
                                   shift__case *c, double *log10_p);
/** Say what a column's rows are worth. */
SHIFT_CHECKED shift_status shift__report_dependence(const shift__dependence *d,
                                                    const shift__column *column,
                                                    shift__findings *findings, shift_error *err);

#endif
