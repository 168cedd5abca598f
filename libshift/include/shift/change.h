/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_CHANGE_H
#define SHIFT_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "shift/error.h"

SHIFT_BEGIN_DECLS

/* Change points in a series of values, one value at a time, in bounded memory. What a value is away
 * from its prediction by the one before it is standardised by what is known so far (Hawkins 1987),
 * so nothing has to be known beforehand, and values may depend on those before them as in an
 * autoregression of order one: without a change the detectors see nearly independent standard
 * normal numbers. docs/methods.md has the formulas. */

typedef enum shift_detector {
    SHIFT_DETECTOR_CUSUM = 0,
    SHIFT_DETECTOR_PAGE_HINKLEY,
    SHIFT_DETECTOR_EWMA,
    SHIFT_DETECTOR_ADWIN,
    SHIFT_N_DETECTORS
} shift_detector;

/** "cusum", "page_hinkley", "ewma", "adwin"; static. NULL for anything else. */
SHIFT_API const char *shift_detector_name(shift_detector detector);

/** When the detectors speak. */
typedef struct shift_change_limits {
    size_t size;
    double cusum_slack, cusum_limit; /**< in standard deviations; the slack is half the shift that
                                        is to be found soonest */
    double page_slack, page_limit;
    double ewma_weight, ewma_limit; /**< the limit in standard deviations of the average */
    double adwin_level;             /**< of each value's test */
} shift_change_limits;

/**
 * Fill *limits by which each detector, on its own, gives a false alarm once in `run_length` values
 * on the average (ADWIN: at most); 2 to 1e9. The mean shift that is to be found soonest is one
 * standard deviation.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_change_limits_set(shift_change_limits *limits,
                                                             double run_length, shift_error *err);

/**
 * Expected number of values until a two-sided CUSUM of standard normal values with mean `shift`
 * gives an alarm (Page 1954; the integral equation of Goel and Wu 1971). NaN where it cannot be
 * computed, or memory runs out.
 */
SHIFT_API double shift_run_length_cusum(double slack, double limit, double shift);
/** The same of an exponentially weighted moving average with fixed limits (Crowder 1987). */
SHIFT_API double shift_run_length_ewma(double weight, double limit, double shift);

enum {
    SHIFT_CHANGE_RECENT = 8, /**< values that do not say yet how neighbours depend on each other */
    SHIFT_CHANGE_FIRST = 18, /**< the first value of a series that is judged */
    SHIFT_ADWIN_LEVELS = 12,
    SHIFT_ADWIN_BUCKETS = 5
};

/** What is known of a series after its last value; doubles only. All zeros at the beginning. */
typedef struct shift_series_state {
    double n; /**< values so far, without those of before the last change */
    double recent[SHIFT_CHANGE_RECENT]; /**< the last of them, the oldest first */
    double pairs;                       /**< of neighbours, up to the oldest of the recent */
    double before, after;               /**< means of their first and of their second values */
    double before2, product, after2;    /**< sums of squares and of products about the means */
    double cusum[2];                    /**< up, down */
    double cusum_runs[2];
    double page_n, page_mean;
    double page[2], page_runs[2];
    double ewma, ewma_runs;
    double adwin_n[SHIFT_ADWIN_LEVELS];                        /**< buckets of 2^level values */
    double adwin_sum[SHIFT_ADWIN_LEVELS][SHIFT_ADWIN_BUCKETS]; /**< the oldest first */
    double calm_n, calm_mean, calm_m2; /**< of the values without shift, see shift_change_calm() */
} shift_series_state;

/** What one detector says about the last value. */
typedef struct shift_change_signal {
    bool changed;
    bool upward;
    size_t ago; /**< it began so many values ago; 1 is the last value */
} shift_change_signal;

/**
 * Take the next value; NaN is passed over, and so is everything where a pointer is NULL. Where a
 * detector speaks the state begins anew, with what comes after this value.
 */
SHIFT_API void shift_change_update(shift_series_state *state, const shift_change_limits *limits,
                                   double value, shift_change_signal signals[SHIFT_N_DETECTORS]);

/** Let a value without shift count for the thresholds that come from history. */
SHIFT_API void shift_change_calm(shift_series_state *state, double value);
/** How large a new value is expected to be at most: `sds` standard deviations of prediction above
 * the mean of the values without shift; NaN where there are fewer than two. */
SHIFT_API double shift_change_bound(const shift_series_state *state, double sds);

/** When a series changed its mean, by index. */
typedef struct shift_change_interval {
    size_t since;     /**< the first value after the change, most probably */
    size_t low, high; /**< smallest set of places with 95 % of the probability lies between them */
} shift_change_interval;

/** Posterior of a single change of the mean of `n` normal values, which may depend on those before
 * them as in an autoregression of order one, given that a detector with these limits has spoken at
 * the last one (docs/methods.md, "Since when"). False where there are fewer than 4 values, more
 * than 4,096, one that is not finite, or all are the same. */
SHIFT_API bool shift_change_locate(const double *values, size_t n,
                                   const shift_change_limits *limits, shift_change_interval *out);

SHIFT_END_DECLS

#endif
