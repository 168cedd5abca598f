/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xoshiro256** and splitmix64, public domain algorithms by Blackman and Vigna (2018). */
#include "core/random.h"

uint64_t shift__mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

void shift__random_init(shift__random *random, uint64_t seed, uint64_t stream)
{
    uint64_t x = shift__mix(seed) ^ shift__mix(~stream);
    for (int i = 0; i < 4; i++) {
        x += 0x9e3779b97f4a7c15u;
        random->state[i] = shift__mix(x);
    }
}

static uint64_t rotate(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

uint64_t shift__random_next(shift__random *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

double shift__random_uniform(shift__random *random)
{
    return (double)(shift__random_next(random) >> 11) * 0x1p-53;
}

uint64_t shift__random_below(shift__random *random, uint64_t n)
{
    /* Reject the top remainder, so that every value has as many preimages. */
    uint64_t limit = UINT64_MAX - UINT64_MAX % n;
    uint64_t x = shift__random_next(random);
    while (x >= limit)
        x = shift__random_next(random);
    return x % n;
}
