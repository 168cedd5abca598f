/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Merging profiles: all checks and all allocations first, then the parts that cannot fail. */
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/null.h"
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

/* Which column of `src` is ours; by name, so that their order may differ. */
typedef struct counterparts {
    size_t *columns;
    size_t *numeric;    /* among the columns of the co-moments */
    shift__parts parts; /* copies */
} counterparts;

static shift_status find_counterparts(counterparts *map, const shift_profile *dst,
                                      const shift_profile *src, shift_error *err)
{
    size_t n = shift_schema_size(dst->schema);
    size_t p = dst->comoments != NULL ? dst->comoments->p : 0;
    shift_status status = shift__alloc(&map->columns, n, sizeof *map->columns, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&map->numeric, p, sizeof *map->numeric, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < n; i++)
        map->columns[i] = shift_schema_find(src->schema, shift_schema_name(dst->schema, i));
    for (size_t i = 0; i < p; i++) {
        size_t column = map->columns[dst->comoments->columns[i]];
        size_t k = 0;
        while (src->comoments->columns[k] != column)
            k++;
        map->numeric[i] = k;
    }
    return SHIFT_OK;
}

/* A sample of the union needs both; one that was kept of nothing does not matter. */
static void merge_samples(shift_profile *dst, const shift_profile *src, const size_t *columns)
{
    if (src->rows == 0 || dst->sample == NULL)
        return;
    if (src->sample != NULL) {
        shift__sample_merge(dst->sample, src->sample, columns);
        return;
    }
    shift__sample_free(dst->sample);
    dst->sample = NULL;
    dst->options.no_sample = true;
}

static void merge_parts(shift_profile *dst, const shift_profile *src, counterparts *map)
{
    for (size_t i = 0; i < shift_schema_size(dst->schema); i++)
        shift__feature_merge(&dst->features[i], &src->features[map->columns[i]]);
    if (dst->comoments != NULL)
        shift__comoments_merge(dst->comoments, src->comoments, map->numeric);
    merge_samples(dst, src, map->columns);
    shift__parts_merge(&dst->parts, &map->parts);
    dst->rows += src->rows;
    shift__profile_forget_unknown(dst);
}

static shift_status reserve_parts(shift_profile *dst, const shift_profile *src, counterparts *map,
                                  shift_error *err)
{
    shift_status status = shift__parts_reserve_merge(&dst->parts, &src->parts, &map->parts, err);
    for (size_t i = 0; status == SHIFT_OK && i < shift_schema_size(dst->schema); i++)
        status =
            shift__feature_reserve_merge(&dst->features[i], &src->features[map->columns[i]], err);
    if (status == SHIFT_OK && dst->sample != NULL && src->sample != NULL)
        status = shift__sample_reserve_merge(dst->sample, src->sample, err);
    return status;
}

shift_status shift_profile_merge(shift_profile *dst, const shift_profile *src, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, dst, src))
        return SHIFT_EINVAL;
    if (dst == src)
        return shift_error_set(err, SHIFT_EINVAL, "a profile cannot be merged into itself");
    shift_status status = shift__profile_settled(src, err);
    if (status == SHIFT_OK)
        status = shift_profile_flush(dst, err);
    if (status == SHIFT_OK)
        status = check_schemas(dst->schema, src->schema, err);
    if (status != SHIFT_OK)
        return status;
    if (dst->rows > UINT64_MAX / 4 || src->rows > UINT64_MAX / 4)
        return shift_error_set(err, SHIFT_EUNSUPPORTED, "profiles do not merge: too many rows");
    counterparts map = {NULL, NULL, {NULL, 0, 0}};
    size_t n_extras = dst->n_extras;
    status = find_counterparts(&map, dst, src, err);
    if (status == SHIFT_OK)
        status = reserve_parts(dst, src, &map, err);
    if (status == SHIFT_OK)
        status = add_extras(dst, src, err);
    if (status == SHIFT_OK)
        merge_parts(dst, src, &map);
    else
        while (dst->n_extras > n_extras)
            free(dst->extras[--dst->n_extras]);
    shift__parts_clear(&map.parts);
    free(map.columns);
    free(map.numeric);
    return status;
}
