/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One node of a plan: its call, and how it is run. Convolutions work with the channels last, which
 * is how oneDNN is fast; a value has its channels last from there on for as long as the nodes that
 * follow do not care, and is copied for those that do. */
#ifndef SHIFT_NETWORK_STEP_H
#define SHIFT_NETWORK_STEP_H

#include "network/graph.h"
#include "network/onednn.h"

typedef struct shift__step {
    shift__call call;
    bool known;                        /* computed while planning */
    shift__kernel *kernel;             /* NULL: the operator's own forward */
    const shift__tensor *const *value; /* per input: the value itself */
    shift__tensor *copies; /* per input: the copy with channels first that the call sees instead; of
                              rank 0 where there is none. NULL where all see the values. */
    size_t *copy_buffers;  /* per copy: which buffer of the execution it has */
} shift__step;

/** Set the layouts of the outputs, whose shapes are set, and choose the kernel. Channels may be
 * last where `free`. */
SHIFT_CHECKED shift_status shift__step_plan(shift__step *step, bool free, shift__arena *arena,
                                            shift_error *err);
/** The output has the memory of input 0, and there is nothing to run. */
bool shift__step_is_view(const shift__step *step);
SHIFT_CHECKED shift_status shift__step_run(const shift__step *step, const shift__graph *graph);

#endif
