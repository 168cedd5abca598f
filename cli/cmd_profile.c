/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Profile one data set and save the profile. */
#include "cli.h"
#include "input.h"

static int run(const struct options *options)
{
    const char *spec = options->operands[0];
    if (options->output == NULL)
        return misuse(options->command, "needs -o FILE, the profile to write");
    if (options->like != NULL && (options->schema.n_rules > 0 || options->schema.n_only > 0))
        return misuse(options->command,
                      "--like settles the columns: no --kind, --exclude or --only beside it");
    shift_error err = SHIFT_ERROR_INIT;
    shift_profile *like = NULL;
    shift_profile *profile = NULL;
    shift_status status = SHIFT_OK;
    if (shift_profile_detect(spec))
        status = shift_error_set(&err, SHIFT_EINVAL, "%s: is a saved profile already", spec);
    if (status == SHIFT_OK && options->like != NULL)
        status = shift_profile_load(&like, options->like, &err);
    if (status == SHIFT_OK)
        status = input_profile(&profile, spec, like, options, &err);
    if (status == SHIFT_OK)
        status = shift_profile_save(profile, options->output, &err);
    shift_profile_free(profile);
    shift_profile_free(like);
    return status == SHIFT_OK ? STATUS_NO_SHIFT : trouble(&err);
}

const struct command cmd_profile = {
    "profile",
    "DATA",
    "profile a data set and save the profile",
    "Reads DATA (a CSV file, plain or compressed, or '-') once and writes its\n"
    "profile: counts, moments, quantile sketches, category counts, and a sample of\n"
    "rows. The profile can stand for the data in 'covshift check', and the profiles\n"
    "of parts of one data set can be merged. -o FILE must be given.\n"
    "\n"
    "Parts that are to be merged must have the same columns and kinds: take them from\n"
    "the first, with --like. Give each a name, with --part: a part that is profiled\n"
    "again, or merged again, is then not counted twice.\n"
    "\n"
    "The sample holds raw rows; --no-sample keeps none.\n",
    OPTIONS_READ | OPTIONS_KIND | OPTIONS_SKETCH | OPTIONS_OUTPUT | OPTIONS_PROFILE |
        OPTIONS_MEMORY,
    1,
    1,
    run,
};
