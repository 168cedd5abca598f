/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Scores are functions of z, the standard normal quantile of a value's place in the pooled sample.
 * A block of ties that fills the places u0 to u1 gets the mean of the function over them, which has
 * a closed form, so that the test costs a quantile per distinct value. Given the pooled values the
 * sum of production's scores is that of n draws without replacement: its mean, variance and third
 * moment are exact, and Pearson's type III law with that skewness stands for the rest. It is the
 * skewness that matters where one side is much larger, as the normal law would alarm too often.
 *
 * A sketch moves every share by at most the pair's rank error e, and so the difference of the means
 * by at most e times the total variation of the score function. Scores are then cut off beyond the
 * places 4 e from the ends, which makes that finite, and the difference is lowered by it.
 */
#include "compare/statistics/scores.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "compare/conditional.h"
#include "compare/sum.h"

static const double log_ten = 2.30258509299404568402;
static const double most_cut = 0.2;

typedef struct scorer {
    shift__score score;
    double cut;       /* share at each end that is scored alike; 0 without a sketch */
    double z_cut;     /* minus its normal quantile */
    double mean;      /* of the raw scores, taken off */
    double variation; /* total variation of the scores */
} scorer;

static double density(double z)
{
    return 0.398942280401432677940 * exp(-0.5 * z * z);
}

static scorer make_scorer(shift__score score, double rank_error)
{
    scorer s = {score, fmin(4.0 * rank_error, most_cut), 0.0, 0.0, 0.0};
    bool squared = score == SHIFT__SQUARED_SCORE;
    if (!(s.cut > 0.0)) {
        s.mean = squared ? 1.0 : 0.0;
        return s;
    }
    double z = -gsl_cdf_ugaussian_Pinv(s.cut);
    s.z_cut = z;
    s.variation = squared ? 2.0 * z * z : 2.0 * z;
    if (squared)
        s.mean = 2.0 * s.cut * z * z + (1.0 - 2.0 * s.cut) - 2.0 * z * density(z);
    return s;
}

/* Integral of the scores over the places below `count` of `total`; those above it are its mirror
 * image, so that swapping the sign of all values changes nothing but the sign. */
static double integral(const scorer *s, uint64_t count, uint64_t total)
{
    if (count == 0 || count == total)
        return 0.0;
    bool mirrored = count > total - count;
    bool squared = s->score == SHIFT__SQUARED_SCORE;
    double u = (double)(mirrored ? total - count : count) / (double)total;
    double area = 0.0;
    if (u <= s->cut) {
        area = squared ? (s->z_cut * s->z_cut - s->mean) * u : -s->z_cut * u;
    } else {
        double z = gsl_cdf_ugaussian_Pinv(u);
        double f = density(z);
        double f_cut = s->cut > 0.0 ? density(s->z_cut) : 0.0;
        double c = s->z_cut;
        area = squared ? c * c * s->cut + (u - z * f) - (s->cut + c * f_cut) - s->mean * u
                       : -c * s->cut + f_cut - f;
    }
    return mirrored && squared ? -area : area;
}

/* Sums over the pooled values: of scores times m n (q - p), in which equal shares give exactly 0,
 * and of scores squared and cubed */
typedef struct score_sums {
    shift__sum gaps, squares, cubes;
} score_sums;

static score_sums add_up(const shift__pair *pair, const scorer *s)
{
    score_sums sums = {{0.0, 0.0}, {0.0, 0.0}, {0.0, 0.0}};
    uint64_t total = pair->train->n + pair->prod->n;
    uint64_t before = 0;
    uint64_t prod_before = 0;
    double area_before = 0.0;
    for (size_t i = 0; i < pair->n_pooled; i++) {
        uint64_t after = pair->train_below[i] + pair->prod_below[i];
        double area = integral(s, after, total);
        double count = (double)(after - before);
        double score = (area - area_before) * ((double)total / count);
        double in_prod = (double)(pair->prod_below[i] - prod_before);
        shift__sum_add(&sums.gaps, (in_prod * pair->m - (count - in_prod) * pair->n) * score);
        shift__sum_add(&sums.squares, count * score * score);
        shift__sum_add(&sums.cubes, count * score * score * score);
        before = after;
        prod_before = pair->prod_below[i];
        area_before = area;
    }
    return sums;
}

void shift__score_test(const shift__pair *pair, shift__score score, shift__estimate *out)
{
    /* a single value has a place, and no scale */
    *out = shift__undefined(shift__too_few(pair, score == SHIFT__SQUARED_SCORE ? 2 : 1));
    if (out->reason == NULL && pair->train->n + pair->prod->n < 3)
        out->reason = "fewer than 3 values";
    if (out->reason != NULL)
        return;
    scorer s = make_scorer(score, pair->rank_error);
    score_sums sums = add_up(pair, &s);
    double m = pair->m;
    double n = pair->n;
    double total = m + n;
    double harmonic = m / total * n;
    double value = shift__sum_value(&sums.gaps) / m / n;
    *out = shift__value(value);
    double squares = shift__sum_value(&sums.squares);
    if (pair->n_pooled < 2 || !(squares > 0.0)) {
        *out = shift__value(0.0);
        out->tail = shift__tail_of(1.0);
        return;
    }
    double variance = harmonic / (total - 1.0) * squares;
    double third =
        harmonic * (m - n) / ((total - 1.0) * (total - 2.0)) * shift__sum_value(&sums.cubes);
    double sure = fmax(fabs(value) - pair->rank_error * s.variation, 0.0);
    double z = copysign(sure * harmonic / sqrt(variance), value);
    out->tail = shift__tail_pearson3(z, third / (variance * sqrt(variance)));
    /* that law ends on one side, where the true one need not: no choice of rows is that rare */
    double least = -shift__log_choose(m, n);
    if (out->tail.log10_p * log_ten < least)
        out->tail = shift__tail_of_log(least);
}
