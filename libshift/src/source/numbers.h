/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decimal text to double, correctly rounded, whatever the locale of the process. */
#ifndef SHIFT_SOURCE_NUMBERS_H
#define SHIFT_SOURCE_NUMBERS_H

#include <stddef.h>

#include "shift/batch.h"

/**
 * Spaces and tabs around it allowed: an optional sign, digits with an optional point (at least one
 * digit), an optional exponent. The value has the bits of strtod() in the C locale. Inf, infinity
 * and nan in any case, and numbers too large for a double, are NON_FINITE; anything else,
 * hexadecimal included, is INVALID. *value is NaN where the state is not PRESENT.
 */
shift_field_state shift__number_parse(const char *text, size_t n, double *value);

/** The same by the C library only: the oracle of the tests, and what the fast path falls back to.
 */
shift_field_state shift__number_parse_plain(const char *text, size_t n, double *value);

#endif
