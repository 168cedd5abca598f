/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dependence along the rows, in one pass: every level hands the means of its pairs to the next. */
#include "profile/serial.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum {
    LANES = 4,
    EPOCH = 1 << SHIFT__SERIAL_EPOCH_LEVEL,
    WHOLE = 8 * EPOCH, /* are all looked at; beyond, one epoch of so many: */
    STRIDE = 32,
    LEAST = 32 /* values, for percentiles */
};

/* ---- numbers as they are looked at ---- */

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* From the first values: where they are cut off, and their scale. Neither need be exact. */
static void find_scale(shift__serial *s, const double *x, size_t n)
{
    double sorted[EPOCH];
    s->low = -(double)INFINITY;
    s->high = (double)INFINITY;
    s->centre = x[0];
    s->scale = 1.0;
    if (n < LEAST)
        return;
    memcpy(sorted, x, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, compare_doubles);
    double low = sorted[n / 20];
    double high = sorted[n - 1 - n / 20];
    if (low == high) { /* nearly all are one value: the others are what matters */
        size_t first = 0;
        size_t end = n;
        while (sorted[first] < low)
            first++;
        while (sorted[end - 1] > high)
            end--;
        low = sorted[first / 2];
        high = sorted[end + (n - end) / 2 - (end == n)];
    }
    if (low == high || !isfinite(high - low))
        return;
    s->low = low;
    s->high = high;
    s->centre = sorted[n / 2];
    s->scale = 1.0 / (high - low);
}

static inline double cut(const shift__serial *s, double x)
{
    double above = x > s->low ? x : s->low;
    return ((above < s->high ? above : s->high) - s->centre) * s->scale;
}

/* ---- the levels ---- */

static void add_pair(shift__serial *s, unsigned level, double a, double b)
{
    s->pairs[level]++;
    s->energy[level] += (b - a) * (b - a);
}

/* Level 0 */
static void add_values(shift__serial *s, double a, double b)
{
    double d = b - a;
    double x = cut(s, a);
    double y = cut(s, b);
    s->rise += d;
    s->path += fabs(d);
    s->steps += d * d;
    s->n += 2;
    s->sum += x + y;
    s->squares += x * x + y * y;
    add_pair(s, 0, x, y);
}

static double add_lanes(const double *lanes)
{
    return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
}

/* Whole lanes of pairs of values; `count` is a multiple of the lanes. */
static void add_values_by_lanes(shift__serial *s, const double *x, size_t count, double *means)
{
    const shift__serial how = *s; /* a copy, which nothing that is written can be part of */
    double rise[LANES] = {0.0};
    double path[LANES] = {0.0};
    double steps[LANES] = {0.0};
    double sum[LANES] = {0.0};
    double squares[LANES] = {0.0};
    double energy[LANES] = {0.0};
    for (size_t k = 0; k < count; k += LANES) {
        for (size_t l = 0; l < LANES; l++) {
            double a = x[2 * (k + l)];
            double b = x[2 * (k + l) + 1];
            double u = cut(&how, a);
            double v = cut(&how, b);
            rise[l] += b - a;
            path[l] += fabs(b - a);
            steps[l] += (b - a) * (b - a);
            sum[l] += u + v;
            squares[l] += u * u + v * v;
            energy[l] += (v - u) * (v - u);
            means[k + l] = 0.5 * (u + v);
        }
    }
    s->n += 2 * count;
    s->pairs[0] += count;
    s->rise += add_lanes(rise);
    s->path += add_lanes(path);
    s->steps += add_lanes(steps);
    s->sum += add_lanes(sum);
    s->squares += add_lanes(squares);
    s->energy[0] += add_lanes(energy);
}

/* Level 0: the number of means that it gives */
static size_t add_first(shift__serial *s, const double *x, size_t n, double *means)
{
    size_t given = 0;
    if ((s->waiting & 1u) != 0) {
        add_values(s, s->pending_value, x[0]);
        means[given++] = 0.5 * (cut(s, s->pending_value) + cut(s, x[0]));
        x++;
        n--;
    }
    size_t count = n / 2 / LANES * LANES;
    add_values_by_lanes(s, x, count, means + given);
    for (size_t k = count; k < n / 2; k++) {
        add_values(s, x[2 * k], x[2 * k + 1]);
        means[given + k] = 0.5 * (cut(s, x[2 * k]) + cut(s, x[2 * k + 1]));
    }
    s->waiting = n % 2 == 1 ? s->waiting | 1u : s->waiting & ~1u;
    if (n % 2 == 1)
        s->pending_value = x[n - 1];
    return given + n / 2;
}

/* Another level, in place: a mean is written where both that it is made of were read. */
static size_t add_level(shift__serial *s, unsigned level, double *means, size_t n)
{
    size_t given = 0;
    size_t at = 0;
    uint32_t bit = 1u << level;
    if ((s->waiting & bit) != 0) {
        double mean = 0.5 * (s->pending[level] + means[0]);
        add_pair(s, level, s->pending[level], means[0]);
        means[given++] = mean;
        at = 1;
    }
    for (; at + 2 <= n; at += 2) {
        double a = means[at];
        double b = means[at + 1];
        add_pair(s, level, a, b);
        means[given++] = 0.5 * (a + b);
    }
    s->waiting = at < n ? s->waiting | bit : s->waiting & ~bit;
    if (at < n)
        s->pending[level] = means[at];
    return given;
}

static void add_some(shift__serial *s, const double *x, size_t n)
{
    double means[EPOCH / 2 + 1];
    if (s->scale == 0.0)
        find_scale(s, x, n);
    size_t k = add_first(s, x, n, means);
    for (unsigned level = 1; k > 0 && level < SHIFT__SERIAL_LEVELS; level++)
        k = add_level(s, level, means, k);
}

/* How many values from the position on are of one epoch, n at most, and whether they count */
static size_t next_part(const shift__serial *s, size_t n, bool *counts)
{
    size_t room = EPOCH - (size_t)(s->position % EPOCH);
    *counts = s->position < WHOLE || s->position / EPOCH % STRIDE == 0;
    return n < room ? n : room;
}

void shift__serial_add(shift__serial *s, const double *x, size_t n)
{
    while (n > 0) {
        bool counts = false;
        size_t part = next_part(s, n, &counts);
        if (counts)
            add_some(s, x, part);
        s->position += part;
        x += part;
        n -= part;
    }
}

/* ---- texts ---- */

static bool is_present(const shift_column *column, size_t row)
{
    return column->states == NULL || column->states[row] == SHIFT_FIELD_PRESENT;
}

/* Between 0 and 1, the same for equal texts */
static double number_of(const shift_column *column, size_t row)
{
    const char *text = column->bytes + column->begin[row];
    return ldexp((double)(XXH3_64bits(text, column->end[row] - column->begin[row]) >> 11), -53);
}

/* By bytes */
static int compare(const shift_column *column, size_t a, size_t b)
{
    size_t x = column->end[a] - column->begin[a];
    size_t y = column->end[b] - column->begin[b];
    size_t shorter = x < y ? x : y;
    int order = shorter > 0 ? memcmp(column->bytes + column->begin[a],
                                     column->bytes + column->begin[b], shorter)
                            : 0;
    return order != 0 ? order : (x > y) - (x < y);
}

static void compare_neighbours(shift__serial *s, const shift_column *column, size_t rows)
{
    for (size_t r = 1; r < rows; r++) {
        if (!is_present(column, r - 1) || !is_present(column, r))
            continue;
        int order = compare(column, r - 1, r);
        s->texts++;
        s->changes += order != 0;
        s->falls += order > 0;
    }
    for (size_t r = SHIFT__SERIAL_FAR; r < rows; r++) {
        if (!is_present(column, r - SHIFT__SERIAL_FAR) || !is_present(column, r))
            continue;
        s->far_texts++;
        s->far_changes += compare(column, r - SHIFT__SERIAL_FAR, r) != 0;
    }
}

void shift__serial_add_texts(shift__serial *s, const shift_column *column, size_t rows)
{
    double numbers[EPOCH];
    compare_neighbours(s, column, rows < SHIFT__SERIAL_ROWS ? rows : SHIFT__SERIAL_ROWS);
    if (s->scale == 0.0) { /* nothing is cut off */
        s->low = -(double)INFINITY;
        s->high = (double)INFINITY;
        s->centre = 0.5;
        s->scale = 1.0;
    }
    for (size_t r = 0; r < rows;) {
        bool counts = false;
        size_t part = next_part(s, rows - r, &counts);
        size_t n = 0;
        for (size_t k = 0; counts && k < part; k++)
            if (is_present(column, r + k))
                numbers[n++] = number_of(column, r + k);
        if (n > 0)
            add_some(s, numbers, n);
        s->position += part;
        r += part;
    }
}

void shift__serial_add_states(shift__serial *s, const uint8_t *states, size_t rows)
{
    rows = rows < SHIFT__SERIAL_ROWS ? rows : SHIFT__SERIAL_ROWS;
    if (rows < 2)
        return;
    s->rows += rows - 1;
    for (size_t r = 1; states != NULL && r < rows; r++)
        s->gaps += (states[r - 1] == SHIFT_FIELD_PRESENT) != (states[r] == SHIFT_FIELD_PRESENT);
}

/* ---- both ---- */

double shift__serial_squares(const shift__serial *s)
{
    return s->n > 0 ? fmax(s->squares - s->sum * s->sum / (double)s->n, 0.0) : 0.0;
}

double shift__serial_variance(const shift__serial *s)
{
    return s->n < 2 ? (double)NAN : shift__serial_squares(s) / ((double)s->n - 1.0);
}

void shift__serial_merge(shift__serial *dst, const shift__serial *src)
{
    dst->squares = shift__serial_squares(dst) + shift__serial_squares(src);
    dst->sum = 0.0;
    dst->n += src->n;
    for (size_t l = 0; l < SHIFT__SERIAL_LEVELS; l++) {
        dst->pairs[l] += src->pairs[l];
        dst->energy[l] += src->energy[l];
    }
    dst->rise += src->rise;
    dst->path += src->path;
    dst->steps += src->steps;
    dst->waiting = 0;
    dst->position = 0;
    dst->texts += src->texts;
    dst->changes += src->changes;
    dst->falls += src->falls;
    dst->far_texts += src->far_texts;
    dst->far_changes += src->far_changes;
    dst->rows += src->rows;
    dst->gaps += src->gaps;
}
