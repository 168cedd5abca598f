/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ways to make a distribution that only the library and its tests need. */
#ifndef SHIFT_COMPARE_DISTRIBUTION_H
#define SHIFT_COMPARE_DISTRIBUTION_H

#include <stddef.h>
#include <stdint.h>

#include "profile/categories.h"
#include "shift/distribution.h"
#include "shift/error.h"

/** `rows` rows of a column that is not there: all of them missing. */
SHIFT_CHECKED shift_status shift__distribution_absent(shift_distribution **out, shift_kind kind,
                                                      uint64_t rows, shift_error *err);
/** A categorical view of counted texts in byte order; the texts are copied. */
SHIFT_CHECKED shift_status shift__distribution_of_categories(shift_distribution **out,
                                                             const shift__category_view *view,
                                                             shift_error *err);
/** Whether every value is one and the same. */
bool shift__distribution_is_constant(const shift_distribution *d);

#endif
