/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of data in memory, for what goes through them more than once. */
#ifndef SHIFT_NETWORK_HELD_H
#define SHIFT_NETWORK_HELD_H

#include "network/pass.h"

typedef struct shift__held_batch {
    shift__tensor *inputs; /* one per graph input */
    int64_t *labels;       /* NULL without */
    size_t rows;
} shift__held_batch;

typedef struct shift__held {
    size_t n_inputs;
    shift__held_batch *batches;
    size_t n, capacity;
    uint64_t rows;
    shift__progress *progress; /* of what goes through them */
    const char *data, *label;  /* names of the source and, or NULL, of its labels; borrowed */
} shift__held;

/** The first `most` rows of a source, or all of them for 0. */
SHIFT_CHECKED shift_status shift__held_read(shift__held *out, const shift__graph *graph,
                                            shift_source *source,
                                            const shift_network_data_options *data, uint64_t most,
                                            shift_error *err);
void shift__held_clear(shift__held *held);
/** Forward and backward over all of them. */
SHIFT_CHECKED shift_status shift__pass_held(shift__pass *pass, const shift__held *held,
                                            shift_error *err);

#endif
