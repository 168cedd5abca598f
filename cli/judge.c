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

void judge_left(const char *db, int64_t run)
{
    shift_error left;
    (void)shift_error_set(&left, SHIFT_ESTORE, "%s: run %lld stays recorded", db, (long long)run);
    (void)trouble(&left);
}

bool judge_is_shift(shift_verdict verdict, const struct options *options)
{
    return is_shift(verdict, options->fail_on == FAIL_ON_NEVER ? FAIL_ON_ALERT : options->fail_on);
}

int judge_status(shift_verdict verdict, const struct options *options)
{
    if (is_monitoring(options))
        return monitoring_status(verdict);
    return is_shift(verdict, options->fail_on) ? STATUS_SHIFT : STATUS_NO_SHIFT;
}

/* --quiet spares standard output what does not matter; a file was asked for by name. */
static bool has_to_tell(shift_verdict verdict, const struct options *options)
{
    bool to_file = options->output != NULL && strcmp(options->output, "-") != 0;
    return !options->quiet || to_file || judge_is_shift(verdict, options);
}

static shift_status report_run(shift_store *store, const int64_t ids[2],
                               const shift_reporter *reporter, const struct options *options,
                               shift_error *err)
{
    shift_report *report = NULL;
    shift_report *against = NULL;
    shift_status status = shift_store_load(store, ids[0], &report, err);
    if (status == SHIFT_OK && ids[1] != 0)
        status = shift_store_load(store, ids[1], &against, err);
    if (status == SHIFT_OK && has_to_tell(report->comparison->verdict, options)) {
        report->against = against;
        status = render_recorded(store, report, reporter, options, err);
    }
    shift_report_free(against);
    shift_report_free(report);
    return status;
}

/* What is compared, and, or NULL, what is shown beside it. */
struct pair {
    shift_comparison *comparison, *against;
};

/* The last run that is recorded is the first of the two. */
static shift_status record_both(shift_store *store, const shift_run *run, const struct pair *both,
                                int64_t ids[2], shift_error *err)
{
    shift_status status = SHIFT_OK;
    if (both->against != NULL)
        status = shift_store_record(store, run, both->against, &ids[1], err);
    if (status == SHIFT_OK)
        status = shift_store_record(store, run, both->comparison, &ids[0], err);
    return status;
}

/* The report is what the store gives back, so the run is recorded first; where the report cannot be
 * made or written, the run is taken back: exit status 2 means that nothing was recorded. */
static shift_status record_and_report(const struct pair *both, const shift_run *run,
                                      const shift_reporter *reporter, const struct options *options,
                                      shift_error *err)
{
    shift_store *store = NULL;
    int64_t ids[2] = {0, 0};
    const char *path = options->db != NULL && !options->no_record ? options->db : ":memory:";
    shift_status status = shift_store_open(&store, path, SHIFT_STORE_WRITE, err);
    if (status == SHIFT_OK)
        status = record_both(store, run, both, ids, err);
    if (status == SHIFT_OK)
        status = report_run(store, ids, reporter, options, err);
    for (int i = 0; status != SHIFT_OK && i < 2; i++)
        if (ids[i] != 0 && shift_store_remove(store, ids[i], NULL) != SHIFT_OK)
            judge_left(path, ids[i]);
    shift_store_close(store);
    return status;
}

static shift_status check(const struct options *options, compare_function *const compare[2],
                          const shift_reporter *reporter, shift_verdict *verdict, shift_error *err)
{
    char started[32];
    char finished[32];
    struct pair both = {NULL, NULL};
    shift_status status = clock_print(started, err);
    if (status == SHIFT_OK)
        status = compare[0](&both.comparison, options, err);
    if (status == SHIFT_OK && compare[1] != NULL)
        status = compare[1](&both.against, options, err);
    if (status == SHIFT_OK)
        status = clock_print(finished, err);
    if (status == SHIFT_OK) {
        *verdict = both.comparison->verdict;
        shift_run run = {.size = sizeof run, .started_at = started, .finished_at = finished};
        status = record_and_report(&both, &run, reporter, options, err);
    }
    shift_comparison_free(both.against);
    shift_comparison_free(both.comparison);
    return status;
}

int judge(const struct options *options, compare_function *compare)
{
    return judge_against(options, compare, NULL);
}

int judge_against(const struct options *options, compare_function *compare,
                  compare_function *against)
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
        status =
            check(options, (compare_function *[2]){compare, against}, reporter, &verdict, &err);
    shift_registry_close(registry);
    if (status != SHIFT_OK)
        return trouble(&err);
    return judge_status(verdict, options);
}
