/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What shift_comparison_free() frees. */
#ifndef SHIFT_COMPARE_OWNER_H
#define SHIFT_COMPARE_OWNER_H

#include "core/memory.h"
#include "shift/comparison.h"

/** The public struct comes first, so that its address is the owner's; everything it points to is in
 * the arena. Allocated by shift__alloc(). */
typedef struct shift__comparison_owner {
    shift_comparison view;
    shift__arena arena;
} shift__comparison_owner;

#endif
