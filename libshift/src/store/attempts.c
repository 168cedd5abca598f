/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a monitor has tried, whatever came of it: a trace of processes that died and of days without
 * data, of which there is no run. */
#include <string.h>

#include "core/null.h"
#include "core/options.h"
#include "store/reading.h"

static const char *const outcomes[] = {NULL, "running", "recorded", "no data", "failed", "aborted"};

const char *shift_outcome_name(shift_outcome outcome)
{
    return (size_t)outcome < sizeof outcomes / sizeof *outcomes ? outcomes[outcome] : NULL;
}

/* Steps a statement that gives no rows, and finalizes it. */
static shift_status finish(const shift_store *store, sqlite3_stmt *statement, shift_error *err)
{
    shift_status status = SHIFT_OK;
    if (sqlite3_step(statement) != SQLITE_DONE)
        status = shift__store_failed(store, "note the attempt", err);
    (void)sqlite3_finalize(statement);
    return status;
}

typedef struct beginning {
    const shift_run *run;
    int64_t attempt;
    size_t aborted;
} beginning;

static shift_status begin(shift_store *store, void *context, shift_error *err)
{
    beginning *b = context;
    sqlite3_stmt *statement = NULL;
    shift_status status = shift__store_prepare(store, &statement,
                                               "UPDATE attempt SET outcome = 'aborted'"
                                               " WHERE monitor = ? AND outcome = 'running'",
                                               err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_text(statement, 1, b->run->monitor, -1, SQLITE_STATIC);
    status = finish(store, statement, err);
    b->aborted = (size_t)sqlite3_changes(store->db);
    if (status == SHIFT_OK)
        status = shift__store_prepare(store, &statement,
                                      "INSERT INTO attempt (monitor, period, started_at, outcome)"
                                      " VALUES (?,?,?,'running')",
                                      err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_text(statement, 1, b->run->monitor, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 2, b->run->period, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 3, b->run->started_at, -1, SQLITE_STATIC);
    status = finish(store, statement, err);
    b->attempt = sqlite3_last_insert_rowid(store->db);
    return status;
}

shift_status shift_store_begin_attempt(shift_store *store, const shift_run *run, int64_t *attempt,
                                       size_t *aborted, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, store, run, attempt, aborted))
        return SHIFT_EINVAL;
    shift_run complete = {.size = 0};
    beginning b = {&complete, 0, 0};
    shift_status status = SHIFT__OPTIONS_TAKE(&complete, run, "shift_run", err);
    if (status == SHIFT_OK && SHIFT__ANY_NULL(err, run->monitor, run->period, run->started_at))
        return SHIFT_EINVAL;
    if (status == SHIFT_OK)
        status = shift__store_transact(store, begin, &b, err);
    if (status == SHIFT_OK) {
        *attempt = b.attempt;
        *aborted = b.aborted;
    }
    return status;
}

typedef struct ending {
    int64_t attempt, run_id;
    shift_outcome outcome;
    const char *finished_at, *detail;
} ending;

static shift_status write_ending(const shift_store *store, const ending *e, shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status =
        shift__store_prepare(store, &statement,
                             "UPDATE attempt SET outcome = ?2, finished_at = ?3, detail = ?4,"
                             " run = nullif(?5, 0) WHERE id = ?1",
                             err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_int64(statement, 1, e->attempt);
    (void)sqlite3_bind_text(statement, 2, outcomes[e->outcome], -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 3, e->finished_at, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 4, e->detail, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(statement, 5, e->run_id);
    return finish(store, statement, err);
}

static shift_status end(shift_store *store, void *context, shift_error *err)
{
    return write_ending(store, context, err);
}

shift_status shift_store_end_attempt(shift_store *store, int64_t attempt, shift_outcome outcome,
                                     const char *finished_at, const char *detail, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, store, finished_at))
        return SHIFT_EINVAL;
    if (shift_outcome_name(outcome) == NULL)
        return shift_error_set(err, SHIFT_EINVAL, "an attempt cannot end as outcome %d",
                               (int)outcome);
    ending e = {attempt, 0, outcome, finished_at, detail};
    return shift__store_transact(store, end, &e, err);
}

shift_status shift__store_attempt_recorded(const shift_store *store, int64_t attempt,
                                           int64_t run_id, const char *finished_at,
                                           shift_error *err)
{
    ending e = {attempt, run_id, SHIFT_OUTCOME_RECORDED, finished_at, NULL};
    return write_ending(store, &e, err);
}

static shift_status take_outcome(const shift__reading *in, shift__row *row, shift_outcome *out,
                                 shift_error *err)
{
    const char *word = shift__take_word(row);
    for (int i = SHIFT_OUTCOME_RUNNING; word != NULL && i <= SHIFT_OUTCOME_ABORTED; i++)
        if (strcmp(word, outcomes[i]) == 0) {
            *out = (shift_outcome)i;
            return SHIFT_OK;
        }
    return shift__damaged(in, "unknown outcome", word, err);
}

/* A monitor "m:west" is about the days of the monitor m. */
static const char missed_sql[] =
    "SELECT monitor, period, started_at, outcome, detail FROM attempt a"
    " WHERE (?1 IS NULL OR monitor = ?1 OR substr(?1, 1, length(monitor) + 1) = monitor || ':')"
    " AND (?2 IS NULL OR period >= substr(?2, 1, 10))"
    " AND NOT EXISTS (SELECT 1 FROM attempt b WHERE b.monitor = a.monitor AND b.period = a.period"
    " AND (b.id > a.id OR b.outcome = 'recorded')) ORDER BY period, id";

static shift_status read_missed(const shift__reading *in, sqlite3_stmt *statement,
                                shift_missed **out, shift_error *err)
{
    shift__row row = {statement, 0};
    shift_missed *missed = NULL;
    shift_status status = shift__arena_alloc(in->arena, &missed, 1, sizeof *missed, err);
    if (status != SHIFT_OK)
        return status;
    const char **const texts[] = {&missed->monitor, &missed->period, &missed->started_at};
    for (size_t i = 0; status == SHIFT_OK && i < sizeof texts / sizeof *texts; i++)
        status = shift__take_required(in, &row, texts[i], err);
    if (status == SHIFT_OK)
        status = take_outcome(in, &row, &missed->outcome, err);
    if (status == SHIFT_OK)
        status = shift__take_text(in, &row, &missed->detail, err);
    *out = missed;
    return status;
}

shift_status shift__store_missed(const shift__reading *in, const char *monitor, const char *from,
                                 shift_history *out, shift_error *err)
{
    shift__list list = {NULL, 0, 0};
    sqlite3_stmt *statement = NULL;
    shift_status status = shift__store_prepare(in->store, &statement, missed_sql, err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_text(statement, 1, monitor, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 2, from, -1, SQLITE_STATIC);
    while (shift__next(in, statement, &status, err)) {
        shift_missed *missed = NULL;
        status = read_missed(in, statement, &missed, err);
        if (status == SHIFT_OK)
            status = shift__list_add(&list, missed, err);
    }
    (void)sqlite3_finalize(statement);
    if (status == SHIFT_OK)
        status = shift__list_take(&list, in, &out->missed, &out->n_missed, err);
    shift__list_clear(&list);
    return status;
}

static shift_status find(const shift__reading *in, const char *monitor, const char *period,
                         shift_attempt *out, shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status = shift__store_prepare(
        in->store, &statement,
        "SELECT id, coalesce(run, 0), outcome FROM attempt WHERE monitor = ?1 AND period = ?2"
        " ORDER BY run IS NOT NULL DESC, id DESC LIMIT 1",
        err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_text(statement, 1, monitor, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 2, period, -1, SQLITE_STATIC);
    if (shift__next(in, statement, &status, err)) {
        shift__row row = {statement, 0};
        out->id = shift__take_integer(&row);
        out->run_id = shift__take_integer(&row);
        status = take_outcome(in, &row, &out->outcome, err);
    }
    (void)sqlite3_finalize(statement);
    return status;
}

static shift_status find_first(const shift__reading *in, const char *monitor, const char *period,
                               bool *first, shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status = shift__store_prepare(
        in->store, &statement, "SELECT 1 FROM attempt WHERE monitor = ?1 AND period < ?2 LIMIT 1",
        err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_text(statement, 1, monitor, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 2, period, -1, SQLITE_STATIC);
    *first = !shift__next(in, statement, &status, err);
    (void)sqlite3_finalize(statement);
    return status;
}

shift_status shift_store_find_attempt(shift_store *store, const char *monitor, const char *period,
                                      shift_attempt *out, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, store, monitor, period, out))
        return SHIFT_EINVAL;
    *out = (shift_attempt){.size = sizeof *out, .first = true};
    shift__reading in = {store, NULL, 0};
    bool any = false;
    shift_status status = shift__store_has_tables(store, &any, err);
    if (status == SHIFT_OK && any)
        status = find(&in, monitor, period, out, err);
    if (status == SHIFT_OK && any)
        status = find_first(&in, monitor, period, &out->first, err);
    return status;
}

shift_status shift_store_has_run(shift_store *store, const char *monitor, const char *period,
                                 bool *out, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, store, monitor, period, out))
        return SHIFT_EINVAL;
    shift__reading in = {store, NULL, 0};
    sqlite3_stmt *statement = NULL;
    bool any = false;
    *out = false;
    shift_status status = shift__store_has_tables(store, &any, err);
    if (status != SHIFT_OK || !any)
        return status;
    status = shift__store_prepare(
        store, &statement, "SELECT 1 FROM run WHERE monitor = ?1 AND period = ?2 LIMIT 1", err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_text(statement, 1, monitor, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 2, period, -1, SQLITE_STATIC);
    *out = shift__next(&in, statement, &status, err);
    (void)sqlite3_finalize(statement);
    return status;
}
