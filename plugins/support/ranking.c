/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ranking.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_about_missing(const shift_measurement *m)
{
    return strcmp(m->statistic, "missing_rate") == 0;
}

/* An effect is real where any test of its own sort says so: of the values, or of there being any.
 */
static void find_p(ranked *r)
{
    if (r->effect == NULL)
        return;
    for (size_t i = 0; i < r->subject->n_measurements; i++) {
        const shift_measurement *m = r->subject->measurements[i];
        if (is_about_missing(m) == is_about_missing(r->effect))
            r->p = fmin(r->p, m->p_adjusted);
    }
}

static int by_importance(const void *a, const void *b)
{
    const ranked *x = a;
    const ranked *y = b;
    if (x->subject->verdict != y->subject->verdict)
        return x->subject->verdict > y->subject->verdict ? -1 : 1;
    if (x->reach > y->reach || x->reach < y->reach)
        return x->reach > y->reach ? -1 : 1;
    double p = isnan(x->p) ? 2 : x->p;
    double q = isnan(y->p) ? 2 : y->p;
    if (p > q || p < q)
        return p < q ? -1 : 1;
    return x->place < y->place ? -1 : 1;
}

static shift_status list_subjects(ranked **out, const shift_subject *const *subjects, size_t n,
                                  shift_error *err)
{
    ranked *list = calloc(n + 1, sizeof *list);
    if (list == NULL)
        return shift_error_set(err, SHIFT_ENOMEM, "out of memory while rendering");
    for (size_t i = 0; i < n; i++) {
        list[i] = (ranked){subjects[i], NULL, -1, (double)NAN, i};
        list[i].effect = shift_subject_effect(subjects[i], &list[i].reach);
        find_p(&list[i]);
    }
    *out = list;
    return SHIFT_OK;
}

shift_status rank_features(ranked **out, const shift_comparison *comparison, shift_error *err)
{
    shift_status status = list_subjects(out, comparison->features, comparison->n_features, err);
    if (status == SHIFT_OK)
        qsort(*out, comparison->n_features, sizeof **out, by_importance);
    return status;
}

shift_status rank_layers(ranked **out, const shift_comparison *comparison, shift_error *err)
{
    return list_subjects(out, comparison->layers, comparison->n_layers, err);
}

static tally tally_subjects(const shift_subject *const *subjects, size_t n)
{
    tally t = {.all = n};
    for (size_t i = 0; i < n; i++) {
        shift_verdict verdict = subjects[i]->verdict;
        t.judged += verdict != SHIFT_VERDICT_NONE;
        t.alert += verdict == SHIFT_VERDICT_ALERT;
        t.warn += verdict == SHIFT_VERDICT_WARN;
        t.inconclusive += verdict == SHIFT_VERDICT_INCONCLUSIVE;
        t.ok += verdict == SHIFT_VERDICT_OK || verdict == SHIFT_VERDICT_NONE;
    }
    return t;
}

tally tally_features(const shift_comparison *comparison)
{
    return tally_subjects(comparison->features, comparison->n_features);
}

tally tally_layers(const shift_comparison *comparison)
{
    return tally_subjects(comparison->layers, comparison->n_layers);
}

shift_status rank_subjects(ranked **out, const shift_comparison *comparison, shift_error *err)
{
    return comparison->network != NULL ? rank_layers(out, comparison, err)
                                       : rank_features(out, comparison, err);
}

size_t count_subjects(const shift_comparison *comparison)
{
    return comparison->network != NULL ? comparison->n_layers : comparison->n_features;
}

tally tally_all(const shift_comparison *comparison)
{
    return comparison->network != NULL ? tally_layers(comparison) : tally_features(comparison);
}
