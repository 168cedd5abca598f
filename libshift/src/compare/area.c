/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The area between the two distribution functions and that between their squares, and how good they
 * are, for the Wasserstein statistics and the energy distance. */
#include "compare/area.h"

#include <math.h>

#include "compare/interval.h"
#include "compare/sum.h"

/* Sums over one side of a function of its values */
typedef struct side_sums {
    double sum, squares;
} side_sums;

static void side_add(side_sums *s, double weight, double value)
{
    s->sum += weight * value;
    s->squares += weight * value * value;
}

static double side_variance(const side_sums *s, double n)
{
    double mean = s->sum / n;
    return fmax(s->squares / n - mean * mean, 0.0);
}

typedef struct sweep {
    double h, influence;             /* of a value on area and energy */
    side_sums area[2], energy[2];    /* of these, over training and production */
    shift__sum area_sum, energy_sum; /* what is measured */
} sweep;

/* What lies between a pooled value and the next one */
static void add_step(sweep *s, const shift__pair *pair, size_t i)
{
    double f = (double)pair->train_below[i] / pair->m;
    double g = (double)pair->prod_below[i] / pair->n;
    double gap = f - g;
    double width = pair->pooled[i + 1] - pair->pooled[i];
    shift__sum_add(&s->area_sum, fabs(gap) * width);
    shift__sum_add(&s->energy_sum, gap * gap * width);
    s->h += f > g ? width : f < g ? -width : 0.0;
    s->influence += 4.0 * gap * width;
}

/*
 * The area is the difference of the means of h, with h' = +1 where training's function is above and
 * -1 where it is below: its variance is that of two means. Where the functions do not differ beyond
 * their noise, the modulus of the noise is added (area_law.c). The energy is twice the integral of
 * the squared gap; the influence of a value on it is four times the integral of the gap up to the
 * value.
 */
void shift__area_measure(shift__pair *pair)
{
    shift__area_laws(pair);
    sweep s = {0.0,        0.0,       {{0.0, 0.0}, {0.0, 0.0}}, {{0.0, 0.0}, {0.0, 0.0}},
               {0.0, 0.0}, {0.0, 0.0}};
    uint64_t done[2] = {0, 0};
    for (size_t i = 0; i < pair->n_pooled; i++) {
        double x = (double)(pair->train_below[i] - done[0]);
        double y = (double)(pair->prod_below[i] - done[1]);
        done[0] = pair->train_below[i];
        done[1] = pair->prod_below[i];
        side_add(&s.area[0], x, s.h);
        side_add(&s.area[1], y, s.h);
        side_add(&s.energy[0], x, s.influence);
        side_add(&s.energy[1], y, s.influence);
        if (i + 1 < pair->n_pooled)
            add_step(&s, pair, i);
    }
    pair->area = shift__sum_value(&s.area_sum);
    pair->area_variance = side_variance(&s.area[0], pair->m) / pair->m +
                          side_variance(&s.area[1], pair->n) / pair->n +
                          pair->area_sketched * pair->area_sketched;
    pair->energy = 2.0 * shift__sum_value(&s.energy_sum);
    pair->energy_variance =
        side_variance(&s.energy[0], pair->m) * (1.0 / pair->m + pair->rank_variance) +
        side_variance(&s.energy[1], pair->n) * (1.0 / pair->n + pair->rank_variance);
}
