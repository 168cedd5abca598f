/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparisons about a network that are made measurement by measurement. */
#ifndef SHIFT_NETWORK_RESULTS_H
#define SHIFT_NETWORK_RESULTS_H

#include "compare/owner.h"
#include "network/network.h"

typedef struct shift__results {
    shift__comparison_owner *owner;
    shift__arena *arena;
    const shift_measurement **list; /* of the subject that was made last */
    size_t room;                    /* in that list */
    shift_error *err;
} shift__results;

SHIFT_CHECKED shift_status shift__results_begin(shift__results *out, shift_error *err);
/** A subject with room for `most` measurements and `rows` on either side. */
SHIFT_CHECKED shift_status shift__results_subject(shift__results *results, shift_subject **out,
                                                  size_t most, uint64_t rows);
/** Measure the subject that was made last. Nothing is added for NaN. `out` may be NULL. */
SHIFT_CHECKED shift_status shift__results_measure(shift__results *results, shift_subject *subject,
                                                  const char *statistic, double value,
                                                  shift_measurement **out);
SHIFT_CHECKED shift_status shift__results_text(shift__results *results, const char **out,
                                               const char *text);
/** What file it is. */
SHIFT_CHECKED shift_status shift__results_network(shift__results *results,
                                                  const shift_network *network, double accuracy);
/** Messages on what gradients were made with: of a network with so many nodes in training mode. */
SHIFT_CHECKED shift_status shift__results_notes(shift__results *results, size_t in_training,
                                                bool labelled, bool bn_batch);

#endif
