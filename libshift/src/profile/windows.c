/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One source, many profiles: rows are dealt out to windows, which are finished as they are over. */
#include "shift/windows.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/memory.h"
#include "core/null.h"
#include "core/options.h"
#include "profile/state.h"
#include "source/block.h"

enum {
    OPEN_TIMES = 8,
    OPEN_VALUES = 64,
    DAY = 86400,
    WEEK = 7 * DAY,
    MONDAY = 4 * DAY, /* 1970-01-05 was one */
    NAME = 64
};

/* 10^9 weeks in seconds */
static const uint64_t most_length = UINT64_C(1000000000) * WEEK;
static const double last_time = 1e17; /* of seconds: more than any calendar has */

/* ---- the rule ---- */

static uint64_t seconds_of(char unit)
{
    switch (unit) {
    case 's':
        return 1;
    case 'm':
        return 60;
    case 'h':
        return 3600;
    case 'd':
        return DAY;
    case 'w':
        return WEEK;
    default:
        return 0;
    }
}

/* A whole number from 1 to 10^9; `*end` is behind it. */
static uint64_t number_at(const char *text, char **end)
{
    *end = NULL;
    unsigned long long number = isdigit((unsigned char)*text) ? strtoull(text, end, 10) : 0;
    return number <= 1000000000 ? number : 0;
}

static bool parse_time(const char *text, shift_window_rule *out)
{
    char *end = NULL;
    uint64_t number = number_at(text, &end);
    if (number == 0 || seconds_of(*end) == 0)
        return false;
    out->kind = SHIFT_WINDOW_TIME;
    out->length = number * seconds_of(*end++);
    if (*end == ':' && end[1] != '\0')
        out->column = end + 1;
    return *end == '\0' || out->column != NULL;
}

static bool parse_rule(const char *text, shift_window_rule *out)
{
    if (strncmp(text, "time:", 5) == 0)
        return parse_time(text + 5, out);
    if (strncmp(text, "column:", 7) == 0) {
        out->kind = SHIFT_WINDOW_VALUES;
        out->column = text + 7;
        return text[7] != '\0';
    }
    if (strncmp(text, "rows:", 5) != 0)
        return false;
    char *end = NULL;
    out->kind = SHIFT_WINDOW_ROWS;
    out->length = number_at(text + 5, &end);
    return out->length > 0 && *end == '\0';
}

shift_status shift_window_parse(const char *text, shift_window_rule *out, shift_error *err)
{
    shift_window_rule rule = {.size = sizeof rule};
    if (SHIFT__ANY_NULL(err, text, out))
        return SHIFT_EINVAL;
    if (!parse_rule(text, &rule))
        return shift_error_set(err, SHIFT_EINVAL,
                               "expected time:LENGTH such as time:1d (s, m, h, d or w), "
                               "time:LENGTH:COLUMN, rows:NUMBER or column:NAME, not '%s'",
                               text);
    *out = rule;
    return SHIFT_OK;
}

/* ---- windows ---- */

typedef struct window {
    int64_t key; /* of time or of rows, in units of the length; of values their order of coming */
    char *value; /* of values; may hold any byte */
    size_t value_size;
    shift_profile *profile;
    size_t *rows; /* of the batch, that are still to be added */
    size_t n_rows, capacity;
} window;

typedef struct cutting {
    shift_source *source;
    shift_window_reading reading;
    shift_window_rule rule;
    const shift_window_sink *sink;
    shift_schema *schema; /* and behind it the column that cuts */
    size_t *columns;      /* of the plan */
    size_t cutter;        /* that column's place, or SIZE_MAX */
    shift__block *block;
    window open[OPEN_VALUES];
    size_t n_open, last;
    bool any_closed;
    int64_t closed; /* the latest key that was */
    uint64_t row;   /* number of the batch's first, from 1 */
    /* Rows of one window, column by column */
    shift_column *gathered;
    double *numbers;
    uint32_t *offsets;
    uint8_t *states;
    size_t numbers_capacity, offsets_capacity, states_capacity;
} cutting;

static void clear_window(window *w)
{
    shift_profile_free(w->profile);
    free(w->value);
    free(w->rows);
    memset(w, 0, sizeof *w);
}

static const char *column_name(const cutting *c)
{
    return shift_source_column(c->source, c->columns[c->cutter]);
}

static shift_status new_profile(const cutting *c, shift_profile **out, shift_error *err)
{
    shift_profile *profile = NULL;
    size_t *columns = NULL;
    const shift_window_reading *r = &c->reading;
    shift_status status =
        shift__alloc(&columns, shift_schema_size(r->schema), sizeof *columns, err);
    if (status == SHIFT_OK)
        status = shift_profile_new(&profile, r->schema, r->options, err);
    if (status == SHIFT_OK)
        status = shift__profile_match(profile, c->source, columns, err);
    if (status == SHIFT_OK)
        status = shift__profile_match_extras(profile, c->source, r->left_out, err);
    free(columns);
    if (status != SHIFT_OK) {
        shift_profile_free(profile);
        return status;
    }
    *out = profile;
    return SHIFT_OK;
}

static void print_time(const struct tm *tm, bool whole_day, char *out)
{
    int n =
        snprintf(out, NAME, "%04ld-%02d-%02d", 1900L + tm->tm_year, tm->tm_mon + 1, tm->tm_mday);
    if (!whole_day && n > 0 && n < NAME)
        out[(size_t)n + strftime(out + n, NAME - (size_t)n, "T%H:%M:%SZ", tm)] = '\0';
}

static void name_time(const cutting *c, int64_t key, char *out)
{
    uint64_t length = c->rule.length;
    int64_t from = key * (int64_t)length + (length % WEEK == 0 ? MONDAY : 0);
    time_t seconds = (time_t)from;
    struct tm tm;
    if (gmtime_r(&seconds, &tm) == NULL)
        (void)snprintf(out, NAME, "%" PRId64, from);
    else
        print_time(&tm, length % DAY == 0, out);
}

static void name_rows(const cutting *c, const window *w, char *out)
{
    uint64_t first = (uint64_t)w->key * c->rule.length + 1;
    (void)snprintf(out, NAME, "rows %" PRIu64 " to %" PRIu64, first,
                   first + shift_profile_rows(w->profile) - 1);
}

static shift_status name_window(const cutting *c, const window *w, char **out, shift_error *err)
{
    char name[NAME];
    if (c->rule.kind == SHIFT_WINDOW_VALUES)
        return shift__text_copy(out, w->value, w->value_size, err);
    if (c->rule.kind == SHIFT_WINDOW_TIME)
        name_time(c, w->key, name);
    else
        name_rows(c, w, name);
    return shift__text_copy(out, name, strlen(name), err);
}

/* "FILE (WINDOW)" is what the profile is from. */
static shift_status label_profile(const cutting *c, shift_profile *profile, const char *name,
                                  shift_error *err)
{
    const char *source = shift_source_name(c->source);
    size_t size = strlen(source) + strlen(name) + 4;
    char *text = NULL;
    shift_status status = shift__alloc(&text, size, 1, err);
    if (status != SHIFT_OK)
        return status;
    int n = snprintf(text, size, "%s (%s)", source, name);
    status = shift__profile_name(profile, text, (size_t)n, err);
    free(text);
    return status;
}

/* The window's rows of column `i` */
static void gather_column(cutting *c, const shift_column *from, const window *w, size_t i)
{
    size_t rows = w->n_rows;
    shift_column *to = &c->gathered[i];
    double *numbers = c->numbers + i * rows;
    uint32_t *begin = c->offsets + 2 * i * rows;
    uint32_t *end = begin + rows;
    uint8_t *states = c->states + i * rows;
    *to = (shift_column){.bytes = from->bytes};
    for (size_t k = 0; from->numbers != NULL && k < rows; k++)
        numbers[k] = from->numbers[w->rows[k]];
    for (size_t k = 0; from->begin != NULL && k < rows; k++) {
        begin[k] = from->begin[w->rows[k]];
        end[k] = from->end[w->rows[k]];
    }
    for (size_t k = 0; from->states != NULL && k < rows; k++)
        states[k] = from->states[w->rows[k]];
    to->numbers = from->numbers != NULL ? numbers : NULL;
    to->begin = from->begin != NULL ? begin : NULL;
    to->end = from->begin != NULL ? end : NULL;
    to->states = from->states != NULL ? states : NULL;
}

static shift_status gather(cutting *c, const shift_batch *batch, const window *w, shift_error *err)
{
    size_t n = shift_schema_size(c->reading.schema);
    size_t cells = n * w->n_rows;
    shift_status status =
        shift__array_grow(&c->numbers, &c->numbers_capacity, cells, sizeof *c->numbers, err);
    if (status == SHIFT_OK)
        status = shift__array_grow(&c->offsets, &c->offsets_capacity, 2 * cells, sizeof *c->offsets,
                                   err);
    if (status == SHIFT_OK)
        status = shift__array_grow(&c->states, &c->states_capacity, cells, 1, err);
    for (size_t i = 0; status == SHIFT_OK && i < n; i++)
        gather_column(c, &batch->columns[i], w, i);
    return status;
}

/* The rows of the batch that belong to a window go into its profile. */
static shift_status flush(cutting *c, const shift_batch *batch, window *w, shift_error *err)
{
    if (w->n_rows == 0)
        return SHIFT_OK;
    shift_batch part = {w->n_rows, shift_schema_size(c->reading.schema), batch->columns};
    if (w->n_rows < batch->rows) {
        shift_status status = gather(c, batch, w, err);
        if (status != SHIFT_OK)
            return status;
        part.columns = c->gathered;
    }
    w->n_rows = 0;
    return shift_profile_add(w->profile, &part, err);
}

/* `batch` is NULL where all rows are in the profile. */
static shift_status finish(cutting *c, const shift_batch *batch, size_t i, shift_error *err)
{
    window *w = &c->open[i];
    char *name = NULL;
    shift_status status = batch != NULL ? flush(c, batch, w, err) : SHIFT_OK;
    if (status == SHIFT_OK)
        status = name_window(c, w, &name, err);
    if (status == SHIFT_OK)
        status = label_profile(c, w->profile, name, err);
    if (status == SHIFT_OK)
        status = c->sink->use(c->sink->context, name, w->profile, err);
    free(name);
    c->any_closed = true;
    c->closed = w->key;
    clear_window(w);
    c->open[i] = c->open[--c->n_open];
    memset(&c->open[c->n_open], 0, sizeof *w);
    c->last = 0;
    return status;
}

static bool comes_before(const window *a, const window *b)
{
    if (a->value == NULL)
        return a->key < b->key;
    size_t shorter = a->value_size < b->value_size ? a->value_size : b->value_size;
    int order = shorter > 0 ? memcmp(a->value, b->value, shorter) : 0;
    return order != 0 ? order < 0 : a->value_size < b->value_size;
}

static size_t first_open(const cutting *c)
{
    size_t first = 0;
    for (size_t i = 1; i < c->n_open; i++)
        if (comes_before(&c->open[i], &c->open[first]))
            first = i;
    return first;
}

/* Make room for one more window, whose key is this. */
static shift_status make_room(cutting *c, const shift_batch *batch, int64_t key, uint64_t row,
                              shift_error *err)
{
    shift_window_kind kind = c->rule.kind;
    if (kind == SHIFT_WINDOW_VALUES)
        return c->n_open < OPEN_VALUES
                   ? SHIFT_OK
                   : shift_error_set(err, SHIFT_EUNSUPPORTED,
                                     "%s: column \"%s\" has more than %d values, too many for "
                                     "windows (row %" PRIu64 ")",
                                     shift_source_name(c->source), column_name(c), (int)OPEN_VALUES,
                                     row);
    char name[NAME];
    if (kind == SHIFT_WINDOW_TIME && c->any_closed && key <= c->closed) {
        name_time(c, key, name);
        return shift_error_set(err, SHIFT_EFORMAT,
                               "%s: row %" PRIu64 " is of %s, which is over: more than %d windows "
                               "begin later and came before; sort the rows by \"%s\"",
                               shift_source_name(c->source), row, name, (int)OPEN_TIMES,
                               column_name(c));
    }
    bool full = c->n_open == (kind == SHIFT_WINDOW_ROWS ? 1 : OPEN_TIMES);
    return full ? finish(c, batch, first_open(c), err) : SHIFT_OK;
}

static bool is_of(const window *w, int64_t key, const char *value, size_t size)
{
    if (w->value == NULL)
        return w->key == key;
    return w->value_size == size && (size == 0 || memcmp(w->value, value, size) == 0);
}

/* What a row belongs to; `value` is NULL but for windows of values. */
typedef struct place {
    int64_t key;
    const char *value;
    size_t size;
} place;

static shift_status find_window(cutting *c, const shift_batch *batch, const place *at, uint64_t row,
                                window **out, shift_error *err)
{
    for (size_t k = 0; k < c->n_open; k++) {
        size_t i = (c->last + k) % c->n_open; /* most rows follow one of the same window */
        if (is_of(&c->open[i], at->key, at->value, at->size)) {
            c->last = i;
            *out = &c->open[i];
            return SHIFT_OK;
        }
    }
    shift_status status = make_room(c, batch, at->key, row, err);
    if (status != SHIFT_OK)
        return status;
    window *w = &c->open[c->n_open];
    w->key = at->key;
    if (at->value != NULL)
        status = shift__text_copy(&w->value, at->value, at->size, err);
    w->value_size = at->size;
    if (status == SHIFT_OK)
        status = new_profile(c, &w->profile, err);
    c->last = c->n_open++;
    *out = w;
    return status;
}

static shift_status place_of(const cutting *c, const shift_batch *batch, size_t r, place *out,
                             shift_error *err)
{
    const shift_window_rule *rule = &c->rule;
    uint64_t row = c->row + r;
    if (rule->kind == SHIFT_WINDOW_ROWS) {
        *out = (place){(int64_t)((row - 1) / rule->length), NULL, 0};
        return SHIFT_OK;
    }
    const shift_column *column = &batch->columns[c->cutter];
    if (column->states != NULL && column->states[r] != SHIFT_FIELD_PRESENT)
        return shift_error_set(err, SHIFT_EFORMAT,
                               "%s: row %" PRIu64 " has no %s in column \"%s\", so that it belongs "
                               "to no window",
                               shift_source_name(c->source), row,
                               rule->kind == SHIFT_WINDOW_TIME ? "time" : "value", column_name(c));
    if (rule->kind == SHIFT_WINDOW_VALUES) {
        *out = (place){0, column->bytes + column->begin[r], column->end[r] - column->begin[r]};
        return SHIFT_OK;
    }
    if (!(fabs(column->numbers[r]) < last_time))
        return shift_error_set(err, SHIFT_EFORMAT,
                               "%s: row %" PRIu64 " has no time in column \"%s\": it is %g seconds "
                               "from 1970",
                               shift_source_name(c->source), row, column_name(c),
                               column->numbers[r]);
    double from = column->numbers[r] - (rule->length % WEEK == 0 ? MONDAY : 0);
    *out = (place){(int64_t)floor(from / (double)rule->length), NULL, 0};
    return SHIFT_OK;
}

static shift_status deal_out(cutting *c, const shift_batch *batch, shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (size_t r = 0; status == SHIFT_OK && r < batch->rows; r++) {
        place at = {0, NULL, 0};
        window *w = NULL;
        status = place_of(c, batch, r, &at, err);
        if (status == SHIFT_OK)
            status = find_window(c, batch, &at, c->row + r, &w, err);
        if (status == SHIFT_OK)
            status = shift__array_grow(&w->rows, &w->capacity, w->n_rows + 1, sizeof *w->rows, err);
        if (status == SHIFT_OK)
            w->rows[w->n_rows++] = r;
    }
    for (size_t i = 0; status == SHIFT_OK && i < c->n_open; i++)
        status = flush(c, batch, &c->open[i], err);
    c->row += batch->rows;
    return status;
}

/* ---- the source ---- */

static const char *first_timestamp(const shift_schema *schema)
{
    for (size_t i = 0; i < shift_schema_size(schema); i++)
        if (shift_schema_kind(schema, i) == SHIFT_KIND_TIMESTAMP)
            return shift_schema_name(schema, i);
    return NULL;
}

static size_t find_column(const shift_source *source, const char *name)
{
    for (size_t i = 0; i < shift_source_columns(source); i++)
        if (strcmp(shift_source_column(source, i), name) == 0)
            return i;
    return SIZE_MAX;
}

/* The column that cuts is read by itself, whatever else it is for: its kind may be another one. */
static shift_status add_cutter(cutting *c, shift_error *err)
{
    const shift_window_rule *rule = &c->rule;
    bool time = rule->kind == SHIFT_WINDOW_TIME;
    const char *name = rule->column;
    if (rule->kind == SHIFT_WINDOW_ROWS)
        return SHIFT_OK;
    if (name == NULL && (name = first_timestamp(c->reading.schema)) == NULL)
        return shift_error_set(err, SHIFT_EINVAL,
                               "training has no column of kind timestamp: name the one that cuts "
                               "the rows, as in time:1d:COLUMN");
    size_t at = find_column(c->source, name);
    if (at == SIZE_MAX)
        return shift_error_set(err, SHIFT_EINVAL,
                               "%s: has no column \"%s\", by which it is to be cut",
                               shift_source_name(c->source), name);
    char unique[32] = "window";
    for (unsigned i = 2; shift_schema_find(c->schema, unique) != SIZE_MAX; i++)
        (void)snprintf(unique, sizeof unique, "window %u", i);
    c->cutter = shift_schema_size(c->schema);
    c->columns[c->cutter] = at;
    return shift_schema_add(c->schema, unique, time ? SHIFT_KIND_TIMESTAMP : SHIFT_KIND_CATEGORICAL,
                            err);
}

static shift_status open_cutting(cutting *c, shift_error *err)
{
    shift_profile *match = NULL;
    size_t n = shift_schema_size(c->reading.schema);
    c->cutter = SIZE_MAX;
    c->row = 1;
    shift_status status = shift__alloc(&c->columns, n + 1, sizeof *c->columns, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&c->gathered, n + 1, sizeof *c->gathered, err);
    if (status == SHIFT_OK)
        status = shift_schema_copy(&c->schema, c->reading.schema, err);
    if (status == SHIFT_OK)
        status = shift__block_new(&c->block, err);
    if (status == SHIFT_OK)
        status = shift_profile_new(&match, c->reading.schema, c->reading.options, err);
    if (status == SHIFT_OK)
        status = shift__profile_match(match, c->source, c->columns, err);
    shift_profile_free(match);
    return status == SHIFT_OK ? add_cutter(c, err) : status;
}

static shift_status read_batches(cutting *c, shift_error *err)
{
    shift__plan plan = {c->schema, c->columns};
    for (bool end = false;;) {
        shift_batch batch;
        shift_status status = shift__source_fill(c->source, c->block, &end, err);
        if (status != SHIFT_OK || end)
            return status;
        shift__source_convert(c->source, c->block, &plan);
        status = shift__source_finish(c->source, c->block, &batch, err);
        if (status == SHIFT_OK)
            status = deal_out(c, &batch, err);
        if (status != SHIFT_OK)
            return status;
    }
}

static shift_status take_reading(cutting *c, const shift_window_reading *reading, shift_error *err)
{
    const shift_window_rule *rule = &c->rule;
    shift_status status = SHIFT__OPTIONS_TAKE(&c->reading, reading, "shift_window_reading", err);
    if (status != SHIFT_OK)
        return status;
    if (c->reading.schema == NULL || c->reading.rule == NULL)
        return shift_error_set(err, SHIFT_EINVAL, "windows without a %s",
                               c->reading.schema == NULL ? "schema" : "rule");
    status = SHIFT__OPTIONS_TAKE(&c->rule, c->reading.rule, "shift_window_rule", err);
    if (status != SHIFT_OK)
        return status;
    if ((unsigned)rule->kind > SHIFT_WINDOW_VALUES ||
        (rule->kind == SHIFT_WINDOW_VALUES && rule->column == NULL) ||
        (rule->kind != SHIFT_WINDOW_VALUES && (rule->length == 0 || rule->length > most_length)))
        return shift_error_set(err, SHIFT_EINVAL,
                               "windows of an unknown kind, without a column of values, or of a "
                               "length that is not between 1 and %" PRIu64,
                               most_length);
    return SHIFT_OK;
}

shift_status shift_profile_windows(shift_source *source, const shift_window_reading *reading,
                                   const shift_window_sink *sink, shift_error *err)
{
    cutting *c = NULL;
    if (SHIFT__ANY_NULL(err, source, reading, sink))
        return SHIFT_EINVAL;
    if (sink->use == NULL)
        return shift_error_set(err, SHIFT_EINVAL, "windows without anything to do with them");
    shift_status status = shift__alloc(&c, 1, sizeof *c, err);
    if (status == SHIFT_OK)
        status = take_reading(c, reading, err);
    if (status != SHIFT_OK) {
        free(c);
        return status;
    }
    c->source = source;
    c->sink = sink;
    status = open_cutting(c, err);
    if (status == SHIFT_OK)
        status = read_batches(c, err);
    if (status == SHIFT_OK && c->row == 1)
        status = shift_error_set(err, SHIFT_ENODATA, "%s: has a header but no rows",
                                 shift_source_name(source));
    while (status == SHIFT_OK && c->n_open > 0)
        status = finish(c, NULL, first_open(c), err);
    for (size_t i = 0; i < c->n_open; i++)
        clear_window(&c->open[i]);
    shift__block_free(c->block);
    shift_schema_free(c->schema);
    free(c->columns);
    free(c->gathered);
    free(c->numbers);
    free(c->offsets);
    free(c->states);
    free(c);
    return status;
}
