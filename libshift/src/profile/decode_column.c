/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One column out of a saved profile. */
#include <math.h>
#include <string.h>

#include "core/memory.h"
#include "profile/decode.h"

static bool is_plain(double x)
{
    return isfinite(x) && !(x == 0 && signbit(x));
}

static shift_status decode_moments(const shift__decoding *d, const Shift__File__Column *column,
                                   shift__feature *feature, uint64_t present)
{
    const Shift__File__Moments *m = column->moments;
    if ((m != NULL) != (present > 0))
        return shift__refuse(
            d, "moments and counts of \"%s\" disagree",
            shift_schema_name(d->profile->schema, (size_t)(feature - d->profile->features)));
    if (m == NULL)
        return SHIFT_OK;
    if (!isfinite(m->mean) || !isfinite(m->mean_rest) || !isfinite(m->minimum) ||
        !isfinite(m->maximum) || m->minimum > m->maximum || !(m->m2 >= 0) ||
        !(m->m4 >= 0 || isnan(m->m4)))
        return shift__refuse(d, "moments that no data has");
    feature->moments = (shift__moments){present, m->mean, m->mean_rest, m->m2,
                                        m->m3,   m->m4,   m->minimum,   m->maximum};
    return SHIFT_OK;
}

static shift_status check_level(const shift__decoding *d, const Shift__File__Level *level,
                                const shift__moments *range)
{
    if (level->n_values == 0 || level->height >= SHIFT__SKETCH_LEVELS)
        return shift__refuse(d, "a sketch level of no use");
    for (size_t i = 0; i < level->n_values; i++)
        if (!is_plain(level->values[i]) || (i > 0 && level->values[i] < level->values[i - 1]))
            return shift__refuse(d, "sketch values out of order");
    if (!(level->values[0] >= range->minimum &&
          level->values[level->n_values - 1] <= range->maximum))
        return shift__refuse(d, "sketch values beyond minimum and maximum");
    return SHIFT_OK;
}

static shift_status decode_level(const shift__decoding *d, const Shift__File__Level *level,
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

static shift_status decode_levels(const shift__decoding *d, const Shift__File__Sketch *message,
                                  const shift__moments *moments, shift__sketch *s)
{
    for (size_t i = 0; i < message->n_levels; i++) {
        const Shift__File__Level *level = message->levels[i];
        shift_status status = check_level(d, level, moments);
        if (status != SHIFT_OK)
            return status;
        if (i > 0 && level->height <= message->levels[i - 1]->height)
            return shift__refuse(d, "sketch levels out of order");
        if (level->n_values > (moments->n - s->n) >> level->height)
            return shift__refuse(d, "a sketch with more values than rows");
        s->n += (uint64_t)level->n_values << level->height;
        status = decode_level(d, level, s);
        if (status != SHIFT_OK)
            return status;
    }
    if (s->n != moments->n)
        return shift__refuse(d, "a sketch with fewer values than rows");
    return SHIFT_OK;
}

static shift_status decode_sketch(const shift__decoding *d, const Shift__File__Sketch *message,
                                  const shift__moments *moments, shift__sketch *s)
{
    if (message == NULL)
        return shift__refuse(d, "a column without a sketch");
    if (message->n_random != 0 && message->n_random != 4)
        return shift__refuse(d, "a random state of %zu words", message->n_random);
    shift_status status = decode_levels(d, message, moments, s);
    if (status != SHIFT_OK)
        return status;
    bool compacted = s->height > 0;
    if (!isfinite(message->variance) || !isfinite(message->worst) ||
        (message->variance > 0) != compacted || (message->worst > 0) != compacted ||
        message->variance < 0 || message->worst < 0 || (compacted && message->n_random == 0))
        return shift__refuse(d, "a sketch whose error bound is not one");
    if (!s->exact && s->n_raw > SHIFT__SKETCH_SIZE_MAX + 1)
        return shift__refuse(d, "a sketch with too many values");
    s->stream = message->stream;
    s->variance = message->variance;
    s->worst = message->worst;
    s->seeded = message->n_random == 4;
    uint64_t any = 0;
    for (size_t i = 0; i < message->n_random; i++)
        any |= s->random.state[i] = message->random[i];
    if (s->seeded && any == 0)
        return shift__refuse(d, "a random state of zeros");
    return SHIFT_OK;
}

shift_status shift__decode_text(const shift__decoding *d, const Shift__File__Categories *m,
                                size_t i, size_t *at, shift_category *last)
{
    char text[SHIFT__CATEGORY_BYTES];
    size_t shared = m->shared[i];
    size_t rest = m->rest[i];
    if (shared > last->size || rest > m->text.len - *at || rest > sizeof text - shared)
        return shift__refuse(d, "a category text beyond its end");
    memcpy(text, last->text, shared);
    if (rest > 0)
        memcpy(text + shared, m->text.data + *at, rest);
    *at += rest;
    size_t size = shared + rest;
    size_t common = size < last->size ? size : last->size;
    int order = memcmp(last->text, text, common);
    if (i > 0 && (order > 0 || (order == 0 && last->size >= size)))
        return shift__refuse(d, "categories out of order");
    char *to = NULL;
    memcpy(&to, &last->text, sizeof to); /* the caller's buffer */
    memcpy(to, text, size);
    last->size = size;
    return SHIFT_OK;
}

static shift_status decode_texts(const shift__decoding *d, const Shift__File__Categories *m,
                                 shift__categories *table)
{
    char buffer[SHIFT__CATEGORY_BYTES] = {0};
    shift_category last = {buffer, 0, 0};
    size_t at = 0;
    size_t bytes = 0;
    for (size_t i = 0; i < m->n_counts; i++)
        bytes += (size_t)m->shared[i] + m->rest[i];
    if (bytes > (size_t)table->limit * SHIFT__CATEGORY_BUDGET + SHIFT__CATEGORY_BYTES)
        return shift__refuse(d, "categories of %zu bytes", bytes);
    shift_status status = shift__categories_reserve(table, m->n_counts, bytes, d->err);
    for (size_t i = 0; status == SHIFT_OK && i < m->n_counts; i++) {
        status = shift__decode_text(d, m, i, &at, &last);
        if (status == SHIFT_OK && m->counts[i] == 0)
            status = shift__refuse(d, "a category that was never seen");
        if (status == SHIFT_OK)
            shift__categories_add(table, last.text, last.size, m->counts[i]);
    }
    if (status == SHIFT_OK && at != m->text.len)
        status = shift__refuse(d, "text after the last category");
    return status;
}

static shift_status decode_distinct(const shift__decoding *d, const Shift__File__Categories *m,
                                    shift__categories *table)
{
    if (m->distinct.len != (m->inexact ? SHIFT__DISTINCT_REGISTERS : 0))
        return shift__refuse(d, "%zu registers of distinct values", m->distinct.len);
    if (!m->inexact)
        return SHIFT_OK;
    if (table->distinct == NULL) {
        shift_status status = shift__alloc(&table->distinct, 1, sizeof *table->distinct, d->err);
        if (status != SHIFT_OK)
            return status;
    }
    for (size_t i = 0; i < SHIFT__DISTINCT_REGISTERS; i++)
        if (m->distinct.data[i] > SHIFT__DISTINCT_RANK_MAX)
            return shift__refuse(d, "a register of distinct values beyond its range");
    memcpy(table->distinct->registers, m->distinct.data, SHIFT__DISTINCT_REGISTERS);
    return SHIFT_OK;
}

static shift_status decode_categories(const shift__decoding *d, const Shift__File__Categories *m,
                                      uint64_t present, shift__categories *table)
{
    if (m == NULL)
        return shift__refuse(d, "a text column without categories");
    if (m->n_counts != m->n_shared || m->n_counts != m->n_rest || m->n_counts > table->limit)
        return shift__refuse(d, "a table of categories whose parts do not fit");
    uint64_t left = present;
    for (size_t i = 0; i < m->n_counts; i++) {
        if (m->counts[i] > left)
            return shift__refuse(d, "more categories than rows");
        left -= m->counts[i];
    }
    if ((!m->inexact && left > 0) || (m->error > 0) != (m->inexact != 0) || m->error > present)
        return shift__refuse(d, "counts of categories that do not add up");
    shift_status status = decode_texts(d, m, table);
    if (status == SHIFT_OK)
        status = decode_distinct(d, m, table);
    if (status != SHIFT_OK)
        return status;
    if (m->numeric_text && !table->numeric_text)
        return shift__refuse(d, "categories that are no numbers, as it says they are");
    table->numeric_text = m->numeric_text || present == 0;
    table->n = present;
    table->error = m->error;
    table->inexact = m->inexact;
    return SHIFT_OK;
}

static shift_status decode_serial(const shift__decoding *d, const Shift__File__Serial *m,
                                  shift__feature *feature)
{
    shift__serial *s = &feature->serial;
    if (m == NULL)
        return SHIFT_OK; /* an older version wrote it */
    if (m->n_pairs != m->n_energy || m->n_pairs > SHIFT__SERIAL_LEVELS)
        return shift__refuse(d, "%zu levels of dependence", m->n_pairs);
    for (size_t l = 0; l < m->n_pairs; l++) {
        if (m->pairs[l] == 0 || m->pairs[l] > feature->rows >> (l + 1) || m->energy[l] < 0)
            return shift__refuse(d, "dependence that no data has");
        s->pairs[l] = m->pairs[l];
        s->energy[l] = m->energy[l];
    }
    if (m->texts > feature->rows || m->changes > m->texts || m->falls > m->changes ||
        m->far_texts > feature->rows || m->far_changes > m->far_texts || m->rows > feature->rows ||
        m->gaps > m->rows || m->n > feature->rows || m->squares < 0)
        return shift__refuse(d, "dependence that no data has");
    s->n = m->n;
    s->squares = m->squares;
    s->rise = m->rise;
    s->path = m->path;
    s->steps = m->steps;
    s->texts = m->texts;
    s->changes = m->changes;
    s->falls = m->falls;
    s->far_texts = m->far_texts;
    s->far_changes = m->far_changes;
    s->rows = m->rows;
    s->gaps = m->gaps;
    return SHIFT_OK;
}

shift_status shift__decode_column(const shift__decoding *d, const Shift__File__Column *column,
                                  size_t i)
{
    shift__feature *feature = &d->profile->features[i];
    uint64_t rows = d->profile->rows;
    if (column->missing > rows || column->non_finite > rows - column->missing ||
        column->invalid > rows - column->missing - column->non_finite)
        return shift__refuse(d, "counts of a column that are more than its rows");
    if (column->invalid_text.len >= sizeof feature->invalid_text ||
        shift__has_nul(column->invalid_text))
        return shift__refuse(d, "an invalid text that is too long");
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
        return shift__refuse(d, "values of a column that was not there");
    shift_status status = decode_serial(d, column->serial, feature);
    if (status != SHIFT_OK)
        return status;
    if (feature->categories != NULL)
        return column->sketch != NULL || column->moments != NULL
                   ? shift__refuse(d, "numbers in a text column")
                   : decode_categories(d, column->categories, present, feature->categories);
    if (column->categories != NULL)
        return shift__refuse(d, "text in a number column");
    status = decode_moments(d, column, feature, present);
    shift__moments none = {0};
    if (status == SHIFT_OK)
        status = decode_sketch(d, column->sketch, present > 0 ? &feature->moments : &none,
                               feature->sketch);
    return status;
}
