/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shape.h"

#include <math.h>

#include "scale.h"

enum { BINS = 8, LEVELS = 8 };

bool shape_exists(const shift_subject *subject)
{
    return (subject->train_curve != NULL && subject->prod_curve != NULL) ||
           subject->n_categories > 0;
}

/* Share of values below x. */
static double share_below(const shift_curve *curve, double x)
{
    const shift_vertex *v = curve->vertices;
    size_t i = 0;
    while (i < curve->n && v[i].value < x)
        i++;
    if (i == 0 || i == curve->n)
        return i == 0 ? 0 : 1;
    double t = scale_place(x, v[i - 1].value, v[i].value);
    return v[i - 1].share + t * (v[i].share - v[i - 1].share);
}

static double quantile(const shift_curve *curve, double share)
{
    size_t i = 0;
    while (i + 1 < curve->n && curve->vertices[i].share < share)
        i++;
    return curve->vertices[i].value;
}

static void fill_bins(const shift_curve *curve, const double range[2], double bins[BINS])
{
    double before = 0;
    for (size_t i = 0; i < BINS; i++) {
        double edge = scale_value((double)(i + 1) / BINS, range[0], range[1]);
        double share = i + 1 < BINS ? share_below(curve, edge) : 1;
        bins[i] = share - before;
        before = share;
    }
}

static void fill_categories(const shift_subject *subject, bool train, double bins[BINS])
{
    const shift_summary *side = train ? &subject->train : &subject->prod;
    for (size_t i = 0; i < BINS; i++) {
        bins[i] = 0;
        if (i < subject->n_categories && side->n > 0)
            bins[i] =
                (double)(train ? subject->categories[i]->train : subject->categories[i]->prod) /
                (double)side->n;
    }
}

static void add_bars(buffer *b, const double bins[BINS], double top, bool utf8)
{
    static const char ascii[] = "_.:-=+*#";
    for (size_t i = 0; i < BINS; i++) {
        if (!(bins[i] > 0)) {
            buffer_text(b, " ");
            continue;
        }
        int level = (int)(bins[i] / top * (LEVELS - 1) + 0.5);
        if (utf8)
            utf8_add(b, 0x2581u + (uint32_t)level); /* LOWER ONE EIGHTH BLOCK and up */
        else
            buffer_add(b, &ascii[level], 1);
    }
}

void shape_add(buffer *b, const shift_subject *subject, bool utf8)
{
    double bins[2][BINS];
    double top = 0;
    if (subject->n_categories > 0) {
        fill_categories(subject, true, bins[0]);
        fill_categories(subject, false, bins[1]);
    } else {
        const shift_curve *train = subject->train_curve;
        const shift_curve *prod = subject->prod_curve;
        const double range[2] = {fmin(quantile(train, 0.005), quantile(prod, 0.005)),
                                 fmax(quantile(train, 0.995), quantile(prod, 0.995))};
        fill_bins(train, range, bins[0]);
        fill_bins(prod, range, bins[1]);
    }
    for (size_t i = 0; i < BINS; i++)
        top = fmax(top, fmax(bins[0][i], bins[1][i]));
    add_bars(b, bins[0], top, utf8);
    buffer_text(b, " ");
    add_bars(b, bins[1], top, utf8);
}
