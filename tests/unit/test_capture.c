/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is kept of a running network's values: fast loops against their plain twins, moments against
 * two passes, histograms past the size of their cells, values that become too many. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layer_profile.pb-c.h"
#include "network/layer_statistics.h"
#include "network/operators/gemm.h"
#include "network/tally.h"
#include "profile/container.h"
#include "random_values.h"
#include "scratch.h"

static shift__random rng;

static void seed(void)
{
    shift__random_init(&rng, 6, 0);
}

static void fill(float *x, size_t n, double mean)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (float)(mean + random_normal(&rng));
}

/* ---- loops ---- */

enum { STRIDE = 19, LONGEST = 70, BINS = 96 };

static const shift__lane_kernels *twin(void)
{
    size_t i = 0;
    while (shift__lane_kernels_at(i + 1) != NULL)
        i++;
    return shift__lane_kernels_at(i);
}

typedef struct lanes {
    shift__lane_sums sums;
    uint32_t counts[SHIFT__WIDTH];
    uint64_t cells[SHIFT__WIDTH * BINS];
    bool finite;
} lanes;

static void run_lanes(const shift__lane_kernels *kernels, const shift__strip *strip, bool every,
                      lanes *out)
{
    shift__lane_range range;
    shift__lane_bins bins = {.limit = nextafterf(BINS * 65536.0F, 0),
                             .quarter = every ? 0 : SHIFT__QUARTER * BINS,
                             .cells = out->cells};
    memset(out, 0, sizeof *out);
    for (size_t k = 0; k < SHIFT__WIDTH; k++) {
        out->sums.origin[k] = 0.25 * (double)k;
        out->sums.minimum[k] = INFINITY;
        out->sums.maximum[k] = -INFINITY;
        range.from[k] = k % 3 == 0 ? 0 : -INFINITY;
        range.to[k] = k % 5 == 0 ? -1 : 0.1F * (float)k;
        bins.low[k] = -4 - 0.1F * (float)k;
        bins.scale[k] = 10 * 65536.0F;
        bins.first[k] = every ? 0 : (uint32_t)(k % SHIFT__QUARTER * BINS) << SHIFT__PLACE_BITS;
    }
    out->finite = kernels->finite(strip);
    kernels->sums(strip, &out->sums);
    kernels->count(strip, &range, out->counts);
    kernels->bins(strip, &bins);
}

static bool all_finite(const shift__strip *strip)
{
    for (size_t i = 0; i < strip->n; i++)
        for (size_t k = 0; k < strip->width; k++)
            if (!isfinite(strip->x[i * strip->stride + k]))
                return false;
    return true;
}

/* All widths and lengths, the same bits, nothing in lanes beyond the width. NaN and infinities are
 * counted in the first and last bins. */
START_TEST(loops_agree_with_their_twins)
{
    static float x[LONGEST * STRIDE];
    static lanes fast;
    static lanes plain;
    const size_t lengths[] = {0, 1, 31, 32, 33, LONGEST};
    fill(x, sizeof x / sizeof *x, 0);
    for (size_t i = 0; _i > 0 && i < sizeof x / sizeof *x; i += 7)
        x[i] = i % 3 == 0 ? NAN : i % 3 == 1 ? INFINITY : -1e30F;
    for (size_t set = 0; shift__lane_kernels_at(set) != NULL; set++)
        for (size_t width = 1; width <= SHIFT__WIDTH; width++)
            for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
                const shift__strip strip = {x, STRIDE, lengths[i], width};
                run_lanes(shift__lane_kernels_at(set), &strip, i % 2 == 0, &fast);
                run_lanes(twin(), &strip, i % 2 == 0, &plain);
                ck_assert_mem_eq(fast.cells, plain.cells, sizeof plain.cells);
                ck_assert(fast.finite == plain.finite && plain.finite == all_finite(&strip));
                ck_assert_mem_eq(fast.counts, plain.counts, sizeof plain.counts);
                ck_assert_mem_eq(fast.sums.minimum, plain.sums.minimum, sizeof plain.sums.minimum);
                ck_assert_mem_eq(fast.sums.maximum, plain.sums.maximum, sizeof plain.sums.maximum);
                for (size_t k = 0; k < SHIFT__WIDTH; k++) {
                    double a = fast.sums.second[k];
                    double b = plain.sums.second[k];
                    ck_assert(fast.sums.first[k] == plain.sums.first[k] || isnan(b));
                    ck_assert(a == b || (isnan(a) && isnan(b)));
                    ck_assert(k < width || (b == 0 && plain.counts[k] == 0));
                }
            }
}
END_TEST

/* ---- images ---- */

enum {
    ROWS = 3,
    CHANNELS = 21,
    POSITIONS = 301,
    MOST = ROWS * CHANNELS * POSITIONS,
    KEPT = ROWS * 2 * CHANNELS
};

typedef struct seen {
    shift__tally tally;
    shift__histogram histogram;
    float kept[KEPT];
} seen;

static double origins[CHANNELS];
static const size_t slots[ROWS] = {0, SIZE_MAX, 2};

static void begin_bins(shift__histogram *h, size_t channels)
{
    h->bins = 480;
    ck_assert_int_eq((int)shift__histogram_begin(h, channels, NULL, NULL), (int)SHIFT_OK);
    for (size_t c = 0; c < channels; c++) {
        h->low[c] = -16;
        h->width[c] = 32.0 / 480;
    }
}

static size_t look(const shift__image *image, const double *origin, seen *out)
{
    shift__look what = {.origin = origin,
                        .tally = &out->tally,
                        .zeros = true,
                        .histogram = &out->histogram,
                        .kept = out->kept,
                        .slots = slots};
    shift__lane_block blocks[2];
    memset(out, 0, sizeof *out);
    begin_bins(&out->histogram, image->channels);
    ck_assert_uint_le(shift__look_blocks(image), 2);
    ck_assert_int_eq((int)shift__tally_begin(&out->tally, image->channels, NULL), (int)SHIFT_OK);
    ck_assert_int_eq((int)shift__histogram_room(&out->histogram, image->channels,
                                                image->rows * image->positions, NULL),
                     (int)SHIFT_OK);
    return shift__look_at(&what, image, blocks);
}

static void forget(seen *s)
{
    shift__tally_clear(&s->tally);
    shift__histogram_clear(&s->histogram);
}

static float first[MOST], last[MOST];

/* The same image in both layouts. */
static void make_images(size_t positions, double mean)
{
    size_t of_row = CHANNELS * positions;
    fill(first, ROWS * of_row, mean);
    for (size_t i = 0; i < ROWS * of_row; i += 5)
        first[i] = 0;
    for (size_t r = 0; r < ROWS; r++)
        shift__transpose(CHANNELS, positions, first + r * of_row, last + r * of_row);
}

START_TEST(both_layouts_say_the_same)
{
    static const size_t sizes[] = {1, 2, 15, 16, 17, POSITIONS};
    size_t positions = sizes[_i];
    seen a;
    seen b;
    make_images(positions, 0);
    shift__image image = {first, ROWS, CHANNELS, positions, false};
    ck_assert_uint_eq(look(&image, origins, &a), SIZE_MAX);
    image = (shift__image){last, ROWS, CHANNELS, positions, true};
    ck_assert_uint_eq(look(&image, origins, &b), SIZE_MAX);
    ck_assert_mem_eq(a.histogram.cells, b.histogram.cells,
                     CHANNELS * a.histogram.bins * sizeof(uint64_t));
    ck_assert_uint_eq(a.tally.n, ROWS * positions);
    for (size_t c = 0; c < CHANNELS; c++) {
        size_t zeros = 0;
        for (size_t i = 0; i < ROWS * positions; i++)
            zeros += last[i * CHANNELS + c] == 0;
        ck_assert_uint_eq(a.tally.counts[c], zeros);
        ck_assert_uint_eq(b.tally.counts[c], zeros);
        ck_assert_double_eq_tol(a.tally.second[c], b.tally.second[c], 1e-9);
        ck_assert(a.tally.minimum[c] == b.tally.minimum[c]);
        ck_assert(a.tally.maximum[c] == b.tally.maximum[c]);
    }
    for (size_t i = 0; i < KEPT; i++) {
        ck_assert_float_eq_tol(a.kept[i], b.kept[i], 1e-6F);
        ck_assert(i / (KEPT / ROWS) != 1 || a.kept[i] == 0); /* in no slot */
    }
    forget(&a);
    forget(&b);
}
END_TEST

/* A mean of a million standard deviations, as of bright images: what float keeps of the values is
 * exact in the moments. */
START_TEST(large_means_take_no_digits)
{
    double origin[CHANNELS];
    shift__sums sums = {0};
    double of_sums[5][CHANNELS] = {{0}};
    seen s;
    make_images(POSITIONS, 1e6);
    for (size_t i = 0; i < MOST; i++)
        last[i] += last[i] == 0 ? 1e6F : 0;
    const shift__image image = {last, ROWS, CHANNELS, POSITIONS, true};
    for (size_t c = 0; c < CHANNELS; c++)
        origin[c] = 1e6 + 0.3;
    ck_assert_uint_eq(look(&image, origin, &s), SIZE_MAX);
    sums = (shift__sums){origin, of_sums[0], of_sums[1], of_sums[2], of_sums[3], 0};
    shift__tally_fold(&s.tally, &sums, NULL);
    for (size_t c = 0; c < CHANNELS; c++) {
        long double mean = 0;
        long double variance = 0;
        for (size_t i = c; i < MOST; i += CHANNELS)
            mean += (long double)last[i] / (ROWS * POSITIONS);
        for (size_t i = c; i < MOST; i += CHANNELS)
            variance += ((long double)last[i] - mean) * ((long double)last[i] - mean);
        variance /= ROWS * POSITIONS;
        ck_assert_double_eq_tol(shift__sums_mean(&sums, c), (double)mean, 1e-9);
        ck_assert_double_eq_tol(shift__sums_variance(&sums, c), (double)variance, 1e-11);
    }
    forget(&s);
}
END_TEST

START_TEST(the_row_that_is_not_finite_is_named)
{
    static const struct {
        size_t positions;
        bool last;
    } layouts[] = {{1, true}, {POSITIONS, true}, {POSITIONS, false}};
    size_t positions = layouts[_i].positions;
    seen s;
    make_images(positions, 0);
    float *x = layouts[_i].last ? last : first;
    x[positions * 2 * CHANNELS - 1] = _i == 1 ? NAN : -INFINITY; /* the end of row 1 */
    const shift__image image = {x, ROWS, CHANNELS, positions, layouts[_i].last};
    ck_assert_uint_eq(look(&image, origins, &s), 1);
    forget(&s);
}
END_TEST

/* Where only what is not finite is wanted, as of inputs, it is found without sums. */
START_TEST(without_sums_a_row_is_named_too)
{
    shift__lane_block blocks[2];
    shift__tally tally = {.n = 0};
    make_images(POSITIONS, 0);
    last[POSITIONS * 2 * CHANNELS - 1] = NAN;
    const shift__image image = {last, ROWS, CHANNELS, POSITIONS, true};
    shift__look what = {.tally = &tally, .zeros = true};
    ck_assert_int_eq((int)shift__tally_begin(&tally, CHANNELS, NULL), (int)SHIFT_OK);
    ck_assert_uint_eq(shift__look_at(&what, &image, blocks), 1);
    shift__tally_clear(&tally);
}
END_TEST

/* ---- histograms ---- */

/* 2^25 equal values of one bin, more than its cell can count, and what sums of floats would do to
 * them: from 2^24 on they stay where they are. */
START_TEST(cells_overflow_into_counts)
{
    enum { AT_ONCE = 1 << 18, TIMES = 128 };
    static float x[AT_ONCE];
    shift__histogram h = {.bins = 0};
    uint64_t counted = 0;
    begin_bins(&h, 1);
    for (size_t i = 0; i < AT_ONCE; i++)
        x[i] = 0.05F;
    const shift__image image = {x, 1, 1, AT_ONCE, false};
    for (size_t i = 0; i < TIMES; i++)
        ck_assert_int_eq((int)shift__histogram_add(&h, &image, NULL), (int)SHIFT_OK);
    for (size_t i = 0; i < h.bins; i++)
        counted += shift__histogram_count(&h, i);
    ck_assert_uint_eq(counted, (uint64_t)AT_ONCE * TIMES);
    ck_assert_uint_eq(shift__histogram_count(&h, 240), counted);
    double place = (double)shift__histogram_places(&h, 240) / (double)counted / 65536;
    ck_assert_double_eq_tol(place, 0.75, 5e-3 / 65536 * 480); /* float's digits at bin 240 */
    ck_assert_ptr_nonnull(h.counts);
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq((int)shift__histogram_room(&h, 1, SHIFT__CELL_MOST, &err),
                     (int)SHIFT_EUNSUPPORTED);
    shift__histogram_clear(&h);
}
END_TEST

/* One that has overflowed and one that has not, either way round; an empty one takes all. */
START_TEST(merged_histograms_hold_what_both_counted)
{
    enum { AT_ONCE = 1 << 18, TIMES = 65 };
    static float x[AT_ONCE];
    shift__histogram h[3] = {{.bins = 0}, {.bins = 0}, {.bins = 0}};
    for (size_t i = 0; i < AT_ONCE; i++)
        x[i] = 0.01F * (float)(i % 1000) - 5;
    const shift__image image = {x, 1, 1, AT_ONCE, false};
    for (size_t k = 0; k < 3; k++)
        begin_bins(&h[k], 1);
    for (size_t i = 0; i < TIMES; i++)
        ck_assert_int_eq((int)shift__histogram_add(&h[0], &image, NULL), (int)SHIFT_OK);
    ck_assert_int_eq((int)shift__histogram_add(&h[1], &image, NULL), (int)SHIFT_OK);
    ck_assert(h[0].counts != NULL && h[1].counts == NULL);
    size_t into = _i == 0 ? 0 : 1;
    ck_assert_int_eq((int)shift__histogram_merge(&h[2], 1, &h[into], NULL), (int)SHIFT_OK);
    ck_assert_uint_ge(h[2].in_cells, h[into].in_cells);
    ck_assert_int_eq((int)shift__histogram_merge(&h[into], 1, &h[1 - into], NULL), (int)SHIFT_OK);
    ck_assert_int_eq((int)shift__histogram_merge(&h[2], 1, &h[1 - into], NULL), (int)SHIFT_OK);
    shift__histogram one = {.bins = 0};
    begin_bins(&one, 1);
    ck_assert_int_eq((int)shift__histogram_add(&one, &image, NULL), (int)SHIFT_OK);
    for (size_t i = 0; i < one.bins; i++)
        for (size_t k = into; k < 3; k += 2 - into) {
            ck_assert_uint_eq(shift__histogram_count(&h[k], i),
                              shift__histogram_count(&one, i) * (TIMES + 1));
            ck_assert_uint_eq(shift__histogram_places(&h[k], i),
                              shift__histogram_places(&one, i) * (TIMES + 1));
        }
    for (size_t k = 0; k < 3; k++)
        shift__histogram_clear(&h[k]);
    shift__histogram_clear(&one);
}
END_TEST

/* No two of sixteen channels begin in the same line of a cache of 4 KiB ways. */
START_TEST(bins_spread_over_the_cache)
{
    for (size_t bins = 64; bins < 20000; bins += 37) {
        size_t near = shift__bins_near(bins);
        ck_assert(near <= bins && near + 64 > bins);
        bool taken[64] = {false};
        for (size_t k = 0; k < SHIFT__WIDTH; k++) {
            size_t line = near * k / 8 % 64;
            ck_assert(!taken[line]);
            taken[line] = true;
        }
    }
}
END_TEST

static void begin_layer(shift__layer *layer, size_t positions)
{
    static double ones[CHANNELS];
    for (size_t c = 0; c < CHANNELS; c++)
        ones[c] = 1;
    *layer = (shift__layer){.channels = CHANNELS, .positions = positions};
    begin_bins(&layer->histogram, CHANNELS);
    layer->seen.n = 0;
    layer->seen.origin = layer->seen.first = origins;
    layer->seen.second = ones;
}

static void end_layer(shift__layer *layer)
{
    ck_assert_int_eq((int)shift__layer_finish(layer, NULL), (int)SHIFT_OK);
}

static void give(shift__layer *layer, const shift__image *image, size_t most)
{
    shift__histogram *into = NULL;
    ck_assert_int_eq((int)shift__layer_room(layer, image, true, most, &into, NULL), (int)SHIFT_OK);
    if (into != NULL)
        ck_assert_int_eq((int)shift__histogram_add(into, image, NULL), (int)SHIFT_OK);
    layer->seen.n += image->rows * image->positions;
}

/* More than a cell counts: the user is told what to do. */
START_TEST(too_many_values_at_a_time_name_the_layer)
{
    static char name[] = "conv0", op[] = "Relu";
    shift__layer layer = {.name = name, .op = op, .channels = 1, .histogram.bins = 480};
    const shift__image image = {first, 1 << 12, 1, 1 << 12, false};
    shift__histogram *into = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_int_eq((int)shift__layer_room(&layer, &image, true, 0, &into, &err),
                     (int)SHIFT_EUNSUPPORTED);
    ck_assert_str_eq(
        err.message,
        "layer conv0 (Relu): 4096 rows at a time have 16777216 values a channel, fewer "
        "than 16777216 are counted; run fewer rows at a time (--batch)");
    ck_assert_ptr_null(into);
    ck_assert_ptr_null(layer.histogram.cells);
}
END_TEST

/* The same batches under a limit for all, for some and for none: values while they fit, then a
 * histogram with every one of them; distances between any two are those of the same values. */
START_TEST(values_become_a_histogram)
{
    enum { BATCHES = 30 };
    size_t positions = _i == 0 ? 1 : POSITIONS;
    size_t all = positions * BATCHES * ROWS * CHANNELS;
    const size_t limits[] = {all, all / 2, 0};
    shift__layer layers[3];
    double ks[CHANNELS];
    double wasserstein[CHANNELS];
    for (size_t i = 0; i < 3; i++) {
        seed();
        begin_layer(&layers[i], positions);
        for (size_t b = 0; b < BATCHES; b++) {
            make_images(positions, 0.01 * (double)b);
            const shift__image image = {b % 2 == 0 ? first : last, ROWS, CHANNELS, positions,
                                        b % 2 == 1 || positions == 1};
            give(&layers[i], &image, limits[i]);
        }
        end_layer(&layers[i]);
        ck_assert_int_eq(layers[i].values.x != NULL, i == 0);
    }
    for (size_t c = 0; c < CHANNELS; c++) {
        const shift__values *v = &layers[0].values;
        for (size_t k = 1; k < v->n; k++)
            ck_assert(v->x[c * v->n + k - 1] <= v->x[c * v->n + k]);
    }
    for (size_t k = 0; k < CHANNELS * layers[1].histogram.bins; k++) {
        ck_assert_uint_eq(shift__histogram_count(&layers[1].histogram, k),
                          shift__histogram_count(&layers[2].histogram, k));
        ck_assert_uint_eq(shift__histogram_places(&layers[1].histogram, k),
                          shift__histogram_places(&layers[2].histogram, k));
    }
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq((int)shift__layer_distances(&layers[0], &layers[i], ks, wasserstein, NULL),
                         (int)SHIFT_OK);
        for (size_t c = 0; c < CHANNELS; c++)
            ck_assert(ks[c] == 0 && wasserstein[c] < 1e-12);
    }
    for (size_t i = 0; i < 3; i++) {
        shift__histogram_clear(&layers[i].histogram);
        free(layers[i].values.x);
    }
}
END_TEST

/* ---- files ---- */

static char path[1024];

static void setup(void)
{
    seed();
    (void)snprintf(path, sizeof path, "%s/saved.layers", scratch_make());
}

/* A profile of one layer, in a histogram or with its values. */
static shift_layer_profile *make_profile(size_t most)
{
    shift_layer_profile *p = calloc(1, sizeof *p);
    shift_error err = SHIFT_ERROR_INIT;
    static char name[] = "x";
    const shift__site site = {.kind = SHIFT__SITE_INPUT, .name = name, .op = name, .before = 1};
    ck_assert_ptr_nonnull(p);
    char **const texts[] = {&p->source, &p->network, &p->hash, &p->operators};
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq((int)shift__text_copy(texts[i], name, 1, &err), (int)SHIFT_OK);
    p->rows = p->most = p->sampled = ROWS;
    p->n_layers = 1;
    p->layers = calloc(1, sizeof *p->layers);
    ck_assert_ptr_nonnull(p->layers);
    shift__layer *layer = p->layers;
    layer->channels = CHANNELS;
    layer->positions = POSITIONS;
    ck_assert_int_eq((int)shift__layer_begin(layer, &site, NULL, 480, &err), (int)SHIFT_OK);
    for (size_t c = 0; c < CHANNELS; c++) {
        layer->histogram.low[c] = -16;
        layer->histogram.width[c] = 32.0 / 480;
        layer->seen.minimum[c] = layer->seen.maximum[c] = 0;
    }
    layer->rows = calloc((size_t)ROWS * 2 * CHANNELS, sizeof *layer->rows);
    make_images(POSITIONS, 0);
    const shift__image image = {first, ROWS, CHANNELS, POSITIONS, false};
    give(layer, &image, most);
    end_layer(layer);
    return p;
}

static void assert_same(const shift__layer *a, const shift__layer *b)
{
    ck_assert_uint_eq(a->values.n, b->values.n);
    ck_assert_int_eq(a->values.x == NULL, b->values.x == NULL);
    if (a->values.x != NULL)
        ck_assert_mem_eq(a->values.x, b->values.x, sizeof(float) * a->values.n * CHANNELS);
    for (size_t i = 0; a->values.x == NULL && i < CHANNELS * a->histogram.bins; i++) {
        ck_assert_uint_eq(shift__histogram_count(&a->histogram, i),
                          shift__histogram_count(&b->histogram, i));
        ck_assert_uint_eq(shift__histogram_places(&a->histogram, i),
                          shift__histogram_places(&b->histogram, i));
    }
}

START_TEST(saved_profiles_come_back)
{
    shift_error err = SHIFT_ERROR_INIT;
    shift_layer_profile *made = make_profile(_i == 0 ? SIZE_MAX : 0);
    shift_layer_profile *read = NULL;
    shift_status status = shift_layer_profile_save(made, path, &err);
    if (status == SHIFT_OK)
        status = shift_layer_profile_load(&read, path, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    assert_same(made->layers, read->layers);
    shift_layer_profile_free(made);
    shift_layer_profile_free(read);
}
END_TEST

static const unsigned char magic[SHIFT__MAGIC] = {0x89, 'C', 'S', 'H', 'L', '\r', '\n', 0x1a};

static Shift__Layers__Profile *unpack(const shift__container *kind)
{
    shift_error err = SHIFT_ERROR_INIT;
    unsigned char *bytes = NULL;
    size_t n = 0;
    unsigned minor = 0;
    ck_assert_int_eq((int)shift__container_load(kind, path, &bytes, &n, &minor, &err),
                     (int)SHIFT_OK);
    Shift__Layers__Profile *message = shift__layers__profile__unpack(NULL, n, bytes);
    ck_assert_ptr_nonnull(message);
    free(bytes);
    return message;
}

static void pack(const shift__container *kind, Shift__Layers__Profile *message)
{
    size_t n = shift__layers__profile__get_packed_size(message);
    unsigned char *bytes = malloc(n);
    ck_assert_ptr_nonnull(bytes);
    (void)shift__layers__profile__pack(message, bytes);
    ck_assert_int_eq((int)shift__container_save(kind, 0, path, bytes, n, NULL), (int)SHIFT_OK);
    shift__layers__profile__free_unpacked(message, NULL);
    free(bytes);
}

/* Version 1.0 had places as floats, 0 to 1. */
START_TEST(files_of_version_1_are_read)
{
    shift__container kind = {.major = 2, .noun = "layer profile"};
    shift_error err = SHIFT_ERROR_INIT;
    shift_layer_profile *made = make_profile(0);
    shift_layer_profile *read = NULL;
    memcpy(kind.magic, magic, sizeof magic);
    ck_assert_int_eq((int)shift_layer_profile_save(made, path, &err), (int)SHIFT_OK);
    Shift__Layers__Profile *message = unpack(&kind);
    Shift__Layers__Layer *layer = message->layers[0];
    layer->places = malloc(layer->n_places_fixed * sizeof *layer->places);
    ck_assert_ptr_nonnull(layer->places);
    for (size_t i = 0; i < layer->n_places_fixed; i++)
        layer->places[i] = (float)layer->places_fixed[i] / 65536;
    layer->n_places = layer->n_places_fixed;
    layer->n_places_fixed = 0;
    free(layer->places_fixed);
    layer->places_fixed = NULL;
    kind.major = 1;
    pack(&kind, message);
    shift_status status = shift_layer_profile_load(&read, path, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    assert_same(made->layers, read->layers);
    shift_layer_profile_free(made);
    shift_layer_profile_free(read);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("capture");
    TCase *tcase = tcase_create("capture");
    tcase_add_checked_fixture(tcase, seed, NULL);
    tcase_add_loop_test(tcase, loops_agree_with_their_twins, 0, 2);
    tcase_add_loop_test(tcase, both_layouts_say_the_same, 0, 6);
    tcase_add_test(tcase, large_means_take_no_digits);
    tcase_add_loop_test(tcase, the_row_that_is_not_finite_is_named, 0, 3);
    tcase_add_test(tcase, without_sums_a_row_is_named_too);
    tcase_add_test(tcase, cells_overflow_into_counts);
    tcase_add_loop_test(tcase, merged_histograms_hold_what_both_counted, 0, 2);
    tcase_add_test(tcase, bins_spread_over_the_cache);
    tcase_add_test(tcase, too_many_values_at_a_time_name_the_layer);
    tcase_add_loop_test(tcase, values_become_a_histogram, 0, 2);
    suite_add_tcase(suite, tcase);
    TCase *files = tcase_create("files");
    tcase_add_checked_fixture(files, setup, scratch_remove);
    tcase_add_loop_test(files, saved_profiles_come_back, 0, 2);
    tcase_add_test(files, files_of_version_1_are_read);
    suite_add_tcase(suite, files);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
