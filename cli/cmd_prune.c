/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Retention. */
#include <unistd.h>

#include "cli.h"
#include "clock.h"

/* What is removed stays so where the file cannot be made smaller. */
static shift_status compact(shift_store *store, size_t removed, shift_error *err)
{
    shift_error own = SHIFT_ERROR_INIT;
    shift_status status = shift_store_compact(store, &own);
    if (status == SHIFT_OK)
        return SHIFT_OK;
    return shift_error_set(err, status, "%s; %zu run%s removed all the same", own.message, removed,
                           removed == 1 ? " is" : "s are");
}

static int run(const struct options *options)
{
    if (options->db == NULL)
        return misuse(options->command, "needs --db FILE");
    if (options->keep_days == 0)
        return misuse(options->command, "needs --keep DAYS, such as 400d");
    shift_error err = SHIFT_ERROR_INIT;
    shift_store *store = NULL;
    shift_date today;
    char before[11];
    size_t removed = 0;
    if (access(options->db, F_OK) != 0)
        return misuse(options->command, "there is no %s", options->db);
    shift_status status = clock_today(&today, &err);
    if (status == SHIFT_OK) {
        shift_date_print(shift_date_add(today, -(long)options->keep_days), before);
        status = shift_store_open(&store, options->db, SHIFT_STORE_WRITE, &err);
    }
    if (status == SHIFT_OK)
        status = shift_store_prune(store, NULL, before, &removed, &err);
    if (status == SHIFT_OK)
        status = compact(store, removed, &err);
    shift_store_close(store);
    if (status != SHIFT_OK)
        return trouble(&err);
    if (options->quiet)
        return STATUS_NO_SHIFT;
    return done("%zu run%s from before %s removed", removed, removed == 1 ? "" : "s", before);
}

const struct command cmd_prune = {
    "prune",
    "",
    "remove old runs from the database",
    "Removes the runs that are about days more than DAYS ago; where that leaves more\n"
    "than a quarter of the file empty, it is made smaller.\n"
    "\n"
    "Exit status: 0 done, 2 trouble.\n",
    OPTIONS_STORE | OPTIONS_KEEP | OPTIONS_QUIET,
    0,
    0,
    run,
};
