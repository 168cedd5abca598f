/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Seeded random numbers: xoshiro256** seeded by splitmix64 (Blackman & Vigna 2018,
 * prng.di.unimi.it). GSL's generators allocate and are fixed by name only; results here must be the
 * same bytes for ever, and the state is four words that a profile can save. */
#ifndef SHIFT_CORE_RANDOM_H
#define SHIFT_CORE_RANDOM_H

#include <stdint.h>

typedef struct shift__random {
    uint64_t state[4];
} shift__random;

/** Independent streams: one per (seed, stream). */
void shift__random_init(shift__random *random, uint64_t seed, uint64_t stream);
uint64_t shift__random_next(shift__random *random);
/** Uniform in [0, 1), 53 bits. */
double shift__random_uniform(shift__random *random);
/** Uniform in [0, n), without bias; n > 0. */
uint64_t shift__random_below(shift__random *random, uint64_t n);
/** One step of splitmix64 of `x`: a bijective mixer, for priorities and stream numbers. */
uint64_t shift__mix(uint64_t x);

#endif
