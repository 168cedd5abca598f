/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any words, each ended by a NUL, for every command in turn: a complaint, or options whose values
 * are in their ranges and point into the words. No command is run: it would write where they say.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static void must(int holds)
{
    if (!holds)
        abort();
}

enum { MOST_WORDS = 64 };

static void look(const struct options *options, int argc)
{
    size_t n = (size_t)argc;
    must(options->help || options->n_operands >= options->command->least);
    must(options->help || options->n_operands <= options->command->most);
    must(options->schema.n_rules < n && options->schema.n_only < n);
    must(options->source.n_missing_tokens < n && options->n_plugin_dirs < n);
    must(options->profile.threads >= 1 && options->profile.threads <= 1024);
    must(options->policy.alpha > 0 && options->policy.alpha < 1);
    must(options->top >= 1 && options->clip >= 1 && options->wait <= 86400);
    must(options->inputs.batch >= 1 && options->against >= 0 && isfinite(options->rate));
    must(options->policy.n_thresholds < n);
    for (size_t i = 0; i < options->policy.n_thresholds; i++) {
        const shift_threshold *threshold = &options->policy.thresholds[i];
        must(threshold->statistic[0] != '\0' && !(threshold->warn < 0) && !(threshold->alert < 0));
    }
}

static void parse(const struct command *command, const char *bytes, size_t n)
{
    char *copy = malloc(n + 1); /* parsing cuts words at their '=' */
    char *argv[MOST_WORDS + 2] = {(char[]){"covshift"}};
    int argc = 1;
    must(copy != NULL);
    memcpy(copy, bytes, n + 1);
    for (size_t at = 0; at < n && argc <= MOST_WORDS; at += strlen(copy + at) + 1)
        argv[argc++] = copy + at;
    struct options options;
    if (options_parse(&options, command, argc, argv))
        look(&options, argc);
    options_clear(&options);
    free(copy);
}

static void parse_all(const struct command *const *table, const char *bytes, size_t n)
{
    for (size_t i = 0; table[i] != NULL; i++)
        if (table[i]->run != NULL)
            parse(table[i], bytes, n);
}

/* NOLINTBEGIN(readability-identifier-naming): the name is libFuzzer's */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    stderr =
        fopen("/dev/null", "w"); /* glibc: a variable. The fuzzer itself writes to the file 2. */
    must(stderr != NULL);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    char *bytes = malloc(n + 1);
    must(bytes != NULL);
    if (n > 0)
        memcpy(bytes, data, n);
    bytes[n] = '\0';
    parse_all(all_commands, bytes, n);
    parse_all(network_commands, bytes, n);
    free(bytes);
    return 0;
}
/* NOLINTEND(readability-identifier-naming) */
