/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "profile/distinct.h"

#include <math.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

void shift__distinct_add(shift__distinct *d, const char *text, size_t size)
{
    uint64_t hash = XXH3_64bits(text, size);
    size_t i = (size_t)(hash >> (64 - SHIFT__DISTINCT_BITS));
    /* Leading zeros of the other bits, plus one; a bit below them ends it. */
    uint64_t rest = hash << SHIFT__DISTINCT_BITS | (uint64_t)1 << (SHIFT__DISTINCT_BITS - 1);
    uint8_t rank = (uint8_t)(1 + __builtin_clzll(rest));
    if (rank > d->registers[i])
        d->registers[i] = rank;
}

void shift__distinct_merge(shift__distinct *dst, const shift__distinct *src)
{
    for (size_t i = 0; i < SHIFT__DISTINCT_REGISTERS; i++)
        if (src->registers[i] > dst->registers[i])
            dst->registers[i] = src->registers[i];
}

/* Ertl's sigma: x + sum of x^(2^k) 2^(k-1). */
static double sigma(double x)
{
    if (x == 1)
        return INFINITY;
    double y = 1;
    double z = x;
    double before = NAN;
    while (z != before) {
        x *= x;
        before = z;
        z += x * y;
        y += y;
    }
    return z;
}

/* Ertl's tau: (1 - x - sum of (1 - x^(2^-k))^2 2^-k) / 3. */
static double tau(double x)
{
    if (x == 0 || x == 1)
        return 0;
    double y = 1;
    double z = 1 - x;
    double before = NAN;
    while (z != before) {
        x = sqrt(x);
        before = z;
        y /= 2;
        z -= (1 - x) * (1 - x) * y;
    }
    return z / 3;
}

double shift__distinct_estimate(const shift__distinct *d)
{
    double counts[SHIFT__DISTINCT_RANK_MAX + 1] = {0};
    for (size_t i = 0; i < SHIFT__DISTINCT_REGISTERS; i++)
        counts[d->registers[i]]++;
    double m = SHIFT__DISTINCT_REGISTERS;
    double z = m * tau(1 - counts[SHIFT__DISTINCT_RANK_MAX] / m);
    for (size_t k = SHIFT__DISTINCT_RANK_MAX - 1; k >= 1; k--)
        z = (z + counts[k]) / 2;
    z += m * sigma(counts[0] / m);
    return m * m / (2 * log(2)) / z;
}
