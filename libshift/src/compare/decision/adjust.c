/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Multiple testing. Within a subject, a weighted Bonferroni correction: its p-value is the least
 * p_i / w_i of its deciding tests. Over the subjects, Benjamini and Hochberg's procedure (1995),
 * which rejects something on data without any shift in at most a share alpha of the runs (Simes
 * 1986), and costs less power than Bonferroni's where several features moved.
 */
#include <stdlib.h>

#include "compare/decision/decision.h"

/* log10 of p_i / w_i, above 0 where that is above 1 */
static double log_corrected(const shift__case *c, size_t i)
{
    return shift__deciding_log10_p(c, i) - log10(c->weights[i]);
}

/* log10 of the subject's p-value, or NaN where nothing could be tested */
static double log_subject(const shift__case *c)
{
    double least = (double)NAN;
    for (size_t i = 0; i < c->n; i++)
        if (c->weights[i] > 0.0)
            least = fmin(least, log_corrected(c, i));
    return least;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* What the procedure gives a value that stands for one subject, at or above that subject's own:
 * the least of p_k n / k from its place on. `tail` has these least values by place. */
static double adjusted(const double *sorted, const double *tail, size_t n, double value)
{
    size_t low = 0; /* how many are <= value */
    size_t high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle] <= value)
            low = middle + 1;
        else
            high = middle;
    }
    double least = value + log10((double)n / (double)low);
    if (low < n && tail[low] < least)
        least = tail[low];
    return least < 0.0 ? pow(10.0, least) : 1.0;
}

static void adjust_all(shift__case *cases, size_t n_cases, const double *sorted, const double *tail,
                       size_t n)
{
    for (size_t i = 0; i < n_cases; i++) {
        shift__case *c = &cases[i];
        for (size_t k = 0; k < c->n; k++)
            if (c->weights[k] > 0.0)
                c->measurements[k].p_adjusted = adjusted(sorted, tail, n, log_corrected(c, k));
    }
}

shift_status shift__adjust(shift__case *cases, size_t n_cases, size_t *n_subjects, shift_error *err)
{
    double *sorted = NULL; /* and behind it the running minima */
    shift_status status = shift__alloc(&sorted, 2 * n_cases, sizeof *sorted, err);
    if (status != SHIFT_OK)
        return status;
    size_t n = 0;
    for (size_t i = 0; i < n_cases; i++) {
        shift__weigh(&cases[i]);
        double p = log_subject(&cases[i]);
        if (!isnan(p))
            sorted[n++] = p;
    }
    qsort(sorted, n, sizeof *sorted, compare_doubles);
    double *tail = sorted + n_cases;
    double least = (double)INFINITY;
    for (size_t i = n; i-- > 0;) {
        double p = sorted[i] + log10((double)n / (double)(i + 1));
        least = p < least ? p : least;
        tail[i] = least;
    }
    adjust_all(cases, n_cases, sorted, tail, n);
    free(sorted);
    *n_subjects = n;
    return SHIFT_OK;
}
