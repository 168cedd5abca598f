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
#include <string.h>

#include "compare/conditional.h"
#include "compare/sum.h"

static const double most_cut = 0.2;

enum {
    ANCHOR_BITS = 46,  /* of a double, but for its exponent and 6 bits more */
    MANY_POINTS = 4096 /* from where on a series is faster than a quantile for each */
};

/* What both scores need of the sketches' rank error */
typedef struct cutting {
    double cut;   /* share at each end that is scored alike; 0 without a sketch */
    double z_cut; /* minus its normal quantile */
    double f_cut; /* density there */
    double mean;  /* of the squared score, taken off */
} cutting;

static double density(double z)
{
    return 0.398942280401432677940 * exp(-0.5 * z * z);
}

static cutting make_cutting(double rank_error)
{
    cutting c = {fmin(4.0 * rank_error, most_cut), 0.0, 0.0, 1.0};
    if (!(c.cut > 0.0))
        return c;
    double z = -gsl_cdf_ugaussian_Pinv(c.cut);
    c.z_cut = z;
    c.f_cut = density(z);
    c.mean = 2.0 * c.cut * z * z + (1.0 - 2.0 * c.cut) - 2.0 * z * c.f_cut;
    return c;
}

/* A normal quantile z and the density there */
typedef struct quantile {
    double z, density;
} quantile;

static quantile quantile_of(double u)
{
    double z = gsl_cdf_ugaussian_Pinv(u);
    return (quantile){z, density(z)};
}

/* The quantile at the middle of a 64th of an octave of u, and the Taylor series about it: with
 * t = (u - middle) / density, at most 0.007, z is a polynomial in t, and as the density falls by z
 * du, so is the density. What is left out is below 1e-13. */
typedef struct anchor {
    uint64_t octave_part; /* 0: not set */
    double u, z, density, per_density;
    double c[4]; /* of t^2 to t^5 in z */
} anchor;

static anchor make_anchor(uint64_t octave_part)
{
    uint64_t bits = octave_part << ANCHOR_BITS | (uint64_t)1 << (ANCHOR_BITS - 1);
    double u = 0.0;
    memcpy(&u, &bits, sizeof u);
    quantile at = quantile_of(u);
    double z = at.z;
    double square = z * z;
    return (anchor){octave_part,
                    u,
                    z,
                    at.density,
                    1.0 / at.density,
                    {z / 2.0, (1.0 + 2.0 * square) / 6.0, z * (7.0 + 6.0 * square) / 24.0,
                     (7.0 + square * (46.0 + 24.0 * square)) / 120.0}};
}

/* quantile_of(u) for u rising or falling slowly */
static inline quantile quantile_near(anchor *a, double u)
{
    uint64_t bits = 0;
    memcpy(&bits, &u, sizeof bits);
    if (bits >> ANCHOR_BITS != a->octave_part)
        *a = make_anchor(bits >> ANCHOR_BITS);
    double t = (u - a->u) * a->per_density;
    const double *c = a->c;
    double z = t * (1.0 + t * (c[0] + t * (c[1] + t * (c[2] + t * c[3]))));
    double fall = t * (a->z + t * (1.0 / 2 + t * (c[0] / 3 + t * (c[1] / 4 + t * (c[2] / 5)))));
    return (quantile){a->z + z, a->density * (1.0 - fall)};
}

/* Integrals of both scores over a share of the places from one end */
typedef struct integrals {
    double normal, squared;
} integrals;

/* Over the places below `count` of `total`; those above are their mirror image, so that swapping
 * the sign of all values changes nothing but the sign. `a` is NULL for a quantile of its own. */
static inline integrals integrate(const cutting *c, uint64_t count, uint64_t total, anchor *a)
{
    if (count == 0 || count == total)
        return (integrals){0.0, 0.0};
    bool mirrored = count > total - count;
    double u = (double)(mirrored ? total - count : count) / (double)total;
    double k = c->z_cut;
    integrals area;
    if (u <= c->cut) {
        area = (integrals){-k * u, (k * k - c->mean) * u};
    } else {
        quantile at = a != NULL ? quantile_near(a, u) : quantile_of(u);
        double f = at.density;
        area.normal = -k * c->cut + c->f_cut - f;
        area.squared = k * k * c->cut + (u - at.z * f) - (c->cut + k * c->f_cut) - c->mean * u;
    }
    if (mirrored)
        area.squared = -area.squared;
    return area;
}

typedef struct running_sums {
    shift__sum gaps; /* of both signs; the others serve the law only */
    double squares, cubes;
} running_sums;

static void add_block(running_sums *s, double count, double gap, double score)
{
    shift__sum_add(&s->gaps, gap * score);
    double square = count * score * score;
    s->squares += square;
    s->cubes += square * score;
}

static shift__score_sums sums_of(const running_sums *s)
{
    return (shift__score_sums){shift__sum_value(&s->gaps), s->squares, s->cubes};
}

void shift__scores_measure(shift__pair *pair)
{
    cutting c = make_cutting(pair->rank_error);
    running_sums normal = {{0.0, 0.0}, 0.0, 0.0};
    running_sums squared = normal;
    uint64_t total = pair->train->n + pair->prod->n;
    uint64_t before = 0;
    uint64_t prod_before = 0;
    integrals done = {0.0, 0.0};
    anchor near = {0, 0.0, 0.0, 0.0, 0.0, {0.0, 0.0, 0.0, 0.0}};
    anchor *a = pair->n_pooled > MANY_POINTS ? &near : NULL;
    for (size_t i = 0; i < pair->n_pooled; i++) {
        uint64_t after = pair->train_below[i] + pair->prod_below[i];
        integrals upto = integrate(&c, after, total, a);
        double count = (double)(after - before);
        double places = (double)total / count;
        double in_prod = (double)(pair->prod_below[i] - prod_before);
        double gap = in_prod * pair->m - (count - in_prod) * pair->n;
        add_block(&normal, count, gap, (upto.normal - done.normal) * places);
        add_block(&squared, count, gap, (upto.squared - done.squared) * places);
        before = after;
        prod_before = pair->prod_below[i];
        done = upto;
    }
    pair->normal_scores = sums_of(&normal);
    pair->squared_scores = sums_of(&squared);
}

void shift__score_test(const shift__pair *pair, shift__score score, shift__estimate *out)
{
    /* a single value has a place, and no scale */
    *out = shift__undefined(shift__too_few(pair, score == SHIFT__SQUARED_SCORE ? 2 : 1));
    if (out->reason == NULL && pair->train->n + pair->prod->n < 3)
        out->reason = "fewer than 3 values";
    if (out->reason != NULL)
        return;
    bool squared = score == SHIFT__SQUARED_SCORE;
    shift__score_sums sums = squared ? pair->squared_scores : pair->normal_scores;
    double m = pair->m;
    double n = pair->n;
    double total = m + n;
    double harmonic = m / total * n;
    double value = sums.gaps / m / n;
    *out = shift__value(value);
    if (pair->n_pooled < 2 || !(sums.squares > 0.0)) {
        *out = shift__value(0.0);
        out->tail = shift__tail_of(1.0);
        return;
    }
    double variance = harmonic / (total - 1.0) * sums.squares;
    double third = harmonic * (m - n) / ((total - 1.0) * (total - 2.0)) * sums.cubes;
    double z_cut = make_cutting(pair->rank_error).z_cut; /* 2 z or 2 z^2 is the total variation */
    double moved = pair->rank_error * 2.0 * (squared ? z_cut * z_cut : z_cut);
    double sure = fmax(fabs(value) - moved, 0.0);
    double z = copysign(sure * harmonic / sqrt(variance), value);
    out->tail =
        shift__tail_of_choices(shift__tail_pearson3(z, third / (variance * sqrt(variance))), m, n);
}
