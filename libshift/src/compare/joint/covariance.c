/* SPDX-License-Identifier: GPL-3.0-or-later */
/* |S1 - S2|_F^2 of centred rows is the biased MMD^2 of the kernel (a'b)^2, so the permutation test
 * on a kernel matrix serves equality of covariances as well. */
#include <math.h>
#include <stdlib.h>

#include "compare/joint/distance.h"
#include "compare/joint/kernel.h"
#include "core/memory.h"

enum { BAND = 16 /* rows of one task */ };

typedef struct work {
    shift__points points; /* deviations from the sample's own mean; the longest has length 1 */
    double *values;       /* of `points` */
    float *kernel;        /* row i has i elements from i (i - 1) / 2 on */
    double *diagonal;
} work;

static void centre(work *w, const shift__kernel_input *input)
{
    size_t m = input->labels->m;
    size_t p = input->p;
    size_t total = w->points.n;
    for (size_t k = 0; k < p; k++)
        for (size_t side = 0; side < 2; side++) {
            size_t begin = side == 0 ? 0 : m;
            size_t end = side == 0 ? m : total;
            double mean = 0.0;
            for (size_t i = begin; i < end; i++)
                mean += input->rows[i * p + k] / (double)(end - begin);
            for (size_t i = begin; i < end; i++) {
                double x = input->rows[i * p + k] - mean;
                w->values[shift__points_place(p, i, k)] = x;
                w->diagonal[i] += x * x;
            }
        }
    double longest = 0.0;
    for (size_t i = 0; i < total; i++)
        longest = fmax(longest, w->diagonal[i]);
    /* floats hold fourth powers of what is left */
    double scale = longest > 0.0 ? 1.0 / sqrt(longest) : 1.0;
    for (size_t i = 0; i < shift__points_size(total, p); i++)
        w->values[i] *= scale;
    for (size_t i = 0; i < total; i++)
        w->diagonal[i] = pow(w->diagonal[i] * scale * scale, 2.0);
}

static void fill_band(void *context, size_t band)
{
    const work *w = context;
    double products[SHIFT__POINTS_AT_ONCE][SHIFT__COVARIANCE_ROWS];
    double *const out[] = {products[0], products[1], products[2], products[3]};
    size_t end = (band + 1) * BAND < w->points.n ? (band + 1) * BAND : w->points.n;
    for (size_t i = band * BAND; i < end; i += SHIFT__POINTS_AT_ONCE) {
        size_t n = end - i < SHIFT__POINTS_AT_ONCE ? end - i : SHIFT__POINTS_AT_ONCE;
        shift__inner_products(&w->points, i, n, out);
        for (size_t r = 0; r < n; r++) {
            float *row = w->kernel + (i + r > 0 ? (i + r) * (i + r - 1) / 2 : 0);
            for (size_t j = 0; j < i + r; j++)
                row[j] = (float)(products[r][j] * products[r][j]);
        }
    }
}

shift_status shift__covariance_test(const shift__kernel_input *input, shift__pool *pool, double *p,
                                    shift_error *err)
{
    size_t m = input->labels->m;
    size_t total = m + input->labels->n;
    work w = {0};
    if (m < 2 || total - m < 2 || total > SHIFT__COVARIANCE_ROWS)
        return shift_error_set(err, SHIFT_EINVAL, "not between two rows a sample and %d in all",
                               (int)SHIFT__COVARIANCE_ROWS);
    shift_status status =
        shift__alloc(&w.values, shift__points_size(total, input->p), sizeof *w.values, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&w.kernel, total * (total - 1) / 2, sizeof *w.kernel, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&w.diagonal, total, sizeof *w.diagonal, err);
    if (status == SHIFT_OK) {
        w.points = (shift__points){w.values, total, input->p};
        centre(&w, input);
        shift__pool_run(pool, (total + BAND - 1) / BAND, fill_band, &w);
        shift__pair_matrix matrix = {{w.kernel, total, 1, 0}, w.diagonal};
        status = shift__progress_check(shift__pool_progress(pool), err);
        if (status == SHIFT_OK)
            status =
                shift__labels_p_value(input->labels, &matrix, shift__pairs_biased, pool, p, err);
    }
    free(w.values);
    free(w.kernel);
    free(w.diagonal);
    return status;
}
