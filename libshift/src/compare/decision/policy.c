/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The user's thresholds: checking what they name, and which of them counts. */
#include <stdint.h>
#include <string.h>

#include "compare/decision/decision.h"

enum { LONGEST_NAME = 64 };

/* Levenshtein's distance of the first LONGEST_NAME bytes */
static size_t edit_distance(const char *a, const char *b)
{
    size_t row[LONGEST_NAME + 1];
    size_t na = strnlen(a, LONGEST_NAME);
    size_t nb = strnlen(b, LONGEST_NAME);
    for (size_t j = 0; j <= nb; j++)
        row[j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t swap = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            size_t shorter = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            row[j] = swap < shorter ? swap : shorter;
        }
    }
    return row[nb];
}

/* NULL where none is near: beyond half of its letters it is another word. */
static const char *nearest_statistic(const char *name)
{
    const char *best = NULL;
    size_t least = strlen(name) / 2 + 1;
    for (size_t i = 0; i < shift__n_statistics; i++) {
        size_t distance = edit_distance(name, shift__statistics[i].name);
        if (distance < least) {
            least = distance;
            best = shift__statistics[i].name;
        }
    }
    return best;
}

static const char *nearest_feature(const char *name, const shift_schema *schema)
{
    const char *best = NULL;
    size_t least = strlen(name) / 2 + 1;
    for (size_t i = 0; i < shift_schema_size(schema); i++) {
        size_t distance = edit_distance(name, shift_schema_name(schema, i));
        if (distance < least) {
            least = distance;
            best = shift_schema_name(schema, i);
        }
    }
    return best;
}

static shift_status refuse(const char *what, const char *name, const char *near, shift_error *err)
{
    return shift_error_set(err, SHIFT_EINVAL, "threshold on the unknown %s \"%s\"%s%s%s", what,
                           name, near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
                           near != NULL ? "\"?" : "");
}

static shift_status check_threshold(const shift_threshold *t, const shift_schema *schema,
                                    shift_error *err)
{
    const char *name = t->statistic == NULL ? "" : t->statistic;
    if (shift__statistic_find(name) == NULL)
        return refuse("statistic", name, nearest_statistic(name), err);
    if (t->feature != NULL && shift_schema_find(schema, t->feature) == SIZE_MAX)
        return refuse("feature", t->feature, nearest_feature(t->feature, schema), err);
    return SHIFT_OK;
}

static shift_status check_thresholds(const shift_threshold *list, size_t n,
                                     const shift_schema *schema, shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < n; i++)
        status = check_threshold(&list[i], schema, err);
    return status;
}

shift_status shift__policy_check(const shift_policy *policy, const shift_schema *schema,
                                 shift_error *err)
{
    if (!(policy->alpha > 0.0 && policy->alpha < 1.0))
        return shift_error_set(err, SHIFT_EINVAL, "level %g is not between 0 and 1", policy->alpha);
    if (policy->fail_share <= 0.0 || policy->fail_share > 1.0)
        return shift_error_set(err, SHIFT_EINVAL, "share of features %g is not in (0, 1]",
                               policy->fail_share);
    if ((unsigned)policy->dependence > SHIFT_DEPENDENCE_NONE)
        return shift_error_set(err, SHIFT_EINVAL, "unknown dependence %d", (int)policy->dependence);
    if ((policy->n_thresholds > 0 && policy->thresholds == NULL) ||
        (policy->n_statistics > 0 && policy->statistics == NULL))
        return shift_error_set(
            err, SHIFT_EINVAL, "%s that are NULL",
            policy->thresholds == NULL && policy->n_thresholds > 0 ? "thresholds" : "statistics");
    if (policy->n_usual > 0 && policy->usual == NULL)
        return shift_error_set(err, SHIFT_EINVAL, "usual thresholds that are NULL");
    shift_status status = check_thresholds(policy->thresholds, policy->n_thresholds, schema, err);
    return status == SHIFT_OK ? check_thresholds(policy->usual, policy->n_usual, schema, err)
                              : status;
}

static void apply(const shift_threshold *t, shift_measurement *out)
{
    if (!isnan(t->warn))
        out->warn = t->warn;
    if (!isnan(t->alert))
        out->alert = t->alert;
}

static bool concerns(const shift_threshold *t, const char *feature)
{
    return t->feature == NULL || strcmp(t->feature, feature) == 0;
}

static void apply_all(const shift_threshold *list, size_t n, const char *feature,
                      const char *statistic, shift_measurement *out)
{
    for (int named = 0; named <= 1; named++) {
        for (size_t i = 0; i < n; i++) {
            const shift_threshold *t = &list[i];
            if ((t->feature != NULL) == (named == 1) && strcmp(t->statistic, statistic) == 0 &&
                (named == 0 || strcmp(t->feature, feature) == 0))
                apply(t, out);
        }
    }
}

void shift__policy_thresholds(const shift_policy *policy, const char *feature,
                              const shift__statistic *statistic, shift_kind kind,
                              shift_measurement *out)
{
    const shift__role *role = shift__role_of(statistic, kind);
    out->warn = role->warn;
    out->alert = role->alert;
    apply_all(policy->usual, policy->n_usual, feature, statistic->name, out);
    apply_all(policy->thresholds, policy->n_thresholds, feature, statistic->name, out);
}

static shift_status narrow(const shift_threshold **list, size_t *n, const char *feature,
                           shift__arena *arena, shift_error *err)
{
    shift_threshold *own = NULL;
    size_t kept = 0;
    for (size_t i = 0; i < *n; i++)
        kept += concerns(&(*list)[i], feature);
    shift_status status = shift__arena_alloc(arena, &own, kept, sizeof *own, err);
    if (status != SHIFT_OK)
        return status;
    kept = 0;
    for (size_t i = 0; i < *n; i++)
        if (concerns(&(*list)[i], feature))
            own[kept++] = (*list)[i];
    *list = own;
    *n = kept;
    return SHIFT_OK;
}

shift_status shift__policy_narrow(shift_policy *out, const shift_policy *policy,
                                  const char *feature, shift__arena *arena, shift_error *err)
{
    *out = *policy;
    shift_status status = narrow(&out->thresholds, &out->n_thresholds, feature, arena, err);
    return status == SHIFT_OK ? narrow(&out->usual, &out->n_usual, feature, arena, err) : status;
}
