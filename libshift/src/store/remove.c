/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking runs out of the store. What belongs to a run goes with it, by the foreign keys. */
#include "core/null.h"
#include "store/store.h"

static shift_status delete_run(const shift_store *store, int64_t run_id, shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status =
        shift__store_prepare(store, &statement, "DELETE FROM run WHERE id = ?1", err);
    if (status != SHIFT_OK)
        return status;
    if (sqlite3_bind_int64(statement, 1, run_id) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_DONE)
        status = shift__store_failed(store, "remove the run", err);
    else if (sqlite3_changes(store->db) == 0)
        status = shift_error_set(err, SHIFT_ESTORE, "%s: there is no run %lld", store->path,
                                 (long long)run_id);
    (void)sqlite3_finalize(statement);
    return status;
}

shift_status shift_store_remove(shift_store *store, int64_t run_id, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, store))
        return SHIFT_EINVAL;
    shift_status status = shift__store_begin(store, err);
    if (status != SHIFT_OK)
        return status;
    status = delete_run(store, run_id, err);
    bool beaten = false; /* never: a new database has no run that could be removed */
    if (status == SHIFT_OK)
        return shift__store_commit(store, &beaten, err);
    shift__store_rollback(store);
    return status;
}
