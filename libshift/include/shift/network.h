/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_NETWORK_H
#define SHIFT_NETWORK_H

#include <stdbool.h>
#include <stddef.h>

#include "shift/error.h"
#include "shift/progress.h"
#include "shift/source.h"

SHIFT_BEGIN_DECLS

/** A neural network, read from an ONNX file and ready to be run. Safe for concurrent readers. */
typedef struct shift_network shift_network;

/**
 * Load an ONNX file (opset up to 17). EIO where it or its external data cannot be read; EFORMAT,
 * naming the node, where it is damaged or not valid; EUNSUPPORTED for an operator, a type or an
 * opset that is not known. External data is read from the file's own folder only.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_network_load(shift_network **out, const char *path,
                                                        shift_error *err);
/** The same from the `n` bytes of such a file in memory, without external data; `name` is for
 * messages. The bytes are not needed afterwards. */
SHIFT_API SHIFT_CHECKED shift_status shift_network_decode(shift_network **out, const void *bytes,
                                                          size_t n, const char *name,
                                                          shift_error *err);
SHIFT_API void shift_network_free(shift_network *network); /**< NULL is allowed. */

/** How many Batch Normalizations of the file are in training mode, as an export without eval()
 * leaves them. They are run as all others are, by their stored statistics unless options say
 * otherwise. */
SHIFT_API size_t shift_network_training_nodes(const shift_network *network);
/** How many convolutions have a bias and no Batch Normalization behind them: one may have been
 * folded into each, whose statistics the file then does not have. */
SHIFT_API size_t shift_network_folded_nodes(const shift_network *network);

/** How rows of data become inputs of a network. */
typedef struct shift_network_data_options {
    size_t size;               /**< sizeof(shift_network_data_options) */
    const char *const *inputs; /**< columns in the order of the input; NULL for all in file order;
                                  of the second of two sides, those with the first one's names */
    size_t n_inputs;
    const char *label; /**< the column that holds the class, never an input; NULL for none. Where it
                          is compared with the network's: EFORMAT unless a whole number from 0 that
                          is one of the classes */
    size_t batch;      /**< rows at a time */
    unsigned threads; /**< batches that are run at the same time, where layers are profiled, outputs
                         written or statistics estimated; the results are the same for any number.
                         1 or 0 for one */
    const shift_progress *progress; /**< of every call that takes these options; NULL for none.
                                         `done` counts rows, each as often as it is run */
    bool bn_batch; /**< shift_network_run() alone: Batch Normalization by the statistics of each
                        batch, not the stored ones */
} shift_network_data_options;

#define SHIFT_NETWORK_DATA_OPTIONS_INIT                                                            \
    {                                                                                              \
        sizeof(shift_network_data_options), 0, 0, 0, 64, 1, 0, false                               \
    }

/**
 * Run the network over all rows of `source` and write its outputs to the file `path` as CSV, one
 * row per row: columns "OUTPUT_0", "OUTPUT_1", ... for each output of the network ("OUTPUT" where
 * it has one value a row); "-" is standard output. Numbers are written so that they read back
 * exactly. Dropout is off. Nothing is written on failure: EINCOMPATIBLE where the columns do not
 * fit the inputs, EFORMAT for a value that is no number, and what reading fails with. `options` may
 * be NULL.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_network_run(const shift_network *network,
                                                       shift_source *source,
                                                       const shift_network_data_options *options,
                                                       const char *path, shift_error *err);

SHIFT_END_DECLS

#endif
