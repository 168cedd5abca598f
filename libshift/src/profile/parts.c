/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "profile/parts.h"

#include <stdlib.h>
#include <string.h>

#include "core/memory.h"

shift_status shift__parts_append(shift__parts *parts, const char *name, size_t size, uint64_t rows,
                                 shift_error *err)
{
    shift__part *part = NULL;
    shift_status status = shift__array_grow(&parts->items, &parts->capacity, parts->n + 1,
                                            sizeof(shift__part *), err);
    if (status == SHIFT_OK)
        status = shift__alloc(&part, sizeof *part + size + 1, 1, err);
    if (status != SHIFT_OK)
        return status;
    part->rows = rows;
    memcpy(part->name, name, size); /* the NUL is there */
    parts->items[parts->n++] = part;
    return SHIFT_OK;
}

void shift__parts_clear(shift__parts *parts)
{
    for (size_t i = 0; i < parts->n; i++)
        free(parts->items[i]);
    free(parts->items);
    *parts = (shift__parts){NULL, 0, 0};
}

static shift_status check_apart(const shift__parts *a, const shift__parts *b, shift_error *err)
{
    size_t i = 0;
    size_t k = 0;
    while (i < a->n && k < b->n) {
        int order = strcmp(a->items[i]->name, b->items[k]->name);
        if (order == 0)
            return shift_error_set(err, SHIFT_EINCOMPATIBLE,
                                   "profiles do not merge: part \"%s\" is in both, and would count "
                                   "twice",
                                   a->items[i]->name);
        i += order < 0;
        k += order > 0;
    }
    if (a->n + b->n > SHIFT__PARTS_MAX)
        return shift_error_set(err, SHIFT_EUNSUPPORTED,
                               "profiles do not merge: more than %d parts with names",
                               (int)SHIFT__PARTS_MAX);
    return SHIFT_OK;
}

shift_status shift__parts_reserve_merge(shift__parts *dst, const shift__parts *src,
                                        shift__parts *copies, shift_error *err)
{
    shift_status status = check_apart(dst, src, err);
    if (status == SHIFT_OK)
        status = shift__array_grow(&dst->items, &dst->capacity, dst->n + src->n,
                                   sizeof(shift__part *), err);
    for (size_t i = 0; status == SHIFT_OK && i < src->n; i++) {
        const shift__part *part = src->items[i];
        status = shift__parts_append(copies, part->name, strlen(part->name), part->rows, err);
    }
    return status;
}

void shift__parts_merge(shift__parts *dst, shift__parts *copies)
{
    size_t to = dst->n + copies->n;
    size_t i = dst->n;
    dst->n = to;
    while (copies->n > 0) {
        shift__part *last = copies->items[copies->n - 1];
        if (i > 0 && strcmp(dst->items[i - 1]->name, last->name) > 0) {
            last = dst->items[--i];
        } else {
            copies->n--;
        }
        dst->items[--to] = last;
    }
    shift__parts_clear(copies);
}
