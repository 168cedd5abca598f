/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the store share: the connection, its locks, and statements that fail once. */
#ifndef SHIFT_STORE_STORE_H
#define SHIFT_STORE_STORE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "shift/store.h"

struct shift_store {
    sqlite3 *db; /* NULL while the file does not exist yet: the first record makes it */
    char *path;
    char *beside;     /* the new file that is connected instead, until its first run is in it */
    bool memory;      /* ":memory:": runs have no number */
    bool writable;    /* opened with SHIFT_STORE_WRITE */
    bool settled;     /* switched to WAL, where the file system can */
    bool frozen;      /* read without locks, see shift__store_end_read() */
    struct stat then; /* the frozen file when it was opened */
};

/** Name the file and what SQLite says about it. Returns SHIFT_ESTORE, or SHIFT_ENOMEM. */
shift_status shift__store_failed(const shift_store *store, const char *what, shift_error *err);
/** Run SQL that gives no rows; "cannot `what`" where it fails. */
SHIFT_CHECKED shift_status shift__store_execute(const shift_store *store, const char *sql,
                                                const char *what, shift_error *err);
SHIFT_CHECKED shift_status shift__store_prepare(const shift_store *store, sqlite3_stmt **out,
                                                const char *sql, shift_error *err);
/** One number out of the database, e.g. a pragma. */
SHIFT_CHECKED shift_status shift__store_number(const shift_store *store, const char *sql,
                                               int64_t *out, shift_error *err);

/** Connect to the file. *exists is false where there is none, which only a writer may meet. */
SHIFT_CHECKED shift_status shift__store_connect(shift_store *store, bool *exists, shift_error *err);
/** ESTORE where SQLite takes no path that long, which is less than the system does: it can tell no
 * more than that it cannot open the file. The reason comes before the path, which may be cut. */
SHIFT_CHECKED shift_status shift__store_check_length(const char *path, shift_error *err);
/** The ending of a log beside a database that is not empty, or NULL. SQLite plays it into whatever
 * database it finds of that name. */
const char *shift__store_log(const char *path);
/** No database can be made at `path`, beside such a log of one that is no more. */
shift_status shift__store_orphan(const char *path, const char *log, shift_error *err);
/** Take the write lock of the file, or of a new one beside it where there is none, and bring an
 * empty or older database to the present version, all in the transaction that has then begun. */
SHIFT_CHECKED shift_status shift__store_begin(shift_store *store, shift_error *err);
/** Commit, and put a new file in its place. *beaten is true where another process has put one there
 * meanwhile: nothing is written then, and the next begin takes that one. */
SHIFT_CHECKED shift_status shift__store_commit(shift_store *store, bool *beaten, shift_error *err);
/** Undo what was begun. */
void shift__store_rollback(shift_store *store);

/** Do `work` in one write transaction: all of it, or nothing. Again where another process has put a
 * new database in place meanwhile. */
SHIFT_CHECKED shift_status shift__store_transact(
    shift_store *store, shift_status (*work)(shift_store *store, void *context, shift_error *err),
    void *context, shift_error *err);

/** Begin and end reading one state of the database. */
SHIFT_CHECKED shift_status shift__store_begin_read(shift_store *store, shift_error *err);
SHIFT_CHECKED shift_status shift__store_end_read(shift_store *store, shift_error *err);

/** A vertex in the table curve: value and share as little-endian IEEE 754 doubles. */
enum { SHIFT__VERTEX_BYTES = 16 };

enum { SHIFT__STORE_APPLICATION = 0x53484654 }; /* "SHFT", PRAGMA application_id */

/** Check the file's version: EUNSUPPORTED above ours. *current is false where it is below. */
SHIFT_CHECKED shift_status shift__schema_check(const shift_store *store, bool *current,
                                               shift_error *err);
/** Inside a write transaction: run the migrations that the database does not have yet. */
SHIFT_CHECKED shift_status shift__schema_migrate(const shift_store *store, shift_error *err);

/** Inside a write transaction: an attempt ends with this run. */
SHIFT_CHECKED shift_status shift__store_attempt_recorded(const shift_store *store, int64_t attempt,
                                                         int64_t run_id, const char *finished_at,
                                                         shift_error *err);

/** Inside a write transaction: keep the run's profile, and drop those of earlier periods that no
 * reference will need. */
SHIFT_CHECKED shift_status shift__store_keep_profile(const shift_store *store, const shift_run *run,
                                                     int64_t run_id, shift_error *err);

/** Inside a write transaction: a run's news, series and changes. */
SHIFT_CHECKED shift_status shift__store_remember(const shift_store *store, const shift_run *run,
                                                 int64_t run_id, shift_error *err);

/** Names of subject types in the database, indexed by shift_subject_type. */
extern const char *const shift__subject_types[4];

/** A double as the 8 bytes of a blob, little-endian on any machine, and back. */
void shift__put_double(unsigned char *bytes, double value);
double shift__get_double(const unsigned char *bytes);

#endif
