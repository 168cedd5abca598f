/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Repetitions of one scenario, on all threads; the counts do not depend on how many. */
#ifndef CALIBRATION_TRIAL_H
#define CALIBRATION_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "data.h"
#include "shift/comparison.h"

enum { MOST_PEERS = 8, MOST_SHIFTS = 16 };

typedef enum storage {
    IN_MEMORY = 0, /* tables, and the peers' rules on them */
    SORTED,        /* tables, each column in ascending order */
    STREAMED,      /* never all in memory; no peers */
    SERIES,        /* tables whose rows depend on those before them */
    POOLED /* a repetition is PARTS profiles of 2 m / PARTS rows, and every comparison of one
            * half of them with the other by a column of a Hadamard matrix */
} storage;

enum { PARTS = 32 };

typedef struct scenario {
    uint64_t section; /* of the random streams */
    size_t m, n, columns;
    unsigned repetitions;
    storage how;
    size_t n_shifts;
    const known_shift *shifts;
    double rho; /* of a series */
} scenario;

/** Parts of rows without a shift are exchangeable, so that any half of them against the other is
 * two sides without a shift. Between the halves of two columns of a Hadamard matrix, differences of
 * means and of distribution functions do not correlate: one pool counts nearly as PARTS - 1
 * independent runs, at the price of one. How nearly, `real_squares` tells. */

/** Of one rule: runs in which it fires on a feature without a shift, and per shift how often it
 * fires on the touched feature. */
typedef struct tally {
    uint64_t runs, hits[MOST_SHIFTS];
} tally;

typedef struct outcome {
    uint64_t repetitions;  /* comparisons without a shift */
    uint64_t real_squares; /* sum over the pools of the square of how often something is real */
    tally real, warn, alert, inconclusive, peer[MOST_PEERS];
    uint64_t dependent;              /* rows were taken to depend on each other, without a shift */
    uint64_t all_peers[MOST_SHIFTS]; /* every peer fires */
    uint64_t alert_too[MOST_SHIFTS]; /* and the verdict is alert */
} outcome;

/** False, with a line on standard error, where something failed. */
bool run_scenario(const scenario *s, unsigned threads, outcome *out);

#endif
