/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the shift enters a network. */
#include <string.h>

#include "input.h"
#include "judge.h"
#include "network.h"

/* Where a shift enters is told by layers, which of the features matters by the rows themselves. */
static shift_status find_harm(shift_comparison *layers, const shift_network *network,
                              const struct options *options, shift_error *err)
{
    shift_source *sides[2] = {NULL, NULL};
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < 2; i++)
        status = shift_source_open(&sides[i], options->operands[i + 1], &options->source, err);
    if (status == SHIFT_OK)
        status = shift_network_harm(layers, network, sides, &options->inputs, err);
    shift_source_close(sides[0]);
    shift_source_close(sides[1]);
    return status;
}

static shift_status compare_layers(shift_comparison **out, const struct options *options,
                                   shift_error *err)
{
    shift_network *network = NULL;
    shift_layer_profile *train = NULL;
    shift_layer_profile *prod = NULL;
    shift_status status = network_open(&network, options->operands[0], options, err);
    if (status == SHIFT_OK)
        status = network_train_read(&train, network, options->operands[1], options, err);
    if (status == SHIFT_OK)
        status = network_profile_read(&prod, network, options->operands[2], train, options, err);
    if (status == SHIFT_OK)
        status = shift_compare_layers(out, train, prod, &options->policy, err);
    if (status == SHIFT_OK && options->harm) {
        status = find_harm(*out, network, options, err);
        if (status != SHIFT_OK) {
            shift_comparison_free(*out);
            *out = NULL;
        }
    }
    shift_layer_profile_free(prod);
    shift_layer_profile_free(train);
    shift_network_free(network);
    return status;
}

static int run(const struct options *options)
{
    for (size_t i = 1; options->harm && i < 3; i++)
        if (input_once(options->operands[i]) || shift_layer_profile_detect(options->operands[i]))
            return misuse(options->command,
                          "--harm reads the rows of %s twice: '%s' must be a file of data",
                          i == 1 ? "TRAIN" : "PROD", options->operands[i]);
    return judge(options, compare_layers);
}

const struct command network_check = {
    "network check",
    "NAME TRAIN PROD",
    "run a network on both sides: where does the shift enter",
    "Runs the network over both data sets and compares its input, what enters and\n"
    "leaves every Batch Normalization and activation, and its output: layer by\n"
    "layer, against each other and against the stored statistics.\n"
    "NAME is an ONNX file (its name ends in .onnx) or a network of the database.\n"
    "TRAIN may be a profile of layers saved by 'covshift network profile'. PROD's\n"
    "columns are found by the names that the network's inputs have in TRAIN.\n"
    "\n"
    "With --label, that column is no input but the class, a whole number from 0:\n"
    "accuracy is reported.\n"
    "With --harm the features are ranked by drift times sensitivity, the gradient of\n"
    "the predicted probability in them: which shifted feature changes predictions;\n"
    "the first 32 are checked by moving each alone back to where training has it.\n"
    "Thresholds: mean_shift and variance_ratio, of all layers or of one NODE's.\n"
    "\n"
    "Exit status: 0 no shift, 1 shift (see --fail-on), 2 trouble: nothing recorded.\n",
    OPTIONS_READ | OPTIONS_INPUTS | OPTIONS_BN | OPTIONS_HARM | OPTIONS_MOMENTS | OPTIONS_SKETCH |
        OPTIONS_LAYERS | OPTIONS_RECORD | OPTIONS_STORE | OPTIONS_RENDER | OPTIONS_QUIET |
        OPTIONS_PLUGIN | OPTIONS_OUTPUT | OPTIONS_MEMORY,
    3,
    3,
    run,
};
