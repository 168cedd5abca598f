/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The read-only view that every statistic takes. A numeric view holds the distinct values with
 * their cumulative counts, a text view the categories; both own their memory, so that a view may
 * outlive the profile it was made of. */
#include "compare/distribution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/memory.h"
#include "core/null.h"
#include "profile/feature.h"
#include "profile/pending.h"

/* The public view comes first, so that its address is the owner's. */
typedef struct distribution_owner {
    shift_distribution view;
    double *points;
    uint64_t *cumulative;
    shift_category *categories;
    char *texts;
} distribution_owner;

static shift_status owner_new(distribution_owner **out, shift_kind kind, shift_error *err)
{
    distribution_owner *owner = NULL;
    shift_status status = shift__alloc(&owner, 1, sizeof *owner, err);
    if (status != SHIFT_OK)
        return status;
    shift_distribution *d = &owner->view;
    d->size = sizeof *d;
    d->kind = kind;
    d->mean = d->m2 = d->m3 = d->m4 = (double)NAN;
    d->minimum = d->maximum = (double)NAN;
    *out = owner;
    return SHIFT_OK;
}

void shift_distribution_free(shift_distribution *distribution)
{
    if (distribution == NULL)
        return;
    distribution_owner *owner = (distribution_owner *)(void *)distribution;
    free(owner->points);
    free(owner->cumulative);
    free(owner->categories);
    free(owner->texts);
    free(owner);
}

static void publish_points(distribution_owner *owner, size_t n, const shift__moments *m)
{
    shift_distribution *d = &owner->view;
    d->n = m->n;
    d->n_points = n;
    d->points = owner->points;
    d->cumulative = owner->cumulative;
    if (m->n == 0)
        return;
    d->mean = m->mean;
    d->mean_rest = m->mean_rest;
    d->minimum = m->minimum;
    d->maximum = m->maximum;
    /* powers of values beyond 1e77 or within 1e-77 of each other leave the range of numbers */
    bool constant = m->minimum == m->maximum;
    if (constant || isnormal(m->m2))
        d->m2 = m->m2;
    if (constant || (isnormal(m->m2) && isnormal(m->m4))) {
        d->m3 = m->m3;
        d->m4 = m->m4;
    }
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorted values to distinct points, in place; returns how many there are. */
static size_t count_distinct(double *sorted, uint64_t *cumulative, size_t n)
{
    size_t distinct = 0;
    for (size_t i = 0; i < n; i++) {
        if (distinct == 0 || sorted[i] != sorted[distinct - 1])
            sorted[distinct++] = sorted[i];
        cumulative[distinct - 1] = i + 1;
    }
    return distinct;
}

static bool all_finite(const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(values[i]))
            return false;
    return true;
}

shift_status shift_distribution_of_values(shift_distribution **out, const double *values, size_t n,
                                          shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out) || (n > 0 && SHIFT__ANY_NULL(err, values)))
        return SHIFT_EINVAL;
    if (!all_finite(values, n))
        return shift_error_set(err, SHIFT_EINVAL, "a distribution is made of finite values only");
    distribution_owner *owner = NULL;
    shift_status status = owner_new(&owner, SHIFT_KIND_NUMERIC, err);
    if (status != SHIFT_OK)
        return status;
    status = shift__alloc(&owner->points, n, sizeof *owner->points, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&owner->cumulative, n, sizeof *owner->cumulative, err);
    if (status != SHIFT_OK) {
        shift_distribution_free(&owner->view);
        return status;
    }
    if (n > 0) {
        memcpy(owner->points, values, n * sizeof *values);
        qsort(owner->points, n, sizeof *owner->points, compare_doubles);
    }
    shift__moments moments;
    shift__moments_init(&moments);
    shift__moments_add(&moments, values, n);
    publish_points(owner, count_distinct(owner->points, owner->cumulative, n), &moments);
    owner->view.rows = n;
    *out = &owner->view;
    return SHIFT_OK;
}

static shift_status copy_categories(distribution_owner *owner, const shift__category_view *view,
                                    shift_error *err)
{
    size_t bytes = 0;
    for (size_t i = 0; i < view->n; i++)
        bytes += view->categories[i].size + 1;
    shift_status status = shift__alloc(&owner->categories, view->n, sizeof *owner->categories, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&owner->texts, bytes, 1, err);
    if (status != SHIFT_OK)
        return status;
    shift_distribution *d = &owner->view;
    char *text = owner->texts;
    for (size_t i = 0; i < view->n; i++) {
        const shift_category *from = &view->categories[i];
        if (from->size > 0)
            memcpy(text, from->text, from->size);
        owner->categories[i] = (shift_category){text, from->size, from->count};
        d->n += from->count;
        text += from->size + 1;
    }
    d->n_categories = view->n;
    d->categories = owner->categories;
    d->other = view->other;
    d->n += view->other;
    d->category_error = view->error;
    d->distinct = view->distinct;
    d->numeric_text = view->numeric_text;
    return SHIFT_OK;
}

shift_status shift__distribution_of_categories(shift_distribution **out,
                                               const shift__category_view *view, shift_error *err)
{
    distribution_owner *owner = NULL;
    shift_status status = owner_new(&owner, SHIFT_KIND_CATEGORICAL, err);
    if (status != SHIFT_OK)
        return status;
    status = copy_categories(owner, view, err);
    if (status != SHIFT_OK) {
        shift_distribution_free(&owner->view);
        return status;
    }
    owner->view.rows = owner->view.n;
    *out = &owner->view;
    return SHIFT_OK;
}

shift_status shift__distribution_absent(shift_distribution **out, shift_kind kind, uint64_t rows,
                                        shift_error *err)
{
    distribution_owner *owner = NULL;
    shift_status status = owner_new(&owner, kind, err);
    if (status != SHIFT_OK)
        return status;
    owner->view.rows = owner->view.missing = rows;
    *out = &owner->view;
    return SHIFT_OK;
}

static shift_status take_support(distribution_owner *owner, const shift__sketch *sketch,
                                 const shift__moments *moments, shift_error *err)
{
    shift__support support = {0, NULL, NULL};
    shift_status status = shift__sketch_support(sketch, &support, err);
    if (status != SHIFT_OK)
        return status;
    owner->points = support.points;
    owner->cumulative = support.cumulative;
    owner->view.rank_error = shift__sketch_rank_error(sketch);
    owner->view.rank_deviation = shift__sketch_rank_deviation(sketch);
    publish_points(owner, support.n, moments);
    return SHIFT_OK;
}

/* A sketch that is being filled holds up to 29,000 values, most of them of the least weight: a
 * comparison of a third of them takes a third of the time, and errs by at most a sixth more. */
static shift_status take_sketch(distribution_owner *owner, const shift__feature *feature,
                                shift_error *err)
{
    if (!shift__sketch_exceeds(feature->sketch, SHIFT__SKETCH_VIEW))
        return take_support(owner, feature->sketch, &feature->moments, err);
    shift__sketch *smaller = NULL;
    shift_status status = shift__sketch_shrunk(&smaller, feature->sketch, SHIFT__SKETCH_VIEW, err);
    if (status == SHIFT_OK)
        status = take_support(owner, smaller, &feature->moments, err);
    shift__sketch_free(smaller);
    return status;
}

static shift_status take_categories(distribution_owner *owner, const shift__feature *feature,
                                    shift_error *err)
{
    shift__category_view view = {NULL, 0, 0, 0, 0.0, false};
    shift_status status = shift__categories_view(feature->categories, &view, err);
    if (status == SHIFT_OK)
        status = copy_categories(owner, &view, err);
    free(view.categories);
    return status;
}

shift_status shift_distribution_of_profile(shift_distribution **out, const shift_profile *profile,
                                           size_t i, shift_error *err)
{
    if (SHIFT__ANY_NULL(err, out, profile))
        return SHIFT_EINVAL;
    if (i >= shift_schema_size(shift_profile_schema(profile)))
        return shift_error_set(err, SHIFT_EINVAL, "column %zu of a profile of %zu columns", i,
                               shift_schema_size(shift_profile_schema(profile)));
    const shift__feature *feature = shift__profile_feature(profile, i);
    distribution_owner *owner = NULL;
    shift_status status = shift__profile_settled(profile, err);
    if (status == SHIFT_OK)
        status = owner_new(&owner, feature->kind, err);
    if (status != SHIFT_OK)
        return status;
    owner->view.rows = feature->rows;
    owner->view.missing = feature->missing;
    owner->view.non_finite = feature->non_finite;
    owner->view.invalid = feature->invalid;
    status = shift_kind_is_number(feature->kind) ? take_sketch(owner, feature, err)
                                                 : take_categories(owner, feature, err);
    if (status != SHIFT_OK) {
        shift_distribution_free(&owner->view);
        return status;
    }
    *out = &owner->view;
    return SHIFT_OK;
}

/* Index of the first point whose cumulative count exceeds `rank` (0-based rank of a value) */
static size_t point_of_rank(const shift_distribution *d, uint64_t rank)
{
    size_t low = 0;
    size_t high = d->n_points - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (d->cumulative[middle] > rank)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

double shift_distribution_quantile(const shift_distribution *d, unsigned num, unsigned den)
{
    if (d == NULL || den == 0)
        return (double)NAN;
    if (d->n == 0 || d->n_points == 0 || den == 0 || num > den)
        return (double)NAN;
    uint64_t whole = (d->n - 1) / den;
    uint64_t part = (d->n - 1) % den * num;
    uint64_t rank = whole * num + part / den;
    double fraction = (double)(part % den) / den;
    size_t i = point_of_rank(d, rank);
    if (part % den == 0 || rank + 1 < d->cumulative[i] || i + 1 == d->n_points)
        return d->points[i];
    double a = d->points[i];
    double b = d->points[i + 1];
    double gap = b - a;
    return isfinite(gap) ? a + fraction * gap : (1.0 - fraction) * a + fraction * b;
}

double shift_distribution_cdf(const shift_distribution *d, double x)
{
    if (d == NULL)
        return (double)NAN;
    if (d->n == 0 || d->n_points == 0)
        return (double)NAN;
    size_t low = 0; /* points before it are <= x */
    size_t high = d->n_points;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (d->points[middle] <= x)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? 0.0 : (double)d->cumulative[low - 1] / (double)d->n;
}

bool shift__distribution_is_constant(const shift_distribution *d)
{
    if (shift_kind_is_number(d->kind))
        return d->n > 0 && d->minimum == d->maximum;
    return d->n > 0 && d->n_categories == 1 && d->other == 0;
}

double shift_distribution_variance(const shift_distribution *d)
{
    if (d == NULL)
        return (double)NAN;
    return d->n < 2 ? (double)NAN : d->m2 / ((double)d->n - 1.0);
}

double shift_distribution_skewness(const shift_distribution *d)
{
    if (d == NULL)
        return (double)NAN;
    if (d->n < 3 || !(d->m2 > 0.0))
        return (double)NAN;
    double n = (double)d->n;
    double g1 = d->m3 / d->m2 * sqrt(n / d->m2);
    return g1 * sqrt(n * (n - 1.0)) / (n - 2.0);
}

double shift_distribution_kurtosis(const shift_distribution *d)
{
    if (d == NULL)
        return (double)NAN;
    if (d->n < 4 || !(d->m2 > 0.0))
        return (double)NAN;
    double n = (double)d->n;
    double g2 = n * (d->m4 / d->m2 / d->m2) - 3.0;
    return (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * g2 + 6.0);
}
