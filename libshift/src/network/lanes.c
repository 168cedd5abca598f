/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/lanes.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static const uint64_t one_value = (uint64_t)1 << SHIFT__CELL_SHIFT;
enum { PLACE_MASK = (1 << SHIFT__PLACE_BITS) - 1 };

/* Of each lane, the cell in its quarter above, the place in it below. Some positions are looked up
 * before they are counted: a lane's number that is read as soon as sixteen are written waits for
 * them. */
typedef struct counted {
    uint32_t units[SHIFT__WIDTH];
} counted;

enum { AT_ONCE = 32 };

static void count_cells(const counted *at, size_t n, size_t width, const shift__lane_bins *bins)
{
    uint64_t *cells[SHIFT__WIDTH / SHIFT__QUARTER];
    for (size_t q = 0; q < SHIFT__WIDTH / SHIFT__QUARTER; q++)
        cells[q] = bins->cells + q * bins->quarter;
    for (; width == SHIFT__WIDTH && n > 0; n--, at++)
#pragma GCC unroll 16
        for (size_t k = 0; k < SHIFT__WIDTH; k++)
            cells[k / SHIFT__QUARTER][at->units[k] >> SHIFT__PLACE_BITS] +=
                one_value + (at->units[k] & PLACE_MASK);
    for (; n > 0; n--, at++)
        for (size_t k = 0; k < width; k++)
            cells[k / SHIFT__QUARTER][at->units[k] >> SHIFT__PLACE_BITS] +=
                one_value + (at->units[k] & PLACE_MASK);
}

static size_t at_once(size_t left)
{
    return left < AT_ONCE ? left : AT_ONCE;
}

/* Infinity and what is no number are the largest of all bits without the sign. */
static const uint32_t infinite = 0xff000000U;

/* ---- plain C ---- */

static bool finite_plain(const shift__strip *strip)
{
    const float *x = strip->x;
    uint32_t most = 0;
    for (size_t i = 0; i < strip->n; i++, x += strip->stride)
        for (size_t k = 0; k < strip->width; k++) {
            uint32_t bits;
            memcpy(&bits, &x[k], sizeof bits);
            most = bits << 1 > most ? bits << 1 : most;
        }
    return most < infinite;
}

static void sums_plain(const shift__strip *strip, shift__lane_sums *s)
{
    const float *x = strip->x;
    for (size_t i = 0; i < strip->n; i++, x += strip->stride)
        for (size_t k = 0; k < strip->width; k++) {
            double d = (double)x[k] - s->origin[k];
            s->first[k] += d;
            s->second[k] += d * d;
            s->minimum[k] = x[k] < s->minimum[k] ? x[k] : s->minimum[k];
            s->maximum[k] = x[k] > s->maximum[k] ? x[k] : s->maximum[k];
        }
}

static void count_plain(const shift__strip *strip, const shift__lane_range *range,
                        uint32_t counts[SHIFT__WIDTH])
{
    const float *x = strip->x;
    for (size_t i = 0; i < strip->n; i++, x += strip->stride)
        for (size_t k = 0; k < strip->width; k++)
            counts[k] += (uint32_t)((x[k] >= range->from[k]) & (x[k] <= range->to[k]));
}

static void look_up_plain(const float *x, size_t width, const shift__lane_bins *bins, counted *at)
{
    for (size_t k = 0; k < width; k++) {
        float place = (x[k] - bins->low[k]) * bins->scale[k];
        place = place > 0 ? place : 0;
        uint32_t units = (uint32_t)(place < bins->limit ? place : bins->limit);
        at->units[k] = bins->first[k] + units;
    }
}

static void bins_plain(const shift__strip *strip, const shift__lane_bins *bins)
{
    const float *x = strip->x;
    for (size_t i = 0; i < strip->n; i += AT_ONCE) {
        counted at[AT_ONCE];
        size_t n = at_once(strip->n - i);
        for (size_t j = 0; j < n; j++, x += strip->stride)
            look_up_plain(x, strip->width, bins, &at[j]);
        count_cells(at, n, strip->width, bins);
    }
}

/* ---- x86-64 ---- */

#if defined(__x86_64__)

#define AVX2 __attribute__((target("avx2")))
#define AVX512 __attribute__((target("avx512f")))

enum { HALF = SHIFT__WIDTH / 2 };

/* The lanes of one half that a strip has. */
AVX2 static __m256i lanes_avx2(size_t width, size_t half)
{
    __m256i index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)width - (int)(half * HALF)), index);
}

AVX2 static bool finite_avx2(const shift__strip *strip)
{
    uint32_t most[HALF];
    __m256i all = _mm256_setzero_si256();
    for (size_t half = 0; half * HALF < strip->width; half++) {
        const int *x = (const int *)(const void *)(strip->x + half * HALF);
        __m256i mask = lanes_avx2(strip->width, half);
        for (size_t i = 0; i < strip->n; i++, x += strip->stride)
            all = _mm256_max_epu32(all, _mm256_slli_epi32(_mm256_maskload_epi32(x, mask), 1));
    }
    _mm256_storeu_si256((__m256i *)(void *)most, all);
    for (size_t k = 1; k < HALF; k++)
        most[0] = most[k] > most[0] ? most[k] : most[0];
    return most[0] < infinite;
}

AVX2 static void half_sums_avx2(const shift__strip *strip, size_t half, shift__lane_sums *s)
{
    const float *x = strip->x + half * HALF;
    size_t at = half * HALF;
    __m256i mask = lanes_avx2(strip->width, half);
    __m256 low = _mm256_loadu_ps(s->minimum + at);
    __m256 high = _mm256_loadu_ps(s->maximum + at);
    __m256d origin[2];
    __m256d first[2];
    __m256d second[2];
    for (size_t q = 0; q < 2; q++) {
        origin[q] = _mm256_loadu_pd(s->origin + at + 4 * q);
        first[q] = _mm256_loadu_pd(s->first + at + 4 * q);
        second[q] = _mm256_loadu_pd(s->second + at + 4 * q);
    }
    for (size_t i = 0; i < strip->n; i++, x += strip->stride) {
        __m256 v = _mm256_maskload_ps(x, mask);
        __m128 quarter[2] = {_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1)};
        low = _mm256_min_ps(v, low);
        high = _mm256_max_ps(v, high);
        for (size_t q = 0; q < 2; q++) {
            __m256d d = _mm256_sub_pd(_mm256_cvtps_pd(quarter[q]), origin[q]);
            first[q] = _mm256_add_pd(first[q], d);
            second[q] = _mm256_add_pd(second[q], _mm256_mul_pd(d, d));
        }
    }
    _mm256_maskstore_ps(s->minimum + at, mask, low);
    _mm256_maskstore_ps(s->maximum + at, mask, high);
    __m128i masks[2] = {_mm256_castsi256_si128(mask), _mm256_extracti128_si256(mask, 1)};
    for (size_t q = 0; q < 2; q++) {
        __m256i wide = _mm256_cvtepi32_epi64(masks[q]);
        _mm256_maskstore_pd(s->first + at + 4 * q, wide, first[q]);
        _mm256_maskstore_pd(s->second + at + 4 * q, wide, second[q]);
    }
}

AVX2 static void sums_avx2(const shift__strip *strip, shift__lane_sums *s)
{
    half_sums_avx2(strip, 0, s);
    if (strip->width > HALF)
        half_sums_avx2(strip, 1, s);
}

AVX2 static void count_avx2(const shift__strip *strip, const shift__lane_range *range,
                            uint32_t counts[SHIFT__WIDTH])
{
    for (size_t half = 0; half * HALF < strip->width; half++) {
        const float *x = strip->x + half * HALF;
        __m256i mask = lanes_avx2(strip->width, half);
        __m256 from = _mm256_loadu_ps(range->from + half * HALF);
        __m256 to = _mm256_loadu_ps(range->to + half * HALF);
        __m256i *out = (__m256i *)(void *)(counts + half * HALF);
        __m256i n = _mm256_loadu_si256(out);
        for (size_t i = 0; i < strip->n; i++, x += strip->stride) {
            __m256 v = _mm256_maskload_ps(x, mask);
            __m256 in =
                _mm256_and_ps(_mm256_cmp_ps(v, from, _CMP_GE_OQ), _mm256_cmp_ps(v, to, _CMP_LE_OQ));
            n = _mm256_sub_epi32(n, _mm256_castps_si256(in));
        }
        _mm256_maskstore_epi32((int *)(void *)out, mask, n);
    }
}

AVX2 static void look_up_avx2(const float *x, const __m256i mask[2], const shift__lane_bins *bins,
                              counted *at)
{
    for (size_t half = 0; half < 2; half++) {
        __m256 low = _mm256_loadu_ps(bins->low + half * HALF);
        __m256 scale = _mm256_loadu_ps(bins->scale + half * HALF);
        __m256i first =
            _mm256_loadu_si256((const __m256i *)(const void *)(bins->first + half * HALF));
        __m256 v = _mm256_maskload_ps(x + half * HALF, mask[half]);
        __m256 place = _mm256_mul_ps(_mm256_sub_ps(v, low), scale);
        place =
            _mm256_min_ps(_mm256_max_ps(place, _mm256_setzero_ps()), _mm256_set1_ps(bins->limit));
        __m256i units = _mm256_cvttps_epi32(place);
        _mm256_storeu_si256((__m256i *)(void *)(at->units + half * HALF),
                            _mm256_add_epi32(first, units));
    }
}

AVX2 static void bins_avx2(const shift__strip *strip, const shift__lane_bins *bins)
{
    const float *x = strip->x;
    const __m256i mask[2] = {lanes_avx2(strip->width, 0), lanes_avx2(strip->width, 1)};
    for (size_t i = 0; i < strip->n; i += AT_ONCE) {
        counted at[AT_ONCE];
        size_t n = at_once(strip->n - i);
        for (size_t j = 0; j < n; j++, x += strip->stride) {
            __builtin_prefetch(x + AT_ONCE * strip->stride);
            look_up_avx2(x, mask, bins, &at[j]);
        }
        count_cells(at, n, strip->width, bins);
    }
}

static __mmask16 lanes_avx512(size_t width)
{
    return (__mmask16)((1U << width) - 1U);
}

AVX512 static bool finite_avx512(const shift__strip *strip)
{
    const float *x = strip->x;
    __mmask16 mask = lanes_avx512(strip->width);
    __m512i most = _mm512_setzero_si512();
    for (size_t i = 0; i < strip->n; i++, x += strip->stride)
        most = _mm512_max_epu32(most, _mm512_slli_epi32(_mm512_maskz_loadu_epi32(mask, x), 1));
    return _mm512_cmpge_epu32_mask(most, _mm512_set1_epi32((int)infinite)) == 0;
}

AVX512 static void sums_avx512(const shift__strip *strip, shift__lane_sums *s)
{
    const float *x = strip->x;
    __mmask16 mask = lanes_avx512(strip->width);
    __m512 low = _mm512_loadu_ps(s->minimum);
    __m512 high = _mm512_loadu_ps(s->maximum);
    __m512d origin[2];
    __m512d first[2];
    __m512d second[2];
    for (size_t h = 0; h < 2; h++) {
        origin[h] = _mm512_loadu_pd(s->origin + h * HALF);
        first[h] = _mm512_loadu_pd(s->first + h * HALF);
        second[h] = _mm512_loadu_pd(s->second + h * HALF);
    }
    for (size_t i = 0; i < strip->n; i++, x += strip->stride) {
        __m512 v = _mm512_maskz_loadu_ps(mask, x);
        __m256 half[2] = {_mm512_castps512_ps256(v),
                          _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(v), 1))};
        low = _mm512_min_ps(v, low);
        high = _mm512_max_ps(v, high);
        for (size_t h = 0; h < 2; h++) {
            __m512d d = _mm512_sub_pd(_mm512_cvtps_pd(half[h]), origin[h]);
            first[h] = _mm512_add_pd(first[h], d);
            second[h] = _mm512_add_pd(second[h], _mm512_mul_pd(d, d));
        }
    }
    _mm512_mask_storeu_ps(s->minimum, mask, low);
    _mm512_mask_storeu_ps(s->maximum, mask, high);
    for (size_t h = 0; h < 2; h++) {
        __mmask8 half = (__mmask8)(mask >> (h * HALF));
        _mm512_mask_storeu_pd(s->first + h * HALF, half, first[h]);
        _mm512_mask_storeu_pd(s->second + h * HALF, half, second[h]);
    }
}

AVX512 static void count_avx512(const shift__strip *strip, const shift__lane_range *range,
                                uint32_t counts[SHIFT__WIDTH])
{
    const float *x = strip->x;
    __mmask16 mask = lanes_avx512(strip->width);
    __m512 from = _mm512_loadu_ps(range->from);
    __m512 to = _mm512_loadu_ps(range->to);
    __m512i n = _mm512_loadu_si512(counts);
    __m512i one = _mm512_set1_epi32(1);
    for (size_t i = 0; i < strip->n; i++, x += strip->stride) {
        __m512 v = _mm512_maskz_loadu_ps(mask, x);
        __mmask16 in =
            _mm512_mask_cmp_ps_mask(_mm512_cmp_ps_mask(v, from, _CMP_GE_OQ), v, to, _CMP_LE_OQ);
        n = _mm512_mask_add_epi32(n, in, n, one);
    }
    _mm512_mask_storeu_epi32(counts, mask, n);
}

AVX512 static void bins_avx512(const shift__strip *strip, const shift__lane_bins *bins)
{
    const float *x = strip->x;
    __mmask16 mask = lanes_avx512(strip->width);
    __m512 low = _mm512_loadu_ps(bins->low);
    __m512 scale = _mm512_loadu_ps(bins->scale);
    __m512 limit = _mm512_set1_ps(bins->limit);
    __m512i first = _mm512_loadu_si512(bins->first);
    for (size_t i = 0; i < strip->n; i += AT_ONCE) {
        counted at[AT_ONCE];
        size_t n = at_once(strip->n - i);
        for (size_t j = 0; j < n; j++, x += strip->stride) {
            __builtin_prefetch(x + AT_ONCE * strip->stride);
            __m512 place = _mm512_mul_ps(_mm512_sub_ps(_mm512_maskz_loadu_ps(mask, x), low), scale);
            place = _mm512_min_ps(_mm512_max_ps(place, _mm512_setzero_ps()), limit);
            _mm512_storeu_si512(at[j].units, _mm512_add_epi32(first, _mm512_cvttps_epi32(place)));
        }
        count_cells(at, n, strip->width, bins);
    }
}

#endif

/* ---- which ---- */

static const shift__lane_kernels plain = {"plain C", finite_plain, sums_plain, count_plain,
                                          bins_plain};
#if defined(__x86_64__)
static const shift__lane_kernels avx2 = {"AVX2", finite_avx2, sums_avx2, count_avx2, bins_avx2};
static const shift__lane_kernels avx512 = {"AVX-512", finite_avx512, sums_avx512, count_avx512,
                                           bins_avx512};
#endif

const shift__lane_kernels *shift__lane_kernels_at(size_t i)
{
    const shift__lane_kernels *have[4] = {0};
    size_t n = 0;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f"))
        have[n++] = &avx512;
    if (__builtin_cpu_supports("avx2"))
        have[n++] = &avx2;
#endif
    have[n++] = &plain;
    return i < n ? have[i] : NULL;
}
