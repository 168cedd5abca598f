/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/joint/encoder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "core/key.h"
#include "core/memory.h"
#include "profile/categories.h"

enum {
    LEVELS = 8, /* of a text column that get a column each */
    STRIP = 64, /* columns of numbers that are learned together */
    BLOCK = 64  /* rows that are encoded together */
};

/* The most frequent first. */
static int by_count(const void *a, const void *b)
{
    const shift__level *x = *(shift__level *const *)a;
    const shift__level *y = *(shift__level *const *)b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    size_t common = x->size < y->size ? x->size : y->size;
    int order = common == 0 ? 0 : memcmp(x->text, y->text, common);
    return order != 0 ? order : (x->size > y->size) - (x->size < y->size);
}

/* Where the table has a text's level, or would have it. */
static uint32_t *place_of(const shift__encoding *e, const char *text, size_t size)
{
    size_t i = size > 0 ? XXH3_64bits_withSeed(text, size, e->key) & e->mask : 0;
    for (;; i = (i + 1) & e->mask) {
        uint32_t *place = &e->places[i];
        const shift__level *level = &e->levels[*place - (*place > 0)];
        if (*place == 0 ||
            (level->size == size && (size == 0 || memcmp(level->text, text, size) == 0)))
            return place;
    }
}

/* The part of a number's text without which it would be another number, so that "1" meets "1.0" and
 * "01": one side may have been written by a program that had them as floating-point numbers. */
static void trim_number(const char **text, size_t *size)
{
    if (memchr(*text, 'e', *size) != NULL || memchr(*text, 'E', *size) != NULL)
        return;
    bool fraction = memchr(*text, '.', *size) != NULL;
    while (fraction && *size > 1 && (*text)[*size - 1] == '0')
        --*size;
    if (fraction && *size > 1 && (*text)[*size - 1] == '.')
        --*size;
    bool skips = **text == '+' || (*size == 2 && memcmp(*text, "-0", 2) == 0);
    while (*size > 1 && (skips || **text == '0')) {
        skips = false;
        ++*text;
        --*size;
    }
}

static bool sampled_text(const shift__joint_sides *sides, size_t column, int side, size_t row,
                         shift__level *out)
{
    const shift__joint_sample *s = &sides->samples[side];
    const shift__joint_column *c = &sides->columns[column];
    return shift__sample_text_at(s->sample, s->rows[row].slot, side == 0 ? c->train : c->prod,
                                 &out->text, &out->size);
}

/* The `n` texts in `levels` become the levels. */
static shift_status find_levels(shift__encoding *e, size_t n, shift_error *err)
{
    while (e->mask < 2 * n)
        e->mask = 2 * e->mask + 1;
    shift__key_draw(&e->key, sizeof e->key);
    shift_status status = shift__alloc(&e->places, e->mask + 1, sizeof *e->places, err);
    for (size_t i = 0; status == SHIFT_OK && i < n; i++) {
        uint32_t *place = place_of(e, e->levels[i].text, e->levels[i].size);
        if (*place != 0) {
            e->levels[*place - 1].count++;
        } else {
            e->levels[e->n_levels] = e->levels[i];
            *place = (uint32_t)++e->n_levels;
        }
    }
    return status;
}

static shift_status rank_levels(shift__encoding *e, shift_error *err)
{
    shift__level **order = NULL;
    shift_status status = shift__alloc(&order, e->n_levels, sizeof(void *), err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < e->n_levels; i++)
        order[i] = &e->levels[i];
    qsort(order, e->n_levels, sizeof(void *), by_count);
    for (size_t i = 0; i < e->n_levels; i++) {
        order[i]->rank = i;
        e->n_repeated += order[i]->count > 1;
    }
    free(order);
    return SHIFT_OK;
}

/* Levels from all the texts in both samples. */
static shift_status learn_text(shift__encoding *e, const shift__joint_sides *sides, size_t column,
                               size_t each, shift_error *err)
{
    size_t n = 0;
    shift_status status = shift__alloc(&e->levels, 2 * each, sizeof *e->levels, err);
    if (status != SHIFT_OK)
        return status;
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < each; i++) {
            e->levels[n] = (shift__level){.count = 1};
            n += sampled_text(sides, column, side, i, &e->levels[n]);
        }
    e->numbers = true;
    for (size_t i = 0; i < n && e->numbers; i++)
        e->numbers = shift__text_is_number(e->levels[i].text, e->levels[i].size);
    for (size_t i = 0; i < n && e->numbers; i++)
        trim_number(&e->levels[i].text, &e->levels[i].size);
    status = find_levels(e, n, err);
    if (status == SHIFT_OK)
        status = rank_levels(e, err);
    e->columns = e->n_levels <= LEVELS ? e->n_levels : LEVELS + 1;
    return status;
}

/* The first rows of both samples, to learn from or to encode. */
typedef struct samples {
    const shift__encoder *encoder;
    size_t each;
    float *out;
} samples;

/* Means and spreads of some columns, row by row, as the samples lie in memory. */
static void learn_numbers(void *context, size_t strip)
{
    const samples *s = context;
    const shift__joint_sides *sides = s->encoder->sides;
    size_t begin = strip * STRIP;
    size_t end = begin + STRIP < sides->n_numbers ? begin + STRIP : sides->n_numbers;
    double n[STRIP] = {0.0};
    double squares[STRIP] = {0.0};
    for (size_t i = 0; i < 2 * s->each; i++)
        for (size_t c = begin; c < end; c++) {
            shift__encoding *e = &s->encoder->encodings[c];
            double x = shift__joint_number(sides, i >= s->each, i % s->each, c);
            if (!isfinite(x))
                continue;
            n[c - begin] += 1.0;
            double d = x - e->mean;
            e->mean += d / n[c - begin];
            squares[c - begin] += d * (x - e->mean);
        }
    for (size_t c = begin; c < end; c++) {
        double variance = squares[c - begin] / n[c - begin];
        bool varies =
            n[c - begin] > 1.0 && squares[c - begin] > 0.0 && isfinite(squares[c - begin]);
        s->encoder->encodings[c].scale = varies ? sqrt(variance) : 1.0;
        s->encoder->encodings[c].columns = 1;
    }
}

/* The texts of one column. */
typedef struct lesson {
    const shift__encoder *encoder;
    size_t each, column;
    shift_status status;
    shift_error err;
} lesson;

static void learn_texts(void *context, size_t i)
{
    lesson *l = (lesson *)context + i;
    l->status = learn_text(&l->encoder->encodings[l->column], l->encoder->sides, l->column, l->each,
                           &l->err);
}

static shift_status learn_columns(const shift__encoder *encoder, size_t each, shift__pool *pool,
                                  shift_error *err)
{
    size_t n_numbers = encoder->sides->n_numbers;
    size_t n_texts = encoder->sides->n_columns - n_numbers;
    samples numbers = {encoder, each, NULL};
    lesson *texts = NULL;
    shift_status status = shift__alloc(&texts, n_texts, sizeof *texts, err);
    if (status != SHIFT_OK)
        return status;
    shift__pool_run(pool, (n_numbers + STRIP - 1) / STRIP, learn_numbers, &numbers);
    for (size_t i = 0; i < n_texts; i++)
        texts[i] = (lesson){.encoder = encoder, .each = each, .column = n_numbers + i};
    shift__pool_run(pool, n_texts, learn_texts, texts);
    for (size_t i = 0; status == SHIFT_OK && i < n_texts; i++)
        if (texts[i].status != SHIFT_OK)
            status = shift_error_set(err, texts[i].status, "%s", texts[i].err.message);
    free(texts);
    return status;
}

static shift_status learn(shift__encoder *encoder, size_t each, shift__pool *pool, shift_error *err)
{
    const shift__joint_sides *sides = encoder->sides;
    shift_status status = learn_columns(encoder, each, pool, err);
    for (size_t i = 0; status == SHIFT_OK && i < sides->n_columns; i++) {
        encoder->encodings[i].begin = encoder->columns;
        encoder->columns += encoder->encodings[i].columns;
    }
    if (status == SHIFT_OK)
        status = shift__alloc(&encoder->sources, encoder->columns, sizeof(size_t), err);
    for (size_t i = 0; status == SHIFT_OK && i < sides->n_columns; i++)
        for (size_t c = 0; c < encoder->encodings[i].columns; c++)
            encoder->sources[encoder->encodings[i].begin + c] = i;
    return status;
}

shift_status shift__encoder_new(shift__encoder **out, const shift__joint_sides *sides, size_t each,
                                shift__pool *pool, shift_error *err)
{
    shift__encoder *encoder = NULL;
    shift_status status = shift__alloc(&encoder, 1, sizeof *encoder, err);
    if (status != SHIFT_OK)
        return status;
    encoder->sides = sides;
    status = shift__alloc(&encoder->encodings, sides->n_columns, sizeof *encoder->encodings, err);
    if (status == SHIFT_OK)
        status = learn(encoder, each, pool, err);
    if (status != SHIFT_OK) {
        shift__encoder_free(encoder);
        return status;
    }
    *out = encoder;
    return SHIFT_OK;
}

void shift__encoder_free(shift__encoder *encoder)
{
    if (encoder == NULL)
        return;
    for (size_t i = 0; encoder->encodings != NULL && i < encoder->sides->n_columns; i++) {
        free(encoder->encodings[i].levels);
        free(encoder->encodings[i].places);
    }
    free(encoder->encodings);
    free(encoder->sources);
    free(encoder);
}

/* Standardised first, because floats would not tell large numbers apart that lie close together;
 * and in steps of 2^-14 standard deviations, because a side that was once stored in single
 * precision is not shifted: trees would find 0.1f beside 0.1. */
static float encode_number(const shift__encoding *e, double x)
{
    const double most = 1e30;
    const double steps = 16384.0;
    double z = (x - e->mean) / e->scale;
    return isnan(z) ? NAN : (float)(nearbyint(fmax(-most, fmin(most, z)) * steps) / steps);
}

/* `text` NULL where there is none. A level seen once says nothing of other rows, and is coded as
 * one that was never seen. */
static void encode_text(const shift__encoding *e, const char *text, size_t size, float *out)
{
    for (size_t c = 0; c < e->columns; c++)
        out[c] = text == NULL ? NAN : 0.0f;
    if (text == NULL)
        return;
    if (e->numbers && shift__text_is_number(text, size))
        trim_number(&text, &size);
    uint32_t place = *place_of(e, text, size);
    const shift__level *level = place > 0 ? &e->levels[place - 1] : NULL;
    if (level != NULL && level->rank < LEVELS)
        out[level->rank] = 1.0f;
    if (e->columns > LEVELS)
        out[LEVELS] =
            (float)(level != NULL && level->rank < e->n_repeated ? level->rank + 1 : e->n_levels);
}

static void encode_row(const shift__encoder *encoder, int side, size_t row, float *out)
{
    const shift__joint_sides *sides = encoder->sides;
    for (size_t c = 0; c < sides->n_columns; c++) {
        const shift__encoding *e = &encoder->encodings[c];
        shift__level cell = {0};
        if (sides->columns[c].number)
            out[e->begin] = encode_number(e, shift__joint_number(sides, side, row, c));
        else if (sampled_text(sides, c, side, row, &cell))
            encode_text(e, cell.text, cell.size, out + e->begin);
        else
            encode_text(e, NULL, 0, out + e->begin);
    }
}

static void encode_block(void *context, size_t block)
{
    const samples *s = context;
    for (size_t i = block * BLOCK; i < (block + 1) * BLOCK && i < 2 * s->each; i++)
        encode_row(s->encoder, i >= s->each, i % s->each, s->out + i * s->encoder->columns);
}

void shift__encode_samples(const shift__encoder *encoder, size_t each, shift__pool *pool,
                           float *out)
{
    samples s = {encoder, each, NULL};
    s.out = out;
    shift__pool_run(pool, (2 * each + BLOCK - 1) / BLOCK, encode_block, &s);
}

void shift__encode_batch(const shift__encoder *encoder, int side, const shift_batch *batch,
                         float *out)
{
    const shift__joint_sides *sides = encoder->sides;
    char kept[SHIFT__CATEGORY_BYTES];
    for (size_t i = 0; i < sides->n_columns; i++) {
        const shift__encoding *e = &encoder->encodings[i];
        const shift__joint_column *names = &sides->columns[i];
        const shift_column *c = &batch->columns[side == 0 ? names->train : names->prod];
        for (size_t r = 0; r < batch->rows; r++) {
            float *at = out + r * encoder->columns + e->begin;
            bool present = c->states == NULL || c->states[r] == SHIFT_FIELD_PRESENT;
            if (names->number) {
                *at = present ? encode_number(e, c->numbers[r]) : NAN;
            } else if (present) {
                size_t size =
                    shift__category_text(kept, c->bytes + c->begin[r], c->end[r] - c->begin[r]);
                encode_text(e, kept, size, at);
            } else {
                encode_text(e, NULL, 0, at);
            }
        }
    }
}
