/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench_mcc_level RUNS [TREES_RUNS]: pairs without any shift through the domain classifier. Per
 * shape: variance of the coefficient as a multiple of what independent test rows would give, share
 * of intervals that contain 0, share of p-values at most 0.05. Coverage below 93 % gives exit 1. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "compare/joint/domain.h"
#include "core/random.h"

typedef struct shape {
    size_t rows, columns; /* a side */
    int law;              /* 0 normal, 1 whole numbers, 2 Cauchy */
} shape;

static double draw(shift__random *random, int law)
{
    double u = 1.0 - shift__random_uniform(random);
    double v = 2.0 * 3.14159265358979323846 * shift__random_uniform(random);
    double z = sqrt(-2.0 * log(u)) * cos(v);
    if (law == 1)
        return floor(1.5 * z);
    return law == 2 ? tan(v / 2.0) : z;
}

static int simulate(const shape *s, const shift__learner *learner, int runs, shift__pool *pool)
{
    float *values = calloc(2 * s->rows * s->columns, sizeof *values);
    double squares = 0.0;
    int covered = 0;
    int real = 0;
    int done = 0;
    for (; values != NULL && done < runs; done++) {
        shift__random random;
        shift__random_init(&random, 77, (uint64_t)done);
        for (size_t i = 0; i < 2 * s->rows * s->columns; i++)
            values[i] = (float)draw(&random, s->law);
        shift__domain_input input = {
            {values, 2 * s->rows, s->columns}, learner, (uint64_t)done, false, NULL, NULL};
        shift__domain *d = NULL;
        if (shift__domain_new(&d, &input, pool, NULL) != SHIFT_OK)
            break;
        squares += d->mcc.value * d->mcc.value * 2.0 * (double)s->rows;
        covered += d->mcc.low <= 0.0 && d->mcc.high >= 0.0;
        real += d->mcc.p <= 0.05;
        shift__domain_free(d);
    }
    free(values);
    if (done < runs || runs == 0)
        return 2;
    printf("%-20s rows %5zu columns %3zu law %d: variance x %.2f, covered %.3f, p <= 0.05: %.3f\n",
           learner->name, s->rows, s->columns, s->law, squares / runs, (double)covered / runs,
           (double)real / runs);
    return covered < 0.93 * runs;
}

int main(int argc, char **argv)
{
    static const shape shapes[] = {{20, 2, 0},   {50, 2, 0},   {50, 24, 0},  {100, 1, 0},
                                   {100, 8, 1},  {100, 8, 2},  {100, 24, 0}, {300, 4, 0},
                                   {300, 24, 0}, {1000, 8, 0}, {3000, 12, 0}};
    int runs = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 200;
    int trees_runs = argc > 2 ? (int)strtol(argv[2], NULL, 10) : runs;
    const shift__learner *learners[] = {shift__learner_logistic(), shift__learner_trees()};
    shift__pool *pool = NULL;
    int bad = shift__pool_new(&pool, 2, NULL) != SHIFT_OK;
    for (size_t l = 0; bad == 0 && l < 2; l++)
        for (size_t i = 0; learners[l] != NULL && i < sizeof shapes / sizeof *shapes; i++)
            bad |= simulate(&shapes[i], learners[l], l == 0 ? runs : trees_runs, pool);
    shift__pool_free(pool);
    return bad;
}
