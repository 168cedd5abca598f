/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/custom.h"

#include <string.h>

static bool is_name(const char *name)
{
    return name != NULL && *name != '\0' &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static bool is_taken(const shift__statistic *rows, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].name, name) == 0)
            return true;
    return shift__statistic_find(name) != NULL;
}

shift_status shift__customs_take(const shift_policy *policy, shift__arena *arena,
                                 shift__statistic **out, shift_error *err)
{
    shift__statistic *rows = NULL;
    shift_status status = shift__arena_alloc(arena, &rows, policy->n_statistics, sizeof *rows, err);
    for (size_t i = 0; status == SHIFT_OK && i < policy->n_statistics; i++) {
        const shift_custom_statistic *custom = &policy->statistics[i];
        shift__statistic *row = &rows[i];
        if (!is_name(custom->name) || custom->compute == NULL)
            return shift_error_set(err, SHIFT_EINVAL,
                                   "statistic %zu of the policy has no function, or no name of "
                                   "lower-case letters, digits and '_'",
                                   i + 1);
        if (is_taken(rows, i, custom->name))
            return shift_error_set(err, SHIFT_EINVAL, "there is a statistic \"%s\" already",
                                   custom->name);
        row->kinds = (custom->numeric ? (unsigned)SHIFT__NUMERIC : 0u) |
                     (custom->categorical ? (unsigned)SHIFT__TEXT : 0u);
        row->family = SHIFT__VALUES;
        row->extent = SHIFT__ABOVE;
        status = shift__arena_text(arena, &row->name, custom->name, strlen(custom->name), err);
        row->label = row->name;
    }
    *out = rows;
    return status;
}

shift_status shift__custom_measure(const shift_custom_statistic *custom, const shift__pair *pair,
                                   shift__estimate *out, shift_error *err)
{
    double value = (double)NAN;
    if (!(pair->m > 0) || !(pair->n > 0)) {
        *out = shift__undefined("no values on one side");
        return SHIFT_OK;
    }
    shift_status status = custom->compute(custom->context, pair->train, pair->prod, &value, err);
    *out = isnan(value) ? shift__undefined("undefined") : shift__value(value);
    return status;
}
