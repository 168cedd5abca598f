/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of a data set as the inputs of a network, some at a time. */
#ifndef SHIFT_NETWORK_ROWS_H
#define SHIFT_NETWORK_ROWS_H

#include "core/progress.h"
#include "network/graph.h"
#include "shift/layers.h"
#include "shift/network.h"
#include "shift/source.h"

typedef struct shift__rows shift__rows;

/** The columns of a data set that are inputs of a network, in order; borrowed. */
typedef struct shift__columns {
    const char *const *names;
    size_t n;         /* 0: not known */
    const char *data; /* whose they are, for messages */
} shift__columns;

/**
 * Map columns of `source` to the inputs of `graph`: those of `options`, or all but its label, in
 * order. EINCOMPATIBLE, naming both sides, where their number does not fit the input shape; `graph`
 * and `source` outlive it.
 */
SHIFT_CHECKED shift_status shift__rows_new(shift__rows **out, const shift__graph *graph,
                                           shift_source *source,
                                           const shift_network_data_options *options,
                                           shift_error *err);
/** The same of a second data set: where the options name no inputs, they are the columns with the
 * names that those of the first have, in whatever order. EINCOMPATIBLE for one that is not there.
 */
SHIFT_CHECKED shift_status shift__rows_new_like(shift__rows **out, const shift__graph *graph,
                                                shift_source *source,
                                                const shift_network_data_options *options,
                                                const shift__columns *like, shift_error *err);
/** The rows of parts[first] and those after it follow those of the source. They are opened in turn,
 * and outlive the rows. */
void shift__rows_follow(shift__rows *rows, const shift_source_parts *parts, size_t first);
void shift__rows_free(shift__rows *rows); /* NULL is allowed */
/** One tensor per graph input, shaped for `n` rows, without data. */
void shift__rows_shape(const shift__rows *rows, size_t n, shift__tensor *inputs);
/** The most rows at a time: the options' batch, or what the network's input has fixed. */
size_t shift__rows_batch(const shift__rows *rows);
/** What the options' progress is told of; lives as long as the rows. */
shift__progress *shift__rows_progress(const shift__rows *rows);
/** The options' threads, at least 1. */
unsigned shift__rows_threads(const shift__rows *rows);
/**
 * The next rows, at most shift__rows_batch() of them; *n is 0 at the end. EFORMAT, naming file,
 * row and column, for a value that is missing or no number. Borrowed until the next call.
 */
SHIFT_CHECKED shift_status shift__rows_next(shift__rows *rows, const shift__tensor **inputs,
                                            size_t *n, shift_error *err);
/** How many of a batch's `n` rows are used where `left` more are wanted: all, where the network
 * takes batches of one size only. */
size_t shift__rows_used(const shift__graph *graph, size_t n, uint64_t left);
/** The name of the data, for messages. */
const char *shift__rows_name(const shift__rows *rows);
/** Of shift__rows_new_like() by names, before the first row: how many columns are neither inputs
 * nor the label, and in *first the first of them, borrowed from the source; else 0. */
size_t shift__rows_unread(const shift__rows *rows, const char **first);
/** The columns that are inputs; borrowed from the rows. */
shift__columns shift__rows_inputs(const shift__rows *rows);
/** The name of the label column; NULL where there is none. */
const char *shift__rows_label(const shift__rows *rows);
/** The labels of those rows, as integers, -1 for what is none; NULL where there is no label column.
 */
const int64_t *shift__rows_labels(const shift__rows *rows);

#endif
