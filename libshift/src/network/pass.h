/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forward and backward over rows of data: run a batch with its values kept, take the gradient of
 * the loss, and go back. Whatever looks at gradients is built on this. */
#ifndef SHIFT_NETWORK_PASS_H
#define SHIFT_NETWORK_PASS_H

#include "network/backward.h"
#include "network/loss.h"
#include "network/rows.h"

typedef struct shift__pass {
    /* set by the caller, the rest 0 */
    const shift__graph *graph;
    shift__bn_mode bn;
    shift__loss_kind kind;
    const bool *wanted; /* values whose gradients are looked at; one flag each */
    uint64_t most;      /* rows at most; 0 for all */
    /** After a batch has been run forward; may be NULL. */
    shift_status (*ran)(void *context, const shift__execution *execution, size_t rows,
                        shift_error *err);
    /** The gradients of the sum over the batch's rows, as shift__backward_run() gives them. */
    shift_status (*see)(void *context, size_t value, const shift__tensor *gradient,
                        shift_error *err);
    void *context;
    shift__progress *progress; /* NULL for none; set where rows, or held rows, are passed */

    /* results */
    shift__loss_sums sums;

    /* inside */
    size_t logits;
    const char *data;  /* its name, where rows are read */
    const char *label; /* the column of labels, likewise */
    size_t planned;    /* rows of `execution` */
    shift__execution *execution;
    shift__backward *backward;
    shift__tensor gradient;
} shift__pass;

/** One batch of `n` rows; `labels` may be NULL. */
SHIFT_CHECKED shift_status shift__pass_batch(shift__pass *pass, const shift__tensor *inputs,
                                             size_t n, const int64_t *labels, shift_error *err);
/** All rows, or the most that are wanted. */
SHIFT_CHECKED shift_status shift__pass_rows(shift__pass *pass, shift__rows *rows, shift_error *err);
void shift__pass_clear(shift__pass *pass);

#endif
