/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many distinct texts there were: HyperLogLog (Flajolet, Fusy, Gandouet & Meunier 2007) with
 * Ertl's estimator (2017, arXiv:1702.01284, algorithm 6), which needs no table of corrections. */
#ifndef SHIFT_PROFILE_DISTINCT_H
#define SHIFT_PROFILE_DISTINCT_H

#include <stddef.h>
#include <stdint.h>

enum {
    SHIFT__DISTINCT_BITS = 13,
    SHIFT__DISTINCT_REGISTERS = 1 << SHIFT__DISTINCT_BITS, /* standard error 1.2 % */
    SHIFT__DISTINCT_RANK_MAX = 64 - SHIFT__DISTINCT_BITS + 1
};

/** Zeroed when empty. The hash is fixed, so that profiles made anywhere merge. */
typedef struct shift__distinct {
    uint8_t registers[SHIFT__DISTINCT_REGISTERS];
} shift__distinct;

void shift__distinct_add(shift__distinct *d, const char *text, size_t size);
void shift__distinct_merge(shift__distinct *dst, const shift__distinct *src);
double shift__distinct_estimate(const shift__distinct *d);

#endif
