/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data set's verdict: the worst of its features', or a share of them. */
#include "compare/decision/decision.h"

typedef struct tally {
    size_t count[SHIFT_VERDICT_ALERT + 1];
} tally;

static tally count_verdicts(const shift_subject *const *features, size_t n)
{
    tally t = {{0}};
    for (size_t i = 0; i < n; i++)
        t.count[features[i]->verdict]++;
    return t;
}

static shift_verdict worst_of(const tally *t)
{
    for (int v = SHIFT_VERDICT_ALERT; v > SHIFT_VERDICT_OK; v--)
        if (t->count[v] > 0)
            return (shift_verdict)v;
    return SHIFT_VERDICT_OK;
}

shift_status shift__judge_dataset(const shift__bench *bench, double fail_share,
                                  const shift_subject *const *features, size_t n,
                                  shift_subject *dataset, shift_error *err)
{
    tally t = count_verdicts(features, n);
    dataset->verdict = worst_of(&t);
    size_t alerts = t.count[SHIFT_VERDICT_ALERT];
    size_t shifted = alerts + t.count[SHIFT_VERDICT_WARN];
    bool spared = alerts > 0 && (double)alerts < fail_share * (double)n;
    if (spared)
        dataset->verdict = SHIFT_VERDICT_WARN;
    if (spared)
        return shift__arena_print(
            bench->arena, &dataset->reason, err,
            "%zu of %zu features alert, fewer than the share of %g that fails", alerts, n,
            fail_share);
    if (shifted > 0)
        return shift__arena_print(bench->arena, &dataset->reason, err,
                                  "%zu of %zu features shifted", shifted, n);
    if (dataset->verdict == SHIFT_VERDICT_INCONCLUSIVE)
        return shift__arena_print(
            bench->arena, &dataset->reason, err,
            "%zu of %zu features have too few rows to show a shift that matters",
            t.count[SHIFT_VERDICT_INCONCLUSIVE], n);
    return SHIFT_OK;
}
