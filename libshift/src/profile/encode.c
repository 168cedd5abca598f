/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Profile to bytes: a tree of protobuf-c messages that borrow from the profile, or from the smaller
 * copies that are saved in place of large sketches and inexact category tables. */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "profile.pb-c.h"
#include "profile/file.h"

typedef struct encoding {
    const shift_profile *profile;
    shift__arena arena; /* the messages */
    Shift__File__Profile message;
    shift__sketch **sketches; /* the copies; one per column, or NULL */
    shift__categories **tables;
} encoding;

static ProtobufCBinaryData binary(const char *text, size_t size)
{
    ProtobufCBinaryData data = {size, NULL};
    memcpy(&data.data, &text, sizeof text); /* protobuf-c takes no const, but does not write */
    return data;
}

static shift_status encode_level(encoding *e, Shift__File__Level **out, size_t height,
                                 double *values, size_t n, shift_error *err)
{
    shift_status status = shift__arena_alloc(&e->arena, out, 1, sizeof **out, err);
    if (status != SHIFT_OK)
        return status;
    shift__file__level__init(*out);
    (*out)->height = (uint32_t)height;
    (*out)->values = values;
    (*out)->n_values = n;
    return SHIFT_OK;
}

static shift_status encode_sketch(encoding *e, size_t i, Shift__File__Column *column,
                                  shift_error *err)
{
    const shift__sketch *whole = e->profile->features[i].sketch;
    size_t size = whole->exact ? 0 : e->profile->options.sketch_size;
    shift_status status = shift__sketch_shrunk(&e->sketches[i], whole, size, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(&e->arena, &column->sketch, 1, sizeof *column->sketch, err);
    Shift__File__Level **levels = NULL;
    if (status == SHIFT_OK)
        status = shift__arena_alloc(&e->arena, &levels, SHIFT__SKETCH_LEVELS, sizeof(void *), err);
    if (status != SHIFT_OK)
        return status;
    shift__sketch *s = e->sketches[i];
    Shift__File__Sketch *message = column->sketch;
    shift__file__sketch__init(message);
    message->stream = s->stream;
    message->random = s->random.state;
    message->n_random = s->seeded ? 4 : 0;
    message->variance = s->variance;
    message->worst = s->worst;
    message->levels = levels;
    if (s->n_raw > 0)
        status = encode_level(e, &levels[message->n_levels++], 0, s->raw, s->n_raw, err);
    for (size_t h = 1; status == SHIFT_OK && h <= s->height; h++)
        if (s->levels[h].n > 0)
            status = encode_level(e, &levels[message->n_levels++], h, s->levels[h].values,
                                  s->levels[h].n, err);
    return status;
}

static shift_status encode_moments(encoding *e, const shift__moments *m,
                                   Shift__File__Column *column, shift_error *err)
{
    if (m->n == 0)
        return SHIFT_OK;
    shift_status status =
        shift__arena_alloc(&e->arena, &column->moments, 1, sizeof *column->moments, err);
    if (status != SHIFT_OK)
        return status;
    shift__file__moments__init(column->moments);
    column->moments->mean = m->mean;
    column->moments->mean_rest = m->mean_rest;
    column->moments->m2 = m->m2;
    column->moments->m3 = m->m3;
    column->moments->m4 = m->m4;
    column->moments->minimum = m->minimum;
    column->moments->maximum = m->maximum;
    return SHIFT_OK;
}

/* An inexact table tells little of its many small counters: a quarter of them is saved. */
static shift_status reduced_table(shift__categories **out, const shift__categories *whole,
                                  shift_error *err)
{
    shift__categories *copy = NULL;
    shift_status status = shift__categories_new(&copy, whole->limit, err);
    if (status == SHIFT_OK)
        status = shift__categories_reserve_merge(copy, whole, err);
    if (status != SHIFT_OK) {
        shift__categories_free(copy);
        return status;
    }
    shift__categories_merge(copy, whole);
    shift__categories_purge(copy, whole->limit / 4 + 1);
    *out = copy;
    return SHIFT_OK;
}

static size_t common_prefix(const shift_category *a, const shift_category *b)
{
    size_t n = 0;
    while (n < a->size && n < b->size && a->text[n] == b->text[n])
        n++;
    return n;
}

static shift_status encode_texts(encoding *e, const shift__category_view *view,
                                 Shift__File__Categories *message, shift_error *err)
{
    size_t bytes = 0;
    for (size_t i = 0; i < view->n; i++)
        bytes += view->categories[i].size;
    shift_status status =
        shift__arena_alloc(&e->arena, &message->counts, view->n, sizeof *message->counts, err);
    if (status == SHIFT_OK)
        status =
            shift__arena_alloc(&e->arena, &message->shared, view->n, sizeof *message->shared, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(&e->arena, &message->rest, view->n, sizeof *message->rest, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(&e->arena, &message->text.data, bytes, 1, err);
    if (status != SHIFT_OK)
        return status;
    message->n_counts = message->n_shared = message->n_rest = view->n;
    for (size_t i = 0; i < view->n; i++) {
        const shift_category *category = &view->categories[i];
        size_t shared = i > 0 ? common_prefix(category - 1, category) : 0;
        size_t rest = category->size - shared;
        message->counts[i] = category->count;
        message->shared[i] = (uint32_t)shared;
        message->rest[i] = (uint32_t)rest;
        if (rest > 0)
            memcpy(message->text.data + message->text.len, category->text + shared, rest);
        message->text.len += rest;
    }
    return SHIFT_OK;
}

static shift_status encode_categories(encoding *e, size_t i, Shift__File__Column *column,
                                      shift_error *err)
{
    const shift__categories *table = e->profile->features[i].categories;
    shift_status status = SHIFT_OK;
    if (table->inexact) {
        status = reduced_table(&e->tables[i], table, err);
        table = e->tables[i];
    }
    if (status == SHIFT_OK)
        status =
            shift__arena_alloc(&e->arena, &column->categories, 1, sizeof *column->categories, err);
    shift__category_view view = {0};
    if (status == SHIFT_OK)
        status = shift__categories_view(table, &view, err);
    if (status != SHIFT_OK)
        return status;
    Shift__File__Categories *message = column->categories;
    shift__file__categories__init(message);
    message->error = table->error;
    message->inexact = table->inexact;
    message->numeric_text = view.numeric_text;
    if (table->inexact)
        message->distinct =
            (ProtobufCBinaryData){SHIFT__DISTINCT_REGISTERS, table->distinct->registers};
    status = encode_texts(e, &view, message, err);
    free(view.categories);
    return status;
}

/* What a newer version had written of the profile (column SIZE_MAX) or one of its columns. */
static shift_status encode_unknown(encoding *e, ProtobufCMessage *message, size_t column,
                                   shift_error *err)
{
    const shift_profile *p = e->profile;
    if (p->n_unknown == 0)
        return SHIFT_OK;
    shift_status status = shift__arena_alloc(&e->arena, &message->unknown_fields, p->n_unknown,
                                             sizeof *message->unknown_fields, err);
    for (size_t i = 0; status == SHIFT_OK && i < p->n_unknown; i++) {
        const shift__unknown *field = &p->unknown[i];
        if (field->column == column)
            message->unknown_fields[message->n_unknown_fields++] = (ProtobufCMessageUnknownField){
                field->tag, (ProtobufCWireType)field->wire_type, field->size, field->data};
    }
    return status;
}

static shift_status encode_serial(encoding *e, const shift__serial *s, Shift__File__Column *column,
                                  shift_error *err)
{
    size_t levels = 0;
    while (levels < SHIFT__SERIAL_LEVELS && s->pairs[levels] > 0)
        levels++;
    if (levels == 0 && s->texts == 0 && s->rows == 0)
        return SHIFT_OK;
    Shift__File__Serial *message = NULL;
    shift_status status = shift__arena_alloc(&e->arena, &message, 1, sizeof *message, err);
    uint64_t *pairs = NULL;
    double *energy = NULL;
    if (status == SHIFT_OK)
        status = shift__arena_alloc(&e->arena, &pairs, levels, sizeof *pairs, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(&e->arena, &energy, levels, sizeof *energy, err);
    if (status != SHIFT_OK)
        return status;
    shift__file__serial__init(message);
    memcpy(pairs, s->pairs, levels * sizeof *pairs);
    memcpy(energy, s->energy, levels * sizeof *energy);
    message->pairs = pairs;
    message->energy = energy;
    message->n_pairs = message->n_energy = levels;
    message->n = s->n;
    message->squares = shift__serial_squares(s);
    message->rise = s->rise;
    message->path = s->path;
    message->steps = s->steps;
    message->texts = s->texts;
    message->changes = s->changes;
    message->falls = s->falls;
    message->far_texts = s->far_texts;
    message->far_changes = s->far_changes;
    message->rows = s->rows;
    message->gaps = s->gaps;
    column->serial = message;
    return SHIFT_OK;
}

static shift_status encode_column(encoding *e, size_t i, Shift__File__Column **out,
                                  shift_error *err)
{
    const shift__feature *feature = &e->profile->features[i];
    shift_status status = shift__arena_alloc(&e->arena, out, 1, sizeof **out, err);
    if (status != SHIFT_OK)
        return status;
    Shift__File__Column *column = *out;
    shift__file__column__init(column);
    const char *name = shift_schema_name(e->profile->schema, i);
    column->name = binary(name, strlen(name));
    column->kind = (uint32_t)feature->kind;
    column->absent = feature->absent;
    column->missing = feature->missing;
    column->non_finite = feature->non_finite;
    column->invalid = feature->invalid;
    column->invalid_line = feature->invalid_line;
    column->invalid_text = binary(feature->invalid_text, strlen(feature->invalid_text));
    status = encode_unknown(e, &column->base, i, err);
    if (status == SHIFT_OK)
        status = encode_serial(e, &feature->serial, column, err);
    if (status != SHIFT_OK)
        return status;
    if (feature->categories != NULL)
        return encode_categories(e, i, column, err);
    status = encode_moments(e, &feature->moments, column, err);
    return status == SHIFT_OK ? encode_sketch(e, i, column, err) : status;
}

static shift_status encode_head(encoding *e, shift_error *err)
{
    const shift_profile *p = e->profile;
    Shift__File__Profile *message = &e->message;
    shift__file__profile__init(message);
    shift_status status =
        shift__arena_alloc(&e->arena, &message->options, 1, sizeof *message->options, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(&e->arena, &message->extras, p->n_extras,
                                    sizeof *message->extras, err);
    if (status != SHIFT_OK)
        return status;
    shift__file__options__init(message->options);
    message->options->seed = p->options.seed;
    message->options->sketch_size = p->options.sketch_size;
    message->options->categories = p->options.categories;
    message->options->sample_rows = p->options.sample_rows;
    message->options->exact = p->options.exact;
    message->options->no_sample = p->options.no_sample;
    message->source = binary(p->source, strlen(p->source));
    message->rows = p->rows;
    message->n_extras = p->n_extras;
    for (size_t i = 0; i < p->n_extras; i++)
        message->extras[i] = binary(p->extras[i], strlen(p->extras[i]));
    return encode_unknown(e, &message->base, SIZE_MAX, err);
}

static shift_status encode_parts(encoding *e, shift_error *err)
{
    const shift__parts *parts = &e->profile->parts;
    if (parts->n == 0)
        return SHIFT_OK;
    shift_category *names = NULL;
    Shift__File__Categories *message = NULL;
    shift_status status = shift__arena_alloc(&e->arena, &names, parts->n, sizeof *names, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(&e->arena, &message, 1, sizeof *message, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < parts->n; i++) {
        const shift__part *part = parts->items[i];
        names[i] = (shift_category){part->name, strlen(part->name), part->rows};
    }
    shift__category_view view = {.categories = names, .n = parts->n};
    shift__file__categories__init(message);
    e->message.parts = message;
    return encode_texts(e, &view, message, err);
}

static shift_status encode_columns(encoding *e, shift_error *err)
{
    size_t n = shift_schema_size(e->profile->schema);
    shift_status status = shift__alloc(&e->sketches, n, sizeof(void *), err);
    if (status == SHIFT_OK)
        status = shift__alloc(&e->tables, n, sizeof(void *), err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(&e->arena, &e->message.columns, n, sizeof(void *), err);
    for (size_t i = 0; status == SHIFT_OK && i < n; i++) {
        status = encode_column(e, i, &e->message.columns[i], err);
        e->message.n_columns = i + 1;
    }
    return status;
}

static shift_status encode_comoments(encoding *e, shift_error *err)
{
    const shift__comoments *c = e->profile->comoments;
    if (c == NULL || c->n == 0)
        return SHIFT_OK;
    shift_status status =
        shift__arena_alloc(&e->arena, &e->message.comoments, 1, sizeof *e->message.comoments, err);
    if (status != SHIFT_OK)
        return status;
    shift__file__co_moments__init(e->message.comoments);
    e->message.comoments->n = c->n;
    e->message.comoments->mean = c->mean;
    e->message.comoments->n_mean = c->p;
    e->message.comoments->products = c->products;
    e->message.comoments->n_products = c->p * (c->p + 1) / 2;
    return SHIFT_OK;
}

static shift_status encode_sample_numbers(encoding *e, size_t column, const shift__sample_row *rows,
                                          size_t n, Shift__File__SampleColumn *message,
                                          shift_error *err)
{
    shift_status status =
        shift__arena_alloc(&e->arena, &message->numbers, n, sizeof *message->numbers, err);
    if (status != SHIFT_OK)
        return status;
    message->n_numbers = n;
    for (size_t k = 0; k < n; k++)
        message->numbers[k] = shift__sample_number(e->profile->sample, rows[k].slot, column);
    return SHIFT_OK;
}

static shift_status encode_sample_texts(encoding *e, size_t column, const shift__sample_row *rows,
                                        size_t n, Shift__File__SampleColumn *message,
                                        shift_error *err)
{
    const char *text = NULL;
    size_t size = 0;
    size_t bytes = 0;
    for (size_t k = 0; k < n; k++)
        if (shift__sample_text_at(e->profile->sample, rows[k].slot, column, &text, &size))
            bytes += size;
    shift_status status =
        shift__arena_alloc(&e->arena, &message->sizes, n, sizeof *message->sizes, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(&e->arena, &message->text.data, bytes, 1, err);
    if (status != SHIFT_OK)
        return status;
    message->n_sizes = n;
    for (size_t k = 0; k < n; k++) {
        if (!shift__sample_text_at(e->profile->sample, rows[k].slot, column, &text, &size))
            continue;
        message->sizes[k] = (uint32_t)size + 1;
        if (size > 0)
            memcpy(message->text.data + message->text.len, text, size);
        message->text.len += size;
    }
    return SHIFT_OK;
}

static shift_status encode_sample_rows(encoding *e, Shift__File__Sample *message,
                                       const shift__sample_row *rows, size_t n, shift_error *err)
{
    size_t n_columns = shift_schema_size(e->profile->schema);
    shift_status status =
        shift__arena_alloc(&e->arena, &message->priorities, n, sizeof *message->priorities, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(&e->arena, &message->rows, n, sizeof *message->rows, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(&e->arena, &message->columns, n_columns, sizeof(void *), err);
    if (status != SHIFT_OK)
        return status;
    message->n_priorities = message->n_rows = n;
    for (size_t k = 0; k < n; k++) {
        message->priorities[k] = rows[k].priority;
        message->rows[k] = rows[k].row;
    }
    for (size_t i = 0; status == SHIFT_OK && i < n_columns; i++) {
        Shift__File__SampleColumn *column = NULL;
        status = shift__arena_alloc(&e->arena, &column, 1, sizeof *column, err);
        if (status != SHIFT_OK)
            return status;
        shift__file__sample_column__init(column);
        message->columns[message->n_columns++] = column;
        status = e->profile->sample->is_number[i]
                     ? encode_sample_numbers(e, i, rows, n, column, err)
                     : encode_sample_texts(e, i, rows, n, column, err);
    }
    return status;
}

static shift_status encode_sample(encoding *e, shift_error *err)
{
    const shift__sample *sample = e->profile->sample;
    if (sample == NULL)
        return SHIFT_OK;
    shift__sample_row *rows = NULL;
    size_t n = 0;
    shift_status status =
        shift__arena_alloc(&e->arena, &e->message.sample, 1, sizeof *e->message.sample, err);
    if (status == SHIFT_OK)
        status = shift__sample_rows(sample, &rows, &n, err);
    if (status != SHIFT_OK)
        return status;
    shift__file__sample__init(e->message.sample);
    e->message.sample->limit = (uint32_t)sample->limit;
    e->message.sample->stream = sample->stream;
    status = encode_sample_rows(e, e->message.sample, rows, n, err);
    free(rows);
    return status;
}

static shift_status pack(const encoding *e, unsigned char **bytes, size_t *n, shift_error *err)
{
    size_t size = shift__file__profile__get_packed_size(&e->message);
    if (size > INT32_MAX)
        return shift_error_set(err, SHIFT_EUNSUPPORTED,
                               "a profile of %zu bytes is beyond the 2 GiB of its file format",
                               size);
    unsigned char *packed = NULL;
    shift_status status = shift__alloc(&packed, size, 1, err);
    if (status != SHIFT_OK)
        return status;
    *n = shift__file__profile__pack(&e->message, packed);
    *bytes = packed;
    return SHIFT_OK;
}

shift_status shift__profile_encode(const shift_profile *profile, unsigned char **bytes, size_t *n,
                                   shift_error *err)
{
    encoding e = {.profile = profile, .arena = SHIFT__ARENA_INIT};
    shift_status status = encode_head(&e, err);
    if (status == SHIFT_OK)
        status = encode_parts(&e, err);
    if (status == SHIFT_OK)
        status = encode_columns(&e, err);
    if (status == SHIFT_OK)
        status = encode_comoments(&e, err);
    if (status == SHIFT_OK)
        status = encode_sample(&e, err);
    if (status == SHIFT_OK)
        status = pack(&e, bytes, n, err);
    for (size_t i = 0; i < shift_schema_size(profile->schema); i++) {
        if (e.sketches != NULL)
            shift__sketch_free(e.sketches[i]);
        if (e.tables != NULL)
            shift__categories_free(e.tables[i]);
    }
    free(e.sketches);
    free(e.tables);
    shift__arena_clear(&e.arena);
    return status;
}
