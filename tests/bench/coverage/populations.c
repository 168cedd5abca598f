/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "populations.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/distribution.h"
#include "profile/feature.h"

static void need(bool good)
{
    if (good)
        return;
    (void)fprintf(stderr, "coverage: out of memory\n");
    exit(2);
}

static double normal(double u)
{
    return gsl_cdf_ugaussian_Pinv(u);
}

static double lognormal(double u)
{
    return exp(gsl_cdf_ugaussian_Pinv(u));
}

static double student3(double u)
{
    return gsl_cdf_tdist_Pinv(u, 3.0);
}

static double poisson2(double u)
{
    double term = exp(-2.0);
    double below = term;
    double k = 0.0;
    while (u > below && k < 40.0) {
        k += 1.0;
        term *= 2.0 / k;
        below += term;
    }
    return k;
}

static double mostly_zeros(double u)
{
    return u < 0.9 ? 0.0 : -log(1.0 - (u - 0.9) / 0.1);
}

static double uniform(double u)
{
    return u;
}

static double same(double x, size_t i)
{
    (void)i;
    return x;
}

#define ADDED(name, by)                                                                            \
    static double name(double x, size_t i)                                                         \
    {                                                                                              \
        (void)i;                                                                                   \
        return x + (by);                                                                           \
    }
#define TIMES(name, by)                                                                            \
    static double name(double x, size_t i)                                                         \
    {                                                                                              \
        (void)i;                                                                                   \
        return x * (by);                                                                           \
    }
ADDED(plus_01, 0.1)
ADDED(plus_03, 0.3)
ADDED(plus_1, 1.0)
TIMES(spread_12, 1.0954451150103321)
TIMES(spread_2, 1.4142135623730951)
TIMES(times_13, 1.3)
TIMES(times_12, 1.2)

static double three_tenths_more(double x, size_t i)
{
    return i % 10 < 3 ? x + 1.0 : x;
}

static double one_percent_at_5(double x, size_t i)
{
    return i % 100 == 50 ? 5.0 : x;
}

/* eight tenths zeros: the other fifth has the law that the tenth has in training */
static double fewer_zeros(double x, size_t i)
{
    (void)x;
    double u = ((double)i + 0.5) / POPULATION;
    return u < 0.8 ? 0.0 : -log(1.0 - (u - 0.8) / 0.2);
}

static void five(double *p, double *q)
{
    static const double shares[] = {0.40, 0.25, 0.20, 0.10, 0.05};
    memcpy(p, shares, sizeof shares);
    memcpy(q, shares, sizeof shares);
}

static void five_mixed(double *p, double *q)
{
    static const double shares[] = {0.36, 0.25, 0.20, 0.12, 0.07};
    five(p, q);
    memcpy(q, shares, sizeof shares);
}

static void five_moved(double *p, double *q)
{
    static const double shares[] = {0.15, 0.25, 0.25, 0.20, 0.15};
    five(p, q);
    memcpy(q, shares, sizeof shares);
}

static void fifty(double *p, double *q)
{
    double sum = 0.0;
    for (int k = 0; k < 50; k++)
        sum += 1.0 / (k + 1.0);
    for (int k = 0; k < 50; k++)
        p[k] = q[k] = 1.0 / (k + 1.0) / sum;
}

/* every second level half as large again, the others the less */
static void fifty_mixed(double *p, double *q)
{
    double sum = 0.0;
    fifty(p, q);
    for (int k = 0; k < 50; k++)
        sum += q[k] *= k % 2 == 0 ? 1.0 : 1.5;
    for (int k = 0; k < 50; k++)
        q[k] /= sum;
}

static void thousand(double *p, double *q)
{
    for (int k = 0; k < MOST_LEVELS; k++)
        p[k] = q[k] = 1.0 / MOST_LEVELS;
}

static void tenth_new(double *p, double *q)
{
    five(p, q);
    for (int k = 0; k < 5; k++)
        q[k] *= 0.9;
    for (int k = 5; k < 25; k++)
        q[k] = 0.005;
}

const population_pair population_pairs[] = {
    {"normal", NUMBERS, normal, same, NULL, {0, 0}},
    {"normal, mean + 0.1", NUMBERS, normal, plus_01, NULL, {0, 0}},
    {"normal, mean + 0.3", NUMBERS, normal, plus_03, NULL, {0, 0}},
    {"normal, mean + 1", NUMBERS, normal, plus_1, NULL, {0, 0}},
    {"normal, variance x 1.2", NUMBERS, normal, spread_12, NULL, {0, 0}},
    {"normal, variance x 2", NUMBERS, normal, spread_2, NULL, {0, 0}},
    {"normal, 1 % at 5", NUMBERS, normal, one_percent_at_5, NULL, {0, 0}},
    {"lognormal", NUMBERS, lognormal, same, NULL, {0, 0}},
    {"lognormal x 1.3", NUMBERS, lognormal, times_13, NULL, {0, 0}},
    {"Student t3", NUMBERS, student3, same, NULL, {0, 0}},
    {"Student t3, + 0.3", NUMBERS, student3, plus_03, NULL, {0, 0}},
    {"Poisson 2", NUMBERS, poisson2, same, NULL, {0, 0}},
    {"Poisson 2, three tenths + 1", NUMBERS, poisson2, three_tenths_more, NULL, {0, 0}},
    {"nine tenths zeros", NUMBERS, mostly_zeros, same, NULL, {0, 0}},
    {"nine to eight tenths zeros", NUMBERS, mostly_zeros, fewer_zeros, NULL, {0, 0}},
    {"uniform", NUMBERS, uniform, same, NULL, {0, 0}},
    {"uniform x 1.2", NUMBERS, uniform, times_12, NULL, {0, 0}},
    {"5 levels", LEVELS, NULL, NULL, five, {0, 0}},
    {"5 levels, mixed", LEVELS, NULL, NULL, five_mixed, {0, 0}},
    {"5 levels, moved", LEVELS, NULL, NULL, five_moved, {0, 0}},
    {"5 levels, a tenth in 20 new", LEVELS, NULL, NULL, tenth_new, {0, 0}},
    {"50 levels", LEVELS, NULL, NULL, fifty, {0, 0}},
    {"50 levels, mixed", LEVELS, NULL, NULL, fifty_mixed, {0, 0}},
    {"1,000 levels", LEVELS, NULL, NULL, thousand, {0, 0}},
    {"none missing", PRESENCE, NULL, NULL, NULL, {1.0, 1.0}},
    {"1 % missing", PRESENCE, NULL, NULL, NULL, {0.99, 0.99}},
    {"0 to 1 % missing", PRESENCE, NULL, NULL, NULL, {1.0, 0.99}},
    {"2 to 5 % missing", PRESENCE, NULL, NULL, NULL, {0.98, 0.95}},
    {"half to six tenths missing", PRESENCE, NULL, NULL, NULL, {0.5, 0.4}},
};
const size_t n_population_pairs = sizeof population_pairs / sizeof *population_pairs;

bool population_is_same(const population_pair *pair)
{
    double shares[2][MOST_LEVELS] = {{0.0}, {0.0}};
    if (pair->form == NUMBERS)
        return pair->moved == same;
    if (pair->form == PRESENCE)
        return pair->present[0] == pair->present[1];
    pair->shares(shares[0], shares[1]);
    for (int k = 0; k < MOST_LEVELS; k++)
        if (shares[0][k] != shares[1][k])
            return false;
    return true;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void fill_numbers(population_side out[2], const population_pair *pair)
{
    for (size_t i = 0; i < POPULATION; i++) {
        double x = pair->quantile(((double)i + 0.5) / POPULATION);
        out[0].numbers[i] = x;
        out[1].numbers[i] = pair->moved(x, i);
    }
    qsort(out[1].numbers, POPULATION, sizeof *out[1].numbers, compare_doubles);
}

static void fill_levels(double *out, const double *shares)
{
    double below = 0.0;
    double done = 0.0;
    for (int k = 0; k < MOST_LEVELS; k++) {
        below += shares[k];
        double end = k + 1 < MOST_LEVELS ? fmin(round(below * POPULATION), POPULATION) : POPULATION;
        out[k] = shares[k] > 0.0 ? end - done : 0.0;
        done += out[k];
    }
    out[0] += POPULATION - done;
}

void populations_new(population_side out[2], const population_pair *pair)
{
    double shares[2][MOST_LEVELS] = {{0.0}, {0.0}};
    if (pair->form == LEVELS)
        pair->shares(shares[0], shares[1]);
    for (int k = 0; k < 2; k++) {
        out[k] = (population_side){NULL, NULL, pair->present[k]};
        if (pair->form == NUMBERS)
            need((out[k].numbers = malloc(POPULATION * sizeof *out[k].numbers)) != NULL);
        if (pair->form != LEVELS)
            continue;
        need((out[k].levels = malloc(MOST_LEVELS * sizeof *out[k].levels)) != NULL);
        fill_levels(out[k].levels, shares[k]);
    }
    if (pair->form == NUMBERS)
        fill_numbers(out, pair);
}

void populations_free(population_side out[2])
{
    for (int k = 0; k < 2; k++) {
        free(out[k].numbers);
        free(out[k].levels);
    }
}

/* A categorical view of how often each level was seen */
static shift_distribution *view_of_counts(const uint64_t *counts)
{
    static const size_t width = 4;
    shift_category list[MOST_LEVELS];
    char texts[MOST_LEVELS][5];
    shift__category_view view = {list, 0, 0, 0, 0.0, false};
    for (int k = 0; k < MOST_LEVELS; k++) {
        (void)snprintf(texts[k], sizeof texts[k], "c%03d", k);
        if (counts[k] > 0)
            list[view.n++] = (shift_category){texts[k], width, counts[k]};
    }
    view.distinct = (double)view.n;
    shift_distribution *d = NULL;
    need(shift__distribution_of_categories(&d, &view, NULL) == SHIFT_OK);
    return d;
}

shift_distribution *population_view(const population_side *p, value_form form)
{
    uint64_t counts[MOST_LEVELS] = {0};
    shift_distribution *d = NULL;
    if (form == NUMBERS) {
        need(shift_distribution_of_values(&d, p->numbers, POPULATION, NULL) == SHIFT_OK);
        return d;
    }
    for (int k = 0; form == LEVELS && k < MOST_LEVELS; k++)
        counts[k] = (uint64_t)p->levels[k];
    return view_of_counts(counts);
}

/* The view of a column as its file will have it */
static void shrink(drawn_sample *out, const shift_profile *profile)
{
    shift__sketch *small = NULL;
    const shift__sketch *sketch = shift__profile_feature(profile, 0)->sketch;
    need(shift__sketch_shrunk(&small, sketch, SHIFT__SKETCH_SIZE, NULL) == SHIFT_OK);
    need(shift__sketch_support(small, &out->kept, NULL) == SHIFT_OK);
    out->view.points = out->kept.points;
    out->view.cumulative = out->kept.cumulative;
    out->view.n_points = out->kept.n;
    out->view.rank_error = shift__sketch_rank_error(small);
    out->view.rank_deviation = shift__sketch_rank_deviation(small);
    shift__sketch_free(small);
}

static void draw_numbers(drawn_sample *out, const population_side *p, size_t n, bool saved,
                         shift__random *random)
{
    shift_schema *schema = NULL;
    shift_profile *profile = NULL;
    shift_profile_options options = SHIFT_PROFILE_OPTIONS_INIT;
    options.seed = shift__random_next(random);
    options.no_sample = true;
    need(shift_schema_new(&schema, NULL) == SHIFT_OK &&
         shift_schema_add(schema, "x", SHIFT_KIND_NUMERIC, NULL) == SHIFT_OK &&
         shift_profile_new(&profile, schema, &options, NULL) == SHIFT_OK);
    double *x = malloc(n * sizeof *x);
    need(x != NULL);
    for (size_t i = 0; i < n; i++)
        x[i] = p->numbers[shift__random_next(random) >> (64 - POPULATION_BITS)];
    shift_column column = {x, NULL, NULL, NULL, NULL};
    shift_batch batch = {n, 1, &column};
    need(shift_profile_add(profile, &batch, NULL) == SHIFT_OK &&
         shift_distribution_of_profile(&out->made, profile, 0, NULL) == SHIFT_OK);
    out->view = *out->made;
    if (saved && n > SHIFT__SKETCH_SIZE)
        shrink(out, profile);
    free(x);
    shift_profile_free(profile);
    shift_schema_free(schema);
}

/* How often each level comes in `n` draws: multinomial, as if they were made one by one */
static void draw_counts(uint64_t *counts, const population_side *p, value_form form, size_t n,
                        shift__random *random)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    need(rng != NULL && n <= UINT_MAX);
    gsl_rng_set(rng, (unsigned long)(shift__random_next(random) >> 32));
    if (form == PRESENCE) {
        counts[0] = gsl_ran_binomial(rng, p->present, (unsigned)n);
    } else {
        unsigned drawn[MOST_LEVELS];
        gsl_ran_multinomial(rng, MOST_LEVELS, (unsigned)n, p->levels, drawn);
        for (int k = 0; k < MOST_LEVELS; k++)
            counts[k] = drawn[k];
    }
    gsl_rng_free(rng);
}

void sample_new(drawn_sample *out, const population_side *p, value_form form, size_t n, bool saved,
                shift__random *random)
{
    uint64_t counts[MOST_LEVELS] = {0};
    out->kept = (shift__support){0, NULL, NULL};
    if (form == NUMBERS) {
        draw_numbers(out, p, n, saved, random);
        return;
    }
    draw_counts(counts, p, form, n, random);
    out->made = view_of_counts(counts);
    out->view = *out->made;
    out->view.rows = n;
    out->view.missing = n - out->view.n;
}

void sample_free(drawn_sample *sample)
{
    shift_distribution_free(sample->made);
    free(sample->kept.points);
    free(sample->kept.cumulative);
}
