/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts of texts: exact up to a bound, heavy hitters with a guaranteed error beyond. */
#ifndef SHIFT_PROFILE_CATEGORIES_H
#define SHIFT_PROFILE_CATEGORIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shift/distribution.h"
#include "shift/error.h"

typedef struct shift__categories shift__categories;

typedef struct shift__category_view {
    shift_category *categories; /* byte order; texts borrowed from the counter table */
    size_t n;
    uint64_t other;    /* values without a counter */
    uint64_t error;    /* a true count is at most this much above its count */
    double distinct;   /* exact, or an estimate */
    bool numeric_text; /* every text seen parses as a number */
} shift__category_view;

/** The caller frees `categories`. */
SHIFT_CHECKED shift_status shift__categories_view(const shift__categories *categories,
                                                  shift__category_view *out, shift_error *err);

#endif
