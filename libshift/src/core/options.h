/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options of callers that were compiled against another version of the headers. */
#ifndef SHIFT_CORE_OPTIONS_H
#define SHIFT_CORE_OPTIONS_H

#include <stddef.h>

#include "shift/error.h"

/**
 * Put the caller's options over the defaults in `to`, a struct of `size` bytes that begins with its
 * size, as all do. `from` may be NULL. One that ends earlier is of an older caller; one that is
 * longer, of a newer caller, must be zero beyond. EINVAL for a size that no version has, which is
 * one that was never set; EUNSUPPORTED for what this version does not know.
 */
SHIFT_CHECKED shift_status shift__options_take(void *to, size_t size, const void *from,
                                               const char *name, shift_error *err);

/** The same, where `to` is a struct of the type that `from` points to. */
#define SHIFT__OPTIONS_TAKE(to, from, name, err)                                                   \
    shift__options_take((to), sizeof *(1 ? (to) : (from)), (from), (name), (err))

#endif
