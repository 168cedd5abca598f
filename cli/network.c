/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network by its name. */
#include "network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "print.h"

bool network_is_file(const char *name)
{
    size_t n = strlen(name);
    return n > 5 && strcmp(name + n - 5, ".onnx") == 0;
}

static shift_status open_stored(shift_network **out, const char *name,
                                const struct options *options, shift_error *err)
{
    shift_store *store = NULL;
    void *bytes = NULL;
    size_t n = 0;
    shift_status status = shift_store_open(&store, options->db, SHIFT_STORE_READ, err);
    if (status == SHIFT_OK)
        status = shift_store_network_bytes(store, name, &bytes, &n, err);
    shift_store_close(store);
    if (status == SHIFT_OK)
        status = shift_network_decode(out, bytes, n, name, err);
    free(bytes);
    return status;
}

static shift_status no_network(const char *name, shift_error *err)
{
    return shift_error_set(err, SHIFT_EINVAL,
                           "network '%s': expected a file that ends in .onnx, or --db FILE with a "
                           "network of that name",
                           name);
}

/* Whoever exported it may have forgotten eval(). */
static void warn_of_training(const shift_network *network, const char *name,
                             const struct options *options)
{
    size_t n = shift_network_training_nodes(network);
    if (n == 0 || options->layers.bn_batch || options->quiet)
        return;
    (void)fputs("covshift: warning: ", stderr);
    print_name(stderr, name);
    (void)fprintf(stderr,
                  ": %zu Batch Normalization%s in training mode: run by the stored statistics, "
                  "unless by --bn batch\n",
                  n, n == 1 ? " is" : "s are");
}

shift_status network_open(shift_network **out, const char *name, const struct options *options,
                          shift_error *err)
{
    shift_status status = SHIFT_OK;
    if (network_is_file(name))
        status = shift_network_load(out, name, err);
    else if (options->db != NULL)
        status = open_stored(out, name, options, err);
    else
        return no_network(name, err);
    return status;
}

shift_status network_open_telling(shift_network **out, const char *name,
                                  const struct options *options, shift_error *err)
{
    shift_status status = network_open(out, name, options, err);
    if (status == SHIFT_OK)
        warn_of_training(*out, name, options);
    return status;
}

shift_status network_parts_read(shift_layer_profile **out, const shift_network *network,
                                const shift_source_parts *parts, const shift_layer_profile *like,
                                const struct options *options, shift_error *err)
{
    shift_layer_options layers = options->layers;
    layers.like = like;
    layers.seed = options->policy.seed;
    return shift_layer_profile_read_parts(out, network, parts, &options->inputs, &layers, err);
}

shift_status network_profile_read(shift_layer_profile **out, const shift_network *network,
                                  const char *data, const shift_layer_profile *like,
                                  const struct options *options, shift_error *err)
{
    const shift_source_parts parts = {data, &data, 1, &options->source};
    return network_parts_read(out, network, &parts, like, options, err);
}

shift_status network_train_read(shift_layer_profile **out, const shift_network *network,
                                const char *data, const struct options *options, shift_error *err)
{
    if (shift_layer_profile_detect(data))
        return shift_layer_profile_load(out, data, err);
    return network_profile_read(out, network, data, NULL, options, err);
}
