/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often the confidence intervals cover what they should. "coverage [--share N]" prints, per
 * number of rows and statistic, the lowest share over all pairs of populations, and every cell
 * below 93 %; with "--all" every cell; with "--rows N" for at most N rows. "coverage --check" fails
 * where a cell is below by more than its own chance. "coverage --levels" is about the p-values. */
#include <gsl/gsl_errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/statistics/statistic.h"
#include "learned.h"
#include "levels.h"
#include "populations.h"

static const char *const effects[] = {"ks",
                                      "psi",
                                      "kullback_leibler",
                                      "jensen_shannon",
                                      "hellinger",
                                      "total_variation",
                                      "wasserstein",
                                      "wasserstein_normalized",
                                      "energy",
                                      "mean_shift",
                                      "variance_ratio",
                                      "skewness_shift",
                                      "kurtosis_shift",
                                      "mcc",
                                      "out_of_range_share",
                                      "cramers_v",
                                      "l_infinity",
                                      "new_category_share",
                                      "lost_category_share",
                                      "missing_rate"};
enum { MCC = 13, EFFECTS = sizeof effects / sizeof *effects, MOST_PAIRS = 64 };

static const struct {
    size_t m, n;
    bool saved;
    unsigned repetitions;
} sizes[] = {{200, 200, false, 4000},      {1000, 1000, false, 4000},
             {1000, 200, false, 4000},     {10000, 10000, false, 1400},
             {10000, 10000, true, 1400},   {100000, 100000, false, 1400},
             {100000, 100000, true, 1400}, {100000, 1000, true, 1400}};
enum { SIZES = sizeof sizes / sizeof *sizes };

/* Of one size and one pair */
typedef struct cell {
    unsigned runs, covered[EFFECTS], defined[EFFECTS];
} cell;

typedef struct work {
    pthread_mutex_t lock;
    size_t next; /* pair */
    unsigned share;
    size_t most; /* rows */
    cell cells[SIZES][MOST_PAIRS];
} work;

static shift__estimate estimate(const shift__pair *pair, const char *name)
{
    shift__estimate out = shift__undefined(NULL);
    if (shift__statistic_find(name)->compute(pair, &out, NULL) != SHIFT_OK)
        exit(2);
    return out;
}

static shift__pair *pair_of(const shift_distribution *x, const shift_distribution *y)
{
    shift__pair *pair = NULL;
    if (shift__pair_new(&pair, x, y, NULL) != SHIFT_OK)
        exit(2);
    return pair;
}

static bool applies(const char *name, value_form form)
{
    unsigned kinds = shift__statistic_find(name)->kinds;
    if (form == PRESENCE || strcmp(name, "missing_rate") == 0)
        return form == PRESENCE && strcmp(name, "missing_rate") == 0;
    return (kinds >> (form == NUMBERS ? SHIFT_KIND_NUMERIC : SHIFT_KIND_CATEGORICAL) & 1u) != 0;
}

static void find_truths(const population_pair *p, const shift__pair *whole, double *out)
{
    for (int e = 0; e < EFFECTS; e++) {
        out[e] = (double)NAN;
        if (strcmp(effects[e], "missing_rate") == 0)
            out[e] = p->present[0] - p->present[1];
        else if (applies(effects[e], p->form))
            out[e] = estimate(whole, effects[e]).value;
    }
}

/* Cramer's V as the numbers of rows have it: the pooled shares depend on them. */
static double cramers_v(const shift__pair *whole, double m, double n)
{
    double sum = 0.0;
    for (size_t i = 0; i < whole->n_cells; i++) {
        double p = shift__pair_p(whole, i);
        double q = shift__pair_q(whole, i);
        sum += (p - q) * (p - q) / (m * p + n * q);
    }
    return sqrt(m / (m + n) * n * sum);
}

/* Three are about the sample of the other side: the share of a population outside the range that
 * the sample has, or in the levels that it lacks. */
static double truth_given_sample(const char *name, const shift__pair *whole,
                                 const shift_distribution *x, const shift_distribution *y,
                                 double otherwise)
{
    if (strcmp(name, "cramers_v") == 0)
        return cramers_v(whole, (double)x->n, (double)y->n);
    bool lost = strcmp(name, "lost_category_share") == 0;
    if (strcmp(name, "out_of_range_share") == 0) {
        double low = nextafter(x->minimum, -INFINITY);
        return shift_distribution_cdf(whole->prod, low) + 1.0 -
               shift_distribution_cdf(whole->prod, x->maximum);
    }
    if (!lost && strcmp(name, "new_category_share") != 0)
        return otherwise;
    const shift_distribution *population = lost ? whole->train : whole->prod;
    const shift_distribution *seen = lost ? y : x;
    double sum = 0.0;
    size_t j = 0;
    for (size_t i = 0; i < population->n_categories; i++) {
        const char *text = population->categories[i].text;
        while (j < seen->n_categories && strcmp(seen->categories[j].text, text) < 0)
            j++;
        if (j == seen->n_categories || strcmp(seen->categories[j].text, text) != 0)
            sum += (double)population->categories[i].count / (double)population->n;
    }
    return sum;
}

/* One pair of populations and what should be covered */
typedef struct target {
    const population_pair *p;
    population_side sides[2];
    shift__pair *whole; /* the populations themselves */
    double truths[EFFECTS];
} target;

static void run_once(const target *t, size_t k, shift__random *random, cell *out)
{
    drawn_sample x;
    drawn_sample y;
    sample_new(&x, &t->sides[0], t->p->form, sizes[k].m, sizes[k].saved, random);
    sample_new(&y, &t->sides[1], t->p->form, sizes[k].n, sizes[k].saved, random);
    shift__pair *pair = pair_of(&x.view, &y.view);
    out->runs++;
    for (int e = 0; e < EFFECTS; e++) {
        if (isnan(t->truths[e]))
            continue;
        shift__estimate got = estimate(pair, effects[e]);
        double truth = truth_given_sample(effects[e], t->whole, &x.view, &y.view, t->truths[e]);
        const double rounding = 1e-12;
        out->defined[e] += !isnan(got.low) && !isnan(got.high);
        out->covered[e] += got.low <= truth + rounding && truth - rounding <= got.high;
    }
    shift__pair_free(pair);
    sample_free(&x);
    sample_free(&y);
}

static void run_pair(work *w, size_t i)
{
    target t;
    t.p = &population_pairs[i];
    populations_new(t.sides, t.p);
    shift_distribution *x = population_view(&t.sides[0], t.p->form);
    shift_distribution *y = population_view(&t.sides[1], t.p->form);
    t.whole = pair_of(x, y);
    find_truths(t.p, t.whole, t.truths);
    for (size_t k = 0; k < SIZES; k++) {
        if (sizes[k].m > w->most)
            continue;
        shift__random random;
        shift__random_init(&random, 100 + k, i);
        if (t.p->form != PRESENCE)
            t.truths[MCC] =
                learned_mcc(t.p->form, t.sides, sizes[k].m, sizes[k].n, t.whole, &random);
        for (unsigned r = 0; r < sizes[k].repetitions / w->share + 1; r++)
            run_once(&t, k, &random, &w->cells[k][i]);
    }
    shift__pair_free(t.whole);
    shift_distribution_free(x);
    shift_distribution_free(y);
    populations_free(t.sides);
}

static void *run(void *context)
{
    work *w = context;
    for (;;) {
        (void)pthread_mutex_lock(&w->lock);
        size_t mine = w->next++;
        (void)pthread_mutex_unlock(&w->lock);
        if (mine >= n_population_pairs)
            return NULL;
        run_pair(w, mine);
    }
}

static double percent(const cell *c, int e)
{
    return c->defined[e] == 0 ? (double)NAN : 100.0 * c->covered[e] / c->defined[e];
}

static void print_lowest(const work *w)
{
    printf("| statistic |");
    for (size_t k = 0; k < SIZES; k++)
        printf(" %zu, %zu%s |", sizes[k].m, sizes[k].n, sizes[k].saved ? " saved" : "");
    printf("\n|---|");
    for (size_t k = 0; k < SIZES; k++)
        printf("--:|");
    for (int e = 0; e < EFFECTS; e++) {
        printf("\n| `%s` |", effects[e]);
        for (size_t k = 0; k < SIZES; k++) {
            double least = (double)NAN;
            for (size_t i = 0; i < n_population_pairs; i++)
                least = fmin(least, percent(&w->cells[k][i], e));
            printf(" %.1f |", least);
        }
    }
    printf("\n");
}

static void print_cells(const work *w, double below)
{
    for (size_t k = 0; k < SIZES; k++)
        for (size_t i = 0; i < n_population_pairs; i++)
            for (int e = 0; e < EFFECTS; e++)
                if (percent(&w->cells[k][i], e) < below)
                    printf("%6zu %6zu%s, %s, %s: %.1f %% of %u\n", sizes[k].m, sizes[k].n,
                           sizes[k].saved ? " saved" : "", population_pairs[i].name, effects[e],
                           percent(&w->cells[k][i], e), w->cells[k][i].defined[e]);
}

static bool check_cells(const work *w)
{
    const double least = 0.93;
    bool good = true;
    for (size_t k = 0; k < SIZES; k++)
        for (size_t i = 0; i < n_population_pairs; i++)
            for (int e = 0; e < EFFECTS; e++) {
                const cell *c = &w->cells[k][i];
                double runs = c->defined[e];
                double slack = 4.0 * sqrt(least * (1.0 - least) * runs) + 1.0;
                if (c->covered[e] >= least * runs - slack)
                    continue;
                printf("%zu and %zu rows%s, %s: %s covers in %u of %u\n", sizes[k].m, sizes[k].n,
                       sizes[k].saved ? " saved" : "", population_pairs[i].name, effects[e],
                       c->covered[e], c->defined[e]);
                good = false;
            }
    return good;
}

int main(int argc, char **argv)
{
    double below = 93.0;
    bool checking = false;
    bool levels = false;
    static work w = {PTHREAD_MUTEX_INITIALIZER, 0, 1, SIZE_MAX, {{{0, {0}, {0}}}}};
    for (int i = 1; i < argc; i++) {
        checking = checking || strcmp(argv[i], "--check") == 0;
        levels = levels || strcmp(argv[i], "--levels") == 0;
        if (strcmp(argv[i], "--all") == 0)
            below = 1000.0;
        else if (strcmp(argv[i], "--share") == 0 && i + 1 < argc)
            w.share = (unsigned)strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--rows") == 0 && i + 1 < argc)
            w.most = strtoul(argv[++i], NULL, 10);
    }
    if (w.share == 0)
        return EXIT_FAILURE;
    if (checking)
        w.share = 40;
    (void)gsl_set_error_handler_off();
    if (levels) {
        levels_print(w.share);
        return EXIT_SUCCESS;
    }
    pthread_t other;
    bool two = pthread_create(&other, NULL, run, &w) == 0;
    (void)run(&w);
    if (two)
        (void)pthread_join(other, NULL);
    if (checking)
        return check_cells(&w) ? EXIT_SUCCESS : EXIT_FAILURE;
    print_lowest(&w);
    printf("\n");
    print_cells(&w, below);
    return EXIT_SUCCESS;
}
