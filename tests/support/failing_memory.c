/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "failing_memory.h"

#include <stddef.h>

/* The linker gives these their names. NOLINTBEGIN(readability-identifier-naming) */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

static long left = -1;
static int failed;

void fail_allocation(long n)
{
    left = n;
    failed = 0;
}

int allocation_failed(void)
{
    return failed;
}

static int fails(void)
{
    if (left < 0 || left-- > 0)
        return 0;
    failed = 1;
    return 1;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return fails() ? NULL : __real_realloc(memory, size);
}
/* NOLINTEND(readability-identifier-naming) */
