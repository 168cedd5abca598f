/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The default rules of other drift detectors, restated. Distances and p-values that they share with
 * us are taken from our measurements, which agree with scipy's. */
#ifndef CALIBRATION_PEERS_H
#define CALIBRATION_PEERS_H

#include <stdbool.h>

#include "data.h"
#include "shift/comparison.h"

typedef struct peer_case {
    const table *train, *prod;
    const shift_subject *feature;
    size_t column;
    size_t columns; /* of the run */
} peer_case;

typedef struct peer {
    const char *name;
    const char *rule; /* and where it was read */
    bool (*alarms)(const peer_case *c);
    bool baseline; /* no product's rule, but that of data/calibration/bar.py */
} peer;

extern const peer peers[];
extern const size_t n_peers;

#endif
