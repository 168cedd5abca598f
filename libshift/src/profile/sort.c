/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sorting of doubles. First by position: where a value lies between minimum and maximum (or, when
 * the values spread over many powers of two, where its bits do) is a number of 18 bits; two passes
 * of a radix sort order those, and an insertion sort what they leave, which is little. Should it be
 * much, a radix sort of all the bits does it. */
#include "profile/sort.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "profile/kernels.h"

enum {
    DIGITS = 8,
    BUCKETS = 256,
    SMALL = 48,
    PLACES = 512, /* of each of the two passes; their cache lines fit the first level */
    PATIENCE = 8, /* moves per value before the insertion sort gives up */
    PROBES = 64
};

static bool is_sorted(const double *x, size_t n)
{
    size_t i = 1;
    while (i < n && x[i - 1] <= x[i])
        i++;
    return i >= n;
}

/* False where more than `patience` moves were needed; the values are all there all the same. */
static bool insertion_sort(double *x, size_t n, size_t patience)
{
    for (size_t i = 1; i < n; i++) {
        double v = x[i];
        if (x[i - 1] <= v)
            continue;
        size_t j = i;
        for (; j > 0 && x[j - 1] > v; j--)
            x[j] = x[j - 1];
        x[j] = v;
        if (i - j > patience)
            return false;
        patience -= i - j;
    }
    return true;
}

static uint64_t key_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits ^ ((0 - (bits >> 63)) | 0x8000000000000000u);
}

static void scatter(const double *from, double *to, size_t n, unsigned shift, const size_t *counts)
{
    size_t start[BUCKETS];
    size_t total = 0;
    for (size_t b = 0; b < BUCKETS; b++) {
        start[b] = total;
        total += counts[b];
    }
    for (size_t i = 0; i < n; i++)
        to[start[(key_of(from[i]) >> shift) & (BUCKETS - 1)]++] = from[i];
}

static void radix_sort(double *x, size_t n, double *scratch)
{
    size_t counts[DIGITS][BUCKETS] = {{0}};
    for (size_t i = 0; i < n; i++) {
        uint64_t key = key_of(x[i]);
        for (size_t d = 0; d < DIGITS; d++)
            counts[d][(key >> (8 * d)) & (BUCKETS - 1)]++;
    }
    uint64_t any = key_of(x[0]);
    double *from = x;
    double *to = scratch;
    for (unsigned d = 0; d < DIGITS; d++) {
        if (counts[d][(any >> (8 * d)) & (BUCKETS - 1)] == n)
            continue; /* all alike here */
        scatter(from, to, n, 8 * d, counts[d]);
        double *other = from;
        from = to;
        to = other;
    }
    if (from != x)
        memcpy(x, from, n * sizeof *x);
}

/* ---- by position ---- */

/* Turns a value into its place: monotone, below PLACES squared. */
typedef struct ruler {
    bool linear;
    double least, scale; /* linear: (x - least) * scale */
    uint64_t first;      /* else: (bits - first) >> shift */
    unsigned shift;
} ruler;

static inline size_t place_of(const ruler *r, double x)
{
    return r->linear ? (size_t)(uint32_t)(int32_t)((x - r->least) * r->scale)
                     : (size_t)((key_of(x) - r->first) >> r->shift);
}

static size_t occupied(const ruler *r, const double *x, size_t n)
{
    size_t places[PROBES];
    size_t distinct = 0;
    for (size_t i = 0; i < PROBES; i++) {
        size_t place = place_of(r, x[n / PROBES * i]) / (PLACES / 2);
        size_t k = 0;
        while (k < distinct && places[k] != place)
            k++;
        places[k] = place;
        distinct += k == distinct;
    }
    return distinct;
}

/* The ruler on which values picked from the sequence lie further apart. */
static ruler choose_ruler(const double *x, size_t n)
{
    shift__sums range = shift__sum_range(x, n);
    double places = (double)PLACES * PLACES - 1;
    ruler linear = {true, range.minimum, places / (range.maximum - range.minimum), 0, 0};
    ruler bits = {false, 0, 0, key_of(range.minimum), 0};
    while (((key_of(range.maximum) - bits.first) >> bits.shift) >= (uint64_t)PLACES * PLACES)
        bits.shift++;
    bool usable = isfinite(linear.scale) && linear.scale > 0;
    return usable && occupied(&linear, x, n) >= occupied(&bits, x, n) ? linear : bits;
}

static inline void sort_places(const ruler *r, double *x, size_t n, double *scratch)
{
    uint32_t low[PLACES] = {0};
    uint32_t high[PLACES] = {0};
    for (size_t i = 0; i < n; i++) {
        size_t place = place_of(r, x[i]);
        low[place % PLACES]++;
        high[place / PLACES]++;
    }
    uint32_t low_total = 0;
    uint32_t high_total = 0;
    for (size_t k = 0; k < PLACES; k++) {
        uint32_t count = low[k];
        low[k] = low_total;
        low_total += count;
        count = high[k];
        high[k] = high_total;
        high_total += count;
    }
    for (size_t i = 0; i < n; i++)
        scratch[low[place_of(r, x[i]) % PLACES]++] = x[i];
    for (size_t i = 0; i < n; i++)
        x[high[place_of(r, scratch[i]) / PLACES]++] = scratch[i];
}

static void sort_by_position(double *x, size_t n, double *scratch)
{
    ruler r = choose_ruler(x, n);
    if (r.linear) { /* two copies of the loops, each without the choice */
        r.linear = true;
        sort_places(&r, x, n, scratch);
    } else {
        r.linear = false;
        sort_places(&r, x, n, scratch);
    }
    if (!insertion_sort(x, n, PATIENCE * n))
        radix_sort(x, n, scratch);
}

void shift__sort(double *x, size_t n, double *scratch)
{
    if (is_sorted(x, n))
        return;
    if (n <= SMALL)
        (void)insertion_sort(x, n, SIZE_MAX);
    else if (n < PLACES || n > UINT32_MAX)
        radix_sort(x, n, scratch);
    else
        sort_by_position(x, n, scratch);
}
