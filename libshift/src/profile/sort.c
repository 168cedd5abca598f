/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Radix sort of doubles by their bits, which order as unsigned integers once the sign is undone. */
#include "profile/sort.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { DIGITS = 8, BUCKETS = 256, SMALL = 48 };

static bool is_sorted(const double *x, size_t n)
{
    size_t i = 1;
    while (i < n && x[i - 1] <= x[i])
        i++;
    return i >= n;
}

static void insertion_sort(double *x, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        double v = x[i];
        size_t j = i;
        for (; j > 0 && x[j - 1] > v; j--)
            x[j] = x[j - 1];
        x[j] = v;
    }
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

void shift__sort(double *x, size_t n, double *scratch)
{
    if (is_sorted(x, n))
        return;
    if (n <= SMALL)
        insertion_sort(x, n);
    else
        radix_sort(x, n, scratch);
}
