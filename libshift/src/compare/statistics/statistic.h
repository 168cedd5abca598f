/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A statistic is one file and one row of the table. */
#ifndef SHIFT_COMPARE_STATISTIC_H
#define SHIFT_COMPARE_STATISTIC_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "compare/pair.h"
#include "compare/special.h"
#include "shift/error.h"
#include "shift/schema.h"

/** What a statistic says of one pair; NaN where it says nothing. */
typedef struct shift__estimate {
    double value, low, high;
    shift__tail tail;   /* p-value of the test, if it is one */
    const char *reason; /* why `value` is undefined; static */
} shift__estimate;

/** How a value is held against a threshold t. */
typedef enum shift__extent {
    SHIFT__ABOVE = 0, /* value >= t */
    SHIFT__AROUND_0,  /* |value| >= t */
    SHIFT__AROUND_1   /* max(value, 1/value) >= t */
} shift__extent;

/** Which of the two ways to be shifted a statistic speaks of. An effect of one family is real
 * where a deciding test of the same family says so. */
typedef enum shift__family {
    SHIFT__VALUES = 0,
    SHIFT__PRESENCE /* whether there is a value at all */
} shift__family;

enum {
    SHIFT__NUMERIC = 1u << SHIFT_KIND_NUMERIC,
    SHIFT__TEXT = 1u << SHIFT_KIND_CATEGORICAL | 1u << SHIFT_KIND_BOOLEAN,
    SHIFT__ANY =
        SHIFT__NUMERIC | SHIFT__TEXT | 1u << SHIFT_KIND_TIMESTAMP | 1u << SHIFT_KIND_IDENTIFIER
};

typedef struct shift__statistic {
    const char *name;  /* the key in JSON, SQLite and the monitor file */
    const char *label; /* in a sentence */
    unsigned kinds;    /* bits of the kinds it applies to */
    shift__family family;
    shift__extent extent;
    bool bounded; /* between -1 and 1; told of features only */
    const char *summary;
    shift_status (*compute)(const shift__pair *pair, shift__estimate *out, shift_error *err);
} shift__statistic;

/** The table, in the order of every report. */
extern const shift__statistic shift__statistics[];
extern const size_t shift__n_statistics;

/** Row of that name, of a feature's table or else of the data set's; or NULL. */
const shift__statistic *shift__statistic_find(const char *name);

static inline shift__estimate shift__undefined(const char *reason)
{
    return (shift__estimate){(double)NAN, (double)NAN, (double)NAN, shift__tail_none(), reason};
}

static inline shift__estimate shift__value(double value)
{
    return (shift__estimate){value, (double)NAN, (double)NAN, shift__tail_none(), NULL};
}

/** Mean of production less mean of training. */
static inline double shift__mean_gap(const shift__pair *pair)
{
    return (pair->prod->mean - pair->train->mean) +
           (pair->prod->mean_rest - pair->train->mean_rest);
}

/** NULL where either side has at least `least` values, else a reason. */
const char *shift__too_few(const shift__pair *pair, size_t least);
/** Reason where a value, or what it is made of, is no finite number. */
extern const char shift__beyond[];
/** NULL where training varies and its variance is a number, else a reason. */
const char *shift__no_spread(const shift__pair *pair);

#define SHIFT__STATISTIC(name)                                                                     \
    shift_status shift__statistic_##name(const shift__pair *pair, shift__estimate *out,            \
                                         shift_error *err)

SHIFT__STATISTIC(ks);
SHIFT__STATISTIC(cramer_von_mises);
SHIFT__STATISTIC(anderson_darling);
SHIFT__STATISTIC(mann_whitney);
SHIFT__STATISTIC(welch_t);
SHIFT__STATISTIC(brown_forsythe);
SHIFT__STATISTIC(normal_scores);
SHIFT__STATISTIC(klotz);
SHIFT__STATISTIC(wasserstein);
SHIFT__STATISTIC(wasserstein_normalized);
SHIFT__STATISTIC(energy);
SHIFT__STATISTIC(psi);
SHIFT__STATISTIC(jensen_shannon);
SHIFT__STATISTIC(kullback_leibler);
SHIFT__STATISTIC(hellinger);
SHIFT__STATISTIC(total_variation);
SHIFT__STATISTIC(l_infinity);
SHIFT__STATISTIC(mean_shift);
SHIFT__STATISTIC(variance_ratio);
SHIFT__STATISTIC(skewness_shift);
SHIFT__STATISTIC(kurtosis_shift);
SHIFT__STATISTIC(out_of_range_share);
SHIFT__STATISTIC(chi_square);
SHIFT__STATISTIC(g_test);
SHIFT__STATISTIC(chi_square_merged);
SHIFT__STATISTIC(cramers_v);
SHIFT__STATISTIC(new_category_share);
SHIFT__STATISTIC(lost_category_share);
SHIFT__STATISTIC(mcc);
SHIFT__STATISTIC(missing_rate);

#undef SHIFT__STATISTIC

#endif
