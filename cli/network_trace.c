/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A series of training checkpoints: how the inputs of its layers drift, and internal covariate
 * shift. */
#include <glob.h>
#include <string.h>

#include "input.h"
#include "judge.h"
#include "network.h"
#include "shift/checkpoints.h"

static shift_status begin(shift_trace **out, const shift_network *first,
                          const struct options *options, shift_error *err)
{
    shift_source *source = NULL;
    shift_trace_options trace = SHIFT_TRACE_OPTIONS_INIT;
    trace.rows = options->rows;
    trace.bn_batch = options->layers.bn_batch;
    shift_status status = shift_source_open(&source, options->operands[options->n_operands - 1],
                                            &options->source, err);
    if (status == SHIFT_OK)
        status = shift_trace_new(out, first, source, &options->inputs, &trace, err);
    shift_source_close(source);
    return status;
}

/* The networks are in memory two at a time: a trace needs the one before. */
static shift_status follow(shift_comparison **out, char *const *paths, size_t n,
                           const struct options *options, shift_error *err)
{
    shift_trace *trace = NULL;
    shift_network *before = NULL;
    shift_status status = network_open(&before, paths[0], options, err);
    if (status == SHIFT_OK)
        status = begin(&trace, before, options, err);
    for (size_t i = 1; status == SHIFT_OK && i < n; i++) {
        shift_network *now = NULL;
        status = network_open(&now, paths[i], options, err);
        if (status != SHIFT_OK)
            break;
        status = shift_trace_add(trace, now, err);
        shift_network_free(before);
        before = now;
    }
    if (status == SHIFT_OK)
        status = shift_trace_compare(out, trace, err);
    shift_trace_free(trace);
    shift_network_free(before);
    return status;
}

static shift_status follow_series(shift_comparison **out, const struct options *options,
                                  shift_error *err)
{
    return follow(out, options->operands, options->n_operands - 1, options, err);
}

static shift_status follow_versus(shift_comparison **out, const struct options *options,
                                  shift_error *err)
{
    glob_t found = {.gl_pathc = 0};
    shift_status status = SHIFT_OK;
    if (glob(options->versus, 0, NULL, &found) != 0 || found.gl_pathc < 2)
        status = shift_error_set(err, SHIFT_EINVAL,
                                 "--versus '%s': two checkpoints or more were expected",
                                 options->versus);
    if (status == SHIFT_OK)
        status = follow(out, found.gl_pathv, found.gl_pathc, options, err);
    globfree(&found);
    return status;
}

static int run(const struct options *options)
{
    if (options->versus != NULL && input_once(options->operands[options->n_operands - 1]))
        return misuse(options->command,
                      "with --versus DATA is read twice and cannot be standard input or a pipe");
    return judge_against(options, follow_series, options->versus != NULL ? follow_versus : NULL);
}

const struct command network_trace = {
    "network trace",
    "CHECKPOINT... DATA",
    "follow the layers of a network through its training",
    "The checkpoints, in order, are two or more ONNX files of one network. Prints by\n"
    "layer, on the rows of DATA: of the input of every Batch Normalization and\n"
    "activation, mean, standard deviation, 15th, 50th and 85th percentile, its\n"
    "distance from the checkpoint before (w1: Wasserstein, ks: Kolmogorov-Smirnov)\n"
    "and from the first (w1); of every layer with weights, internal covariate shift:\n"
    "how much the gradient in them changes, and the cosine of the angle between the\n"
    "two, when the layers before it are those of the next checkpoint (Santurkar et\n"
    "al. 2018). Without --label, the class that the network itself thinks most likely\n"
    "is taken.\n"
    "\n"
    "The trace is one run; it is recorded and reported as others are, and --format\n"
    "json has all that is measured, html the pictures. --versus 'PATTERN' shows\n"
    "another series beside it, e.g. one without Batch Normalization: the files of the\n"
    "pattern, by the alphabet, recorded as a run of its own before this one.\n"
    "\n"
    "Exit status: 0, or 2 for trouble: nothing recorded.\n",
    OPTIONS_READ | OPTIONS_INPUTS | OPTIONS_BN | OPTIONS_ROWS | OPTIONS_VERSUS | OPTIONS_RECORD |
        OPTIONS_STORE | OPTIONS_RENDER | OPTIONS_PLUGIN | OPTIONS_OUTPUT | OPTIONS_MEMORY,
    3,
    SIZE_MAX,
    run,
};
