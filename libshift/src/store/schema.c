/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The versions of the database. A new version is a file and a row in the table: its SQL turns the
 * version before into it, and a new database goes through all of them. */
#include <stddef.h>
#include <stdio.h>

#include "schema_sql.h"
#include "store/store.h"
#include "version_2_sql.h"
#include "version_3_sql.h"
#include "version_4_sql.h"
#include "version_5_sql.h"
#include "version_6_sql.h"
#include "version_7_sql.h"
#include "version_8_sql.h"

static const unsigned char *const migrations[] = {schema_sql,    version_2_sql, version_3_sql,
                                                  version_4_sql, version_5_sql, version_6_sql,
                                                  version_7_sql, version_8_sql};

enum { VERSION = sizeof migrations / sizeof *migrations };

const char *const shift__subject_types[4] = {"dataset", "feature", "layer", "channel"};

static shift_status check_inside(const shift_store *store, bool *current, shift_error *err)
{
    int64_t objects = 0;
    int64_t application = 0;
    int64_t version = 0;
    shift_status status =
        shift__store_number(store, "SELECT count(*) FROM sqlite_schema", &objects, err);
    if (status == SHIFT_OK)
        status = shift__store_number(store, "PRAGMA application_id", &application, err);
    if (status == SHIFT_OK)
        status = shift__store_number(store, "PRAGMA user_version", &version, err);
    if (status != SHIFT_OK)
        return status;
    if (objects > 0 && application != SHIFT__STORE_APPLICATION)
        return shift_error_set(err, SHIFT_ESTORE,
                               "%s: cannot use as a database: it is a SQLite database of another "
                               "program",
                               store->path);
    if (version < 0 || version > VERSION)
        return shift_error_set(err, SHIFT_EUNSUPPORTED,
                               "%s: written by a newer version (schema %lld, this one knows %d)",
                               store->path, (long long)version, (int)VERSION);
    *current = version == VERSION;
    return SHIFT_OK;
}

shift_status shift__schema_check(const shift_store *store, bool *current, shift_error *err)
{
    if (sqlite3_get_autocommit(store->db) == 0)
        return check_inside(store, current, err);
    /* One transaction: another process may make the tables between two of the questions. */
    shift_status status = shift__store_execute(store, "BEGIN", "read", err);
    if (status != SHIFT_OK)
        return status;
    status = check_inside(store, current, err);
    if (status == SHIFT_OK)
        return shift__store_execute(store, "COMMIT", "read", err);
    (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

shift_status shift__schema_migrate(const shift_store *store, shift_error *err)
{
    char pragma[64];
    int64_t version = 0;
    (void)snprintf(pragma, sizeof pragma, "PRAGMA application_id = %d",
                   (int)SHIFT__STORE_APPLICATION);
    shift_status status = shift__store_execute(store, pragma, "create", err);
    if (status == SHIFT_OK)
        status = shift__store_number(store, "PRAGMA user_version", &version, err);
    for (int64_t i = version; status == SHIFT_OK && i < VERSION; i++) {
        status = shift__store_execute(store, (const char *)migrations[i], "create tables", err);
        (void)snprintf(pragma, sizeof pragma, "PRAGMA user_version = %lld", (long long)i + 1);
        if (status == SHIFT_OK)
            status = shift__store_execute(store, pragma, "create", err);
    }
    return status;
}
