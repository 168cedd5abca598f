/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The area between the two distribution functions and how good it is, for the Wasserstein
 * statistics.
 */
#include "compare/area.h"

#include <math.h>

#include "compare/interval.h"
#include "compare/sum.h"

static double area_between(const shift__pair *pair)
{
    shift__sum sum = {0.0, 0.0};
    for (size_t i = 0; i + 1 < pair->n_pooled; i++)
        shift__sum_add(&sum,
                       fabs(shift__pair_gap(pair, i)) * (pair->pooled[i + 1] - pair->pooled[i]));
    return shift__sum_value(&sum);
}

/* Sums over one side of a function of its values */
typedef struct side_sums {
    double before, sum, squares;
} side_sums;

static void side_add(side_sums *s, double below, double value)
{
    double weight = below - s->before;
    s->before = below;
    s->sum += weight * value;
    s->squares += weight * value * value;
}

static double side_variance(const side_sums *s, double n)
{
    double mean = s->sum / n;
    return fmax(s->squares / n - mean * mean, 0.0) / n;
}

/*
 * The area is the difference of the means of h, with h' = +1 where training's function is above and
 * -1 where it is below: its variance is that of two means. Where the functions do not differ beyond
 * their noise, the modulus of the noise is added.
 */
void shift__area_measure(shift__pair *pair)
{
    side_sums x = {0.0, 0.0, 0.0};
    side_sums y = {0.0, 0.0, 0.0};
    double h = 0.0;
    double bias = 0.0;
    double sketched = pair->rank_error / 2.576;
    double half_width = 0.0; /* of the middle 98 %, where a sketch's error counts */
    for (size_t i = 0; i < pair->n_pooled; i++) {
        double f = (double)pair->train_below[i] / pair->m;
        double g = (double)pair->prod_below[i] / pair->n;
        side_add(&x, (double)pair->train_below[i], h);
        side_add(&y, (double)pair->prod_below[i], h);
        if (i + 1 == pair->n_pooled)
            break;
        double width = pair->pooled[i + 1] - pair->pooled[i];
        double variance = f * (1.0 - f) / pair->m + g * (1.0 - g) / pair->n + sketched * sketched;
        double deviation = sqrt(variance);
        if (deviation > 0.0)
            bias +=
                width * deviation * shift__fold_bias(fmax(fabs(f - g) / deviation - SHIFT__Z, 0.0));
        h += f > g ? width : f < g ? -width : 0.0;
        if (f + g > 0.02 && f + g < 1.98)
            half_width += 0.5 * width;
    }
    double from_sketch = sketched * half_width;
    pair->area = area_between(pair);
    pair->area_bias = bias;
    pair->area_variance =
        side_variance(&x, pair->m) + side_variance(&y, pair->n) + from_sketch * from_sketch;
}
