/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Running a network over the rows of a data set, several batches at a time, each on a thread and in
 * an execution of its own, while those after them are read. What follows is in the batches' order,
 * so that no result depends on the number of threads. */
#ifndef SHIFT_NETWORK_BATCHES_H
#define SHIFT_NETWORK_BATCHES_H

#include "network/execute.h"
#include "network/rows.h"

/** Some rows. */
typedef struct shift__batch {
    size_t slot;     /* below the number of threads; no two that run at the same time share one */
    uint64_t before; /* rows before it */
    size_t rows;
    const shift__tensor *inputs;
    const int64_t *labels; /* NULL where there is no label column */
} shift__batch;

/** What is done with each batch. The first one is done with before any other is begun. */
typedef struct shift__batches {
    const shift__graph *graph;
    shift__rows *rows;
    shift__execution_options options;
    unsigned threads;
    void *context;
    /** Before it is run, in the order of the batches; may be NULL. */
    shift_status (*begin)(void *context, const shift__batch *batch, shift_error *err);
    /** On any thread: runs the execution, which was made for its number of rows. */
    shift_status (*run)(void *context, const shift__batch *batch, shift__execution *execution,
                        shift_error *err);
    /** After it was run, in the order of the batches. */
    shift_status (*end)(void *context, const shift__batch *batch, shift_error *err);
} shift__batches;

/** All rows. The failure that is told is that of the first batch that fails. */
SHIFT_CHECKED shift_status shift__batches_run(const shift__batches *batches, shift_error *err);

#endif
