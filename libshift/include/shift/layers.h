/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_LAYERS_H
#define SHIFT_LAYERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shift/comparison.h"
#include "shift/error.h"
#include "shift/network.h"
#include "shift/source.h"

SHIFT_BEGIN_DECLS

/**
 * What the layers of a network did over the rows of one data set: of the network's input, the input
 * of each Batch Normalization, each activation and the output, by channel (axis 1), exact moments,
 * every value or a histogram, shares of zeros and of saturated values; and a bounded random sample
 * of rows.
 */
typedef struct shift_layer_profile shift_layer_profile;

typedef struct shift_layer_options {
    size_t size;   /**< sizeof(shift_layer_options) */
    bool bn_batch; /**< Batch Normalization by the statistics of each batch, not the stored ones */
    uint64_t seed; /**< of the row sample */
    const shift_layer_profile *like; /**< the other side, profiled before: the same histogram bins,
                                          and the columns with the names that its inputs have,
                                          unless `data` names some (in order where it was saved
                                          before version 2.2); NULL for the first one */
    bool moments; /**< means and variances alone, which costs less: no `ks` and `wasserstein` */
    bool exact;   /**< keep every value, whatever the memory; else some millions of them, then
                       histograms */
} shift_layer_options;

#define SHIFT_LAYER_OPTIONS_INIT                                                                   \
    {                                                                                              \
        sizeof(shift_layer_options), false, 0, 0, false, false                                     \
    }

/**
 * Run the network over all rows of `source`. Memory does not depend on their number unless
 * options->exact. EFORMAT,
 * naming row and layer, where a value inside the network is not finite; EINCOMPATIBLE where the
 * columns do not fit the input, one that is an input in `like` is not there, or `like` is of
 * another network. `data` and `options` may be NULL.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_layer_profile_read(
    shift_layer_profile **out, const shift_network *network, shift_source *source,
    const shift_network_data_options *data, const shift_layer_options *options, shift_error *err);

/** One data set in several parts, which are opened one after the other. */
typedef struct shift_source_parts {
    const char *name;         /**< what they are called together; messages count rows over all */
    const char *const *specs; /**< as shift_source_open() takes them, at least one */
    size_t n;
    const shift_source_options *options; /**< may be NULL */
} shift_source_parts;

/** The same over the rows of all parts, in order; columns are found by name in each. Empty parts
 * have no rows; ENODATA where all are empty, EINVAL where there are none. `data` and `options` may
 * be NULL. */
SHIFT_API SHIFT_CHECKED shift_status shift_layer_profile_read_parts(
    shift_layer_profile **out, const shift_network *network, const shift_source_parts *parts,
    const shift_network_data_options *data, const shift_layer_options *options, shift_error *err);
SHIFT_API void shift_layer_profile_free(shift_layer_profile *profile); /**< NULL is allowed. */

/** Write beside `path`, sync, and rename; "-" is standard output. EIO where that fails. */
SHIFT_API SHIFT_CHECKED shift_status shift_layer_profile_save(const shift_layer_profile *profile,
                                                              const char *path, shift_error *err);
/** Load a saved layer profile, which the caller frees. EIO where it cannot be read, EFORMAT for a
 * damaged file or one of another kind, EUNSUPPORTED for a newer major version. */
SHIFT_API SHIFT_CHECKED shift_status shift_layer_profile_load(shift_layer_profile **out,
                                                              const char *path, shift_error *err);
/** Whether the file begins as a saved layer profile does, whatever its name; false where it cannot
 * be read, and for NULL. */
SHIFT_API bool shift_layer_profile_detect(const char *path);

/**
 * Compare two sides of one network layer by layer, and decide. Free with shift_comparison_free().
 * EINCOMPATIBLE where they are of different networks, or production was not profiled like
 * training. `policy` may be NULL; its thresholds name statistics of layers, and a layer in the
 * place of a feature.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_compare_layers(shift_comparison **out,
                                                          const shift_layer_profile *train,
                                                          const shift_layer_profile *prod,
                                                          const shift_policy *policy,
                                                          shift_error *err);

/** One node of a network, in forward order; borrowed texts. */
typedef struct shift_network_node {
    const char *name, *op;
    size_t n_from;      /**< nodes whose outputs enter, weights aside */
    const size_t *from; /**< their places; SIZE_MAX for an input of the network */
    bool is_layer;      /**< a check looks at it */
} shift_network_node;

/** What a network is made of. */
typedef struct shift_network_outline {
    size_t size;           /**< sizeof(shift_network_outline) in the library that made it */
    const char *hash;      /**< of its file: XXH3 of 128 bits in hexadecimal */
    const char *operators; /**< names of its ONNX operators by the alphabet, a space between */
    uint64_t bytes;        /**< of its file */
    size_t layers;         /**< that a check looks at: input, Batch Normalizations, activations,
                                output */
    const char *input;     /**< "pixels [rows x 64]" */
    size_t n;
    const shift_network_node *nodes;
} shift_network_outline;

/** The network as a list of nodes, which the caller frees before the network: texts are the
 * network's. */
SHIFT_API SHIFT_CHECKED shift_status shift_network_outline_new(shift_network_outline **out,
                                                               const shift_network *network,
                                                               shift_error *err);
SHIFT_API void shift_network_outline_free(shift_network_outline *outline); /**< NULL is allowed. */

/** Bytes of an ONNX file that stand alone: the file's own, or where weights lie in other files,
 * with these taken in. The caller frees *bytes. Fails as shift_network_load() does. */
SHIFT_API SHIFT_CHECKED shift_status shift_network_read_bytes(const char *path, void **bytes,
                                                              size_t *n, shift_error *err);

/** One layer of a profile. */
typedef struct shift_layer_facts {
    const char *name;
    const char *op; /**< "input", an ONNX operator's name, or "output" */
    size_t channels;
    bool has_bn; /**< the three below: of its input against its stored statistics */
    double bn_mean_shift, bn_variance_ratio, bn_divergence;
    double saturation, dead_share; /**< NaN where it is no activation whose slope is known */
} shift_layer_facts;

/** How many layers; 0 for NULL. */
SHIFT_API size_t shift_layer_profile_size(const shift_layer_profile *profile);
/** Layer `i` in forward order; its texts are borrowed. No name where there is no such layer. */
SHIFT_API shift_layer_facts shift_layer_profile_at(const shift_layer_profile *profile, size_t i);
/** Rows that the network was run over; 0 for NULL. */
SHIFT_API uint64_t shift_layer_profile_rows(const shift_layer_profile *profile);
/** Share of rows that were classified as their label says; NaN without labels. */
SHIFT_API double shift_layer_profile_accuracy(const shift_layer_profile *profile);
/** The number of classes; 0 where the network's output is no row of two or more numbers. */
SHIFT_API size_t shift_layer_profile_classes(const shift_layer_profile *profile);
/** Share of rows for which class `i` was predicted; NaN where there is no such class. */
SHIFT_API double shift_layer_profile_predicted(const shift_layer_profile *profile, size_t i);

/**
 * Estimate the statistics of every Batch Normalization anew from the rows of `source` (AdaBN):
 * while batches of data->batch rows pass, each normalised by its own statistics, the mean of their
 * means and the mean of their unbiased variances are taken; a smaller last batch counts for its
 * rows. With `blend` above 0 the result is mixed with the stored statistics as if these came from
 * `blend` rows. Everything else of the network stays. The result is a network of its own, free of
 * external data, which the caller frees. EINVAL for a `blend` that is negative or not finite;
 * EUNSUPPORTED where there is no Batch Normalization. `data` may be NULL.
 */
SHIFT_API SHIFT_CHECKED shift_status
shift_network_recalibrate(shift_network **out, const shift_network *network, shift_source *source,
                          const shift_network_data_options *data, double blend, shift_error *err);
/** Write the network's ONNX file to `path`, whole or not at all; "-" is standard output. EIO where
 * that fails. */
SHIFT_API SHIFT_CHECKED shift_status shift_network_save(const shift_network *network,
                                                        const char *path, shift_error *err);

SHIFT_END_DECLS

#endif
