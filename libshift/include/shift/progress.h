/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_PROGRESS_H
#define SHIFT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "shift/export.h"

SHIFT_BEGIN_DECLS

/**
 * How a long call is watched and stopped. `step` is called now and then, at least once, by the
 * thread that made the call: `done` and `total` are rows when a source is read or a network is run
 * (`total` 0, for it is not known before the end), features or layers when profiles are compared,
 * and 0 while a density ratio is learned or used. Where it returns false, the call ends as soon as
 * it can, with SHIFT_ECANCELLED, and leaves nothing behind; a source that was being read can only
 * be closed. A network is left between two of its nodes.
 */
typedef struct shift_progress {
    bool (*step)(void *context, uint64_t done, uint64_t total);
    void *context;
} shift_progress;

SHIFT_END_DECLS

#endif
