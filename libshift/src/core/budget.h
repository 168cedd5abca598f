/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory for what is unpacked from bytes that may come from anyone. */
#ifndef SHIFT_CORE_BUDGET_H
#define SHIFT_CORE_BUDGET_H

#include <stdbool.h>
#include <stddef.h>

/** What may still be taken; nothing is given back to it. */
typedef struct shift__budget {
    size_t left;
    bool no_memory; /* a request failed, and not for the budget */
} shift__budget;

/** `per_byte` bytes for each of `n`, and 64 KiB. */
shift__budget shift__budget_for(size_t n, size_t per_byte);
/** malloc() within the budget `context`; NULL beyond it. With the next one, a protobuf allocator.
 */
void *shift__budget_take(void *context, size_t size);
/** free(); `context` may be NULL. */
void shift__budget_free(void *context, void *memory);

#endif
