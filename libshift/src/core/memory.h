/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checked allocation: sizes that overflow are out-of-memory, never a short buffer. */
#ifndef SHIFT_CORE_MEMORY_H
#define SHIFT_CORE_MEMORY_H

#include <stddef.h>

#include "shift/error.h"

/** `count` zeroed elements of `size` bytes in *out (never NULL on success, even for 0). */
SHIFT_CHECKED shift_status shift__alloc(void *out, size_t count, size_t size, shift_error *err);
/** Make room for `needed` elements in the array *data (NULL at first) of *capacity elements. Grows
 * by half; new elements are not cleared. On failure the array is as it was. */
SHIFT_CHECKED shift_status shift__array_grow(void *data, size_t *capacity, size_t needed,
                                             size_t size, shift_error *err);
/** A NUL-ended copy of `n` bytes. */
SHIFT_CHECKED shift_status shift__text_copy(char **out, const char *text, size_t n,
                                            shift_error *err);

/** Many small pieces that are released together: the plain results. */
typedef struct shift__arena {
    struct shift__arena_block *blocks;
} shift__arena;

#define SHIFT__ARENA_INIT                                                                          \
    {                                                                                              \
        NULL                                                                                       \
    }

/** Zeroed memory, aligned for any type, released by shift__arena_clear(). */
SHIFT_CHECKED shift_status shift__arena_alloc(shift__arena *arena, void *out, size_t count,
                                              size_t size, shift_error *err);
/** A NUL-ended copy of `n` bytes of `text`; where `text` is NULL, *out is NULL. */
SHIFT_CHECKED shift_status shift__arena_text(shift__arena *arena, const char **out,
                                             const char *text, size_t n, shift_error *err);
SHIFT_CHECKED SHIFT_PRINTF(4, 5) shift_status
    shift__arena_print(shift__arena *arena, const char **out, shift_error *err, const char *format,
                       ...);
/** What is in `from`, which is empty then, is released with `to`. */
void shift__arena_join(shift__arena *to, shift__arena *from);
void shift__arena_clear(shift__arena *arena);

#endif
