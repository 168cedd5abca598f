/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/histogram.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "network/operators/gemm.h"
#include "profile/sort.h"

static const uint64_t places_mask = ((uint64_t)1 << SHIFT__CELL_SHIFT) - 1;

size_t shift__bins_near(size_t bins)
{
    return bins / 64 * 64 + 32 - (bins % 64 < 32 && bins >= 64 ? 64 : 0);
}

shift_status shift__histogram_begin(shift__histogram *h, size_t channels,
                                    const shift__histogram *like, shift_error *err)
{
    if (h->bins == 0)
        return SHIFT_OK;
    if (channels > SIZE_MAX / h->bins)
        return shift_error_set(err, SHIFT_ENOMEM, "too many channels");
    shift_status status = shift__alloc(&h->low, channels, sizeof *h->low, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&h->width, channels, sizeof *h->width, err);
    if (status == SHIFT_OK && like != NULL) {
        memcpy(h->low, like->low, channels * sizeof *h->low);
        memcpy(h->width, like->width, channels * sizeof *h->width);
    }
    return status;
}

void shift__histogram_clear(shift__histogram *h)
{
    free(h->low);
    free(h->width);
    free(h->cells);
    free(h->counts);
    free(h->places);
}

/* Into counters that nothing fills. */
static shift_status empty_cells(shift__histogram *h, size_t channels, shift_error *err)
{
    size_t n = channels * h->bins;
    shift_status status = SHIFT_OK;
    if (h->counts == NULL)
        status = shift__alloc(&h->counts, n, sizeof *h->counts, err);
    if (status == SHIFT_OK && h->places == NULL)
        status = shift__alloc(&h->places, n, sizeof *h->places, err);
    for (size_t i = 0; status == SHIFT_OK && i < n; i++) {
        h->counts[i] += h->cells[i] >> SHIFT__CELL_SHIFT;
        h->places[i] += h->cells[i] & places_mask;
        h->cells[i] = 0;
    }
    if (status == SHIFT_OK)
        h->in_cells = 0;
    return status;
}

shift_status shift__histogram_room(shift__histogram *h, size_t channels, size_t n, shift_error *err)
{
    shift_status status = SHIFT_OK;
    if (n >= SHIFT__CELL_MOST)
        return shift_error_set(err, SHIFT_EUNSUPPORTED, "%zu values a channel at a time", n);
    if (h->cells == NULL)
        status = shift__alloc(&h->cells, channels * h->bins, sizeof *h->cells, err);
    else if (h->in_cells + n >= SHIFT__CELL_MOST)
        status = empty_cells(h, channels, err);
    if (status == SHIFT_OK)
        h->in_cells += n;
    return status;
}

void shift__histogram_lanes(const shift__histogram *h, size_t channel, size_t width, bool every,
                            shift__lane_bins *out)
{
    const float units = 1 << SHIFT__PLACE_BITS;
    out->limit = nextafterf((float)h->bins * units, 0);
    out->cells = h->cells + channel * h->bins;
    out->quarter = every ? 0 : SHIFT__QUARTER * h->bins;
    for (size_t k = 0; k < SHIFT__WIDTH; k++) {
        size_t beside = every || k >= width ? 0 : k;
        size_t c = channel + beside;
        out->first[k] = (uint32_t)(beside % SHIFT__QUARTER * h->bins << SHIFT__PLACE_BITS);
        out->low[k] = (float)h->low[c];
        out->scale[k] = (float)((double)units / h->width[c]);
    }
}

static void count_first(const shift__lane_kernels *kernels, const float *x, size_t n,
                        const shift__lane_bins *bins)
{
    size_t rest = n % SHIFT__WIDTH;
    const shift__strip whole = {x, SHIFT__WIDTH, n / SHIFT__WIDTH, SHIFT__WIDTH};
    const shift__strip last = {x + n - rest, SHIFT__WIDTH, rest > 0, rest};
    kernels->bins(&whole, bins);
    kernels->bins(&last, bins);
}

shift_status shift__histogram_add(shift__histogram *h, const shift__image *image, shift_error *err)
{
    const shift__lane_kernels *kernels = shift__lane_kernels_at(0);
    size_t channels = image->channels;
    size_t n = image->rows * image->positions;
    shift__lane_bins bins;
    shift_status status = shift__histogram_room(h, channels, n, err);
    for (size_t c = 0; status == SHIFT_OK && image->last && c < channels; c += SHIFT__WIDTH) {
        size_t width = channels - c < SHIFT__WIDTH ? channels - c : SHIFT__WIDTH;
        const shift__strip strip = {image->x + c, channels, n, width};
        shift__histogram_lanes(h, c, width, false, &bins);
        kernels->bins(&strip, &bins);
    }
    for (size_t c = 0; status == SHIFT_OK && !image->last && c < channels; c++) {
        shift__histogram_lanes(h, c, 1, true, &bins);
        for (size_t r = 0; r < image->rows; r++)
            count_first(kernels, image->x + (r * channels + c) * image->positions, image->positions,
                        &bins);
    }
    return status;
}

shift_status shift__histogram_merge(shift__histogram *h, size_t channels,
                                    const shift__histogram *from, shift_error *err)
{
    size_t n = channels * h->bins;
    shift_status status = shift__histogram_room(h, channels, from->in_cells, err);
    if (status == SHIFT_OK && from->counts != NULL && h->counts == NULL) {
        status = empty_cells(h, channels, err);
        h->in_cells = from->in_cells; /* which are added now */
    }
    for (size_t i = 0; status == SHIFT_OK && i < n; i++) {
        h->cells[i] += from->cells[i];
        if (from->counts == NULL)
            continue;
        h->counts[i] += from->counts[i];
        h->places[i] += from->places[i];
    }
    return status;
}

uint64_t shift__histogram_count(const shift__histogram *h, size_t i)
{
    return (h->cells != NULL ? h->cells[i] >> SHIFT__CELL_SHIFT : 0) +
           (h->counts != NULL ? h->counts[i] : 0);
}

uint64_t shift__histogram_places(const shift__histogram *h, size_t i)
{
    return (h->cells != NULL ? h->cells[i] & places_mask : 0) +
           (h->places != NULL ? h->places[i] : 0);
}

double shift__histogram_place(const shift__histogram *h, size_t i)
{
    uint64_t count = shift__histogram_count(h, i);
    double places = ldexp((double)shift__histogram_places(h, i), -SHIFT__PLACE_BITS);
    return count > 0 ? fmin(1, places / (double)count) : 0;
}

void shift__histogram_put(shift__histogram *h, size_t channel, double value, uint64_t count)
{
    double units = ldexp((value - h->low[channel]) / h->width[channel], SHIFT__PLACE_BITS);
    double most = ldexp((double)h->bins, SHIFT__PLACE_BITS) - 1;
    uint64_t at = (uint64_t)fmax(0, fmin(most, units));
    size_t i = channel * h->bins + (size_t)(at >> SHIFT__PLACE_BITS);
    h->counts[i] += count;
    h->places[i] += count * (at & (((uint64_t)1 << SHIFT__PLACE_BITS) - 1));
}

shift_status shift__values_add(shift__values *values, const shift__image *image, shift_error *err)
{
    size_t positions = image->positions;
    size_t of_row = image->channels * positions;
    size_t have = values->n * image->channels;
    shift_status status = shift__array_grow(&values->x, &values->capacity,
                                            have + image->rows * of_row, sizeof *values->x, err);
    if (status != SHIFT_OK)
        return status;
    if (image->last)
        memcpy(values->x + have, image->x, image->rows * of_row * sizeof *values->x);
    for (size_t r = 0; r < image->rows && !image->last; r++)
        shift__transpose(image->channels, positions, image->x + r * of_row,
                         values->x + have + r * of_row);
    values->n += image->rows * positions;
    return SHIFT_OK;
}

shift_status shift__values_sort(shift__values *values, size_t channels, shift_error *err)
{
    float *sorted = NULL;
    double *scratch = NULL;
    size_t n = values->n;
    if (values->x == NULL)
        return SHIFT_OK;
    shift_status status = shift__alloc(&sorted, n * channels, sizeof *sorted, err);
    if (status == SHIFT_OK)
        status = shift__alloc(&scratch, 2 * n, sizeof *scratch, err);
    for (size_t c = 0; status == SHIFT_OK && c < channels; c++) {
        for (size_t i = 0; i < n; i++)
            scratch[i] = (double)values->x[i * channels + c] + 0.0; /* no -0 */
        shift__sort(scratch, n, scratch + n);
        for (size_t i = 0; i < n; i++)
            sorted[c * n + i] = (float)scratch[i];
    }
    free(scratch);
    if (status != SHIFT_OK) {
        free(sorted);
        return status;
    }
    free(values->x);
    values->x = sorted;
    values->capacity = n * channels;
    return SHIFT_OK;
}
