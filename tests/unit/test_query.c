/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A query of an SQLite database as a source. */
#include <check.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reading.h"

static char *path;

static void make_database(const char *sql)
{
    sqlite3 *database = NULL;
    path = temporary_file("", 0);
    ck_assert_int_eq(sqlite3_open(path, &database), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_close(database), SQLITE_OK);
}

static void remove_database(void)
{
    ck_assert_int_eq(unlink(path), 0);
    free(path);
}

/* Rows of "sqlite:PATH" and `query`, or the complaint with FILE for the path. */
static char *read_query(const char *query, const shift_source_options *options,
                        const shift_schema_options *rules)
{
    char spec[2048];
    (void)snprintf(spec, sizeof spec, "sqlite:%s%s", path, query);
    char *out = read_file(spec, options, rules, 0);
    char *found = strstr(out, path);
    if (found != NULL) {
        static const char name[] = {'F', 'I', 'L', 'E'};
        const char *rest = found + strlen(path);
        memmove(found + sizeof name, rest, strlen(rest) + 1);
        memcpy(found, name, sizeof name);
    }
    return out;
}

static void check_query(const char *query, const shift_source_options *options,
                        const shift_schema_options *rules, const char *expected)
{
    char *out = read_query(query, options, rules);
    ck_assert_str_eq(out, expected);
    free(out);
}

static const char table[] =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, x, name, ok, day, mixed, seconds);"
    "INSERT INTO t VALUES(1, 1.5, 'Oslo', 1, '2024-01-01', 7, 0),"
    "(2, NULL, 'Rome', 0, '2024-01-02', 'seven', 60),"
    "(3, 0.1, 'NA', NULL, NULL, 0.1, 120), (4, 9e999, ' ', 1, '2024-01-04', 1e300, 180);";

START_TEST(values_keep_their_types)
{
    make_database(table);
    check_query("?SELECT x, name, ok, day FROM t ORDER BY id", NULL, NULL,
                "1.5|Oslo|true|1704067200\n<NA>|Rome|false|1704153600\n"
                "0.10000000000000001|<NA>|<NA>|<NA>\n<INF>| |true|1704326400\n");
    check_query("?SELECT id*2 AS twice FROM t WHERE id > 1 ORDER BY id;", NULL, NULL, "4\n6\n8\n");
    check_query("?SELECT x FROM t WHERE id > 99", NULL, NULL, "");
    remove_database();
}
END_TEST

START_TEST(encodings_of_the_database_make_no_difference)
{
    static const char *const encodings[] = {"UTF-8", "UTF-16le", "UTF-16be"};
    char sql[1024];
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++) {
        (void)snprintf(sql, sizeof sql, "PRAGMA encoding = '%s'; %s", encodings[i],
                       "CREATE TABLE t(name, x); INSERT INTO t VALUES('Z\xc3\xbcrich', '1.5'),"
                       "('\xe2\x82\xac', '-2e3'), ('', 3), (x'616263', NULL)");
        make_database(sql);
        check_query("?SELECT * FROM t ORDER BY rowid", NULL, NULL,
                    "Z\xc3\xbcrich|1.5\n\xe2\x82\xac|-2000\n<NA>|3\nabc|<NA>\n");
        remove_database();
    }
}
END_TEST

START_TEST(rules_and_tokens_hold_as_for_csv)
{
    const char *tokens[] = {"Oslo", "7", "60"};
    shift_source_options options = SHIFT_SOURCE_OPTIONS_INIT;
    options.missing_tokens = tokens;
    options.n_missing_tokens = 3;
    shift_schema_rule rules[] = {{"mixed", false, SHIFT_KIND_CATEGORICAL},
                                 {"seconds", false, SHIFT_KIND_TIMESTAMP},
                                 {"id", false, SHIFT_KIND_BOOLEAN}};
    shift_schema_options schema = SHIFT_SCHEMA_OPTIONS_INIT;
    schema.rules = rules;
    schema.n_rules = 3;
    make_database(table);
    check_query("?SELECT id, mixed, seconds, name FROM t ORDER BY id", NULL, &schema,
                "true|7|0|Oslo\n<BAD>|seven|60|Rome\n<BAD>|0.1|120|<NA>\n<BAD>|1.0e+300|180| \n");
    check_query("?SELECT id, mixed, seconds, name FROM t ORDER BY id", &options, &schema,
                "true|<NA>|0|<NA>\n<BAD>|seven|<NA>|Rome\n<BAD>|0.1|120|NA\n"
                "<BAD>|1.0e+300|180| \n");
    rules[0].kind = SHIFT_KIND_NUMERIC;
    check_query("?SELECT id, mixed, seconds FROM t ORDER BY id", NULL, &schema,
                "true|7|0\n<BAD>|<BAD>|60\n<BAD>|0.10000000000000001|120\n"
                "<BAD>|1.0000000000000001e+300|180\n");
    remove_database();
}
END_TEST

typedef struct refusal {
    const char *query;
    const char *expected;
} refusal;

static const refusal refusals[] = {
    {"", "error: FILE: \"sqlite:FILE?SELECT ...\" was expected"},
    {"?SELECT y FROM t", "error: sqlite:FILE: no such column: y"},
    {"?SELEC x FROM t", "error: sqlite:FILE: near \"SELEC\": syntax error"},
    {"?DELETE FROM t", "error: sqlite:FILE: a SELECT was expected after the '?'"},
    {"?", "error: sqlite:FILE: a SELECT was expected after the '?'"},
    {"?SELECT 1; DROP TABLE t", "error: sqlite:FILE: more than one statement after the '?'"},
    {"?SELECT x, x FROM t", "error: sqlite:FILE: query: columns 1 and 2 are both named \"x\""},
    {"?SELECT x AS \"\" FROM t", "error: sqlite:FILE: query: column 1 has no name"},
    {"?SELECT 1 AS a; -- one\n; SELECT 2 AS b",
     "error: sqlite:FILE: more than one statement after the '?'"},
    {"?SELECT 1 AS a; what is it", "error: sqlite:FILE: more than one statement after the '?'"},
    {"?SELECT 1 AS a; -- one\n ; /* and no\nother */ ; -- 2", "1\n"},
    {"?/* one */ SELECT 1 AS a -- one", "1\n"},
    {"?SELECT x FROM t WHERE x = ?", "error: sqlite:FILE: query: the parameter ? has no value"},
    {"?SELECT :a AS a, '?' AS b", "error: sqlite:FILE: query: the parameter :a has no value"},
    {"?SELECT json(name) AS j FROM t", "error: sqlite:FILE:1: malformed JSON"},
    {"?SELECT abs(column1) AS x FROM (VALUES (5), (-1), (-9223372036854775808))",
     "error: sqlite:FILE:3: integer overflow"},
    {"-not-there?SELECT 1", "error: sqlite:FILE-not-there: cannot open: No such file or directory"},
};

START_TEST(what_cannot_be_read_is_refused_in_one_line)
{
    make_database(table);
    check_query(refusals[_i].query, NULL, NULL, refusals[_i].expected);
    remove_database();
}
END_TEST

START_TEST(a_file_that_is_no_database_is_refused)
{
    static const char text[] = "a,b\n1,2\n3,4\n5,6\n7,8\n9,10\n11,12\n13,14\n15,16\n17,18\n";
    path = temporary_file(text, sizeof text - 1);
    check_query("?SELECT 1 AS a", NULL, NULL, "1\n"); /* SQLite does not look at the file */
    check_query("?SELECT * FROM t", NULL, NULL, "error: sqlite:FILE: file is not a database");
    remove_database();
}
END_TEST

/* Many blocks, with text that makes them end at different rows. */
START_TEST(many_rows_come_in_order)
{
    enum { ROWS = 60000 };
    make_database(
        "CREATE TABLE n(i INTEGER, t TEXT);"
        "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 60000)"
        "INSERT INTO n SELECT i, substr('xxxxxxxxxxxxxxxxxxxxxxxx', 1, i % 23) || i FROM c");
    char *out = read_query("?SELECT i, t FROM n ORDER BY i", NULL, NULL);
    const char *p = out;
    for (int i = 1; i <= ROWS; i++) {
        char expected[64];
        int n = snprintf(expected, sizeof expected, "%d|%.*s%d\n", i, i % 23,
                         "xxxxxxxxxxxxxxxxxxxxxxxx", i);
        ck_assert_int_eq(strncmp(p, expected, (size_t)n), 0);
        p += n;
    }
    ck_assert_int_eq(*p, '\0');
    free(out);
    remove_database();
}
END_TEST

START_TEST(the_database_is_not_written_to)
{
    make_database(table);
    ck_assert_int_eq(chmod(path, 0444), 0);
    check_query("?SELECT id FROM t WHERE id = 1", NULL, NULL, "1\n");
    remove_database();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("query");
    TCase *tcase = tcase_create("query");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, values_keep_their_types);
    tcase_add_test(tcase, encodings_of_the_database_make_no_difference);
    tcase_add_test(tcase, rules_and_tokens_hold_as_for_csv);
    tcase_add_loop_test(tcase, what_cannot_be_read_is_refused_in_one_line, 0,
                        sizeof refusals / sizeof *refusals);
    tcase_add_test(tcase, a_file_that_is_no_database_is_refused);
    tcase_add_test(tcase, many_rows_come_in_order);
    tcase_add_test(tcase, the_database_is_not_written_to);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
