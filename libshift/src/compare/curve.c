/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Some seventy points tell a histogram, a distribution function and a quantile-quantile plot as
 * well as a million values do, and are few enough to be recorded with every run. */
#include "compare/curve.h"

#include <stdlib.h>
#include <string.h>

enum {
    STEPS = 64,                /* of the grid of shares */
    FEW = 64,                  /* distinct values that are all kept */
    MOST = 2 * (STEPS + 1 + 4) /* vertices: the grid with its tails, twice where there are jumps */
};

/* Shares at which the function is kept: the grid, and finer at the ends. */
static double grid_share(size_t i)
{
    static const double first[] = {0, 0.001, 0.005};
    static const double last[] = {0.995, 0.999, 1};
    if (i < 3)
        return first[i];
    return i < STEPS + 2 ? (double)(i - 2) / STEPS : last[i - STEPS - 2];
}

/* A support point, as a jump where it is a large one. */
static void add_point(const shift_distribution *d, size_t i, shift_curve *curve,
                      shift_vertex *vertices)
{
    double n = (double)d->n;
    double below = i > 0 ? (double)d->cumulative[i - 1] / n : 0;
    double share = (double)d->cumulative[i] / n;
    if (d->n_points <= FEW || share - below >= 0.5 / STEPS)
        vertices[curve->n++] = (shift_vertex){d->points[i], below};
    vertices[curve->n++] = (shift_vertex){d->points[i], share};
}

static void follow_grid(const shift_distribution *d, shift_curve *curve, shift_vertex *vertices)
{
    size_t next = 0;
    for (size_t k = 0, i = 0; k < STEPS + 5; k++) {
        double wanted = grid_share(k) * (double)d->n;
        while (i + 1 < d->n_points && (double)d->cumulative[i] < wanted)
            i++;
        if (i >= next) {
            add_point(d, i, curve, vertices);
            next = i + 1;
        }
    }
}

static shift_status draw_curve(const shift_distribution *d, shift__arena *arena,
                               const shift_curve **out, shift_error *err)
{
    shift_curve *curve = NULL;
    shift_vertex *vertices = NULL;
    if (d->n_points == 0)
        return SHIFT_OK;
    shift_status status = shift__arena_alloc(arena, &curve, 1, sizeof *curve, err);
    size_t most = d->n_points <= FEW ? 2 * d->n_points : MOST;
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &vertices, most, sizeof *vertices, err);
    if (status != SHIFT_OK)
        return status;
    if (d->n_points <= FEW)
        for (size_t i = 0; i < d->n_points; i++)
            add_point(d, i, curve, vertices);
    else
        follow_grid(d, curve, vertices);
    curve->vertices = vertices;
    *out = curve;
    return SHIFT_OK;
}

enum { TOP = 12 };

/* The categories of the largest share on either side, in falling order; equal ones by their bytes.
 */
typedef struct podium {
    struct place {
        const shift_category *category;
        uint64_t counts[2];
        double share;
    } places[TOP];
    size_t n;
} podium;

static void compete(podium *p, struct place newcomer)
{
    size_t at = p->n;
    while (at > 0 && p->places[at - 1].share < newcomer.share)
        at--;
    if (at == TOP)
        return;
    size_t last = p->n < TOP ? p->n++ : TOP - 1;
    memmove(&p->places[at + 1], &p->places[at], (last - at) * sizeof *p->places);
    p->places[at] = newcomer;
}

/* Byte order, as the lists have it. */
static int order(const shift_category *a, const shift_category *b)
{
    int bytes = memcmp(a->text, b->text, a->size < b->size ? a->size : b->size);
    return bytes != 0 ? bytes : (a->size > b->size) - (a->size < b->size);
}

static double share_of(uint64_t count, const shift_distribution *d)
{
    return d->n > 0 ? (double)count / (double)d->n : 0;
}

static void merge_categories(const shift_distribution *x, const shift_distribution *y, podium *p)
{
    size_t i = 0;
    size_t j = 0;
    while (i < x->n_categories || j < y->n_categories) {
        int which = i == x->n_categories   ? 1
                    : j == y->n_categories ? -1
                                           : order(&x->categories[i], &y->categories[j]);
        struct place newcomer = {NULL, {0, 0}, 0};
        if (which >= 0) {
            newcomer.category = &y->categories[j++];
            newcomer.counts[1] = newcomer.category->count;
        }
        if (which <= 0) {
            newcomer.category = &x->categories[i++];
            newcomer.counts[0] = newcomer.category->count;
        }
        double train = share_of(newcomer.counts[0], x);
        double prod = share_of(newcomer.counts[1], y);
        newcomer.share = train > prod ? train : prod;
        compete(p, newcomer);
    }
}

static shift_status draw_categories(const shift_distribution *x, const shift_distribution *y,
                                    shift__arena *arena, shift_subject *subject, shift_error *err)
{
    podium p = {.n = 0};
    merge_categories(x, y, &p);
    const shift_category_count **list = NULL;
    shift_category_count *counts = NULL;
    shift_status status = shift__arena_alloc(arena, &list, p.n, sizeof(void *), err);
    if (status == SHIFT_OK)
        status = shift__arena_alloc(arena, &counts, p.n, sizeof *counts, err);
    for (size_t i = 0; status == SHIFT_OK && i < p.n; i++) {
        const struct place *from = &p.places[i];
        counts[i].train = from->counts[0];
        counts[i].prod = from->counts[1];
        status = shift__arena_text(arena, &counts[i].name, from->category->text,
                                   from->category->size, err);
        list[i] = &counts[i];
    }
    if (status != SHIFT_OK)
        return status;
    subject->categories = list;
    subject->n_categories = p.n;
    return SHIFT_OK;
}

shift_status shift__draw(const shift_distribution *x, const shift_distribution *y,
                         shift__arena *arena, shift_subject *subject, shift_error *err)
{
    if (x->kind == SHIFT_KIND_IDENTIFIER)
        return SHIFT_OK;
    if (!shift_kind_is_number(x->kind))
        return draw_categories(x, y, arena, subject, err);
    shift_status status = draw_curve(x, arena, &subject->train_curve, err);
    return status == SHIFT_OK ? draw_curve(y, arena, &subject->prod_curve, err) : status;
}
