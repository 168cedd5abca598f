/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_GRADIENTS_H
#define SHIFT_GRADIENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shift/comparison.h"
#include "shift/error.h"
#include "shift/network.h"
#include "shift/source.h"

SHIFT_BEGIN_DECLS

typedef struct shift_gradient_options {
    size_t size;   /**< sizeof(shift_gradient_options) */
    uint64_t rows; /**< rows at most, but whole batches where the network takes one size only; 0 for
                      all */
    bool bn_batch; /**< Batch Normalization by the statistics of each batch, not the stored ones */
} shift_gradient_options;

#define SHIFT_GRADIENT_OPTIONS_INIT                                                                \
    {                                                                                              \
        sizeof(shift_gradient_options), 0, false                                                   \
    }

/**
 * Run the network over rows of `source` and go back from the mean cross-entropy of its outputs to
 * the norms of its gradients. The class is the label column of `data`, else the class that the
 * network itself thinks most likely, which a message says.
 *
 * The result is a comparison whose both sides are the rows. Its data set has the measurements
 * `gradient_ratio` (gradient at the first activation over that at the last; below 1e-3 it vanishes,
 * above 1e3 or infinite it explodes: SHIFT_VERDICT_ALERT), `loss` and, with labels, `accuracy`. Its
 * layers are the nodes with weights and the activations in forward order, with the measurements
 *   `weight_norm`           L2 norm of the weights, without biases
 *   `weight_gradient_norm`  of the loss' gradient in them
 *   `update_ratio`          that over `weight_norm`: the relative size of a step of rate 1
 *   `gradient_norm`         of the gradient in what enters the layer, over all rows
 *   `gradient_factor`       that over the gradient in what leaves it
 *   `saturation`            share of inputs where the slope is below a twentieth of the steepest
 *   `mean_slope`            mean |f'|
 * as far as it has them; those that cause the verdict are SHIFT_VERDICT_ALERT. Free it with
 * shift_comparison_free(). EFORMAT for a label that is no class, EUNSUPPORTED where an output is no
 * row of classes; `data` and `options` may be NULL.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_network_gradients(shift_comparison **out,
                                                             const shift_network *network,
                                                             shift_source *source,
                                                             const shift_network_data_options *data,
                                                             const shift_gradient_options *options,
                                                             shift_error *err);

/**
 * Which shifted feature changes predictions. Adds to `layers`, made by shift_compare_layers() of
 * the same network and sides, the columns that are its inputs as features, the most harmful first,
 * with the measurements
 *   `mean_shift`         difference of means in standard deviations of training
 *   `variance_ratio`     production over training; neither where training is constant
 *   `ks`, `wasserstein`  distances of training to production
 *   `sensitivity`        mean over production rows of |dp/dx|, p the probability of the most likely
 *                        class
 *   `harm`               `wasserstein` times `sensitivity`: by how much the feature's drift changes
 *                        p, to first order
 *   `prediction_change`  mean |change of p| where this feature alone gets back the mean and the
 *                        standard deviation that it had in training
 *   `class_change`       share of rows that are then predicted otherwise
 * the last two of the 32 most harmful; messages say them of the first three. `sides` are training
 * and production, whose rows are held in memory, and whose columns are those with training's names;
 * Batch Normalization uses its stored statistics. `data` may be NULL. EUNSUPPORTED where the output
 * is no row of classes, EINCOMPATIBLE where production lacks a column.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_network_harm(shift_comparison *layers,
                                                        const shift_network *network,
                                                        shift_source *const sides[2],
                                                        const shift_network_data_options *data,
                                                        shift_error *err);

/** What a saturating activation (Sigmoid, Tanh, HardSigmoid) can be replaced by. */
typedef enum shift_remedy {
    SHIFT_REMEDY_KEEP = 0,   /**< the activations as they are */
    SHIFT_REMEDY_RELU,       /**< max(0, z) */
    SHIFT_REMEDY_LEAKY_RELU, /**< slope 0.01 below 0 */
    SHIFT_REMEDY_PRELU,      /**< slope 0.25 below 0, a weight of its own to be trained */
    SHIFT_REMEDY_RRELU,      /**< slope 11/48 below 0, the mean of its random slopes */
    SHIFT_REMEDY_ELU,        /**< exp(z) - 1 below 0 */
    SHIFT_REMEDY_SELU,       /**< scaled for self-normalising networks */
    SHIFT_REMEDY_MAXOUT      /**< of two pieces, the second with the weights negated: |z| */
} shift_remedy;

enum { SHIFT_REMEDIES = SHIFT_REMEDY_MAXOUT + 1 };

/** "keep", "relu", "leaky_relu", "prelu", "rrelu", "elu", "selu", "maxout"; static. NULL for
 * anything else. */
SHIFT_API const char *shift_remedy_name(shift_remedy remedy);

/**
 * The network with its saturating activations replaced, and with Batch Normalization put before
 * every activation that has none where `source` is there: the statistics of all Batch
 * Normalizations are then estimated on its rows, as shift_network_recalibrate() does. Weights stay
 * as they are: nothing is trained. The result is a network of its own, which the caller frees.
 * EINVAL for a remedy that is none; EUNSUPPORTED where there is nothing to replace and nothing to
 * put in. `source` and `data` may be NULL.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_network_remedy(shift_network **out,
                                                          const shift_network *network,
                                                          shift_remedy remedy, shift_source *source,
                                                          const shift_network_data_options *data,
                                                          shift_error *err);

/**
 * Test-time adaptation (Wang et al. 2021, TENT): while the rows of `source` pass in batches, scale
 * and shift of every Batch Normalization take one step of Adam a batch, of the learning rate
 * `rate`, towards a lower mean entropy of the predicted classes. Needs no labels, and changes
 * nothing else: statistics are those stored, so recalibrate first. `rate` is above 0, 1e-3 for
 * example. The result is a network of its own, which the caller frees. EUNSUPPORTED where there is
 * no Batch Normalization, or the output is no row of classes. `data` may be NULL.
 */
SHIFT_API SHIFT_CHECKED shift_status shift_network_tent(shift_network **out,
                                                        const shift_network *network,
                                                        shift_source *source,
                                                        const shift_network_data_options *data,
                                                        double rate, shift_error *err);

/** How the gradient went and how saturated the network was, of shift_network_gradients(). */
typedef struct shift_gradient_summary {
    double ratio, loss, accuracy; /**< NaN where unknown */
    double saturation;            /**< mean over activations */
    const char *verdict;          /**< "ok", "vanishing" or "exploding"; static */
} shift_gradient_summary;

/** Sums up what shift_network_gradients() gave; NaN everywhere and no verdict for NULL. */
SHIFT_API shift_gradient_summary shift_gradients_summarise(const shift_comparison *gradients);

SHIFT_END_DECLS

#endif
