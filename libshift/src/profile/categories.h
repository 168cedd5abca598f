/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts of texts: exact up to a bound, heavy hitters with a guaranteed error beyond. */
#ifndef SHIFT_PROFILE_CATEGORIES_H
#define SHIFT_PROFILE_CATEGORIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "profile/distinct.h"
#include "shift/batch.h"
#include "shift/distribution.h"
#include "shift/error.h"

enum {
    SHIFT__CATEGORIES_DEFAULT = 65536,
    SHIFT__CATEGORIES_MAX = 1 << 24,
    SHIFT__CATEGORY_BYTES = 256,  /* a longer text is kept as its beginning and a hash */
    SHIFT__CATEGORY_BUDGET = 128, /* bytes of text for each counter that is allowed */
    SHIFT__CATEGORY_KEY = 192     /* bytes of the hash's secret */
};

/* The first 16 bytes of a text, and zeros where it is shorter. */
typedef struct shift__words {
    uint64_t first, second;
} shift__words;

typedef struct shift__counter {
    uint64_t count;
    uint64_t hash; /* keyed; differs from run to run, so nothing may follow from it */
    shift__words words;
    uint32_t offset; /* of the text */
    uint32_t size;
} shift__counter;

typedef struct shift__slot {
    uint32_t index; /* of a counter, plus one; 0 where it is free */
    uint32_t mark;  /* upper half of the hash */
} shift__slot;

typedef struct shift__categories {
    uint32_t limit; /* counters that are allowed */
    uint64_t n;     /* values added */
    uint64_t error; /* a true count is at most this much above its counter */
    bool inexact;   /* something was dropped */
    bool numeric_text;
    shift__counter *counters; /* in the order of their first appearance */
    size_t n_counters, counters_capacity;
    char *text; /* of the counters, in their order */
    size_t text_size, text_capacity;
    shift__slot *slots; /* a power of two, at most half full */
    size_t n_slots;
    shift__distinct *distinct; /* of all texts ever, once something can be dropped */
    unsigned char key[SHIFT__CATEGORY_KEY];
} shift__categories;

typedef struct shift__category_view {
    shift_category *categories; /* byte order; texts borrowed from the counter table */
    size_t n;
    uint64_t other;    /* values without a counter */
    uint64_t error;    /* a true count is at most this much above its count */
    double distinct;   /* exact, or an estimate */
    bool numeric_text; /* every text seen parses as a number */
} shift__category_view;

SHIFT_CHECKED shift_status shift__categories_new(shift__categories **out, uint32_t limit,
                                                 shift_error *err);
void shift__categories_free(shift__categories *categories); /* NULL is allowed */

/** Make room, so that adding `rows` texts of `bytes` in all cannot fail. */
SHIFT_CHECKED shift_status shift__categories_reserve(shift__categories *categories, size_t rows,
                                                     size_t bytes, shift_error *err);
/** Add `count` times a text for which there is room. */
void shift__categories_add(shift__categories *categories, const char *text, size_t size,
                           uint64_t count);

/** Add the texts of a column that are present. */
void shift__categories_add_column(shift__categories *categories, const shift_column *column,
                                  size_t rows);

SHIFT_CHECKED shift_status shift__categories_reserve_merge(shift__categories *dst,
                                                           const shift__categories *src,
                                                           shift_error *err);
void shift__categories_merge(shift__categories *dst, const shift__categories *src);

/** Drop the smallest counters, so that at most `most` are left, which needs `distinct`. */
void shift__categories_purge(shift__categories *categories, size_t most);

/** The caller frees `categories`. */
SHIFT_CHECKED shift_status shift__categories_view(const shift__categories *categories,
                                                  shift__category_view *out, shift_error *err);

/** Write the form in which a text is kept to `out`, of SHIFT__CATEGORY_BYTES bytes; its size. */
size_t shift__category_text(char *out, const char *text, size_t size);
/** Whether all of the text is a decimal number: [+-] digits [. digits] [e [+-] digits]. */
bool shift__text_is_number(const char *text, size_t size);

#endif
