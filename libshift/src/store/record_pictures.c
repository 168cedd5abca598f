/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing what pictures are drawn from. */
#include <stdlib.h>

#include "core/memory.h"
#include "store/writing.h"

static shift_status insert_curve(const shift__writer *w, int64_t subject, const char *side,
                                 const shift_curve *curve, shift_error *err)
{
    unsigned char *bytes = NULL;
    if (curve == NULL)
        return SHIFT_OK;
    shift_status status = shift__alloc(&bytes, curve->n, SHIFT__VERTEX_BYTES, err);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < curve->n; i++) {
        shift__put_double(bytes + SHIFT__VERTEX_BYTES * i, curve->vertices[i].value);
        shift__put_double(bytes + SHIFT__VERTEX_BYTES * i + 8, curve->vertices[i].share);
    }
    shift__record r = {w->curve, 0, SQLITE_OK};
    shift__put_integer(&r, subject);
    shift__put_text(&r, side);
    shift__put_bytes(&r, bytes, SHIFT__VERTEX_BYTES * curve->n);
    status = shift__insert(w, &r, err);
    free(bytes);
    return status;
}

static shift_status insert_category(const shift__writer *w, int64_t subject, size_t ordinal,
                                    const shift_category_count *category, shift_error *err)
{
    shift__record r = {w->category, 0, SQLITE_OK};
    shift__put_integer(&r, subject);
    shift__put_count(&r, ordinal);
    shift__put_text(&r, category->name);
    shift__put_count(&r, category->train);
    shift__put_count(&r, category->prod);
    return shift__insert(w, &r, err);
}

shift_status shift__insert_pictures(const shift__writer *w, int64_t subject,
                                    const shift_subject *from, shift_error *err)
{
    shift_status status = insert_curve(w, subject, "train", from->train_curve, err);
    if (status == SHIFT_OK)
        status = insert_curve(w, subject, "prod", from->prod_curve, err);
    for (size_t i = 0; status == SHIFT_OK && i < from->n_categories; i++)
        status = insert_category(w, subject, i, from->categories[i], err);
    return status;
}

static shift_status insert_attribution(const shift__writer *w, size_t ordinal,
                                       const shift_attribution *attribution, shift_error *err)
{
    shift__record r = {w->attribution, 0, SQLITE_OK};
    shift__put_integer(&r, w->run_id);
    shift__put_count(&r, ordinal);
    shift__put_text(&r, attribution->statistic);
    shift__put_text(&r, attribution->feature);
    shift__put_real(&r, attribution->share);
    return shift__insert(w, &r, err);
}

static shift_status insert_correlation(const shift__writer *w, size_t ordinal,
                                       const shift_correlation *correlation, shift_error *err)
{
    shift__record r = {w->correlation, 0, SQLITE_OK};
    shift__put_integer(&r, w->run_id);
    shift__put_count(&r, ordinal);
    shift__put_text(&r, correlation->x);
    shift__put_text(&r, correlation->y);
    shift__put_real(&r, correlation->train);
    shift__put_real(&r, correlation->prod);
    return shift__insert(w, &r, err);
}

shift_status shift__insert_joint(const shift__writer *w, const shift_comparison *comparison,
                                 shift_error *err)
{
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < comparison->n_attributions; i++)
        status = insert_attribution(w, i, comparison->attributions[i], err);
    for (size_t i = 0; status == SHIFT_OK && i < comparison->n_correlations; i++)
        status = insert_correlation(w, i, comparison->correlations[i], err);
    return status;
}
