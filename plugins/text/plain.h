/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text for a terminal: harmless, and as wide as it says. */
#ifndef SHIFT_PLUGINS_PLAIN_H
#define SHIFT_PLUGINS_PLAIN_H

#include "words.h"

/** Append `text` without anything that could move the cursor, turn the direction of writing, or
 * hide: such characters and invalid bytes become U+FFFD, or '?' where the terminal has ASCII only.
 * What is wider than `width` columns is cut and ends in an ellipsis. */
void plain_add(buffer *b, const char *text, bool utf8, size_t width);
/** Columns of harmless text. */
size_t plain_width(const char *text);
/** Append harmless text in lines of at most `width` columns, broken at spaces where that is
 * possible; a tab is a space at which it is broken only where it must be. Later lines begin with
 * `indent` spaces; the first is taken to begin behind `used` columns. No line feed at the end. */
typedef struct plain_shape {
    size_t width, indent, used;
} plain_shape;
void plain_wrap(buffer *b, const char *text, plain_shape shape);

/** Take the spaces at the ends of lines out of `b`, those before the end of a colour too. */
void plain_trim(buffer *b);

#endif
