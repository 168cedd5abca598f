/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two-sample Cramer-von Mises test on mid-ranks, with Anderson's limit law (Anderson 1962, Ann.
 * Math. Statist. 33). */
#include <math.h>

#include "compare/statistics/statistic.h"
#include "compare/sum.h"

/* (m sum (r_i - i)^2 + n sum (s_j - j)^2) / (m n): a block of tied values shares its mid-rank */
static double rank_squares(const shift__pair *pair)
{
    shift__sum sum = {0.0, 0.0};
    double a = 0.0;
    double b = 0.0;
    for (size_t i = 0; i < pair->n_pooled; i++) {
        double x = (double)pair->train_below[i] - a;
        double y = (double)pair->prod_below[i] - b;
        double off_x = b + 0.5 * y; /* mid-rank in the pool less the mean position in its sample */
        double off_y = a + 0.5 * x;
        shift__sum_add(&sum, (x * off_x * off_x + (x * x - 1.0) * x / 12.0) / pair->n);
        shift__sum_add(&sum, (y * off_y * off_y + (y * y - 1.0) * y / 12.0) / pair->m);
        a = (double)pair->train_below[i];
        b = (double)pair->prod_below[i];
    }
    return shift__sum_value(&sum);
}

/* mn/N^2 times the sum of (F - G)^2 over the pool, F and G being straight between support points: a
 * sketch's points stand for many values each, which are no ties */
static double integrated_squares(const shift__pair *pair)
{
    double total = pair->m + pair->n;
    shift__sum sum = {0.0, 0.0};
    double before = 0.0;
    double done = 0.0;
    for (size_t i = 0; i < pair->n_pooled; i++) {
        double gap = shift__pair_gap(pair, i);
        double below = (double)pair->train_below[i] + (double)pair->prod_below[i];
        shift__sum_add(&sum, (below - done) * (before * before + before * gap + gap * gap));
        before = gap;
        done = below;
    }
    return pair->m / total * (pair->n / total) * shift__sum_value(&sum) / 3.0;
}

shift_status shift__statistic_cramer_von_mises(const shift__pair *pair, shift__estimate *out,
                                               shift_error *err)
{
    (void)err;
    *out = shift__undefined(shift__too_few(pair, 2));
    if (out->reason != NULL)
        return SHIFT_OK;
    double m = pair->m;
    double n = pair->n;
    double total = m + n;
    double t = 0.0;
    if (pair->rank_error > 0.0)
        t = integrated_squares(pair);
    else
        t = rank_squares(pair) / total - (4.0 * m * n - 1.0) / (6.0 * total);
    *out = shift__value(t);
    double expected = (1.0 + 1.0 / total) / 6.0;
    double ratio = m / n;
    double variance =
        (total + 1.0) / (45.0 * total * total) * (total - 0.75 * (ratio + 1.0 / ratio) - 0.5);
    out->tail = shift__tail_cramer_von_mises(1.0 / 6.0 + (t - expected) / sqrt(45.0 * variance));
    return SHIFT_OK;
}
