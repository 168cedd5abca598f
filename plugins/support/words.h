/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What several reporters need to put foreign names into a document. Compiled into each. */
#ifndef SHIFT_PLUGINS_WORDS_H
#define SHIFT_PLUGINS_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shift/reporter.h"

/** A growing text. A failed allocation is kept and reported once, by buffer_write(). */
typedef struct buffer {
    char *bytes; /* NUL-ended where used > 0 */
    size_t used, capacity;
    bool failed;
} buffer;

void buffer_add(buffer *b, const char *bytes, size_t n);
void buffer_text(buffer *b, const char *text); /* NULL adds nothing */
SHIFT_PRINTF(2, 3) void buffer_print(buffer *b, const char *format, ...);
/** Empty it and keep its memory. */
void buffer_reset(buffer *b);
void buffer_free(buffer *b);
/** Everything to the sink, or ENOMEM where an addition failed before. */
shift_status buffer_write(const buffer *b, const shift_sink *sink, shift_error *err);

/** The code point at `text` and its length; U+FFFD and 1 where the bytes are no UTF-8 (RFC 3629:
 * no overlong forms, no surrogates). At the end: 0 and 0. */
uint32_t utf8_next(const char *text, size_t *length);
void utf8_add(buffer *b, uint32_t code);
/** `text` with every invalid byte replaced by U+FFFD. */
void utf8_add_valid(buffer *b, const char *text);

/** The shortest decimal form that reads back as the same double; finite only. C locale. */
void number_add(buffer *b, double value);

/** The measurement of that name, or NULL. */
const shift_measurement *measurement_of(const shift_subject *subject, const char *statistic);

#endif
