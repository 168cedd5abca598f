/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "parse.h"

#include <string.h>

bool parse_size(const char *text, uint64_t *bytes)
{
    static const char units[] = "KMG";
    char digits[16];
    size_t n = strspn(text, "0123456789");
    const char *unit = text[n] != '\0' ? strchr(units, text[n]) : NULL;
    if (n >= sizeof digits || (text[n] != '\0' && (unit == NULL || text[n + 1] != '\0')))
        return false;
    memcpy(digits, text, n);
    digits[n] = '\0';
    unsigned shift = unit != NULL ? 10 * ((unsigned)(unit - units) + 1) : 0;
    if (!shift_count_parse(digits, UINT64_MAX >> shift, bytes) || *bytes == 0)
        return false;
    *bytes <<= shift;
    return true;
}

const char *set_method(struct options *options)
{
    static const shift_whitening_method methods[] = {SHIFT_WHITENING_ZCA, SHIFT_WHITENING_PCA,
                                                     SHIFT_WHITENING_CHOLESKY,
                                                     SHIFT_WHITENING_ZCA_COR};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (strcmp(options->argument, shift_whitening_method_name(methods[i])) == 0) {
            options->method = methods[i];
            return NULL;
        }
    }
    return "zca, pca, cholesky or zca-cor";
}

const char *set_clip(struct options *options)
{
    return shift_number_parse(options->argument, &options->clip) && options->clip >= 1.0
               ? NULL
               : "a number, 1 at least";
}

const char *set_top(struct options *options)
{
    uint64_t top = 0;
    if (!shift_count_parse(options->argument, 100000, &top) || top == 0)
        return "a number from 1 to 100000";
    options->top = (size_t)top;
    return NULL;
}

const char *set_order(struct options *options)
{
    bool distance = strcmp(options->argument, "distance") == 0;
    options->order = distance ? SHIFT_OUTLIERS_BY_DISTANCE : SHIFT_OUTLIERS_BY_ODDS;
    return distance || strcmp(options->argument, "odds") == 0 ? NULL : "odds or distance";
}

static const char expected_date[] = "a date such as 2026-01-31";

const char *set_date(struct options *options)
{
    options->has_date = shift_date_parse(options->argument, &options->date);
    return options->has_date ? NULL : expected_date;
}

const char *set_from(struct options *options)
{
    options->has_from = shift_date_parse(options->argument, &options->from);
    return options->has_from ? NULL : expected_date;
}

const char *set_to(struct options *options)
{
    options->has_to = shift_date_parse(options->argument, &options->to);
    return options->has_to ? NULL : expected_date;
}

const char *set_until(struct options *options)
{
    options->has_until = shift_date_parse(options->argument, &options->until);
    return options->has_until ? NULL : expected_date;
}

const char *set_wait(struct options *options)
{
    uint64_t seconds = 0;
    if (!shift_count_parse(options->argument, 86400, &seconds))
        return "seconds, 86400 at most";
    options->wait = (unsigned)seconds;
    return NULL;
}

const char *set_keep(struct options *options)
{
    return shift_days_parse(options->argument, &options->keep_days) ? NULL : "days such as 400d";
}
