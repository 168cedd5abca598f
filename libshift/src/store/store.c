/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SQLite file: opening it without touching what is not ours, and waiting for other processes.
 *
 * A database that does not exist yet is made by its first record, in a file beside it, and put in
 * place whole: whoever looks at the path finds no database, or one in WAL mode with a run in it. It
 * is never removed from its place, because SQLite finds journals by name: a new file under the name
 * of one that others still have open could meet their journals. */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/memory.h"
#include "core/null.h"
#include "core/place.h"

enum { PATIENCE_SECONDS = 60 };

static const char *detail_of(const shift_store *store, char *buffer, size_t size)
{
    int code = store->db != NULL ? sqlite3_extended_errcode(store->db) : SQLITE_CANTOPEN;
    int system = store->db != NULL ? sqlite3_system_errno(store->db) : errno;
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_PROTOCOL:
        (void)snprintf(buffer, size, "locked by another process for more than %d seconds",
                       (int)PATIENCE_SECONDS);
        return buffer;
    case SQLITE_NOTADB:
        return "it is not a SQLite database";
    case SQLITE_CORRUPT:
        return "the database is damaged";
    case SQLITE_READONLY:
        return "the file or its folder is not writable";
    case SQLITE_FULL:
        return "no space left on the disk";
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        if (system != 0)
            return strerror(system);
        return sqlite3_errstr(code);
    default:
        return store->db != NULL ? sqlite3_errmsg(store->db) : sqlite3_errstr(code);
    }
}

shift_status shift__store_failed(const shift_store *store, const char *what, shift_error *err)
{
    if (store->db != NULL && sqlite3_errcode(store->db) == SQLITE_NOMEM)
        return shift_error_set(err, SHIFT_ENOMEM, "%s: cannot %s: out of memory", store->path,
                               what);
    char buffer[80];
    return shift_error_set(err, SHIFT_ESTORE, "%s: cannot %s: %s", store->path, what,
                           detail_of(store, buffer, sizeof buffer));
}

static int64_t seconds_now(void)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec;
}

/* SQLite's busy handler waits in most places, but not where it would have to wait for itself: while
 * a log is recovered, and at the switch of journal modes. There it comes back at once. */
static int execute_patiently(sqlite3 *db, const char *sql)
{
    int64_t deadline = seconds_now() + PATIENCE_SECONDS;
    for (;;) {
        int code = sqlite3_exec(db, sql, NULL, NULL, NULL) & 0xff;
        if ((code != SQLITE_BUSY && code != SQLITE_PROTOCOL) || seconds_now() >= deadline)
            return code;
        (void)nanosleep(&(struct timespec){0, 5000000}, NULL);
    }
}

shift_status shift__store_execute(const shift_store *store, const char *sql, const char *what,
                                  shift_error *err)
{
    if (execute_patiently(store->db, sql) != SQLITE_OK)
        return shift__store_failed(store, what, err);
    return SHIFT_OK;
}

shift_status shift__store_prepare(const shift_store *store, sqlite3_stmt **out, const char *sql,
                                  shift_error *err)
{
    if (sqlite3_prepare_v2(store->db, sql, -1, out, NULL) != SQLITE_OK)
        return shift__store_failed(store, "query", err);
    return SHIFT_OK;
}

shift_status shift__store_number(const shift_store *store, const char *sql, int64_t *out,
                                 shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status = shift__store_prepare(store, &statement, sql, err);
    if (status != SHIFT_OK)
        return status;
    if (sqlite3_step(statement) == SQLITE_ROW)
        *out = sqlite3_column_int64(statement, 0);
    else
        status = shift__store_failed(store, "read", err);
    (void)sqlite3_finalize(statement);
    return status;
}

static void disconnect(shift_store *store)
{
    (void)sqlite3_close_v2(store->db);
    store->db = NULL;
    store->settled = false;
}

shift_status shift__store_check_length(const char *path, shift_error *err)
{
    enum { JOURNAL = 8 }; /* what SQLite adds */
    char folder[PATH_MAX] = "";
    const sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    int most = vfs != NULL ? vfs->mxPathname - JOURNAL : INT_MAX;
    size_t n = strlen(path);
    if (path[0] != '/' && getcwd(folder, sizeof folder) != NULL)
        n += strlen(folder) + 1;
    if (n <= (size_t)most)
        return SHIFT_OK;
    return shift_error_set(err, SHIFT_ESTORE,
                           "SQLite takes no file whose whole path has more than %d bytes: %s", most,
                           path);
}

static shift_status connect(shift_store *store, const char *name, int flags, shift_error *err)
{
    if (sqlite3_open_v2(name, &store->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        shift_status status = SHIFT_OK;
        if ((sqlite3_errcode(store->db) & 0xff) == SQLITE_CANTOPEN)
            status =
                shift__store_check_length(store->beside != NULL ? store->beside : store->path, err);
        if (status == SHIFT_OK)
            status = shift__store_failed(store, "open", err);
        disconnect(store);
        return status;
    }
    (void)sqlite3_extended_result_codes(store->db, 1);
    (void)sqlite3_busy_timeout(store->db, PATIENCE_SECONDS * 1000);
    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
    return SHIFT_OK;
}

static shift_status refused(const shift_store *store, const char *why, shift_error *err)
{
    return shift_error_set(err, SHIFT_ESTORE, "%s: cannot use as a database: %s", store->path, why);
}

/* Another program's database must not be opened at all: SQLite would tidy up its journals. Its
 * header is read without a lock, so one that another process is about to write is left to SQLite.
 */
static shift_status look_at_header(const shift_store *store, shift_error *err)
{
    unsigned char header[100] = {0};
    int fd = open(store->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return refused(store, strerror(errno), err);
    ssize_t n = read(fd, header, sizeof header);
    int problem = errno;
    (void)close(fd);
    if (n < 0)
        return refused(store, strerror(problem), err);
    static const unsigned char unwritten[16] = {0};
    if (n == 0 || memcmp(header, unwritten, sizeof unwritten) == 0)
        return SHIFT_OK;
    if (n < (ssize_t)sizeof header || memcmp(header, "SQLite format 3", 16) != 0)
        return refused(store, "it is not a SQLite database", err);
    uint32_t application = (uint32_t)header[68] << 24 | (uint32_t)header[69] << 16 |
                           (uint32_t)header[70] << 8 | (uint32_t)header[71];
    if (application != SHIFT__STORE_APPLICATION)
        return refused(store, "it is a SQLite database of another program", err);
    return SHIFT_OK;
}

/* The folder in which SQLite will make the file and its journals. */
static shift_status look_at_folder(const shift_store *store, shift_error *err)
{
    const char *slash = strrchr(store->path, '/');
    size_t n = slash == NULL ? 1 : (size_t)(slash - store->path) + 1;
    char *folder = NULL;
    shift_status status = shift__text_copy(&folder, slash == NULL ? "." : store->path, n, err);
    if (status != SHIFT_OK)
        return status;
    if (access(folder, W_OK | X_OK) != 0)
        status = shift_error_set(err, SHIFT_ESTORE, "%s: cannot create: %s", store->path,
                                 strerror(errno));
    free(folder);
    return status;
}

const char *shift__store_log(const char *path)
{
    static const char *const endings[] = {"-wal", "-journal"};
    char name[PATH_MAX];
    struct stat info;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        int n = snprintf(name, sizeof name, "%s%s", path, endings[i]);
        if (n > 0 && (size_t)n < sizeof name && stat(name, &info) == 0 && info.st_size > 0)
            return endings[i];
    }
    return NULL;
}

shift_status shift__store_orphan(const char *path, const char *log, shift_error *err)
{
    return shift_error_set(err, SHIFT_ESTORE,
                           "%s: cannot create: %s%s is the log of a database that is no more, and "
                           "would change the new one: remove it, or put its database back",
                           path, path, log);
}

/* *exists tells an absent file, which only a writer may meet, from one to be opened. The log is
 * looked for first: where there is one and then no database, nobody is about to make both. */
static shift_status look_at_file(shift_store *store, bool *exists, shift_error *err)
{
    struct stat info;
    const char *log = store->writable ? shift__store_log(store->path) : NULL;
    *exists = stat(store->path, &info) == 0;
    if (!*exists && (errno != ENOENT || !store->writable))
        return refused(store, strerror(errno), err);
    if (!*exists && log != NULL)
        return shift__store_orphan(store->path, log, err);
    if (!*exists)
        return look_at_folder(store, err);
    if (S_ISDIR(info.st_mode))
        return refused(store, "it is a directory", err);
    if (!S_ISREG(info.st_mode))
        return refused(store, "it is not a regular file", err);
    if (!store->writable && info.st_size == 0)
        return refused(store, "it is empty", err);
    if (store->writable && access(store->path, W_OK) != 0)
        return refused(store, strerror(errno), err);
    return look_at_header(store, err);
}

/* An absent file is left absent, and an empty one empty: their tables come with the first record.
 */
static shift_status open_for_writing(shift_store *store, shift_error *err)
{
    bool current = true;
    bool exists = false;
    int64_t pages = 0;
    shift_status status = shift__store_connect(store, &exists, err);
    if (status == SHIFT_OK && exists)
        status = shift__store_number(store, "PRAGMA page_count", &pages, err);
    if (status == SHIFT_OK && pages > 0)
        status = shift__schema_check(store, &current, err);
    if (status != SHIFT_OK || current)
        return status;
    bool beaten = false;
    status = shift__store_begin(store, err);
    return status == SHIFT_OK ? shift__store_commit(store, &beaten, err) : status;
}

static shift_status open_in_memory(shift_store *store, shift_error *err)
{
    store->memory = true;
    shift_status status =
        connect(store, ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
    if (status == SHIFT_OK)
        status = shift__store_begin(store, err);
    bool beaten = false;
    return status == SHIFT_OK ? shift__store_commit(store, &beaten, err) : status;
}

/* A WAL database on a medium that cannot be written has no place for the shared memory of its log.
 * It can still be read as a file that does not change, provided that no log is left beside it and
 * that it does not change: see shift__store_end_read(). */
static shift_status open_frozen(shift_store *store, shift_error *err)
{
    size_t n = strlen(store->path);
    char *name = NULL;
    shift_status status = shift__alloc(&name, 3 * n + 32, 1, err);
    if (status != SHIFT_OK)
        return status;
    (void)snprintf(name, n + 5, "%s-wal", store->path);
    struct stat log;
    if (stat(name, &log) == 0 && log.st_size > 0) {
        free(name);
        return refused(store, "its write-ahead log cannot be read in a folder without write access",
                       err);
    }
    char *to = name + snprintf(name, 8, store->path[0] == '/' ? "file://" : "file:");
    for (const char *from = store->path; *from != '\0'; from++)
        if (strchr("%?#", *from) != NULL)
            to += snprintf(to, 4, "%%%02X", (unsigned)*from);
        else
            *to++ = *from;
    (void)snprintf(to, 16, "?immutable=1");
    if (stat(store->path, &store->then) != 0)
        status = refused(store, strerror(errno), err);
    else
        status = connect(store, name, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, err);
    free(name);
    store->frozen = true;
    return status;
}

/* Opened for writing where that is possible, because only such a connection removes the log's files
 * when it is the last one to close. */
static shift_status open_for_reading(shift_store *store, shift_error *err)
{
    bool exists = false;
    shift_status status = look_at_file(store, &exists, err);
    if (status == SHIFT_OK)
        status = connect(store, store->path, SQLITE_OPEN_READWRITE, err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_exec(store->db, "PRAGMA query_only = ON", NULL, NULL, NULL);
    int code = execute_patiently(store->db, "SELECT 1 FROM sqlite_schema LIMIT 1");
    if (code == SQLITE_CANTOPEN || code == SQLITE_READONLY) {
        disconnect(store);
        status = open_frozen(store, err);
    } else if (code == SQLITE_BUSY) { /* asked again, it would wait as long again */
        status = shift__store_failed(store, "read", err);
    }
    bool current = false;
    if (status == SHIFT_OK)
        status = shift__schema_check(store, &current, err);
    if (status == SHIFT_OK && !current)
        return shift_error_set(err, SHIFT_EUNSUPPORTED,
                               "%s: written by an older version; open it for writing once, e.g. "
                               "record a run, to bring it up to date",
                               store->path);
    return status;
}

shift_status shift_store_open(shift_store **out, const char *path, shift_store_mode mode,
                              shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, path))
        return SHIFT_EINVAL;
    if (mode != SHIFT_STORE_WRITE && mode != SHIFT_STORE_READ)
        return shift_error_set(err, SHIFT_EINVAL, "%s: unknown mode %d", path, (int)mode);
    shift_store *store = NULL;
    shift_status status = shift__alloc(&store, 1, sizeof *store, err);
    if (status != SHIFT_OK)
        return status;
    status = shift__text_copy(&store->path, path, strlen(path), err);
    store->writable = mode == SHIFT_STORE_WRITE;
    if (status == SHIFT_OK) {
        if (strcmp(path, ":memory:") == 0)
            status = open_in_memory(store, err);
        else if (store->writable)
            status = open_for_writing(store, err);
        else
            status = open_for_reading(store, err);
    }
    if (status != SHIFT_OK) {
        shift_store_close(store);
        return status;
    }
    *out = store;
    return SHIFT_OK;
}

void shift_store_close(shift_store *store)
{
    if (store == NULL)
        return;
    disconnect(store);
    free(store->path);
    free(store);
}

void shift__store_rollback(shift_store *store)
{
    if (store->db != NULL && sqlite3_get_autocommit(store->db) == 0)
        (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    if (store->beside != NULL) {
        disconnect(store);
        (void)unlink(store->beside);
        free(store->beside);
        store->beside = NULL;
    }
}

/* An empty file. */
static shift_status make_beside(shift_store *store, shift_error *err)
{
    size_t n = strlen(store->path) + SHIFT__PLACE_BESIDE;
    shift_status status = shift__alloc(&store->beside, n, 1, err);
    if (status != SHIFT_OK)
        return status;
    int fd = shift__place_beside(store->beside, n, store->path);
    if (fd >= 0) {
        (void)close(fd);
        return SHIFT_OK;
    }
    status =
        shift_error_set(err, SHIFT_ESTORE, "%s: cannot create: %s", store->path, strerror(errno));
    free(store->beside);
    store->beside = NULL;
    return status;
}

shift_status shift__store_connect(shift_store *store, bool *exists, shift_error *err)
{
    *exists = true;
    if (store->db != NULL)
        return SHIFT_OK;
    shift_status status = look_at_file(store, exists, err);
    if (status == SHIFT_OK && *exists)
        status = connect(store, store->path, SQLITE_OPEN_READWRITE, err);
    return status;
}

static shift_status connect_for_writing(shift_store *store, shift_error *err)
{
    bool exists = false;
    shift_status status = shift__store_connect(store, &exists, err);
    if (status != SHIFT_OK || exists)
        return status;
    status = make_beside(store, err);
    return status == SHIFT_OK ? connect(store, store->beside, SQLITE_OPEN_READWRITE, err) : status;
}

shift_status shift__store_begin(shift_store *store, shift_error *err)
{
    if (!store->writable && !store->memory)
        return shift_error_set(err, SHIFT_EINVAL, "%s: opened for reading only", store->path);
    bool current = false;
    shift_status status = connect_for_writing(store, err);
    if (status == SHIFT_OK)
        status = shift__store_execute(store, "BEGIN IMMEDIATE", "write", err);
    /* A run of 500 features changes more than the 2 MB by default, which would be written twice,
     * and more than the 1,000 pages after which the log is copied, which would be done again for
     * what is removed. This reads the schema, and so is not for whoever may have to wait for the
     * lock. */
    if (status == SHIFT_OK)
        status = shift__store_execute(
            store, "PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 8192", "write", err);
    if (status == SHIFT_OK)
        status = shift__schema_check(store, &current, err);
    if (status == SHIFT_OK && !current)
        status = shift__schema_migrate(store, err);
    if (status != SHIFT_OK)
        shift__store_rollback(store);
    return status;
}

/* Best effort: where others are at work or the file system cannot, the journal stays as it is, and
 * the next one to record tries again. */
static void switch_to_wal(shift_store *store)
{
    (void)sqlite3_busy_timeout(store->db, 0);
    store->settled =
        sqlite3_exec(store->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL) == SQLITE_OK;
    (void)sqlite3_busy_timeout(store->db, PATIENCE_SECONDS * 1000);
}

/* A link never replaces a file; where the file system has none, a rename is as good but for the
 * instant between the look and the deed. */
static shift_status put_in_place(shift_store *store, bool *beaten, shift_error *err)
{
    disconnect(store);
    *beaten = false;
    if (link(store->beside, store->path) != 0) {
        int problem = errno;
        *beaten = access(store->path, F_OK) == 0;
        if (!*beaten && rename(store->beside, store->path) != 0)
            return shift_error_set(err, SHIFT_ESTORE, "%s: cannot create: %s", store->path,
                                   strerror(problem));
    }
    return SHIFT_OK;
}

/* A log that could not be synced has the transaction whole, and on a full disk nothing can be
 * written over it: whoever opens the database next may find it there. */
static shift_status commit(shift_store *store, shift_error *err)
{
    char buffer[80];
    if (execute_patiently(store->db, "COMMIT") == SQLITE_OK)
        return SHIFT_OK;
    if (store->beside != NULL || sqlite3_extended_errcode(store->db) != SQLITE_IOERR_FSYNC)
        return shift__store_failed(store, "write", err);
    return shift_error_set(
        err, SHIFT_ESTORE,
        "%s: cannot write: %s; what was to be recorded may be there nevertheless", store->path,
        detail_of(store, buffer, sizeof buffer));
}

shift_status shift__store_commit(shift_store *store, bool *beaten, shift_error *err)
{
    *beaten = false;
    shift_status status = commit(store, err);
    if (status == SHIFT_OK && !store->settled && !store->memory)
        switch_to_wal(store);
    if (status == SHIFT_OK && store->beside != NULL)
        status = put_in_place(store, beaten, err);
    if (status != SHIFT_OK || store->beside != NULL)
        shift__store_rollback(store);
    return status;
}

shift_status shift__store_transact(shift_store *store,
                                   shift_status (*work)(shift_store *store, void *context,
                                                        shift_error *err),
                                   void *context, shift_error *err)
{
    bool beaten = true;
    for (int attempt = 0; attempt < 10 && beaten; attempt++) {
        shift_status status = shift__store_begin(store, err);
        if (status != SHIFT_OK)
            return status;
        status = work(store, context, err);
        if (status == SHIFT_OK)
            status = shift__store_commit(store, &beaten, err);
        else
            shift__store_rollback(store);
        if (status != SHIFT_OK)
            return status;
    }
    if (!beaten)
        return SHIFT_OK;
    return shift_error_set(err, SHIFT_ESTORE,
                           "%s: cannot write: removed and made again by other processes",
                           store->path);
}

shift_status shift__store_begin_read(shift_store *store, shift_error *err)
{
    shift_status status = shift__store_execute(store, "BEGIN", "read", err);
    if (status != SHIFT_OK)
        return status;
    status = shift__store_execute(store, "SELECT 1 FROM sqlite_schema LIMIT 1", "read", err);
    if (status != SHIFT_OK)
        (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

shift_status shift__store_end_read(shift_store *store, shift_error *err)
{
    (void)sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL);
    if (!store->frozen)
        return SHIFT_OK;
    struct stat now;
    if (stat(store->path, &now) != 0 || now.st_size != store->then.st_size ||
        now.st_ino != store->then.st_ino || now.st_mtim.tv_sec != store->then.st_mtim.tv_sec ||
        now.st_mtim.tv_nsec != store->then.st_mtim.tv_nsec)
        return shift_error_set(err, SHIFT_ESTORE, "%s: changed while it was read; try again",
                               store->path);
    return SHIFT_OK;
}
