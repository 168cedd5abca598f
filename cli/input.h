/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COVSHIFT_INPUT_H
#define COVSHIFT_INPUT_H

#include "cli.h"

/**
 * The profile of `spec`: a saved one, told by its content, is loaded; anything else is read as raw
 * data. With `like`, raw data is read by the schema of that profile, otherwise its kinds are
 * inferred.
 */
SHIFT_CHECKED shift_status input_profile(shift_profile **out, const char *spec,
                                         const shift_profile *like, const struct options *options,
                                         shift_error *err);

/** Whether windows are cut by the values of this column, which is not compared then. `by` may be
 * NULL, or of size 0 for none. */
bool input_is_cut_by(const shift_window_rule *by, const char *column);

/** The windows of raw data, cut by options->by: each by the schema of the profile `like`. */
SHIFT_CHECKED shift_status input_windows(const char *spec, const shift_profile *like,
                                         const struct options *options,
                                         const shift_window_sink *sink, shift_error *err);

/** Whether `spec` gives its bytes once only: standard input, a pipe, a terminal. */
bool input_once(const char *spec);

/** EINVAL where `spec` cannot be read more than once for its rows: a saved profile, or what
 * input_once() says. */
SHIFT_CHECKED shift_status input_rows(const char *spec, shift_error *err);

#endif
