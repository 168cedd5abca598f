/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the options of the network commands are followed by. */
#include <stdlib.h>
#include <string.h>

#include "parse.h"

/* Commas separate names; the argument is cut where they are. */
const char *set_inputs(struct options *options)
{
    size_t n = 1;
    for (const char *c = options->argument; *c != '\0'; c++)
        n += *c == ',';
    free(options->lists->inputs);
    options->lists->inputs = calloc(n, sizeof *options->lists->inputs);
    if (options->lists->inputs == NULL)
        return "less memory";
    char *name = options->argument;
    for (size_t i = 0; i < n; i++) {
        options->lists->inputs[i] = name;
        name += strcspn(name, ",");
        if (*name != '\0')
            *name++ = '\0';
    }
    options->inputs.inputs = options->lists->inputs;
    options->inputs.n_inputs = n;
    return NULL;
}

const char *set_label(struct options *options)
{
    options->inputs.label = options->argument;
    return NULL;
}

const char *set_batch(struct options *options)
{
    uint64_t batch = 0;
    if (!shift_count_parse(options->argument, 1 << 20, &batch) || batch == 0)
        return "a number from 1 to 1048576";
    options->inputs.batch = (size_t)batch;
    return NULL;
}

const char *set_bn(struct options *options)
{
    options->layers.bn_batch = strcmp(options->argument, "batch") == 0;
    options->inputs.bn_batch = options->layers.bn_batch;
    return options->layers.bn_batch || strcmp(options->argument, "stored") == 0 ? NULL
                                                                                : "stored or batch";
}

const char *set_moments(struct options *options)
{
    options->layers.moments = true;
    return NULL;
}

const char *set_blend(struct options *options)
{
    return shift_number_parse(options->argument, &options->blend) && options->blend >= 0
               ? NULL
               : "a number of rows";
}

const char *set_rows(struct options *options)
{
    return shift_count_parse(options->argument, INT64_MAX, &options->rows) && options->rows > 0
               ? NULL
               : "a number from 1 on";
}

const char *set_versus(struct options *options)
{
    options->versus = options->argument;
    return NULL;
}

const char *set_activation(struct options *options)
{
    for (int i = SHIFT_REMEDY_RELU; i < SHIFT_REMEDIES; i++) {
        options->activation = (shift_remedy)i;
        if (strcmp(options->argument, shift_remedy_name(options->activation)) == 0)
            return NULL;
    }
    return "relu, leaky_relu, prelu, rrelu, elu, selu or maxout";
}

const char *set_insert_bn(struct options *options)
{
    options->insert_bn = true;
    return NULL;
}

const char *set_harm(struct options *options)
{
    options->harm = true;
    return NULL;
}

const char *set_adaptation(struct options *options)
{
    options->tent = strcmp(options->argument, "tent") == 0;
    return options->tent || strcmp(options->argument, "adabn") == 0 ? NULL : "adabn or tent";
}

const char *set_rate(struct options *options)
{
    return shift_number_parse(options->argument, &options->rate) && options->rate > 0
               ? NULL
               : "a number above 0";
}
