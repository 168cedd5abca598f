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

/** Controls, line breaks, and marks that hide or turn the direction of writing. */
bool utf8_is_harmful(uint32_t code);
/** `text` with invalid bytes and harmful characters replaced by U+FFFD, and cut to `most`
 * characters, the last of which is then an ellipsis. */
void utf8_add_harmless(buffer *b, const char *text, size_t most);

/** The shortest decimal form that reads back as the same double; finite only. C locale. */
void number_add(buffer *b, double value);

/** Run `write` with the thread's locale set to C.UTF-8: widths of characters and decimal points
 * must not depend on the host's. */
typedef shift_status write_report(const shift_report *report, const shift_sink *sink,
                                  shift_error *err);
shift_status in_own_locale(write_report *write, const shift_report *report, const shift_sink *sink,
                           shift_error *err);

typedef shift_status write_history(const shift_history *history, const shift_sink *sink,
                                   shift_error *err);
shift_status history_in_own_locale(write_history *write, const shift_history *history,
                                   const shift_sink *sink, shift_error *err);

/** The measurement of that name, or NULL. */
const shift_measurement *measurement_of(const shift_subject *subject, const char *statistic);

#endif
