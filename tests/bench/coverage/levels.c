/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "levels.h"

#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "compare/statistics/statistic.h"
#include "populations.h"

static const double asked[] = {0.05, 0.01, 0.001};
static const size_t sizes[][2] = {{200, 200}, {1000, 1000}, {1000, 50}, {50, 1000}};
enum { ASKED = 3, SIZES = 4, REPETITIONS = 4000, MOST_STATISTICS = 48, MOST_POPULATIONS = 16 };

/* Of one size and one population */
typedef struct tally {
    unsigned tested[MOST_STATISTICS], rejected[MOST_STATISTICS][ASKED];
} tally;

typedef struct work {
    pthread_mutex_t lock;
    size_t next; /* job */
    unsigned repetitions;
    const population_pair *populations[MOST_POPULATIONS];
    size_t n_populations;
    tally tallies[SIZES][MOST_POPULATIONS];
} work;

static const shift_kind kinds[] = {
    [NUMBERS] = SHIFT_KIND_NUMERIC,
    [LEVELS] = SHIFT_KIND_CATEGORICAL,
    [PRESENCE] = SHIFT_KIND_IDENTIFIER /* only whether there is a value is asked */
};

static void add(tally *to, const shift__pair *pair, shift_kind kind)
{
    for (size_t i = 0; i < shift__n_statistics && i < MOST_STATISTICS; i++) {
        shift__estimate got = shift__undefined(NULL);
        if ((shift__statistics[i].kinds >> kind & 1u) == 0)
            continue;
        if (shift__statistics[i].compute(pair, &got, NULL) != SHIFT_OK)
            exit(2);
        if (isnan(got.tail.p))
            continue;
        to->tested[i]++;
        for (size_t k = 0; k < ASKED; k++)
            to->rejected[i][k] += got.tail.p <= asked[k];
    }
}

/* One size of one population */
static void run_job(work *w, size_t job)
{
    const population_pair *p = w->populations[job / SIZES];
    population_side sides[2];
    shift__random random;
    shift__random_init(&random, 200 + job % SIZES, job / SIZES);
    populations_new(sides, p);
    for (unsigned r = 0; r < w->repetitions; r++) {
        drawn_sample drawn[2];
        shift__pair *pair = NULL;
        for (int k = 0; k < 2; k++)
            sample_new(&drawn[k], &sides[0], p->form, sizes[job % SIZES][k], false, &random);
        if (shift__pair_new(&pair, &drawn[0].view, &drawn[1].view, NULL) != SHIFT_OK)
            exit(2);
        add(&w->tallies[job % SIZES][job / SIZES], pair, kinds[p->form]);
        shift__pair_free(pair);
        for (int k = 0; k < 2; k++)
            sample_free(&drawn[k]);
    }
    populations_free(sides);
}

static void *run(void *context)
{
    work *w = context;
    for (;;) {
        (void)pthread_mutex_lock(&w->lock);
        size_t mine = w->next++;
        (void)pthread_mutex_unlock(&w->lock);
        if (mine >= w->n_populations * SIZES)
            return NULL;
        run_job(w, mine);
    }
}

static double highest(const work *w, size_t size, size_t statistic, size_t k)
{
    double most = (double)NAN;
    for (size_t i = 0; i < w->n_populations; i++) {
        const tally *t = &w->tallies[size][i];
        if (t->tested[statistic] > 0)
            most = fmax(most, 100.0 * t->rejected[statistic][k] / t->tested[statistic]);
    }
    return most;
}

static void print_table(const work *w)
{
    printf("%u runs each\n\n| statistic |", w->repetitions);
    for (size_t k = 0; k < SIZES; k++)
        printf(" %zu, %zu |", sizes[k][0], sizes[k][1]);
    printf("\n|---|--:|--:|--:|--:|");
    for (size_t s = 0; s < shift__n_statistics; s++) {
        printf("\n| `%s` |", shift__statistics[s].name);
        for (size_t k = 0; k < SIZES; k++)
            printf(" %.1f / %.1f / %.2f |", highest(w, k, s, 0), highest(w, k, s, 1),
                   highest(w, k, s, 2));
    }
    printf("\n");
}

void levels_print(unsigned share)
{
    static work w = {.lock = PTHREAD_MUTEX_INITIALIZER};
    w.repetitions = REPETITIONS / share;
    for (size_t i = 0; i < n_population_pairs && w.n_populations < MOST_POPULATIONS; i++)
        if (population_is_same(&population_pairs[i]))
            w.populations[w.n_populations++] = &population_pairs[i];
    pthread_t other;
    bool two = pthread_create(&other, NULL, run, &w) == 0;
    (void)run(&w);
    if (two)
        (void)pthread_join(other, NULL);
    print_table(&w);
}
