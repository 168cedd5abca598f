/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An examination: by SQLite, of what this version has made, and by reading every run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/null.h"
#include "shift/change.h"
#include "store/loading.h"

/* What is wrong, or NULL; SQLite's own words, the first line of them. */
static shift_status examine(const shift__reading *in, const char *sql, const char **out,
                            shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status = shift__store_prepare(in->store, &statement, sql, err);
    *out = NULL;
    if (status == SHIFT_OK && shift__next(in, statement, &status, err)) {
        shift__row row = {statement, 0};
        status = shift__take_text(in, &row, out, err);
    }
    (void)sqlite3_finalize(statement);
    return status;
}

static shift_status take_table(const shift__reading *in, sqlite3_stmt *statement,
                               shift_table_size **out, shift_error *err)
{
    shift_status status = shift__arena_alloc(in->arena, out, 1, sizeof **out, err);
    if (status != SHIFT_OK)
        return status;
    shift__row row = {statement, 0};
    status = shift__take_required(in, &row, &(*out)->name, err);
    (*out)->bytes = shift__take_count(&row);
    return status;
}

/* Tables with their indices, the largest first. */
static shift_status measure_tables(const shift__reading *in, shift_store_state *state,
                                   shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift__list list = {NULL, 0, 0};
    shift_status status = shift__store_prepare(
        in->store, &statement,
        "SELECT s.tbl_name, sum(d.pgsize) FROM dbstat d JOIN sqlite_schema s ON s.name = d.name"
        " WHERE d.aggregate = TRUE GROUP BY s.tbl_name ORDER BY sum(d.pgsize) DESC, s.tbl_name",
        err);
    if (status != SHIFT_OK) /* a SQLite that was built without this table */
        return in->store->db != NULL && sqlite3_errcode(in->store->db) == SQLITE_ERROR ? SHIFT_OK
                                                                                       : status;
    while (shift__next(in, statement, &status, err)) {
        shift_table_size *table = NULL;
        status = take_table(in, statement, &table, err);
        if (status == SHIFT_OK)
            status = shift__list_add(&list, table, err);
    }
    (void)sqlite3_finalize(statement);
    if (status == SHIFT_OK)
        status = shift__list_take(&list, in, &state->tables, &state->n_tables, err);
    shift__list_clear(&list);
    return status;
}

static shift_status measure(const shift__reading *in, shift_store_state *state, shift_error *err)
{
    const struct {
        const char *sql;
        uint64_t *out;
    } numbers[] = {
        {"SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", &state->bytes},
        {"SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size",
         &state->spare},
        {"SELECT count(*) FROM run", &state->runs},
        {"PRAGMA user_version", &state->version},
    };
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < sizeof numbers / sizeof *numbers; i++) {
        int64_t number = 0;
        status = shift__store_number(in->store, numbers[i].sql, &number, err);
        *numbers[i].out = (uint64_t)number;
    }
    if (status == SHIFT_OK)
        status = measure_tables(in, state, err);
    return status;
}

/* What tables are made of, a line each. What a user has added does no harm. */
#define OWN_TABLES                                                                                 \
    "s.type = 'table' AND s.name NOT LIKE 'sqlite%' AND s.sql NOT LIKE 'CREATE VIRTUAL%'"
#define PARTS                                                                                      \
    "(SELECT 1 AS place, 'table ' || s.name AS part FROM sqlite_schema s WHERE " OWN_TABLES        \
    " UNION ALL SELECT 2, 'column ' || p.name || ' ' || p.type ||"                                 \
    " iif(p.\"notnull\", ' NOT NULL', '') || iif(p.pk > 0, ' PRIMARY KEY', '') || ' of table '"    \
    " || s.name FROM sqlite_schema s JOIN pragma_table_info(s.name) p WHERE " OWN_TABLES           \
    " UNION ALL SELECT 3, 'foreign key ' || f.\"from\" || ' of table ' || s.name || ' to ' ||"     \
    " f.\"table\" FROM sqlite_schema s JOIN pragma_foreign_key_list(s.name) f WHERE " OWN_TABLES   \
    " UNION ALL SELECT 4, 'index ' || s.name FROM sqlite_schema s"                                 \
    " WHERE s.type = 'index' AND s.sql IS NOT NULL)"

static shift_status has_part(const shift_store *store, const char *part, bool *has,
                             shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status = shift__store_prepare(
        store, &statement, "SELECT count(*) FROM " PARTS " WHERE part = ?1", err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_text(statement, 1, part, -1, SQLITE_STATIC);
    if (sqlite3_step(statement) == SQLITE_ROW)
        *has = sqlite3_column_int(statement, 0) > 0;
    else
        status = shift__store_failed(store, "read", err);
    (void)sqlite3_finalize(statement);
    return status;
}

/* A new database has what this one must have. */
static shift_status compare_schema(const shift__reading *in, const char **damage, shift_error *err)
{
    shift_store *new = NULL;
    sqlite3_stmt *statement = NULL;
    bool has = true;
    shift_status status = shift_store_open(&new, ":memory:", SHIFT_STORE_WRITE, err);
    if (status == SHIFT_OK)
        status = shift__store_prepare(new, &statement,
                                      "SELECT part FROM " PARTS " ORDER BY place, part", err);
    const shift__reading from = {new, in->arena, 0};
    while (has && shift__next(&from, statement, &status, err)) {
        const char *part = (const char *)sqlite3_column_text(statement, 0);
        if (part == NULL)
            status = shift__store_failed(new, "read", err);
        else
            status = has_part(in->store, part, &has, err);
        if (status == SHIFT_OK && !has)
            status = shift__arena_print(in->arena, damage, err, "it lacks the %s", part);
    }
    (void)sqlite3_finalize(statement);
    shift_store_close(new);
    return status;
}

/* A run that cannot be read back is a finding. */
static shift_status read_runs(const shift__reading *in, const char **damage, shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    size_t path = strlen(in->store->path);
    shift_status status =
        shift__store_prepare(in->store, &statement, "SELECT id FROM run ORDER BY id", err);
    while (*damage == NULL && shift__next(in, statement, &status, err)) {
        shift_report *report = NULL;
        shift_error why = SHIFT_ERROR_INIT;
        status = shift__load_run(in->store, sqlite3_column_int64(statement, 0), &report, &why);
        shift_report_free(report);
        bool named = strncmp(why.message, in->store->path, path) == 0;
        if (status == SHIFT_ENOMEM)
            (void)shift_error_set(err, status, "%s", why.message);
        else if (status != SHIFT_OK)
            status = shift__arena_print(in->arena, damage, err, "%s",
                                        why.message + (named ? path + 2 : 0));
    }
    (void)sqlite3_finalize(statement);
    return status;
}

/* What no run is read with. */
static shift_status examine_blobs(const shift__reading *in, const char **damage, shift_error *err)
{
    char sql[256];
    (void)snprintf(sql, sizeof sql,
                   "SELECT 'a series of monitor ' || monitor || ' is no state' FROM series"
                   " WHERE length(state) <> %zu UNION ALL"
                   " SELECT 'network ' || name || ' is not as long as it was' FROM network"
                   " WHERE length(file) <> bytes LIMIT 1",
                   sizeof(shift_series_state));
    return examine(in, sql, damage, err);
}

/* Each looks at what the one before has found to be there. */
static shift_status find_damage(const shift__reading *in, const char **damage, shift_error *err)
{
    shift_status status = examine(in,
                                  "SELECT replace(integrity_check, char(10), ' ')"
                                  " FROM pragma_integrity_check"
                                  " WHERE integrity_check <> 'ok' LIMIT 1",
                                  damage, err);
    if (status == SHIFT_OK && *damage == NULL)
        status = compare_schema(in, damage, err);
    if (status == SHIFT_OK && *damage == NULL)
        status = examine(in,
                         "SELECT 'a row of table ' || \"table\" || ' belongs to no row of '"
                         " || parent FROM pragma_foreign_key_check LIMIT 1",
                         damage, err);
    if (status == SHIFT_OK && *damage == NULL)
        status = read_runs(in, damage, err);
    if (status == SHIFT_OK && *damage == NULL)
        status = examine_blobs(in, damage, err);
    return status;
}

/* One state of the database, whoever changes it meanwhile. */
static shift_status examine_all(const shift__reading *in, shift_store_state *state,
                                shift_error *err)
{
    shift_status status = shift__store_begin_read(in->store, err);
    if (status != SHIFT_OK)
        return status;
    status = find_damage(in, &state->damage, err);
    if (status == SHIFT_OK && state->damage == NULL)
        status = measure(in, state, err);
    shift_status end = shift__store_end_read(in->store, status == SHIFT_OK ? err : NULL);
    return status == SHIFT_OK ? end : status;
}

typedef struct loaded_state {
    shift_store_state state; /* first: what the caller holds */
    shift__arena arena;
} loaded_state;

shift_status shift_store_check(shift_store *store, shift_store_state **out, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, store, out))
        return SHIFT_EINVAL;
    loaded_state *loaded = NULL;
    bool any = false;
    shift_status status = shift__store_has_tables(store, &any, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&loaded, 1, sizeof *loaded, err);
    if (status != SHIFT_OK)
        return status;
    const shift__reading in = {store, &loaded->arena, 0};
    shift_store_state *state = &loaded->state;
    state->size = sizeof *state;
    if (any)
        status = examine_all(&in, state, err);
    if (status != SHIFT_OK) {
        shift_store_state_free(state);
        return status;
    }
    *out = state;
    return SHIFT_OK;
}

void shift_store_state_free(shift_store_state *state)
{
    if (state == NULL)
        return;
    loaded_state *loaded = (loaded_state *)state;
    shift__arena_clear(&loaded->arena);
    free(loaded);
}
