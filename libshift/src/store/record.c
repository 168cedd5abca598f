/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing one run: one transaction, one prepared statement per table. */
#include <string.h>

#include "core/null.h"
#include "core/options.h"
#include "shift/version.h"
#include "store/writing.h"

void shift__put_integer(shift__record *r, int64_t value)
{
    int code = sqlite3_bind_int64(r->statement, ++r->column, value);
    if (r->code == SQLITE_OK)
        r->code = code;
}

void shift__put_count(shift__record *r, uint64_t value)
{
    shift__put_integer(r, (int64_t)value);
}

void shift__put_real(shift__record *r, double value)
{
    int code = sqlite3_bind_double(r->statement, ++r->column, value);
    if (r->code == SQLITE_OK)
        r->code = code;
}

void shift__put_text(shift__record *r, const char *text)
{
    int code = sqlite3_bind_text(r->statement, ++r->column, text, -1, SQLITE_STATIC);
    if (r->code == SQLITE_OK)
        r->code = code;
}

void shift__put_bytes(shift__record *r, const unsigned char *bytes, size_t n)
{
    int code = sqlite3_bind_blob64(r->statement, ++r->column, bytes, n, SQLITE_STATIC);
    if (r->code == SQLITE_OK)
        r->code = code;
}

shift_status shift__insert(const shift__writer *w, shift__record *r, shift_error *err)
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

static shift_status prepare(shift__writer *w, shift_error *err)
{
    const struct {
        sqlite3_stmt **statement;
        const char *sql;
    } all[] = {
        {&w->run, "INSERT INTO run (kind, monitor, started_at, finished_at, version, seed, verdict,"
                  " train_source, train_rows, prod_source, prod_rows, period)"
                  " VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"},
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
        {&w->curve, "INSERT INTO curve (subject, side, vertices) VALUES (?,?,?)"},
        {&w->category, "INSERT INTO category (subject, ordinal, name, train, prod)"
                       " VALUES (?,?,?,?,?)"},
        {&w->attribution, "INSERT INTO attribution (run, ordinal, statistic, feature, share)"
                          " VALUES (?,?,?,?,?)"},
        {&w->correlation, "INSERT INTO correlation (run, ordinal, x, y, train, prod)"
                          " VALUES (?,?,?,?,?,?)"},
        {&w->layer, "INSERT INTO layer (subject, place, op, channels) VALUES (?,?,?,?)"},
        {&w->channel_values, "INSERT INTO channel_values (subject, ordinal, statistic, doubles)"
                             " VALUES (?,?,?,?)"},
        {&w->network, "INSERT INTO network_run (run, name, hash, bytes, operators, first_shifted,"
                      " train_accuracy, prod_accuracy) VALUES (?,?,?,?,?,?,?,?)"},
        {&w->checkpoint, "INSERT INTO checkpoint (run, ordinal, source) VALUES (?,?,?)"},
        {&w->course, "INSERT INTO course (subject, ordinal, statistic, doubles)"
                     " VALUES (?,?,?,?)"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        shift_status status = shift__store_prepare(w->store, all[i].statement, all[i].sql, err);
        if (status != SHIFT_OK)
            return status;
    }
    return SHIFT_OK;
}

static void finalize(shift__writer *w)
{
    (void)sqlite3_finalize(w->run);
    (void)sqlite3_finalize(w->subject);
    (void)sqlite3_finalize(w->summary);
    (void)sqlite3_finalize(w->measurement);
    (void)sqlite3_finalize(w->message);
    (void)sqlite3_finalize(w->curve);
    (void)sqlite3_finalize(w->category);
    (void)sqlite3_finalize(w->attribution);
    (void)sqlite3_finalize(w->correlation);
    (void)sqlite3_finalize(w->layer);
    (void)sqlite3_finalize(w->channel_values);
    (void)sqlite3_finalize(w->network);
    (void)sqlite3_finalize(w->checkpoint);
    (void)sqlite3_finalize(w->course);
}

static shift_status insert_run(shift__writer *w, const shift_run *run,
                               const shift_comparison *comparison, shift_error *err)
{
    shift__record r = {w->run, 0, SQLITE_OK};
    shift__put_text(&r, comparison->network != NULL ? "network" : "features");
    shift__put_text(&r, run->monitor);
    shift__put_text(&r, run->started_at);
    shift__put_text(&r, run->finished_at);
    shift__put_text(&r, shift_version());
    shift__put_count(&r, comparison->seed);
    shift__put_text(&r, shift_verdict_name(comparison->verdict));
    shift__put_text(&r, comparison->train.source);
    shift__put_count(&r, comparison->train.rows);
    shift__put_text(&r, comparison->prod.source);
    shift__put_count(&r, comparison->prod.rows);
    shift__put_text(&r, run->period);
    shift_status status = shift__insert(w, &r, err);
    w->run_id = sqlite3_last_insert_rowid(w->store->db);
    return status;
}

static shift_status insert_summary(shift__writer *w, int64_t subject, const char *side,
                                   const shift_summary *summary, shift_error *err)
{
    shift__record r = {w->summary, 0, SQLITE_OK};
    shift__put_integer(&r, subject);
    shift__put_text(&r, side);
    shift__put_count(&r, summary->n);
    shift__put_count(&r, summary->missing);
    shift__put_count(&r, summary->non_finite);
    shift__put_count(&r, summary->invalid);
    shift__put_real(&r, summary->mean);
    shift__put_real(&r, summary->variance);
    shift__put_real(&r, summary->skewness);
    shift__put_real(&r, summary->kurtosis);
    shift__put_real(&r, summary->minimum);
    shift__put_real(&r, summary->maximum);
    for (size_t i = 0; i < sizeof summary->quantiles / sizeof *summary->quantiles; i++)
        shift__put_real(&r, summary->quantiles[i]);
    shift__put_real(&r, summary->distinct);
    return shift__insert(w, &r, err);
}

static shift_status insert_measurement(shift__writer *w, int64_t subject, size_t ordinal,
                                       const shift_measurement *measurement, shift_error *err)
{
    shift__record r = {w->measurement, 0, SQLITE_OK};
    shift__put_integer(&r, subject);
    shift__put_count(&r, ordinal);
    shift__put_text(&r, measurement->statistic);
    shift__put_real(&r, measurement->value);
    shift__put_real(&r, measurement->low);
    shift__put_real(&r, measurement->high);
    shift__put_real(&r, measurement->p_value);
    shift__put_real(&r, measurement->log10_p);
    shift__put_real(&r, measurement->p_adjusted);
    shift__put_real(&r, measurement->warn);
    shift__put_real(&r, measurement->alert);
    shift__put_text(&r, shift_verdict_name(measurement->verdict));
    shift__put_text(&r, measurement->reason);
    return shift__insert(w, &r, err);
}

static shift_status insert_subject(shift__writer *w, const shift_subject *subject,
                                   size_t checkpoints, shift_error *err)
{
    shift__record r = {w->subject, 0, SQLITE_OK};
    shift__put_integer(&r, w->run_id);
    shift__put_integer(&r, w->ordinal++);
    shift__put_text(&r, shift__subject_types[subject->type]);
    shift__put_text(&r, subject->name);
    shift__put_text(&r,
                    subject->type == SHIFT_SUBJECT_FEATURE ? shift_kind_name(subject->kind) : NULL);
    shift__put_text(&r, shift_verdict_name(subject->verdict));
    shift__put_text(&r, subject->reason);
    shift__put_real(&r, subject->detectable_mean_shift);
    shift_status status = shift__insert(w, &r, err);
    int64_t id = sqlite3_last_insert_rowid(w->store->db);
    if (status == SHIFT_OK)
        status = insert_summary(w, id, "train", &subject->train, err);
    if (status == SHIFT_OK)
        status = insert_summary(w, id, "prod", &subject->prod, err);
    for (size_t i = 0; status == SHIFT_OK && i < subject->n_measurements; i++)
        status = insert_measurement(w, id, i, subject->measurements[i], err);
    if (status == SHIFT_OK && subject->type == SHIFT_SUBJECT_LAYER)
        status = shift__insert_layer(w, id, subject, err);
    if (status == SHIFT_OK)
        status = shift__insert_courses(w, id, subject, checkpoints, err);
    return status == SHIFT_OK ? shift__insert_pictures(w, id, subject, err) : status;
}

static shift_status insert_message(shift__writer *w, size_t ordinal, const shift_message *message,
                                   shift_error *err)
{
    shift__record r = {w->message, 0, SQLITE_OK};
    shift__put_integer(&r, w->run_id);
    shift__put_count(&r, ordinal);
    shift__put_text(&r, shift_level_name(message->level));
    shift__put_text(&r, message->subject);
    shift__put_text(&r, message->text);
    return shift__insert(w, &r, err);
}

static shift_status insert_all(shift__writer *w, const shift_run *run,
                               const shift_comparison *comparison, shift_error *err)
{
    size_t checkpoints = comparison->n_checkpoints;
    shift_status status = insert_run(w, run, comparison, err);
    if (status == SHIFT_OK)
        status = insert_subject(w, comparison->dataset, checkpoints, err);
    for (size_t i = 0; status == SHIFT_OK && i < comparison->n_features; i++)
        status = insert_subject(w, comparison->features[i], checkpoints, err);
    for (size_t i = 0; status == SHIFT_OK && i < comparison->n_layers; i++)
        status = insert_subject(w, comparison->layers[i], checkpoints, err);
    if (status == SHIFT_OK && comparison->network != NULL)
        status = shift__insert_network(w, comparison->network, err);
    if (status == SHIFT_OK)
        status = shift__insert_checkpoints(w, comparison, err);
    for (size_t i = 0; status == SHIFT_OK && i < comparison->n_messages; i++)
        status = insert_message(w, i, comparison->messages[i], err);
    return status == SHIFT_OK ? shift__insert_joint(w, comparison, err) : status;
}

/* What one transaction is to write. */
typedef struct recording {
    const shift_run *run;
    const shift_comparison *comparison;
    int64_t run_id;
} recording;

static shift_status record(shift_store *store, void *context, shift_error *err)
{
    recording *r = context;
    shift__writer w = {.store = store};
    shift_status status = prepare(&w, err);
    if (status == SHIFT_OK)
        status = insert_all(&w, r->run, r->comparison, err);
    finalize(&w);
    r->run_id = w.run_id;
    if (status == SHIFT_OK && r->run->attempt != 0)
        status = shift__store_attempt_recorded(store, r->run->attempt, w.run_id,
                                               r->run->finished_at, err);
    if (status == SHIFT_OK && r->run->monitor != NULL)
        status = shift__store_remember(store, r->run, w.run_id, err);
    if (status == SHIFT_OK && r->run->profile != NULL)
        status = shift__store_keep_profile(store, r->run, w.run_id, err);
    return status;
}

shift_status shift_store_record(shift_store *store, const shift_run *run,
                                const shift_comparison *comparison, int64_t *run_id,
                                shift_error *err)
{
    if (SHIFT__ANY_NULL(err, store, run, comparison, run_id))
        return SHIFT_EINVAL;
    shift_run complete = {.size = 0};
    recording r = {&complete, comparison, 0};
    shift_status status = SHIFT__OPTIONS_TAKE(&complete, run, "shift_run", err);
    if (status == SHIFT_OK && SHIFT__ANY_NULL(err, run->started_at, run->finished_at))
        return SHIFT_EINVAL;
    if (status == SHIFT_OK)
        status = shift__store_transact(store, record, &r, err);
    if (status == SHIFT_OK)
        *run_id = r.run_id;
    return status;
}
