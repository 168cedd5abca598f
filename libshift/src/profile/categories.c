/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts of texts. Below the limit they are exact. Beyond it, this is the Misra-Gries summary
 * (1982) in the form of Anderson et al. (2017, "A High-Performance Algorithm for Identifying
 * Frequent Items in Data Streams"): when the table is full, the median count is subtracted from
 * all, and those that fall to nothing are dropped. So a counter is never above the true count and
 * at most `error` below it, with error <= 2 n / limit; and summaries merge (Agarwal et al. 2012).
 * Nothing depends on hash order, so the hash can be keyed afresh in each process. */
#include "profile/categories.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/key.h"
#include "core/memory.h"

enum { HEX_DIGITS = 32, ELLIPSIS = 3 };

size_t shift__category_text(char *out, const char *text, size_t size)
{
    if (size <= SHIFT__CATEGORY_BYTES) {
        if (size > 0)
            memcpy(out, text, size);
        return size;
    }
    size_t prefix = SHIFT__CATEGORY_BYTES - HEX_DIGITS - ELLIPSIS;
    while (prefix > 0 && ((unsigned char)text[prefix] & 0xc0) == 0x80)
        prefix--; /* not within a UTF-8 character */
    if (prefix == 0)
        prefix = SHIFT__CATEGORY_BYTES - HEX_DIGITS - ELLIPSIS; /* not UTF-8 at all */
    memcpy(out, text, prefix);
    memcpy(out + prefix, "...", ELLIPSIS);
    XXH128_canonical_t hash;
    XXH128_canonicalFromHash(&hash, XXH3_128bits(text, size));
    char *digit = out + prefix + ELLIPSIS;
    for (size_t i = 0; i < sizeof hash.digest; i++) {
        *digit++ = "0123456789abcdef"[hash.digest[i] >> 4];
        *digit++ = "0123456789abcdef"[hash.digest[i] & 15];
    }
    return prefix + ELLIPSIS + HEX_DIGITS;
}

static size_t digits(const char *text, size_t size, size_t i)
{
    while (i < size && text[i] >= '0' && text[i] <= '9')
        i++;
    return i;
}

bool shift__text_is_number(const char *text, size_t size)
{
    size_t i = size > 0 && (text[0] == '+' || text[0] == '-') ? 1 : 0;
    size_t whole = digits(text, size, i);
    size_t n = whole - i;
    i = whole;
    if (i < size && text[i] == '.') {
        size_t end = digits(text, size, i + 1);
        n += end - (i + 1);
        i = end;
    }
    if (n == 0)
        return false;
    if (i < size && (text[i] == 'e' || text[i] == 'E')) {
        i++;
        if (i < size && (text[i] == '+' || text[i] == '-'))
            i++;
        size_t end = digits(text, size, i);
        if (end == i)
            return false;
        i = end;
    }
    return i == size;
}

shift_status shift__categories_new(shift__categories **out, uint32_t limit, shift_error *err)
{
    shift__categories *categories = NULL;
    shift_status status = shift__alloc(&categories, 1, sizeof *categories, err);
    if (status != SHIFT_OK)
        return status;
    categories->limit = limit;
    categories->numeric_text = true;
    shift__key_draw(categories->key, sizeof categories->key);
    *out = categories;
    return SHIFT_OK;
}

void shift__categories_free(shift__categories *categories)
{
    if (categories == NULL)
        return;
    free(categories->counters);
    free(categories->text);
    free(categories->slots);
    free(categories->distinct);
    free(categories);
}

/* ---- the table ---- */

/* A text on its way to its counter. */
typedef struct entry {
    const char *text;
    size_t size;
    shift__words words;
    uint64_t hash;
} entry;

enum { WORDS = 16 };

/* `readable` bytes can be read from `text` on, at least `size`. */
static inline shift__words words_of(const char *text, size_t size, size_t readable)
{
    static const unsigned char ones_then_zeros[2 * WORDS] = {
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
    shift__words words = {0, 0};
    if (readable < WORDS) {
        if (size > 0)
            memcpy(&words, text, size);
        return words;
    }
    shift__words mask;
    memcpy(&words, text, WORDS);
    memcpy(&mask, ones_then_zeros + (size < WORDS ? WORDS - size : 0), WORDS);
    return (shift__words){words.first & mask.first, words.second & mask.second};
}

/* Upper and lower half of the product, which mixes all bits of both; as XXH3 and wyhash do. */
static inline uint64_t fold(uint64_t a, uint64_t b)
{
    XXH128_hash_t product = XXH_mult64to128(a, b);
    return product.low64 ^ product.high64;
}

static inline uint64_t hash_of(const shift__categories *c, const char *text, size_t size,
                               shift__words words)
{
    if (size > WORDS)
        return XXH3_64bits_withSecret(text, size, c->key, sizeof c->key);
    uint64_t key[4];
    memcpy(key, c->key, sizeof key);
    uint64_t mixed = fold(words.first ^ key[0], words.second ^ key[1] ^ size);
    return fold(mixed ^ key[2], key[3] | 1);
}

static inline entry entry_of(const shift__categories *c, const char *text, size_t size,
                             size_t readable)
{
    entry e = {text, size, words_of(text, size, readable), 0};
    e.hash = hash_of(c, text, size, e.words);
    return e;
}

static inline bool is_text(const shift__categories *c, const shift__counter *counter,
                           const entry *e)
{
    return counter->size == e->size && counter->words.first == e->words.first &&
           counter->words.second == e->words.second &&
           (e->size <= WORDS || memcmp(c->text + counter->offset, e->text, e->size) == 0);
}

/* The slot of the text: its own, or the free one where it belongs. */
static inline shift__slot *slot_of(const shift__categories *c, const entry *e)
{
    size_t mask = c->n_slots - 1;
    uint32_t mark = (uint32_t)(e->hash >> 32);
    size_t i = (size_t)e->hash & mask;
    for (; c->slots[i].index != 0; i = (i + 1) & mask)
        if (c->slots[i].mark == mark && is_text(c, &c->counters[c->slots[i].index - 1], e))
            break;
    return &c->slots[i];
}

static void fill_slots(shift__categories *c)
{
    memset(c->slots, 0, c->n_slots * sizeof *c->slots);
    for (size_t k = 0; k < c->n_counters; k++) {
        uint64_t hash = c->counters[k].hash;
        size_t i = (size_t)hash & (c->n_slots - 1);
        while (c->slots[i].index != 0)
            i = (i + 1) & (c->n_slots - 1);
        c->slots[i] = (shift__slot){(uint32_t)k + 1, (uint32_t)(hash >> 32)};
    }
}

static size_t text_budget(const shift__categories *c)
{
    return (size_t)c->limit * SHIFT__CATEGORY_BUDGET + SHIFT__CATEGORY_BYTES;
}

static shift_status reserve_slots(shift__categories *c, size_t n, shift_error *err)
{
    size_t n_slots = c->n_slots != 0 ? c->n_slots : 64;
    while (n_slots < 2 * n)
        n_slots *= 2;
    if (n_slots == c->n_slots)
        return SHIFT_OK;
    shift__slot *slots = NULL;
    shift_status status = shift__alloc(&slots, n_slots, sizeof *slots, err);
    if (status != SHIFT_OK)
        return status;
    free(c->slots);
    c->slots = slots;
    c->n_slots = n_slots;
    fill_slots(c);
    return SHIFT_OK;
}

/* Room for `counters` counters and `bytes` of text in all. */
static shift_status reserve_table(shift__categories *c, size_t counters, size_t bytes,
                                  shift_error *err)
{
    shift_status status =
        shift__array_grow(&c->counters, &c->counters_capacity, counters, sizeof *c->counters, err);
    if (status == SHIFT_OK)
        status = shift__array_grow(&c->text, &c->text_capacity, bytes + 1, 1, err);
    if (status == SHIFT_OK)
        status = reserve_slots(c, counters, err);
    return status;
}

static shift_status reserve_distinct(shift__categories *c, shift_error *err)
{
    if (c->distinct != NULL)
        return SHIFT_OK;
    shift__distinct *distinct = NULL;
    shift_status status = shift__alloc(&distinct, 1, sizeof *distinct, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < c->n_counters; i++)
        shift__distinct_add(distinct, c->text + c->counters[i].offset, c->counters[i].size);
    c->distinct = distinct;
    return SHIFT_OK;
}

shift_status shift__categories_reserve(shift__categories *categories, size_t rows, size_t bytes,
                                       shift_error *err)
{
    shift__categories *c = categories;
    size_t counters = c->n_counters + rows;
    size_t text = c->text_size + bytes;
    bool overflows = counters > c->limit || text > text_budget(c);
    if (counters > c->limit)
        counters = c->limit > c->n_counters ? c->limit : c->n_counters;
    if (text > text_budget(c))
        text = text_budget(c) > c->text_size ? text_budget(c) : c->text_size;
    shift_status status = reserve_table(c, counters, text, err);
    if (status == SHIFT_OK && overflows)
        status = reserve_distinct(c, err);
    return status;
}

static size_t counters_from(const shift__categories *c, uint64_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n_counters; i++)
        n += c->counters[i].count >= count;
    return n;
}

/* The `rank`-th largest count; by doubling and halving, in a few passes, since most are small. */
static uint64_t count_of_rank(const shift__categories *c, size_t rank)
{
    uint64_t low = 1;
    uint64_t high = 2;
    while (high <= UINT64_MAX / 2 && counters_from(c, high) >= rank) {
        low = high;
        high *= 2;
    }
    while (high - low > 1) {
        uint64_t middle = low + (high - low) / 2;
        if (counters_from(c, middle) >= rank)
            low = middle;
        else
            high = middle;
    }
    return low;
}

void shift__categories_purge(shift__categories *categories, size_t most)
{
    shift__categories *c = categories;
    if (c->n_counters <= most)
        return;
    uint64_t d = count_of_rank(c, most + 1);
    size_t kept = 0;
    size_t text_size = 0;
    for (size_t i = 0; i < c->n_counters; i++) {
        shift__counter counter = c->counters[i];
        if (counter.count <= d)
            continue;
        memmove(c->text + text_size, c->text + counter.offset, counter.size);
        counter.offset = (uint32_t)text_size;
        counter.count -= d;
        text_size += counter.size;
        c->counters[kept++] = counter;
    }
    c->n_counters = kept;
    c->text_size = text_size;
    c->error += d;
    c->inexact = true;
    fill_slots(c);
}

/* A new counter, for which the table has room. */
static void insert(shift__categories *c, shift__slot *slot, const entry *e)
{
    if (c->numeric_text)
        c->numeric_text = shift__text_is_number(e->text, e->size);
    if (c->distinct != NULL)
        shift__distinct_add(c->distinct, e->text, e->size);
    if (e->size > 0)
        memcpy(c->text + c->text_size, e->text, e->size);
    c->counters[c->n_counters] =
        (shift__counter){0, e->hash, e->words, (uint32_t)c->text_size, (uint32_t)e->size};
    c->text_size += e->size;
    *slot = (shift__slot){(uint32_t)++c->n_counters, (uint32_t)(e->hash >> 32)};
}

static inline void count(shift__categories *c, const entry *e, uint64_t times)
{
    shift__slot *slot = slot_of(c, e);
    if (slot->index == 0) {
        while (c->n_counters >= c->limit || c->text_size + e->size > text_budget(c)) {
            shift__categories_purge(c, c->n_counters / 2);
            slot = slot_of(c, e);
        }
        insert(c, slot, e);
    }
    c->counters[slot->index - 1].count += times;
    c->n += times;
}

void shift__categories_add(shift__categories *categories, const char *text, size_t size,
                           uint64_t count_of_text)
{
    char shortened[SHIFT__CATEGORY_BYTES];
    if (size > SHIFT__CATEGORY_BYTES) {
        size = shift__category_text(shortened, text, size);
        text = shortened;
        categories->numeric_text = false;
    }
    entry e = entry_of(categories, text, size, size);
    count(categories, &e, count_of_text);
}

enum { GROUP = 32 };

/* Some texts at a time: in a large table the wait is for memory, so it is asked for beforehand. */
static void count_group(shift__categories *c, const entry *entries, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const shift__slot *slot = &c->slots[(size_t)entries[i].hash & (c->n_slots - 1)];
        if (slot->index != 0)
            __builtin_prefetch(&c->counters[slot->index - 1]);
    }
    for (size_t i = 0; i < n; i++)
        count(c, &entries[i], 1);
}

void shift__categories_add_column(shift__categories *categories, const shift_column *column,
                                  size_t rows)
{
    shift__categories *c = categories;
    entry entries[GROUP];
    size_t n = 0;
    size_t last = 0; /* what lies before it is text of this column, or between such */
    for (size_t r = 0; r < rows; r++)
        if (column->end[r] > last && (column->states == NULL || column->states[r] == 0))
            last = column->end[r];
    for (size_t r = 0; r < rows; r++) {
        if (column->states != NULL && column->states[r] != SHIFT_FIELD_PRESENT)
            continue;
        const char *text = column->bytes + column->begin[r];
        size_t size = column->end[r] - column->begin[r];
        bool is_long = size > SHIFT__CATEGORY_BYTES;
        if (!is_long) {
            entries[n] = entry_of(c, text, size, last - column->begin[r]);
            __builtin_prefetch(&c->slots[(size_t)entries[n].hash & (c->n_slots - 1)]);
            n++;
        }
        if (n == GROUP || is_long) {
            count_group(c, entries, n);
            n = 0;
        }
        if (is_long)
            shift__categories_add(c, text, size, 1);
    }
    count_group(c, entries, n);
}

shift_status shift__categories_reserve_merge(shift__categories *dst, const shift__categories *src,
                                             shift_error *err)
{
    size_t counters = dst->n_counters + src->n_counters;
    size_t text = dst->text_size + src->text_size;
    if (text > UINT32_MAX)
        return shift_error_set(err, SHIFT_EUNSUPPORTED,
                               "more than 4 GiB of category text in one column");
    shift_status status = reserve_table(dst, counters, text, err);
    if (status == SHIFT_OK &&
        (counters > dst->limit || text > text_budget(dst) || src->distinct != NULL))
        status = reserve_distinct(dst, err);
    return status;
}

void shift__categories_merge(shift__categories *dst, const shift__categories *src)
{
    /* All counters first, then one purge (Agarwal et al. 2012), so that the order of the two does
     * not matter. */
    for (size_t i = 0; i < src->n_counters; i++) {
        const shift__counter *counter = &src->counters[i];
        entry e = entry_of(dst, src->text + counter->offset, counter->size, counter->size);
        shift__slot *slot = slot_of(dst, &e);
        if (slot->index == 0)
            insert(dst, slot, &e);
        dst->counters[slot->index - 1].count += counter->count;
    }
    dst->n += src->n;
    dst->error += src->error;
    dst->inexact = dst->inexact || src->inexact;
    dst->numeric_text = dst->numeric_text && src->numeric_text;
    if (src->distinct != NULL)
        shift__distinct_merge(dst->distinct, src->distinct);
    shift__categories_purge(dst, dst->limit);
    while (dst->text_size > text_budget(dst))
        shift__categories_purge(dst, dst->n_counters / 2);
}

static int in_byte_order(const void *left, const void *right)
{
    const shift_category *a = left;
    const shift_category *b = right;
    size_t common = a->size < b->size ? a->size : b->size;
    int order = common > 0 ? memcmp(a->text, b->text, common) : 0;
    return order != 0 ? order : (a->size > b->size) - (a->size < b->size);
}

shift_status shift__categories_view(const shift__categories *categories, shift__category_view *out,
                                    shift_error *err)
{
    const shift__categories *c = categories;
    shift__category_view view = {NULL, c->n_counters, c->n, c->error, 0, c->numeric_text};
    shift_status status = shift__alloc(&view.categories, view.n, sizeof *view.categories, err);
    if (status != SHIFT_OK)
        return status;
    bool sorted = true;
    for (size_t i = 0; i < view.n; i++) {
        const shift__counter *counter = &c->counters[i];
        view.categories[i] =
            (shift_category){c->text + counter->offset, counter->size, counter->count};
        view.other -= counter->count;
        sorted =
            sorted && (i == 0 || in_byte_order(&view.categories[i - 1], &view.categories[i]) < 0);
    }
    if (!sorted)
        qsort(view.categories, view.n, sizeof *view.categories, in_byte_order);
    /* The estimate is never below what is there to be seen. */
    view.distinct = (double)view.n;
    if (c->inexact) {
        double estimate = shift__distinct_estimate(c->distinct);
        view.distinct = estimate > view.distinct ? estimate : view.distinct;
    }
    if (c->n == 0)
        view.numeric_text = false;
    *out = view;
    return SHIFT_OK;
}
