/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Render a run that was recorded. */
#include "cli.h"
#include "render.h"

static shift_status report_run(shift_store *store, int64_t run_id, const shift_reporter *reporter,
                               const struct options *options, shift_verdict *verdict,
                               shift_error *err)
{
    shift_report *report = NULL;
    shift_report *against = NULL;
    shift_status status = shift_store_load(store, run_id, &report, err);
    if (status == SHIFT_OK && options->against != 0)
        status = shift_store_load(store, options->against, &against, err);
    if (status == SHIFT_OK) {
        *verdict = report->comparison->verdict;
        report->against = against;
        status = render_recorded(store, report, reporter, options, err);
    }
    shift_report_free(against);
    shift_report_free(report);
    return status;
}

static shift_status list_runs(shift_store *store, const shift_reporter *reporter,
                              const struct options *options, shift_error *err)
{
    shift_history_query query = SHIFT_HISTORY_QUERY_INIT;
    shift_history *history = NULL;
    query.runs_only = true;
    shift_status status = shift_store_history(store, &query, &history, err);
    if (status == SHIFT_OK)
        status = render_history(history, reporter, options, err);
    shift_history_free(history);
    return status;
}

static int run(const struct options *options)
{
    int64_t run_id = 0;
    if (options->db == NULL)
        return misuse(options->command, "needs --db FILE");
    if (options->n_operands == 1 && !parse_run(options->operands[0], &run_id))
        return misuse(options->command, "RUN is the number of a run, not '%s'",
                      options->operands[0]);
    if (options->list && (options->n_operands > 0 || options->against != 0))
        return misuse(options->command, "--list takes neither RUN nor --against");
    shift_error err = SHIFT_ERROR_INIT;
    shift_store *store = NULL;
    shift_registry *registry = NULL;
    const shift_reporter *reporter = NULL;
    shift_verdict verdict = SHIFT_VERDICT_NONE;
    shift_status status = render_registry(&registry, options, &err);
    if (status == SHIFT_OK)
        status = render_reporter(&reporter, registry, options, &err);
    if (status == SHIFT_OK)
        status = shift_store_open(&store, options->db, SHIFT_STORE_READ, &err);
    if (status == SHIFT_OK && options->list)
        status = list_runs(store, reporter, options, &err);
    else if (status == SHIFT_OK)
        status = report_run(store, run_id, reporter, options, &verdict, &err);
    shift_store_close(store);
    shift_registry_close(registry);
    if (status != SHIFT_OK)
        return trouble(&err);
    return is_monitoring(options) ? monitoring_status(verdict) : STATUS_NO_SHIFT;
}

const struct command cmd_report = {
    "report",
    "[RUN]",
    "print a recorded run again, in any format",
    "Reports the run of that number, or the last one, as 'covshift check --db' has\n"
    "recorded it. --against tells what is new, worse, better or gone since another\n"
    "run; --list lists the runs. The database is only read.\n"
    "\n"
    "Exit status: 0 reported, whatever the verdict; 2 trouble.\n"
    "With --format nagios: 0 ok, 1 warn, 2 alert, 3 trouble.\n",
    OPTIONS_REPORT | OPTIONS_STORE | OPTIONS_RENDER | OPTIONS_PLUGIN | OPTIONS_OUTPUT,
    0,
    1,
    run,
};
