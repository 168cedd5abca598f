/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Merging profiles: all checks and all allocations first, then the parts that cannot fail. */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "profile/state.h"

static shift_status check_schemas(const shift_schema *a, const shift_schema *b, shift_error *err)
{
    for (size_t i = 0; i < shift_schema_size(a); i++) {
        const char *name = shift_schema_name(a, i);
        size_t at = shift_schema_find(b, name);
        if (at == SIZE_MAX)
            return shift_error_set(err, SHIFT_EINCOMPATIBLE,
                                   "profiles do not merge: column \"%s\" is only in one of them",
                                   name);
        if (shift_schema_kind(a, i) != shift_schema_kind(b, at))
            return shift_error_set(err, SHIFT_EINCOMPATIBLE,
                                   "profiles do not merge: column \"%s\" is %s in one and %s in "
                                   "the other",
                                   name, shift_kind_name(shift_schema_kind(a, i)),
                                   shift_kind_name(shift_schema_kind(b, at)));
    }
    for (size_t i = 0; i < shift_schema_size(b); i++)
        if (shift_schema_find(a, shift_schema_name(b, i)) == SIZE_MAX)
            return shift_error_set(err, SHIFT_EINCOMPATIBLE,
                                   "profiles do not merge: column \"%s\" is only in one of them",
                                   shift_schema_name(b, i));
    return SHIFT_OK;
}

static bool has_extra(const shift_profile *profile, const char *name)
{
    for (size_t i = 0; i < profile->n_extras; i++)
        if (strcmp(profile->extras[i], name) == 0)
            return true;
    return false;
}

/* On failure those already added are taken back by the caller. */
static shift_status add_extras(shift_profile *dst, const shift_profile *src, shift_error *err)
{
    for (size_t i = 0; i < src->n_extras; i++) {
        const char *name = src->extras[i];
        if (has_extra(dst, name))
            continue;
        shift_status status = shift__profile_add_extra(dst, name, strlen(name), err);
        if (status != SHIFT_OK)
            return status;
    }
    return SHIFT_OK;
}

/* Columns go by name, so that their order may differ. */
static const shift__feature *counterpart(const shift_profile *dst, size_t i,
                                         const shift_profile *src)
{
    return &src->features[shift_schema_find(src->schema, shift_schema_name(dst->schema, i))];
}

shift_status shift_profile_merge(shift_profile *dst, const shift_profile *src, shift_error *err)
{
    if (dst == src)
        return shift_error_set(err, SHIFT_EINVAL, "a profile cannot be merged into itself");
    shift_status status = check_schemas(dst->schema, src->schema, err);
    if (status != SHIFT_OK)
        return status;
    if (dst->rows > UINT64_MAX / 2 || src->rows > UINT64_MAX / 2)
        return shift_error_set(err, SHIFT_EUNSUPPORTED, "profiles do not merge: too many rows");
    size_t n = shift_schema_size(dst->schema);
    size_t n_extras = dst->n_extras;
    for (size_t i = 0; status == SHIFT_OK && i < n; i++)
        status = shift__feature_reserve_merge(&dst->features[i], counterpart(dst, i, src), err);
    if (status == SHIFT_OK)
        status = add_extras(dst, src, err);
    if (status != SHIFT_OK) {
        while (dst->n_extras > n_extras)
            free(dst->extras[--dst->n_extras]);
        return status;
    }
    for (size_t i = 0; i < n; i++)
        shift__feature_merge(&dst->features[i], counterpart(dst, i, src));
    dst->rows += src->rows;
    return SHIFT_OK;
}
