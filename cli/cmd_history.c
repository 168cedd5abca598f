/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values over the recorded runs. */
#include "cli.h"
#include "render.h"

static shift_status report_history(const shift_reporter *reporter, const struct options *options,
                                   shift_verdict *last, shift_error *err)
{
    shift_store *store = NULL;
    shift_history *history = NULL;
    shift_history_query query = options->history;
    query.deciding = query.subject == NULL && query.statistic == NULL;
    shift_status status = shift_store_open(&store, options->db, SHIFT_STORE_READ, err);
    if (status == SHIFT_OK)
        status = shift_store_history(store, &query, &history, err);
    if (status == SHIFT_OK) {
        *last = render_last(history);
        status = render_history(history, reporter, options, err);
    }
    shift_history_free(history);
    shift_store_close(store);
    return status;
}

static int run(const struct options *options)
{
    if (options->db == NULL)
        return misuse(options->command, "needs --db FILE");
    shift_error err = SHIFT_ERROR_INIT;
    shift_registry *registry = NULL;
    const shift_reporter *reporter = NULL;
    shift_verdict last = SHIFT_VERDICT_NONE;
    shift_status status = render_registry(&registry, options, &err);
    if (status == SHIFT_OK)
        status = render_reporter(&reporter, registry, options, &err);
    if (status == SHIFT_OK)
        status = report_history(reporter, options, &last, &err);
    shift_registry_close(registry);
    if (status != SHIFT_OK)
        return trouble(&err);
    if (!is_monitoring(options))
        return STATUS_NO_SHIFT;
    return last == SHIFT_VERDICT_NONE ? STATUS_TROUBLE : monitoring_status(last);
}

const struct command cmd_history = {
    "history",
    "",
    "print values over the recorded runs",
    "Prints what was recorded over the runs, the oldest first: of each feature the\n"
    "effects that have thresholds; with --subject or --statistic, all of that subject\n"
    "or statistic; with both, a chart of its values. The database is only read.\n"
    "\n"
    "Exit status: 0 printed, 2 trouble. With --format nagios, by the last run: 0 ok,\n"
    "1 warn, 2 alert, 3 trouble.\n",
    OPTIONS_HISTORY | OPTIONS_STORE | OPTIONS_RENDER | OPTIONS_PLUGIN | OPTIONS_OUTPUT,
    0,
    0,
    run,
};
