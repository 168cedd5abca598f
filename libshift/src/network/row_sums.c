/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loops along whichever axis is contiguous, so that they are vectorised: positions of a channel, or
 * channels of a position. */
#include "network/row_sums.h"

#include <math.h>
#include <string.h>

#include "network/operators/gemm.h"

size_t shift__row_scratch(const shift__row *row)
{
    size_t image = row->last && row->positions > 1 ? row->channels * row->positions / 2 + 1 : 0;
    return image > 3 * row->channels ? image : 3 * row->channels;
}

/* The sums of one run, in four lanes so that the additions do not wait for each other. */
static void add_run(const float *x, size_t n, double origin, double out[2])
{
    double first[4] = {0, 0, 0, 0};
    double second[4] = {0, 0, 0, 0};
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (size_t k = 0; k < 4; k++) {
            double d = (double)x[i + k] - origin;
            first[k] += d;
            second[k] += d * d;
        }
    for (; i < n; i++) {
        double d = (double)x[i] - origin;
        first[0] += d;
        second[0] += d * d;
    }
    out[0] = (first[0] + first[1]) + (first[2] + first[3]);
    out[1] = (second[0] + second[1]) + (second[2] + second[3]);
}

void shift__row_channel(const shift__row *row, size_t channel, double origin, double out[2])
{
    if (!row->last) {
        add_run(row->x + channel * row->positions, row->positions, origin, out);
        return;
    }
    out[0] = 0;
    out[1] = 0;
    for (size_t i = 0; i < row->positions; i++) {
        double d = (double)row->x[i * row->channels + channel] - origin;
        out[0] += d;
        out[1] += d * d;
    }
}

static void add_range(shift__sums *sums, size_t c, const float *x, size_t n)
{
    float low = x[0];
    float high = x[0];
    for (size_t i = 1; i < n; i++) {
        low = x[i] < low ? x[i] : low;
        high = x[i] > high ? x[i] : high;
    }
    sums->minimum[c] = fmin(sums->minimum[c], (double)low);
    sums->maximum[c] = fmax(sums->maximum[c], (double)high);
}

static void sums_first(const shift__row *row, shift__sums *sums, double *first, double *second)
{
    for (size_t c = 0; c < row->channels; c++) {
        double out[2];
        shift__row_channel(row, c, sums->origin[c], out);
        first[c] = out[0];
        second[c] = out[1];
        add_range(sums, c, row->x + c * row->positions, row->positions);
    }
}

static void sums_last(const shift__row *row, shift__sums *sums, double *restrict first,
                      double *restrict second)
{
    const double *restrict origin = sums->origin;
    double *restrict low = sums->minimum;
    double *restrict high = sums->maximum;
    const float *restrict x = row->x;
    memset(first, 0, row->channels * sizeof *first);
    memset(second, 0, row->channels * sizeof *second);
    for (size_t i = 0; i < row->positions; i++, x += row->channels)
        for (size_t c = 0; c < row->channels; c++) {
            double value = (double)x[c];
            double d = value - origin[c];
            first[c] += d;
            second[c] += d * d;
            low[c] = value < low[c] ? value : low[c];
            high[c] = value > high[c] ? value : high[c];
        }
}

bool shift__row_sums(const shift__row *row, shift__sums *sums, float *kept, double *scratch)
{
    double *first = scratch;
    double *second = scratch + row->channels;
    double n = (double)row->positions;
    double probe = 0; /* sums of finite floats in double are finite */
    if (row->last)
        sums_last(row, sums, first, second);
    else
        sums_first(row, sums, first, second);
    for (size_t c = 0; c < row->channels; c++) {
        sums->first[c] += first[c];
        sums->second[c] += second[c];
        probe += first[c];
    }
    for (size_t c = 0; kept != NULL && c < row->channels; c++) {
        kept[c] = (float)(first[c] / n);
        kept[row->channels + c] = (float)(second[c] / n);
    }
    sums->n += row->positions;
    return isfinite(probe);
}

/* ---- histograms ---- */

enum { CHUNK = 256 };

/* Bins and places in them first, by a loop that is vectorised; then counting. Values that are not
 * finite go into the first or last bin. */
static void count_chunk(const float *x, size_t n, const float scale[3], uint32_t *counts,
                        float *places)
{
    int32_t bins[CHUNK];
    float rests[CHUNK];
    for (size_t i = 0; i < n; i++) {
        float place = (x[i] - scale[0]) * scale[1];
        place = place > 0 ? place : 0;
        place = place < scale[2] ? place : scale[2];
        bins[i] = (int32_t)place;
        rests[i] = place - (float)bins[i];
    }
    for (size_t i = 0; i < n; i++) {
        counts[bins[i]]++;
        places[bins[i]] += rests[i];
    }
}

/* One value a channel. */
static void count_values(const shift__row *row, shift__histogram *h)
{
    float last = (float)(h->bins - 1);
    for (size_t begin = 0; begin < row->channels; begin += CHUNK) {
        size_t n = row->channels - begin < CHUNK ? row->channels - begin : CHUNK;
        const float *x = row->x + begin;
        const double *low = h->low + begin;
        const double *width = h->width + begin;
        int32_t bins[CHUNK];
        float rests[CHUNK];
        for (size_t c = 0; c < n; c++) {
            float place = (x[c] - (float)low[c]) / (float)width[c];
            place = place > 0 ? place : 0;
            place = place < last ? place : last;
            bins[c] = (int32_t)place;
            rests[c] = place - (float)bins[c];
        }
        for (size_t c = 0; c < n; c++) {
            size_t bin = (begin + c) * h->bins + (size_t)bins[c];
            h->counts[bin]++;
            h->places[bin] += rests[c];
        }
    }
}

void shift__row_histogram(const shift__row *row, shift__histogram *h, double *scratch)
{
    if (row->positions == 1) {
        count_values(row, h);
        return;
    }
    const float *x = row->x;
    if (row->last) {
        shift__transpose(row->positions, row->channels, row->x, (float *)scratch);
        x = (const float *)scratch;
    }
    for (size_t c = 0; c < row->channels; c++, x += row->positions) {
        const float scale[] = {(float)h->low[c], (float)(1 / h->width[c]), (float)(h->bins - 1)};
        for (size_t i = 0; i < row->positions; i += CHUNK) {
            size_t n = row->positions - i < CHUNK ? row->positions - i : CHUNK;
            count_chunk(x + i, n, scale, h->counts + c * h->bins, h->places + c * h->bins);
        }
    }
}

/* ---- counts ---- */

static void zeros_last(const shift__row *row, uint32_t *restrict n)
{
    const float *restrict x = row->x;
    memset(n, 0, row->channels * sizeof *n);
    for (size_t i = 0; i < row->positions; i++, x += row->channels)
        for (size_t c = 0; c < row->channels; c++)
            n[c] += x[c] == 0;
}

void shift__row_zeros(const shift__row *row, uint64_t *zero, double *scratch)
{
    uint32_t *last = (uint32_t *)scratch;
    if (row->last)
        zeros_last(row, last);
    for (size_t c = 0; c < row->channels; c++) {
        const float *x = row->x + c * row->positions;
        uint32_t n = row->last ? last[c] : 0;
        for (size_t i = 0; !row->last && i < row->positions; i++)
            n += x[i] == 0;
        zero[c] += n;
    }
}

static shift__saturation saturation_of(const shift__site *site, size_t c)
{
    if (site->slopes == NULL)
        return site->saturation;
    float slope = site->slopes[site->n_slopes > c ? c : 0];
    bool flat = fabsf(slope) < 0.05F;
    return (shift__saturation){flat ? 0 : -INFINITY, INFINITY, NAN, NAN};
}

static inline uint32_t is_saturated(float x, shift__saturation s)
{
    return (uint32_t)((x <= s.low) | (x >= s.high) | ((x > s.from) & (x < s.to)));
}

static void saturated_last(const shift__row *row, shift__saturation s, uint32_t *restrict n)
{
    const float *restrict x = row->x;
    memset(n, 0, row->channels * sizeof *n);
    for (size_t i = 0; i < row->positions; i++, x += row->channels)
        for (size_t c = 0; c < row->channels; c++)
            n[c] += is_saturated(x[c], s);
}

void shift__row_saturated(const shift__row *row, const shift__site *site, uint64_t *saturated,
                          double *scratch)
{
    uint32_t *last = (uint32_t *)scratch;
    bool together = row->last && site->slopes == NULL;
    size_t step = row->last ? row->channels : 1;
    if (together)
        saturated_last(row, site->saturation, last);
    for (size_t c = 0; c < row->channels; c++) {
        const float *x = row->x + c * (row->last ? 1 : row->positions);
        shift__saturation s = saturation_of(site, c);
        uint32_t n = together ? last[c] : 0;
        for (size_t i = 0; !together && i < row->positions; i++)
            n += is_saturated(x[i * step], s);
        saturated[c] += n;
    }
}
