/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Profiles of production that are kept with their runs, to be references of later ones. */
#include <stdlib.h>
#include <string.h>

#include "core/null.h"
#include "store/reading.h"

static shift_status insert(const shift_store *store, const shift_run *run, int64_t run_id,
                           shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status = shift__store_prepare(
        store, &statement, "INSERT INTO profile (run, bytes) VALUES (?,?)", err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_int64(statement, 1, run_id);
    (void)sqlite3_bind_blob64(statement, 2, run->profile, run->n_profile, SQLITE_STATIC);
    if (sqlite3_step(statement) != SQLITE_DONE)
        status = shift__store_failed(store, "keep the profile", err);
    (void)sqlite3_finalize(statement);
    return status;
}

/* A window of a day is "2026-01-31 2026-01-31T06:00:00Z", or "2026-01-31 #000002" where it is of
 * rows: the day of the week on which it begins, and where in the day. */
#define BEGINNING(period)                                                                          \
    "iif(length(" period ") > 11 AND substr(" period ", 12, 1) <> '#', substr(" period             \
    ", 12), " period ")"
#define WEEKDAY(period)                                                                            \
    "strftime('%w', substr(" BEGINNING(period) ", 1, 10)) || substr(" BEGINNING(period) ", 11)"

static const char displaced_sql[] =
    "DELETE FROM profile WHERE run IN (SELECT id FROM (SELECT id, period,"
    " dense_rank() OVER (PARTITION BY class ORDER BY period DESC) AS place,"
    " dense_rank() OVER (PARTITION BY class, substr(period, 1, 10) < substr(?2, 1, 10)"
    " ORDER BY period DESC) AS before"
    " FROM (SELECT id, period, iif(?4, " WEEKDAY(
        "period") ", '') AS class"
                  " FROM run JOIN profile ON run = id WHERE monitor = ?1))"
                  " WHERE place > ?3 AND before > ?3"
                  " AND substr(period, 1, 10) < substr(?2, 1, 10))";

shift_status shift__store_keep_profile(const shift_store *store, const shift_run *run,
                                       int64_t run_id, shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status = insert(store, run, run_id, err);
    if (status == SHIFT_OK)
        status = shift__store_prepare(store, &statement, displaced_sql, err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_text(statement, 1, run->monitor, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 2, run->period, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(statement, 3, (sqlite3_int64)run->keep_profiles);
    (void)sqlite3_bind_int(statement, 4, run->keep_weekday);
    if (sqlite3_step(statement) != SQLITE_DONE)
        status = shift__store_failed(store, "drop old profiles", err);
    (void)sqlite3_finalize(statement);
    return status;
}

typedef struct loaded_profiles {
    shift_kept_profiles list; /* first: what the caller holds */
    shift__arena arena;
} loaded_profiles;

static shift_status take_profile(const shift__reading *in, sqlite3_stmt *statement,
                                 shift_kept_profile **out, shift_error *err)
{
    unsigned char *bytes = NULL;
    shift__row row = {statement, 0};
    shift_status status = shift__arena_alloc(in->arena, out, 1, sizeof **out, err);
    if (status != SHIFT_OK)
        return status;
    (*out)->run_id = shift__take_integer(&row);
    status = shift__take_required(in, &row, &(*out)->period, err);
    const void *blob = sqlite3_column_blob(statement, row.column);
    size_t n = (size_t)sqlite3_column_bytes(statement, row.column);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(in->arena, &bytes, n, 1, err);
    if (status != SHIFT_OK)
        return status;
    if (blob != NULL)
        memcpy(bytes, blob, n);
    (*out)->bytes = bytes;
    (*out)->n = n;
    return SHIFT_OK;
}

static const char profiles_sql[] =
    "SELECT r.id, r.period, p.bytes FROM run r JOIN profile p ON p.run = r.id"
    " WHERE r.id IN (SELECT max(id) FROM run JOIN profile ON run = id"
    " WHERE monitor = ?1 AND period < ?2"
    " AND (?3 = 0 OR " WEEKDAY("period") " = " WEEKDAY(
        "?2") ")"
              " AND (substr(period, 1, 10) <> substr(?2, 1, 10) OR id > ?5)"
              " GROUP BY period ORDER BY period DESC LIMIT ?4) ORDER BY r.period DESC";

static shift_status read_profiles(const shift__reading *in, sqlite3_stmt *statement,
                                  shift_kept_profiles *out, shift_error *err)
{
    shift__list list = {NULL, 0, 0};
    shift_status status = SHIFT_OK;
    while (shift__next(in, statement, &status, err)) {
        shift_kept_profile *profile = NULL;
        status = take_profile(in, statement, &profile, err);
        if (status == SHIFT_OK)
            status = shift__list_add(&list, profile, err);
    }
    if (status == SHIFT_OK)
        status = shift__list_take(&list, in, &out->profiles, &out->n, err);
    shift__list_clear(&list);
    return status;
}

shift_status shift_store_profiles(shift_store *store, const shift_profile_query *query,
                                  shift_kept_profiles **out, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, store, query, out))
        return SHIFT_EINVAL;
    loaded_profiles *loaded = NULL;
    sqlite3_stmt *statement = NULL;
    bool any = false;
    shift_status status = shift__store_has_tables(store, &any, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&loaded, 1, sizeof *loaded, err);
    if (status != SHIFT_OK)
        return status;
    loaded->list.size = sizeof loaded->list;
    if (any)
        status = shift__store_prepare(store, &statement, profiles_sql, err);
    if (any && status == SHIFT_OK) {
        const shift__reading in = {store, &loaded->arena, 0};
        (void)sqlite3_bind_text(statement, 1, query->monitor, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(statement, 2, query->period, -1, SQLITE_STATIC);
        (void)sqlite3_bind_int(statement, 3, query->weekday);
        (void)sqlite3_bind_int64(statement, 4, (sqlite3_int64)query->limit);
        (void)sqlite3_bind_int64(statement, 5, query->after);
        status = read_profiles(&in, statement, &loaded->list, err);
        (void)sqlite3_finalize(statement);
    }
    if (status != SHIFT_OK) {
        shift_kept_profiles_free(&loaded->list);
        return status;
    }
    *out = &loaded->list;
    return SHIFT_OK;
}

void shift_kept_profiles_free(shift_kept_profiles *profiles)
{
    if (profiles == NULL)
        return;
    loaded_profiles *loaded = (loaded_profiles *)profiles;
    shift__arena_clear(&loaded->arena);
    free(loaded);
}
