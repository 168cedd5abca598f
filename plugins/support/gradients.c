/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gradients.h"

#include <math.h>
#include <string.h>

double value_of(const shift_subject *subject, const char *statistic)
{
    const shift_measurement *m = measurement_of(subject, statistic);
    return m != NULL ? m->value : NAN;
}

bool is_trace(const shift_comparison *comparison)
{
    return comparison->n_checkpoints > 0;
}

const double *course_of(const shift_subject *subject, const char *statistic)
{
    for (size_t i = 0; i < subject->n_courses; i++)
        if (strcmp(subject->courses[i]->statistic, statistic) == 0)
            return subject->courses[i]->values;
    return NULL;
}

/* No other run has these; a diverged network has no loss, one of a single layer no ratio. */
bool is_about_gradients(const shift_comparison *comparison)
{
    return !is_trace(comparison) && (measurement_of(comparison->dataset, "loss") != NULL ||
                                     measurement_of(comparison->dataset, "gradient_ratio") != NULL);
}

static bool is_finite(const shift_comparison *comparison)
{
    for (size_t i = 0; i < comparison->n_layers; i++)
        if (isinf(value_of(comparison->layers[i], "gradient_norm")))
            return false;
    return isfinite(value_of(comparison->dataset, "loss"));
}

const char *gradient_verdict(const shift_comparison *comparison)
{
    if (comparison->dataset->verdict < SHIFT_VERDICT_WARN)
        return "ok";
    bool small = value_of(comparison->dataset, "gradient_ratio") < 1;
    return small && is_finite(comparison) ? "vanishing" : "exploding";
}

bool gradient_conclusion(buffer *b, const shift_comparison *comparison)
{
    if (is_about_gradients(comparison) && comparison->dataset->verdict < SHIFT_VERDICT_WARN)
        buffer_text(b, "the gradient neither vanishes nor explodes");
    else if (is_about_gradients(comparison))
        buffer_text(b, comparison->dataset->reason);
    else if (is_trace(comparison))
        buffer_print(b, "a training followed over %zu checkpoints; layers are not judged",
                     comparison->n_checkpoints);
    else
        return false;
    return true;
}
