/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading back what pictures are drawn from. */
#include <math.h>
#include <string.h>

#include "store/loading.h"

static bool follows(shift_vertex before, shift_vertex after)
{
    return isfinite(after.value) && after.value >= before.value && after.share >= before.share &&
           after.share <= 1;
}

static shift_status read_curve(const shift__reader *from, shift__row *r, const shift_curve **out,
                               shift_error *err)
{
    const unsigned char *bytes = sqlite3_column_blob(r->statement, r->column);
    size_t n = (size_t)sqlite3_column_bytes(r->statement, r->column);
    shift_curve *curve = NULL;
    shift_vertex *vertices = NULL;
    if (n == 0 || n % SHIFT__VERTEX_BYTES != 0)
        return shift__damaged(&from->in, "no whole number of vertices in table", "curve", err);
    n /= SHIFT__VERTEX_BYTES;
    shift_status status = shift__arena_alloc(from->in.arena, &curve, 1, sizeof *curve, err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(from->in.arena, &vertices, n, sizeof *vertices, err);
    if (status != SHIFT_OK)
        return status;
    shift_vertex before = {-(double)INFINITY, 0};
    for (size_t i = 0; i < n; i++) {
        vertices[i].value = shift__get_double(bytes + SHIFT__VERTEX_BYTES * i);
        vertices[i].share = shift__get_double(bytes + SHIFT__VERTEX_BYTES * i + 8);
        if (!follows(before, vertices[i]))
            return shift__damaged(&from->in, "vertices that do not ascend in table", "curve", err);
        before = vertices[i];
    }
    *curve = (shift_curve){n, vertices};
    *out = curve;
    return SHIFT_OK;
}

static shift_status read_curves(shift__reader *from, int64_t id, shift_subject *subject,
                                shift_error *err)
{
    shift_status status = SHIFT_OK;
    (void)sqlite3_bind_int64(from->curve, 1, id);
    while (shift__next(&from->in, from->curve, &status, err)) {
        shift__row r = {from->curve, 0};
        const char *side = shift__take_word(&r);
        bool train = side != NULL && strcmp(side, "train") == 0;
        status = read_curve(from, &r, train ? &subject->train_curve : &subject->prod_curve, err);
    }
    return status;
}

static shift_status read_category(const shift__reader *from, shift_category_count **out,
                                  shift_error *err)
{
    shift__row r = {from->category, 0};
    shift_status status = shift__arena_alloc(from->in.arena, out, 1, sizeof **out, err);
    if (status != SHIFT_OK)
        return status;
    status = shift__take_required(&from->in, &r, &(*out)->name, err);
    (*out)->train = shift__take_count(&r);
    (*out)->prod = shift__take_count(&r);
    return status;
}

static shift_status read_categories(shift__reader *from, int64_t id, shift_subject *subject,
                                    shift_error *err)
{
    shift_status status = SHIFT_OK;
    (void)sqlite3_bind_int64(from->category, 1, id);
    while (shift__next(&from->in, from->category, &status, err)) {
        shift_category_count *category = NULL;
        status = read_category(from, &category, err);
        if (status == SHIFT_OK)
            status = shift__list_add(&from->list, category, err);
    }
    if (status != SHIFT_OK)
        return status;
    return shift__list_take(&from->list, &from->in, &subject->categories, &subject->n_categories,
                            err);
}

shift_status shift__prepare_pictures(shift__reader *from, shift_error *err)
{
    shift_status status = shift__store_prepare(
        from->in.store, &from->curve, "SELECT side, vertices FROM curve WHERE subject = ?", err);
    if (status == SHIFT_OK)
        status = shift__store_prepare(
            from->in.store, &from->category,
            "SELECT name, train, prod FROM category WHERE subject = ? ORDER BY ordinal", err);
    return status;
}

shift_status shift__read_pictures(shift__reader *from, int64_t id, shift_subject *subject,
                                  shift_error *err)
{
    shift_status status = read_curves(from, id, subject, err);
    return status == SHIFT_OK ? read_categories(from, id, subject, err) : status;
}

static shift_status read_attribution(const shift__reader *from, sqlite3_stmt *statement,
                                     const void **out, shift_error *err)
{
    shift_attribution *attribution = NULL;
    shift__row r = {statement, 0};
    shift_status status =
        shift__arena_alloc(from->in.arena, &attribution, 1, sizeof *attribution, err);
    if (status == SHIFT_OK)
        status = shift__take_required(&from->in, &r, &attribution->statistic, err);
    if (status == SHIFT_OK)
        status = shift__take_required(&from->in, &r, &attribution->feature, err);
    if (status == SHIFT_OK)
        attribution->share = shift__take_real(&r);
    *out = attribution;
    return status;
}

static shift_status read_correlation(const shift__reader *from, sqlite3_stmt *statement,
                                     const void **out, shift_error *err)
{
    shift_correlation *correlation = NULL;
    shift__row r = {statement, 0};
    shift_status status =
        shift__arena_alloc(from->in.arena, &correlation, 1, sizeof *correlation, err);
    if (status == SHIFT_OK)
        status = shift__take_required(&from->in, &r, &correlation->x, err);
    if (status == SHIFT_OK)
        status = shift__take_required(&from->in, &r, &correlation->y, err);
    if (status == SHIFT_OK) {
        correlation->train = shift__take_real(&r);
        correlation->prod = shift__take_real(&r);
    }
    *out = correlation;
    return status;
}

/* All rows of the run that `sql` gives, each made by `read`, through `out`. */
static shift_status read_list(shift__reader *from, const char *sql,
                              shift_status (*read)(const shift__reader *from,
                                                   sqlite3_stmt *statement, const void **out,
                                                   shift_error *err),
                              void *out, size_t *n, shift_error *err)
{
    sqlite3_stmt *statement = NULL;
    shift_status status = shift__store_prepare(from->in.store, &statement, sql, err);
    if (status != SHIFT_OK)
        return status;
    (void)sqlite3_bind_int64(statement, 1, from->in.run_id);
    while (shift__next(&from->in, statement, &status, err)) {
        const void *item = NULL;
        status = read(from, statement, &item, err);
        if (status == SHIFT_OK)
            status = shift__list_add(&from->list, item, err);
    }
    (void)sqlite3_finalize(statement);
    return status == SHIFT_OK ? shift__list_take(&from->list, &from->in, out, n, err) : status;
}

shift_status shift__read_joint(shift__reader *from, shift_comparison *comparison, shift_error *err)
{
    shift_status status = read_list(
        from, "SELECT statistic, feature, share FROM attribution WHERE run = ? ORDER BY ordinal",
        read_attribution, &comparison->attributions, &comparison->n_attributions, err);
    if (status != SHIFT_OK)
        return status;
    return read_list(from,
                     "SELECT x, y, train, prod FROM correlation WHERE run = ? ORDER BY ordinal",
                     read_correlation, &comparison->correlations, &comparison->n_correlations, err);
}
