/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bits of doubles that are not negative are ordered as the numbers are. */
#include "compare/joint/select.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

enum { CHUNKS = 16, DIGITS = 4, BITS = 16, BUCKETS = 1 << BITS };

typedef struct search {
    const double *x;
    size_t n;
    uint64_t prefix; /* the higher digits of the wanted number */
    int shift;       /* of the digit that is counted */
    uint32_t *counts;
    uint64_t above[CHUNKS]; /* smallest number above the wanted one in each chunk */
} search;

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static double number_of(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static size_t chunk_begin(const search *s, size_t chunk)
{
    return s->n / CHUNKS * chunk + (chunk < s->n % CHUNKS ? chunk : s->n % CHUNKS);
}

static void count_digits(void *context, size_t chunk)
{
    search *s = context;
    uint32_t *counts = s->counts + chunk * BUCKETS;
    memset(counts, 0, BUCKETS * sizeof *counts);
    int higher = s->shift + BITS;
    for (size_t i = chunk_begin(s, chunk); i < chunk_begin(s, chunk + 1); i++) {
        uint64_t bits = bits_of(s->x[i]);
        if (higher == 64 || bits >> higher == s->prefix)
            counts[bits >> s->shift & (BUCKETS - 1)]++;
    }
}

static void find_above(void *context, size_t chunk)
{
    search *s = context;
    uint64_t best = UINT64_MAX;
    for (size_t i = chunk_begin(s, chunk); i < chunk_begin(s, chunk + 1); i++) {
        uint64_t bits = bits_of(s->x[i]);
        if (bits > s->prefix && bits < best)
            best = bits;
    }
    s->above[chunk] = best;
}

/* The number with `rank` numbers before it; *equal_after of those behind it are equal to it. */
static void find_rank(search *s, shift__pool *pool, size_t rank, size_t *equal_after)
{
    s->prefix = 0;
    for (int digit = DIGITS - 1; digit >= 0; digit--) {
        s->shift = digit * BITS;
        shift__pool_run(pool, CHUNKS, count_digits, s);
        for (size_t bucket = 0; bucket < BUCKETS; bucket++) {
            size_t count = 0;
            for (size_t chunk = 0; chunk < CHUNKS; chunk++)
                count += s->counts[chunk * BUCKETS + bucket];
            if (rank < count) {
                s->prefix = s->prefix << BITS | bucket;
                *equal_after = count - rank - 1;
                break;
            }
            rank -= count;
        }
    }
}

shift_status shift__select_middle(const double *x, size_t n, shift__pool *pool, double middle[2],
                                  shift_error *err)
{
    search s = {.x = x, .n = n};
    shift_status status = shift__alloc(&s.counts, (size_t)CHUNKS * BUCKETS, sizeof *s.counts, err);
    if (status != SHIFT_OK)
        return status;
    size_t equal_after = 0;
    find_rank(&s, pool, (n - 1) / 2, &equal_after);
    middle[0] = middle[1] = number_of(s.prefix);
    if (n % 2 == 0 && equal_after == 0) {
        shift__pool_run(pool, CHUNKS, find_above, &s);
        uint64_t best = UINT64_MAX;
        for (size_t chunk = 0; chunk < CHUNKS; chunk++)
            best = s.above[chunk] < best ? s.above[chunk] : best;
        middle[1] = number_of(best);
    }
    free(s.counts);
    return SHIFT_OK;
}
