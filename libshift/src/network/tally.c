/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A few hundred positions at a time, so that the second and third loop over them find them in the
 * first-level cache. */
#include "network/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 256 /* positions */ };

/* ---- tallies ---- */

static void empty(shift__tally *t)
{
    t->n = 0;
    memset(t->first, 0, t->channels * sizeof *t->first);
    memset(t->second, 0, t->channels * sizeof *t->second);
    memset(t->counts, 0, t->channels * sizeof *t->counts);
    for (size_t c = 0; c < t->channels; c++) {
        t->minimum[c] = INFINITY;
        t->maximum[c] = -INFINITY;
    }
}

shift_status shift__tally_begin(shift__tally *t, size_t channels, shift_error *err)
{
    shift_status status = SHIFT_OK;
    if (t->channels != channels) {
        shift__tally_clear(t);
        status = shift__alloc(&t->first, channels, sizeof *t->first, err);
        if (status == SHIFT_OK)
            status = shift__alloc(&t->second, channels, sizeof *t->second, err);
        if (status == SHIFT_OK)
            status = shift__alloc(&t->minimum, channels, sizeof *t->minimum, err);
        if (status == SHIFT_OK)
            status = shift__alloc(&t->maximum, channels, sizeof *t->maximum, err);
        if (status == SHIFT_OK)
            status = shift__alloc(&t->counts, channels, sizeof *t->counts, err);
    }
    if (status != SHIFT_OK) {
        shift__tally_clear(t);
        return status;
    }
    t->channels = channels;
    empty(t);
    return SHIFT_OK;
}

void shift__tally_clear(shift__tally *t)
{
    free(t->first);
    free(t->second);
    free(t->minimum);
    free(t->maximum);
    free(t->counts);
    *t = (shift__tally){.n = 0};
}

void shift__tally_fold(shift__tally *t, shift__sums *sums, uint64_t *counts)
{
    for (size_t c = 0; sums->first != NULL && t->n > 0 && c < t->channels; c++) {
        sums->first[c] += t->first[c];
        sums->second[c] += t->second[c];
        double low = (double)t->minimum[c];
        double high = (double)t->maximum[c];
        sums->minimum[c] = low < sums->minimum[c] ? low : sums->minimum[c];
        sums->maximum[c] = high > sums->maximum[c] ? high : sums->maximum[c];
    }
    for (size_t c = 0; counts != NULL && t->n > 0 && c < t->channels; c++)
        counts[c] += t->counts[c];
    sums->n += t->n;
    t->n = 0;
}

/* ---- what is counted ---- */

typedef struct ranges {
    size_t n;
    float from[3], to[3];
} ranges;

static void add_range(ranges *r, float from, float to)
{
    r->from[r->n] = from;
    r->to[r->n++] = to;
}

static ranges saturated_ranges(const shift__site *site, size_t c)
{
    ranges r = {.n = 0};
    if (site->slopes != NULL) {
        bool flat = fabsf(site->slopes[site->n_slopes > c ? c : 0]) < 0.05F;
        add_range(&r, flat ? -INFINITY : INFINITY, 0);
        return r;
    }
    const shift__saturation *s = &site->saturation;
    if (s->low > -INFINITY)
        add_range(&r, -INFINITY, s->low);
    if (s->high < INFINITY)
        add_range(&r, s->high, INFINITY);
    if (s->from < s->to)
        add_range(&r, nextafterf(s->from, INFINITY), nextafterf(s->to, -INFINITY));
    return r;
}

static ranges ranges_of(const shift__look *look, size_t c)
{
    if (look->zeros)
        return (ranges){1, {0}, {0}};
    return look->saturates != NULL ? saturated_ranges(look->saturates, c) : (ranges){.n = 0};
}

/* ---- blocks of lanes ---- */

/* `width` channels from `c` on, or channel `c` in every lane. */
static void begin_block(const shift__look *look, size_t c, size_t width, bool every,
                        shift__lane_block *b)
{
    for (size_t k = 0; k < SHIFT__WIDTH; k++) {
        size_t channel = every || k >= width ? c : c + k;
        ranges r = ranges_of(look, channel);
        b->sums.origin[k] = look->origin != NULL ? look->origin[channel] : 0;
        for (size_t i = 0; i < r.n; i++) {
            b->ranges[i].from[k] = r.from[i];
            b->ranges[i].to[k] = r.to[i];
        }
    }
    if (look->histogram != NULL)
        shift__histogram_lanes(look->histogram, c, width, every, &b->bins);
}

static void reset_block(shift__lane_block *b)
{
    memset(b->sums.first, 0, sizeof b->sums.first);
    memset(b->sums.second, 0, sizeof b->sums.second);
    memset(b->counts, 0, sizeof b->counts);
    for (size_t k = 0; k < SHIFT__WIDTH; k++) {
        b->sums.minimum[k] = INFINITY;
        b->sums.maximum[k] = -INFINITY;
    }
}

static void add_strip(const shift__look *look, const shift__strip *strip, size_t n_ranges,
                      shift__lane_block *b)
{
    const shift__lane_kernels *kernels = shift__lane_kernels_at(0);
    if (look->origin != NULL)
        kernels->sums(strip, &b->sums);
    else if (!kernels->finite(strip))
        b->sums.first[0] = (double)NAN; /* as the sum would be */
    for (size_t i = 0; i < n_ranges; i++)
        kernels->count(strip, &b->ranges[i], b->counts);
    if (look->histogram != NULL)
        kernels->bins(strip, &b->bins);
}

/* Into channel `c` of the tally, and of a sampled row. */
static void fold_lane(const shift__look *look, const shift__lane_block *b, size_t k, size_t c)
{
    shift__tally *t = look->tally;
    t->first[c] += b->sums.first[k];
    t->second[c] += b->sums.second[k];
    t->minimum[c] = b->sums.minimum[k] < t->minimum[c] ? b->sums.minimum[k] : t->minimum[c];
    t->maximum[c] = b->sums.maximum[k] > t->maximum[c] ? b->sums.maximum[k] : t->maximum[c];
    t->counts[c] += b->counts[k];
}

static void keep(float *kept, size_t channels, size_t c, const double sums[2], double n)
{
    kept[c] = (float)(sums[0] / n);
    kept[channels + c] = (float)(sums[1] / n);
}

static float *kept_row(const shift__look *look, const shift__image *image, size_t r)
{
    if (look->kept == NULL || look->slots[r] == SIZE_MAX)
        return NULL;
    return look->kept + look->slots[r] * 2 * image->channels;
}

/* ---- channels last ---- */

static size_t width_at(size_t channels, size_t c)
{
    return channels - c < SHIFT__WIDTH ? channels - c : SHIFT__WIDTH;
}

/* `n` positions; false where a value is not finite: sums of finite floats in double are. */
static bool add_last(const shift__look *look, const float *x, size_t channels, size_t n,
                     shift__lane_block *blocks)
{
    size_t n_ranges = ranges_of(look, 0).n;
    double probe = 0;
    for (size_t c = 0; c < channels; c += SHIFT__WIDTH)
        reset_block(&blocks[c / SHIFT__WIDTH]);
    for (size_t i = 0; i < n; i += CHUNK)
        for (size_t c = 0; c < channels; c += SHIFT__WIDTH) {
            const shift__strip strip = {x + i * channels + c, channels,
                                        n - i < CHUNK ? n - i : CHUNK, width_at(channels, c)};
            add_strip(look, &strip, n_ranges, &blocks[c / SHIFT__WIDTH]);
        }
    for (size_t c = 0; c < channels; c++) {
        const shift__lane_block *b = &blocks[c / SHIFT__WIDTH];
        fold_lane(look, b, c % SHIFT__WIDTH, c);
        probe += b->sums.first[c % SHIFT__WIDTH];
    }
    return isfinite(probe);
}

static size_t first_odd_row(const shift__image *image)
{
    size_t of_row = image->channels * image->positions;
    for (size_t i = 0; i < image->rows * of_row; i++)
        if (!isfinite(image->x[i]))
            return i / of_row;
    return 0; /* not reached */
}

/* One value a channel: the rows are the positions. */
static size_t look_flat(const shift__look *look, const shift__image *image,
                        shift__lane_block *blocks)
{
    for (size_t r = 0; r < image->rows; r++) {
        const float *x = image->x + r * image->channels;
        float *kept = kept_row(look, image, r);
        for (size_t c = 0; kept != NULL && c < image->channels; c++) {
            double d = (double)x[c] - look->origin[c];
            keep(kept, image->channels, c, (double[]){d, d * d}, 1);
        }
    }
    bool finite = add_last(look, image->x, image->channels, image->rows, blocks);
    return finite ? SIZE_MAX : first_odd_row(image);
}

static size_t look_last(const shift__look *look, const shift__image *image,
                        shift__lane_block *blocks)
{
    size_t channels = image->channels;
    for (size_t r = 0; r < image->rows; r++) {
        float *kept = kept_row(look, image, r);
        if (!add_last(look, image->x + r * channels * image->positions, channels, image->positions,
                      blocks))
            return r;
        for (size_t c = 0; kept != NULL && c < channels; c++) {
            const shift__lane_sums *s = &blocks[c / SHIFT__WIDTH].sums;
            size_t k = c % SHIFT__WIDTH;
            keep(kept, channels, c, (double[]){s->first[k], s->second[k]},
                 (double)image->positions);
        }
    }
    return SIZE_MAX;
}

/* ---- channels first ---- */

/* All values of one channel of a row; its sums in `out`. */
static void add_first(const shift__look *look, const float *x, size_t c, size_t n,
                      shift__lane_block *b, double out[2])
{
    size_t n_ranges = ranges_of(look, c).n;
    size_t rest = n % SHIFT__WIDTH;
    reset_block(b);
    for (size_t i = 0; i < n - rest; i += CHUNK * (size_t)SHIFT__WIDTH) {
        size_t left = (n - rest - i) / SHIFT__WIDTH;
        const shift__strip strip = {x + i, SHIFT__WIDTH, left < CHUNK ? left : CHUNK, SHIFT__WIDTH};
        add_strip(look, &strip, n_ranges, b);
    }
    if (rest > 0)
        add_strip(look, &(shift__strip){x + n - rest, SHIFT__WIDTH, 1, rest}, n_ranges, b);
    out[0] = 0;
    out[1] = 0;
    for (size_t k = 0; k < SHIFT__WIDTH; k++) {
        fold_lane(look, b, k, c);
        out[0] += b->sums.first[k];
        out[1] += b->sums.second[k];
    }
}

static size_t look_first(const shift__look *look, const shift__image *image, shift__lane_block *b)
{
    const float *x = image->x;
    for (size_t r = 0; r < image->rows; r++) {
        float *kept = kept_row(look, image, r);
        for (size_t c = 0; c < image->channels; c++, x += image->positions) {
            double sums[2];
            begin_block(look, c, 1, true, b);
            add_first(look, x, c, image->positions, b, sums);
            if (!isfinite(sums[0]))
                return r;
            if (kept != NULL)
                keep(kept, image->channels, c, sums, (double)image->positions);
        }
    }
    return SIZE_MAX;
}

/* ---- the whole ---- */

size_t shift__look_blocks(const shift__image *image)
{
    return (image->channels + SHIFT__WIDTH - 1) / SHIFT__WIDTH;
}

size_t shift__look_at(const shift__look *look, const shift__image *image, shift__lane_block *blocks)
{
    look->tally->n += image->rows * image->positions;
    if (!image->last && image->positions > 1)
        return look_first(look, image, blocks);
    for (size_t c = 0; c < image->channels; c += SHIFT__WIDTH)
        begin_block(look, c, width_at(image->channels, c), false, &blocks[c / SHIFT__WIDTH]);
    return image->positions == 1 ? look_flat(look, image, blocks) : look_last(look, image, blocks);
}

void shift__image_moments(const shift__image *image, size_t channel, double origin, double out[2])
{
    size_t step = image->last ? image->channels : 1;
    const float *x = image->x + channel * (image->last ? 1 : image->positions);
    double n = (double)image->rows * (double)image->positions;
    out[0] = 0;
    out[1] = 0;
    for (size_t r = 0; r < image->rows; r++, x += image->channels * image->positions)
        for (size_t i = 0; i < image->positions; i++) {
            double d = (double)x[i * step] - origin;
            out[0] += d;
            out[1] += d * d;
        }
    out[0] /= n;
    out[1] /= n;
}
