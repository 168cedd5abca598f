/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradients inside a network. */
#include "judge.h"
#include "network.h"

static shift_status find_gradients(shift_comparison **out, const struct options *options,
                                   shift_error *err)
{
    shift_network *network = NULL;
    shift_source *source = NULL;
    shift_gradient_options gradients = SHIFT_GRADIENT_OPTIONS_INIT;
    gradients.rows = options->rows;
    gradients.bn_batch = options->layers.bn_batch;
    shift_status status = network_open(&network, options->operands[0], options, err);
    if (status == SHIFT_OK)
        status = shift_source_open(&source, options->operands[1], &options->source, err);
    if (status == SHIFT_OK)
        status = shift_network_gradients(out, network, source, &options->inputs, &gradients, err);
    shift_source_close(source);
    shift_network_free(network);
    return status;
}

static int run(const struct options *options)
{
    return judge(options, find_gradients);
}

const struct command network_gradients = {
    "network gradients",
    "NAME DATA",
    "does the gradient vanish or explode, and in which layers",
    "Runs the network over DATA, goes back from the mean cross-entropy of its outputs\n"
    "to every weight and activation, and prints by layer: the norm of the gradient in\n"
    "its weights, that over the norm of the weights, the norm of the gradient in what\n"
    "enters it, the factor by which it multiplies the gradient, the share of\n"
    "saturated inputs and the mean slope. The gradient vanishes where it is a\n"
    "thousand times smaller at the first activation than at the last, and explodes\n"
    "where it is a thousand times larger.\n"
    "\n"
    "With --label, that column holds the class, a whole number from 0; without it,\n"
    "the class that the network thinks most likely is taken.\n"
    "\n"
    "Exit status: 0 ok, 1 vanishing or exploding, 2 trouble: nothing recorded.\n",
    OPTIONS_READ | OPTIONS_INPUTS | OPTIONS_BN | OPTIONS_ROWS | OPTIONS_FAIL | OPTIONS_RECORD |
        OPTIONS_STORE | OPTIONS_RENDER | OPTIONS_QUIET | OPTIONS_PLUGIN | OPTIONS_OUTPUT |
        OPTIONS_MEMORY,
    2,
    2,
    run,
};
