/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What pictures of a layer are drawn from: the values of all its channels together, one by one or
 * from their histograms. */
#include <math.h>
#include <stdlib.h>

#include "compare/curve.h"
#include "network/layer_statistics.h"

enum { CELLS = 8192 };

/* How a channel's values are measured. */
typedef struct unit {
    double origin, scale;
} unit;

static unit unit_of(const shift__layer *layer, size_t channel)
{
    if (!layer->bn)
        return (unit){0, 1};
    double scale = sqrt(layer->variance[channel] + layer->epsilon);
    return (unit){layer->mean[channel], scale > 0 ? scale : 1};
}

/* From where to where there are values. */
static void find_ends(const shift__layer *train, const shift__layer *side, double ends[2])
{
    for (size_t c = 0; c < side->channels; c++) {
        unit u = unit_of(train, c);
        ends[0] = fmin(ends[0], (side->seen.minimum[c] - u.origin) / u.scale);
        ends[1] = fmax(ends[1], (side->seen.maximum[c] - u.origin) / u.scale);
    }
}

/* Equal cells that both sides are counted in; what is beyond, in the first and last. */
typedef struct grid {
    double low, width;
} grid;

/* As far as bins and values reach. */
static grid grid_of(const shift__layer *train, const double ends[2])
{
    const shift__histogram *h = &train->histogram;
    double low = INFINITY;
    double high = -INFINITY;
    for (size_t c = 0; c < train->channels; c++) {
        unit u = unit_of(train, c);
        low = fmin(low, (h->low[c] - u.origin) / u.scale);
        high = fmax(high, (h->low[c] + h->width[c] * (double)h->bins - u.origin) / u.scale);
    }
    low = fmax(low, ends[0]);
    double width = (fmin(high, ends[1]) - low) / CELLS;
    return (grid){low, width > 0 ? width : 1};
}

typedef struct cells {
    uint64_t counts[CELLS];
    double sums[CELLS]; /* of the values in each */
    double points[CELLS];
    uint64_t cumulative[CELLS];
} cells;

static void count_value(cells *to, grid g, unit u, double value, uint64_t count)
{
    value = (value - u.origin) / u.scale;
    double cell = fmax(0, fmin(CELLS - 1, floor((value - g.low) / g.width)));
    to->counts[(size_t)cell] += count;
    to->sums[(size_t)cell] += (double)count * value;
}

static void count_channel(cells *to, grid g, const shift__layer *layer, size_t c, unit u)
{
    const shift__histogram *h = &layer->histogram;
    const shift__values *v = &layer->values;
    for (size_t i = 0; v->x != NULL && i < v->n; i++)
        count_value(to, g, u, (double)v->x[c * v->n + i], 1);
    for (size_t i = 0; v->x == NULL && i < h->bins; i++) {
        uint64_t count = shift__histogram_count(h, c * h->bins + i);
        if (count == 0)
            continue;
        double place = shift__histogram_place(h, c * h->bins + i);
        double value = h->low[c] + h->width[c] * ((double)i + place);
        /* The end bins hold what is beyond them. */
        value = fmax(layer->seen.minimum[c], fmin(layer->seen.maximum[c], value));
        count_value(to, g, u, value, count);
    }
}

/* The cells as a distribution, whose points lie where the mean of each cell is, but for the ends.
 */
static shift_distribution distribution_of(cells *from, const double ends[2])
{
    shift_distribution d = {
        .kind = SHIFT_KIND_NUMERIC, .points = from->points, .cumulative = from->cumulative};
    for (size_t i = 0; i < CELLS; i++) {
        if (from->counts[i] == 0)
            continue;
        d.n += from->counts[i];
        double before = d.n_points > 0 ? from->points[d.n_points - 1] : ends[0];
        from->points[d.n_points] = fmax(from->sums[i] / (double)from->counts[i], before);
        from->cumulative[d.n_points++] = d.n;
    }
    if (d.n_points > 1)
        from->points[0] = ends[0];
    if (d.n_points > 0)
        from->points[d.n_points - 1] = ends[1];
    return d;
}

shift_status shift__layer_draw(const shift__layer *train, const shift__layer *prod,
                               shift__arena *arena, shift_subject *subject, shift_error *err)
{
    const shift__layer *const sides[] = {train, prod};
    cells *both = NULL;
    shift_distribution drawn[2];
    double own[2][2] = {{INFINITY, -INFINITY}, {INFINITY, -INFINITY}};
    for (int i = 0; i < 2; i++)
        find_ends(train, sides[i], own[i]);
    const double ends[] = {fmin(own[0][0], own[1][0]), fmax(own[0][1], own[1][1])};
    if (!shift__layer_has_distances(train, prod))
        return SHIFT_OK;
    grid g = grid_of(train, ends);
    shift_status status = shift__alloc(&both, 2, sizeof *both, err);
    if (status != SHIFT_OK)
        return status;
    for (int i = 0; i < 2; i++) {
        for (size_t c = 0; c < train->channels; c++)
            count_channel(&both[i], g, sides[i], c, unit_of(train, c));
        drawn[i] = distribution_of(&both[i], own[i]);
    }
    status = shift__draw(&drawn[0], &drawn[1], arena, subject, err);
    free(both);
    return status;
}
