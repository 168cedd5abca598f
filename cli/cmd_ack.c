/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Acknowledge an alarm. */
#include "cli.h"

static int run(const struct options *options)
{
    char until[11];
    int64_t run_id = 0;
    if (!parse_run(options->operands[0], &run_id))
        return misuse(options->command, "RUN is the number of a run, not '%s'",
                      options->operands[0]);
    if (options->db == NULL || !options->has_until || options->because == NULL)
        return misuse(options->command, "needs --db FILE, --until DAY and --because TEXT");
    shift_error err = SHIFT_ERROR_INIT;
    shift_store *store = NULL;
    size_t subjects = 0;
    shift_date_print(options->until, until);
    /* reading first, so that a wrong name makes no database */
    shift_status status = shift_store_open(&store, options->db, SHIFT_STORE_READ, &err);
    shift_store_close(store);
    store = NULL;
    if (status == SHIFT_OK)
        status = shift_store_open(&store, options->db, SHIFT_STORE_WRITE, &err);
    if (status == SHIFT_OK)
        status = shift_store_acknowledge(store, run_id, until, options->because, &subjects, &err);
    shift_store_close(store);
    if (status != SHIFT_OK)
        return trouble(&err);
    return done("%zu shifted subject%s of run %lld acknowledged until %s", subjects,
                subjects == 1 ? "" : "s", (long long)run_id, until);
}

const struct command cmd_ack = {
    "ack",
    "RUN",
    "acknowledge what is shifted in a monitor's run",
    "What warns or alerts in that run is known: it does not count for the monitor's\n"
    "alarms until the day --until, that day among them. What else shifts, does.\n"
    "\n"
    "Exit status: 0 acknowledged, 2 trouble.\n",
    OPTIONS_STORE | OPTIONS_ACK,
    1,
    1,
    run,
};
