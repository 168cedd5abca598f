/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Brown and Forsythe's test that the spreads are equal: an analysis of variance of the distances
 * from each side's median (Brown & Forsythe 1974). */
#include <math.h>

#include "compare/statistics/statistic.h"
#include "compare/sum.h"

typedef struct spread {
    double mean, squares; /* of |x - median|: mean, and sum of squares about it */
    bool same;            /* all |x - median| are equal */
} spread;

static double weight(const shift_distribution *d, size_t i)
{
    return (double)(d->cumulative[i] - (i > 0 ? d->cumulative[i - 1] : 0));
}

/* A median that lies between two values is no double as a rule. What its rounding does to distances
 * that are equal would be all their variance, so they are taken from the two values. */
typedef struct middle {
    double low, high, half; /* the values around the median, and half of their distance */
} middle;

static middle middle_of(const shift_distribution *d)
{
    double median = shift_distribution_quantile(d, 1, 2);
    size_t i = 0;
    while (d->points[i] < median)
        i++;
    if (i == 0 || d->points[i] == median)
        return (middle){median, median, 0.0};
    double low = d->points[i - 1];
    double high = d->points[i];
    return (middle){low, high, 0.5 * (high - low)};
}

static double distance(const middle *c, double x)
{
    return (x <= c->low ? c->low - x : x - c->high) + c->half;
}

static spread distances_from_median(const shift_distribution *d)
{
    middle c = middle_of(d);
    double first = distance(&c, d->points[0]);
    bool same = true;
    shift__sum sum = {0.0, 0.0};
    for (size_t i = 0; i < d->n_points; i++) {
        double each = distance(&c, d->points[i]);
        same = same && each == first;
        shift__sum_add(&sum, each * weight(d, i));
    }
    if (same)
        return (spread){first, 0.0, true};
    spread s = {shift__sum_value(&sum) / (double)d->n, 0.0, false};
    shift__sum squares = {0.0, 0.0};
    for (size_t i = 0; i < d->n_points; i++) {
        double gap = distance(&c, d->points[i]) - s.mean;
        shift__sum_add(&squares, gap * gap * weight(d, i));
    }
    s.squares = shift__sum_value(&squares);
    return s;
}

shift_status shift__statistic_brown_forsythe(const shift__pair *pair, shift__estimate *out,
                                             shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 2));
    if (out->reason != NULL)
        return SHIFT_OK;
    spread a = distances_from_median(pair->train);
    spread b = distances_from_median(pair->prod);
    double total = pair->m + pair->n;
    double within = a.squares + b.squares;
    if (!isnormal(within)) {
        *out = shift__undefined(a.same && b.same ? "all distances from the median are the same"
                                                 : shift__beyond);
        return SHIFT_OK;
    }
    double gap = a.mean - b.mean;
    double between = gap * gap * (pair->m * (pair->n / total));
    *out = shift__value((total - 2.0) * (between / within));
    /* the means of distances are areas, and what sketches may have added to those is not held
     * against the data */
    double sure = fabs(gap) > 0.0 ? fmax(1.0 - pair->area_sketched / fabs(gap), 0.0) : 0.0;
    out->tail = shift__tail_f(out->value * sure * sure, 1.0, total - 2.0);
    return SHIFT_OK;
}
