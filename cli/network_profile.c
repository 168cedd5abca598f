/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the layers of a network do over one data set, kept for later checks. */
#include "network.h"

static int run(const struct options *options)
{
    if (options->output == NULL)
        return misuse(options->command, "needs -o FILE, the profile to write");
    shift_error err = SHIFT_ERROR_INIT;
    shift_network *network = NULL;
    shift_layer_profile *profile = NULL;
    shift_status status = network_open_telling(&network, options->operands[0], options, &err);
    if (status == SHIFT_OK)
        status = network_profile_read(&profile, network, options->operands[1], NULL, options, &err);
    if (status == SHIFT_OK)
        status = shift_layer_profile_save(profile, options->output, &err);
    shift_layer_profile_free(profile);
    shift_network_free(network);
    return status == SHIFT_OK ? STATUS_NO_SHIFT : trouble(&err);
}

const struct command network_profile = {
    "network profile",
    "NAME DATA",
    "keep what the layers do over the training data",
    "Runs the network over DATA and saves a profile of its layers, which stands for\n"
    "TRAIN in 'covshift network check'. -o FILE must be given.\n",
    OPTIONS_READ | OPTIONS_INPUTS | OPTIONS_BN | OPTIONS_MOMENTS | OPTIONS_SKETCH | OPTIONS_STORE |
        OPTIONS_OUTPUT | OPTIONS_MEMORY,
    2,
    2,
    run,
};
