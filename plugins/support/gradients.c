/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gradients.h"

#include <math.h>

#include "words.h"

double value_of(const shift_subject *subject, const char *statistic)
{
    const shift_measurement *m = measurement_of(subject, statistic);
    return m != NULL ? m->value : NAN;
}

/* Every such run has a loss, and no other has. */
bool is_about_gradients(const shift_comparison *comparison)
{
    return measurement_of(comparison->dataset, "loss") != NULL;
}

const char *gradient_verdict(const shift_comparison *comparison)
{
    if (comparison->dataset->verdict < SHIFT_VERDICT_WARN)
        return "ok";
    return value_of(comparison->dataset, "gradient_ratio") < 1 ? "vanishing" : "exploding";
}
