/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Queries of the store by others: what docs/formats.md shows works, and is answered by an index. */
#include <check.h>
#include <sqlite3.h>
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

static void record(const shift_comparison *comparison)
{
    static const shift_run night = {.size = sizeof(shift_run),
                                    .started_at = "2026-01-31T02:00:00Z",
                                    .finished_at = "2026-01-31T02:00:07Z"};
    shift_store *store = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    int64_t id = 0;
    shift_status status = shift_store_open(&store, path, SHIFT_STORE_WRITE, &err);
    if (status == SHIFT_OK)
        status = shift_store_record(store, &night, comparison, &id, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    shift_store_close(store);
}

/* Rows by a query plan that reads a table from end to end. */
static void assert_no_scan(const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    char *explain = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql);
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_prepare_v2(db, explain, -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *step = (const char *)sqlite3_column_text(statement, 3);
        ck_assert_msg(strncmp(step, "SCAN", 4) != 0, "%s: %s", sql, step);
    }
    (void)sqlite3_finalize(statement);
    (void)sqlite3_close(db);
    sqlite3_free(explain);
}

static char *read_formats(void)
{
    FILE *file = fopen(SHIFT_SOURCE_DIR "/docs/formats.md", "rb");
    ck_assert_ptr_nonnull(file);
    char *text = calloc(1, 65536);
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_gt(fread(text, 1, 65535, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    return text;
}

/* The first row of a query as the documentation has it, values separated by '|'. */
static void assert_first_row(const char *sql, const char *expected)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    char row[512] = "";
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK, "%s",
                  sqlite3_errmsg(db));
    ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
    for (int i = 0; i < sqlite3_column_count(statement); i++)
        (void)snprintf(row + strlen(row), sizeof row - strlen(row), "%s|",
                       (const char *)sqlite3_column_text(statement, i));
    ck_assert_str_eq(row, expected);
    (void)sqlite3_finalize(statement);
    (void)sqlite3_close(db);
}

START_TEST(the_documented_queries_give_what_they_say)
{
    static const char *const expected[] = {
        "1|2026-01-31T02:00:00Z|0.82|alert|",
        "2|2026-01-31T02:00:00Z|temp|PSI 0.82, alert from 0.25; significant (adjusted p 3e-64)|",
        "y|ok|psi|0.01|0.04|",
    };
    record(sample_weather());
    record(sample_weather());
    record(sample_calm());
    char *text = read_formats();
    char *at = text;
    for (size_t i = 0; i < 3; i++) {
        at = strstr(at, "```sql\n");
        ck_assert_ptr_nonnull(at);
        char *end = strstr(at + 7, "```");
        ck_assert_ptr_nonnull(end);
        *end = '\0';
        assert_first_row(at + 7, expected[i]);
        assert_no_scan(at + 7);
        at = end + 1;
    }
    free(text);
}
END_TEST

START_TEST(history_is_read_by_index)
{
    record(sample_weather());
    assert_no_scan("SELECT r.started_at, m.value FROM subject s JOIN measurement m"
                   " ON m.subject = s.id JOIN run r ON r.id = s.run WHERE s.name = 'temp'"
                   " AND s.type = 'feature' AND m.statistic = 'psi' ORDER BY s.run");
    assert_no_scan("SELECT max(id) FROM run WHERE verdict = 'alert'");
    assert_no_scan("SELECT max(run) FROM subject WHERE name = 'temp' AND type = 'feature'"
                   " AND verdict = 'alert'");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("store queries");
    TCase *tcase = tcase_create("queries");
    tcase_add_checked_fixture(tcase, make_folder, scratch_remove);
    tcase_add_test(tcase, history_is_read_by_index);
    tcase_add_test(tcase, the_documented_queries_give_what_they_say);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
