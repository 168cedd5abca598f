/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Merge the profiles of parts of one data set. */
#include <stdint.h>

#include "cli.h"
#include "memory.h"

static shift_status merge_into(shift_profile *whole, const char *path, const shift_progress *watch,
                               shift_error *err)
{
    shift_profile *part = NULL;
    shift_status status = shift_profile_load(&part, path, err);
    if (status == SHIFT_OK) {
        shift_error own = SHIFT_ERROR_INIT;
        status = shift_profile_merge(whole, part, &own);
        if (status != SHIFT_OK)
            (void)shift_error_set(err, status, "%s: %s", path, own.message);
    }
    if (status == SHIFT_OK)
        status = memory_check(watch, path, "merging", err);
    shift_profile_free(part);
    return status;
}

static int run(const struct options *options)
{
    if (options->output == NULL)
        return misuse(options->command, "needs -o FILE, the profile to write");
    shift_error err = SHIFT_ERROR_INIT;
    shift_profile *whole = NULL;
    shift_status status = shift_profile_load(&whole, options->operands[0], &err);
    for (size_t i = 1; status == SHIFT_OK && i < options->n_operands; i++)
        status = merge_into(whole, options->operands[i], &options->watch, &err);
    if (status == SHIFT_OK)
        status = shift_profile_save(whole, options->output, &err);
    shift_profile_free(whole);
    return status == SHIFT_OK ? STATUS_NO_SHIFT : trouble(&err);
}

const struct command cmd_merge = {
    "merge",
    "PROFILE...",
    "combine the profiles of parts of one data set",
    "Adds up saved profiles of parts of one data set, in any order, and writes the\n"
    "profile of the whole. Their columns and kinds must be the same, and no part that\n"
    "was given a name (--part) may be in two of them. -o FILE must be given.\n",
    OPTIONS_OUTPUT | OPTIONS_MEMORY,
    1,
    SIZE_MAX,
    run,
};
