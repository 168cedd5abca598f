/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/permutation.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"

static size_t smaller_side(const shift__permutations *p)
{
    return p->nx < p->ny ? p->nx : p->ny;
}

/* The smaller side's rows of one exchange: the beginning of a shuffle (Fisher & Yates). */
static void draw(uint32_t *order, size_t n, uint32_t *out, size_t k, shift__random *random)
{
    for (size_t i = 0; i < k; i++) {
        size_t at = i + (size_t)shift__random_below(random, n - i);
        uint32_t row = order[at];
        order[at] = order[i];
        order[i] = row;
        out[i] = row;
    }
}

shift_status shift__permutations_new(shift__permutations *out, size_t nx, size_t ny, uint64_t seed,
                                     shift_error *err)
{
    shift__permutations p = {nx, ny, NULL, NULL};
    size_t n = nx + ny;
    size_t k = smaller_side(&p);
    uint32_t *order = NULL;
    shift_status status = shift__alloc(&order, n, sizeof *order, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&p.drawn, SHIFT__PERMUTATIONS * k, sizeof *p.drawn, err);
    if (status == SHIFT_OK) {
        shift__random random;
        shift__random_init(&random, seed, 2);
        for (size_t i = 0; i < n; i++)
            order[i] = (uint32_t)i;
        for (size_t i = 0; i < SHIFT__PERMUTATIONS; i++)
            draw(order, n, p.drawn + i * k, k, &random);
        *out = p;
    }
    free(order);
    return status;
}

void shift__permutations_clear(shift__permutations *p)
{
    free(p->drawn);
    *p = (shift__permutations){0, 0, NULL, NULL};
}

static const float *row_of(const shift__permutations *p, const shift__exchangeable *layer, size_t r)
{
    size_t width = 2 * layer->half;
    return r < p->nx ? layer->x + r * width : layer->y + (r - p->nx) * width;
}

/* The spread of a row around the common mean, from that around the origin: what is subtracted is
 * the same for all rows but for the product with the row's own mean. */
static double number_of(const float *row, const double *mean, size_t half, size_t c)
{
    if (c < half)
        return (double)row[c];
    return (double)row[c] - 2 * mean[c - half] * (double)row[c - half];
}

/* The numbers of a layer in units of their standard deviation over both sides: rows of x, then of
 * y. */
static void standardise(const shift__permutations *p, const shift__exchangeable *layer, float *z,
                        double *mean)
{
    size_t n = p->nx + p->ny;
    size_t width = 2 * layer->half;
    for (size_t c = 0; c < width; c++) {
        double sum = 0;
        for (size_t r = 0; r < n; r++)
            sum += number_of(row_of(p, layer, r), mean, layer->half, c);
        mean[c] = sum / (double)n;
    }
    for (size_t c = 0; c < width; c++) {
        double square = 0;
        for (size_t r = 0; r < n; r++) {
            double d = number_of(row_of(p, layer, r), mean, layer->half, c) - mean[c];
            square += d * d;
        }
        double sd = sqrt(square / (double)n);
        bool varies = sd > 0 && isfinite(1 / sd);
        for (size_t r = 0; r < n; r++) {
            double d = number_of(row_of(p, layer, r), mean, layer->half, c) - mean[c];
            z[r * width + c] = varies ? (float)(d / sd) : 0;
        }
    }
}

/* Mean squared differences of the two sides' means in standard deviations, by family. Numbers are
 * centred, so one side's sum gives the other's. */
typedef struct difference {
    double of[2];
} difference;

static difference differ(const float *sums, size_t half, double factor)
{
    difference d = {{0, 0}};
    for (int family = 0; family < 2; family++) {
        const float *sum = sums + (size_t)family * half;
        for (size_t c = 0; c < half; c++)
            d.of[family] += (double)sum[c] * (double)sum[c];
        d.of[family] *= factor / (double)half;
    }
    return d;
}

static void add_row(float *sums, const float *z, size_t width)
{
    for (size_t c = 0; c < width; c++)
        sums[c] += z[c];
}

/* What was seen comes first, then the exchanges. */
static void exchange(const shift__permutations *p, const float *z, size_t half, float *sums,
                     difference *out)
{
    size_t width = 2 * half;
    size_t k = smaller_side(p);
    double share = 1 / (double)p->nx + 1 / (double)p->ny;
    size_t first = p->nx < p->ny ? 0 : p->nx;
    for (size_t b = 0; b <= SHIFT__PERMUTATIONS; b++) {
        if (shift__progress_check(p->progress, NULL) != SHIFT_OK)
            return; /* as the caller will find */
        memset(sums, 0, width * sizeof *sums);
        for (size_t i = 0; i < k; i++) {
            size_t r = b == 0 ? first + i : p->drawn[(b - 1) * k + i];
            add_row(sums, z + r * width, width);
        }
        out[b] = differ(sums, half, share * share);
    }
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double upper_fortieth(double *values)
{
    qsort(values, SHIFT__PERMUTATIONS, sizeof *values, by_value);
    return values[SHIFT__PERMUTATIONS - 1 - SHIFT__PERMUTATIONS / 40];
}

/* Mean and standard deviation of a family over all exchanges. What was seen is one of them: only so
 * are all alike, and the p-value exact. */
static void find_moments(const difference *d, int family, double *mean, double *sd)
{
    double sum = 0;
    double square = 0;
    for (size_t b = 0; b <= SHIFT__PERMUTATIONS; b++)
        sum += d[b].of[family];
    *mean = sum / (SHIFT__PERMUTATIONS + 1);
    for (size_t b = 0; b <= SHIFT__PERMUTATIONS; b++)
        square += (d[b].of[family] - *mean) * (d[b].of[family] - *mean);
    *sd = sqrt(square / (SHIFT__PERMUTATIONS + 1));
}

static double find_chance(const difference *d, int family, double *room)
{
    double sum = 0;
    for (size_t b = 0; b < SHIFT__PERMUTATIONS; b++) {
        room[b] = d[b + 1].of[family];
        sum += room[b];
    }
    return sum > 0 ? upper_fortieth(room) * SHIFT__PERMUTATIONS / sum : 1;
}

/* Each family's statistic in its own standard deviations; the larger one counts. */
static void combine(const difference *d, double *statistics, double *room, shift__exchanged *out)
{
    for (size_t b = 0; b <= SHIFT__PERMUTATIONS; b++)
        statistics[b] = -(double)INFINITY;
    for (int family = 0; family < 2; family++) {
        double mean = 0;
        double sd = 0;
        find_moments(d, family, &mean, &sd);
        for (size_t b = 0; b <= SHIFT__PERMUTATIONS; b++) {
            double t = sd > 0 ? (d[b].of[family] - mean) / sd : 0;
            statistics[b] = fmax(statistics[b], t);
        }
        out->chance[family] = find_chance(d, family, room);
    }
    out->statistic = statistics[0];
}

/* Sums in single precision depend on the order of rows, so values that are equal but for that count
 * as reached. */
static double p_of(const double *statistics, double seen)
{
    size_t reached = 0;
    for (size_t b = 1; b <= SHIFT__PERMUTATIONS; b++)
        reached += statistics[b] >= seen - 1e-4 * fabs(seen);
    return (double)(reached + 1) / (SHIFT__PERMUTATIONS + 1);
}

static shift_status permute_layer(const shift__permutations *p, const shift__exchangeable *layer,
                                  double *statistics, shift__exchanged *out, shift_error *err)
{
    size_t width = 2 * layer->half;
    float *z = NULL;
    float *sums = NULL;
    double *mean = NULL;
    double *room = NULL;
    difference *d = NULL;
    shift_status status = shift__alloc(&z, p->nx + p->ny, width * sizeof *z, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&sums, width, sizeof *sums, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&mean, width, sizeof *mean, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&room, SHIFT__PERMUTATIONS + 1, sizeof *room, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&d, SHIFT__PERMUTATIONS + 1, sizeof *d, err);
    if (status == SHIFT_OK) {
        standardise(p, layer, z, mean);
        exchange(p, z, layer->half, sums, d);
        combine(d, statistics, room, out);
        out->p = p_of(statistics, statistics[0]);
        shift__progress_add(p->progress, 1);
        status = shift__progress_check(p->progress, err);
    }
    free(z);
    free(sums);
    free(mean);
    free(room);
    free(d);
    return status;
}

shift_status shift__permute_layers(const shift__permutations *p, const shift__exchangeable *layers,
                                   size_t n, shift__exchanged *out, shift_error *err)
{
    double *statistics = NULL;
    double *largest = NULL;
    shift_status status =
        shift__alloc(&statistics, SHIFT__PERMUTATIONS + 1, sizeof *statistics, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&largest, SHIFT__PERMUTATIONS + 1, sizeof *largest, err);
    for (size_t b = 0; status == SHIFT_OK && b <= SHIFT__PERMUTATIONS; b++)
        largest[b] = -(double)INFINITY;
    for (size_t i = 0; status == SHIFT_OK && i < n; i++) {
        status = permute_layer(p, &layers[i], statistics, &out[i], err);
        for (size_t b = 0; status == SHIFT_OK && b <= SHIFT__PERMUTATIONS; b++)
            largest[b] = fmax(largest[b], statistics[b]);
    }
    for (size_t i = 0; status == SHIFT_OK && i < n; i++)
        out[i].p_adjusted = p_of(largest, out[i].statistic);
    free(statistics);
    free(largest);
    return status;
}

double shift__permute_means(const shift__permutations *p, const double *x, const double *y)
{
    size_t n = p->nx + p->ny;
    size_t k = smaller_side(p);
    double total = 0;
    double seen = 0;
    for (size_t r = 0; r < n; r++)
        total += r < p->nx ? x[r] : y[r - p->nx];
    double mean = total / (double)n;
    size_t reached = 0;
    for (size_t b = 0; b <= SHIFT__PERMUTATIONS; b++) {
        double sum = 0;
        for (size_t i = 0; i < k; i++) {
            size_t r = b > 0 ? p->drawn[(b - 1) * k + i] : (p->nx < p->ny ? 0 : p->nx) + i;
            sum += (r < p->nx ? x[r] : y[r - p->nx]) - mean;
        }
        seen = b == 0 ? fabs(sum) : seen;
        reached += b > 0 && fabs(sum) >= seen * (1 - 1e-12);
    }
    return (double)(reached + 1) / (SHIFT__PERMUTATIONS + 1);
}
