/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes reports of the samples, for tests that look at them with other programs:
 * render_samples REPORTER FOLDER makes FOLDER/<sample>.<extension>. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "sample.h"
#include "shift/output.h"
#include "shift/store.h"

static const struct {
    const char *name;
    const shift_comparison *(*make)(void);
} samples[] = {
    {"weather", sample_weather}, {"calm", sample_calm},       {"many", sample_many},
    {"hostile", sample_hostile}, {"network", sample_network}, {"trace", sample_trace},
};

static const char *reporter_name, *folder;

/* Two runs of a sample, so that there is a history and a run to compare with. */
static shift_status load(shift_store *store, const shift_comparison *comparison,
                         const shift_reporter *reporter, shift_report **out,
                         shift_history **history, shift_error *err)
{
    const shift_run run = {.size = sizeof run,
                           .started_at = "2026-01-31T02:00:00Z",
                           .finished_at = "2026-01-31T02:00:07Z"};
    shift_history_query query = SHIFT_HISTORY_QUERY_INIT;
    int64_t id = 0;
    query.deciding = true;
    query.last = reporter->history_runs;
    shift_status status = SHIFT_OK;
    for (int i = 0; status == SHIFT_OK && i < 2; i++)
        status = shift_store_record(store, &run, comparison, &id, err);
    if (status == SHIFT_OK)
        status = shift_store_load(store, id, out, err);
    if (status == SHIFT_OK && reporter->history_runs > 0)
        status = shift_store_history(store, &query, history, err);
    return status;
}

static shift_status write_report(const shift_report *report, const shift_reporter *reporter,
                                 const char *path, shift_error *err)
{
    shift_output *output = NULL;
    shift_status status = shift_output_open(&output, path, err);
    if (status != SHIFT_OK)
        return status;
    shift_sink sink = shift_output_sink(output);
    status = reporter->render(report, &sink, err);
    if (status == SHIFT_OK)
        return shift_output_commit(output, err);
    shift_output_abort(output);
    return status;
}

static shift_status render(size_t i, const shift_reporter *reporter, shift_error *err)
{
    shift_store *store = NULL;
    shift_report *report = NULL;
    shift_history *history = NULL;
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s.%s", folder, samples[i].name, reporter->extension);
    shift_status status = shift_store_open(&store, ":memory:", SHIFT_STORE_WRITE, err);
    if (status == SHIFT_OK)
        status = load(store, samples[i].make(), reporter, &report, &history, err);
    if (status == SHIFT_OK) {
        report->history = history;
        status = write_report(report, reporter, path, err);
    }
    shift_history_free(history);
    shift_report_free(report);
    shift_store_close(store);
    return status;
}

/* A test, because the samples are made with Check. */
START_TEST(a_sample_is_written)
{
    static const char *const plugins[] = {SHIFT_PLUGINS};
    shift_registry *registry = NULL;
    const shift_reporter *reporter = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq((int)shift_registry_open(&registry, plugins, 1, &err), (int)SHIFT_OK);
    shift_status status = shift_registry_find(registry, reporter_name, &reporter, &err);
    if (status == SHIFT_OK)
        status = render((size_t)_i, reporter, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    shift_registry_close(registry);
}
END_TEST

int main(int argc, char **argv)
{
    if (argc != 3)
        return EXIT_FAILURE;
    reporter_name = argv[1];
    folder = argv[2];
    Suite *suite = suite_create("samples");
    TCase *tcase = tcase_create("samples");
    tcase_add_loop_test(tcase, a_sample_is_written, 0, sizeof samples / sizeof *samples);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
