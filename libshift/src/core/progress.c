/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/progress.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "core/memory.h"

enum { INTERVAL = 20 }; /* milliseconds between two steps */

struct shift__progress {
    shift_progress told;
    const char *what;
    uint64_t total;
    pthread_t caller;
    bool any;             /* steps so far; this and the next are the caller's */
    struct timespec last; /* step */
    atomic_bool stopped;
    _Atomic uint64_t done;
};

shift_status shift__progress_new(shift__progress **out, const shift_progress *told,
                                 const char *what, uint64_t total, shift_error *err)
{
    shift__progress *progress = NULL;
    *out = NULL;
    if (told == NULL || told->step == NULL)
        return SHIFT_OK;
    shift_status status = shift__alloc(&progress, 1, sizeof *progress, err);
    if (status != SHIFT_OK)
        return status;
    progress->told = *told;
    progress->what = what;
    progress->total = total;
    progress->caller = pthread_self();
    *out = progress;
    return SHIFT_OK;
}

void shift__progress_free(shift__progress *progress)
{
    free(progress);
}

void shift__progress_enter(shift__progress *progress)
{
    if (progress == NULL)
        return;
    progress->caller = pthread_self();
    progress->any = false;
    atomic_store(&progress->done, 0);
    atomic_store(&progress->stopped, false);
}

void shift__progress_add(shift__progress *progress, uint64_t done)
{
    if (progress != NULL)
        atomic_fetch_add(&progress->done, done);
}

static bool is_due(shift__progress *progress)
{
    struct timespec now;
    if (atomic_load(&progress->stopped) || !pthread_equal(progress->caller, pthread_self()))
        return false;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    long long passed = (long long)(now.tv_sec - progress->last.tv_sec) * 1000 +
                       (now.tv_nsec - progress->last.tv_nsec) / 1000000;
    if (progress->any && passed < INTERVAL)
        return false;
    progress->any = true;
    progress->last = now;
    return true;
}

shift_status shift__progress_check(shift__progress *progress, shift_error *err)
{
    if (progress == NULL)
        return SHIFT_OK;
    if (is_due(progress) &&
        !progress->told.step(progress->told.context, atomic_load(&progress->done), progress->total))
        atomic_store(&progress->stopped, true);
    return atomic_load(&progress->stopped)
               ? shift_error_set(err, SHIFT_ECANCELLED, "%s was cancelled", progress->what)
               : SHIFT_OK;
}
