/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Splitting by AVX-512 (BW, VBMI2); only called where the processor has it. */
#include <immintrin.h>

#include "source/scan_body.h"

static inline masks classify(const char *bytes, char delimiter)
{
    __m512i x = _mm512_loadu_si512(bytes);
    masks m;
    m.newlines = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('\n')) |
                 _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('\r'));
    m.separators = m.newlines | _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8(delimiter));
    m.others = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('"')) | _mm512_testn_epi8_mask(x, x);
    return m;
}

static inline void store_16(uint32_t *out, uint32_t base, __m128i positions)
{
    __m512i wide = _mm512_cvtepu8_epi32(positions);
    _mm512_storeu_si512(out, _mm512_add_epi32(wide, _mm512_set1_epi32((int)base)));
}

static inline uint32_t *emit(uint32_t *out, uint32_t base, uint64_t bits)
{
    static const uint8_t positions[64] = {
        1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
        23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44,
        45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64};
    int n = __builtin_popcountll(bits);
    __m512i packed = _mm512_maskz_compress_epi8(bits, _mm512_loadu_si512(positions));
    store_16(out, base, _mm512_castsi512_si128(packed));
    if (n > 16)
        store_16(out + 16, base, _mm512_extracti32x4_epi32(packed, 1));
    if (n > 32) {
        store_16(out + 32, base, _mm512_extracti32x4_epi32(packed, 2));
        store_16(out + 48, base, _mm512_extracti32x4_epi32(packed, 3));
    }
    return out + n;
}

shift__scan_result shift__scan_avx512(shift__scan *scan)
{
    return scan_body(scan);
}
