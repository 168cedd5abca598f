/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Change of the share of rows without a usable value: missing, not finite, or not of the column's
 * kind. The p-value is that of Pearson's X^2 for the table of usable by side, or Fisher's exact one
 * where fewer than 5 rows are expected in a cell. */
#include "compare/conditional.h"
#include "compare/interval.h"
#include "compare/statistics/statistic.h"

/* Newcombe's interval of a difference of two shares (1998, Statist. Med. 17, method 10), from exact
 * limits of each instead of Wilson's: it covers with few lacking values too */
static shift__range difference(double lacking_x, double rows_x, double lacking_y, double rows_y)
{
    shift__range x = shift__interval_share(lacking_x, rows_x);
    shift__range y = shift__interval_share(lacking_y, rows_y);
    double p = lacking_x / rows_x;
    double q = lacking_y / rows_y;
    return (shift__range){q - p - hypot(q - y.low, x.high - p),
                          q - p + hypot(y.high - q, p - x.low)};
}

shift_status shift__statistic_missing_rate(const shift__pair *pair, shift__estimate *out,
                                           shift_error *err)
{
    (void)err;
    double rows_x = (double)pair->train->rows;
    double rows_y = (double)pair->prod->rows;
    if (pair->train->rows == 0 || pair->prod->rows == 0) {
        *out = shift__undefined(pair->train->rows == 0 ? "no rows in training"
                                                       : "no rows in production");
        return SHIFT_OK;
    }
    double lacking_x = (double)(pair->train->rows - pair->train->n);
    double lacking_y = (double)(pair->prod->rows - pair->prod->n);
    double gap = lacking_y / rows_y - lacking_x / rows_x;
    *out = shift__value(gap);
    shift__range range = difference(lacking_x, rows_x, lacking_y, rows_y);
    out->low = range.low;
    out->high = range.high;
    double lacking = lacking_x + lacking_y;
    double usable = pair->m + pair->n;
    if (!(lacking > 0.0) || !(usable > 0.0))
        return SHIFT_OK; /* no test: nothing could differ */
    double least = fmin(lacking, usable) * fmin(rows_x, rows_y) / (rows_x + rows_y);
    if (least < 5.0) {
        out->tail = shift__tail_fisher(lacking_x, rows_x, lacking_y, rows_y);
        return SHIFT_OK;
    }
    double pooled = lacking / (rows_x + rows_y);
    double spread = pooled * (usable / (rows_x + rows_y)) * (1.0 / rows_x + 1.0 / rows_y);
    out->tail = shift__tail_chi_square(gap * gap / spread, 1.0);
    return SHIFT_OK;
}
