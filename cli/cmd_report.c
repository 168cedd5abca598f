/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Render a run that was recorded. */
#include <errno.h>
#include <stdlib.h>

#include "cli.h"
#include "render.h"

static bool parse_run(const char *text, int64_t *run_id)
{
    char *end = NULL;
    errno = 0;
    *run_id = strtoll(text, &end, 10);
    return end != text && *end == '\0' && errno == 0 && *run_id > 0;
}

static shift_status report_run(int64_t run_id, const shift_reporter *reporter,
                               const struct options *options, shift_error *err)
{
    shift_store *store = NULL;
    shift_report *report = NULL;
    shift_status status = shift_store_open(&store, options->db, SHIFT_STORE_READ, err);
    if (status == SHIFT_OK)
        status = shift_store_load(store, run_id, &report, err);
    if (status == SHIFT_OK)
        status = render_report(report, reporter, options, err);
    shift_report_free(report);
    shift_store_close(store);
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
    shift_error err = SHIFT_ERROR_INIT;
    shift_registry *registry = NULL;
    const shift_reporter *reporter = NULL;
    shift_status status = render_registry(&registry, options, &err);
    if (status == SHIFT_OK)
        status = render_reporter(&reporter, registry, options, &err);
    if (status == SHIFT_OK)
        status = report_run(run_id, reporter, options, &err);
    shift_registry_close(registry);
    return status == SHIFT_OK ? STATUS_NO_SHIFT : trouble(&err);
}

const struct command cmd_report = {
    "report",
    "[RUN]",
    "print a recorded run again, in any format",
    "Reports the run of that number, or the last one, as 'covshift check --db' has\n"
    "recorded it. The database is only read.\n"
    "\n"
    "Exit status: 0 reported, whatever the verdict; 2 trouble.\n",
    OPTIONS_STORE | OPTIONS_RENDER | OPTIONS_PLUGIN | OPTIONS_OUTPUT,
    0,
    1,
    run,
};
