/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decimals by SIMD: the bytes before a field's end are loaded so that the last digit is always in
 * the last lane, the digits before the point move up by one lane to close the gap, and pairs of
 * neighbours are joined three times (after Mula's and Lemire's work on parsing digits). Compiled
 * for AVX2; only called where the processor has it. */
#include "source/numbers_column.h"

#include <immintrin.h>
#include <stdbool.h>

#include "source/decimal.h"

enum { NOT_USUAL = 255 };

typedef struct digits {
    uint64_t significand;
    uint32_t fraction; /* how many digits stood behind the point; NOT_USUAL: look elsewhere */
} digits;

/* A window into this has its lanes set from any one on. */
static const uint8_t steps[64] = {
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
};

static inline __m128i load_16(const void *bytes)
{
    return _mm_loadu_si128(bytes);
}

static inline __m256i load_32(const void *bytes)
{
    return _mm256_loadu_si256(bytes);
}

/* Whether the lanes that are no digits are one point in a field of more than one byte. */
static inline bool is_point(uint32_t others, const char *begin, size_t n)
{
    return (others & (others - 1)) == 0 && begin[__builtin_ctz(others)] == '.' && n > 1;
}

/* Two values of eight digits, the first in the lower half. */
static inline uint64_t join(uint64_t halves)
{
    return (halves & 0xffffffffu) * 100000000u + (halves >> 32);
}

/* At most 16 bytes that end at `end`. */
static inline digits read_16(const char *end, size_t n)
{
    const __m128i lanes = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    __m128i x = _mm_sub_epi8(load_16(end - 16), _mm_set1_epi8('0'));
    x = _mm_and_si128(x, load_16(steps + 16 + n));
    /* From ten on, saturated sums have the highest bit. */
    uint32_t others = (uint32_t)_mm_movemask_epi8(_mm_adds_epu8(x, _mm_set1_epi8(118)));
    uint32_t fraction = 0;
    if (others != 0) {
        if (!is_point(others, end - 16, n))
            return (digits){0, NOT_USUAL};
        /* Lanes up to the point take their left neighbour; the first one becomes zero. */
        fraction = 15 - (uint32_t)__builtin_ctz(others);
        __m128i left = _mm_xor_si128(load_16(steps + 16 + fraction), _mm_set1_epi8(-1));
        x = _mm_shuffle_epi8(x, _mm_add_epi8(lanes, left));
    }
    x = _mm_maddubs_epi16(x, _mm_set1_epi16(0x010a));  /* tens and ones */
    x = _mm_madd_epi16(x, _mm_set1_epi32(0x00010064)); /* hundreds and ones */
    x = _mm_packus_epi32(x, x);
    x = _mm_madd_epi16(x, _mm_set1_epi32(0x00012710)); /* ten thousands and ones */
    return (digits){join((uint64_t)_mm_cvtsi128_si64(x)), fraction};
}

/* From 17 to 32 bytes that end at `end`, of which at most 19 significant digits. */
static inline digits read_32(const char *end, size_t n)
{
    const __m256i zero = _mm256_set1_epi8('0');
    __m256i x = _mm256_sub_epi8(load_32(end - 32), zero);
    x = _mm256_and_si256(x, load_32(steps + n));
    uint32_t others = (uint32_t)_mm256_movemask_epi8(_mm256_adds_epu8(x, _mm256_set1_epi8(118)));
    uint32_t fraction = 0;
    if (others != 0) {
        if (!is_point(others, end - 32, n))
            return (digits){0, NOT_USUAL};
        fraction = 31 - (uint32_t)__builtin_ctz(others);
        __m256i y = _mm256_sub_epi8(load_32(end - 33), zero);
        y = _mm256_and_si256(y, load_32(steps + n - 1));
        x = _mm256_blendv_epi8(y, x, load_32(steps + fraction));
    }
    x = _mm256_maddubs_epi16(x, _mm256_set1_epi16(0x010a));
    x = _mm256_madd_epi16(x, _mm256_set1_epi32(0x00010064));
    x = _mm256_packus_epi32(x, x);
    x = _mm256_madd_epi16(x, _mm256_set1_epi32(0x00012710));
    uint64_t upper = join((uint64_t)_mm_cvtsi128_si64(_mm256_castsi256_si128(x)));
    uint64_t lower = join((uint64_t)_mm_cvtsi128_si64(_mm256_extracti128_si256(x, 1)));
    if (upper >= 1000) /* more than 19 digits */
        return (digits){0, NOT_USUAL};
    return (digits){upper * UINT64_C(10000000000000000) + lower, fraction};
}

/* Rows are read and rounded in two passes over a few of them, whose shorter chains of dependent
 * instructions overlap better than one long chain per row. */
enum { GROUP = 64 };

typedef struct group {
    digits digits[GROUP];
    uint64_t signs[GROUP];
} group;

static inline void read_group(const char *bytes, const uint32_t *index, size_t stride, size_t n,
                              group *g)
{
    for (size_t i = 0; i < n; i++, index += stride) {
        const char *begin = bytes + index[0];
        const char *end = bytes + index[1] - 1;
        uint64_t negative = *begin == '-'; /* an empty field's begin is the byte behind it */
        size_t size = (size_t)(end - begin) - negative;
        g->signs[i] = negative << 63;
        if (size - 1 < 16)
            g->digits[i] = read_16(end, size);
        else if (size - 1 < 32)
            g->digits[i] = read_32(end, size);
        else
            g->digits[i] = (digits){0, NOT_USUAL};
    }
}

static inline bool round_digits(const digits *d, double *value)
{
    if (d->significand >> 53 == 0 && d->fraction <= 22) {
        *value = (double)(int64_t)d->significand / powers_of_ten[d->fraction];
        return true;
    }
    return d->fraction != NOT_USUAL &&
           shift__decimal_round_long(d->significand, -(int)d->fraction, value);
}

static inline size_t round_group(const group *g, size_t first, size_t n, double *out,
                                 uint32_t *hard)
{
    size_t n_hard = 0;
    for (size_t i = 0; i < n; i++) {
        double value = 0;
        if (!round_digits(&g->digits[i], &value)) {
            hard[n_hard++] = (uint32_t)(first + i);
            continue;
        }
        uint64_t bits = 0;
        memcpy(&bits, &value, sizeof bits);
        bits |= g->signs[i];
        memcpy(&out[first + i], &bits, sizeof bits);
    }
    return n_hard;
}

size_t shift__numbers_avx2(const shift__extents *extents, double *out, uint32_t *hard)
{
    size_t n_hard = 0;
    for (size_t first = 0; first < extents->rows; first += GROUP) {
        group g;
        size_t left = extents->rows - first;
        size_t n = left < GROUP ? left : GROUP;
        const uint32_t *index = extents->index + first * extents->stride;
        read_group(extents->bytes, index, extents->stride, n, &g);
        n_hard += round_group(&g, first, n, out, hard + n_hard);
    }
    return n_hard;
}
