/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running a graph: planned once for a number of rows, then run for as many batches of that size as
 * there are. */
#ifndef SHIFT_NETWORK_EXECUTE_H
#define SHIFT_NETWORK_EXECUTE_H

#include "core/progress.h"
#include "network/graph.h"

typedef struct shift__execution shift__execution;

typedef struct shift__execution_options {
    shift__bn_mode bn;
    bool keep;          /* every value until the next run, as backward needs them */
    bool channels_last; /* values that taps see, but not graph outputs, may have their channels
                           last, which is faster; not where all are kept */
    bool integers_stay; /* integer inputs given while planning are those of every run, and what
                           depends on them alone is computed then */
    shift__progress *progress; /* asked before every node; NULL for none */
} shift__execution_options;

/** Called in forward order, for each wanted value as soon as it is computed; graph inputs come
 * first. The tensor is borrowed for the call. */
typedef struct shift__tap {
    const bool *wanted; /* one per value of the graph; NULL for none */
    shift_status (*see)(void *context, size_t value, const shift__tensor *tensor, shift_error *err);
    void *context;
} shift__tap;

/**
 * Shapes, memory and kernels for a batch. `inputs` has one tensor per graph input, whose shapes
 * count and whose data may be NULL. What depends on shapes only is computed here. EFORMAT, naming
 * file and node, where shapes do not fit together; `graph` outlives the execution.
 */
SHIFT_CHECKED shift_status shift__execution_new(shift__execution **out, const shift__graph *graph,
                                                const shift__tensor *inputs,
                                                const shift__execution_options *options,
                                                shift_error *err);
void shift__execution_free(shift__execution *execution); /* NULL is allowed */
/** Run for inputs of the planned shapes. `tap` may be NULL. */
SHIFT_CHECKED shift_status shift__execution_run(shift__execution *execution,
                                                const shift__tensor *inputs, const shift__tap *tap,
                                                shift_error *err);
/** ECANCELLED where the caller wants no more. */
SHIFT_CHECKED shift_status shift__execution_check(const shift__execution *execution,
                                                  shift_error *err);
/** A value after a run: a graph output, or any where values are kept; of others, and before a run,
 * the shape alone counts. Borrowed until the next run. */
const shift__tensor *shift__execution_value(const shift__execution *execution, size_t value);

#endif
