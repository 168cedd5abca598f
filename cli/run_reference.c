/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What production is compared with. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

static shift_status merge_all(const shift_kept_profiles *kept, shift_profile **out,
                              shift_error *err)
{
    shift_profile *all = NULL;
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < kept->n; i++) {
        const shift_kept_profile *k = kept->profiles[i];
        shift_profile *one = NULL;
        char name[64];
        (void)snprintf(name, sizeof name, "the profile of run %lld", (long long)k->run_id);
        status = shift_profile_decode(&one, k->bytes, k->n, name, err);
        if (status == SHIFT_OK && all != NULL) {
            status = shift_profile_merge(all, one, err);
        } else if (status == SHIFT_OK) {
            all = one;
            one = NULL;
        }
        shift_profile_free(one);
    }
    if (status != SHIFT_OK) {
        shift_profile_free(all);
        return status;
    }
    *out = all;
    return SHIFT_OK;
}

static char *name_of(const shift_kept_profiles *kept, bool weekday)
{
    const char *last = kept->profiles[0]->period;
    const char *first = kept->profiles[kept->n - 1]->period;
    size_t size = strlen(first) + strlen(last) + 64;
    char *name = malloc(size);
    if (name != NULL && kept->n == 1)
        (void)snprintf(name, size, "production of %s", last);
    else if (name != NULL)
        (void)snprintf(name, size, "production of %s to %s (%zu %s)", first, last, kept->n,
                       weekday ? "weeks" : "periods");
    return name;
}

shift_status job_reference(const struct job *job, const char *period, shift_profile **owned,
                           char **name, shift_error *err)
{
    const shift_monitor *m = job->monitor;
    bool weekday = m->reference == SHIFT_REFERENCE_WEEKDAY;
    shift_kept_profiles *kept = NULL;
    const shift_profile_query query = {m->name, period, weekday, m->n_reference, job->after};
    *owned = NULL;
    *name = NULL;
    if (m->reference == SHIFT_REFERENCE_TRAINING)
        return SHIFT_OK;
    shift_status status = shift_store_profiles(job->store, &query, &kept, err);
    if (status == SHIFT_OK && kept->n > 0) {
        status = merge_all(kept, owned, err);
        if (status == SHIFT_OK && (*name = name_of(kept, weekday)) == NULL)
            status = shift_error_set(err, SHIFT_ENOMEM, "out of memory");
    }
    shift_kept_profiles_free(kept);
    return status;
}
