/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes to profile. The bytes may come from anyone: whatever the rest of the library relies on is
 * checked here, and memory is taken in proportion to the bytes. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "profile.pb-c.h"
#include "profile/file.h"

/* ---- unpacking within bounds ---- */

/* A byte of a file can ask for a message of a hundred; honest ones need less than 16 for one. */
typedef struct budget {
    size_t left;
    bool exhausted;
} budget;

static void *take(void *context, size_t size)
{
    budget *b = context;
    if (size > b->left) {
        b->exhausted = true;
        return NULL;
    }
    b->left -= size;
    return malloc(size != 0 ? size : 1);
}

static void give_back(void *context, void *memory)
{
    (void)context;
    free(memory);
}

/* ---- messages of refusal ---- */

typedef struct decoding {
    const char *name; /* of the file */
    shift_profile *profile;
    shift_error *err;
} decoding;

static SHIFT_PRINTF(2, 3) shift_status refuse(const decoding *d, const char *format, ...)
{
    char what[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return shift_error_set(d->err, SHIFT_EFORMAT, "%s: damaged profile: %s", d->name, what);
}

/* ---- text ---- */

static size_t utf8_size(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead < 0xe0)
        return 2;
    if (lead >= 0xe0 && lead < 0xf0)
        return 3;
    return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

/* Text without NUL; UTF-8 where it will be printed as a name. */
static bool is_name(ProtobufCBinaryData text)
{
    size_t i = 0;
    while (i < text.len) {
        const unsigned char *c = text.data + i;
        size_t size = utf8_size(*c);
        if (*c == 0 || size == 0 || size > text.len - i)
            return false;
        for (size_t k = 1; k < size; k++)
            if ((c[k] & 0xc0) != 0x80)
                return false;
        if ((*c == 0xe0 && c[1] < 0xa0) || (*c == 0xed && c[1] > 0x9f) ||
            (*c == 0xf0 && c[1] < 0x90) || (*c == 0xf4 && c[1] > 0x8f))
            return false;
        i += size;
    }
    return true;
}

static bool has_nul(ProtobufCBinaryData text)
{
    return text.len > 0 && memchr(text.data, 0, text.len) != NULL;
}

/* ---- columns ---- */

static bool is_plain(double x)
{
    return isfinite(x) && !(x == 0 && signbit(x));
}

static shift_status decode_moments(const decoding *d, const Shift__File__Column *column,
                                   shift__feature *feature, uint64_t present)
{
    const Shift__File__Moments *m = column->moments;
    if ((m != NULL) != (present > 0))
        return refuse(
            d, "moments and counts of \"%s\" disagree",
            shift_schema_name(d->profile->schema, (size_t)(feature - d->profile->features)));
    if (m == NULL)
        return SHIFT_OK;
    if (!isfinite(m->mean) || !isfinite(m->minimum) || !isfinite(m->maximum) ||
        m->minimum > m->maximum || !(m->m2 >= 0) || !(m->m4 >= 0 || isnan(m->m4)))
        return refuse(d, "moments that no data has");
    feature->moments =
        (shift__moments){present, m->mean, m->m2, m->m3, m->m4, m->minimum, m->maximum};
    return SHIFT_OK;
}

static shift_status check_level(const decoding *d, const Shift__File__Level *level,
                                const shift__moments *range)
{
    if (level->n_values == 0 || level->height >= SHIFT__SKETCH_LEVELS)
        return refuse(d, "a sketch level of no use");
    for (size_t i = 0; i < level->n_values; i++)
        if (!is_plain(level->values[i]) || (i > 0 && level->values[i] < level->values[i - 1]))
            return refuse(d, "sketch values out of order");
    if (!(level->values[0] >= range->minimum &&
          level->values[level->n_values - 1] <= range->maximum))
        return refuse(d, "sketch values beyond minimum and maximum");
    return SHIFT_OK;
}

static shift_status decode_level(const decoding *d, const Shift__File__Level *level,
                                 shift__sketch *s)
{
    double **values = level->height == 0 ? &s->raw : &s->levels[level->height].values;
    size_t *capacity = level->height == 0 ? &s->raw_capacity : &s->levels[level->height].capacity;
    shift_status status =
        shift__array_grow(values, capacity, level->n_values, sizeof **values, d->err);
    if (status != SHIFT_OK)
        return status;
    memcpy(*values, level->values, level->n_values * sizeof **values);
    if (level->height == 0)
        s->n_raw = level->n_values;
    else
        s->levels[level->height].n = level->n_values;
    s->height = level->height;
    return SHIFT_OK;
}

static shift_status decode_levels(const decoding *d, const Shift__File__Sketch *message,
                                  const shift__moments *moments, shift__sketch *s)
{
    for (size_t i = 0; i < message->n_levels; i++) {
        const Shift__File__Level *level = message->levels[i];
        shift_status status = check_level(d, level, moments);
        if (status != SHIFT_OK)
            return status;
        if (i > 0 && level->height <= message->levels[i - 1]->height)
            return refuse(d, "sketch levels out of order");
        if (level->n_values > (moments->n - s->n) >> level->height)
            return refuse(d, "a sketch with more values than rows");
        s->n += (uint64_t)level->n_values << level->height;
        status = decode_level(d, level, s);
        if (status != SHIFT_OK)
            return status;
    }
    if (s->n != moments->n)
        return refuse(d, "a sketch with fewer values than rows");
    return SHIFT_OK;
}

static shift_status decode_sketch(const decoding *d, const Shift__File__Sketch *message,
                                  const shift__moments *moments, shift__sketch *s)
{
    if (message == NULL)
        return refuse(d, "a column without a sketch");
    if (message->n_random != 0 && message->n_random != 4)
        return refuse(d, "a random state of %zu words", message->n_random);
    shift_status status = decode_levels(d, message, moments, s);
    if (status != SHIFT_OK)
        return status;
    bool compacted = s->height > 0;
    if (!isfinite(message->variance) || !isfinite(message->worst) ||
        (message->variance > 0) != compacted || (message->worst > 0) != compacted ||
        message->variance < 0 || message->worst < 0 || (compacted && message->n_random == 0))
        return refuse(d, "a sketch whose error bound is not one");
    if (!s->exact && s->n_raw > SHIFT__SKETCH_EXACT)
        return refuse(d, "a sketch with too many values");
    s->stream = message->stream;
    s->variance = message->variance;
    s->worst = message->worst;
    s->seeded = message->n_random == 4;
    uint64_t any = 0;
    for (size_t i = 0; i < message->n_random; i++)
        any |= s->random.state[i] = message->random[i];
    if (s->seeded && any == 0)
        return refuse(d, "a random state of zeros");
    return SHIFT_OK;
}

/* Text of the table so far is in `last`; the next one shares its beginning. */
static shift_status decode_text(const decoding *d, const Shift__File__Categories *m, size_t i,
                                size_t *at, shift_category *last)
{
    char text[SHIFT__CATEGORY_BYTES];
    size_t shared = m->shared[i];
    size_t rest = m->rest[i];
    if (shared > last->size || rest > m->text.len - *at || rest > sizeof text - shared)
        return refuse(d, "a category text beyond its end");
    memcpy(text, last->text, shared);
    if (rest > 0)
        memcpy(text + shared, m->text.data + *at, rest);
    *at += rest;
    size_t size = shared + rest;
    size_t common = size < last->size ? size : last->size;
    int order = memcmp(last->text, text, common);
    if (i > 0 && (order > 0 || (order == 0 && last->size >= size)))
        return refuse(d, "categories out of order");
    char *to = NULL;
    memcpy(&to, &last->text, sizeof to); /* the caller's buffer */
    memcpy(to, text, size);
    last->size = size;
    return SHIFT_OK;
}

static shift_status decode_texts(const decoding *d, const Shift__File__Categories *m,
                                 shift__categories *table)
{
    char buffer[SHIFT__CATEGORY_BYTES] = {0};
    shift_category last = {buffer, 0, 0};
    size_t at = 0;
    size_t bytes = 0;
    for (size_t i = 0; i < m->n_counts; i++)
        bytes += (size_t)m->shared[i] + m->rest[i];
    if (bytes > (size_t)table->limit * SHIFT__CATEGORY_BUDGET + SHIFT__CATEGORY_BYTES)
        return refuse(d, "categories of %zu bytes", bytes);
    shift_status status = shift__categories_reserve(table, m->n_counts, bytes, d->err);
    for (size_t i = 0; status == SHIFT_OK && i < m->n_counts; i++) {
        status = decode_text(d, m, i, &at, &last);
        if (status == SHIFT_OK && m->counts[i] == 0)
            status = refuse(d, "a category that was never seen");
        if (status == SHIFT_OK)
            shift__categories_add(table, last.text, last.size, m->counts[i]);
    }
    if (status == SHIFT_OK && at != m->text.len)
        status = refuse(d, "text after the last category");
    return status;
}

static shift_status decode_distinct(const decoding *d, const Shift__File__Categories *m,
                                    shift__categories *table)
{
    if (m->distinct.len != (m->inexact ? SHIFT__DISTINCT_REGISTERS : 0))
        return refuse(d, "%zu registers of distinct values", m->distinct.len);
    if (!m->inexact)
        return SHIFT_OK;
    if (table->distinct == NULL) {
        shift_status status = shift__alloc(&table->distinct, 1, sizeof *table->distinct, d->err);
        if (status != SHIFT_OK)
            return status;
    }
    for (size_t i = 0; i < SHIFT__DISTINCT_REGISTERS; i++)
        if (m->distinct.data[i] > SHIFT__DISTINCT_RANK_MAX)
            return refuse(d, "a register of distinct values beyond its range");
    memcpy(table->distinct->registers, m->distinct.data, SHIFT__DISTINCT_REGISTERS);
    return SHIFT_OK;
}

static shift_status decode_categories(const decoding *d, const Shift__File__Categories *m,
                                      uint64_t present, shift__categories *table)
{
    if (m == NULL)
        return refuse(d, "a text column without categories");
    if (m->n_counts != m->n_shared || m->n_counts != m->n_rest || m->n_counts > table->limit)
        return refuse(d, "a table of categories whose parts do not fit");
    uint64_t left = present;
    for (size_t i = 0; i < m->n_counts; i++) {
        if (m->counts[i] > left)
            return refuse(d, "more categories than rows");
        left -= m->counts[i];
    }
    if ((!m->inexact && left > 0) || (m->error > 0) != (m->inexact != 0) || m->error > present)
        return refuse(d, "counts of categories that do not add up");
    shift_status status = decode_texts(d, m, table);
    if (status == SHIFT_OK)
        status = decode_distinct(d, m, table);
    if (status != SHIFT_OK)
        return status;
    if (m->numeric_text && !table->numeric_text)
        return refuse(d, "categories that are no numbers, as it says they are");
    table->numeric_text = m->numeric_text || present == 0;
    table->n = present;
    table->error = m->error;
    table->inexact = m->inexact;
    return SHIFT_OK;
}

static shift_status decode_column(const decoding *d, const Shift__File__Column *column, size_t i)
{
    shift__feature *feature = &d->profile->features[i];
    uint64_t rows = d->profile->rows;
    if (column->missing > rows || column->non_finite > rows - column->missing ||
        column->invalid > rows - column->missing - column->non_finite)
        return refuse(d, "counts of a column that are more than its rows");
    if (column->invalid_text.len >= sizeof feature->invalid_text || has_nul(column->invalid_text))
        return refuse(d, "an invalid text that is too long");
    feature->absent = column->absent;
    feature->rows = rows;
    feature->missing = column->missing;
    feature->non_finite = column->non_finite;
    feature->invalid = column->invalid;
    feature->invalid_line = column->invalid_line;
    if (column->invalid_text.len > 0)
        memcpy(feature->invalid_text, column->invalid_text.data, column->invalid_text.len);
    uint64_t present = rows - column->missing - column->non_finite - column->invalid;
    if (column->absent && column->missing != rows)
        return refuse(d, "values of a column that was not there");
    if (feature->categories != NULL)
        return column->sketch != NULL || column->moments != NULL
                   ? refuse(d, "numbers in a text column")
                   : decode_categories(d, column->categories, present, feature->categories);
    if (column->categories != NULL)
        return refuse(d, "text in a number column");
    shift_status status = decode_moments(d, column, feature, present);
    shift__moments none = {0};
    if (status == SHIFT_OK)
        status = decode_sketch(d, column->sketch, present > 0 ? &feature->moments : &none,
                               feature->sketch);
    return status;
}

/* ---- the whole ---- */

static shift_status decode_schema(const decoding *d, const Shift__File__Profile *message,
                                  shift_schema **out)
{
    if (message->n_columns == 0 || message->n_columns > SHIFT__FILE_COLUMNS_MAX)
        return refuse(d, "%zu columns", message->n_columns);
    shift_schema *schema = NULL;
    shift_status status = shift_schema_new(&schema, d->err);
    for (size_t i = 0; status == SHIFT_OK && i < message->n_columns; i++) {
        const Shift__File__Column *column = message->columns[i];
        char *name = NULL;
        if (column->kind > SHIFT_KIND_IDENTIFIER)
            status = refuse(d, "unknown kind %u", (unsigned)column->kind);
        else if (!is_name(column->name))
            status = refuse(d, "a column name that is not UTF-8");
        if (status == SHIFT_OK)
            status =
                shift__text_copy(&name, (const char *)column->name.data, column->name.len, d->err);
        if (status == SHIFT_OK)
            status = shift_schema_add(schema, name, (shift_kind)column->kind, d->err);
        if (status == SHIFT_EINVAL)
            status = refuse(d, "a column name that is empty or repeated");
        free(name);
    }
    if (status != SHIFT_OK) {
        shift_schema_free(schema);
        return status;
    }
    *out = schema;
    return SHIFT_OK;
}

static shift_status start_profile(const decoding *d, const Shift__File__Profile *message,
                                  shift_profile **out)
{
    const Shift__File__Options *o = message->options;
    if (o == NULL || o->sketch_size < SHIFT__SKETCH_SIZE_MIN ||
        o->sketch_size > SHIFT__SKETCH_SIZE_MAX || o->categories == 0 ||
        o->categories > SHIFT__CATEGORIES_MAX || o->sample_rows == 0)
        return refuse(d, "options that cannot be");
    shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
    options.seed = o->seed;
    options.sketch_size = o->sketch_size;
    options.categories = o->categories;
    options.sample_rows = o->sample_rows;
    options.exact = o->exact;
    options.no_sample = o->no_sample;
    shift_schema *schema = NULL;
    shift_status status = decode_schema(d, message, &schema);
    if (status == SHIFT_OK)
        status = shift_profile_new(out, schema, &options, d->err);
    shift_schema_free(schema);
    return status;
}

static shift_status decode_names(const decoding *d, const Shift__File__Profile *message)
{
    if (has_nul(message->source))
        return refuse(d, "a source name with a NUL");
    shift_status status = shift__profile_name(d->profile, (const char *)message->source.data,
                                              message->source.len, d->err);
    for (size_t i = 0; status == SHIFT_OK && i < message->n_extras; i++) {
        if (!is_name(message->extras[i]) || message->extras[i].len == 0)
            return refuse(d, "a column name that is not UTF-8");
        status = shift__profile_add_extra(d->profile, (const char *)message->extras[i].data,
                                          message->extras[i].len, d->err);
    }
    return status;
}

static shift_status decode_message(const decoding *d, const Shift__File__Profile *message)
{
    shift_status status = decode_names(d, message);
    if (status == SHIFT_OK && message->rows > (uint64_t)INT64_MAX)
        status = refuse(d, "too many rows");
    if (status != SHIFT_OK)
        return status;
    d->profile->rows = message->rows;
    for (size_t i = 0; status == SHIFT_OK && i < message->n_columns; i++)
        status = decode_column(d, message->columns[i], i);
    return status;
}

shift_status shift__profile_decode(shift_profile **out, const unsigned char *bytes, size_t n,
                                   const char *name, shift_error *err)
{
    decoding d = {name, NULL, err};
    budget b = {n * 16 + 65536, false};
    ProtobufCAllocator allocator = {take, give_back, &b};
    Shift__File__Profile *message = shift__file__profile__unpack(&allocator, n, bytes);
    if (message == NULL)
        return refuse(&d, "its content is not a profile's");
    shift_status status = start_profile(&d, message, &d.profile);
    if (status == SHIFT_OK)
        status = decode_message(&d, message);
    shift__file__profile__free_unpacked(message, &allocator);
    if (status != SHIFT_OK) {
        shift_profile_free(d.profile);
        return status;
    }
    *out = d.profile;
    return SHIFT_OK;
}
