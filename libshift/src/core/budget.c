/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/budget.h"

#include <stdint.h>
#include <stdlib.h>

enum { LEAST = 65536 };

shift__budget shift__budget_for(size_t n, size_t per_byte)
{
    size_t most = n > SIZE_MAX / 2 / per_byte ? SIZE_MAX / 2 : n * per_byte;
    return (shift__budget){most + LEAST, false};
}

void *shift__budget_take(void *context, size_t size)
{
    shift__budget *budget = context;
    if (size > budget->left)
        return NULL;
    budget->left -= size;
    void *memory = malloc(size != 0 ? size : 1);
    budget->no_memory = budget->no_memory || memory == NULL;
    return memory;
}

void shift__budget_free(void *context, void *memory)
{
    (void)context;
    free(memory);
}
