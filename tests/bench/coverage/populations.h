/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pairs of populations of a million values each. Samples are drawn from them with replacement, so
 * that what an interval should cover is the statistic of the populations themselves. */
#ifndef COVERAGE_POPULATIONS_H
#define COVERAGE_POPULATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/random.h"
#include "profile/sketch.h"
#include "shift/distribution.h"

enum { POPULATION_BITS = 20, POPULATION = 1 << POPULATION_BITS, MOST_LEVELS = 1000 };

typedef enum value_form { NUMBERS = 0, LEVELS, PRESENCE } value_form;

/** One side: numbers in ascending order, or how many values of each level, or what share of the
 * rows has a value. */
typedef struct population_side {
    double *numbers;
    double *levels;
    double present;
} population_side;

typedef struct population_pair {
    const char *name;
    value_form form;
    double (*quantile)(double u);
    double (*moved)(double x, size_t i);         /* production's value in the place of training's */
    void (*shares)(double *train, double *prod); /* of LEVELS; both were 0 */
    double present[2];                           /* of PRESENCE */
} population_pair;

extern const population_pair population_pairs[];
extern const size_t n_population_pairs;

/** Whether both sides have one law. */
bool population_is_same(const population_pair *pair);

/** Training and production. Ends the program where memory is short. */
void populations_new(population_side out[2], const population_pair *pair);
void populations_free(population_side out[2]);

/** All of a population as a distribution. */
shift_distribution *population_view(const population_side *p, value_form form);

/** What was drawn, as the library sees it. */
typedef struct drawn_sample {
    shift_distribution view; /* of what the next two own */
    shift_distribution *made;
    shift__support kept; /* of numbers that were saved */
} drawn_sample;

/** `n` draws; numbers go through a profile and, where `saved`, through what its file keeps. */
void sample_new(drawn_sample *out, const population_side *p, value_form form, size_t n, bool saved,
                shift__random *random);
void sample_free(drawn_sample *sample);

#endif
