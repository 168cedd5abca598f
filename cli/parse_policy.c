/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the options of the decision are followed by. */
#include <math.h>
#include <string.h>

#include "parse.h"

const char *set_no_joint(struct options *options)
{
    options->policy.no_joint = true;
    return NULL;
}

const char *set_dependence(struct options *options)
{
    static const char *const names[] = {"auto", "serial", "none"}; /* as shift_dependence */
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(options->argument, names[i]) == 0) {
            options->policy.dependence = (shift_dependence)i;
            return NULL;
        }
    }
    return "auto, serial or none";
}

const char *set_alpha(struct options *options)
{
    double alpha = 0;
    if (!shift_number_parse(options->argument, &alpha) || alpha <= 0 || alpha >= 1)
        return "a number between 0 and 1";
    options->policy.alpha = alpha;
    return NULL;
}

const char *set_fail_share(struct options *options)
{
    double share = 0;
    if (!shift_number_parse(options->argument, &share) || share <= 0 || share > 1)
        return "a number above 0, 1 at most";
    options->policy.fail_share = share;
    return NULL;
}

/* STATISTIC=NUMBER or FEATURE:STATISTIC=NUMBER, where the feature may have either character. */
static const char *add_threshold(struct options *options, bool alert)
{
    static const char expected[] = "STATISTIC=NUMBER or FEATURE:STATISTIC=NUMBER";
    char *text = options->argument;
    double number = 0;
    char *equals = strrchr(text, '=');
    if (equals == NULL || equals == text || !shift_number_parse(equals + 1, &number) || number < 0)
        return expected;
    char *colon = equals;
    while (colon > text && *colon != ':')
        colon--;
    shift_threshold threshold = {text, NULL, NAN, NAN};
    if (*colon == ':') {
        if (colon == text || colon + 1 == equals)
            return expected;
        *colon = '\0';
        threshold.feature = text;
        threshold.statistic = colon + 1;
    }
    *equals = '\0';
    *(alert ? &threshold.alert : &threshold.warn) = number;
    options->lists->thresholds[options->policy.n_thresholds++] = threshold;
    options->policy.thresholds = options->lists->thresholds;
    return NULL;
}

const char *set_warn(struct options *options)
{
    return add_threshold(options, false);
}

const char *set_alert(struct options *options)
{
    return add_threshold(options, true);
}

const char *set_fail_on(struct options *options)
{
    static const char *const names[] = {"warn", "alert", "never"};
    static const fail_on levels[] = {FAIL_ON_WARN, FAIL_ON_ALERT, FAIL_ON_NEVER};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(options->argument, names[i]) == 0) {
            options->fail_on = levels[i];
            return NULL;
        }
    }
    return "warn, alert or never";
}
