/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Render a run that was recorded. */
#include <string.h>

#include "cli.h"
#include "render.h"

static shift_status refuse(const shift_missed *missed, const char *monitor, shift_error *err)
{
    const char *detail = missed->detail;
    if (detail == NULL && missed->outcome == SHIFT_OUTCOME_RUNNING)
        detail = "at work, or its process has died";
    return shift_error_set(err, SHIFT_ESTORE, "monitor %s, %s: %s%s%s", monitor, missed->period,
                           shift_outcome_name(missed->outcome), detail != NULL ? ": " : "",
                           detail != NULL ? detail : "");
}

/* The last run of a monitor. For a monitoring system a later day without one is trouble: what the
 * last run has found says nothing about it. */
static shift_status find_last(shift_store *store, const char *monitor,
                              const struct options *options, int64_t *run_id, shift_error *err)
{
    shift_history_query query = SHIFT_HISTORY_QUERY_INIT;
    shift_history *history = NULL;
    query.monitor = monitor;
    query.last = 1;
    query.runs_only = true;
    shift_status status = shift_store_history(store, &query, &history, err);
    if (status != SHIFT_OK)
        return status;
    const shift_run_entry *run = history->n_runs > 0 ? history->runs[0] : NULL;
    const shift_missed *missed =
        history->n_missed > 0 ? history->missed[history->n_missed - 1] : NULL;
    if (run != NULL)
        *run_id = run->id;
    if (missed != NULL && (run == NULL || is_monitoring(options)))
        status = refuse(missed, monitor, err);
    shift_history_free(history);
    return status;
}

/* What is acknowledged since the run counts, too. */
static shift_status stand(shift_store *store, shift_report *report, shift_error *err)
{
    shift_memory *memory = NULL;
    if (report->monitor == NULL || report->period == NULL)
        return SHIFT_OK;
    shift_status status = shift_store_memory(store, report->monitor, report->period, &memory, err);
    if (status == SHIFT_OK)
        report->standing =
            shift_watch_standing(report->comparison, memory, &report->n_acknowledged);
    shift_memory_free(memory);
    return status;
}

static shift_status load_last(shift_store *store, const char *monitor,
                              const struct options *options, shift_report **out, shift_error *err)
{
    int64_t run_id = 0;
    shift_status status = find_last(store, monitor, options, &run_id, err);
    return status == SHIFT_OK ? shift_store_load(store, run_id, out, err) : status;
}

static shift_status load(shift_store *store, int64_t run_id, const struct options *options,
                         shift_report **out, shift_error *err)
{
    const char *monitor = options->history.monitor;
    bool monitoring = is_monitoring(options) && run_id == 0;
    shift_report *report = NULL;
    shift_report *last = NULL;
    shift_status status = monitor != NULL ? load_last(store, monitor, options, &report, err)
                                          : shift_store_load(store, run_id, &report, err);
    if (status == SHIFT_OK && monitoring && monitor == NULL && report->monitor != NULL) {
        status = load_last(store, report->monitor, options, &last, err);
        shift_report_free(report);
        report = last;
    }
    if (status == SHIFT_OK && monitoring)
        status = stand(store, report, err);
    if (status != SHIFT_OK) {
        shift_report_free(report);
        return status;
    }
    *out = report;
    return SHIFT_OK;
}

static shift_status report_run(shift_store *store, int64_t run_id, const shift_reporter *reporter,
                               const struct options *options, shift_verdict *verdict,
                               shift_error *err)
{
    shift_report *report = NULL;
    shift_report *against = NULL;
    shift_status status = load(store, run_id, options, &report, err);
    if (status == SHIFT_OK && options->against != 0)
        status = shift_store_load(store, options->against, &against, err);
    if (status == SHIFT_OK) {
        *verdict = report->n_acknowledged > 0 ? report->standing : report->comparison->verdict;
        report->against = against;
        status = render_recorded(store, report, reporter, options, err);
    }
    shift_report_free(against);
    shift_report_free(report);
    return status;
}

static shift_status list_runs(shift_store *store, const shift_reporter *reporter,
                              const struct options *options, shift_verdict *last, shift_error *err)
{
    shift_history_query query = SHIFT_HISTORY_QUERY_INIT;
    shift_history *history = NULL;
    query.runs_only = true;
    query.monitor = options->history.monitor;
    shift_status status = shift_store_history(store, &query, &history, err);
    if (status == SHIFT_OK) {
        *last = render_last(history);
        status = render_history(history, reporter, options, err);
    }
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
    if (options->history.monitor != NULL && options->n_operands > 0)
        return misuse(options->command, "--monitor is about the last run, or --list: no RUN");
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
        status = list_runs(store, reporter, options, &verdict, &err);
    else if (status == SHIFT_OK)
        status = report_run(store, run_id, reporter, options, &verdict, &err);
    shift_store_close(store);
    shift_registry_close(registry);
    if (status != SHIFT_OK)
        return trouble(&err);
    if (!is_monitoring(options))
        return STATUS_NO_SHIFT;
    return verdict == SHIFT_VERDICT_NONE ? STATUS_TROUBLE : monitoring_status(verdict);
}

const struct command cmd_report = {
    "report",
    "[RUN]",
    "print a recorded run again, in any format",
    "Reports the run of that number, or the last one, as 'covshift check --db' has\n"
    "recorded it. --against tells what is new, worse, better or gone since another\n"
    "run; --list lists the runs and the days without one. The database is only read.\n"
    "\n"
    "Exit status: 0 reported, whatever the verdict; 2 trouble.\n"
    "With --format nagios: 0 ok, 1 warn, 2 alert, 3 trouble. Without RUN what is\n"
    "acknowledged is ok then, and a later day of the monitor without a run trouble.\n",
    OPTIONS_REPORT | OPTIONS_STORE | OPTIONS_RENDER | OPTIONS_PLUGIN | OPTIONS_OUTPUT,
    0,
    1,
    run,
};
