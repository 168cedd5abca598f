/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs and series over many runs, and databases of other versions. */
#include <check.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sample.h"
#include "scratch.h"
#include "shift/store.h"

enum { VERSION = 8 }; /* of the tables */

static char path[600];
static char aside[640]; /* another place in the same folder */

static void make_folder(void)
{
    (void)snprintf(path, sizeof path, "%s/drift.db", scratch_make());
    (void)snprintf(aside, sizeof aside, "%s.aside", path);
}

static shift_store *open_store(shift_store_mode mode)
{
    shift_store *store = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    shift_status status = shift_store_open(&store, path, mode, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    return store;
}

static void record(shift_store *store, const char *monitor, const char *at,
                   const shift_comparison *comparison)
{
    const shift_run run = {
        .size = sizeof run, .monitor = monitor, .started_at = at, .finished_at = at};
    int64_t id = 0;
    ck_assert_int_eq((int)shift_store_record(store, &run, comparison, &id, NULL), (int)SHIFT_OK);
}

/* Four runs: two of a monitor, a calm one between them and one at the end. */
static shift_store *store_with_runs(void)
{
    shift_store *store = open_store(SHIFT_STORE_WRITE);
    record(store, "nightly", "2026-01-01T02:00:00Z", sample_weather());
    record(store, NULL, "2026-01-02T02:00:00Z", sample_calm());
    record(store, "nightly", "2026-01-03T02:00:00Z", sample_weather());
    record(store, NULL, "2026-01-04T02:00:00Z", sample_weather());
    return store;
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

START_TEST(runs_are_listed_oldest_first)
{
    shift_store *store = store_with_runs();
    shift_run_list *list = NULL;
    ck_assert_int_eq((int)shift_store_runs(store, 0, &list, NULL), (int)SHIFT_OK);
    shift_store_close(store);
    ck_assert_uint_eq(list->n, 4);
    const shift_run_entry *first = list->runs[0];
    ck_assert_int_eq(first->id, 1);
    ck_assert_str_eq(first->kind, "features");
    ck_assert_str_eq(first->monitor, "nightly");
    ck_assert_str_eq(first->started_at, "2026-01-01T02:00:00Z");
    ck_assert_int_eq((int)first->verdict, (int)SHIFT_VERDICT_ALERT);
    ck_assert_str_eq(first->train.source, "train.csv");
    ck_assert_uint_eq(first->prod.rows, 1000);
    ck_assert_uint_eq(first->n_features, 12);
    ck_assert_uint_eq(first->n_alert, 3);
    ck_assert_uint_eq(first->n_warn, 1);
    ck_assert_uint_eq(first->n_inconclusive, 1);
    ck_assert_ptr_null(list->runs[1]->monitor);
    ck_assert_int_eq(list->runs[3]->id, 4);
    shift_run_list_free(list);
}
END_TEST

START_TEST(a_limit_keeps_the_last_runs)
{
    shift_store *store = store_with_runs();
    shift_run_list *list = NULL;
    ck_assert_int_eq((int)shift_store_runs(store, 2, &list, NULL), (int)SHIFT_OK);
    ck_assert_uint_eq(list->n, 2);
    ck_assert_int_eq(list->runs[0]->id, 3);
    ck_assert_int_eq(list->runs[1]->id, 4);
    shift_run_list_free(list);
    shift_store_close(store);
}
END_TEST

START_TEST(a_store_without_runs_lists_none)
{
    shift_store *store = open_store(SHIFT_STORE_WRITE);
    shift_run_list *list = NULL;
    ck_assert_int_eq((int)shift_store_runs(store, 0, &list, NULL), (int)SHIFT_OK);
    ck_assert_uint_eq(list->n, 0);
    shift_run_list_free(list);
    shift_history *history = history_of(store, (shift_history_query){.subject = "temp"});
    ck_assert_uint_eq(history->n, 0);
    shift_history_free(history);
    shift_store_close(store);
}
END_TEST

START_TEST(a_series_has_the_values_of_its_runs)
{
    shift_store *store = store_with_runs();
    shift_history *history =
        history_of(store, (shift_history_query){.subject = "temp", .statistic = "psi"});
    shift_store_close(store);
    ck_assert_uint_eq(history->n, 1);
    const shift_history_series *series = history->series[0];
    ck_assert_str_eq(series->subject, "temp");
    ck_assert_str_eq(series->statistic, "psi");
    ck_assert_int_eq((int)series->type, (int)SHIFT_SUBJECT_FEATURE);
    ck_assert_uint_eq(series->n, 3);
    ck_assert_int_eq(series->points[0]->run_id, 1);
    ck_assert_int_eq(series->points[1]->run_id, 3);
    ck_assert_str_eq(series->points[2]->started_at, "2026-01-04T02:00:00Z");
    ck_assert(series->points[0]->value == 0.82);
    ck_assert(series->points[0]->alert == 0.25);
    ck_assert(isnan(series->points[0]->p_adjusted));
    ck_assert_int_eq((int)series->points[0]->verdict, (int)SHIFT_VERDICT_ALERT);
    ck_assert_int_eq((int)series->points[0]->subject_verdict, (int)SHIFT_VERDICT_ALERT);
    shift_history_free(history);
}
END_TEST

START_TEST(a_subject_alone_gives_all_its_statistics)
{
    static const char *const names[] = {"ks", "mean_shift", "missing_rate", "psi"};
    shift_store *store = store_with_runs();
    shift_history *history = history_of(store, (shift_history_query){.subject = "temp"});
    ck_assert_uint_eq(history->n, 4);
    for (size_t i = 0; i < 4; i++)
        ck_assert_str_eq(history->series[i]->statistic, names[i]);
    shift_history_free(history);
    shift_store_close(store);
}
END_TEST

/* sample_weather has 10 judged features, sample_calm 2 others. */
START_TEST(a_statistic_alone_gives_all_subjects)
{
    shift_store *store = store_with_runs();
    shift_history *history = history_of(store, (shift_history_query){.statistic = "psi"});
    ck_assert_uint_eq(history->n, 12);
    for (size_t i = 1; i < history->n; i++)
        ck_assert_int_lt(strcmp(history->series[i - 1]->subject, history->series[i]->subject), 0);
    shift_history_free(history);
    history = NULL;
    ck_assert_int_eq((int)shift_store_history(store, NULL, &history, NULL), (int)SHIFT_OK);
    ck_assert_uint_eq(history->n, 48);
    shift_history_free(history);
    shift_store_close(store);
}
END_TEST

START_TEST(monitor_and_last_restrict_the_runs)
{
    shift_store *store = store_with_runs();
    shift_history_query query = {.subject = "temp", .statistic = "psi", .monitor = "nightly"};
    shift_history *history = history_of(store, query);
    ck_assert_uint_eq(history->series[0]->n, 2);
    ck_assert_int_eq(history->series[0]->points[1]->run_id, 3);
    shift_history_free(history);
    query.last = 1;
    history = history_of(store, query);
    ck_assert_uint_eq(history->series[0]->n, 1);
    ck_assert_int_eq(history->series[0]->points[0]->run_id, 3);
    shift_history_free(history);
    query.monitor = NULL;
    query.last = 3;
    history = history_of(store, query);
    ck_assert_uint_eq(history->series[0]->n, 2);
    shift_history_free(history);
    shift_store_close(store);
}
END_TEST

static void assert_runs(shift_store *store, shift_history_query query, size_t n, int64_t first)
{
    shift_history *history = history_of(store, query);
    ck_assert_uint_eq(history->n_runs, n);
    ck_assert_int_eq(history->runs[0]->id, first);
    shift_history_free(history);
}

/* Of the same kind, monitor and network, and none that came later. */
START_TEST(a_run_restricts_to_those_like_it)
{
    shift_store *store = store_with_runs();
    shift_comparison other = *sample_network();
    shift_network_facts facts = *other.network;
    facts.name = "other.onnx";
    other.network = &facts;
    record(store, NULL, "2026-01-05T02:00:00Z", sample_network());
    record(store, NULL, "2026-01-06T02:00:00Z", &other);
    record(store, NULL, "2026-01-07T02:00:00Z", sample_network());
    assert_runs(store, (shift_history_query){.like = 3}, 2, 1);
    assert_runs(store, (shift_history_query){.like = 4}, 2, 2);
    assert_runs(store, (shift_history_query){.like = 2}, 1, 2);
    assert_runs(store, (shift_history_query){.like = 7}, 2, 5);
    assert_runs(store, (shift_history_query){.like = 6}, 1, 6);
    assert_runs(store, (shift_history_query){.like = 7, .last = 1}, 1, 7);
    shift_store_close(store);
}
END_TEST

/* Only what has a threshold; only the runs. */
START_TEST(deciding_statistics_and_runs_alone)
{
    shift_store *store = store_with_runs();
    shift_history *history = history_of(store, (shift_history_query){.deciding = true});
    ck_assert_uint_gt(history->n, 0);
    for (size_t i = 0; i < history->n; i++)
        ck_assert(!isnan(history->series[i]->points[0]->warn) ||
                  !isnan(history->series[i]->points[0]->alert));
    shift_history_free(history);
    history = history_of(store, (shift_history_query){.runs_only = true});
    ck_assert_uint_eq(history->n, 0);
    ck_assert_uint_eq(history->n_runs, 4);
    shift_history_free(history);
    shift_store_close(store);
}
END_TEST

static const shift_history_series *series_of(const shift_history *history, const char *subject,
                                             const char *statistic)
{
    for (size_t i = 0; i < history->n; i++)
        if (strcmp(history->series[i]->subject, subject) == 0 &&
            strcmp(history->series[i]->statistic, statistic) == 0)
            return history->series[i];
    return NULL;
}

static void check_same(const shift_history_series *a, const shift_history_series *b)
{
    ck_assert(a != NULL && b != NULL);
    ck_assert_uint_eq(a->n, b->n);
    for (size_t k = 0; k < a->n; k++) {
        const shift_history_point *x = a->points[k];
        const shift_history_point *y = b->points[k];
        ck_assert_int_eq(x->run_id, y->run_id);
        ck_assert_str_eq(x->started_at, y->started_at);
        ck_assert(x->value == y->value || (isnan(x->value) && isnan(y->value)));
        ck_assert_int_eq((int)x->verdict, (int)y->verdict);
        ck_assert_int_eq((int)x->subject_verdict, (int)y->subject_verdict);
    }
}

/* As they are in the whole history, and nothing else. */
START_TEST(effects_alone_are_those_of_the_whole_history)
{
    shift_store *store = store_with_runs();
    const shift_comparison *weather = sample_weather();
    shift_history *all = history_of(store, (shift_history_query){.deciding = true});
    shift_history *effects =
        history_of(store, (shift_history_query){.deciding = true, .effects_of = weather});
    size_t n = 0;
    ck_assert_uint_eq(effects->n_runs, 4);
    for (size_t i = 0; i < weather->n_features; i++) {
        const shift_subject *feature = weather->features[i];
        const shift_measurement *effect = shift_subject_effect(feature, NULL);
        if (effect == NULL)
            continue;
        n++;
        check_same(series_of(all, feature->name, effect->statistic),
                   series_of(effects, feature->name, effect->statistic));
    }
    n += shift_subject_effect(weather->dataset, NULL) != NULL;
    ck_assert_uint_gt(n, 1);
    ck_assert_uint_eq(effects->n, n);
    shift_history_free(effects);
    shift_history_free(all);
    shift_store_close(store);
}
END_TEST

/* Every second one of all, from the last to the first, and one that is not there. */
START_TEST(series_that_are_asked_for_are_those_of_the_whole_history)
{
    enum { MOST = 400 };
    shift_history_series wanted[MOST] = {
        {.type = SHIFT_SUBJECT_FEATURE, .subject = "nobody", .statistic = "psi"}};
    size_t n = 1;
    shift_store *store = store_with_runs();
    shift_history *all = history_of(store, (shift_history_query){.last = 3});
    for (size_t i = all->n; i > 1 && n < MOST; i -= 2, n++)
        wanted[n] = (shift_history_series){.type = all->series[i - 1]->type,
                                           .subject = all->series[i - 1]->subject,
                                           .statistic = all->series[i - 1]->statistic};
    ck_assert_uint_gt(n, 10);
    shift_history *some = history_of(
        store,
        (shift_history_query){.last = 3, .series_only = true, .series = wanted, .n_series = n});
    ck_assert_uint_eq(some->n, n - 1);
    for (size_t i = 1; i < n; i++)
        check_same(series_of(all, wanted[i].subject, wanted[i].statistic),
                   series_of(some, wanted[i].subject, wanted[i].statistic));
    shift_history_free(some);
    shift_history_free(all);
    shift_store_close(store);
}
END_TEST

START_TEST(names_that_are_not_there_are_named)
{
    shift_store *store = store_with_runs();
    shift_history *history = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    shift_history_query query = {.size = sizeof query, .subject = "tmp"};
    ck_assert_int_eq((int)shift_store_history(store, &query, &history, &err), (int)SHIFT_ESTORE);
    ck_assert_ptr_nonnull(strstr(err.message, "no run has a feature \"tmp\""));
    query = (shift_history_query){.size = sizeof query, .subject = "temp", .statistic = "pis"};
    ck_assert_int_eq((int)shift_store_history(store, &query, &history, &err), (int)SHIFT_ESTORE);
    ck_assert_ptr_nonnull(strstr(err.message, "no statistic \"pis\" is recorded of temp"));
    query = (shift_history_query){.size = sizeof query, .monitor = "night", .runs_only = true};
    ck_assert_int_eq((int)shift_store_history(store, &query, &history, &err), (int)SHIFT_ESTORE);
    ck_assert_ptr_nonnull(strstr(err.message, "monitor \"night\"; there are nightly"));
    ck_assert_ptr_null(history);
    shift_store_close(store);
}
END_TEST

/* Fill `path` with what a file of SQL says. */
static void restore(const char *fixture)
{
    char name[600];
    (void)snprintf(name, sizeof name, "%s/tests/unit/fixtures/%s", SHIFT_SOURCE_DIR, fixture);
    FILE *file = fopen(name, "rb");
    ck_assert_msg(file != NULL, "%s", name);
    char *sql = calloc(1, 1 << 20);
    ck_assert_ptr_nonnull(sql);
    ck_assert_uint_gt(fread(sql, 1, (1 << 20) - 1, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    sqlite3 *db = NULL;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
    (void)sqlite3_close(db);
    free(sql);
}

static char *ask_text(const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
    char *text = strdup((const char *)sqlite3_column_text(statement, 0));
    ck_assert_ptr_nonnull(text);
    (void)sqlite3_finalize(statement);
    (void)sqlite3_close(db);
    return text;
}

static long ask(const char *sql)
{
    char *text = ask_text(sql);
    long number = strtol(text, NULL, 10);
    free(text);
    return number;
}

/* A migrated database and a new one do not differ in any table or index. */
static void assert_same_tables_as_new(void)
{
    static const char sql[] =
        "SELECT user_version || group_concat(sql, ';') FROM pragma_user_version,"
        " (SELECT sql FROM sqlite_schema WHERE sql NOT NULL ORDER BY name)";
    char *migrated = ask_text(sql);
    ck_assert_int_eq(rename(path, aside), 0);
    shift_store *store = open_store(SHIFT_STORE_WRITE);
    record(store, NULL, "2026-02-01T00:00:00Z", sample_calm());
    shift_store_close(store);
    char *fresh = ask_text(sql);
    ck_assert_str_eq(migrated, fresh);
    ck_assert_int_eq(rename(aside, path), 0);
    free(migrated);
    free(fresh);
}

/* fixtures/store-v<n>.sql is what `sqlite3 FILE .dump` gave of a database of version n with one run
 * of sample_weather(), with its two PRAGMAs. Databases of every version that there was are read as
 * they were written, brought up to date, and written to. */
START_TEST(a_database_of_an_older_version_is_brought_up_to_date)
{
    char fixture[32];
    (void)snprintf(fixture, sizeof fixture, "store-v%d.sql", _i);
    restore(fixture);
    ck_assert_int_eq(ask("PRAGMA user_version"), _i);
    shift_store *store = open_store(SHIFT_STORE_WRITE);
    shift_report *report = NULL;
    ck_assert_int_eq((int)shift_store_load(store, 1, &report, NULL), (int)SHIFT_OK);
    sample_assert_equal(report->comparison, sample_weather());
    shift_report_free(report);
    record(store, NULL, "2026-02-01T00:00:00Z", sample_calm());
    shift_store_close(store);
    assert_same_tables_as_new();
    store = open_store(SHIFT_STORE_READ);
    ck_assert_int_eq((int)shift_store_load(store, 0, &report, NULL), (int)SHIFT_OK);
    sample_assert_equal(report->comparison, sample_calm());
    shift_report_free(report);
    shift_store_state *state = NULL;
    ck_assert_int_eq((int)shift_store_check(store, &state, NULL), (int)SHIFT_OK);
    ck_assert_ptr_null(state->damage);
    shift_store_state_free(state);
    shift_store_close(store);
}
END_TEST

/* Twelve runs of version 7, ten of them calm: detectors learn anew, the thresholds stay. */
START_TEST(states_of_version_7_keep_what_thresholds_are_made_of)
{
    restore("store-v7.sql");
    shift_store *store = open_store(SHIFT_STORE_WRITE);
    record(store, NULL, "2026-02-01T00:00:00Z", sample_calm());
    shift_memory *memory = NULL;
    ck_assert_int_eq((int)shift_store_memory(store, "m", "2026-02-01", &memory, NULL),
                     (int)SHIFT_OK);
    ck_assert_uint_eq(memory->n_series, 1);
    const shift_series_state *state = &memory->series[0].state;
    ck_assert_double_eq(state->n, 0);
    ck_assert_double_eq(state->pairs, 0);
    ck_assert_double_eq(state->page_n, 0);
    ck_assert_double_eq(state->calm_n, 10);
    /* mean and spread of the runs as they were recorded */
    ck_assert_double_eq_tol(state->calm_mean, 0.0240979888157364, 1e-12);
    ck_assert_double_eq_tol(shift_change_bound(state, 2), 0.0491517064958006, 1e-12);
    shift_memory_free(memory);
    shift_store_close(store);
}
END_TEST

START_TEST(an_older_version_is_migrated_by_writers_only)
{
    restore("store-v1.sql");
    shift_store *store = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq((int)shift_store_open(&store, path, SHIFT_STORE_READ, &err),
                     (int)SHIFT_EUNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(err.message, "older version"));
    ck_assert_int_eq(ask("PRAGMA user_version"), 1);
    store = open_store(SHIFT_STORE_WRITE);
    ck_assert_int_eq(ask("PRAGMA user_version"), VERSION);
    record(store, NULL, "2026-02-01T00:00:00Z", sample_calm());
    shift_store_close(store);
}
END_TEST

static const char *const damages[] = {
    "x'00'",
    "x''",
    "CAST(substr(vertices, 17) || substr(vertices, 1, 16) AS BLOB)", /* descends */
    "x'0000000000000000000000000000f87f'",                           /* share NaN */
    "x'000000000000f07f0000000000000000'",                           /* value infinite */
};

START_TEST(a_damaged_curve_is_refused)
{
    shift_store *store = open_store(SHIFT_STORE_WRITE);
    record(store, NULL, "2026-02-01T00:00:00Z", sample_calm());
    shift_store_close(store);
    sqlite3 *db = NULL;
    char sql[128];
    (void)snprintf(sql, sizeof sql, "UPDATE curve SET vertices = %s", damages[_i]);
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_close(db);
    store = open_store(SHIFT_STORE_READ);
    shift_report *report = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq((int)shift_store_load(store, 1, &report, &err), (int)SHIFT_ESTORE);
    ck_assert_ptr_nonnull(strstr(err.message, "run 1 is damaged"));
    ck_assert_ptr_nonnull(strstr(err.message, "\"curve\""));
    shift_store_close(store);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("history");
    TCase *tcase = tcase_create("series");
    tcase_add_checked_fixture(tcase, make_folder, scratch_remove);
    tcase_add_test(tcase, runs_are_listed_oldest_first);
    tcase_add_test(tcase, a_limit_keeps_the_last_runs);
    tcase_add_test(tcase, a_store_without_runs_lists_none);
    tcase_add_test(tcase, a_series_has_the_values_of_its_runs);
    tcase_add_test(tcase, a_subject_alone_gives_all_its_statistics);
    tcase_add_test(tcase, a_statistic_alone_gives_all_subjects);
    tcase_add_test(tcase, monitor_and_last_restrict_the_runs);
    tcase_add_test(tcase, a_run_restricts_to_those_like_it);
    tcase_add_test(tcase, deciding_statistics_and_runs_alone);
    tcase_add_test(tcase, effects_alone_are_those_of_the_whole_history);
    tcase_add_test(tcase, series_that_are_asked_for_are_those_of_the_whole_history);
    tcase_add_test(tcase, names_that_are_not_there_are_named);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("versions");
    tcase_add_checked_fixture(tcase, make_folder, scratch_remove);
    tcase_add_loop_test(tcase, a_database_of_an_older_version_is_brought_up_to_date, 1, VERSION);
    tcase_add_test(tcase, states_of_version_7_keep_what_thresholds_are_made_of);
    tcase_add_test(tcase, an_older_version_is_migrated_by_writers_only);
    tcase_add_loop_test(tcase, a_damaged_curve_is_refused, 0, sizeof damages / sizeof *damages);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
