/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What production is compared with. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

/* Some of the profiles that are kept, merged. */
struct reference {
    shift_profile *profile;
    size_t n;
    const char *first, *last; /* their periods */
};

/* Whether both have the same columns, of the same kinds. */
static bool are_alike(const shift_schema *a, const shift_schema *b)
{
    bool alike = shift_schema_size(a) == shift_schema_size(b);
    for (size_t i = 0; alike && i < shift_schema_size(a); i++) {
        size_t at = shift_schema_find(b, shift_schema_name(a, i));
        alike = at != SIZE_MAX && shift_schema_kind(a, i) == shift_schema_kind(b, at);
    }
    return alike;
}

/* One of other columns than production's, as from before the monitor file was changed, is passed
 * over. The last comes first. */
static shift_status add(struct reference *out, const shift_profile *prod,
                        const shift_kept_profile *k, shift_error *err)
{
    shift_profile *one = NULL;
    char name[64];
    (void)snprintf(name, sizeof name, "the profile of run %lld", (long long)k->run_id);
    shift_status status = shift_profile_decode(&one, k->bytes, k->n, name, err);
    if (status != SHIFT_OK)
        return status;
    if (are_alike(shift_profile_schema(one), shift_profile_schema(prod))) {
        if (out->n == 0) {
            out->profile = one;
            out->last = k->period;
            one = NULL;
        } else {
            status = shift_profile_merge(out->profile, one, err);
        }
        out->first = k->period;
        out->n++;
    }
    shift_profile_free(one);
    return status;
}

static char *name_of(const struct reference *r, bool weekday)
{
    size_t size = strlen(r->first) + strlen(r->last) + 64;
    char *name = malloc(size);
    if (name != NULL && r->n == 1)
        (void)snprintf(name, size, "production of %s", r->last);
    else if (name != NULL)
        (void)snprintf(name, size, "production of %s to %s (%zu %s)", r->first, r->last, r->n,
                       weekday ? "weeks" : "periods");
    return name;
}

shift_status job_reference(const struct job *job, const char *period, const shift_profile *prod,
                           shift_profile **owned, char **name, shift_error *err)
{
    const shift_monitor *m = job->monitor;
    bool weekday = m->reference == SHIFT_REFERENCE_WEEKDAY;
    struct reference found = {.n = 0};
    shift_kept_profiles *kept = NULL;
    const shift_profile_query query = {m->name, period, weekday, m->n_reference, job->after};
    *owned = NULL;
    *name = NULL;
    if (m->reference == SHIFT_REFERENCE_TRAINING)
        return SHIFT_OK;
    shift_status status = shift_store_profiles(job->store, &query, &kept, err);
    for (size_t i = 0; status == SHIFT_OK && i < kept->n; i++)
        status = add(&found, prod, kept->profiles[i], err);
    if (status == SHIFT_OK && found.n > 0 && (*name = name_of(&found, weekday)) == NULL)
        status = shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    shift_kept_profiles_free(kept);
    if (status == SHIFT_OK)
        *owned = found.profile;
    else
        shift_profile_free(found.profile);
    return status;
}
