/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A comparison through the public interface, as a pipeline would make it. */
#ifndef CALIBRATION_OURS_H
#define CALIBRATION_OURS_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>

#include "data.h"
#include "shift/comparison.h"
#include "shift/profile.h"

/** Profile of a table; `*out` untouched and the error filled on failure. */
shift_status profile_table(shift_profile **out, const table *t, shift_error *err);
/** Profile of `rows` fresh rows that are never all in memory. */
shift_status profile_stream(shift_profile **out, size_t rows, size_t columns, known_shift shift,
                            gsl_rng *random, shift_error *err);

/** Profile of `n` parts together. */
shift_status profile_parts(shift_profile **out, shift_profile *const *parts, size_t n,
                           size_t columns, shift_error *err);

/** Whether anything of the feature is significant, whatever its size. */
bool is_real(const shift_subject *feature);
const shift_measurement *measurement_of(const shift_subject *feature, const char *statistic);

#endif
