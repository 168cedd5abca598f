/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks that are kept in the database, whole. */
#include <stdlib.h>
#include <string.h>

#include "core/null.h"
#include "store/reading.h"

typedef struct loaded_networks {
    shift_network_list list; /* first: what the caller holds */
    shift__arena arena;
} loaded_networks;

typedef struct addition {
    const shift_stored_network *network;
    const void *bytes;
} addition;

static shift_status step(const shift_store *store, sqlite3_stmt *statement, const char *what,
                         shift_error *err)
{
    shift_status status = SHIFT_OK;
    if (sqlite3_step(statement) != SQLITE_DONE)
        status = shift__store_failed(store, what, err);
    (void)sqlite3_finalize(statement);
    return status;
}

static shift_status refuse_second(const shift_store *store, const char *name, shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status =
        shift__store_prepare(store, &statement, "SELECT 1 FROM network WHERE name = ?", err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    if (sqlite3_step(statement) == SQLITE_ROW)
        status = shift_error_set(err, SHIFT_ESTORE,
                                 "%s: there is a network \"%s\" already; remove it first",
                                 store->path, name);
    (void)sqlite3_finalize(statement);
    return status;
}

static shift_status add(shift_store *store, void *context, shift_error *err)
{
    const addition *a = context;
    const shift_stored_network *network = a->network;
    sqlite3_stmt *statement = NULL;
    shift_status status = refuse_second(store, network->name, err);
    if (status == SHIFT_OK)
        status = shift__store_prepare(store, &statement,
                                      "INSERT INTO network (name, hash, bytes, operators, layers,"
                                      " added_at, file) VALUES (?,?,?,?,?,?,?)",
                                      err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_text(statement, 1, network->name, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 2, network->hash, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(statement, 3, (int64_t)network->bytes);
    (void)sqlite3_bind_text(statement, 4, network->operators, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(statement, 5, (int64_t)network->layers);
    (void)sqlite3_bind_text(statement, 6, network->added_at, -1, SQLITE_STATIC);
    int code = sqlite3_bind_blob64(statement, 7, a->bytes, network->bytes, SQLITE_STATIC);
    if (code == SQLITE_OK)
        return step(store, statement, "store the network", err);
    (void)sqlite3_finalize(statement);
    return shift_error_set(err, SHIFT_ESTORE, "%s: the network is too large for the database",
                           store->path);
}

shift_status shift_store_network_add(shift_store *store, const shift_stored_network *network,
                                     const void *bytes, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, store, network, bytes) ||
        SHIFT__ANY_NULL(err, network->name, network->hash, network->operators, network->added_at))
        return SHIFT_EINVAL;
    addition a = {network, bytes};
    return shift__store_transact(store, add, &a, err);
}

static shift_status refuse_unknown(const shift_store *store, const char *name, shift_error *err)
{
    return shift_error_set(err, SHIFT_ESTORE, "%s: there is no network \"%s\"", store->path, name);
}

static shift_status take_out(shift_store *store, void *context, shift_error *err)
{
    const char *name = context;
    sqlite3_stmt *statement = NULL;
    shift_status status =
        shift__store_prepare(store, &statement, "DELETE FROM network WHERE name = ?", err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    status = step(store, statement, "remove the network", err);
    if (status == SHIFT_OK && sqlite3_changes(store->db) == 0)
        status = refuse_unknown(store, name, err);
    return status;
}

shift_status shift_store_network_remove(shift_store *store, const char *name, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, store, name))
        return SHIFT_EINVAL;
    char *copy = NULL;
    shift_status status = shift__text_copy(&copy, name, strlen(name), err);
    if (status == SHIFT_OK)
        status = shift__store_transact(store, take_out, copy, err);
    free(copy);
    return status;
}

static shift_status read_bytes(shift_store *store, const char *name, void **bytes, size_t *n,
                               shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status =
        shift__store_prepare(store, &statement, "SELECT file FROM network WHERE name = ?", err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        *n = (size_t)sqlite3_column_bytes(statement, 0);
        status = shift__alloc(bytes, *n, 1, err);
        if (status == SHIFT_OK && *n > 0)
            memcpy(*bytes, sqlite3_column_blob(statement, 0), *n);
    } else if (code == SQLITE_DONE) {
        status = refuse_unknown(store, name, err);
    } else {
        status = shift__store_failed(store, "read", err);
    }
    (void)sqlite3_finalize(statement);
    return status;
}

shift_status shift_store_network_bytes(shift_store *store, const char *name, void **bytes,
                                       size_t *n, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, store, name, bytes, n))
        return SHIFT_EINVAL;
    bool any = false;
    shift_status status = shift__store_has_tables(store, &any, err);
    if (status == SHIFT_OK && !any)
        return refuse_unknown(store, name, err);
    return status == SHIFT_OK ? read_bytes(store, name, bytes, n, err) : status;
}

static shift_status read_network(const shift__reading *in, sqlite3_stmt *statement,
                                 shift_stored_network **out, shift_error *err)
{
    shift_status status = shift__arena_alloc(in->arena, out, 1, sizeof **out, err);
    if (status != SHIFT_OK)
        return status;
    shift__row row = {statement, 0};
    status = shift__take_required(in, &row, &(*out)->name, err);
    if (status == SHIFT_OK)
        status = shift__take_required(in, &row, &(*out)->hash, err);
    if (status == SHIFT_OK)
        status = shift__take_required(in, &row, &(*out)->operators, err);
    if (status == SHIFT_OK)
        status = shift__take_required(in, &row, &(*out)->added_at, err);
    (*out)->bytes = shift__take_count(&row);
    (*out)->layers = (size_t)shift__take_count(&row);
    return status;
}

static shift_status read_networks(shift_store *store, loaded_networks *loaded, shift_error *err)
{
    shift__reading in = {store, &loaded->arena, 0};
    shift__list list = {NULL, 0, 0};
    sqlite3_stmt *statement = NULL;
    shift_status status = shift__store_prepare(
        store, &statement,
        "SELECT name, hash, operators, added_at, bytes, layers FROM network ORDER BY name", err);
    if (status != SHIFT_OK)
        return status;
    while (shift__next(&in, statement, &status, err)) {
        shift_stored_network *network = NULL;
        status = read_network(&in, statement, &network, err);
        if (status == SHIFT_OK)
            status = shift__list_add(&list, network, err);
    }
    (void)sqlite3_finalize(statement);
    if (status == SHIFT_OK)
        status = shift__list_take(&list, &in, &loaded->list.networks, &loaded->list.n, err);
    shift__list_clear(&list);
    return status;
}

shift_status shift_store_networks(shift_store *store, shift_network_list **out, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, store, out))
        return SHIFT_EINVAL;
    loaded_networks *loaded = NULL;
    bool any = false;
    shift_status status = shift__store_has_tables(store, &any, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&loaded, 1, sizeof *loaded, err);
    if (status != SHIFT_OK)
        return status;
    loaded->list.size = sizeof loaded->list;
    if (any)
        status = read_networks(store, loaded, err);
    if (status != SHIFT_OK) {
        shift_network_list_free(&loaded->list);
        return status;
    }
    *out = &loaded->list;
    return SHIFT_OK;
}

void shift_network_list_free(shift_network_list *list)
{
    if (list == NULL)
        return;
    loaded_networks *loaded = (loaded_networks *)list;
    shift__arena_clear(&loaded->arena);
    free(loaded);
}
