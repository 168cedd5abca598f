/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Write a monitor file to begin with. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "input.h"
#include "print.h"

static shift_status of_profile(shift_schema **all, const char *train, const struct options *options,
                               shift_error *err)
{
    shift_profile *profile = NULL;
    shift_status status = input_profile(&profile, train, NULL, options, err);
    if (status == SHIFT_OK)
        status = shift_schema_copy(all, shift_profile_schema(profile), err);
    shift_profile_free(profile);
    return status;
}

static shift_status infer(shift_schema **out, const struct options *options,
                          const shift_schema_options *how, shift_error *err)
{
    shift_source *source = NULL;
    shift_status status = shift_source_open(&source, options->operands[0], &options->source, err);
    if (status == SHIFT_OK)
        status = shift_source_infer(source, how, out, err);
    shift_source_close(source);
    return status;
}

/* All columns, and those that are used: the others have to be named to be left out every night. */
static shift_status read_schemas(shift_schema **all, shift_schema **used,
                                 const struct options *options, shift_error *err)
{
    shift_schema_options how = options->schema;
    how.find_row_numbers = true;
    if (shift_profile_detect(options->operands[0]))
        return of_profile(all, options->operands[0], options, err);
    shift_status status = infer(used, options, &how, err);
    shift_schema_rule *kinds = calloc(how.n_rules + 1, sizeof *kinds);
    if (kinds == NULL)
        return shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    size_t n = 0;
    for (size_t i = 0; i < how.n_rules; i++)
        if (!how.rules[i].exclude)
            kinds[n++] = how.rules[i];
    how.rules = kinds;
    how.n_rules = n;
    how.only = NULL;
    how.n_only = 0;
    if (status == SHIFT_OK)
        status = infer(all, options, &how, err);
    free(kinds);
    return status;
}

static shift_status write_text(const char *path, const char *text, shift_error *err)
{
    shift_output *output = NULL;
    if (strcmp(path, "-") != 0 && access(path, F_OK) == 0)
        return shift_error_set(err, SHIFT_EIO, "%s: is there already; it is not written over",
                               path);
    shift_status status = shift_output_open(&output, path, err);
    if (status != SHIFT_OK)
        return status;
    status = shift_output_write(output, text, strlen(text), err);
    if (status == SHIFT_OK)
        return shift_output_commit(output, err);
    shift_output_abort(output);
    return status;
}

/* TRAIN as it is found from the folder of the monitor file; in a query, the database is. */
static shift_status train_for(char **out, const char *train, const char *path, shift_error *err)
{
    int prefix = strncmp(train, "sqlite:", 7) == 0 ? 7 : 0;
    bool beside = strchr(path, '/') == NULL || train[prefix] == '/';
    char folder[PATH_MAX] = "";
    if (!beside && getcwd(folder, sizeof folder) == NULL)
        return shift_error_set(err, SHIFT_EIO, "the working directory has no name: %s",
                               strerror(errno));
    size_t size = strlen(folder) + strlen(train) + 2;
    *out = malloc(size);
    if (*out == NULL)
        return shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    (void)snprintf(*out, size, "%.*s%s%s%s", prefix, train, folder, beside ? "" : "/",
                   train + prefix);
    return SHIFT_OK;
}

static size_t count_identifiers(const shift_schema *schema)
{
    size_t n = 0;
    for (size_t i = 0; i < shift_schema_size(schema); i++)
        n += shift_schema_kind(schema, i) == SHIFT_KIND_IDENTIFIER;
    return n;
}

static void narrate(const char *path, size_t identifiers)
{
    print_name(stderr, path);
    (void)fputs(": written; set its production source, then try 'covshift run ", stderr);
    print_name(stderr, path);
    (void)fputs(" --dry-run'\n", stderr);
    if (identifiers > 0)
        (void)fprintf(stderr, "%zu column%s taken for %s, not compared: see 'kind: identifier'\n",
                      identifiers, identifiers == 1 ? " is" : "s are",
                      identifiers == 1 ? "an identifier" : "identifiers");
}

static int run(const struct options *options)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_schema *all = NULL;
    shift_schema *used = NULL; /* NULL: all are */
    char *text = NULL;
    char *train = NULL;
    const char *path = options->output != NULL ? options->output : "monitor.yaml";
    if (input_once(options->operands[0]))
        return misuse(options->command,
                      "TRAIN is read every night, so it cannot be standard input or a pipe");
    shift_status status = read_schemas(&all, &used, options, &err);
    if (status == SHIFT_OK)
        status = train_for(&train, options->operands[0], path, &err);
    if (status == SHIFT_OK)
        status = shift_monitor_write(&text, train, all, used, &options->source, &err);
    if (status == SHIFT_OK)
        status = write_text(path, text, &err);
    size_t identifiers = status == SHIFT_OK ? count_identifiers(used != NULL ? used : all) : 0;
    free(text);
    free(train);
    shift_schema_free(used);
    shift_schema_free(all);
    if (status != SHIFT_OK)
        return trouble(&err);
    if (strcmp(path, "-") != 0)
        narrate(path, identifiers);
    return STATUS_NO_SHIFT;
}

const struct command cmd_init = {
    "init",
    "TRAIN",
    "write a commented monitor file for 'covshift run'",
    "Writes a monitor file for the training data TRAIN, with its columns and their\n"
    "kinds, and an example or the default of everything else. Numbers that only\n"
    "count or name the rows, or are times, are identifiers there. It writes over no\n"
    "file.\n"
    "\n"
    "Exit status: 0 written, 2 trouble.\n",
    OPTIONS_READ | OPTIONS_KIND | OPTIONS_OUTPUT,
    1,
    1,
    run,
};
