/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checked allocation and the arena of plain results. */
#include "core/memory.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static shift_status no_memory(size_t count, size_t size, shift_error *err)
{
    return shift_error_set(err, SHIFT_ENOMEM, "out of memory (%zu times %zu bytes)", count, size);
}

shift_status shift__alloc(void *out, size_t count, size_t size, shift_error *err)
{
    void *memory = calloc(count != 0 ? count : 1, size != 0 ? size : 1);
    if (memory == NULL)
        return no_memory(count, size, err);
    memcpy(out, &memory, sizeof memory);
    return SHIFT_OK;
}

shift_status shift__array_grow(void *data, size_t *capacity, size_t needed, size_t size,
                               shift_error *err)
{
    if (needed <= *capacity)
        return SHIFT_OK;
    size_t grown = *capacity + *capacity / 2 + 8;
    if (grown < needed)
        grown = needed;
    if (grown > SIZE_MAX / 2 / size)
        return no_memory(grown, size, err);
    void *memory = NULL;
    memcpy(&memory, data, sizeof memory);
    memory = realloc(memory, grown * size);
    if (memory == NULL)
        return no_memory(grown, size, err);
    memcpy(data, &memory, sizeof memory);
    *capacity = grown;
    return SHIFT_OK;
}

shift_status shift__text_copy(char **out, const char *text, size_t n, shift_error *err)
{
    char *copy = NULL;
    if (n == SIZE_MAX)
        return no_memory(n, 1, err);
    shift_status status = shift__alloc(&copy, n + 1, 1, err);
    if (status != SHIFT_OK)
        return status;
    if (copy != NULL && n > 0)
        memcpy(copy, text, n);
    *out = copy;
    return SHIFT_OK;
}

struct shift__arena_block {
    struct shift__arena_block *next;
    size_t used, capacity;
    alignas(max_align_t) unsigned char bytes[];
};

enum { ARENA_BLOCK = 16384 };

shift_status shift__arena_alloc(shift__arena *arena, void *out, size_t count, size_t size,
                                shift_error *err)
{
    if (size != 0 && count > (SIZE_MAX / 2) / size)
        return no_memory(count, size, err);
    size_t step = alignof(max_align_t);
    size_t bytes = (count * size + step - 1) / step * step;
    struct shift__arena_block *block = arena->blocks;
    if (block == NULL || block->capacity - block->used < bytes) {
        size_t capacity = bytes > ARENA_BLOCK ? bytes : ARENA_BLOCK;
        block = calloc(1, sizeof *block + capacity);
        if (block == NULL)
            return no_memory(count, size, err);
        block->capacity = capacity;
        block->next = arena->blocks;
        arena->blocks = block;
    }
    void *memory = block->bytes + block->used;
    block->used += bytes;
    memcpy(out, &memory, sizeof memory);
    return SHIFT_OK;
}

shift_status shift__arena_text(shift__arena *arena, const char **out, const char *text, size_t n,
                               shift_error *err)
{
    if (text == NULL) {
        *out = NULL;
        return SHIFT_OK;
    }
    char *copy = NULL;
    shift_status status = shift__arena_alloc(arena, &copy, n + 1, 1, err);
    if (status != SHIFT_OK)
        return status;
    if (copy != NULL && n > 0)
        memcpy(copy, text, n);
    *out = copy;
    return SHIFT_OK;
}

shift_status shift__arena_print(shift__arena *arena, const char **out, shift_error *err,
                                const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int n = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = NULL;
    shift_status status = n < 0 ? shift_error_set(err, SHIFT_EINVAL, "text cannot be formatted")
                                : shift__arena_alloc(arena, &text, (size_t)n + 1, 1, err);
    if (status == SHIFT_OK) {
        (void)vsnprintf(text, (size_t)n + 1, format, again);
        *out = text;
    }
    va_end(again);
    return status;
}

/* Behind the block that `to` is filling. */
void shift__arena_join(shift__arena *to, shift__arena *from)
{
    struct shift__arena_block **end = &to->blocks;
    if (*end != NULL)
        end = &(*end)->next;
    struct shift__arena_block *rest = *end;
    *end = from->blocks;
    while (*end != NULL)
        end = &(*end)->next;
    *end = rest;
    from->blocks = NULL;
}

void shift__arena_clear(shift__arena *arena)
{
    struct shift__arena_block *block = arena->blocks;
    arena->blocks = NULL;
    while (block != NULL) {
        struct shift__arena_block *next = block->next;
        free(block);
        block = next;
    }
}
