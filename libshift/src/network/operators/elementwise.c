/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/operators/elementwise.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* ---- plain C ---- */

static void affine_plain(const shift__affine *by, const float *x, size_t n, float *out)
{
    for (size_t i = 0; i < n; i += by->period) {
        size_t end = least(by->period, n - i);
        for (size_t k = 0; k < end; k++)
            out[i + k] = (x[i + k] - by->centre[k]) * by->factor[k] + by->offset[k];
    }
}

static void clip_plain(float low, float high, const float *x, size_t n, float *out)
{
    for (size_t i = 0; i < n; i++) {
        float v = x[i] < low ? low : x[i];
        out[i] = v > high ? high : v;
    }
}

/* ---- x86-64 ---- */

#if defined(__x86_64__)

#define AVX2 __attribute__((target("avx2")))
#define AVX512 __attribute__((target("avx512f")))

enum { EIGHT = 8, SIXTEEN = 16, TOGETHER = 4 /* periods that read the three numbers once */ };

AVX2 static inline __m256i first_avx2(size_t n)
{
    const __m256i index = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)least(n, EIGHT)), index);
}

/* `times` periods of which the first `n` numbers count. */
AVX2 static inline void periods_avx2(const shift__affine *by, const float *x, size_t n,
                                     size_t times, float *out)
{
    for (size_t k = 0; k < n; k += EIGHT) {
        __m256i mask = first_avx2(n - k);
        __m256 centre = _mm256_maskload_ps(by->centre + k, mask);
        __m256 factor = _mm256_maskload_ps(by->factor + k, mask);
        __m256 offset = _mm256_maskload_ps(by->offset + k, mask);
        for (size_t t = 0; t < times; t++) {
            size_t i = t * by->period + k;
            __m256 d = _mm256_sub_ps(_mm256_maskload_ps(x + i, mask), centre);
            _mm256_maskstore_ps(out + i, mask, _mm256_add_ps(_mm256_mul_ps(d, factor), offset));
        }
    }
}

AVX2 static void affine_avx2(const shift__affine *by, const float *x, size_t n, float *out)
{
    size_t i = 0;
    for (; n - i >= TOGETHER * by->period; i += TOGETHER * by->period)
        periods_avx2(by, x + i, by->period, TOGETHER, out + i);
    for (; i < n; i += by->period)
        periods_avx2(by, x + i, least(by->period, n - i), 1, out + i);
}

AVX2 static void clip_avx2(float low, float high, const float *x, size_t n, float *out)
{
    __m256 lows = _mm256_set1_ps(low);
    __m256 highs = _mm256_set1_ps(high);
    for (size_t i = 0; i < n; i += EIGHT) {
        __m256i mask = first_avx2(n - i);
        __m256 v = _mm256_max_ps(lows, _mm256_maskload_ps(x + i, mask));
        _mm256_maskstore_ps(out + i, mask, _mm256_min_ps(highs, v));
    }
}

AVX512 static inline __mmask16 first_avx512(size_t n)
{
    return (__mmask16)((1U << least(n, SIXTEEN)) - 1);
}

AVX512 static inline void periods_avx512(const shift__affine *by, const float *x, size_t n,
                                         size_t times, float *out)
{
    for (size_t k = 0; k < n; k += SIXTEEN) {
        __mmask16 mask = first_avx512(n - k);
        __m512 centre = _mm512_maskz_loadu_ps(mask, by->centre + k);
        __m512 factor = _mm512_maskz_loadu_ps(mask, by->factor + k);
        __m512 offset = _mm512_maskz_loadu_ps(mask, by->offset + k);
        for (size_t t = 0; t < times; t++) {
            size_t i = t * by->period + k;
            __m512 d = _mm512_sub_ps(_mm512_maskz_loadu_ps(mask, x + i), centre);
            _mm512_mask_storeu_ps(out + i, mask, _mm512_add_ps(_mm512_mul_ps(d, factor), offset));
        }
    }
}

AVX512 static void affine_avx512(const shift__affine *by, const float *x, size_t n, float *out)
{
    size_t i = 0;
    for (; n - i >= TOGETHER * by->period; i += TOGETHER * by->period)
        periods_avx512(by, x + i, by->period, TOGETHER, out + i);
    for (; i < n; i += by->period)
        periods_avx512(by, x + i, least(by->period, n - i), 1, out + i);
}

AVX512 static void clip_avx512(float low, float high, const float *x, size_t n, float *out)
{
    __m512 lows = _mm512_set1_ps(low);
    __m512 highs = _mm512_set1_ps(high);
    for (size_t i = 0; i < n; i += SIXTEEN) {
        __mmask16 mask = first_avx512(n - i);
        __m512 v = _mm512_max_ps(lows, _mm512_maskz_loadu_ps(mask, x + i));
        _mm512_mask_storeu_ps(out + i, mask, _mm512_min_ps(highs, v));
    }
}

#endif

/* ---- which ---- */

static const shift__elementwise plain = {"plain C", affine_plain, clip_plain};
#if defined(__x86_64__)
static const shift__elementwise avx2 = {"AVX2", affine_avx2, clip_avx2};
static const shift__elementwise avx512 = {"AVX-512", affine_avx512, clip_avx512};
#endif

const shift__elementwise *shift__elementwise_at(size_t i)
{
    const shift__elementwise *have[4] = {0};
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
