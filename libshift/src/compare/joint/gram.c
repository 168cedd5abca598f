/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/joint/gram.h"

#include <string.h>

enum {
    LANES = SHIFT__GRAM_LANES,
    GROUP = 8,  /* rows of the result that are summed at once */
    STRIP = 128 /* rows of `x` that stay in the cache */
};

typedef float lanes __attribute__((vector_size(4 * LANES)));

static inline __attribute__((always_inline)) void add_tile(float *out, const float *left,
                                                           const float *right, size_t rows,
                                                           size_t n)
{
    lanes sums[GROUP];
    for (size_t g = 0; g < GROUP; g++)
        memcpy(&sums[g], out + g * n, sizeof sums[g]);
    for (size_t r = 0; r < rows; r++) {
        lanes x;
        memcpy(&x, right + r * n, sizeof x);
        for (size_t g = 0; g < GROUP; g++)
            sums[g] += left[r * n + g] * x;
    }
    for (size_t g = 0; g < GROUP; g++)
        memcpy(out + g * n, &sums[g], sizeof sums[g]);
}

static inline __attribute__((always_inline)) void gram(float *out, const float *x, size_t rows,
                                                       size_t n)
{
    memset(out, 0, n * n * sizeof *out);
    for (size_t begin = 0; begin < rows; begin += STRIP) {
        const float *strip = x + begin * n;
        size_t height = rows - begin < STRIP ? rows - begin : STRIP;
        for (size_t j = 0; j < n; j += LANES)
            for (size_t i = 0; i < j + LANES; i += GROUP)
                add_tile(out + i * n + j, strip + i, strip + j, height, n);
    }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void gram_avx2(float *out, const float *x, size_t rows,
                                                      size_t n)
{
    gram(out, x, rows, n);
}

__attribute__((target("avx512f"))) static void gram_avx512(float *out, const float *x, size_t rows,
                                                           size_t n)
{
    gram(out, x, rows, n);
}
#endif

bool shift__gram_variant(int variant, float *out, const float *x, size_t rows, size_t n)
{
    if (variant == 0) {
        gram(out, x, rows, n);
        return true;
    }
#if defined(__x86_64__)
    if (variant == 1 && __builtin_cpu_supports("avx2")) {
        gram_avx2(out, x, rows, n);
        return true;
    }
    if (variant == 2 && __builtin_cpu_supports("avx512f")) {
        gram_avx512(out, x, rows, n);
        return true;
    }
#endif
    return false;
}

void shift__gram(float *out, const float *x, size_t rows, size_t n)
{
    for (int variant = 2; !shift__gram_variant(variant, out, x, rows, n); variant--)
        ;
}
