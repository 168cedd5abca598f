/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A caller's shift_progress, as long work on several threads asks it: its step is called by the
 * thread that made the call, some times a second; all threads learn of a cancel. */
#ifndef SHIFT_CORE_PROGRESS_H
#define SHIFT_CORE_PROGRESS_H

#include <stdint.h>

#include "shift/error.h"
#include "shift/progress.h"

/** NULL wherever nobody watches, which every function here allows. */
typedef struct shift__progress shift__progress;

/** Watched from this thread on. `told` may be NULL, as may its step: *out is NULL then. `what` is
 * static: "running the network"; `total` is 0 where it is not known. */
SHIFT_CHECKED shift_status shift__progress_new(shift__progress **out, const shift_progress *told,
                                               const char *what, uint64_t total, shift_error *err);
void shift__progress_free(shift__progress *progress);
/** Another call, perhaps by another thread. */
void shift__progress_enter(shift__progress *progress);
/** So much more is done. On any thread. */
void shift__progress_add(shift__progress *progress, uint64_t done);
/** ECANCELLED where the caller wants no more. On any thread, as often as one likes. */
SHIFT_CHECKED shift_status shift__progress_check(shift__progress *progress, shift_error *err);

#endif
