/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store: what goes in comes out, many at once, refusals, and nothing half-written. */
#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sample.h"
#include "scratch.h"
#include "shift/store.h"

static const char *folder;
static char path[600];

static void make_folder(void)
{
    folder = scratch_make();
    (void)snprintf(path, sizeof path, "%s/drift.db", folder);
}

static const shift_run night = {.size = sizeof(shift_run),
                                .started_at = "2026-01-31T02:00:00Z",
                                .finished_at = "2026-01-31T02:00:07Z"};

static shift_store *open_store(shift_store_mode mode)
{
    shift_store *store = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    shift_status status = shift_store_open(&store, path, mode, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    return store;
}

static int64_t record(shift_store *store, const shift_comparison *comparison)
{
    int64_t id = -1;
    shift_error err = SHIFT_ERROR_INIT;
    shift_status status = shift_store_record(store, &night, comparison, &id, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    return id;
}

static shift_report *load(shift_store *store, int64_t id)
{
    shift_report *report = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    shift_status status = shift_store_load(store, id, &report, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    return report;
}

/* The number that `sql` gives, by a connection of its own. */
static int64_t ask(const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK, "%s",
                  sqlite3_errmsg(db));
    ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    (void)sqlite3_close(db);
    return value;
}

static void tell(const char *sql)
{
    sqlite3 *db = NULL;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
    (void)sqlite3_close(db);
}

static void assert_open_fails(shift_store_mode mode, shift_status expected, const char *words)
{
    shift_store *store = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq((int)shift_store_open(&store, path, mode, &err), (int)expected);
    ck_assert_ptr_null(store);
    ck_assert_msg(strstr(err.message, path) == err.message, "%s", err.message);
    ck_assert_msg(strstr(err.message, words) != NULL, "\"%s\" lacks \"%s\"", err.message, words);
}

static const shift_comparison *(*const samples[])(void) = {
    sample_weather, sample_hostile, sample_calm, sample_network, sample_trace};

START_TEST(a_run_comes_back_as_it_was)
{
    shift_store *store = open_store(SHIFT_STORE_WRITE);
    int64_t id = record(store, samples[_i]());
    ck_assert_int_eq(id, 1);
    shift_store_close(store);

    store = open_store(SHIFT_STORE_READ);
    shift_report *report = load(store, id);
    shift_store_close(store);
    ck_assert_int_eq(report->run_id, 1);
    ck_assert_str_eq(report->kind, samples[_i]()->network != NULL ? "network" : "features");
    ck_assert_ptr_null(report->monitor);
    ck_assert_str_eq(report->started_at, night.started_at);
    ck_assert_str_eq(report->finished_at, night.finished_at);
    sample_assert_equal(report->comparison, samples[_i]());
    shift_report_free(report);
}
END_TEST

START_TEST(damaged_layers_are_refused)
{
    static const struct {
        const char *sql, *words;
    } damages[] = {
        {"DELETE FROM layer WHERE place = 3", "no row in table layer of \"/4/Sigmoid"},
        {"UPDATE layer SET channels = 5 WHERE place = 3", "wrong number of channel values"},
        {"UPDATE channel_values SET doubles = x'00' WHERE ordinal = 1",
         "wrong number of channel values"},
        {"UPDATE network_run SET first_shifted = 9", "the first shifted layer is not one of"},
        {"UPDATE network_run SET first_shifted = -1", "the first shifted layer is not one of"},
    };
    shift_store *store = open_store(SHIFT_STORE_WRITE);
    record(store, sample_network());
    shift_store_close(store);
    tell(damages[_i].sql);
    store = open_store(SHIFT_STORE_READ);
    shift_report *report = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq((int)shift_store_load(store, 1, &report, &err), (int)SHIFT_ESTORE);
    ck_assert_msg(strstr(err.message, damages[_i].words) != NULL, "%s", err.message);
    shift_store_close(store);
}
END_TEST

START_TEST(damaged_courses_are_refused)
{
    static const char *const damages[] = {
        "DELETE FROM checkpoint WHERE ordinal = 1",
        "UPDATE course SET doubles = x'00' WHERE statistic = 'ks'",
    };
    shift_store *store = open_store(SHIFT_STORE_WRITE);
    record(store, sample_trace());
    shift_store_close(store);
    tell(damages[_i]);
    store = open_store(SHIFT_STORE_READ);
    shift_report *report = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq((int)shift_store_load(store, 1, &report, &err), (int)SHIFT_ESTORE);
    ck_assert_msg(strstr(err.message, "wrong number of checkpoints in a course") != NULL, "%s",
                  err.message);
    shift_store_close(store);
}
END_TEST

START_TEST(zero_is_the_last_run)
{
    shift_store *store = open_store(SHIFT_STORE_WRITE);
    record(store, sample_weather());
    record(store, sample_calm());
    shift_report *report = load(store, 0);
    ck_assert_int_eq(report->run_id, 2);
    sample_assert_equal(report->comparison, sample_calm());
    shift_report_free(report);
    shift_report *missing = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq((int)shift_store_load(store, 3, &missing, &err), (int)SHIFT_ESTORE);
    ck_assert_ptr_nonnull(strstr(err.message, "there is no run 3"));
    shift_store_close(store);
}
END_TEST

START_TEST(run_numbers_are_not_used_again)
{
    shift_store *store = open_store(SHIFT_STORE_WRITE);
    record(store, sample_calm());
    record(store, sample_calm());
    shift_store_close(store);
    tell("PRAGMA foreign_keys = ON; DELETE FROM run WHERE id = 2");
    ck_assert_int_eq(ask("SELECT count(*) FROM subject WHERE run = 2"), 0);
    ck_assert_int_eq(ask("SELECT count(*) FROM measurement"), 8);
    store = open_store(SHIFT_STORE_WRITE);
    ck_assert_int_eq(record(store, sample_calm()), 3);
    shift_store_close(store);
}
END_TEST

START_TEST(a_removed_run_leaves_nothing)
{
    shift_store *store = open_store(SHIFT_STORE_WRITE);
    record(store, sample_calm());
    int64_t id = record(store, sample_weather());
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq((int)shift_store_remove(store, id, &err), (int)SHIFT_OK);
    ck_assert_int_eq(ask("SELECT count(*) FROM run"), 1);
    ck_assert_int_eq(ask("SELECT count(*) FROM subject WHERE run <> 1"), 0);
    ck_assert_int_eq(ask("SELECT count(*) FROM measurement"), 8);
    ck_assert_int_eq((int)shift_store_remove(store, id, &err), (int)SHIFT_ESTORE);
    ck_assert_ptr_nonnull(strstr(err.message, "there is no run 2"));
    shift_report *report = load(store, 0);
    ck_assert_int_eq(report->run_id, 1);
    shift_report_free(report);
    shift_store_close(store);
}
END_TEST

START_TEST(memory_runs_have_no_number)
{
    shift_store *store = NULL;
    ck_assert_int_eq((int)shift_store_open(&store, ":memory:", SHIFT_STORE_WRITE, NULL),
                     (int)SHIFT_OK);
    int64_t id = record(store, sample_weather());
    shift_report *report = load(store, id);
    ck_assert_int_eq(report->run_id, 0);
    sample_assert_equal(report->comparison, sample_weather());
    shift_report_free(report);
    shift_store_close(store);
    ck_assert_int_ne(access(":memory:", F_OK), 0);
}
END_TEST

START_TEST(the_file_is_ours_versioned_and_in_wal)
{
    shift_store *store = open_store(SHIFT_STORE_WRITE);
    record(store, sample_calm());
    shift_store_close(store);
    ck_assert_int_eq(ask("PRAGMA application_id"), 0x53484654);
    ck_assert_int_ge(ask("PRAGMA user_version"), 1);
    ck_assert_int_eq(ask("SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
    ck_assert_int_eq(ask("SELECT count(*) FROM pragma_foreign_key_check"), 0);
    ck_assert_int_eq(ask("SELECT count(*) FROM pragma_integrity_check"
                         " WHERE integrity_check <> 'ok'"),
                     0);
}
END_TEST

/* Files of first records are gone. The log may stay where several connections closed at the same
 * moment, each taking another for the last one. */
static void assert_files(int expected)
{
    int n = 0;
    DIR *directory = opendir(folder);
    ck_assert_ptr_nonnull(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        n += entry->d_name[0] != '.' && strstr(entry->d_name, ".db-") == NULL;
    (void)closedir(directory);
    ck_assert_int_eq(n, expected);
}

static void write_file(const char *bytes, size_t n)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, n, file), n);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(a_text_file_is_refused_untouched)
{
    static const char *const texts[] = {"a,b\n1,2\n", "x", "SQLite format 4 is not a database"};
    write_file(texts[_i], strlen(texts[_i]));
    assert_open_fails(SHIFT_STORE_WRITE, SHIFT_ESTORE, "not a SQLite database");
    assert_open_fails(SHIFT_STORE_READ, SHIFT_ESTORE, "not a SQLite database");
    char now[64] = {0};
    FILE *file = fopen(path, "rb");
    ck_assert_uint_eq(fread(now, 1, sizeof now, file), strlen(texts[_i]));
    ck_assert_str_eq(now, texts[_i]);
    ck_assert_int_eq(fclose(file), 0);
}
END_TEST

START_TEST(another_programs_database_is_refused_untouched)
{
    tell("CREATE TABLE run (id INTEGER PRIMARY KEY); PRAGMA user_version = 1");
    struct stat before;
    struct stat after;
    ck_assert_int_eq(stat(path, &before), 0);
    assert_open_fails(SHIFT_STORE_WRITE, SHIFT_ESTORE, "another program");
    assert_open_fails(SHIFT_STORE_READ, SHIFT_ESTORE, "another program");
    ck_assert_int_eq(stat(path, &after), 0);
    ck_assert_int_eq(before.st_size, after.st_size);
    ck_assert_int_eq(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
}
END_TEST

START_TEST(a_newer_version_is_refused)
{
    shift_store *store = open_store(SHIFT_STORE_WRITE);
    record(store, sample_calm());
    shift_store_close(store);
    tell("PRAGMA user_version = 9999");
    assert_open_fails(SHIFT_STORE_WRITE, SHIFT_EUNSUPPORTED, "newer version");
    assert_open_fails(SHIFT_STORE_READ, SHIFT_EUNSUPPORTED, "newer version");
}
END_TEST

START_TEST(what_is_no_file_is_refused)
{
    (void)snprintf(path, sizeof path, "%s", folder);
    assert_open_fails(SHIFT_STORE_WRITE, SHIFT_ESTORE, "directory");
    assert_open_fails(SHIFT_STORE_READ, SHIFT_ESTORE, "directory");
    (void)snprintf(path, sizeof path, "/dev/null");
    assert_open_fails(SHIFT_STORE_WRITE, SHIFT_ESTORE, "not a regular file");
    (void)snprintf(path, sizeof path, "%s/none/drift.db", folder);
    assert_open_fails(SHIFT_STORE_WRITE, SHIFT_ESTORE, "No such file or directory");
    (void)snprintf(path, sizeof path, "%s/drift.db", folder);
    assert_open_fails(SHIFT_STORE_READ, SHIFT_ESTORE, "No such file or directory");
    write_file("", 0);
    assert_open_fails(SHIFT_STORE_READ, SHIFT_ESTORE, "empty");
}
END_TEST

START_TEST(an_empty_file_becomes_a_database)
{
    write_file("", 0);
    shift_store *store = open_store(SHIFT_STORE_WRITE);
    shift_report *report = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq((int)shift_store_load(store, 0, &report, &err), (int)SHIFT_ESTORE);
    ck_assert_ptr_nonnull(strstr(err.message, "no run is recorded"));
    ck_assert_int_eq(record(store, sample_calm()), 1);
    shift_store_close(store);
}
END_TEST

/* Cut at every eighth of its length: refused when opened or when read, never a crash. */
START_TEST(a_truncated_database_is_refused)
{
    shift_store *store = open_store(SHIFT_STORE_WRITE);
    record(store, sample_weather());
    shift_store_close(store);
    struct stat info;
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_int_eq(truncate(path, info.st_size * _i / 8 + 50), 0);
    shift_error err = SHIFT_ERROR_INIT;
    shift_report *report = NULL;
    shift_status status = shift_store_open(&store, path, SHIFT_STORE_WRITE, &err);
    if (status == SHIFT_OK) {
        status = shift_store_load(store, 1, &report, &err);
        shift_store_close(store);
    }
    ck_assert_int_eq((int)status, (int)SHIFT_ESTORE);
    ck_assert_ptr_eq(strstr(err.message, path), err.message);
}
END_TEST

static void flip_byte(int fd, off_t at)
{
    unsigned char byte = 0;
    ck_assert_int_eq(pread(fd, &byte, 1, at), 1);
    byte ^= 0x55;
    ck_assert_int_eq(pwrite(fd, &byte, 1, at), 1);
}

static void try_to_read(void)
{
    shift_store *store = NULL;
    shift_report *report = NULL;
    if (shift_store_open(&store, path, SHIFT_STORE_READ, NULL) != SHIFT_OK)
        return;
    if (shift_store_load(store, 1, &report, NULL) == SHIFT_OK)
        shift_report_free(report);
    shift_store_close(store);
}

/* Bytes all over the file changed one at a time: an error or a report, never a crash. */
START_TEST(a_damaged_database_never_crashes)
{
    shift_store *store = open_store(SHIFT_STORE_WRITE);
    record(store, sample_hostile());
    shift_store_close(store);
    struct stat info;
    ck_assert_int_eq(stat(path, &info), 0);
    int fd = open(path, O_RDWR);
    ck_assert_int_ge(fd, 0);
    for (off_t at = 100 + _i; at < info.st_size; at += 257) {
        flip_byte(fd, at);
        try_to_read();
        flip_byte(fd, at);
    }
    ck_assert_int_eq(close(fd), 0);
}
END_TEST

/* A text that SQLite does not take as a parameter makes a record fail after others were written. */
static const shift_comparison *failing_sample(shift_comparison *copy, const shift_message **list)
{
    static const shift_message bad = {SHIFT_LEVEL_INFO, NULL, NULL};
    *copy = *sample_calm();
    *list = &bad;
    copy->messages = list;
    copy->n_messages = 1;
    return copy;
}

START_TEST(a_failed_first_record_leaves_no_file)
{
    shift_comparison copy;
    const shift_message *list;
    shift_store *store = open_store(SHIFT_STORE_WRITE);
    ck_assert_int_ne(access(path, F_OK), 0);
    int64_t id = -1;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq(
        (int)shift_store_record(store, &night, failing_sample(&copy, &list), &id, &err),
        (int)SHIFT_ESTORE);
    ck_assert_int_eq(id, -1);
    ck_assert_ptr_nonnull(strstr(err.message, "cannot record the run"));
    assert_files(0);
    ck_assert_int_eq(record(store, sample_calm()), 1);
    shift_store_close(store);
}
END_TEST

START_TEST(a_failed_record_leaves_the_others)
{
    shift_comparison copy;
    const shift_message *list;
    shift_store *store = open_store(SHIFT_STORE_WRITE);
    record(store, sample_weather());
    int64_t id = -1;
    ck_assert_int_eq(
        (int)shift_store_record(store, &night, failing_sample(&copy, &list), &id, NULL),
        (int)SHIFT_ESTORE);
    shift_report *report = load(store, 0);
    ck_assert_int_eq(report->run_id, 1);
    sample_assert_equal(report->comparison, sample_weather());
    shift_report_free(report);
    shift_store_close(store);
    ck_assert_int_eq(ask("SELECT count(*) FROM subject"), 13);
}
END_TEST

/* A file that may not grow stands for a full disk. */
START_TEST(a_full_disk_leaves_no_file)
{
    pid_t child = fork();
    if (child == 0) {
        (void)signal(SIGXFSZ, SIG_IGN);
        (void)setrlimit(RLIMIT_FSIZE, &(struct rlimit){16384, 16384});
        shift_store *store = NULL;
        int64_t id = 0;
        int failed = shift_store_open(&store, path, SHIFT_STORE_WRITE, NULL) != SHIFT_OK;
        failed |= shift_store_record(store, &night, sample_weather(), &id, NULL) != SHIFT_ESTORE;
        shift_store_close(store);
        failed |= access(path, F_OK) == 0;
        _exit(failed);
    }
    int status = -1;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    assert_files(0);
}
END_TEST

START_TEST(a_store_for_reading_does_not_write)
{
    shift_store *store = open_store(SHIFT_STORE_WRITE);
    record(store, sample_calm());
    shift_store_close(store);
    store = open_store(SHIFT_STORE_READ);
    int64_t id = 0;
    ck_assert_int_eq((int)shift_store_record(store, &night, sample_calm(), &id, NULL),
                     (int)SHIFT_EINVAL);
    shift_store_close(store);
    ck_assert_int_eq(ask("SELECT count(*) FROM run"), 1);
}
END_TEST

/* As a user who may not write, because root may write everything. */
static int read_as_stranger(void)
{
    if (geteuid() == 0 && setuid(65534) != 0)
        return 2;
    shift_store *store = NULL;
    shift_report *report = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    if (shift_store_open(&store, path, SHIFT_STORE_READ, &err) != SHIFT_OK)
        return 3;
    int failed = shift_store_load(store, 1, &report, &err) == SHIFT_OK ? 0 : 4;
    shift_report_free(report);
    shift_store_close(store);
    if (shift_store_open(&store, path, SHIFT_STORE_WRITE, &err) != SHIFT_ESTORE)
        failed |= 8;
    return failed;
}

START_TEST(a_read_only_folder_can_be_read)
{
    shift_store *store = open_store(SHIFT_STORE_WRITE);
    record(store, sample_weather());
    shift_store_close(store);
    ck_assert_int_eq(chmod(path, 0444), 0);
    ck_assert_int_eq(chmod(folder, 0555), 0);
    pid_t child = fork();
    if (child == 0)
        _exit(read_as_stranger());
    int status = -1;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(reading_works_while_another_writes)
{
    shift_store *writer = open_store(SHIFT_STORE_WRITE);
    record(writer, sample_calm());
    sqlite3 *db = NULL;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, "BEGIN IMMEDIATE; DELETE FROM run", NULL, NULL, NULL),
                     SQLITE_OK);
    shift_store *store = open_store(SHIFT_STORE_READ);
    shift_report *report = load(store, 1);
    sample_assert_equal(report->comparison, sample_calm());
    shift_report_free(report);
    shift_store_close(store);
    (void)sqlite3_close(db);
    shift_store_close(writer);
}
END_TEST

enum { PROCESSES = 64, RUNS = 5 };

static int record_some(int process)
{
    for (int i = 0; i < RUNS; i++) {
        shift_store *store = NULL;
        int64_t id = 0;
        shift_report *report = NULL;
        shift_error err = SHIFT_ERROR_INIT;
        shift_status status = shift_store_open(&store, path, SHIFT_STORE_WRITE, &err);
        if (status == SHIFT_OK)
            status = shift_store_record(store, &night, sample_calm(), &id, &err);
        if (status == SHIFT_OK)
            status = shift_store_load(store, id, &report, &err);
        shift_report_free(report);
        shift_store_close(store);
        if (status != SHIFT_OK) {
            (void)fprintf(stderr, "process %d, run %d: %s\n", process, i, err.message);
            return 1;
        }
    }
    return 0;
}

static int failures_of(int n, int (*child)(int process))
{
    pid_t children[PROCESSES];
    for (int i = 0; i < n; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(child(i));
    }
    int failed = 0;
    for (int i = 0; i < n; i++) {
        int status = -1;
        (void)waitpid(children[i], &status, 0);
        failed += status != 0;
    }
    return failed;
}

START_TEST(many_processes_start_one_database_at_once)
{
    ck_assert_int_eq(failures_of(PROCESSES, record_some), 0);
    assert_files(1);
    ck_assert_int_eq(ask("SELECT count(*) FROM run"), (int64_t)PROCESSES * RUNS);
    ck_assert_int_eq(ask("SELECT count(*) FROM measurement"), (int64_t)PROCESSES * RUNS * 8);
    ck_assert_int_eq(ask("SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
}
END_TEST

/* Half of the processes fail in their first record; no run of the others may go with it. */
static int record_or_fail(int process)
{
    shift_comparison copy;
    const shift_message *list;
    shift_store *store = NULL;
    int64_t id = 0;
    shift_error err = SHIFT_ERROR_INIT;
    if (process % 2 == 1)
        return record_some(process);
    if (shift_store_open(&store, path, SHIFT_STORE_WRITE, &err) != SHIFT_OK)
        return 1;
    shift_status status = SHIFT_OK;
    for (int i = 0; i < RUNS; i++)
        status = shift_store_record(store, &night, failing_sample(&copy, &list), &id, &err);
    shift_store_close(store);
    return status == SHIFT_ESTORE ? 0 : 1;
}

START_TEST(failing_first_records_take_no_run_with_them)
{
    ck_assert_int_eq(failures_of(16, record_or_fail), 0);
    assert_files(1);
    ck_assert_int_eq(ask("SELECT count(*) FROM run"), (int64_t)8 * RUNS);
}
END_TEST

static TCase *add_case(Suite *suite, const char *name)
{
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, make_folder, scratch_remove);
    tcase_set_timeout(tcase, 200);
    suite_add_tcase(suite, tcase);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("store");
    TCase *tcase = add_case(suite, "round trip");
    tcase_add_loop_test(tcase, a_run_comes_back_as_it_was, 0, 5);
    tcase_add_loop_test(tcase, damaged_layers_are_refused, 0, 5);
    tcase_add_loop_test(tcase, damaged_courses_are_refused, 0, 2);
    tcase_add_test(tcase, zero_is_the_last_run);
    tcase_add_test(tcase, run_numbers_are_not_used_again);
    tcase_add_test(tcase, a_removed_run_leaves_nothing);
    tcase_add_test(tcase, memory_runs_have_no_number);
    tcase_add_test(tcase, the_file_is_ours_versioned_and_in_wal);
    tcase = add_case(suite, "refusals");
    tcase_add_loop_test(tcase, a_text_file_is_refused_untouched, 0, 3);
    tcase_add_test(tcase, another_programs_database_is_refused_untouched);
    tcase_add_test(tcase, a_newer_version_is_refused);
    tcase_add_test(tcase, what_is_no_file_is_refused);
    tcase_add_test(tcase, an_empty_file_becomes_a_database);
    tcase_add_loop_test(tcase, a_truncated_database_is_refused, 0, 7);
    tcase_add_loop_test(tcase, a_damaged_database_never_crashes, 0, 4);
    tcase = add_case(suite, "whole or nothing");
    tcase_add_test(tcase, a_failed_first_record_leaves_no_file);
    tcase_add_test(tcase, a_failed_record_leaves_the_others);
    tcase_add_test(tcase, a_full_disk_leaves_no_file);
    tcase_add_test(tcase, a_store_for_reading_does_not_write);
    tcase_add_test(tcase, a_read_only_folder_can_be_read);
    tcase = add_case(suite, "many at once");
    tcase_add_test(tcase, reading_works_while_another_writes);
    tcase_add_test(tcase, many_processes_start_one_database_at_once);
    tcase_add_test(tcase, failing_first_records_take_no_run_with_them);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
