/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of JSON for a script element: nothing in them can end it, and texts are harmless. */
#ifndef SHIFT_PLUGINS_HTML_JSON_TEXT_H
#define SHIFT_PLUGINS_HTML_JSON_TEXT_H

#include "words.h"

/** `"key":`, with a comma before it unless an object begins here. */
void json_key(buffer *b, const char *key);
/** A comma unless an array or object begins here. */
void json_next(buffer *b);
/** A text as one harmless line, at most 12,000 characters; null for NULL. */
void json_text(buffer *b, const char *text);
/** With so many significant digits; null for NaN and infinities, of which JSON has none. */
void json_number(buffer *b, double value, int digits);
/** Some more elements of an array. */
void json_numbers(buffer *b, const double *values, size_t n, int digits);
void json_count(buffer *b, uint64_t count);

#endif
