/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "render.h"

static bool is_shift(shift_verdict verdict, fail_on level)
{
    return level != FAIL_ON_NEVER &&
           verdict >= (level == FAIL_ON_WARN ? SHIFT_VERDICT_WARN : SHIFT_VERDICT_ALERT);
}

/* --quiet spares standard output what does not matter; a file was asked for by name. */
static bool has_to_tell(shift_verdict verdict, const struct options *options)
{
    bool to_file = options->output != NULL && strcmp(options->output, "-") != 0;
    fail_on level = options->fail_on == FAIL_ON_NEVER ? FAIL_ON_ALERT : options->fail_on;
    return !options->quiet || to_file || is_shift(verdict, level);
}

static shift_status report_run(shift_store *store, int64_t run_id, const shift_reporter *reporter,
                               const struct options *options, shift_error *err)
{
    shift_report *report = NULL;
    shift_status status = shift_store_load(store, run_id, &report, err);
    if (status == SHIFT_OK && has_to_tell(report->comparison->verdict, options))
        status = render_recorded(store, report, reporter, options, err);
    shift_report_free(report);
    return status;
}

/* The report is what the store gives back, so the run is recorded first; where the report cannot be
 * made or written, the run is taken back: exit status 2 means that nothing was recorded. */
static shift_status record_and_report(const shift_comparison *comparison, const shift_run *run,
                                      const shift_reporter *reporter, const struct options *options,
                                      shift_error *err)
{
    shift_store *store = NULL;
    int64_t run_id = 0;
    const char *path = options->db != NULL && !options->no_record ? options->db : ":memory:";
    shift_status status = shift_store_open(&store, path, SHIFT_STORE_WRITE, err);
    if (status == SHIFT_OK)
        status = shift_store_record(store, run, comparison, &run_id, err);
    if (status == SHIFT_OK) {
        status = report_run(store, run_id, reporter, options, err);
        if (status != SHIFT_OK && shift_store_remove(store, run_id, NULL) != SHIFT_OK)
            (void)fprintf(stderr, "covshift: %s: run %lld stays recorded\n", path,
                          (long long)run_id);
    }
    shift_store_close(store);
    return status;
}

static shift_status check(const struct options *options, compare_function *compare,
                          const shift_reporter *reporter, shift_verdict *verdict, shift_error *err)
{
    char started[32];
    char finished[32];
    shift_comparison *comparison = NULL;
    shift_status status = clock_print(started, err);
    if (status == SHIFT_OK)
        status = compare(&comparison, options, err);
    if (status == SHIFT_OK)
        status = clock_print(finished, err);
    if (status == SHIFT_OK) {
        *verdict = comparison->verdict;
        shift_run run = {.size = sizeof run, .started_at = started, .finished_at = finished};
        status = record_and_report(comparison, &run, reporter, options, err);
    }
    shift_comparison_free(comparison);
    return status;
}

int judge(const struct options *options, compare_function *compare)
{
    const char *train = options->operands[options->n_operands - 2];
    const char *prod = options->operands[options->n_operands - 1];
    if (strcmp(train, "-") == 0 && strcmp(prod, "-") == 0)
        return misuse(options->command, "only one of TRAIN and PROD can be standard input");
    shift_error err = SHIFT_ERROR_INIT;
    shift_registry *registry = NULL;
    const shift_reporter *reporter = NULL;
    shift_verdict verdict = SHIFT_VERDICT_NONE;
    shift_status status = render_registry(&registry, options, &err);
    if (status == SHIFT_OK)
        status = render_reporter(&reporter, registry, options, &err);
    if (status == SHIFT_OK)
        status = check(options, compare, reporter, &verdict, &err);
    shift_registry_close(registry);
    if (status != SHIFT_OK)
        return trouble(&err);
    if (is_monitoring(options))
        return monitoring_status(verdict);
    return is_shift(verdict, options->fail_on) ? STATUS_SHIFT : STATUS_NO_SHIFT;
}
