/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hand-made comparisons for the tests of the store and of the reporters. All static. */
#ifndef SHIFT_TESTS_SAMPLE_H
#define SHIFT_TESTS_SAMPLE_H

#include "shift/comparison.h"

/** Twelve features as a check of weather data might find them: one of every verdict and kind. */
const shift_comparison *sample_weather(void);
/** Names that hurt: quotes, newlines, markup, right-to-left marks, 10 kB, invalid UTF-8; NaN,
 * infinities, subnormals and counts beyond 2^53. */
const shift_comparison *sample_hostile(void);
/** 60 features, of which 3 warn. */
const shift_comparison *sample_many(void);
/** Nothing shifted. */
const shift_comparison *sample_calm(void);

/** A network of nine layers, shifted from the third on. */
const shift_comparison *sample_network(void);

/** A training of three checkpoints, the last of which diverged. */
const shift_comparison *sample_trace(void);

/** Everything equal, bit by bit but for -0.0 and the payload of NaN. Fails the test where not. */
void sample_assert_equal(const shift_comparison *a, const shift_comparison *b);

#endif
