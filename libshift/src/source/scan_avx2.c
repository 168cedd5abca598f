/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Splitting by AVX2; only called where the processor has it. */
#include <immintrin.h>

#include "source/scan_body.h"

static inline uint64_t equal(__m256i low, __m256i high, char c)
{
    __m256i wanted = _mm256_set1_epi8(c);
    uint32_t l = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted));
    uint32_t h = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted));
    return (uint64_t)h << 32 | l;
}

static inline masks classify(const char *bytes, char delimiter)
{
    __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + 32));
    masks m;
    m.newlines = equal(low, high, '\n') | equal(low, high, '\r');
    m.separators = m.newlines | equal(low, high, delimiter);
    m.others = equal(low, high, '"') | equal(low, high, '\0');
    return m;
}

/* Eight at a time, wanted or not: cheaper than a branch for each. */
static inline uint32_t *emit(uint32_t *out, uint32_t base, uint64_t bits)
{
    uint32_t *end = out + __builtin_popcountll(bits);
    while (bits != 0) {
        for (int i = 0; i < 8; i++) {
            out[i] = base + (uint32_t)_tzcnt_u64(bits) + 1;
            bits &= bits - 1;
        }
        out += 8;
    }
    return end;
}

shift__scan_result shift__scan_avx2(shift__scan *scan)
{
    return scan_body(scan);
}
