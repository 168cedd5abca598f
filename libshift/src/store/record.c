/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing one run: one transaction, one prepared statement per table. */
#include <string.h>

#include "shift/version.h"
#include "store/store.h"

/* The statements of a transaction, and the first one's failure. */
typedef struct writer {
    shift_store *store;
    sqlite3_stmt *run, *subject, *summary, *measurement, *message;
    int64_t run_id;
    int64_t ordinal; /* of the next subject */
} writer;

/* Parameters of one row, bound from left to right; the first failure stays. */
typedef struct row {
    sqlite3_stmt *statement;
    int column;
    int code;
} row;

static void put_integer(row *r, int64_t value)
{
    int code = sqlite3_bind_int64(r->statement, ++r->column, value);
    if (r->code == SQLITE_OK)
        r->code = code;
}

/* Counts fit; a seed above INT64_MAX wraps around and comes back by the same cast. */
static void put_count(row *r, uint64_t value)
{
    put_integer(r, (int64_t)value);
}

/* SQLite turns NaN into NULL itself, and keeps infinities. */
static void put_real(row *r, double value)
{
    int code = sqlite3_bind_double(r->statement, ++r->column, value);
    if (r->code == SQLITE_OK)
        r->code = code;
}

static void put_text(row *r, const char *text)
{
    int code = sqlite3_bind_text(r->statement, ++r->column, text, -1, SQLITE_STATIC);
    if (r->code == SQLITE_OK)
        r->code = code;
}

static shift_status insert(const writer *w, row *r, shift_error *err)
{
    int code = r->code;
    if (code == SQLITE_OK) {
        code = sqlite3_step(r->statement);
        code = code == SQLITE_DONE ? SQLITE_OK : code;
    }
    shift_status status =
        code == SQLITE_OK ? SHIFT_OK : shift__store_failed(w->store, "record the run", err);
    (void)sqlite3_reset(r->statement);
    (void)sqlite3_clear_bindings(r->statement);
    return status;
}

static shift_status prepare(writer *w, shift_error *err)
{
    const struct {
        sqlite3_stmt **statement;
        const char *sql;
    } all[] = {
        {&w->run, "INSERT INTO run (kind, monitor, started_at, finished_at, version, seed, verdict,"
                  " train_source, train_rows, prod_source, prod_rows)"
                  " VALUES (?,?,?,?,?,?,?,?,?,?,?)"},
        {&w->subject, "INSERT INTO subject (run, ordinal, type, name, kind, verdict, reason,"
                      " detectable_mean_shift) VALUES (?,?,?,?,?,?,?,?)"},
        {&w->summary, "INSERT INTO summary (subject, side, n, missing, non_finite, invalid, mean,"
                      " variance, skewness, kurtosis, minimum, maximum, q01, q05, q25, q50, q75,"
                      " q95, q99, distinct_values)"
                      " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"},
        {&w->measurement, "INSERT INTO measurement (subject, ordinal, statistic, value, low, high,"
                          " p_value, log10_p, p_adjusted, warn, alert, verdict, reason)"
                          " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"},
        {&w->message, "INSERT INTO message (run, ordinal, level, subject, text)"
                      " VALUES (?,?,?,?,?)"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        shift_status status = shift__store_prepare(w->store, all[i].statement, all[i].sql, err);
        if (status != SHIFT_OK)
            return status;
    }
    return SHIFT_OK;
}

static void finalize(writer *w)
{
    (void)sqlite3_finalize(w->run);
    (void)sqlite3_finalize(w->subject);
    (void)sqlite3_finalize(w->summary);
    (void)sqlite3_finalize(w->measurement);
    (void)sqlite3_finalize(w->message);
}

static shift_status insert_run(writer *w, const shift_run *run, const shift_comparison *comparison,
                               shift_error *err)
{
    row r = {w->run, 0, SQLITE_OK};
    put_text(&r, "features");
    put_text(&r, run->monitor);
    put_text(&r, run->started_at);
    put_text(&r, run->finished_at);
    put_text(&r, shift_version());
    put_count(&r, comparison->seed);
    put_text(&r, shift_verdict_name(comparison->verdict));
    put_text(&r, comparison->train.source);
    put_count(&r, comparison->train.rows);
    put_text(&r, comparison->prod.source);
    put_count(&r, comparison->prod.rows);
    shift_status status = insert(w, &r, err);
    w->run_id = sqlite3_last_insert_rowid(w->store->db);
    return status;
}

static shift_status insert_summary(writer *w, int64_t subject, const char *side,
                                   const shift_summary *summary, shift_error *err)
{
    row r = {w->summary, 0, SQLITE_OK};
    put_integer(&r, subject);
    put_text(&r, side);
    put_count(&r, summary->n);
    put_count(&r, summary->missing);
    put_count(&r, summary->non_finite);
    put_count(&r, summary->invalid);
    put_real(&r, summary->mean);
    put_real(&r, summary->variance);
    put_real(&r, summary->skewness);
    put_real(&r, summary->kurtosis);
    put_real(&r, summary->minimum);
    put_real(&r, summary->maximum);
    for (size_t i = 0; i < sizeof summary->quantiles / sizeof *summary->quantiles; i++)
        put_real(&r, summary->quantiles[i]);
    put_real(&r, summary->distinct);
    return insert(w, &r, err);
}

static shift_status insert_measurement(writer *w, int64_t subject, size_t ordinal,
                                       const shift_measurement *measurement, shift_error *err)
{
    row r = {w->measurement, 0, SQLITE_OK};
    put_integer(&r, subject);
    put_count(&r, ordinal);
    put_text(&r, measurement->statistic);
    put_real(&r, measurement->value);
    put_real(&r, measurement->low);
    put_real(&r, measurement->high);
    put_real(&r, measurement->p_value);
    put_real(&r, measurement->log10_p);
    put_real(&r, measurement->p_adjusted);
    put_real(&r, measurement->warn);
    put_real(&r, measurement->alert);
    put_text(&r, shift_verdict_name(measurement->verdict));
    put_text(&r, measurement->reason);
    return insert(w, &r, err);
}

static shift_status insert_subject(writer *w, const shift_subject *subject, shift_error *err)
{
    row r = {w->subject, 0, SQLITE_OK};
    put_integer(&r, w->run_id);
    put_integer(&r, w->ordinal++);
    put_text(&r, shift__subject_types[subject->type]);
    put_text(&r, subject->name);
    put_text(&r, subject->type == SHIFT_SUBJECT_FEATURE ? shift_kind_name(subject->kind) : NULL);
    put_text(&r, shift_verdict_name(subject->verdict));
    put_text(&r, subject->reason);
    put_real(&r, subject->detectable_mean_shift);
    shift_status status = insert(w, &r, err);
    int64_t id = sqlite3_last_insert_rowid(w->store->db);
    if (status == SHIFT_OK)
        status = insert_summary(w, id, "train", &subject->train, err);
    if (status == SHIFT_OK)
        status = insert_summary(w, id, "prod", &subject->prod, err);
    for (size_t i = 0; status == SHIFT_OK && i < subject->n_measurements; i++)
        status = insert_measurement(w, id, i, subject->measurements[i], err);
    return status;
}

static shift_status insert_message(writer *w, size_t ordinal, const shift_message *message,
                                   shift_error *err)
{
    row r = {w->message, 0, SQLITE_OK};
    put_integer(&r, w->run_id);
    put_count(&r, ordinal);
    put_text(&r, shift_level_name(message->level));
    put_text(&r, message->subject);
    put_text(&r, message->text);
    return insert(w, &r, err);
}

static shift_status insert_all(writer *w, const shift_run *run, const shift_comparison *comparison,
                               shift_error *err)
{
    shift_status status = insert_run(w, run, comparison, err);
    if (status == SHIFT_OK)
        status = insert_subject(w, comparison->dataset, err);
    for (size_t i = 0; status == SHIFT_OK && i < comparison->n_features; i++)
        status = insert_subject(w, comparison->features[i], err);
    for (size_t i = 0; status == SHIFT_OK && i < comparison->n_messages; i++)
        status = insert_message(w, i, comparison->messages[i], err);
    return status;
}

static shift_status record_once(shift_store *store, const shift_run *run,
                                const shift_comparison *comparison, writer *w, bool *beaten,
                                shift_error *err)
{
    *w = (writer){.store = store};
    shift_status status = shift__store_begin(store, err);
    if (status != SHIFT_OK)
        return status;
    status = prepare(w, err);
    if (status == SHIFT_OK)
        status = insert_all(w, run, comparison, err);
    finalize(w);
    if (status == SHIFT_OK)
        return shift__store_commit(store, beaten, err);
    shift__store_rollback(store);
    return status;
}

shift_status shift_store_record(shift_store *store, const shift_run *run,
                                const shift_comparison *comparison, int64_t *run_id,
                                shift_error *err)
{
    writer w;
    bool beaten = true;
    for (int attempt = 0; attempt < 10 && beaten; attempt++) {
        shift_status status = record_once(store, run, comparison, &w, &beaten, err);
        if (status != SHIFT_OK)
            return status;
    }
    if (beaten)
        return shift_error_set(err, SHIFT_ESTORE,
                               "%s: cannot write: removed and made again by "
                               "other processes",
                               store->path);
    *run_id = w.run_id;
    return SHIFT_OK;
}
