/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading one run back: one read transaction, one arena for everything in the report. */
#include <stdlib.h>
#include <string.h>

#include "core/null.h"
#include "store/loading.h"

typedef struct loaded_report {
    shift_report report; /* first: what the caller holds */
    shift_comparison comparison;
    shift__arena arena;
} loaded_report;

static shift_status read_measurement(const shift__reader *from, shift_measurement **out,
                                     shift_error *err)
{
    shift_measurement *m = NULL;
    shift_status status = shift__arena_alloc(from->in.arena, &m, 1, sizeof *m, err);
    if (status != SHIFT_OK)
        return status;
    shift__row r = {from->measurement, 0};
    status = shift__take_required(&from->in, &r, &m->statistic, err);
    m->value = shift__take_real(&r);
    m->low = shift__take_real(&r);
    m->high = shift__take_real(&r);
    m->p_value = shift__take_real(&r);
    m->log10_p = shift__take_real(&r);
    m->p_adjusted = shift__take_real(&r);
    m->warn = shift__take_real(&r);
    m->alert = shift__take_real(&r);
    if (status == SHIFT_OK)
        status = shift__take_verdict(&from->in, &r, &m->verdict, err);
    if (status == SHIFT_OK)
        status = shift__take_text(&from->in, &r, &m->reason, err);
    *out = m;
    return status;
}

static shift_status read_measurements(shift__reader *from, int64_t id, shift_subject *subject,
                                      shift_error *err)
{
    shift_status status = SHIFT_OK;
    (void)sqlite3_bind_int64(from->measurement, 1, id);
    while (shift__next(&from->in, from->measurement, &status, err)) {
        shift_measurement *measurement = NULL;
        status = read_measurement(from, &measurement, err);
        if (status == SHIFT_OK)
            status = shift__list_add(&from->list, measurement, err);
    }
    if (status != SHIFT_OK)
        return status;
    return shift__list_take(&from->list, &from->in, &subject->measurements,
                            &subject->n_measurements, err);
}

static void read_summary(shift__row *r, shift_summary *summary)
{
    summary->n = shift__take_count(r);
    summary->missing = shift__take_count(r);
    summary->non_finite = shift__take_count(r);
    summary->invalid = shift__take_count(r);
    summary->mean = shift__take_real(r);
    summary->variance = shift__take_real(r);
    summary->skewness = shift__take_real(r);
    summary->kurtosis = shift__take_real(r);
    summary->minimum = shift__take_real(r);
    summary->maximum = shift__take_real(r);
    for (size_t i = 0; i < sizeof summary->quantiles / sizeof *summary->quantiles; i++)
        summary->quantiles[i] = shift__take_real(r);
    summary->distinct = shift__take_real(r);
}

static shift_status read_summaries(const shift__reader *from, int64_t id, shift_subject *subject,
                                   shift_error *err)
{
    shift_status status = SHIFT_OK;
    int sides = 0;
    (void)sqlite3_bind_int64(from->summary, 1, id);
    while (shift__next(&from->in, from->summary, &status, err)) {
        shift__row r = {from->summary, 0};
        const char *side = shift__take_word(&r);
        bool train = side != NULL && strcmp(side, "train") == 0;
        read_summary(&r, train ? &subject->train : &subject->prod);
        sides += train ? 1 : 2;
    }
    if (status == SHIFT_OK && sides != 3)
        return shift__damaged(&from->in, "a summary is missing of", subject->name, err);
    return status;
}

static shift_status take_kind(const shift__reader *from, shift__row *r,
                              const shift_subject *subject, shift_kind *out, shift_error *err)
{
    const char *word = shift__take_word(r);
    if (subject->type == SHIFT_SUBJECT_FEATURE && (word == NULL || !shift_kind_parse(word, out)))
        return shift__damaged(&from->in, "unknown kind", word, err);
    return SHIFT_OK;
}

static shift_status read_subject(const shift__reader *from, int64_t *id, shift_subject **out,
                                 shift_error *err)
{
    shift_subject *subject = NULL;
    shift_status status = shift__arena_alloc(from->in.arena, &subject, 1, sizeof *subject, err);
    if (status != SHIFT_OK)
        return status;
    shift__row r = {from->subject, 0};
    *id = shift__take_integer(&r);
    status = shift__take_type(&from->in, &r, &subject->type, err);
    if (status == SHIFT_OK)
        status = shift__take_required(&from->in, &r, &subject->name, err);
    if (status == SHIFT_OK)
        status = take_kind(from, &r, subject, &subject->kind, err);
    if (status == SHIFT_OK)
        status = shift__take_verdict(&from->in, &r, &subject->verdict, err);
    if (status == SHIFT_OK)
        status = shift__take_text(&from->in, &r, &subject->reason, err);
    subject->detectable_mean_shift = shift__take_real(&r);
    *out = subject;
    return status;
}

/* The next subject with what belongs to it, into the list where it is a feature or a layer. */
static shift_status read_next_subject(shift__reader *from, shift_comparison *comparison,
                                      shift__list *features, shift__list *layers, shift_error *err)
{
    shift_subject *subject = NULL;
    int64_t id = 0;
    shift_status status = read_subject(from, &id, &subject, err);
    if (status == SHIFT_OK)
        status = read_summaries(from, id, subject, err);
    if (status == SHIFT_OK)
        status = read_measurements(from, id, subject, err);
    if (status == SHIFT_OK)
        status = shift__read_pictures(from, id, subject, err);
    if (status == SHIFT_OK)
        status = shift__read_courses(from, id, comparison->n_checkpoints, subject, err);
    if (status == SHIFT_OK && subject->type == SHIFT_SUBJECT_DATASET)
        comparison->dataset = subject;
    if (status == SHIFT_OK && subject->type == SHIFT_SUBJECT_FEATURE)
        status = shift__list_add(features, subject, err);
    if (status == SHIFT_OK && subject->type == SHIFT_SUBJECT_LAYER) {
        status = shift__read_layer(from, id, subject, err);
        if (status == SHIFT_OK)
            status = shift__list_add(layers, subject, err);
    }
    return status;
}

static shift_status read_subjects(shift__reader *from, shift_comparison *comparison,
                                  shift_error *err)
{
    shift_status status = SHIFT_OK;
    shift__list features = {NULL, 0, 0};
    shift__list layers = {NULL, 0, 0};
    (void)sqlite3_bind_int64(from->subject, 1, from->in.run_id);
    while (shift__next(&from->in, from->subject, &status, err))
        status = read_next_subject(from, comparison, &features, &layers, err);
    if (status == SHIFT_OK && comparison->dataset == NULL)
        status = shift__damaged(&from->in, "no row in table subject of type", "dataset", err);
    if (status == SHIFT_OK)
        status = shift__list_take(&features, &from->in, &comparison->features,
                                  &comparison->n_features, err);
    if (status == SHIFT_OK)
        status =
            shift__list_take(&layers, &from->in, &comparison->layers, &comparison->n_layers, err);
    shift__list_clear(&features);
    shift__list_clear(&layers);
    return status;
}

static shift_status take_level(const shift__reader *from, shift__row *r, shift_level *out,
                               shift_error *err)
{
    const char *word = shift__take_word(r);
    for (int i = SHIFT_LEVEL_INFO; word != NULL && i <= SHIFT_LEVEL_ERROR; i++)
        if (strcmp(word, shift_level_name((shift_level)i)) == 0) {
            *out = (shift_level)i;
            return SHIFT_OK;
        }
    return shift__damaged(&from->in, "unknown level", word, err);
}

static shift_status read_message(const shift__reader *from, sqlite3_stmt *statement,
                                 shift_message **out, shift_error *err)
{
    shift_status status = shift__arena_alloc(from->in.arena, out, 1, sizeof **out, err);
    if (status != SHIFT_OK)
        return status;
    shift__row r = {statement, 0};
    status = take_level(from, &r, &(*out)->level, err);
    if (status == SHIFT_OK)
        status = shift__take_text(&from->in, &r, &(*out)->subject, err);
    if (status == SHIFT_OK)
        status = shift__take_required(&from->in, &r, &(*out)->text, err);
    return status;
}

static shift_status read_messages(shift__reader *from, shift_comparison *comparison,
                                  shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status =
        shift__store_prepare(from->in.store, &statement,
                             "SELECT level, subject, text FROM message WHERE run = ? ORDER BY"
                             " ordinal",
                             err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_int64(statement, 1, from->in.run_id);
    while (shift__next(&from->in, statement, &status, err)) {
        shift_message *message = NULL;
        status = read_message(from, statement, &message, err);
        if (status == SHIFT_OK)
            status = shift__list_add(&from->list, message, err);
    }
    (void)sqlite3_finalize(statement);
    if (status != SHIFT_OK)
        return status;
    return shift__list_take(&from->list, &from->in, &comparison->messages, &comparison->n_messages,
                            err);
}

static shift_status read_run_row(shift__reader *from, sqlite3_stmt *statement,
                                 loaded_report *loaded, shift_error *err)
{
    shift_report *report = &loaded->report;
    shift_comparison *comparison = &loaded->comparison;
    shift__row r = {statement, 0};
    from->in.run_id = shift__take_integer(&r);
    report->run_id = from->in.store->memory ? 0 : from->in.run_id;
    comparison->seed = shift__take_count(&r);
    comparison->train.rows = shift__take_count(&r);
    comparison->prod.rows = shift__take_count(&r);
    shift_status status = shift__take_verdict(&from->in, &r, &comparison->verdict, err);
    if (status == SHIFT_OK)
        status = shift__take_text(&from->in, &r, &report->monitor, err);
    if (status == SHIFT_OK)
        status = shift__take_text(&from->in, &r, &report->period, err);
    const char **const texts[] = {
        &report->kind,    &report->started_at,       &report->finished_at,
        &report->version, &comparison->train.source, &comparison->prod.source};
    for (size_t i = 0; status == SHIFT_OK && i < sizeof texts / sizeof *texts; i++)
        status = shift__take_required(&from->in, &r, texts[i], err);
    return status;
}

/* Run `wanted`, or the last one where it is 0. */
static shift_status read_run(shift__reader *from, int64_t wanted, loaded_report *loaded,
                             shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status = shift__store_prepare(
        from->in.store, &statement,
        "SELECT id, seed, train_rows, prod_rows, verdict, monitor, period, kind, started_at,"
        " finished_at, version, train_source, prod_source FROM run WHERE id ="
        " CASE ?1 WHEN 0 THEN (SELECT max(id) FROM run) ELSE ?1 END",
        err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_int64(statement, 1, wanted);
    if (shift__next(&from->in, statement, &status, err))
        status = read_run_row(from, statement, loaded, err);
    else if (status == SHIFT_OK && wanted == 0)
        status = shift_error_set(err, SHIFT_ESTORE, "%s: no run is recorded", from->in.store->path);
    else if (status == SHIFT_OK)
        status = shift_error_set(err, SHIFT_ESTORE, "%s: there is no run %lld",
                                 from->in.store->path, (long long)wanted);
    (void)sqlite3_finalize(statement);
    return status;
}

static shift_status prepare(shift__reader *from, shift_error *err)
{
    shift_status status = shift__store_prepare(
        from->in.store, &from->subject,
        "SELECT id, type, name, kind, verdict, reason, detectable_mean_shift FROM subject"
        " WHERE run = ? ORDER BY ordinal",
        err);
    if (status == SHIFT_OK)
        status = shift__store_prepare(
            from->in.store, &from->summary,
            "SELECT side, n, missing, non_finite, invalid, mean, variance, skewness, kurtosis,"
            " minimum, maximum, q01, q05, q25, q50, q75, q95, q99, distinct_values FROM summary"
            " WHERE subject = ?",
            err);
    if (status == SHIFT_OK)
        status = shift__store_prepare(
            from->in.store, &from->measurement,
            "SELECT statistic, value, low, high, p_value, log10_p, p_adjusted, warn, alert,"
            " verdict, reason FROM measurement WHERE subject = ? ORDER BY ordinal",
            err);
    if (status == SHIFT_OK)
        status = shift__prepare_layers(from, err);
    return status == SHIFT_OK ? shift__prepare_pictures(from, err) : status;
}

static shift_status read_all(shift_store *store, int64_t wanted, loaded_report *loaded,
                             shift_error *err)
{
    shift__reader from = {.in = {store, &loaded->arena, 0}};
    shift_status status = read_run(&from, wanted, loaded, err);
    if (status == SHIFT_OK)
        status = prepare(&from, err);
    if (status == SHIFT_OK)
        status = shift__read_checkpoints(&from, &loaded->comparison, err);
    if (status == SHIFT_OK)
        status = read_subjects(&from, &loaded->comparison, err);
    if (status == SHIFT_OK)
        status = shift__read_network(&from, &loaded->comparison, err);
    if (status == SHIFT_OK)
        status = read_messages(&from, &loaded->comparison, err);
    if (status == SHIFT_OK)
        status = shift__read_joint(&from, &loaded->comparison, err);
    (void)sqlite3_finalize(from.subject);
    (void)sqlite3_finalize(from.summary);
    (void)sqlite3_finalize(from.measurement);
    (void)sqlite3_finalize(from.curve);
    (void)sqlite3_finalize(from.category);
    (void)sqlite3_finalize(from.layer);
    (void)sqlite3_finalize(from.channel_values);
    (void)sqlite3_finalize(from.course);
    shift__list_clear(&from.list);
    return status;
}

shift_status shift__load_run(shift_store *store, int64_t run_id, shift_report **out,
                             shift_error *err)
{
    loaded_report *loaded = NULL;
    shift_status status = shift__alloc(&loaded, 1, sizeof *loaded, err);
    if (status != SHIFT_OK)
        return status;
    loaded->report.size = sizeof loaded->report;
    loaded->comparison.size = sizeof loaded->comparison;
    loaded->report.comparison = &loaded->comparison;
    status = read_all(store, run_id, loaded, err);
    if (status != SHIFT_OK) {
        shift_report_free(&loaded->report);
        return status;
    }
    *out = &loaded->report;
    return SHIFT_OK;
}

shift_status shift_store_load(shift_store *store, int64_t run_id, shift_report **out,
                              shift_error *err)
{
    if (SHIFT__ANY_NULL(err, store, out))
        return SHIFT_EINVAL;
    shift_report *report = NULL;
    bool any = false;
    shift_status status = shift__store_has_tables(store, &any, err);
    if (status == SHIFT_OK && !any)
        status = shift_error_set(err, SHIFT_ESTORE, "%s: no run is recorded", store->path);
    if (status == SHIFT_OK)
        status = shift__store_begin_read(store, err);
    if (status != SHIFT_OK)
        return status;
    status = shift__load_run(store, run_id, &report, err);
    shift_status end = shift__store_end_read(store, status == SHIFT_OK ? err : NULL);
    status = status == SHIFT_OK ? end : status;
    if (status != SHIFT_OK) {
        shift_report_free(report);
        return status;
    }
    *out = report;
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
