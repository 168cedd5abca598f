/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/joint/subset.h"

#include <stdbool.h>
#include <string.h>

enum {
    ROWS = 4,  /* taken together, so that a mask is loaded once for four rows */
    TILE = 512 /* columns whose masks stay in the first-level cache */
};

typedef float lanes __attribute__((vector_size(4 * SHIFT__SUBSETS)));
typedef uint32_t bits __attribute__((vector_size(4 * SHIFT__SUBSETS)));

/* Add up t(i, j) for the four rows and the columns from `begin` to `end` - 1, in each subset that
 * has column j; then, into `sums`, for the subsets that have row i. */
static inline __attribute__((always_inline)) void add_tile(const float *const *rows, size_t begin,
                                                           size_t end, const bits *masks,
                                                           const bits *row_masks, double *sums)
{
    lanes total[ROWS] = {{0}};
    for (size_t j = begin; j < end; j++) {
        bits mask = masks[j];
        for (size_t r = 0; r < ROWS; r++) {
            float value = rows[r][j];
            uint32_t word;
            memcpy(&word, &value, sizeof word);
            total[r] += (lanes)(mask & word);
        }
    }
    for (size_t r = 0; r < ROWS; r++) {
        lanes kept = (lanes)(row_masks[r] & (bits)total[r]);
        for (size_t s = 0; s < SHIFT__SUBSETS; s++)
            sums[s] += (double)kept[s];
    }
}

/* The pairs among the rows of one group, and the rows of a last, incomplete group. */
static inline void add_row(const shift__triangle *t, size_t i, size_t begin, const uint32_t *masks,
                           double *sums)
{
    const float *row = shift__triangle_row(t, i);
    for (size_t j = begin; j < i; j++)
        for (size_t s = 0; s < SHIFT__SUBSETS; s++)
            if ((masks[i * SHIFT__SUBSETS + s] & masks[j * SHIFT__SUBSETS + s]) != 0)
                sums[s] += (double)row[j];
}

static inline __attribute__((always_inline)) void subset_sums(const shift__triangle *t,
                                                              const uint32_t *masks, double *sums)
{
    const bits *vectors = (const bits *)(const void *)masks;
    size_t grouped = t->n - t->n % ROWS;
    memset(sums, 0, SHIFT__SUBSETS * sizeof *sums);
    for (size_t begin = 0; begin < grouped; begin += TILE)
        for (size_t i = begin; i < grouped; i += ROWS) {
            const float *rows[ROWS];
            for (size_t r = 0; r < ROWS; r++)
                rows[r] = shift__triangle_row(t, i + r);
            size_t end = i < begin + TILE ? i : begin + TILE;
            add_tile(rows, begin, end, vectors, vectors + i, sums);
        }
    for (size_t i = 0; i < t->n; i++)
        add_row(t, i, i < grouped ? i - i % ROWS : 0, masks, sums);
}

static void subset_sums_portable(const shift__triangle *t, const uint32_t *masks, double *sums)
{
    subset_sums(t, masks, sums);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void subset_sums_avx2(const shift__triangle *t,
                                                             const uint32_t *masks, double *sums)
{
    subset_sums(t, masks, sums);
}

__attribute__((target("avx512f"))) static void subset_sums_avx512(const shift__triangle *t,
                                                                  const uint32_t *masks,
                                                                  double *sums)
{
    subset_sums(t, masks, sums);
}
#endif

bool shift__subset_sums_variant(int variant, const shift__triangle *t, const uint32_t *masks,
                                double *sums)
{
    if (variant == 0) {
        subset_sums_portable(t, masks, sums);
        return true;
    }
#if defined(__x86_64__)
    if (variant == 1 && __builtin_cpu_supports("avx2")) {
        subset_sums_avx2(t, masks, sums);
        return true;
    }
    if (variant == 2 && __builtin_cpu_supports("avx512f")) {
        subset_sums_avx512(t, masks, sums);
        return true;
    }
#endif
    return false;
}

void shift__subset_sums(const shift__triangle *t, const uint32_t *masks, double *sums)
{
    for (int variant = 2; !shift__subset_sums_variant(variant, t, masks, sums); variant--)
        ;
}
