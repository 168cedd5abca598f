/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Both sides' histograms in a few characters. */
#ifndef SHIFT_PLUGINS_TEXT_SHAPE_H
#define SHIFT_PLUGINS_TEXT_SHAPE_H

#include "words.h"

enum { SHAPE_COLUMNS = 17 };

/** Whether there is something to draw of both sides. */
bool shape_exists(const shift_subject *subject);
/** Training and production over the same eight bins, tails in the outer ones, or the shares of the
 * eight most frequent categories; the same scale for both. */
void shape_add(buffer *b, const shift_subject *subject, bool utf8);

#endif
