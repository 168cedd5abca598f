/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Moments. A block is summed in two passes about its own mean, so that nothing is lost when the
 * mean is large against the spread; blocks are merged by Pebay's formulas. */
#include "profile/moments.h"

#include <math.h>

#include "profile/kernels.h"

void shift__moments_init(shift__moments *m)
{
    *m = (shift__moments){0, NAN, 0, NAN, NAN, NAN, NAN, NAN};
}

/* The mean as the unevaluated sum of two doubles (Knuth's TwoSum). Without the second one, merging
 * blocks of large values with a small spread, such as timestamps, would lose digits of the spread.
 */
static void set_mean(shift__moments *m, double mean, double change)
{
    double sum = mean + change;
    double other = sum - mean;
    double rest = (mean - (sum - other)) + (change - other);
    m->mean = sum;
    m->mean_rest = isfinite(rest) ? rest : 0;
}

static shift__moments of_block(const double *x, size_t n)
{
    double count = (double)n;
    shift__sums first = shift__sum_range(x, n);
    double about = shift__mean(x, n, first.sum);
    shift__powers p = shift__sum_powers(x, n, about);
    /* What `about` misses the true mean by, from rounding; the corrected two-pass algorithm. */
    double d = p.s1 / count;
    shift__moments m = {n, about, 0, p.s2, p.s3, p.s4, first.minimum, first.maximum};
    if (isfinite(d)) {
        set_mean(&m, about, d);
        m.m2 = isfinite(p.s2) ? p.s2 - d * p.s1 : p.s2; /* beyond all numbers it stays */
        m.m3 = p.s3 - 3 * d * p.s2 + 2 * count * d * d * d;
        m.m4 = p.s4 - 4 * d * p.s3 + 6 * d * d * p.s2 - 3 * count * d * d * d * d;
    }
    /* Rounding must not give constant data a spread, nor any data a negative one. */
    if (m.minimum == m.maximum)
        return (shift__moments){n, m.minimum, 0, 0, 0, 0, m.minimum, m.maximum};
    m.m2 = m.m2 < 0 ? 0 : m.m2;
    m.m4 = m.m4 < 0 ? 0 : m.m4;
    return m;
}

void shift__moments_add(shift__moments *m, const double *x, size_t n)
{
    while (n > 0) {
        size_t block = n < SHIFT__BLOCK_VALUES ? n : SHIFT__BLOCK_VALUES;
        shift__moments part = of_block(x, block);
        shift__moments_merge(m, &part);
        x += block;
        n -= block;
    }
}

void shift__moments_merge(shift__moments *dst, const shift__moments *src)
{
    if (src->n == 0)
        return;
    if (dst->n == 0) {
        *dst = *src;
        return;
    }
    double a = (double)dst->n;
    double b = (double)src->n;
    double n = a + b;
    double d = (src->mean - dst->mean) + (src->mean_rest - dst->mean_rest);
    double dn = isfinite(d) ? d / n : src->mean / n - dst->mean / n;
    double ab = a / n * b;
    shift__moments m = {.n = dst->n + src->n};
    set_mean(&m, dst->mean, dst->mean_rest + dn * b);
    m.m2 = dst->m2 + src->m2 + d * (ab * d);
    m.m3 = dst->m3 + src->m3 + d * d * (ab * dn) * (a - b) + 3 * dn * (a * src->m2 - b * dst->m2);
    m.m4 = dst->m4 + src->m4 + d * dn * (ab * d * dn) * (a * a - a * b + b * b) +
           6 * dn * dn * (a * a * src->m2 + b * b * dst->m2) + 4 * dn * (a * src->m3 - b * dst->m3);
    m.minimum = fmin(dst->minimum, src->minimum);
    m.maximum = fmax(dst->maximum, src->maximum);
    *dst = m;
}
