/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs of monitors by what they are about, which need not be the order they were recorded in, and
 * periods of which there is no run. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sample.h"
#include "scratch.h"
#include "shift/store.h"

static char path[600];

static void make_folder(void)
{
    (void)snprintf(path, sizeof path, "%s/drift.db", scratch_make());
}

static shift_store *open_store(void)
{
    shift_store *store = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    shift_status status = shift_store_open(&store, path, SHIFT_STORE_WRITE, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    return store;
}

static void record_day(shift_store *store, const char *period, shift_notice notice)
{
    const shift_run run = {.size = sizeof run,
                           .monitor = "m",
                           .started_at = "2026-01-09T02:00:00Z",
                           .finished_at = "2026-01-09T02:00:00Z",
                           .period = period,
                           .counted = SHIFT_VERDICT_ALERT,
                           .notice = notice};
    int64_t id = 0;
    ck_assert_int_eq((int)shift_store_record(store, &run, sample_weather(), &id, NULL),
                     (int)SHIFT_OK);
}

/* A run of no monitor, about no period. */
static void record_by_hand(shift_store *store, const char *started_at)
{
    const shift_run run = {.size = sizeof run, .started_at = started_at, .finished_at = started_at};
    int64_t id = 0;
    ck_assert_int_eq((int)shift_store_record(store, &run, sample_weather(), &id, NULL),
                     (int)SHIFT_OK);
}

static shift_history *history_of(shift_store *store, shift_history_query query)
{
    shift_history *history = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    query.size = sizeof query;
    shift_status status = shift_store_history(store, &query, &history, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    return history;
}

static void assert_runs(shift_store *store, shift_history_query query, size_t n, int64_t first)
{
    shift_history *history = history_of(store, query);
    ck_assert_uint_eq(history->n_runs, n);
    ck_assert_int_eq(history->runs[0]->id, first);
    shift_history_free(history);
}

/* By what they are about, not as they were recorded; of those like a run none about a later one. */
START_TEST(runs_of_a_monitor_are_in_the_order_of_their_periods)
{
    static const char *const periods[] = {"2026-01-02", "2026-01-04", "2026-01-03", "2026-01-02"};
    static const int64_t order[] = {1, 4, 3, 2};
    shift_store *store = open_store();
    for (int i = 0; i < 4; i++)
        record_day(store, periods[i], i == 3 ? SHIFT_NOTICE_ALARM : SHIFT_NOTICE_NONE);
    shift_history *history =
        history_of(store, (shift_history_query){.subject = "temp", .statistic = "psi"});
    ck_assert_uint_eq(history->n_runs, 4);
    ck_assert_uint_eq(history->series[0]->n, 4);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(history->runs[i]->id, order[i]);
        ck_assert_int_eq(history->series[0]->points[i]->run_id, order[i]);
    }
    shift_history_free(history);
    assert_runs(store, (shift_history_query){.monitor = "m", .last = 2}, 2, 3);
    assert_runs(store, (shift_history_query){.like = 2}, 2, 1);
    assert_runs(store, (shift_history_query){.like = 3}, 2, 1);
    assert_runs(store, (shift_history_query){.like = 4}, 2, 1);
    shift_store_close(store);
}
END_TEST

/* The first later period counts as its last run does. */
START_TEST(a_late_period_knows_what_came_after_it)
{
    shift_store *store = open_store();
    shift_memory *memory = NULL;
    record_day(store, "2026-01-04", SHIFT_NOTICE_NONE);
    record_day(store, "2026-01-06", SHIFT_NOTICE_ALARM);
    record_day(store, "2026-01-08", SHIFT_NOTICE_REMINDER);
    static const struct {
        const char *period;
        shift_verdict counted;
        unsigned days;
        shift_notice notice;
    } cases[] = {{"2026-01-03", SHIFT_VERDICT_ALERT, 1, SHIFT_NOTICE_ALARM},
                 {"2026-01-04", SHIFT_VERDICT_ALERT, 2, SHIFT_NOTICE_ALARM},
                 {"2026-01-06", SHIFT_VERDICT_ALERT, 2, SHIFT_NOTICE_REMINDER},
                 {"2026-01-08", SHIFT_VERDICT_NONE, 0, SHIFT_NOTICE_NONE}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_int_eq((int)shift_store_memory(store, "m", cases[i].period, &memory, NULL),
                         (int)SHIFT_OK);
        ck_assert_int_eq((int)memory->later_counted, (int)cases[i].counted);
        ck_assert_uint_eq(memory->later_days, cases[i].days);
        ck_assert_int_eq((int)memory->later_notice, (int)cases[i].notice);
        shift_memory_free(memory);
    }
    shift_store_close(store);
}
END_TEST

static void attempt(shift_store *store, const char *monitor, const char *period,
                    shift_outcome outcome)
{
    const shift_run run = {.size = sizeof run,
                           .monitor = monitor,
                           .period = period,
                           .started_at = "2026-01-09T02:00:00Z"};
    int64_t id = 0;
    size_t aborted = 0;
    ck_assert_int_eq((int)shift_store_begin_attempt(store, &run, &id, &aborted, NULL),
                     (int)SHIFT_OK);
    ck_assert_int_eq((int)shift_store_end_attempt(store, id, outcome, run.started_at, "why", NULL),
                     (int)SHIFT_OK);
}

static void assert_missed(shift_store *store, shift_history_query query, const char *periods)
{
    char found[200] = "";
    query.runs_only = true;
    shift_history *history = history_of(store, query);
    for (size_t i = 0; i < history->n_missed; i++) {
        const shift_missed *m = history->missed[i];
        (void)snprintf(found + strlen(found), sizeof found - strlen(found), "%s %s %s %s;",
                       m->monitor, m->period, shift_outcome_name(m->outcome), m->detail);
    }
    ck_assert_str_eq(found, periods);
    shift_history_free(history);
}

/* The last attempt of each, unless one was recorded; of a part of a monitor that monitor's too. */
START_TEST(periods_without_a_run_are_missed)
{
    shift_store *store = open_store();
    record_day(store, "2026-01-02", SHIFT_NOTICE_NONE);
    attempt(store, "m", "2026-01-03", SHIFT_OUTCOME_NO_DATA);
    attempt(store, "m", "2026-01-01", SHIFT_OUTCOME_FAILED);
    attempt(store, "m", "2026-01-03", SHIFT_OUTCOME_FAILED);
    attempt(store, "m", "2026-01-04", SHIFT_OUTCOME_RECORDED);
    attempt(store, "m", "2026-01-04", SHIFT_OUTCOME_FAILED);
    attempt(store, "mm", "2026-01-04", SHIFT_OUTCOME_NO_DATA);
    static const char of_m[] = "m 2026-01-01 failed why;m 2026-01-03 failed why;";
    assert_missed(store, (shift_history_query){.monitor = "m"}, of_m);
    assert_missed(store, (shift_history_query){.monitor = "m:west"}, of_m);
    assert_missed(store, (shift_history_query){.monitor = "m", .last = 1},
                  "m 2026-01-03 failed why;");
    assert_missed(store, (shift_history_query){.monitor = "mm"}, "mm 2026-01-04 no data why;");
    assert_missed(store, (shift_history_query){.last = 1},
                  "m 2026-01-03 failed why;mm 2026-01-04 no data why;");
    assert_missed(store, (shift_history_query){.like = 1}, "");
    record_by_hand(store, "2026-01-04T12:00:00Z");
    assert_missed(store, (shift_history_query){.last = 1}, "mm 2026-01-04 no data why;");
    shift_store_close(store);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("periods");
    TCase *tcase = tcase_create("periods");
    tcase_add_checked_fixture(tcase, make_folder, scratch_remove);
    tcase_add_test(tcase, runs_of_a_monitor_are_in_the_order_of_their_periods);
    tcase_add_test(tcase, a_late_period_knows_what_came_after_it);
    tcase_add_test(tcase, periods_without_a_run_are_missed);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
