/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kolmogorov and Smirnov's largest distance of the two distribution functions. Small samples get
 * the exact p-value given the ties of the pool, others the limit law. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "compare/interval.h"
#include "compare/statistics/statistic.h"
#include "core/memory.h"

/* Up to this many lattice points the exact law is computed: some ten milliseconds */
#define EXACT_LATTICE 1e7

typedef struct lattice {
    double *row, *next;     /* indexed by the number u of training values so far */
    int64_t from, to;       /* beyond these every path has gone as far as the data */
    int64_t m, n, distance; /* the observed one: max |u n - v m| */
    double certain;         /* stands for probability 1 */
} lattice;

/* Paths that end a block of ties at least as far from the diagonal as the data are lost. */
static void saturate(lattice *l, int64_t k)
{
    int64_t total = l->m + l->n; /* u n - v m = u N - k m */
    while (l->from <= l->to && k * l->m - l->from * total >= l->distance)
        l->row[l->from++] = l->certain;
    while (l->from <= l->to && l->to * total - k * l->m >= l->distance)
        l->row[l->to--] = l->certain;
}

/*
 * row[u] is the probability that a random path to (u, k - u) has already gone that far. The step
 * before it came from the left with probability u / k, all orders being equally likely; sums of
 * positive terms only, so that far tails keep their digits. Within a block of ties the band of
 * paths that are not lost grows by a place, and the cells beside it are certain.
 */
static void advance(lattice *l, int64_t k)
{
    const double *row = l->row;
    double *next = l->next;
    double inverse = 1.0 / (double)k;
    int64_t least = k > l->n ? k - l->n : 0;
    int64_t most = k < l->m ? k : l->m;
    l->from = l->from > least ? l->from : least;
    l->to = l->to + 1 < most ? l->to + 1 : most;
    for (int64_t u = l->from; u <= l->to; u++)
        next[u] = ((double)u * row[u - 1] + (double)(k - u) * row[u]) * inverse;
    next[l->from - 1] = next[l->to + 1] = l->certain;
    l->next = l->row;
    l->row = next;
}

/* P(D >= observed) times `certain`, given the pooled values with their ties */
static double lost_paths(lattice *l, const shift__pair *pair)
{
    size_t block = 0;
    int64_t total = l->m + l->n;
    for (int64_t k = 1; k <= total; k++) {
        advance(l, k);
        if ((uint64_t)k == pair->train_below[block] + pair->prod_below[block]) {
            saturate(l, k);
            block++;
        }
    }
    return l->row[l->m];
}

static int64_t lattice_distance(const shift__pair *pair)
{
    int64_t m = (int64_t)pair->train->n;
    int64_t n = (int64_t)pair->prod->n;
    int64_t largest = 0;
    for (size_t i = 0; i < pair->n_pooled; i++) {
        int64_t gap = (int64_t)pair->train_below[i] * n - (int64_t)pair->prod_below[i] * m;
        if (gap < 0)
            gap = -gap;
        largest = gap > largest ? gap : largest;
    }
    return largest;
}

static shift_status run_lattice(const shift__pair *pair, double certain, double *p,
                                shift_error *err)
{
    int64_t m = (int64_t)pair->train->n;
    lattice l = {NULL, NULL, 0, 0, m, (int64_t)pair->prod->n, lattice_distance(pair), certain};
    double *memory = NULL; /* two rows, each with a cell before its first and one after its last */
    shift_status status = shift__alloc(&memory, 2 * ((size_t)m + 3), sizeof *memory, err);
    if (status != SHIFT_OK)
        return status;
    l.row = memory + 1;
    l.next = memory + m + 4;
    l.row[1] = certain; /* beside the one path of length 0 */
    *p = lost_paths(&l, pair);
    free(memory);
    return SHIFT_OK;
}

/* A second run scaled up reaches below the range of doubles; where that is not enough, the limit
 * law gives the order of magnitude. */
static shift_status exact_tail(const shift__pair *pair, shift__tail limit, shift__tail *out,
                               shift_error *err)
{
    double p = 0.0;
    shift_status status = run_lattice(pair, 1.0, &p, err);
    if (status != SHIFT_OK)
        return status;
    if (p > 1e-290) {
        *out = shift__tail_of(p);
        return SHIFT_OK;
    }
    const int scale = 960;
    status = run_lattice(pair, ldexp(1.0, scale), &p, err);
    if (status == SHIFT_OK)
        *out = p > 1e-290 ? shift__tail_of_log(log(p) - scale * log(2.0)) : limit;
    return status;
}

shift_status shift__statistic_ks(const shift__pair *pair, shift__estimate *out, shift_error *err)
{
    *out = shift__undefined(shift__too_few(pair, 1));
    if (out->reason != NULL)
        return SHIFT_OK;
    double d = 0.0;
    for (size_t i = 0; i < pair->n_pooled; i++) {
        double gap = fabs(shift__pair_gap(pair, i));
        d = gap > d ? gap : d;
    }
    *out = shift__value(d);
    /* Below: the distance of two samples of one distribution, at 97.5 %. Above: the deviation of
     * the gap at one point, since the largest gap is never less than that one. */
    double scale = sqrt(1.0 / pair->m + 1.0 / pair->n);
    out->low = fmax(d - 1.4802 * scale - pair->rank_error, 0.0);
    out->high = fmin(d + 0.5 * SHIFT__Z * scale + pair->rank_error, 1.0);
    /* what the sketches may have added is not held against the data */
    double sure = fmax(d - pair->rank_error, 0.0);
    out->tail = shift__tail_kolmogorov(sqrt(pair->m / (pair->m + pair->n) * pair->n) * sure);
    if (!(d > 0.0) || !pair->exact || pair->m * pair->n > EXACT_LATTICE)
        return SHIFT_OK;
    return exact_tail(pair, out->tail, &out->tail, err);
}
