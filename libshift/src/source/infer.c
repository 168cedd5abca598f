/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of columns. The rules are stated in docs/methods.md and the constants in infer.h. */
#include "source/infer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "core/memory.h"
#include "source/numbers.h"
#include "source/timestamps.h"

static shift_status add_hash(shift__evidence *evidence, uint64_t hash, shift_error *err)
{
    shift_status status = shift__array_grow(&evidence->hashes, &evidence->hashes_capacity,
                                            evidence->n_hashes + 1, sizeof *evidence->hashes, err);
    if (status != SHIFT_OK)
        return status;
    evidence->hashes[evidence->n_hashes++] = hash;
    evidence->present++;
    return SHIFT_OK;
}

static void add_number(shift__evidence *evidence, double value)
{
    if (evidence->numbers > 0) {
        evidence->rises += value > evidence->last;
        evidence->falls += value < evidence->last;
    }
    evidence->low = evidence->numbers > 0 ? fmin(evidence->low, value) : value;
    evidence->high = evidence->numbers > 0 ? fmax(evidence->high, value) : value;
    evidence->last = value;
    evidence->whole += value == rint(value);
    evidence->numbers++;
}

shift_status shift__evidence_add(shift__evidence *evidence, const shift__tokens *tokens,
                                 const char *text, size_t n, shift_error *err)
{
    double value = 0;
    bool truth = false;
    if (shift__tokens_contain_trimmed(tokens, text, n))
        return SHIFT_OK;
    shift_status status = add_hash(evidence, XXH3_64bits(text, n), err);
    if (status != SHIFT_OK)
        return status;
    shift__boolean_words words = shift__boolean_parse(text, n, &truth);
    if (words != SHIFT__WORDS_NONE)
        evidence->words[words][truth]++;
    switch (shift__number_parse(text, n, &value)) {
    case SHIFT_FIELD_PRESENT:
        add_number(evidence, value);
        break;
    case SHIFT_FIELD_NON_FINITE:
        evidence->non_finite++;
        break;
    case SHIFT_FIELD_MISSING:
    case SHIFT_FIELD_INVALID:
        evidence->timestamps += shift__timestamp_parse(text, n, &value);
        break;
    }
    return SHIFT_OK;
}

shift_status shift__evidence_add_number(shift__evidence *evidence, const shift__tokens *tokens,
                                        double value, shift_error *err)
{
    if (shift__tokens_contain_number(tokens, value))
        return SHIFT_OK;
    shift_status status = add_hash(evidence, XXH3_64bits(&value, sizeof value), err);
    if (status != SHIFT_OK)
        return status;
    if (!isfinite(value)) {
        evidence->non_finite++;
        return SHIFT_OK;
    }
    add_number(evidence, value);
    if (value == 0 || value == 1)
        evidence->words[SHIFT__WORDS_DIGITS][value == 1]++;
    return SHIFT_OK;
}

shift_status shift__evidence_add_time(shift__evidence *evidence, double seconds, shift_error *err)
{
    evidence->timestamps++;
    return add_hash(evidence, XXH3_64bits(&seconds, sizeof seconds), err);
}

/* Digits and single letters are booleans only where both are seen: a column of zeros is a number,
 * and one of "f" may be a category whose "m" is still to come. */
static bool is_boolean(const shift__evidence *evidence)
{
    for (int i = 0; i < SHIFT__WORDS_NONE; i++) {
        uint64_t no = evidence->words[i][0];
        uint64_t yes = evidence->words[i][1];
        bool one_is_enough = i == SHIFT__WORDS_TRUE_FALSE || i == SHIFT__WORDS_YES_NO;
        if (no + yes == evidence->present && (one_is_enough || (no > 0 && yes > 0)))
            return true;
    }
    return false;
}

/* Whether `n` of the values are enough to call the column theirs. */
static bool is_mostly(const shift__evidence *evidence, uint64_t n)
{
    uint64_t others = evidence->present - n;
    return others == 0 || (evidence->present >= SHIFT__TOLERANT_FROM &&
                           others * 100 <= evidence->present * SHIFT__TOLERANT_PERCENT);
}

static int compare_hashes(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Among the first `n`, which are reordered. */
static uint64_t count_distinct(shift__evidence *evidence, size_t n)
{
    uint64_t distinct = 0;
    qsort(evidence->hashes, n, sizeof *evidence->hashes, compare_hashes);
    for (size_t i = 0; i < n; i++)
        distinct += i == 0 || evidence->hashes[i] != evidence->hashes[i - 1];
    return distinct;
}

/* Nearly all distinct, and not by being drawn from very many categories: of those the second half
 * would repeat three times as many as the first, where an identifier's few repeats are as common
 * in both. The difference must be beyond three of its standard deviations. */
static bool is_identifier(shift__evidence *evidence)
{
    uint64_t n = evidence->n_hashes;
    if (n < SHIFT__IDENTIFIER_FROM)
        return false;
    uint64_t half = n / 2;
    double first = (double)(half - count_distinct(evidence, half));
    uint64_t distinct = count_distinct(evidence, n);
    double second = (double)(n - distinct) - first;
    bool recurring = second - first > 3 * sqrt(first + second);
    return distinct * 100 > n * SHIFT__IDENTIFIER_PERCENT && !recurring;
}

shift_kind shift__evidence_kind(shift__evidence *evidence)
{
    if (evidence->present == 0)
        return SHIFT_KIND_CATEGORICAL;
    if (is_boolean(evidence))
        return SHIFT_KIND_BOOLEAN;
    if (evidence->numbers > 0 && is_mostly(evidence, evidence->numbers + evidence->non_finite))
        return SHIFT_KIND_NUMERIC;
    if (evidence->timestamps > 0 && is_mostly(evidence, evidence->timestamps))
        return SHIFT_KIND_TIMESTAMP;
    if (is_identifier(evidence))
        return SHIFT_KIND_IDENTIFIER;
    return SHIFT_KIND_CATEGORICAL;
}

/* Within ten years of this century's first forty, in seconds or parts of them. */
static bool is_clock(const shift__evidence *evidence)
{
    static const double units[] = {1, 1e3, 1e6, 1e9};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        double year = 31556952 * units[i];
        if (evidence->low >= 30 * year && evidence->high < 70 * year)
            return evidence->high - evidence->low < 10 * year;
    }
    return false;
}

bool shift__evidence_names_rows(shift__evidence *evidence)
{
    uint64_t n = evidence->present;
    if (n < SHIFT__IDENTIFIER_FROM || evidence->whole < n)
        return false;
    if (is_clock(evidence) || evidence->rises == n - 1 || evidence->falls == n - 1)
        return true;
    /* so many pairs would be equal, at least, if the values were drawn from those between */
    double repeats = (double)n * (double)(n - 1) / 2 / (evidence->high - evidence->low + 1);
    return repeats > SHIFT__REPEATS_EXPECTED && count_distinct(evidence, (size_t)n) == n;
}

void shift__evidence_reset(shift__evidence *evidence)
{
    uint64_t *hashes = evidence->hashes;
    size_t capacity = evidence->hashes_capacity;
    memset(evidence, 0, sizeof *evidence);
    evidence->hashes = hashes;
    evidence->hashes_capacity = capacity;
}

void shift__evidence_clear(shift__evidence *evidence)
{
    free(evidence->hashes);
    memset(evidence, 0, sizeof *evidence);
}
