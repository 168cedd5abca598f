/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Quantile sketch (Karnin, Lang & Liberty 2016). The first values, 65,536 unless there are very
 * many sketches, are kept. After that, chunks of raw values are sorted and every 2^b-th one, from a
 * random offset, goes straight to level b, which a KLL compactor chain of weights 1, 2, 4 ... would
 * reach with more work and more error. Above it, a level that is full is sorted and every other
 * value goes one up, capacities falling by 2/3 a level below the topmost. */
#include "profile/sketch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "core/memory.h"
#include "profile/sort.h"

enum { BOTTOM = 4, SMALLEST = 64, MOST_VALUES = 1 << 27 };

/* Values kept before the first compaction, and sorted at a time after it. */
static size_t exact_limit(const shift__sketch *s)
{
    return SHIFT__SKETCH_EXACT * s->width;
}

static size_t chunk_size(const shift__sketch *s)
{
    return SHIFT__SKETCH_CHUNK * s->width;
}

size_t shift__sketch_width(size_t sketches)
{
    size_t width = SHIFT__SKETCH_WIDTH;
    while (width > SHIFT__SKETCH_WIDTH_MIN && sketches > MOST_VALUES / SHIFT__SKETCH_EXACT / width)
        width /= 2;
    return width;
}

shift_status shift__sketch_new(shift__sketch **out, uint64_t stream, size_t width, bool exact,
                               shift_error *err)
{
    shift__sketch *sketch = NULL;
    shift_status status = shift__alloc(&sketch, 1, sizeof *sketch, err);
    if (status != SHIFT_OK)
        return status;
    sketch->stream = stream;
    sketch->width = width;
    sketch->exact = exact;
    *out = sketch;
    return SHIFT_OK;
}

void shift__sketch_free(shift__sketch *sketch)
{
    if (sketch == NULL)
        return;
    for (size_t h = 0; h < SHIFT__SKETCH_LEVELS; h++)
        free(sketch->levels[h].values);
    free(sketch->raw);
    free(sketch->scratch);
    free(sketch);
}

/* Where level `h` is compacted, in a sketch whose topmost level is `top`. */
static size_t level_limit(const shift__sketch *s, size_t h, size_t top)
{
    size_t limit = s->width;
    for (; h < top && limit > SMALLEST; h++)
        limit = limit * 2 / 3;
    return limit > SMALLEST ? limit : SMALLEST;
}

/* The level that chunks go to. Half the height, since a chunk then adds an error that is small
 * beside the compactors', and the levels stay few. */
static size_t bottom_of(size_t top)
{
    return top / 2 > BOTTOM ? top / 2 : BOTTOM;
}

/* The highest level that `n` values can reach: one is made by a full topmost level below it. */
static size_t height_for(const shift__sketch *s, uint64_t n)
{
    size_t height = BOTTOM;
    while (height + 1 < SHIFT__SKETCH_LEVELS && (n >> height) >= s->width)
        height++;
    return height > s->height ? height : s->height;
}

/* Room in the levels and the scratch for whatever compactions `extra` more values cause; `incoming`
 * (may be NULL) has levels that will be put on top of ours. */
static shift_status reserve_levels(shift__sketch *s, uint64_t extra, const shift__sketch *incoming,
                                   shift_error *err)
{
    size_t top = height_for(s, s->n + extra);
    if (incoming != NULL && incoming->height > top)
        top = incoming->height;
    size_t largest = chunk_size(s);
    size_t from_below = 0;
    for (size_t h = 1; h <= top; h++) {
        if (h >= bottom_of(s->height) && from_below < chunk_size(s) >> BOTTOM)
            from_below = chunk_size(s) >> BOTTOM;
        size_t others = incoming != NULL ? incoming->levels[h].n : 0;
        if (s->levels[h].n + from_below + others == 0)
            continue;
        size_t kept = level_limit(s, h, s->height > h ? s->height : h);
        if (s->levels[h].n > kept)
            kept = s->levels[h].n;
        size_t needed = kept + from_below + others;
        shift_status status = shift__array_grow(&s->levels[h].values, &s->levels[h].capacity,
                                                needed, sizeof(double), err);
        if (status != SHIFT_OK)
            return status;
        largest = needed > largest ? needed : largest;
        from_below = needed / 2 + 1;
    }
    return shift__array_grow(&s->scratch, &s->scratch_capacity, largest, sizeof(double), err);
}

/* Once compacting, a chunk of raw values is all that is needed. */
static void give_back_raw(shift__sketch *s)
{
    if (s->exact || s->height == 0 || s->n_raw > chunk_size(s) || s->raw_capacity <= chunk_size(s))
        return;
    double *smaller = realloc(s->raw, chunk_size(s) * sizeof *smaller);
    if (smaller == NULL)
        return;
    s->raw = smaller;
    s->raw_capacity = chunk_size(s);
}

shift_status shift__sketch_reserve(shift__sketch *sketch, size_t n, shift_error *err)
{
    size_t needed = sketch->n_raw + n;
    bool compacts = !sketch->exact && (sketch->height > 0 ? needed > chunk_size(sketch)
                                                          : needed > exact_limit(sketch));
    if (compacts) {
        shift_status status = reserve_levels(sketch, n, NULL, err);
        if (status != SHIFT_OK)
            return status;
        size_t most = sketch->height > 0 ? chunk_size(sketch) : exact_limit(sketch);
        needed = sketch->n_raw > most ? sketch->n_raw : most;
    } else if (!sketch->exact) {
        size_t power = 64;
        while (power < needed)
            power *= 2;
        needed = power; /* so that it ends at the limit and not half as much again */
    }
    give_back_raw(sketch);
    return shift__array_grow(&sketch->raw, &sketch->raw_capacity, needed, sizeof(double), err);
}

/* Profiles of parts share the seed; the first values tell their random numbers apart. */
static void seed_once(shift__sketch *s)
{
    if (s->seeded)
        return;
    shift__random_init(&s->random, s->stream, XXH3_64bits(s->raw, s->n_raw * sizeof *s->raw));
    s->seeded = true;
}

/* Every 2^stride-th of `n` sorted values (a multiple), from a random offset, moves to level `to`.
 * At any x the error is that of one systematic sample: at most 2^to, of variance 4^to / 4. */
static void sample_to(shift__sketch *s, const double *sorted, size_t n, size_t stride, size_t to)
{
    size_t step = (size_t)1 << stride;
    shift__level *level = &s->levels[to];
    for (size_t i = (size_t)(shift__random_next(&s->random) >> (64 - stride)); i < n; i += step)
        level->values[level->n++] = sorted[i];
    double weight = ldexp(1.0, (int)to);
    s->variance += weight * weight / 4;
    s->worst += weight - ldexp(weight, -(int)stride);
    if (to > s->height)
        s->height = to;
}

static void compact_level(shift__sketch *s, size_t h)
{
    seed_once(s);
    shift__level *level = &s->levels[h];
    shift__sort(level->values, level->n, s->scratch);
    size_t even = level->n - level->n % 2;
    sample_to(s, level->values, even, 1, h + 1);
    if (even < level->n)
        level->values[0] = level->values[even];
    level->n -= even;
}

static void compact_full_levels(shift__sketch *s, size_t from)
{
    for (size_t h = from; h <= s->height && h + 1 < SHIFT__SKETCH_LEVELS; h++)
        if (s->levels[h].n >= level_limit(s, h, s->height))
            compact_level(s, h);
}

/* Sample all whole chunks of raw values. */
static void compact_raw(shift__sketch *s)
{
    seed_once(s);
    size_t done = 0;
    for (; s->n_raw - done >= chunk_size(s); done += chunk_size(s)) {
        size_t bottom = bottom_of(s->height);
        shift__sort(s->raw + done, chunk_size(s), s->scratch);
        sample_to(s, s->raw + done, chunk_size(s), bottom, bottom);
        compact_full_levels(s, bottom);
    }
    s->n_raw -= done;
    memmove(s->raw, s->raw + done, s->n_raw * sizeof *s->raw);
}

void shift__sketch_add(shift__sketch *sketch, const double *x, size_t n)
{
    sketch->n += n;
    while (n > 0) {
        size_t limit = sketch->height > 0 ? chunk_size(sketch) : exact_limit(sketch);
        if (sketch->exact)
            limit = SIZE_MAX;
        if (sketch->n_raw >= limit) {
            compact_raw(sketch);
            continue;
        }
        size_t room = limit - sketch->n_raw;
        size_t part = n < room ? n : room;
        double *to = sketch->raw + sketch->n_raw;
        for (size_t i = 0; i < part; i++)
            to[i] = x[i] + 0.0; /* -0 becomes 0, so that equal values have equal bits */
        sketch->n_raw += part;
        x += part;
        n -= part;
    }
}

shift_status shift__sketch_reserve_merge(shift__sketch *dst, const shift__sketch *src,
                                         shift_error *err)
{
    if (src->height == 0)
        return shift__sketch_reserve(dst, src->n_raw, err);
    shift_status status = reserve_levels(dst, src->n, src, err);
    size_t needed = dst->n_raw + (dst->exact ? src->n_raw : 0);
    if (needed < chunk_size(dst))
        needed = chunk_size(dst);
    if (status == SHIFT_OK)
        status = shift__array_grow(&dst->raw, &dst->raw_capacity, needed, sizeof(double), err);
    return status;
}

void shift__sketch_merge(shift__sketch *dst, const shift__sketch *src)
{
    if (!dst->seeded && src->seeded) {
        dst->random = src->random;
        dst->seeded = true;
    }
    for (size_t h = 1; h < SHIFT__SKETCH_LEVELS && h <= src->height; h++) {
        shift__level *level = &dst->levels[h];
        const shift__level *more = &src->levels[h];
        if (more->n > 0)
            memcpy(level->values + level->n, more->values, more->n * sizeof *more->values);
        level->n += more->n;
        dst->n += (uint64_t)more->n << h;
    }
    if (src->height > dst->height)
        dst->height = src->height;
    dst->variance += src->variance;
    dst->worst += src->worst;
    if (!dst->exact)
        compact_full_levels(dst, 1);
    shift__sketch_add(dst, src->raw, src->n_raw);
}

/* ---- a smaller copy ---- */

static size_t held(const shift__sketch *s)
{
    size_t total = s->n_raw;
    for (size_t h = 1; h <= s->height; h++)
        total += s->levels[h].n;
    return total;
}

static shift_status copy_of(shift__sketch **out, const shift__sketch *s, shift_error *err)
{
    shift__sketch *copy = NULL;
    shift_status status = shift__sketch_new(&copy, s->stream, s->width, s->exact, err);
    if (status != SHIFT_OK)
        return status;
    copy->n = s->n;
    copy->seeded = s->seeded;
    copy->random = s->random;
    copy->height = s->height;
    copy->variance = s->variance;
    copy->worst = s->worst;
    copy->n_raw = s->n_raw;
    status = shift__array_grow(&copy->raw, &copy->raw_capacity, s->n_raw, sizeof(double), err);
    if (status == SHIFT_OK && s->n_raw > 0)
        memcpy(copy->raw, s->raw, s->n_raw * sizeof(double));
    size_t largest = s->n_raw;
    size_t from_below = s->n_raw;
    for (size_t h = 1; status == SHIFT_OK && h < SHIFT__SKETCH_LEVELS; h++) {
        const shift__level *from = &s->levels[h];
        shift__level *to = &copy->levels[h];
        size_t room = from->n + from_below; /* all that can come here when it is shrunk */
        status = shift__array_grow(&to->values, &to->capacity, room, sizeof(double), err);
        if (status == SHIFT_OK && from->n > 0)
            memcpy(to->values, from->values, from->n * sizeof(double));
        to->n = status == SHIFT_OK ? from->n : 0;
        largest = room > largest ? room : largest;
        from_below = room / 2;
        if (h >= s->height && from_below == 0)
            break;
    }
    if (status == SHIFT_OK)
        status = shift__array_grow(&copy->scratch, &copy->scratch_capacity, largest, sizeof(double),
                                   err);
    if (status != SHIFT_OK) {
        shift__sketch_free(copy);
        return status;
    }
    *out = copy;
    return SHIFT_OK;
}

/* Raw values go as far up in one step as their number and the sketch's height allow: one sample
 * errs less than a chain of them. The rest, fewer than a step, stay. */
static void shrink_raw(shift__sketch *s, size_t size)
{
    seed_once(s);
    size_t others = held(s) - s->n_raw;
    size_t stride = 1;
    size_t most = s->height > 0 ? bottom_of(s->height) : SHIFT__SKETCH_LEVELS - 1;
    while (stride < most && (size_t)2 << stride <= s->n_raw &&
           others + (s->n_raw >> stride) + s->n_raw % ((size_t)1 << stride) > size)
        stride++;
    size_t taken = s->n_raw >> stride << stride;
    shift__sort(s->raw, s->n_raw, s->scratch);
    sample_to(s, s->raw, taken, stride, stride);
    memmove(s->raw, s->raw + taken, (s->n_raw - taken) * sizeof *s->raw);
    s->n_raw -= taken;
}

static void shrink(shift__sketch *s, size_t size)
{
    while (held(s) > size) {
        size_t h = 1;
        while (s->n_raw < 2 && h <= s->height && s->levels[h].n < 2)
            h++;
        if (s->n_raw >= 2)
            shrink_raw(s, size);
        else if (h <= s->height && h + 1 < SHIFT__SKETCH_LEVELS)
            compact_level(s, h);
        else
            break;
    }
}

static shift_status trim(double **values, size_t n, size_t *capacity, shift_error *err)
{
    double *exact = NULL;
    if (*values == NULL)
        return SHIFT_OK;
    shift_status status = shift__alloc(&exact, n, sizeof *exact, err);
    if (status != SHIFT_OK)
        return status;
    if (n > 0)
        memcpy(exact, *values, n * sizeof *exact);
    free(*values);
    *values = exact;
    *capacity = n;
    return SHIFT_OK;
}

/* A table of ten thousand columns is saved by as many copies at a time. */
static shift_status trim_all(shift__sketch *s, shift_error *err)
{
    free(s->scratch);
    s->scratch = NULL;
    s->scratch_capacity = 0;
    shift_status status = trim(&s->raw, s->n_raw, &s->raw_capacity, err);
    for (size_t h = 1; status == SHIFT_OK && h < SHIFT__SKETCH_LEVELS; h++)
        status = trim(&s->levels[h].values, s->levels[h].n, &s->levels[h].capacity, err);
    return status;
}

shift_status shift__sketch_shrunk(shift__sketch **out, const shift__sketch *sketch, size_t size,
                                  shift_error *err)
{
    shift__sketch *copy = NULL;
    shift_status status = copy_of(&copy, sketch, err);
    if (status != SHIFT_OK)
        return status;
    if (size > 0)
        shrink(copy, size);
    shift__sort(copy->raw, copy->n_raw, copy->scratch);
    for (size_t h = 1; h <= copy->height; h++)
        shift__sort(copy->levels[h].values, copy->levels[h].n, copy->scratch);
    status = trim_all(copy, err);
    if (status != SHIFT_OK) {
        shift__sketch_free(copy);
        return status;
    }
    *out = copy;
    return SHIFT_OK;
}

bool shift__sketch_exceeds(const shift__sketch *sketch, size_t size)
{
    return !sketch->exact && sketch->height > 0 && held(sketch) > size;
}

/* ---- queries ---- */

uint64_t shift__sketch_count(const shift__sketch *sketch)
{
    return sketch->n;
}

double shift__sketch_rank_deviation(const shift__sketch *sketch)
{
    if (sketch->height == 0 || sketch->n == 0)
        return 0;
    return fmin(sqrt(sketch->variance), sketch->worst) / (double)sketch->n;
}

double shift__sketch_rank_error(const shift__sketch *sketch)
{
    if (sketch->height == 0 || sketch->n == 0)
        return 0;
    /* Hoeffding: each compaction errs independently, within a range whose square over 4 is its
     * share of `variance`, so |error at x| > t has probability at most 2 exp(-t^2 / (2 variance)).
     * That is asked at 1/gap ranks, and between two of them F moves by at most a gap. */
    double n = (double)sketch->n;
    double sigma = sqrt(sketch->variance) / n;
    double gap = sigma / 10;
    double everywhere = sigma * sqrt(2 * log(2 / (0.01 * gap))) + gap;
    return fmin(fmin(everywhere, sketch->worst / n), 1);
}

/* Merge the `n` sorted values of weight `weight` into the `*held` support points; cumulative holds
 * weights here. The arrays have room; it works from the end, so that it needs no second pair. */
static void merge_run(shift__support *to, const double *values, size_t n, uint64_t weight)
{
    size_t a = to->n;
    size_t b = n;
    size_t out = a + b;
    while (b > 0) {
        out--;
        if (a > 0 && to->points[a - 1] > values[b - 1]) {
            a--;
            to->points[out] = to->points[a];
            to->cumulative[out] = to->cumulative[a];
        } else {
            b--;
            to->points[out] = values[b];
            to->cumulative[out] = weight;
        }
    }
    to->n += n;
}

static void accumulate(shift__support *s)
{
    size_t n = 0;
    uint64_t total = 0;
    for (size_t i = 0; i < s->n; i++) {
        total += s->cumulative[i];
        if (n > 0 && s->points[n - 1] == s->points[i])
            n--;
        s->points[n] = s->points[i];
        s->cumulative[n++] = total;
    }
    s->n = n;
}

/* The largest number of values that have one weight */
static size_t largest_run(const shift__sketch *s)
{
    size_t largest = s->n_raw;
    for (size_t h = 1; h <= s->height; h++)
        largest = s->levels[h].n > largest ? s->levels[h].n : largest;
    return largest;
}

static void merge_all(const shift__sketch *sketch, shift__support *to, double *sorted,
                      double *scratch)
{
    for (size_t h = 0; h <= sketch->height; h++) {
        const double *values = h > 0 ? sketch->levels[h].values : sketch->raw;
        size_t n = h > 0 ? sketch->levels[h].n : sketch->n_raw;
        if (n == 0)
            continue;
        memcpy(sorted, values, n * sizeof *sorted);
        shift__sort(sorted, n, scratch);
        merge_run(to, sorted, n, (uint64_t)1 << h);
    }
    accumulate(to);
}

shift_status shift__sketch_support(const shift__sketch *sketch, shift__support *out,
                                   shift_error *err)
{
    shift__support s = {0, NULL, NULL};
    double *room = NULL;
    size_t n = held(sketch);
    size_t run = largest_run(sketch);
    shift_status status = shift__alloc(&s.points, n, sizeof *s.points, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&s.cumulative, n, sizeof *s.cumulative, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&room, run, 2 * sizeof *room, err);
    if (status != SHIFT_OK) {
        free(s.points);
        free(s.cumulative);
        return status;
    }
    merge_all(sketch, &s, room, room + run);
    free(room);
    *out = s;
    return SHIFT_OK;
}
