/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_DISTRIBUTION_H
#define SHIFT_DISTRIBUTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shift/error.h"
#include "shift/profile.h"
#include "shift/schema.h"

SHIFT_BEGIN_DECLS

/** One category and its count; text is borrowed and may hold any bytes. */
typedef struct shift_category {
    const char *text;
    size_t size;
    uint64_t count;
} shift_category;

/**
 * What is queried: a read-only view of the values of one subject, the same for exact values, a
 * sketch, a histogram or an Arrow column. Every statistic takes two of them. All pointers belong
 * to the distribution.
 */
typedef struct shift_distribution {
    size_t size; /**< sizeof(shift_distribution) in the library that made it */
    shift_kind kind;
    uint64_t rows; /**< n + missing + non_finite + invalid */
    uint64_t n;    /**< usable values; what every statistic is about */
    uint64_t missing;
    uint64_t non_finite;
    uint64_t invalid;

    /* Number kinds: distinct support points, ascending, with the number of values <= each. */
    size_t n_points;
    const double *points;
    const uint64_t *cumulative; /**< the last one is n */
    double rank_error;          /**< bound on |F - F_true| that holds with 99 %; 0 when exact */
    double mean;                /**< these five are exact, not from the sketch; NaN when n is 0 */
    double m2, m3, m4;          /**< sums of (x - mean)^k; NaN beyond the range of numbers */
    double minimum, maximum;

    /* Text kinds: categories in byte order. */
    size_t n_categories;
    const shift_category *categories;
    uint64_t other;          /**< values of categories that had no counter */
    uint64_t category_error; /**< a category's true count is at most this much above its count */
    double distinct;         /**< distinct values: exact, or an estimate where other > 0 */
    bool numeric_text;       /**< every category parses as a number, so "1" and "1.0" may agree */

    double rank_deviation; /**< bound on the standard deviation of F - F_true at any one point, due
                                to the sketch; 0 when exact */
    double mean_rest; /**< what rounding took from `mean`, so that differences keep their digits:
                           the mean is mean + mean_rest */
} shift_distribution;

/** The view of column `i` of a profile. It holds no reference to the profile. */
SHIFT_API SHIFT_CHECKED shift_status shift_distribution_of_profile(shift_distribution **out,
                                                                   const shift_profile *profile,
                                                                   size_t i, shift_error *err);
/** A numeric view of `n` finite values, exact. */
SHIFT_API SHIFT_CHECKED shift_status shift_distribution_of_values(shift_distribution **out,
                                                                  const double *values, size_t n,
                                                                  shift_error *err);
SHIFT_API void shift_distribution_free(shift_distribution *distribution); /**< NULL is allowed. */

/**
 * Quantile of type 7 (Hyndman & Fan 1996) at num/den, with (n-1) num/den split into whole part and
 * fraction in integers; exact where the distribution is. NaN when n is 0 or the kind has no
 * numbers.
 */
SHIFT_API double shift_distribution_quantile(const shift_distribution *d, unsigned num,
                                             unsigned den);
/** Share of values <= x. */
SHIFT_API double shift_distribution_cdf(const shift_distribution *d, double x);
SHIFT_API double shift_distribution_variance(const shift_distribution *d); /**< unbiased; n >= 2 */
SHIFT_API double shift_distribution_skewness(const shift_distribution *d); /**< G1; n >= 3 */
SHIFT_API double shift_distribution_kurtosis(
    const shift_distribution *d); /**< G2, excess; n >= 4 */

SHIFT_END_DECLS

#endif
