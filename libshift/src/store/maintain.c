/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeping the file small and safe: old runs out, a copy while others write. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/null.h"
#include "core/place.h"
#include "store/reading.h"

typedef struct pruning {
    const char *monitor, *before;
    size_t runs;
} pruning;

static shift_status delete_older(const shift_store *store, const pruning *p, const char *sql,
                                 size_t *n, shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status = shift__store_prepare(store, &statement, sql, err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_text(statement, 1, p->before, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 2, p->monitor, -1, SQLITE_STATIC);
    if (sqlite3_step(statement) != SQLITE_DONE)
        status = shift__store_failed(store, "remove old runs", err);
    *n = (size_t)sqlite3_changes(store->db);
    (void)sqlite3_finalize(statement);
    return status;
}

/* The monitor's own, and those of its windows of values and networks, which are called NAME:VALUE
 * and NAME:NETWORK. */
#define OF_MONITOR(name)                                                                           \
    "monitor = " name " OR substr(monitor, 1, length(" name ") + 1) = " name " || ':'"

/* A period need not be a day: that of a window may be any value of a column. */
#define DAY_OF_RUN                                                                                 \
    "substr(CASE WHEN period GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'"                   \
    " THEN period ELSE started_at END, 1, 10)"

static shift_status prune(shift_store *store, void *context, shift_error *err)
{
    pruning *p = context;
    size_t attempts = 0;
    shift_status status = delete_older(store, p,
                                       "DELETE FROM run WHERE " DAY_OF_RUN " < ?1"
                                       " AND (?2 IS NULL OR " OF_MONITOR("?2") ")",
                                       &p->runs, err);
    if (status == SHIFT_OK)
        status = delete_older(store, p,
                              "DELETE FROM attempt WHERE substr(period, 1, 10) < ?1"
                              " AND run IS NULL AND (?2 IS NULL OR " OF_MONITOR("?2") ")",
                              &attempts, err);
    return status;
}

shift_status shift_store_prune(shift_store *store, const char *monitor, const char *before,
                               size_t *removed, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, store, before, removed))
        return SHIFT_EINVAL;
    pruning p = {monitor, before, 0};
    bool any = false;
    shift_status status = shift__store_has_tables(store, &any, err);
    if (status == SHIFT_OK && any)
        status = shift__store_transact(store, prune, &p, err);
    if (status == SHIFT_OK)
        *removed = p.runs;
    return status;
}

shift_status shift_store_compact(shift_store *store, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, store))
        return SHIFT_EINVAL;
    bool any = false;
    int64_t pages = 0;
    int64_t spare = 0;
    shift_status status = shift__store_has_tables(store, &any, err);
    if (status != SHIFT_OK || !any)
        return status;
    status = shift__store_number(store, "PRAGMA page_count", &pages, err);
    if (status == SHIFT_OK)
        status = shift__store_number(store, "PRAGMA freelist_count", &spare, err);
    if (status == SHIFT_OK && spare * 4 > pages)
        status = shift__store_execute(store, "VACUUM", "make the file smaller", err);
    return status;
}

/* In steps, between which others can write; what they change is copied again. */
static int copy(sqlite3 *to, sqlite3 *from)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (backup == NULL)
        return sqlite3_errcode(to);
    int code = SQLITE_OK;
    while (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED) {
        code = sqlite3_backup_step(backup, 4096);
        if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
            (void)sqlite3_sleep(20);
    }
    int end = sqlite3_backup_finish(backup);
    return code == SQLITE_DONE ? end : code;
}

/* What may have the copy in its place: nothing yet, or a file. */
static shift_status look_at_copy(const char *path, const shift_store *store, shift_error *err)
{
    struct stat there;
    struct stat own;
    const char *log = shift__store_log(path);
    bool exists = stat(path, &there) == 0;
    if (shift__place_descriptor(path) >= 0 || (exists && !S_ISREG(there.st_mode)))
        return shift_error_set(err, SHIFT_EINVAL,
                               "%s: cannot be replaced by a copy: it is not a regular file", path);
    if (exists && stat(store->path, &own) == 0 && own.st_dev == there.st_dev &&
        own.st_ino == there.st_ino)
        return shift_error_set(err, SHIFT_EINVAL,
                               "%s: cannot be replaced by a copy: it is the database itself", path);
    if (exists && log != NULL)
        return shift_error_set(
            err, SHIFT_ESTORE,
            "%s: cannot be replaced by a copy: its log is not empty (%s): 'store "
            "check' takes that in where nobody has the file open; or remove it and its log",
            path, log);
    if (log != NULL)
        return shift__store_orphan(path, log, err);
    return SHIFT_OK;
}

static shift_status copy_to(const char *beside, const char *path, const shift_store *store,
                            shift_error *err)
{
    sqlite3 *to = NULL;
    int code = sqlite3_open_v2(beside, &to, SQLITE_OPEN_READWRITE, NULL);
    if (code == SQLITE_OK)
        code = copy(to, store->db);
    (void)sqlite3_close_v2(to);
    if (code == SQLITE_CANTOPEN) {
        shift_status status = shift__store_check_length(beside, err);
        if (status != SHIFT_OK)
            return status;
    }
    if (code != SQLITE_OK)
        return shift_error_set(err, SHIFT_ESTORE, "%s: cannot copy to %s: %s", store->path, path,
                               sqlite3_errstr(code));
    if (rename(beside, path) != 0)
        return shift_error_set(err, SHIFT_EIO, "%s: cannot create: %s", path, strerror(errno));
    return SHIFT_OK;
}

shift_status shift_store_backup(shift_store *store, const char *path, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, store, path))
        return SHIFT_EINVAL;
    if (store->db == NULL)
        return shift_error_set(err, SHIFT_ESTORE, "%s: no run is recorded", store->path);
    size_t n = strlen(path) + SHIFT__PLACE_BESIDE;
    char *beside = NULL;
    shift_status status = look_at_copy(path, store, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&beside, n, 1, err);
    if (status != SHIFT_OK)
        return status;
    int fd = shift__place_beside(beside, n, path);
    if (fd < 0) {
        status = shift_error_set(err, SHIFT_EIO, "%s: cannot create: %s", path, strerror(errno));
    } else {
        (void)close(fd);
        status = copy_to(beside, path, store, err);
        if (status != SHIFT_OK)
            (void)unlink(beside);
    }
    free(beside);
    return status;
}
