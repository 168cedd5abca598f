/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network by its name. */
#include "network.h"

#include <string.h>

shift_status network_open(shift_network **out, const char *name, const struct options *options,
                          shift_error *err)
{
    (void)options;
    size_t n = strlen(name);
    if (n > 5 && strcmp(name + n - 5, ".onnx") == 0)
        return shift_network_load(out, name, err);
    return shift_error_set(err, SHIFT_EINVAL,
                           "network '%s': a file that ends in .onnx was expected", name);
}

shift_status network_profile_read(shift_layer_profile **out, const shift_network *network,
                                  const char *data, const shift_layer_profile *like,
                                  const struct options *options, shift_error *err)
{
    shift_source *source = NULL;
    shift_layer_options layers = options->layers;
    layers.like = like;
    layers.seed = options->policy.seed;
    shift_status status = shift_source_open(&source, data, &options->source, err);
    if (status == SHIFT_OK)
        status = shift_layer_profile_read(out, network, source, &options->inputs, &layers, err);
    shift_source_close(source);
    return status;
}
