/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Worker threads for loops whose iterations are independent. Results must not depend on which
 * thread ran what, so an iteration writes only what belongs to its index. */
#ifndef SHIFT_CORE_POOL_H
#define SHIFT_CORE_POOL_H

#include <stddef.h>

#include "core/progress.h"
#include "shift/error.h"

typedef struct shift__pool shift__pool;

/** `threads` workers in all, the caller included; 0 and 1 start none. */
SHIFT_CHECKED shift_status shift__pool_new(shift__pool **out, unsigned threads, shift_error *err);
void shift__pool_free(shift__pool *pool); /* NULL is allowed */
/** shift__pool_run() checks `progress` between two tasks and while it waits for the other threads,
 * so that tasks learn of a cancel; it runs them all none the less. NULL for none. It lives as long
 * as it is watched. */
void shift__pool_watch(shift__pool *pool, shift__progress *progress);
shift__progress *shift__pool_progress(const shift__pool *pool);
/** Call task(context, i) for every i below n, in any order, and return when all have finished. One
 * thread at a time may call this. Without a pool (NULL) this thread does them all, in order. */
void shift__pool_run(shift__pool *pool, size_t n, void (*task)(void *context, size_t i),
                     void *context);

#endif
