/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Multiple testing over the run. Benjamini and Hochberg's procedure rejects something on data
 * without any shift in at most a share alpha of the runs (Simes 1986), and costs less power than
 * Bonferroni's where several features moved. */
#include <stdlib.h>

#include "compare/decision/decision.h"

typedef struct tested {
    shift_measurement *measurement;
    size_t place; /* settles ties, so that the result does not depend on the sort */
} tested;

static int compare_tested(const void *a, const void *b)
{
    const tested *x = a;
    const tested *y = b;
    if (x->measurement->log10_p != y->measurement->log10_p)
        return x->measurement->log10_p < y->measurement->log10_p ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

static size_t collect(shift__case *cases, size_t n_cases, tested *out)
{
    size_t n = 0;
    for (size_t i = 0; i < n_cases; i++) {
        for (size_t k = 0; k < cases[i].n; k++) {
            if (!cases[i].statistics[k]->decides || isnan(cases[i].measurements[k].p_value))
                continue;
            if (out != NULL)
                out[n] = (tested){&cases[i].measurements[k], n};
            n++;
        }
    }
    return n;
}

shift_status shift__adjust(shift__case *cases, size_t n_cases, size_t *n_tests, shift_error *err)
{
    size_t n = collect(cases, n_cases, NULL);
    tested *tests = NULL;
    shift_status status = shift__alloc(&tests, n, sizeof *tests, err);
    if (status != SHIFT_OK)
        return status;
    (void)collect(cases, n_cases, tests);
    qsort(tests, n, sizeof *tests, compare_tested);
    double least = 1.0;
    for (size_t i = n; i-- > 0;) {
        double p = tests[i].measurement->p_value * ((double)n / (double)(i + 1));
        least = p < least ? p : least;
        tests[i].measurement->p_adjusted = least;
    }
    free(tests);
    *n_tests = n;
    return SHIFT_OK;
}
