/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a monitor knows from one run to the next: verdicts and news so far, series, what was
 * acknowledged. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/null.h"
#include "store/reading.h"

enum { VERDICTS = 256, STATE_DOUBLES = sizeof(shift_series_state) / sizeof(double) };

/* A number's bits as eight bytes, the lowest first, on any machine. */
static void put_double(unsigned char *to, double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    for (int i = 0; i < 8; i++)
        to[i] = (unsigned char)(bits >> (8 * i));
}

static double get_double(const unsigned char *from)
{
    uint64_t bits = 0;
    double value = 0;
    for (int i = 0; i < 8; i++)
        bits |= (uint64_t)from[i] << (8 * i);
    memcpy(&value, &bits, sizeof value);
    return value;
}

static shift_status insert_series(const shift_store *store, const shift_run *run, shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status = shift__store_prepare(
        store, &statement,
        "INSERT OR REPLACE INTO series (monitor, type, subject, statistic, state)"
        " VALUES (?,?,?,?,?)",
        err);
    for (size_t i = 0; status == SHIFT_OK && i < run->n_series; i++) {
        const shift_series *s = &run->series[i];
        double state[STATE_DOUBLES];
        unsigned char bytes[8 * STATE_DOUBLES];
        memcpy(state, &s->state, sizeof state);
        for (size_t k = 0; k < STATE_DOUBLES; k++)
            put_double(bytes + 8 * k, state[k]);
        (void)sqlite3_bind_text(statement, 1, run->monitor, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(statement, 2, shift__subject_types[s->type], -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(statement, 3, s->subject, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(statement, 4, s->statistic, -1, SQLITE_STATIC);
        (void)sqlite3_bind_blob(statement, 5, bytes, sizeof bytes, SQLITE_STATIC);
        if (sqlite3_step(statement) != SQLITE_DONE)
            status = shift__store_failed(store, "record the series", err);
        (void)sqlite3_reset(statement);
    }
    (void)sqlite3_finalize(statement);
    return status;
}

static shift_status insert_changes(const shift_store *store, const shift_run *run, int64_t run_id,
                                   shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status = shift__store_prepare(
        store, &statement,
        "INSERT INTO change_point (run, ordinal, type, subject, statistic, detector, upward, since,"
        " since_low, since_high) VALUES (?,?,?,?,?,?,?,?,?,?)",
        err);
    for (size_t i = 0; status == SHIFT_OK && i < run->n_changes; i++) {
        const shift_change *c = &run->changes[i];
        const char *texts[] = {shift__subject_types[c->type], c->subject, c->statistic,
                               shift_detector_name(c->detector)};
        (void)sqlite3_bind_int64(statement, 1, run_id);
        (void)sqlite3_bind_int64(statement, 2, (sqlite3_int64)i);
        for (int k = 0; k < 4; k++)
            (void)sqlite3_bind_text(statement, 3 + k, texts[k], -1, SQLITE_STATIC);
        (void)sqlite3_bind_int(statement, 7, c->upward);
        (void)sqlite3_bind_text(statement, 8, c->since, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(statement, 9, c->low, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(statement, 10, c->high, -1, SQLITE_STATIC);
        if (sqlite3_step(statement) != SQLITE_DONE)
            status = shift__store_failed(store, "record the changes", err);
        (void)sqlite3_reset(statement);
    }
    (void)sqlite3_finalize(statement);
    return status;
}

shift_status shift__store_remember(const shift_store *store, const shift_run *run, int64_t run_id,
                                   shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status = shift__store_prepare(
        store, &statement, "UPDATE run SET counted = ?2, notice = ?3, pending = ?4 WHERE id = ?1",
        err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_int64(statement, 1, run_id);
    (void)sqlite3_bind_text(statement, 2, shift_verdict_name(run->counted), -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 3, shift_notice_name(run->notice), -1, SQLITE_STATIC);
    (void)sqlite3_bind_int(statement, 4, (int)run->pending);
    if (sqlite3_step(statement) != SQLITE_DONE)
        status = shift__store_failed(store, "record the news", err);
    (void)sqlite3_finalize(statement);
    if (status == SHIFT_OK)
        status = insert_series(store, run, err);
    return status == SHIFT_OK ? insert_changes(store, run, run_id, err) : status;
}

typedef struct loaded_memory {
    shift_memory memory; /* first: what the caller holds */
    shift__arena arena;
    shift_verdict verdicts[VERDICTS];
} loaded_memory;

/* A question about a monitor and a period. */
typedef struct asking {
    shift__reading in;
    const char *monitor, *period;
    loaded_memory *loaded;
} asking;

static shift_status ask(const asking *a, const char *sql, sqlite3_stmt **out, shift_error *err)
{
    shift_status status = shift__store_prepare(a->in.store, out, sql, err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_text(*out, 1, a->monitor, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(*out, 2, a->period, -1, SQLITE_STATIC);
    return SHIFT_OK;
}

/* Of a period that was run several times, the last run counts. */
static shift_status read_verdicts(const asking *a, shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_alarm_past *past = &a->loaded->memory.past;
    shift_status status =
        ask(a,
            "SELECT coalesce(counted, verdict), period, max(id) FROM run WHERE monitor = ?1"
            " AND period < ?2 GROUP BY period ORDER BY period DESC LIMIT 256",
            &statement, err);
    if (status != SHIFT_OK)
        return status;
    bool told = false;
    while (past->n < VERDICTS && shift__next(&a->in, statement, &status, err)) {
        shift__row row = {statement, 0};
        shift_verdict *verdict = &a->loaded->verdicts[past->n++];
        status = shift__take_verdict(&a->in, &row, verdict, err);
        told = told || *verdict != SHIFT_VERDICT_INCONCLUSIVE;
        if (status == SHIFT_OK && !told)
            status = shift__take_required(&a->in, &row, &a->loaded->memory.untold_since, err);
    }
    (void)sqlite3_finalize(statement);
    past->verdicts = a->loaded->verdicts;
    return status;
}

static shift_notice notice_of(const char *word)
{
    int notice = SHIFT_NOTICE_RECOVERY;
    while (notice > SHIFT_NOTICE_NONE &&
           (word == NULL || strcmp(word, shift_notice_name((shift_notice)notice)) != 0))
        notice--;
    return (shift_notice)notice;
}

static shift_status read_notice(const asking *a, shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_alarm_past *past = &a->loaded->memory.past;
    shift_status status =
        ask(a,
            "SELECT notice, (SELECT count(DISTINCT period) + 1 FROM run r WHERE r.monitor = ?1"
            " AND r.period < ?2 AND r.period > n.period), NOT EXISTS (SELECT 1 FROM run l WHERE"
            " l.monitor = ?1 AND l.period >= ?2), EXISTS (SELECT 1 FROM run e WHERE"
            " e.monitor = ?1 AND e.period = ?2) FROM (SELECT 1) LEFT JOIN (SELECT notice, period"
            " FROM run WHERE monitor = ?1 AND notice IS NOT NULL AND period < ?2"
            " ORDER BY period DESC, id DESC LIMIT 1) n ON TRUE",
            &statement, err);
    if (status != SHIFT_OK)
        return status;
    if (shift__next(&a->in, statement, &status, err)) {
        shift__row row = {statement, 0};
        past->last = notice_of(shift__take_word(&row));
        past->runs_since = shift__take_count(&row);
        a->loaded->memory.newest = shift__take_integer(&row) != 0;
        a->loaded->memory.again = shift__take_integer(&row) != 0;
    }
    (void)sqlite3_finalize(statement);
    return status;
}

static shift_status read_later(const asking *a, shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_memory *memory = &a->loaded->memory;
    shift_status status =
        ask(a,
            "SELECT coalesce(counted, verdict), julianday(substr(period, 1, 10)) -"
            " julianday(substr(?2, 1, 10)), (SELECT notice FROM run n WHERE n.monitor = ?1"
            " AND n.notice IS NOT NULL AND n.period > ?2 ORDER BY n.period, n.id LIMIT 1)"
            " FROM run WHERE monitor = ?1 AND period > ?2 AND ?2 <> ''"
            " ORDER BY period, id DESC LIMIT 1",
            &statement, err);
    if (status != SHIFT_OK)
        return status;
    if (shift__next(&a->in, statement, &status, err)) {
        shift__row row = {statement, 0};
        status = shift__take_verdict(&a->in, &row, &memory->later_counted, err);
        memory->later_days = (unsigned)shift__take_count(&row);
        memory->later_notice = notice_of(shift__take_word(&row));
    }
    (void)sqlite3_finalize(statement);
    return status;
}

static shift_status take_state(const asking *a, sqlite3_stmt *statement, int column,
                               shift_series_state *out, shift_error *err)
{
    const unsigned char *bytes = sqlite3_column_blob(statement, column);
    double state[STATE_DOUBLES];
    if (bytes == NULL || sqlite3_column_bytes(statement, column) != (int)(8 * STATE_DOUBLES))
        return shift_error_set(err, SHIFT_ESTORE, "%s: a series of monitor %s is damaged",
                               a->in.store->path, a->monitor);
    for (size_t i = 0; i < STATE_DOUBLES; i++)
        state[i] = get_double(bytes + 8 * i);
    memcpy(out, state, sizeof *out);
    bool counts = out->n >= 0;
    for (size_t i = 0; i < SHIFT_ADWIN_LEVELS; i++)
        counts = counts && out->adwin_n[i] >= 0 && out->adwin_n[i] <= SHIFT_ADWIN_BUCKETS;
    return counts ? SHIFT_OK
                  : shift_error_set(err, SHIFT_ESTORE, "%s: a series of monitor %s is damaged",
                                    a->in.store->path, a->monitor);
}

static shift_status count_rows(const asking *a, const char *sql, size_t *n, shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status = ask(a, sql, &statement, err);
    if (status == SHIFT_OK && shift__next(&a->in, statement, &status, err))
        *n = (size_t)sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    return status;
}

static shift_status read_series(const asking *a, shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_series *list = NULL;
    size_t most = 0;
    size_t n = 0;
    shift_status status =
        count_rows(a, "SELECT count(*) FROM series WHERE monitor = ?1 AND ?2 <> ''", &most, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(a->in.arena, &list, most, sizeof *list, err);
    if (status == SHIFT_OK)
        status = ask(a,
                     "SELECT type, subject, statistic, state FROM series WHERE monitor = ?1"
                     " ORDER BY type = 'channel', type = 'layer', type = 'feature', subject,"
                     " statistic",
                     &statement, err);
    while (n < most && shift__next(&a->in, statement, &status, err)) {
        shift__row row = {statement, 0};
        shift_series *s = &list[n++];
        status = shift__take_type(&a->in, &row, &s->type, err);
        if (status == SHIFT_OK)
            status = shift__take_required(&a->in, &row, &s->subject, err);
        if (status == SHIFT_OK)
            status = shift__take_required(&a->in, &row, &s->statistic, err);
        if (status == SHIFT_OK)
            status = take_state(a, statement, 3, &s->state, err);
    }
    (void)sqlite3_finalize(statement);
    a->loaded->memory.series = list;
    a->loaded->memory.n_series = n;
    return status;
}

static shift_status read_acknowledged(const asking *a, shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_change *list = NULL;
    size_t most = 0;
    size_t n = 0;
    shift_status status = count_rows(
        a, "SELECT count(*) FROM acknowledgement WHERE monitor = ?1 AND until >= substr(?2, 1, 10)",
        &most, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(a->in.arena, &list, most, sizeof *list, err);
    if (status == SHIFT_OK)
        status = ask(a,
                     "SELECT type, subject FROM acknowledgement WHERE monitor = ?1"
                     " AND until >= substr(?2, 1, 10)",
                     &statement, err);
    while (n < most && shift__next(&a->in, statement, &status, err)) {
        shift__row row = {statement, 0};
        status = shift__take_type(&a->in, &row, &list[n].type, err);
        if (status == SHIFT_OK)
            status = shift__take_required(&a->in, &row, &list[n].subject, err);
        n++;
    }
    (void)sqlite3_finalize(statement);
    a->loaded->memory.acknowledged = list;
    a->loaded->memory.n_acknowledged = n;
    return status;
}

/* Whether what the last notice was about is acknowledged: a run of its period or a later one. */
static shift_status read_answer(const asking *a, shift_error *err)
{
    size_t runs = 0;
    shift_status status = count_rows(
        a,
        "SELECT (SELECT count(DISTINCT period) + 1 FROM run WHERE monitor = ?1 AND period < ?2"
        " AND period > k.period) FROM (SELECT max(r.period) AS period FROM acknowledgement a"
        " JOIN run r ON r.id = a.run WHERE a.monitor = ?1 AND a.until >= substr(?2, 1, 10)"
        " AND r.period < ?2) k WHERE k.period >= (SELECT max(period) FROM run WHERE monitor = ?1"
        " AND notice IS NOT NULL AND period < ?2)",
        &runs, err);
    a->loaded->memory.past.runs_answered = runs;
    return status;
}

/* What was at the level in the last periods, and has not been judged below it since. Of the data
 * set itself only what was measured on all features together counts. */
static const char suspects_sql[] =
    "WITH last AS (SELECT max(id) AS id, period FROM run WHERE monitor = ?1 AND period < ?2"
    " GROUP BY period ORDER BY period DESC LIMIT 256),"
    " high AS (SELECT DISTINCT s.type, s.name FROM last CROSS JOIN subject s ON s.run = last.id"
    " WHERE s.type IN ('feature', 'layer') AND s.verdict IN ('warn', 'alert')),"
    " told AS (SELECT type, name, (SELECT s.verdict FROM last CROSS JOIN subject s"
    " ON s.run = last.id AND s.name = high.name AND s.type = high.type"
    " WHERE s.verdict <> 'inconclusive' ORDER BY last.period DESC LIMIT 1) AS verdict FROM high"
    " UNION ALL SELECT * FROM (SELECT s.type, s.name, m.verdict FROM last"
    " CROSS JOIN subject s ON s.run = last.id AND s.ordinal = 0"
    " CROSS JOIN measurement m ON m.subject = s.id WHERE m.verdict <> 'inconclusive'"
    " ORDER BY last.period DESC LIMIT 1))"
    "SELECT type, name, verdict FROM told WHERE verdict IN ('warn', 'alert')";

static shift_status read_suspects(const asking *a, shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift__list list = {NULL, 0, 0};
    shift_memory *memory = &a->loaded->memory;
    shift_status status = ask(a, suspects_sql, &statement, err);
    while (shift__next(&a->in, statement, &status, err)) {
        shift__row row = {statement, 0};
        shift_suspect *suspect = NULL;
        status = shift__arena_alloc(a->in.arena, &suspect, 1, sizeof *suspect, err);
        if (status == SHIFT_OK)
            status = shift__take_type(&a->in, &row, &suspect->type, err);
        if (status == SHIFT_OK)
            status = shift__take_required(&a->in, &row, &suspect->subject, err);
        if (status == SHIFT_OK)
            status = shift__take_verdict(&a->in, &row, &suspect->verdict, err);
        if (status == SHIFT_OK)
            status = shift__list_add(&list, suspect, err);
    }
    (void)sqlite3_finalize(statement);
    if (status == SHIFT_OK)
        status = shift__list_take(&list, &a->in, &memory->suspects, &memory->n_suspects, err);
    shift__list_clear(&list);
    return status;
}

static shift_status read_pending(const asking *a, shift_error *err)
{
    enum { MOST = 100 };
    sqlite3_stmt *statement = NULL;
    shift_pending *list = NULL;
    size_t n = 0;
    shift_status status = shift__arena_alloc(a->in.arena, &list, MOST, sizeof *list, err);
    if (status == SHIFT_OK)
        status = ask(a,
                     "SELECT id, pending FROM run WHERE (monitor = ?1 OR substr(monitor, 1, "
                     "length(?1) + 1) = ?1 || ':') AND pending <> 0 ORDER BY id",
                     &statement, err);
    while (n < MOST && shift__next(&a->in, statement, &status, err))
        list[n++] = (shift_pending){sqlite3_column_int64(statement, 0),
                                    (shift_news)sqlite3_column_int(statement, 1)};
    (void)sqlite3_finalize(statement);
    a->loaded->memory.pending = list;
    a->loaded->memory.n_pending = n;
    return status;
}

shift_status shift_store_memory(shift_store *store, const char *monitor, const char *period,
                                shift_memory **out, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, store, monitor, period, out))
        return SHIFT_EINVAL;
    static shift_status (*const parts[])(const asking *, shift_error *) = {
        read_verdicts, read_notice,       read_later,    read_answer,
        read_series,   read_acknowledged, read_suspects, read_pending};
    loaded_memory *loaded = NULL;
    bool any = false;
    shift_status status = shift__store_has_tables(store, &any, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&loaded, 1, sizeof *loaded, err);
    if (status != SHIFT_OK)
        return status;
    loaded->memory.size = sizeof loaded->memory;
    loaded->memory.newest = true;
    const asking a = {{store, &loaded->arena, 0}, monitor, period, loaded};
    for (size_t i = 0; any && status == SHIFT_OK && i < sizeof parts / sizeof *parts; i++)
        status = parts[i](&a, err);
    if (status != SHIFT_OK) {
        shift_memory_free(&loaded->memory);
        return status;
    }
    *out = &loaded->memory;
    return SHIFT_OK;
}

void shift_memory_free(shift_memory *memory)
{
    if (memory == NULL)
        return;
    loaded_memory *loaded = (loaded_memory *)memory;
    shift__arena_clear(&loaded->arena);
    free(loaded);
}

static shift_status deliver(shift_store *store, void *context, shift_error *err)
{
    const int64_t *run_id = context;
    sqlite3_stmt *statement = NULL;
    shift_status status =
        shift__store_prepare(store, &statement, "UPDATE run SET pending = 0 WHERE id = ?", err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_int64(statement, 1, *run_id);
    if (sqlite3_step(statement) != SQLITE_DONE)
        status = shift__store_failed(store, "record the news", err);
    (void)sqlite3_finalize(statement);
    return status;
}

shift_status shift_store_delivered(shift_store *store, int64_t run_id, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, store))
        return SHIFT_EINVAL;
    return shift__store_transact(store, deliver, &run_id, err);
}

typedef struct acknowledging {
    int64_t run_id;
    const char *until, *because;
    size_t subjects;
} acknowledging;

/* Whether the run is about a day after that until which it is acknowledged. */
static shift_status check_until(const shift_store *store, const acknowledging *a, shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status = shift__store_prepare(
        store, &statement, "SELECT period FROM run WHERE id = ?1 AND substr(period, 1, 10) > ?2",
        err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_int64(statement, 1, a->run_id);
    (void)sqlite3_bind_text(statement, 2, a->until, -1, SQLITE_STATIC);
    if (sqlite3_step(statement) == SQLITE_ROW) {
        const char *period = (const char *)sqlite3_column_text(statement, 0);
        status = shift_error_set(err, SHIFT_EINVAL,
                                 "%s: run %lld is about %.10s, which is after %s", store->path,
                                 (long long)a->run_id, period != NULL ? period : "", a->until);
    }
    (void)sqlite3_finalize(statement);
    return status;
}

static shift_status acknowledge(shift_store *store, void *context, shift_error *err)
{
    acknowledging *a = context;
    sqlite3_stmt *statement = NULL;
    shift_status status = check_until(store, a, err);
    if (status != SHIFT_OK)
        return status;
    status = shift__store_prepare(
        store, &statement,
        "INSERT INTO acknowledgement (monitor, type, subject, until, because, run)"
        " SELECT r.monitor, s.type, s.name, ?2, ?3, r.id FROM run r JOIN subject s ON s.run = r.id"
        " WHERE r.id = ?1 AND r.monitor IS NOT NULL AND s.verdict IN ('warn', 'alert')",
        err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_int64(statement, 1, a->run_id);
    (void)sqlite3_bind_text(statement, 2, a->until, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 3, a->because, -1, SQLITE_STATIC);
    if (sqlite3_step(statement) != SQLITE_DONE)
        status = shift__store_failed(store, "record the acknowledgement", err);
    a->subjects = (size_t)sqlite3_changes(store->db);
    (void)sqlite3_finalize(statement);
    if (status == SHIFT_OK && a->subjects == 0)
        return shift_error_set(err, SHIFT_EINVAL,
                               "%s: run %lld is no run of a monitor in which something is shifted",
                               store->path, (long long)a->run_id);
    return status;
}

shift_status shift_store_acknowledge(shift_store *store, int64_t run_id, const char *until,
                                     const char *because, size_t *subjects, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, store, until, because, subjects))
        return SHIFT_EINVAL;
    acknowledging a = {run_id, until, because, 0};
    shift_status status = shift__store_transact(store, acknowledge, &a, err);
    if (status == SHIFT_OK)
        *subjects = a.subjects;
    return status;
}
