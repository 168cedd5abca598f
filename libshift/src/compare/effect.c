/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of a subject's effects it is told by: the same in every report. */
#include <math.h>
#include <string.h>

#include "shift/comparison.h"

static double reach_of(const shift_measurement *m)
{
    double threshold = isnan(m->alert) ? m->warn : m->alert;
    double reach = fabs(m->value) / threshold;
    if (strcmp(m->statistic, "variance_ratio") == 0 ||
        strcmp(m->statistic, "bn_variance_ratio") == 0)
        reach = fabs(log(m->value)) / log(threshold);
    return isnan(reach) ? -1 : reach;
}

const shift_measurement *shift_subject_effect(const shift_subject *subject, double *reach)
{
    const shift_measurement *effect = NULL;
    double furthest = -1;
    for (size_t i = 0; subject != NULL && i < subject->n_measurements; i++) {
        const shift_measurement *m = subject->measurements[i];
        double own = reach_of(m);
        bool stronger = effect == NULL || m->verdict > effect->verdict ||
                        (m->verdict == effect->verdict && own > furthest);
        if (own > 0 && stronger) {
            effect = m;
            furthest = own;
        }
    }
    if (reach != NULL)
        *reach = furthest;
    return effect;
}
