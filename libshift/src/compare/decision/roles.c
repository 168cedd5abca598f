/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which statistics decide, with which weights and thresholds. The numbers come from the simulation
 * in tests/bench/calibration; docs/methods.md prints its tables and argues for them. */
#include <string.h>

#include "compare/decision/decision.h"

#define NONE ((double)NAN)

static const shift__role roles[] = {
    {"ks", SHIFT__NUMERIC, true, 0.08, 0.1, 0.2},
    {"normal_scores", SHIFT__NUMERIC, false, 0.38, NONE, NONE},
    {"klotz", SHIFT__NUMERIC, false, 0.42, NONE, NONE},
    {"out_of_range_share", SHIFT__NUMERIC, true, 0.12, 0.02, 0.05},
    {"wasserstein_normalized", SHIFT__NUMERIC, false, 0.0, 0.1, 0.25},
    {"psi", SHIFT__NUMERIC, true, 0.0, 0.1, 0.25},
    {"chi_square_merged", SHIFT__TEXT, false, 0.8, NONE, NONE},
    {"new_category_share", SHIFT__TEXT, false, 0.2, 0.02, 0.05},
    {"lost_category_share", SHIFT__TEXT, false, 0.0, 0.05, 0.1},
    {"jensen_shannon", SHIFT__TEXT, false, 0.0, 0.1, 0.15},
    {"missing_rate", SHIFT__ANY, false, 0.15, 0.05, 0.1},
    {"mcc", SHIFT__DATASET, false, 1.0, 0.1, 0.2},
};

static const shift__role bystander = {"", 0, false, 0.0, NONE, NONE};

const shift__role *shift__role_of(const shift__statistic *statistic, shift_kind kind)
{
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if ((roles[i].kinds >> kind & 1u) != 0 && strcmp(roles[i].statistic, statistic->name) == 0)
            return &roles[i];
    return &bystander;
}

/* Skewness of the difference of the two means, had the moments been the true ones */
static double skewness_of_difference(const shift_summary *x, const shift_summary *y)
{
    double m = (double)x->n;
    double n = (double)y->n;
    double variance = x->variance / m + y->variance / n;
    double third = y->skewness * pow(y->variance, 1.5) / (n * n) -
                   x->skewness * pow(x->variance, 1.5) / (m * m);
    return third / pow(variance, 1.5);
}

/* Whether the normal law holds for the mean far enough into its tails */
static bool means_are_normal(const shift_subject *s)
{
    const uint64_t least = 5000;
    const double most_skewed = 0.02;
    return s->train.n >= least && s->prod.n >= least &&
           fabs(skewness_of_difference(&s->train, &s->prod)) <= most_skewed;
}

void shift__weigh(shift__case *c)
{
    double total = 0.0;
    size_t ranks = SIZE_MAX;
    size_t means = SIZE_MAX;
    for (size_t i = 0; i < c->n; i++) {
        const char *name = c->statistics[i]->name;
        bool tested = !isnan(shift__deciding_log10_p(c, i));
        c->weights[i] = tested ? shift__role_of(c->statistics[i], c->subject->kind)->weight : 0.0;
        total += c->weights[i];
        if (tested && strcmp(name, "normal_scores") == 0)
            ranks = i;
        if (tested && strcmp(name, "welch_t") == 0)
            means = i;
    }
    if (ranks != SIZE_MAX && means != SIZE_MAX && means_are_normal(c->subject))
        c->weights[ranks] = c->weights[means] = 0.5 * c->weights[ranks];
    for (size_t i = 0; i < c->n && total > 0.0; i++)
        c->weights[i] /= total;
}
