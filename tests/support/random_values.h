/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Seeded values for tests. */
#ifndef SHIFT_TEST_RANDOM_VALUES_H
#define SHIFT_TEST_RANDOM_VALUES_H

#include <math.h>
#include <stddef.h>

#include "core/random.h"

static inline double random_normal(shift__random *random)
{
    double radius = sqrt(-2 * log(1 - shift__random_uniform(random)));
    return radius * cos(6.283185307179586 * shift__random_uniform(random));
}

static inline void shuffle(double *x, size_t n, shift__random *random)
{
    for (size_t i = n; i > 1; i--) {
        size_t k = (size_t)shift__random_below(random, i);
        double t = x[i - 1];
        x[i - 1] = x[k];
        x[k] = t;
    }
}

#endif
