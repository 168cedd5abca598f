/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Run a network over a data set. */
#include "network.h"

static int run(const struct options *options)
{
    if (options->output == NULL)
        return misuse(options->command, "needs -o FILE, the outputs to write");
    shift_error err = SHIFT_ERROR_INIT;
    shift_network *network = NULL;
    shift_source *source = NULL;
    shift_status status = network_open_telling(&network, options->operands[0], options, &err);
    if (status == SHIFT_OK)
        status = shift_source_open(&source, options->operands[1], &options->source, &err);
    if (status == SHIFT_OK)
        status = shift_network_run(network, source, &options->inputs, options->output, &err);
    shift_source_close(source);
    shift_network_free(network);
    return status == SHIFT_OK ? STATUS_NO_SHIFT : trouble(&err);
}

const struct command network_run = {
    "network run",
    "NAME DATA",
    "run a network over a data set and write its outputs",
    "Runs a network over DATA and writes CSV with one row of outputs for each row; -o\n"
    "FILE must be given. NAME is an ONNX file (its name ends in .onnx) or a network\n"
    "of --db. Columns of DATA become the network's input in order, or as --inputs\n"
    "says; a row of 64 columns fills an input of 1x8x8. Batch Normalization uses its\n"
    "stored statistics, or with --bn batch those of each batch, and dropout is off.\n",
    OPTIONS_READ | OPTIONS_INPUTS | OPTIONS_BN | OPTIONS_THREADS | OPTIONS_STORE | OPTIONS_OUTPUT |
        OPTIONS_MEMORY,
    2,
    2,
    run,
};
