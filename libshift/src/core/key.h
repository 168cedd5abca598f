/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys of hash tables. Whoever knows how a table hashes can make names that all meet in one place,
 * and looking them up slow; a key is what a hostile file cannot know. Nothing else may follow from
 * it. */
#ifndef SHIFT_CORE_KEY_H
#define SHIFT_CORE_KEY_H

#include <stddef.h>

/** `n` bytes, 256 at most, that differ from table to table; fixed ones where the system gives none.
 */
void shift__key_draw(void *key, size_t n);

#endif
