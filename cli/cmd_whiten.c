/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whiten the rows of a data set by the covariance of another. */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "input.h"
#include "memory.h"
#include "print.h"

static void tell_exclusions(const shift_whitening *whitening, const shift_schema *schema)
{
    for (size_t i = 0; i < shift_schema_size(schema); i++) {
        const char *reason = shift_whitening_exclusion(whitening, i);
        if (reason == NULL || shift_schema_kind(schema, i) != SHIFT_KIND_NUMERIC)
            continue;
        (void)fputs("left out: ", stderr);
        print_name(stderr, shift_schema_name(schema, i));
        (void)fprintf(stderr, " (%s)\n", reason);
    }
}

static shift_status write_rows(const shift_whitening *whitening, const struct options *options,
                               shift_error *err)
{
    const char *path = options->output != NULL ? options->output : "-";
    shift_source *source = NULL;
    shift_output *output = NULL;
    uint64_t rows = 0;
    uint64_t incomplete = 0;
    shift_status status = shift_source_open(&source, options->operands[1], &options->source, err);
    if (status == SHIFT_OK)
        status = shift_output_open(&output, path, err);
    if (status == SHIFT_OK) {
        shift_sink raw = shift_output_sink(output);
        shift_sink sink = tame_sink(&raw, output);
        status = shift_whitening_write(whitening, source, &sink, &rows, &incomplete, err);
    }
    if (status == SHIFT_OK) {
        status = shift_output_commit(output, err);
        output = NULL;
    }
    shift_output_abort(output);
    shift_source_close(source);
    if (status == SHIFT_OK && incomplete > 0)
        (void)fprintf(stderr, "%llu of %llu rows lack a number and are empty\n",
                      (unsigned long long)incomplete, (unsigned long long)rows);
    return status;
}

static int run(const struct options *options)
{
    if (strcmp(options->operands[0], "-") == 0 && strcmp(options->operands[1], "-") == 0)
        return misuse(options->command, "only one of TRAIN and DATA can be standard input");
    shift_error err = SHIFT_ERROR_INIT;
    shift_profile *train = NULL;
    shift_whitening *whitening = NULL;
    shift_status status = SHIFT_OK;
    if (shift_profile_detect(options->operands[1]))
        status = shift_error_set(&err, SHIFT_EINVAL,
                                 "%s: is a saved profile, which has no rows to whiten",
                                 options->operands[1]);
    if (status == SHIFT_OK)
        status = input_profile(&train, options->operands[0], NULL, options, &err);
    if (status == SHIFT_OK)
        status = shift_whitening_new(&whitening, train, options->method, &err);
    if (status == SHIFT_OK)
        status = memory_check(&options->watch, options->operands[0], "whitening", &err);
    if (status == SHIFT_OK)
        status = write_rows(whitening, options, &err);
    if (status == SHIFT_OK)
        tell_exclusions(whitening, shift_profile_schema(train));
    shift_whitening_free(whitening);
    shift_profile_free(train);
    return status == SHIFT_OK ? STATUS_NO_SHIFT : trouble(&err);
}

const struct command cmd_whiten = {
    "whiten",
    "TRAIN DATA",
    "transform data so that training has mean 0, covariance 1",
    "Writes the numeric columns of DATA as z = W (x - mean), with mean and W from\n"
    "TRAIN (raw data or a saved profile), so that TRAIN itself would have mean 0 and\n"
    "covariance 1. One line a row, in the order of DATA; a row that lacks a number is\n"
    "a line of empty fields. Constant and collinear columns are left out, and named\n"
    "on standard error.\n"
    "\n"
    "Methods (Kessy, Lewin & Strimmer 2018): zca-cor stays closest to the\n"
    "standardised columns, zca to the columns themselves, pca gives principal\n"
    "components, cholesky a triangular transform.\n",
    OPTIONS_READ | OPTIONS_KIND | OPTIONS_SKETCH | OPTIONS_OUTPUT | OPTIONS_WHITEN | OPTIONS_MEMORY,
    2,
    2,
    run,
};
