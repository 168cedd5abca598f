/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was recorded over many runs: the runs themselves, and values of statistics as series. */
#include <stdlib.h>
#include <string.h>

#include "core/null.h"
#include "core/options.h"
#include "store/strands.h"

typedef struct loaded_runs {
    shift_run_list list; /* first: what the caller holds */
    shift__arena arena;
} loaded_runs;

typedef struct loaded_history {
    shift_history history; /* first: what the caller holds */
    shift__arena arena;
} loaded_history;

static shift_status read_run(shift__reading *in, sqlite3_stmt *statement, shift_run_entry **out,
                             shift_error *err)
{
    shift_run_entry *entry = NULL;
    shift_status status = shift__arena_alloc(in->arena, &entry, 1, sizeof *entry, err);
    if (status != SHIFT_OK)
        return status;
    shift__row r = {statement, 0};
    entry->id = in->run_id = shift__take_integer(&r);
    entry->train.rows = shift__take_count(&r);
    entry->prod.rows = shift__take_count(&r);
    entry->n_features = (size_t)shift__take_count(&r);
    entry->n_alert = (size_t)shift__take_count(&r);
    entry->n_warn = (size_t)shift__take_count(&r);
    entry->n_inconclusive = (size_t)shift__take_count(&r);
    status = shift__take_verdict(in, &r, &entry->verdict, err);
    if (status == SHIFT_OK)
        status = shift__take_text(in, &r, &entry->monitor, err);
    if (status == SHIFT_OK)
        status = shift__take_text(in, &r, &entry->period, err);
    const char **const texts[] = {&entry->kind, &entry->started_at, &entry->finished_at,
                                  &entry->train.source, &entry->prod.source};
    for (size_t i = 0; status == SHIFT_OK && i < sizeof texts / sizeof *texts; i++)
        status = shift__take_required(in, &r, texts[i], err);
    *out = entry;
    return status;
}

#define COUNT_OF(verdict)                                                                          \
    " (SELECT count(*) FROM subject WHERE run = r.id AND type IN ('feature', 'layer')" verdict ")" \
    ","

/* What a run of a monitor is about need not be later than what was recorded before. */
#define PLACE "CASE WHEN monitor IS NULL THEN started_at ELSE coalesce(period, started_at) END"

/* The runs that a query takes. */
#define NETWORK_OF_RUN "(SELECT name FROM network_run n WHERE n.run = run.id)"
#define CHOSEN_RUNS                                                                                \
    "WITH like (kind, monitor, network) AS"                                                        \
    " (SELECT kind, monitor, " NETWORK_OF_RUN " FROM run WHERE id = ?2),"                          \
    " chosen AS MATERIALIZED (SELECT * FROM run WHERE (?1 IS NULL OR monitor = ?1)"                \
    " AND (?2 = 0 OR (id <= ?2 AND " PLACE " <= (SELECT " PLACE " FROM run WHERE id = ?2)"         \
    " AND kind IS (SELECT kind FROM like)"                                                         \
    " AND monitor IS (SELECT monitor FROM like)"                                                   \
    " AND " NETWORK_OF_RUN " IS (SELECT network FROM like)))"                                      \
    " ORDER BY " PLACE " DESC, id DESC LIMIT ?3) "

#define RUNS                                                                                       \
    "SELECT id, train_rows, prod_rows," COUNT_OF("") COUNT_OF(" AND verdict = 'alert'")            \
        COUNT_OF(" AND verdict = 'warn'") COUNT_OF(                                                \
            " AND verdict = 'inconclusive'") " verdict, monitor, period, kind, started_at, "       \
                                             "finished_at, train_source, prod_source"              \
                                             " FROM chosen r ORDER BY "
static const char runs_sql[] = CHOSEN_RUNS RUNS PLACE ", id";
static const char recorded_sql[] =
    "WITH chosen AS MATERIALIZED (SELECT * FROM run ORDER BY id DESC LIMIT ?3) " RUNS "id";

/* SQLite takes a negative limit for none. */
static int64_t limit_of(size_t n)
{
    return n == 0 || n > INT64_MAX ? -1 : (int64_t)n;
}

static void bind_runs(sqlite3_stmt *statement, const shift_history_query *query)
{
    (void)sqlite3_bind_text(statement, 1, query->monitor, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(statement, 2, query->like);
    (void)sqlite3_bind_int64(statement, 3, limit_of(query->last));
}

static shift_status read_runs(shift__reading *in, const char *sql, const shift_history_query *query,
                              const shift_run_entry *const **runs, size_t *n, shift_error *err)
{
    shift__list list = {NULL, 0, 0};
    sqlite3_stmt *statement = NULL;
    shift_status status = shift__store_prepare(in->store, &statement, sql, err);
    if (status != SHIFT_OK)
        return status;
    bind_runs(statement, query);
    while (shift__next(in, statement, &status, err)) {
        shift_run_entry *entry = NULL;
        status = read_run(in, statement, &entry, err);
        if (status == SHIFT_OK)
            status = shift__list_add(&list, entry, err);
    }
    (void)sqlite3_finalize(statement);
    if (status == SHIFT_OK)
        status = shift__list_take(&list, in, runs, n, err);
    shift__list_clear(&list);
    return status;
}

shift_status shift_store_runs(shift_store *store, size_t limit, shift_run_list **out,
                              shift_error *err)
{
    if (SHIFT__ANY_NULL(err, store, out))
        return SHIFT_EINVAL;
    loaded_runs *loaded = NULL;
    bool any = false;
    shift_status status = shift__store_has_tables(store, &any, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&loaded, 1, sizeof *loaded, err);
    if (status != SHIFT_OK)
        return status;
    loaded->list.size = sizeof loaded->list;
    if (any)
        status = shift__store_begin_read(store, err);
    if (any && status == SHIFT_OK) {
        shift__reading in = {store, &loaded->arena, 0};
        const shift_history_query query = {.last = limit};
        status = read_runs(&in, recorded_sql, &query, &loaded->list.runs, &loaded->list.n, err);
        shift_status end = shift__store_end_read(store, status == SHIFT_OK ? err : NULL);
        status = status == SHIFT_OK ? end : status;
    }
    if (status != SHIFT_OK) {
        shift_run_list_free(&loaded->list);
        return status;
    }
    *out = &loaded->list;
    return SHIFT_OK;
}

void shift_run_list_free(shift_run_list *list)
{
    if (list == NULL)
        return;
    loaded_runs *loaded = (loaded_runs *)list;
    shift__arena_clear(&loaded->arena);
    free(loaded);
}

#define HISTORY_COLUMNS                                                                            \
    "SELECT r.id, s.type, s.name, m.statistic, m.value, m.low, m.high, m.p_adjusted, m.warn,"      \
    " m.alert, m.verdict, s.verdict, r.started_at, r.period, " PLACE
#define HISTORY_WHICH                                                                              \
    " AND (?5 IS NULL OR m.statistic = ?5)"                                                        \
    " AND (?6 = 0 OR m.warn IS NOT NULL OR m.alert IS NOT NULL)"

/* CROSS JOIN fixes the order of the loops: from the name's index, or from the runs. */
static const char one_subject_sql[] = CHOSEN_RUNS HISTORY_COLUMNS
    " FROM subject s INDEXED BY subject_by_name CROSS JOIN run r ON r.id = s.run"
    " CROSS JOIN measurement m ON m.subject = s.id"
    " WHERE s.name = ?4 AND r.id IN (SELECT id FROM chosen)" HISTORY_WHICH;
static const char all_subjects_sql[] =
    CHOSEN_RUNS HISTORY_COLUMNS " FROM chosen r CROSS JOIN subject s ON s.run = r.id"
                                " CROSS JOIN measurement m ON m.subject = s.id"
                                " WHERE ?4 IS NULL" HISTORY_WHICH;

static shift_status read_history_row(shift__weaver *w, sqlite3_stmt *statement, shift_error *err)
{
    shift__row r = {statement, 0};
    shift_history_series which = {.n = 0};
    w->in.run_id = shift__take_integer(&r);
    shift_status status = shift__take_type(&w->in, &r, &which.type, err);
    if (status != SHIFT_OK)
        return status;
    which.subject = shift__take_word(&r);
    which.statistic = shift__take_word(&r);
    if (which.subject == NULL || which.statistic == NULL)
        return shift__damaged(&w->in, "no text in column", "name or statistic", err);
    return shift__weave(w, &which, &r, NULL, err);
}

static shift_status read_all(shift__weaver *w, const shift_history_query *query, shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status = shift__store_prepare(
        w->in.store, &statement, query->subject != NULL ? one_subject_sql : all_subjects_sql, err);
    if (status != SHIFT_OK)
        return status;
    bind_runs(statement, query);
    (void)sqlite3_bind_text(statement, 4, query->subject, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 5, query->statistic, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(statement, 6, query->deciding);
    while (shift__next(&w->in, statement, &status, err))
        status = read_history_row(w, statement, err);
    (void)sqlite3_finalize(statement);
    return status;
}

static int by_subject(const void *a, const void *b)
{
    const shift_history_series *x = a;
    const shift_history_series *y = b;
    if (x->type != y->type)
        return x->type < y->type ? -1 : 1;
    return strcmp(x->subject, y->subject);
}

static void list_effects(shift_history_series *list, size_t *n,
                         const shift_subject *const *subjects, size_t n_subjects)
{
    for (size_t i = 0; i < n_subjects; i++) {
        const shift_subject *s = subjects[i];
        const shift_measurement *effect = shift_subject_effect(s, NULL);
        if (effect != NULL)
            list[(*n)++] = (shift_history_series){
                .type = s->type, .subject = s->name, .statistic = effect->statistic};
    }
}

static shift_status find_effects(shift_history_series **out, size_t *n,
                                 const shift_comparison *comparison, shift_error *err)
{
    size_t most = 1 + comparison->n_features + comparison->n_layers;
    shift_status status = shift__alloc(out, most, sizeof **out, err);
    if (status != SHIFT_OK)
        return status;
    *n = 0;
    list_effects(*out, n, &comparison->dataset, comparison->dataset != NULL ? 1 : 0);
    list_effects(*out, n, comparison->features, comparison->n_features);
    list_effects(*out, n, comparison->layers, comparison->n_layers);
    return SHIFT_OK;
}

/* The series that are wanted, which the caller frees. */
static shift_status find_wanted(shift_history_series **out, size_t *n,
                                const shift_history_query *query, shift_error *err)
{
    if (query->n_series == 0)
        return find_effects(out, n, query->effects_of, err);
    shift_status status = shift__alloc(out, query->n_series, sizeof **out, err);
    if (status != SHIFT_OK)
        return status;
    memcpy(*out, query->series, query->n_series * sizeof **out);
    *n = query->n_series;
    return SHIFT_OK;
}

static const char subjects_sql[] =
    CHOSEN_RUNS "SELECT r.id, s.type, s.name, s.id, s.verdict, r.started_at, r.period, " PLACE
                " FROM chosen r CROSS JOIN subject s ON s.run = r.id";
static const char measurement_sql[] =
    "SELECT value, low, high, p_adjusted, warn, alert, verdict FROM measurement m"
    " WHERE subject = ?1 AND statistic = ?2 AND (?3 = 0 OR warn IS NOT NULL OR alert IS NOT NULL)"
    " LIMIT 1";

/* What the measurements that are wanted are looked for with. */
typedef struct search {
    shift_history_series *list; /* by subject */
    size_t n;
    sqlite3_stmt *subjects, *measurement;
} search;

/* One measurement of the subject that `at` is at, whose verdict is next there. */
static shift_status read_measurement(shift__weaver *w, const search *s, int64_t subject,
                                     const shift_history_series *which, shift__row at,
                                     shift_error *err)
{
    shift_status status = SHIFT_OK;
    (void)sqlite3_bind_int64(s->measurement, 1, subject);
    (void)sqlite3_bind_text(s->measurement, 2, which->statistic, -1, SQLITE_STATIC);
    shift__row measured = {s->measurement, 0};
    if (shift__next(&w->in, s->measurement, &status, err)) {
        status = shift__weave(w, which, &measured, &at, err);
        (void)sqlite3_reset(s->measurement);
    }
    return status;
}

static shift_status read_subject(shift__weaver *w, const search *s, shift_error *err)
{
    shift__row r = {s->subjects, 0};
    shift_history_series which = {.n = 0};
    w->in.run_id = shift__take_integer(&r);
    shift_status status = shift__take_type(&w->in, &r, &which.type, err);
    if (status != SHIFT_OK)
        return status;
    which.subject = shift__take_word(&r);
    if (which.subject == NULL)
        return shift__damaged(&w->in, "no text in column", "name", err);
    int64_t subject = shift__take_integer(&r);
    const shift_history_series *found = bsearch(&which, s->list, s->n, sizeof *s->list, by_subject);
    if (found == NULL)
        return SHIFT_OK;
    while (found > s->list && by_subject(found - 1, &which) == 0)
        found--;
    for (; status == SHIFT_OK && found < s->list + s->n && by_subject(found, &which) == 0; found++)
        status = read_measurement(w, s, subject, found, r, err);
    return status;
}

/* A subject has some two dozen measurements, of which few are wanted: a statement for each, which
 * stops at it, is twice as fast as one over all of them. */
static shift_status read_wanted(shift__weaver *w, const shift_history_query *query,
                                shift_error *err)
{
    search s = {.list = NULL};
    shift_status status = find_wanted(&s.list, &s.n, query, err);
    if (status == SHIFT_OK && s.n > 0)
        qsort(s.list, s.n, sizeof *s.list, by_subject);
    if (status == SHIFT_OK)
        status = shift__store_prepare(w->in.store, &s.subjects, subjects_sql, err);
    if (status == SHIFT_OK)
        status = shift__store_prepare(w->in.store, &s.measurement, measurement_sql, err);
    if (status == SHIFT_OK) {
        bind_runs(s.subjects, query);
        (void)sqlite3_bind_int64(s.measurement, 3, query->deciding);
        while (shift__next(&w->in, s.subjects, &status, err))
            status = read_subject(w, &s, err);
    }
    (void)sqlite3_finalize(s.subjects);
    (void)sqlite3_finalize(s.measurement);
    free(s.list);
    return status;
}

static shift_status read_history(shift_store *store, const shift_history_query *query,
                                 loaded_history *loaded, shift_error *err)
{
    shift__weaver w = {.in = {store, &loaded->arena, 0}};
    shift_status status = query->effects_of != NULL || query->n_series > 0
                              ? read_wanted(&w, query, err)
                              : read_all(&w, query, err);
    if (status == SHIFT_OK)
        status = shift__weaver_end(&w, &loaded->history, err);
    shift__weaver_clear(&w);
    return status;
}

static shift_status ask(const shift_store *store, const char *sql, const char *text, int64_t *out,
                        shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status = shift__store_prepare(store, &statement, sql, err);
    if (status != SHIFT_OK)
        return status;
    if (text != NULL)
        (void)sqlite3_bind_text(statement, 1, text, -1, SQLITE_STATIC);
    if (sqlite3_step(statement) == SQLITE_ROW)
        *out = sqlite3_column_int64(statement, 0);
    else
        status = shift__store_failed(store, "read", err);
    (void)sqlite3_finalize(statement);
    return status;
}

/* Nothing was found: because nothing is there, or because a name is wrong? */
static shift_status explain_nothing(const shift_store *store, const shift_history_query *query,
                                    shift_error *err)
{
    int64_t runs = 0;
    int64_t found = 0;
    shift_status status = ask(store, "SELECT EXISTS (SELECT 1 FROM run)", NULL, &runs, err);
    if (status != SHIFT_OK || runs == 0)
        return status;
    if (query->subject != NULL) {
        status = ask(store, "SELECT EXISTS (SELECT 1 FROM subject WHERE name = ?)", query->subject,
                     &found, err);
        if (status == SHIFT_OK && found == 0)
            return shift_error_set(err, SHIFT_ESTORE, "%s: no run has a feature \"%s\"",
                                   store->path, query->subject);
    }
    if (status == SHIFT_OK && query->statistic != NULL)
        return shift_error_set(err, SHIFT_ESTORE, "%s: no statistic \"%s\" is recorded%s%s%s",
                               store->path, query->statistic, query->subject != NULL ? " of " : "",
                               query->subject != NULL ? query->subject : "",
                               query->monitor != NULL ? " by this monitor" : "");
    return status;
}

static shift_status refuse_monitor(const shift_store *store, const char *monitor, shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status = shift__store_prepare(
        store, &statement,
        "SELECT group_concat(monitor, ', ') FROM (SELECT monitor FROM run WHERE monitor IS NOT NULL"
        " UNION SELECT monitor FROM attempt WHERE outcome <> 'recorded' ORDER BY monitor)",
        err);
    if (status != SHIFT_OK)
        return status;
    const char *names = NULL;
    if (sqlite3_step(statement) == SQLITE_ROW)
        names = (const char *)sqlite3_column_text(statement, 0);
    status = shift_error_set(err, SHIFT_ESTORE, "%s: no run of a monitor \"%s\"; %s%s", store->path,
                             monitor, names != NULL ? "there are " : "there is none",
                             names != NULL ? names : "");
    (void)sqlite3_finalize(statement);
    return status;
}

static shift_status read_runs_and_missed(shift__reading *in, const shift_history_query *query,
                                         shift_history *out, shift_error *err)
{
    shift_status status = read_runs(in, runs_sql, query, &out->runs, &out->n_runs, err);
    if (status != SHIFT_OK || query->like != 0)
        return status;
    const char *from = NULL;
    if (query->last != 0 && out->n_runs > 0) {
        const shift_run_entry *first = out->runs[0];
        bool by_period = first->monitor != NULL && first->period != NULL;
        from = by_period ? first->period : first->started_at;
    }
    status = shift__store_missed(in, query->monitor, from, out, err);
    if (status == SHIFT_OK && query->monitor != NULL && out->n_runs == 0 && out->n_missed == 0)
        return refuse_monitor(in->store, query->monitor, err);
    return status;
}

static shift_status read_in_transaction(shift_store *store, const shift_history_query *query,
                                        loaded_history *loaded, shift_error *err)
{
    shift_status status = shift__store_begin_read(store, err);
    if (status != SHIFT_OK)
        return status;
    shift__reading in = {store, &loaded->arena, 0};
    if (!query->series_only)
        status = read_runs_and_missed(&in, query, &loaded->history, err);
    if (status == SHIFT_OK && !query->runs_only)
        status = read_history(store, query, loaded, err);
    if (status == SHIFT_OK && !query->runs_only && !query->series_only && loaded->history.n == 0)
        status = explain_nothing(store, query, err);
    shift_status end = shift__store_end_read(store, status == SHIFT_OK ? err : NULL);
    return status == SHIFT_OK ? end : status;
}

static shift_status check_series(const shift_history_query *query, shift_error *err)
{
    for (size_t i = 0; i < query->n_series; i++)
        if (query->series == NULL || query->series[i].subject == NULL ||
            query->series[i].statistic == NULL)
            return shift_error_set(err, SHIFT_EINVAL, "series %zu of the query is NULL", i + 1);
    return SHIFT_OK;
}

shift_status shift_store_history(shift_store *store, const shift_history_query *query,
                                 shift_history **out, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, store, out))
        return SHIFT_EINVAL;
    loaded_history *loaded = NULL;
    bool any = false;
    shift_history_query complete = SHIFT_HISTORY_QUERY_INIT;
    shift_status status = SHIFT__OPTIONS_TAKE(&complete, query, "shift_history_query", err);
    if (status == SHIFT_OK)
        status = check_series(&complete, err);
    if (status == SHIFT_OK)
        status = shift__store_has_tables(store, &any, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&loaded, 1, sizeof *loaded, err);
    if (status != SHIFT_OK)
        return status;
    loaded->history.size = sizeof loaded->history;
    if (any)
        status = read_in_transaction(store, &complete, loaded, err);
    if (status != SHIFT_OK) {
        shift_history_free(&loaded->history);
        return status;
    }
    *out = &loaded->history;
    return SHIFT_OK;
}

void shift_history_free(shift_history *history)
{
    if (history == NULL)
        return;
    loaded_history *loaded = (loaded_history *)history;
    shift__arena_clear(&loaded->arena);
    free(loaded);
}
