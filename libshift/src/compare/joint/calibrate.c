/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps are kept where the regression has them. Platt's logistic calibration is smoother, but its
 * tails are extrapolated: with a shift of 1.5 standard deviations it gave single rows hundreds of
 * times their true weight. */
#include "compare/joint/calibrate.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

enum { LEAST = 10 };

typedef struct step {
    double edge; /* largest score in it */
    double train, prod;
} step;

static int by_edge(const void *a, const void *b)
{
    const step *x = a;
    const step *y = b;
    return (x->edge > y->edge) - (x->edge < y->edge);
}

static double odds_of(const step *s)
{
    return (s->prod + 1.0) / (s->train + 1.0);
}

static void merge(step *into, const step *next)
{
    into->edge = next->edge;
    into->train += next->train;
    into->prod += next->prod;
}

/* Pools neighbours that are not in rising order; `smoothed` compares the odds with one more row of
 * each side, otherwise the shares. */
static size_t pool_violators(step *steps, size_t n, bool smoothed)
{
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        steps[used++] = steps[i];
        while (used > 1) {
            const step *a = &steps[used - 2];
            const step *b = &steps[used - 1];
            bool rising =
                smoothed ? odds_of(a) < odds_of(b) : a->prod * b->train < b->prod * a->train;
            if (rising)
                break;
            merge(&steps[used - 2], b);
            used--;
        }
    }
    return used;
}

static size_t pool_ties(step *steps, size_t n)
{
    size_t used = 0;
    for (size_t i = 0; i < n; i++)
        if (used > 0 && steps[used - 1].edge == steps[i].edge)
            merge(&steps[used - 1], &steps[i]);
        else
            steps[used++] = steps[i];
    return used;
}

/* Steps with at least LEAST rows of each side: one training row beside a hundred of production says
 * little about the odds. */
static size_t pool_small(step *steps, size_t n)
{
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        bool open = used > 0 && (steps[used - 1].train < LEAST || steps[used - 1].prod < LEAST);
        if (open)
            merge(&steps[used - 1], &steps[i]);
        else
            steps[used++] = steps[i];
    }
    if (used > 1 && (steps[used - 1].train < LEAST || steps[used - 1].prod < LEAST)) {
        merge(&steps[used - 2], &steps[used - 1]);
        used--;
    }
    return used;
}

shift_status shift__calibrate(shift__calibration *out, const double *scores, size_t k,
                              shift_error *err)
{
    step *steps = NULL;
    memset(out, 0, sizeof *out);
    shift_status status = shift__alloc(&steps, 2 * k, sizeof *steps, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < 2 * k; i++)
        steps[i] = (step){scores[i], i < k ? 1.0 : 0.0, i < k ? 0.0 : 1.0};
    qsort(steps, 2 * k, sizeof *steps, by_edge);
    size_t n = pool_ties(steps, 2 * k);
    n = pool_violators(steps, n, false);
    n = pool_small(steps, n);
    n = pool_violators(steps, n, true);
    status = shift__alloc(&out->edges, n, sizeof *out->edges, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&out->odds, n, sizeof *out->odds, err);
    for (size_t i = 0; status == SHIFT_OK && i < n; i++) {
        out->edges[i] = steps[i].edge;
        out->odds[i] = odds_of(&steps[i]);
    }
    out->n = n;
    free(steps);
    if (status != SHIFT_OK)
        shift__calibration_clear(out);
    return status;
}

void shift__calibration_clear(shift__calibration *calibration)
{
    free(calibration->edges);
    free(calibration->odds);
    memset(calibration, 0, sizeof *calibration);
}

double shift__calibrated_odds(const shift__calibration *calibration, double score)
{
    size_t low = 0;
    size_t high = calibration->n - 1; /* above the last edge, the last step */
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (score <= calibration->edges[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return calibration->odds[low];
}
