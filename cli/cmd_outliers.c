/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of production that are least like training. */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "input.h"
#include "print.h"

static shift_status write_rows(const shift_outliers *outliers, const struct options *options,
                               shift_error *err)
{
    const char *path = options->output != NULL ? options->output : "-";
    shift_source *source = NULL;
    shift_output *output = NULL;
    shift_status status = shift_source_open(&source, options->operands[1], &options->source, err);
    if (status == SHIFT_OK)
        status = shift_output_open(&output, path, err);
    if (status == SHIFT_OK) {
        shift_sink raw = shift_output_sink(output);
        shift_sink sink = tame_sink(&raw, output);
        status = shift_outliers_write(outliers, source, &sink, err);
    }
    if (status == SHIFT_OK) {
        status = shift_output_commit(output, err);
        output = NULL;
    }
    shift_output_abort(output);
    shift_source_close(source);
    return status;
}

static shift_status find(shift_outliers **out, const struct options *options, shift_error *err)
{
    shift_profile *train = NULL;
    shift_profile *prod = NULL;
    shift_source *source = NULL;
    shift_outliers_options wanted = SHIFT_OUTLIERS_OPTIONS_INIT;
    wanted.seed = options->policy.seed;
    wanted.threads = options->policy.threads;
    wanted.top = options->top;
    wanted.order = options->order;
    wanted.progress = &options->watch;
    shift_status status = input_rows(options->operands[1], err);
    if (status == SHIFT_OK)
        status = input_profile(&train, options->operands[0], NULL, options, err);
    if (status == SHIFT_OK)
        status = input_profile(&prod, options->operands[1], train, options, err);
    if (status == SHIFT_OK)
        status = shift_source_open(&source, options->operands[1], &options->source, err);
    if (status == SHIFT_OK)
        status = shift_outliers_find(out, train, prod, source, &wanted, err);
    shift_source_close(source);
    shift_profile_free(prod);
    shift_profile_free(train);
    return status;
}

static int run(const struct options *options)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_outliers *outliers = NULL;
    shift_status status = find(&outliers, options, &err);
    if (status == SHIFT_OK)
        status = write_rows(outliers, options, &err);
    if (status == SHIFT_OK && outliers->no_odds != NULL)
        (void)fprintf(stderr, "no odds: %s\n", outliers->no_odds);
    if (status == SHIFT_OK && outliers->no_distance != NULL)
        (void)fprintf(stderr, "no distance: %s\n", outliers->no_distance);
    shift_outliers_free(outliers);
    return status == SHIFT_OK ? STATUS_NO_SHIFT : trouble(&err);
}

const struct command cmd_outliers = {
    "outliers",
    "TRAIN PROD",
    "the rows of production that are least like training",
    "Writes the rows of PROD that are least like TRAIN as CSV, the least like it\n"
    "first: rank, row (1 is the first after the header), odds (how much more frequent\n"
    "such rows are in PROD than in TRAIN, by the domain classifier, which has not\n"
    "seen the row), distance (from the mean of TRAIN, whitened by TRAIN, in standard\n"
    "deviations), then the row's fields.\n"
    "\n"
    "TRAIN may be a saved profile. PROD is read three times, so it must be a file or\n"
    "a query.\n",
    OPTIONS_READ | OPTIONS_KIND | OPTIONS_SKETCH | OPTIONS_OUTPUT | OPTIONS_OUTLIERS |
        OPTIONS_MEMORY,
    2,
    2,
    run,
};
