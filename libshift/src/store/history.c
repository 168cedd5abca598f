/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was recorded over many runs: the runs themselves, and values of statistics as series. */
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "core/null.h"
#include "core/options.h"
#include "store/reading.h"

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

/* The runs that a query takes. */
#define NETWORK_OF_RUN "(SELECT name FROM network_run n WHERE n.run = run.id)"
#define CHOSEN_RUNS                                                                                \
    "WITH like (kind, monitor, network) AS"                                                        \
    " (SELECT kind, monitor, " NETWORK_OF_RUN " FROM run WHERE id = ?2),"                          \
    " chosen AS MATERIALIZED (SELECT * FROM run WHERE (?1 IS NULL OR monitor = ?1)"                \
    " AND (?2 = 0 OR (id <= ?2 AND kind IS (SELECT kind FROM like)"                                \
    " AND monitor IS (SELECT monitor FROM like)"                                                   \
    " AND " NETWORK_OF_RUN " IS (SELECT network FROM like))) ORDER BY id DESC LIMIT ?3) "

static const char runs_sql[] = CHOSEN_RUNS "SELECT id, train_rows, prod_rows," COUNT_OF("")
    COUNT_OF(" AND verdict = 'alert'") COUNT_OF(" AND verdict = 'warn'")
        COUNT_OF(" AND verdict = 'inconclusive'") " verdict, monitor, kind, started_at, "
                                                  "finished_at, train_source, prod_source"
                                                  " FROM chosen r ORDER BY id";

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

static shift_status read_runs(shift__reading *in, const shift_history_query *query,
                              const shift_run_entry *const **runs, size_t *n, shift_error *err)
{
    shift__list list = {NULL, 0, 0};
    sqlite3_stmt *statement = NULL;
    shift_status status = shift__store_prepare(in->store, &statement, runs_sql, err);
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
        status = read_runs(&in, &query, &loaded->list.runs, &loaded->list.n, err);
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

/* A series as it grows. */
typedef struct strand {
    shift_history_series series;
    shift__list points;
    size_t place;
} strand;

/* Rows come run by run, mostly with the same series in the same order. */
typedef struct weaver {
    shift__reading in;
    strand **strands;
    size_t n, capacity, last; /* last: the one that the last row went to */
    void *by_name;            /* a tree of them, by tsearch() */
    int64_t run;              /* of the last row, with its texts: */
    const char *started_at, *period;
} weaver;

static int compare_strands(const void *a, const void *b)
{
    const strand *x = a;
    const strand *y = b;
    if (x->series.type != y->series.type)
        return x->series.type < y->series.type ? -1 : 1;
    int order = strcmp(x->series.subject, y->series.subject);
    return order != 0 ? order : strcmp(x->series.statistic, y->series.statistic);
}

static shift_status begin_strand(weaver *w, const strand *wanted, shift_error *err)
{
    shift__arena *arena = w->in.arena;
    const shift_history_series *series = &wanted->series;
    strand *s = NULL;
    shift_status status =
        shift__array_grow(&w->strands, &w->capacity, w->n + 1, sizeof(void *), err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &s, 1, sizeof *s, err);
    if (status != SHIFT_OK)
        return status;
    s->series.type = series->type;
    status =
        shift__arena_text(arena, &s->series.subject, series->subject, strlen(series->subject), err);
    if (status == SHIFT_OK)
        status = shift__arena_text(arena, &s->series.statistic, series->statistic,
                                   strlen(series->statistic), err);
    if (status == SHIFT_OK && tsearch(s, &w->by_name, compare_strands) == NULL)
        status = shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    if (status == SHIFT_OK) {
        w->last = s->place = w->n;
        w->strands[w->n++] = s;
    }
    return status;
}

/* Mostly the one after the last. */
static shift_status find_strand(weaver *w, const strand *wanted, strand **out, shift_error *err)
{
    size_t next = w->last + 1 < w->n ? w->last + 1 : 0;
    shift_status status = SHIFT_OK;
    if (w->n > 0 && compare_strands(w->strands[next], wanted) == 0) {
        w->last = next;
        *out = w->strands[next];
        return SHIFT_OK;
    }
    strand *const *found = tfind(wanted, &w->by_name, compare_strands);
    if (found == NULL) {
        status = begin_strand(w, wanted, err);
        *out = status == SHIFT_OK ? w->strands[w->last] : NULL;
        return status;
    }
    *out = *found;
    w->last = (*out)->place;
    return SHIFT_OK;
}

/* Once a run. */
static shift_status read_texts(weaver *w, shift__row *r, shift_error *err)
{
    if (w->started_at != NULL && w->run == w->in.run_id)
        return SHIFT_OK;
    w->run = w->in.run_id;
    shift_status status = shift__take_required(&w->in, r, &w->started_at, err);
    return status == SHIFT_OK ? shift__take_text(&w->in, r, &w->period, err) : status;
}

static shift_status read_point(weaver *w, shift__row *r, strand *to, shift_error *err)
{
    shift_history_point *point = NULL;
    shift_status status = shift__arena_alloc(w->in.arena, &point, 1, sizeof *point, err);
    if (status != SHIFT_OK)
        return status;
    point->run_id = w->in.run_id;
    point->value = shift__take_real(r);
    point->low = shift__take_real(r);
    point->high = shift__take_real(r);
    point->p_adjusted = shift__take_real(r);
    point->warn = shift__take_real(r);
    point->alert = shift__take_real(r);
    status = shift__take_verdict(&w->in, r, &point->verdict, err);
    if (status == SHIFT_OK)
        status = shift__take_verdict(&w->in, r, &point->subject_verdict, err);
    if (status == SHIFT_OK)
        status = read_texts(w, r, err);
    point->started_at = w->started_at;
    point->period = w->period;
    return status == SHIFT_OK ? shift__list_add(&to->points, point, err) : status;
}

static shift_status read_history_row(weaver *w, sqlite3_stmt *statement, shift_error *err)
{
    shift__row r = {statement, 0};
    w->in.run_id = shift__take_integer(&r);
    strand wanted = {.place = 0};
    strand *found = NULL;
    shift_status status = shift__take_type(&w->in, &r, &wanted.series.type, err);
    if (status != SHIFT_OK)
        return status;
    wanted.series.subject = shift__take_word(&r);
    wanted.series.statistic = shift__take_word(&r);
    if (wanted.series.subject == NULL || wanted.series.statistic == NULL)
        return shift__damaged(&w->in, "no text in column", "name or statistic", err);
    status = find_strand(w, &wanted, &found, err);
    return status == SHIFT_OK ? read_point(w, &r, found, err) : status;
}

static int by_name(const void *a, const void *b)
{
    return compare_strands(*(strand *const *)a, *(strand *const *)b);
}

static int by_run(const void *a, const void *b)
{
    int64_t x = (*(const shift_history_point *const *)a)->run_id;
    int64_t y = (*(const shift_history_point *const *)b)->run_id;
    return (x > y) - (x < y);
}

/* Sorting what is in order already takes no time to speak of. */
static shift_status end_strands(weaver *w, shift_history *history, shift_error *err)
{
    shift__list list = {NULL, 0, 0};
    shift_status status = SHIFT_OK;
    if (w->n > 0)
        qsort(w->strands, w->n, sizeof(void *), by_name);
    for (size_t i = 0; status == SHIFT_OK && i < w->n; i++) {
        strand *s = w->strands[i];
        qsort(s->points.items, s->points.n, sizeof(void *), by_run);
        status = shift__list_take(&s->points, &w->in, &s->series.points, &s->series.n, err);
        if (status == SHIFT_OK)
            status = shift__list_add(&list, &s->series, err);
    }
    if (status == SHIFT_OK)
        status = shift__list_take(&list, &w->in, &history->series, &history->n, err);
    shift__list_clear(&list);
    return status;
}

static void clear_weaver(weaver *w)
{
    for (size_t i = 0; i < w->n; i++)
        shift__list_clear(&w->strands[i]->points);
    while (w->by_name != NULL)
        (void)tdelete(*(strand *const *)w->by_name, &w->by_name, compare_strands);
    free(w->strands);
}

#define HISTORY_COLUMNS                                                                            \
    "SELECT r.id, s.type, s.name, m.statistic, m.value, m.low, m.high, m.p_adjusted, m.warn,"      \
    " m.alert, m.verdict, s.verdict, r.started_at, r.period"
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

static shift_status read_history(shift_store *store, const shift_history_query *query,
                                 loaded_history *loaded, shift_error *err)
{
    weaver w = {.in = {store, &loaded->arena, 0}};
    sqlite3_stmt *statement = NULL;
    shift_status status = shift__store_prepare(
        store, &statement, query->subject != NULL ? one_subject_sql : all_subjects_sql, err);
    if (status != SHIFT_OK)
        return status;
    bind_runs(statement, query);
    (void)sqlite3_bind_text(statement, 4, query->subject, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 5, query->statistic, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(statement, 6, query->deciding);
    while (shift__next(&w.in, statement, &status, err))
        status = read_history_row(&w, statement, err);
    (void)sqlite3_finalize(statement);
    if (status == SHIFT_OK)
        status = end_strands(&w, &loaded->history, err);
    clear_weaver(&w);
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

static shift_status read_in_transaction(shift_store *store, const shift_history_query *query,
                                        loaded_history *loaded, shift_error *err)
{
    shift_status status = shift__store_begin_read(store, err);
    if (status != SHIFT_OK)
        return status;
    shift__reading in = {store, &loaded->arena, 0};
    status = read_runs(&in, query, &loaded->history.runs, &loaded->history.n_runs, err);
    if (status == SHIFT_OK && !query->runs_only)
        status = read_history(store, query, loaded, err);
    if (status == SHIFT_OK && !query->runs_only && loaded->history.n == 0)
        status = explain_nothing(store, query, err);
    shift_status end = shift__store_end_read(store, status == SHIFT_OK ? err : NULL);
    return status == SHIFT_OK ? end : status;
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
