/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading one run back: one read transaction, one arena for everything in the report. The file may
 * be damaged or edited by hand, so what it says is checked. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "store/store.h"

typedef struct loaded_report {
    shift_report report; /* first: what the caller holds */
    shift_comparison comparison;
    shift__arena arena;
} loaded_report;

typedef struct reader {
    shift_store *store;
    shift__arena *arena;
    int64_t run_id;
    sqlite3_stmt *subject, *summary, *measurement;
    const void **pointers; /* scratch: the rows of one list, before their number is known */
    size_t capacity;
} reader;

/* Columns of one row, taken from left to right. */
typedef struct row {
    sqlite3_stmt *statement;
    int column;
} row;

static int64_t take_integer(row *r)
{
    return sqlite3_column_int64(r->statement, r->column++);
}

static uint64_t take_count(row *r)
{
    return (uint64_t)take_integer(r);
}

static double take_real(row *r)
{
    int column = r->column++;
    if (sqlite3_column_type(r->statement, column) == SQLITE_NULL)
        return NAN;
    return sqlite3_column_double(r->statement, column);
}

/* Borrowed until the next step; NULL for NULL. */
static const char *take_word(row *r)
{
    return (const char *)sqlite3_column_text(r->statement, r->column++);
}

static shift_status take_text(const reader *in, row *r, const char **out, shift_error *err)
{
    int column = r->column++;
    if (sqlite3_column_type(r->statement, column) == SQLITE_NULL) {
        *out = NULL;
        return SHIFT_OK;
    }
    const char *text = (const char *)sqlite3_column_text(r->statement, column);
    if (text == NULL)
        return shift_error_set(err, SHIFT_ENOMEM, "%s: out of memory", in->store->path);
    return shift__arena_text(in->arena, out, text, strlen(text), err);
}

static shift_status damaged(const reader *in, const char *what, const char *word, shift_error *err)
{
    return shift_error_set(err, SHIFT_ESTORE, "%s: run %lld is damaged: %s \"%s\"", in->store->path,
                           (long long)in->run_id, what, word != NULL ? word : "");
}

/* For columns that are NOT NULL: a damaged file may hold NULL all the same. */
static shift_status take_required(const reader *in, row *r, const char **out, shift_error *err)
{
    shift_status status = take_text(in, r, out, err);
    if (status == SHIFT_OK && *out == NULL)
        return damaged(in, "no text in column", sqlite3_column_name(r->statement, r->column - 1),
                       err);
    return status;
}

static shift_status take_verdict(const reader *in, row *r, shift_verdict *out, shift_error *err)
{
    const char *word = take_word(r);
    *out = SHIFT_VERDICT_NONE;
    if (word == NULL)
        return SHIFT_OK;
    for (int i = SHIFT_VERDICT_OK; i <= SHIFT_VERDICT_ALERT; i++)
        if (strcmp(word, shift_verdict_name((shift_verdict)i)) == 0) {
            *out = (shift_verdict)i;
            return SHIFT_OK;
        }
    return damaged(in, "unknown verdict", word, err);
}

static shift_status keep(reader *in, size_t i, const void *item, shift_error *err)
{
    shift_status status =
        shift__array_grow(&in->pointers, &in->capacity, i + 1, sizeof *in->pointers, err);
    if (status == SHIFT_OK)
        in->pointers[i] = item;
    return status;
}

/* The kept pointers as an array of the arena. `out` is any pointer to an array of pointers. */
static shift_status gather(const reader *in, size_t n, void *out, shift_error *err)
{
    const void **array = NULL;
    shift_status status = shift__arena_alloc(in->arena, &array, n != 0 ? n : 1, sizeof *array, err);
    if (status != SHIFT_OK)
        return status;
    if (n > 0)
        memcpy(array, in->pointers, n * sizeof *array);
    memcpy(out, &array, sizeof array);
    return SHIFT_OK;
}

/* True while there is a row; at the end, or at a failure, the statement is ready for the next use.
 */
static bool next(const reader *in, sqlite3_stmt *statement, shift_status *status, shift_error *err)
{
    int code = *status == SHIFT_OK ? sqlite3_step(statement) : SQLITE_DONE;
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        *status = shift__store_failed(in->store, "read", err);
    (void)sqlite3_reset(statement);
    return false;
}

static shift_status read_measurement(const reader *in, shift_measurement **out, shift_error *err)
{
    shift_measurement *m = NULL;
    shift_status status = shift__arena_alloc(in->arena, &m, 1, sizeof *m, err);
    if (status != SHIFT_OK)
        return status;
    row r = {in->measurement, 0};
    status = take_required(in, &r, &m->statistic, err);
    m->value = take_real(&r);
    m->low = take_real(&r);
    m->high = take_real(&r);
    m->p_value = take_real(&r);
    m->log10_p = take_real(&r);
    m->p_adjusted = take_real(&r);
    m->warn = take_real(&r);
    m->alert = take_real(&r);
    if (status == SHIFT_OK)
        status = take_verdict(in, &r, &m->verdict, err);
    if (status == SHIFT_OK)
        status = take_text(in, &r, &m->reason, err);
    *out = m;
    return status;
}

static shift_status read_measurements(reader *in, int64_t id, shift_subject *subject,
                                      shift_error *err)
{
    shift_status status = SHIFT_OK;
    size_t n = 0;
    (void)sqlite3_bind_int64(in->measurement, 1, id);
    while (next(in, in->measurement, &status, err)) {
        shift_measurement *measurement = NULL;
        status = read_measurement(in, &measurement, err);
        if (status == SHIFT_OK)
            status = keep(in, n++, measurement, err);
    }
    subject->n_measurements = n;
    return status == SHIFT_OK ? gather(in, n, &subject->measurements, err) : status;
}

static void read_summary(row *r, shift_summary *summary)
{
    summary->n = take_count(r);
    summary->missing = take_count(r);
    summary->non_finite = take_count(r);
    summary->invalid = take_count(r);
    summary->mean = take_real(r);
    summary->variance = take_real(r);
    summary->skewness = take_real(r);
    summary->kurtosis = take_real(r);
    summary->minimum = take_real(r);
    summary->maximum = take_real(r);
    for (size_t i = 0; i < sizeof summary->quantiles / sizeof *summary->quantiles; i++)
        summary->quantiles[i] = take_real(r);
    summary->distinct = take_real(r);
}

static shift_status read_summaries(const reader *in, int64_t id, shift_subject *subject,
                                   shift_error *err)
{
    shift_status status = SHIFT_OK;
    int sides = 0;
    (void)sqlite3_bind_int64(in->summary, 1, id);
    while (next(in, in->summary, &status, err)) {
        row r = {in->summary, 0};
        const char *side = take_word(&r);
        bool train = side != NULL && strcmp(side, "train") == 0;
        read_summary(&r, train ? &subject->train : &subject->prod);
        sides += train ? 1 : 2;
    }
    if (status == SHIFT_OK && sides != 3)
        return damaged(in, "a summary is missing of", subject->name, err);
    return status;
}

static shift_status take_kind(const reader *in, row *r, const shift_subject *subject,
                              shift_kind *out, shift_error *err)
{
    const char *word = take_word(r);
    if (subject->type == SHIFT_SUBJECT_FEATURE && (word == NULL || !shift_kind_parse(word, out)))
        return damaged(in, "unknown kind", word, err);
    return SHIFT_OK;
}

static shift_status take_type(const reader *in, row *r, shift_subject_type *out, shift_error *err)
{
    const char *word = take_word(r);
    for (int i = SHIFT_SUBJECT_DATASET; word != NULL && i <= SHIFT_SUBJECT_CHANNEL; i++)
        if (strcmp(word, shift__subject_types[i]) == 0) {
            *out = (shift_subject_type)i;
            return SHIFT_OK;
        }
    return damaged(in, "unknown subject type", word, err);
}

static shift_status read_subject(const reader *in, int64_t *id, shift_subject **out,
                                 shift_error *err)
{
    shift_subject *subject = NULL;
    shift_status status = shift__arena_alloc(in->arena, &subject, 1, sizeof *subject, err);
    if (status != SHIFT_OK)
        return status;
    row r = {in->subject, 0};
    *id = take_integer(&r);
    status = take_type(in, &r, &subject->type, err);
    if (status == SHIFT_OK)
        status = take_required(in, &r, &subject->name, err);
    if (status == SHIFT_OK)
        status = take_kind(in, &r, subject, &subject->kind, err);
    if (status == SHIFT_OK)
        status = take_verdict(in, &r, &subject->verdict, err);
    if (status == SHIFT_OK)
        status = take_text(in, &r, &subject->reason, err);
    subject->detectable_mean_shift = take_real(&r);
    *out = subject;
    return status;
}

/* The lists of a subject use the scratch array too, so the features stay chained through it only
 * after their own rows have been read: subjects first, then what belongs to each. */
static shift_status read_subjects(reader *in, shift_comparison *comparison, shift_error *err)
{
    shift_status status = SHIFT_OK;
    size_t n = 0;
    const void **features = NULL;
    size_t capacity = 0;
    (void)sqlite3_bind_int64(in->subject, 1, in->run_id);
    while (next(in, in->subject, &status, err)) {
        shift_subject *subject = NULL;
        int64_t id = 0;
        status = read_subject(in, &id, &subject, err);
        if (status == SHIFT_OK)
            status = read_summaries(in, id, subject, err);
        if (status == SHIFT_OK)
            status = read_measurements(in, id, subject, err);
        if (status == SHIFT_OK && subject->type == SHIFT_SUBJECT_DATASET) {
            comparison->dataset = subject;
        } else if (status == SHIFT_OK && subject->type == SHIFT_SUBJECT_FEATURE) {
            status = shift__array_grow(&features, &capacity, n + 1, sizeof *features, err);
            if (status == SHIFT_OK)
                features[n++] = subject;
        }
    }
    free(in->pointers);
    in->pointers = features;
    in->capacity = capacity;
    comparison->n_features = n;
    if (status == SHIFT_OK && comparison->dataset == NULL)
        return damaged(in, "no row in table subject of type", "dataset", err);
    return status == SHIFT_OK ? gather(in, n, &comparison->features, err) : status;
}

static shift_status take_level(const reader *in, row *r, shift_level *out, shift_error *err)
{
    const char *word = take_word(r);
    for (int i = SHIFT_LEVEL_INFO; word != NULL && i <= SHIFT_LEVEL_ERROR; i++)
        if (strcmp(word, shift_level_name((shift_level)i)) == 0) {
            *out = (shift_level)i;
            return SHIFT_OK;
        }
    return damaged(in, "unknown level", word, err);
}

static shift_status read_message(const reader *in, sqlite3_stmt *statement, shift_message **out,
                                 shift_error *err)
{
    shift_status status = shift__arena_alloc(in->arena, out, 1, sizeof **out, err);
    if (status != SHIFT_OK)
        return status;
    row r = {statement, 0};
    status = take_level(in, &r, &(*out)->level, err);
    if (status == SHIFT_OK)
        status = take_text(in, &r, &(*out)->subject, err);
    if (status == SHIFT_OK)
        status = take_required(in, &r, &(*out)->text, err);
    return status;
}

static shift_status read_messages(reader *in, shift_comparison *comparison, shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status =
        shift__store_prepare(in->store, &statement,
                             "SELECT level, subject, text FROM message WHERE run = ? ORDER BY"
                             " ordinal",
                             err);
    if (status != SHIFT_OK)
        return status;
    size_t n = 0;
    (void)sqlite3_bind_int64(statement, 1, in->run_id);
    while (next(in, statement, &status, err)) {
        shift_message *message = NULL;
        status = read_message(in, statement, &message, err);
        if (status == SHIFT_OK)
            status = keep(in, n++, message, err);
    }
    (void)sqlite3_finalize(statement);
    comparison->n_messages = n;
    return status == SHIFT_OK ? gather(in, n, &comparison->messages, err) : status;
}

static shift_status read_run_row(reader *in, sqlite3_stmt *statement, loaded_report *loaded,
                                 shift_error *err)
{
    shift_report *report = &loaded->report;
    shift_comparison *comparison = &loaded->comparison;
    row r = {statement, 0};
    in->run_id = take_integer(&r);
    report->run_id = in->store->memory ? 0 : in->run_id;
    comparison->seed = take_count(&r);
    comparison->train.rows = take_count(&r);
    comparison->prod.rows = take_count(&r);
    shift_status status = take_verdict(in, &r, &comparison->verdict, err);
    if (status == SHIFT_OK)
        status = take_text(in, &r, &report->monitor, err);
    const char **const texts[] = {
        &report->kind,    &report->started_at,       &report->finished_at,
        &report->version, &comparison->train.source, &comparison->prod.source};
    for (size_t i = 0; status == SHIFT_OK && i < sizeof texts / sizeof *texts; i++)
        status = take_required(in, &r, texts[i], err);
    return status;
}

/* Run `wanted`, or the last one where it is 0. */
static shift_status read_run(reader *in, int64_t wanted, loaded_report *loaded, shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status = shift__store_prepare(
        in->store, &statement,
        "SELECT id, seed, train_rows, prod_rows, verdict, monitor, kind, started_at, finished_at,"
        " version, train_source, prod_source FROM run WHERE id ="
        " CASE ?1 WHEN 0 THEN (SELECT max(id) FROM run) ELSE ?1 END",
        err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_int64(statement, 1, wanted);
    if (next(in, statement, &status, err))
        status = read_run_row(in, statement, loaded, err);
    else if (status == SHIFT_OK && wanted == 0)
        status = shift_error_set(err, SHIFT_ESTORE, "%s: no run is recorded", in->store->path);
    else if (status == SHIFT_OK)
        status = shift_error_set(err, SHIFT_ESTORE, "%s: there is no run %lld", in->store->path,
                                 (long long)wanted);
    (void)sqlite3_finalize(statement);
    return status;
}

static shift_status prepare(reader *in, shift_error *err)
{
    shift_status status = shift__store_prepare(
        in->store, &in->subject,
        "SELECT id, type, name, kind, verdict, reason, detectable_mean_shift FROM subject"
        " WHERE run = ? ORDER BY ordinal",
        err);
    if (status == SHIFT_OK)
        status = shift__store_prepare(
            in->store, &in->summary,
            "SELECT side, n, missing, non_finite, invalid, mean, variance, skewness, kurtosis,"
            " minimum, maximum, q01, q05, q25, q50, q75, q95, q99, distinct_values FROM summary"
            " WHERE subject = ?",
            err);
    if (status == SHIFT_OK)
        status = shift__store_prepare(
            in->store, &in->measurement,
            "SELECT statistic, value, low, high, p_value, log10_p, p_adjusted, warn, alert,"
            " verdict, reason FROM measurement WHERE subject = ? ORDER BY ordinal",
            err);
    return status;
}

static shift_status read_all(shift_store *store, int64_t wanted, loaded_report *loaded,
                             shift_error *err)
{
    reader in = {.store = store, .arena = &loaded->arena};
    shift_status status = read_run(&in, wanted, loaded, err);
    if (status == SHIFT_OK)
        status = prepare(&in, err);
    if (status == SHIFT_OK)
        status = read_subjects(&in, &loaded->comparison, err);
    if (status == SHIFT_OK)
        status = read_messages(&in, &loaded->comparison, err);
    (void)sqlite3_finalize(in.subject);
    (void)sqlite3_finalize(in.summary);
    (void)sqlite3_finalize(in.measurement);
    free(in.pointers);
    return status;
}

/* A writer's file may not exist yet, or be empty: then there are no tables to ask. */
static shift_status require_tables(shift_store *store, shift_error *err)
{
    bool current = false;
    shift_status status = shift__store_connect(store, &current, err);
    if (status == SHIFT_OK && current)
        status = shift__schema_check(store, &current, err);
    if (status == SHIFT_OK && !current)
        return shift_error_set(err, SHIFT_ESTORE, "%s: no run is recorded", store->path);
    return status;
}

shift_status shift_store_load(shift_store *store, int64_t run_id, shift_report **out,
                              shift_error *err)
{
    loaded_report *loaded = NULL;
    shift_status status = require_tables(store, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&loaded, 1, sizeof *loaded, err);
    if (status != SHIFT_OK)
        return status;
    loaded->report.size = sizeof loaded->report;
    loaded->comparison.size = sizeof loaded->comparison;
    loaded->report.comparison = &loaded->comparison;
    status = shift__store_begin_read(store, err);
    if (status == SHIFT_OK) {
        status = read_all(store, run_id, loaded, err);
        shift_status end = shift__store_end_read(store, status == SHIFT_OK ? err : NULL);
        status = status == SHIFT_OK ? end : status;
    }
    if (status != SHIFT_OK) {
        shift_report_free(&loaded->report);
        return status;
    }
    *out = &loaded->report;
    return SHIFT_OK;
}

void shift_report_free(shift_report *report)
{
    if (report == NULL)
        return;
    loaded_report *loaded = (loaded_report *)report;
    shift__arena_clear(&loaded->arena);
    free(loaded);
}
