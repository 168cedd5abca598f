/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "profile/kernels.h"

#include <math.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* The lanes are added in one fixed order, whatever computed them. */
static double add_lanes(const double *lane)
{
    return ((lane[0] + lane[4]) + (lane[2] + lane[6])) +
           ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

/* ---- plain C ---- */

static void range_plain(const double *x, size_t n, double lane[3][SHIFT__LANES])
{
    for (size_t i = 0; i < n; i++) {
        size_t k = i % SHIFT__LANES;
        lane[0][k] += x[i];
        lane[1][k] = x[i] < lane[1][k] ? x[i] : lane[1][k];
        lane[2][k] = x[i] > lane[2][k] ? x[i] : lane[2][k];
    }
}

static void powers_plain(const double *x, size_t n, double about, double lane[4][SHIFT__LANES])
{
    for (size_t i = 0; i < n; i++) {
        size_t k = i % SHIFT__LANES;
        double d = x[i] - about;
        double d2 = d * d;
        lane[0][k] += d;
        lane[1][k] += d2;
        lane[2][k] += d2 * d;
        lane[3][k] += d2 * d2;
    }
}

static void tile_plain(const double *a, const double *b, size_t stride, size_t n, double out[4][4])
{
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 4; j++) {
            double lane[SHIFT__LANES] = {0};
            for (size_t r = 0; r < n; r++)
                lane[r % SHIFT__LANES] =
                    fma(a[i * stride + r], b[j * stride + r], lane[r % SHIFT__LANES]);
            out[i][j] = add_lanes(lane);
        }
}

/* ---- x86-64 ---- */

#if defined(__x86_64__)

#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f,avx2,fma")))

AVX2 static void range_avx2(const double *x, size_t n, double lane[3][SHIFT__LANES])
{
    __m256d sum[2], low[2], high[2];
    for (size_t k = 0; k < 2; k++) {
        sum[k] = _mm256_loadu_pd(lane[0] + 4 * k);
        low[k] = _mm256_loadu_pd(lane[1] + 4 * k);
        high[k] = _mm256_loadu_pd(lane[2] + 4 * k);
    }
    for (size_t i = 0; i < n; i += SHIFT__LANES)
        for (size_t k = 0; k < 2; k++) {
            __m256d v = _mm256_loadu_pd(x + i + 4 * k);
            sum[k] = _mm256_add_pd(sum[k], v);
            low[k] = _mm256_min_pd(v, low[k]);
            high[k] = _mm256_max_pd(v, high[k]);
        }
    for (size_t k = 0; k < 2; k++) {
        _mm256_storeu_pd(lane[0] + 4 * k, sum[k]);
        _mm256_storeu_pd(lane[1] + 4 * k, low[k]);
        _mm256_storeu_pd(lane[2] + 4 * k, high[k]);
    }
}

AVX2 static void powers_avx2(const double *x, size_t n, double about, double lane[4][SHIFT__LANES])
{
    __m256d m = _mm256_set1_pd(about);
    __m256d s[4][2];
    for (size_t p = 0; p < 4; p++)
        for (size_t k = 0; k < 2; k++)
            s[p][k] = _mm256_loadu_pd(lane[p] + 4 * k);
    for (size_t i = 0; i < n; i += SHIFT__LANES)
        for (size_t k = 0; k < 2; k++) {
            __m256d d = _mm256_sub_pd(_mm256_loadu_pd(x + i + 4 * k), m);
            __m256d d2 = _mm256_mul_pd(d, d);
            s[0][k] = _mm256_add_pd(s[0][k], d);
            s[1][k] = _mm256_add_pd(s[1][k], d2);
            s[2][k] = _mm256_add_pd(s[2][k], _mm256_mul_pd(d2, d));
            s[3][k] = _mm256_add_pd(s[3][k], _mm256_mul_pd(d2, d2));
        }
    for (size_t p = 0; p < 4; p++)
        for (size_t k = 0; k < 2; k++)
            _mm256_storeu_pd(lane[p] + 4 * k, s[p][k]);
}

/* add_lanes() of lanes 0-3 in `low` and 4-7 in `high`. */
AVX2 static double add_lanes_avx2(__m256d low, __m256d high)
{
    __m256d four = _mm256_add_pd(low, high);
    __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
    return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
}

/* Two by two columns: sixteen registers hold no more. */
AVX2 static void quarter_avx2(const double *a, const double *b, size_t stride, size_t n,
                              double out[2][4])
{
    __m256d s[2][2][2];
    for (size_t i = 0; i < 8; i++)
        s[i / 4][i / 2 % 2][i % 2] = _mm256_setzero_pd();
    for (size_t r = 0; r < n; r += SHIFT__LANES)
        for (size_t k = 0; k < 2; k++) {
            __m256d a0 = _mm256_loadu_pd(a + r + 4 * k);
            __m256d a1 = _mm256_loadu_pd(a + stride + r + 4 * k);
            __m256d b0 = _mm256_loadu_pd(b + r + 4 * k);
            __m256d b1 = _mm256_loadu_pd(b + stride + r + 4 * k);
            s[0][0][k] = _mm256_fmadd_pd(a0, b0, s[0][0][k]);
            s[0][1][k] = _mm256_fmadd_pd(a0, b1, s[0][1][k]);
            s[1][0][k] = _mm256_fmadd_pd(a1, b0, s[1][0][k]);
            s[1][1][k] = _mm256_fmadd_pd(a1, b1, s[1][1][k]);
        }
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < 2; j++)
            out[i][j] = add_lanes_avx2(s[i][j][0], s[i][j][1]);
}

static void tile_avx2(const double *a, const double *b, size_t stride, size_t n, double out[4][4])
{
    for (size_t i = 0; i < 4; i += 2)
        for (size_t j = 0; j < 4; j += 2) {
            double part[2][4];
            quarter_avx2(a + i * stride, b + j * stride, stride, n, part);
            out[i][j] = part[0][0];
            out[i][j + 1] = part[0][1];
            out[i + 1][j] = part[1][0];
            out[i + 1][j + 1] = part[1][1];
        }
}

AVX512 static void range_avx512(const double *x, size_t n, double lane[3][SHIFT__LANES])
{
    __m512d sum = _mm512_loadu_pd(lane[0]);
    __m512d low = _mm512_loadu_pd(lane[1]);
    __m512d high = _mm512_loadu_pd(lane[2]);
    for (size_t i = 0; i < n; i += SHIFT__LANES) {
        __m512d v = _mm512_loadu_pd(x + i);
        sum = _mm512_add_pd(sum, v);
        low = _mm512_min_pd(v, low);
        high = _mm512_max_pd(v, high);
    }
    _mm512_storeu_pd(lane[0], sum);
    _mm512_storeu_pd(lane[1], low);
    _mm512_storeu_pd(lane[2], high);
}

AVX512 static void powers_avx512(const double *x, size_t n, double about,
                                 double lane[4][SHIFT__LANES])
{
    __m512d m = _mm512_set1_pd(about);
    __m512d s1 = _mm512_loadu_pd(lane[0]);
    __m512d s2 = _mm512_loadu_pd(lane[1]);
    __m512d s3 = _mm512_loadu_pd(lane[2]);
    __m512d s4 = _mm512_loadu_pd(lane[3]);
    for (size_t i = 0; i < n; i += SHIFT__LANES) {
        __m512d d = _mm512_sub_pd(_mm512_loadu_pd(x + i), m);
        __m512d d2 = _mm512_mul_pd(d, d);
        s1 = _mm512_add_pd(s1, d);
        s2 = _mm512_add_pd(s2, d2);
        s3 = _mm512_add_pd(s3, _mm512_mul_pd(d2, d));
        s4 = _mm512_add_pd(s4, _mm512_mul_pd(d2, d2));
    }
    _mm512_storeu_pd(lane[0], s1);
    _mm512_storeu_pd(lane[1], s2);
    _mm512_storeu_pd(lane[2], s3);
    _mm512_storeu_pd(lane[3], s4);
}

AVX512 static void tile_avx512(const double *a, const double *b, size_t stride, size_t n,
                               double out[4][4])
{
    __m512d s[4][4];
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++)
#pragma GCC unroll 4
        for (size_t j = 0; j < 4; j++)
            s[i][j] = _mm512_setzero_pd();
    for (size_t r = 0; r < n; r += SHIFT__LANES) {
        __m512d y[4];
#pragma GCC unroll 4
        for (size_t j = 0; j < 4; j++)
            y[j] = _mm512_loadu_pd(b + j * stride + r);
#pragma GCC unroll 4
        for (size_t i = 0; i < 4; i++) {
            __m512d x = _mm512_loadu_pd(a + i * stride + r);
#pragma GCC unroll 4
            for (size_t j = 0; j < 4; j++)
                s[i][j] = _mm512_fmadd_pd(x, y[j], s[i][j]);
        }
    }
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++)
#pragma GCC unroll 4
        for (size_t j = 0; j < 4; j++)
            out[i][j] =
                add_lanes_avx2(_mm512_castpd512_pd256(s[i][j]), _mm512_extractf64x4_pd(s[i][j], 1));
}

#endif

/* ---- which ---- */

static const shift__kernels plain = {"plain C", range_plain, powers_plain, tile_plain};
#if defined(__x86_64__)
static const shift__kernels avx2 = {"AVX2", range_avx2, powers_avx2, tile_avx2};
static const shift__kernels avx512 = {"AVX-512", range_avx512, powers_avx512, tile_avx512};
#endif

const shift__kernels *shift__kernels_at(size_t i)
{
    const shift__kernels *have[4] = {0};
    size_t n = 0;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f"))
        have[n++] = &avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        have[n++] = &avx2;
#endif
    have[n++] = &plain;
    return i < n ? have[i] : NULL;
}

/* ---- the whole ---- */

shift__sums shift__sum_range_by(const shift__kernels *kernels, const double *x, size_t n)
{
    double lane[3][SHIFT__LANES];
    for (size_t k = 0; k < SHIFT__LANES; k++) {
        lane[0][k] = 0;
        lane[1][k] = lane[2][k] = x[0];
    }
    size_t whole = n - n % SHIFT__LANES;
    kernels->range(x, whole, lane);
    range_plain(x + whole, n - whole, lane);
    shift__sums out = {add_lanes(lane[0]), lane[1][0], lane[2][0]};
    for (size_t k = 1; k < SHIFT__LANES; k++) {
        out.minimum = lane[1][k] < out.minimum ? lane[1][k] : out.minimum;
        out.maximum = lane[2][k] > out.maximum ? lane[2][k] : out.maximum;
    }
    return out;
}

shift__powers shift__sum_powers_by(const shift__kernels *kernels, const double *x, size_t n,
                                   double about)
{
    double lane[4][SHIFT__LANES] = {{0}};
    size_t whole = n - n % SHIFT__LANES;
    kernels->powers(x, whole, about, lane);
    powers_plain(x + whole, n - whole, about, lane);
    return (shift__powers){add_lanes(lane[0]), add_lanes(lane[1]), add_lanes(lane[2]),
                           add_lanes(lane[3])};
}

void shift__cross_products_by(const shift__kernels *kernels, const double *x, size_t stride,
                              size_t columns, size_t n, double *out)
{
    for (size_t a = 0; a < columns; a += 4)
        for (size_t b = 0; b <= a; b += 4) {
            double tile[4][4];
            kernels->tile(x + a * stride, x + b * stride, stride, n, tile);
            for (size_t i = a; i < a + 4 && i < columns; i++)
                for (size_t j = b; j < b + 4 && j <= i; j++)
                    out[i * (i + 1) / 2 + j] = tile[i - a][j - b];
        }
}

shift__sums shift__sum_range(const double *x, size_t n)
{
    return shift__sum_range_by(shift__kernels_at(0), x, n);
}

shift__powers shift__sum_powers(const double *x, size_t n, double about)
{
    return shift__sum_powers_by(shift__kernels_at(0), x, n, about);
}

void shift__cross_products(const double *x, size_t stride, size_t columns, size_t n, double *out)
{
    shift__cross_products_by(shift__kernels_at(0), x, stride, columns, n, out);
}

double shift__mean(const double *x, size_t n, double sum)
{
    double mean = sum / (double)n;
    if (isfinite(mean))
        return mean;
    mean = 0;
    for (size_t i = 0; i < n; i++)
        mean += x[i] / (double)n;
    return mean;
}
