/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Merging the two sides of a comparison: pooled values, decile bins, union of categories. */
#include "compare/pair.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/area.h"
#include "compare/shape.h"
#include "compare/statistics/scores.h"
#include "core/memory.h"
#include "profile/categories.h"

void shift__pair_free(shift__pair *pair)
{
    if (pair == NULL)
        return;
    free(pair->pooled);
    free(pair->train_below);
    free(pair->prod_below);
    free(pair->train_cells);
    free(pair->prod_cells);
    free(pair);
}

/* Which side has the next value is a matter of chance, so the loop over both has no branch on it.
 */
static size_t merge_points(const shift__pair *pair)
{
    const double *x = pair->train->points;
    const double *y = pair->prod->points;
    const uint64_t *of_x = pair->train->cumulative;
    const uint64_t *of_y = pair->prod->cumulative;
    double *pooled = pair->pooled;
    uint64_t *train_below = pair->train_below;
    uint64_t *prod_below = pair->prod_below;
    uint64_t in_train = 0;
    uint64_t in_prod = 0;
    size_t i = 0;
    size_t j = 0;
    size_t k = 0;
    for (; i < pair->train->n_points && j < pair->prod->n_points; k++) {
        double a = x[i];
        double b = y[j];
        pooled[k] = a <= b ? a : b;
        in_train = a <= b ? of_x[i] : in_train;
        in_prod = b <= a ? of_y[j] : in_prod;
        train_below[k] = in_train;
        prod_below[k] = in_prod;
        i += a <= b;
        j += b <= a;
    }
    for (; i < pair->train->n_points; i++, k++) {
        pooled[k] = x[i];
        train_below[k] = of_x[i];
        prod_below[k] = in_prod;
    }
    for (; j < pair->prod->n_points; j++, k++) {
        pooled[k] = y[j];
        train_below[k] = in_train;
        prod_below[k] = of_y[j];
    }
    return k;
}

/* How many support points are <= x */
static size_t points_below(const shift_distribution *d, double x)
{
    size_t low = 0;
    size_t high = d->n_points;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (d->points[middle] <= x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* How many values are */
static uint64_t count_below(const shift_distribution *d, double x)
{
    size_t points = points_below(d, x);
    return points == 0 ? 0 : d->cumulative[points - 1];
}

/* Which decile an edge is; of several, the last */
static void find_edges(shift__pair *pair, unsigned *deciles)
{
    if (pair->train->n == 0)
        return;
    for (unsigned k = 1; k < SHIFT__BINS; k++) {
        double edge = shift_distribution_quantile(pair->train, k, SHIFT__BINS);
        if (pair->n_edges == 0 || edge != pair->edges[pair->n_edges - 1])
            pair->edges[pair->n_edges++] = edge;
        deciles[pair->n_edges - 1] = k;
    }
}

static void add_cell(shift__pair *pair, uint64_t in_train, uint64_t in_prod)
{
    if (in_train == 0 && in_prod == 0)
        return;
    pair->train_cells[pair->n_cells] = in_train;
    pair->prod_cells[pair->n_cells] = in_prod;
    pair->n_cells++;
}

/* Values of training at the last point <= x and at the next one */
static double tied_around(const shift_distribution *d, double x)
{
    size_t i = points_below(d, x);
    uint64_t before = i > 1 ? d->cumulative[i - 2] : 0;
    uint64_t upto = i > 0 ? d->cumulative[i - 1] : 0;
    uint64_t next = i < d->n_points ? d->cumulative[i] - upto : 0;
    uint64_t here = upto - before;
    return (double)(here > next ? here : next);
}

/* The gaps below edge `i`, which is a type-7 quantile with `upto` values of training; NaN where
 * ties hold it: they are wider than the deviation of training's count up to a fixed place. */
static double gaps_below(const shift__pair *pair, size_t i, unsigned decile, uint64_t upto)
{
    double m = pair->m;
    double below = (double)upto;
    double tied = tied_around(pair->train, pair->edges[i]);
    double variance = below * (1.0 - below / m) * (pair->n / (m + pair->n));
    if (tied > 1.0 && tied * tied > 6.0 * variance) /* a uniform place has w^2 / 12 */
        return (double)NAN;
    return fmax((m - 1.0) * decile / SHIFT__BINS + 1.0, below);
}

/* Limits at fixed parts f of gaps vary less than if gaps were divided by chance: the sum over the
 * bins of w - w^2 / N, w of the N = m + 1 gaps being a bin's, is less by 2 f (1 - f) for each. As
 * many gaps more as make up for it, in the same proportions. */
static void adjust_gaps(shift__pair *pair, const unsigned *deciles)
{
    double all = pair->m + 1.0;
    double sum = all;
    for (size_t i = 0; i < pair->n_cells; i++)
        sum -= pair->cell_gaps[i] * (pair->cell_gaps[i] / all);
    double less = 0.0;
    for (size_t i = 0; i < pair->n_edges; i++) {
        double place = (pair->m - 1.0) * deciles[i] / SHIFT__BINS;
        double part = place - floor(place);
        less += 2.0 * part * (1.0 - part);
    }
    double more = less < 0.5 * sum ? sum / (sum - less) : 1.0;
    pair->gaps = all * more;
    for (size_t i = 0; i < pair->n_cells; i++)
        pair->cell_gaps[i] *= more;
}

static void fill_bins(shift__pair *pair)
{
    unsigned deciles[SHIFT__BINS] = {0};
    find_edges(pair, deciles);
    uint64_t train_done = 0;
    uint64_t prod_done = 0;
    double gaps_done = 0.0;
    for (size_t i = 0; i <= pair->n_edges; i++) {
        bool last = i == pair->n_edges;
        uint64_t a = last ? pair->train->n : count_below(pair->train, pair->edges[i]);
        uint64_t b = last ? pair->prod->n : count_below(pair->prod, pair->edges[i]);
        double gaps = last ? pair->m + 1.0 : gaps_below(pair, i, deciles[i], a);
        double own = gaps - gaps_done;
        if (pair->n_cells < SHIFT__BINS)
            pair->cell_gaps[pair->n_cells] = own > 0.0 && pair->exact ? own : 0.0;
        add_cell(pair, a - train_done, b - prod_done);
        train_done = a;
        prod_done = b;
        gaps_done = gaps;
    }
    adjust_gaps(pair, deciles);
}

static shift_status new_cells(shift__pair *pair, size_t n, shift_error *err)
{
    shift_status status = shift__alloc(&pair->train_cells, n, sizeof *pair->train_cells, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&pair->prod_cells, n, sizeof *pair->prod_cells, err);
    return status;
}

static shift_status pool_numbers(shift__pair *pair, shift_error *err)
{
    size_t room = pair->train->n_points + pair->prod->n_points;
    shift_status status = shift__alloc(&pair->pooled, room, sizeof *pair->pooled, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&pair->train_below, room, sizeof *pair->train_below, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&pair->prod_below, room, sizeof *pair->prod_below, err);
    if (status == SHIFT_OK)
        status = new_cells(pair, SHIFT__BINS, err);
    if (status != SHIFT_OK)
        return status;
    pair->n_pooled = merge_points(pair);
    fill_bins(pair);
    if (pair->train->n == 0 || pair->prod->n == 0)
        return SHIFT_OK;
    shift__area_measure(pair);
    shift__scores_measure(pair);
    shift__shape_measure(pair);
    return SHIFT_OK;
}

/* A category of either side, on its way into the union */
typedef struct labelled {
    double number;
    const char *digits; /* NULL where the double says it all */
    uint64_t in_train, in_prod;
} labelled;

/* What a number without an exponent says: 0.digits times ten to the `point`, without outer zeros.
 */
typedef struct decimal {
    size_t n;
    long point;
    char digits[SHIFT__CATEGORY_BYTES];
} decimal;

static void read_decimal(decimal *out, const char *text)
{
    bool fraction = false;
    out->n = 0;
    out->point = 0;
    for (; *text != '\0'; text++) {
        if (*text == '.') {
            fraction = true;
        } else if (*text != '+' && *text != '-' && (*text != '0' || out->n > 0)) {
            out->digits[out->n++] = *text;
            out->point += fraction ? 0 : 1;
        } else if (*text == '0' && fraction) {
            out->point--;
        }
    }
    while (out->n > 0 && out->digits[out->n - 1] == '0')
        out->n--;
}

/* Numbers that are the same double by what they say. */
static int compare_decimals(const char *a, const char *b)
{
    decimal x;
    decimal y;
    read_decimal(&x, a);
    read_decimal(&y, b);
    if (x.point != y.point)
        return x.point < y.point ? -1 : 1;
    int order = memcmp(x.digits, y.digits, x.n < y.n ? x.n : y.n);
    return order != 0 ? order : (x.n > y.n) - (x.n < y.n);
}

static int compare_labels(const void *a, const void *b)
{
    const labelled *x = a;
    const labelled *y = b;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return x->digits == NULL || y->digits == NULL ? 0 : compare_decimals(x->digits, y->digits);
}

static void number_labels(labelled *out, const shift_distribution *d, bool train)
{
    for (size_t i = 0; i < d->n_categories; i++) {
        uint64_t count = d->categories[i].count;
        const char *text = d->categories[i].text;
        double number = strtod(text, NULL);
        out[i] = (labelled){number, fabs(number) < 0x1p53 ? NULL : text, train ? count : 0,
                            train ? 0 : count};
    }
}

/* Doubles tell whole numbers apart below 2^53. From there on the digits do, unless some number has
 * an exponent: then these were doubles once, of which each program prints other digits. */
static void forget_prints(labelled *labels, size_t n)
{
    bool prints = false;
    for (size_t i = 0; i < n; i++)
        prints = prints || (labels[i].digits != NULL && strpbrk(labels[i].digits, "eE") != NULL);
    for (size_t i = 0; prints && i < n; i++)
        labels[i].digits = NULL;
}

/* Categories that are numbers are the same where the numbers are, so that "1" meets "1.0". */
static shift_status union_by_number(shift__pair *pair, shift_error *err)
{
    const shift_distribution *x = pair->train;
    const shift_distribution *y = pair->prod;
    size_t n = x->n_categories + y->n_categories;
    labelled *labels = NULL;
    shift_status status = shift__alloc(&labels, n, sizeof *labels, err);
    if (status != SHIFT_OK)
        return status;
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (c_locale == (locale_t)0) {
        free(labels);
        return shift_error_set(err, SHIFT_ENOMEM, "the C locale cannot be made");
    }
    locale_t before = uselocale(c_locale);
    number_labels(labels, x, true);
    number_labels(labels + x->n_categories, y, false);
    (void)uselocale(before);
    freelocale(c_locale);
    forget_prints(labels, n);
    qsort(labels, n, sizeof *labels, compare_labels);
    for (size_t i = 0; i < n;) {
        labelled sum = labels[i];
        for (i++; i < n && compare_labels(&labels[i], &sum) == 0; i++) {
            sum.in_train += labels[i].in_train;
            sum.in_prod += labels[i].in_prod;
        }
        add_cell(pair, sum.in_train, sum.in_prod);
    }
    free(labels);
    return SHIFT_OK;
}

static int compare_texts(const shift_category *a, const shift_category *b)
{
    size_t shorter = a->size < b->size ? a->size : b->size;
    int order = shorter > 0 ? memcmp(a->text, b->text, shorter) : 0;
    if (order != 0)
        return order;
    return (a->size > b->size) - (a->size < b->size);
}

static void union_by_text(shift__pair *pair)
{
    const shift_distribution *x = pair->train;
    const shift_distribution *y = pair->prod;
    size_t i = 0;
    size_t j = 0;
    while (i < x->n_categories || j < y->n_categories) {
        int order = i == x->n_categories   ? 1
                    : j == y->n_categories ? -1
                                           : compare_texts(&x->categories[i], &y->categories[j]);
        add_cell(pair, order <= 0 ? x->categories[i].count : 0,
                 order >= 0 ? y->categories[j].count : 0);
        i += order <= 0;
        j += order >= 0;
    }
}

static shift_status pool_categories(shift__pair *pair, shift_error *err)
{
    const shift_distribution *x = pair->train;
    const shift_distribution *y = pair->prod;
    shift_status status = new_cells(pair, x->n_categories + y->n_categories + 1, err);
    if (status != SHIFT_OK)
        return status;
    if (x->numeric_text && y->numeric_text)
        status = union_by_number(pair, err);
    else
        union_by_text(pair);
    /* Values that had no counter share one cell: a coarser, still honest, partition. */
    pair->n_counted = pair->n_cells;
    add_cell(pair, x->other, y->other);
    return status;
}

shift_status shift__pair_new(shift__pair **out, const shift_distribution *train,
                             const shift_distribution *prod, shift_error *err)
{
    shift__pair *pair = NULL;
    shift_status status = shift__alloc(&pair, 1, sizeof *pair, err);
    if (status != SHIFT_OK)
        return status;
    pair->train = train;
    pair->prod = prod;
    pair->numeric = shift_kind_is_number(train->kind);
    pair->m = (double)train->n;
    pair->n = (double)prod->n;
    pair->rank_error = train->rank_error + prod->rank_error;
    pair->rank_variance =
        train->rank_deviation * train->rank_deviation + prod->rank_deviation * prod->rank_deviation;
    pair->exact = !(pair->rank_error > 0.0) && train->other == 0 && prod->other == 0;
    status = pair->numeric ? pool_numbers(pair, err) : pool_categories(pair, err);
    if (status != SHIFT_OK) {
        shift__pair_free(pair);
        return status;
    }
    *out = pair;
    return SHIFT_OK;
}
