/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which features matter most, and by which of their effects. The same order in every report. */
#ifndef SHIFT_PLUGINS_RANKING_H
#define SHIFT_PLUGINS_RANKING_H

#include "words.h"

typedef struct ranked {
    const shift_subject *subject;
    const shift_measurement *effect; /* the strongest that has a threshold, or NULL */
    double reach; /* of the effect: 1 at its alert threshold; -1 where there is none */
    double p;     /* adjusted p-value that goes with the effect, or NaN */
    size_t place; /* in the report */
} ranked;

typedef struct tally {
    size_t ok, inconclusive, warn, alert, all;
    size_t judged; /* of all; the outputs of a network are not */
} tally;

/** The features, those that matter most first: by verdict, then by how far the effect reaches
 * beyond its threshold, then by p-value. The caller frees the array. */
shift_status rank_features(ranked **out, const shift_comparison *comparison, shift_error *err);
tally tally_features(const shift_comparison *comparison);
/** The layers in forward order, with the strongest effect of each. The caller frees the array. */
shift_status rank_layers(ranked **out, const shift_comparison *comparison, shift_error *err);
tally tally_layers(const shift_comparison *comparison);
/** The layers of a network's run, the features of any other. */
shift_status rank_subjects(ranked **out, const shift_comparison *comparison, shift_error *err);
size_t count_subjects(const shift_comparison *comparison);
tally tally_all(const shift_comparison *comparison);

#endif
