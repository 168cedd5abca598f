/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs about the gradients inside a network. */
#ifndef SHIFT_PLUGINS_GRADIENTS_H
#define SHIFT_PLUGINS_GRADIENTS_H

#include "words.h"

/** The value of a measurement by its name, or NaN. */
double value_of(const shift_subject *subject, const char *statistic);
/** Whether a run is about gradients. */
bool is_about_gradients(const shift_comparison *comparison);
/** "ok", "vanishing" or "exploding". */
const char *gradient_verdict(const shift_comparison *comparison);
/** Whether a run follows the checkpoints of a training. */
bool is_trace(const shift_comparison *comparison);
/** The values of a course by its name, one for each checkpoint, or NULL. */
const double *course_of(const shift_subject *subject, const char *statistic);
/** The conclusion of a run about gradients or of a trace; false and nothing for others.
 */
bool gradient_conclusion(buffer *b, const shift_comparison *comparison);

#endif
