/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What pictures of a layer are drawn from: channels together, in units of the stored statistics. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "network/layer_statistics.h"
#include "network/layers.h"
#include "network/tally.h"

enum { ROWS = 4000, CHANNELS = 2, BINS = 1024 };

static const float means[CHANNELS] = {100, -3}, variances[CHANNELS] = {25, 0.01f};
static const float ones[CHANNELS] = {1, 1};
static shift__arena arena;
static shift__layer sides[2];
static bool exact; /* every value is kept, or none */

static void clear(void)
{
    shift__layer_clear(&sides[0]);
    shift__layer_clear(&sides[1]);
    sides[0] = sides[1] = (shift__layer){.name = NULL};
    shift__arena_clear(&arena);
}

/* From -1 to 1, evenly. */
static double even(size_t row)
{
    return 2 * ((double)row + 0.5) / ROWS - 1;
}

static void fill(shift__layer *layer, const shift__site *site, const shift__layer *like,
                 double (*value)(size_t row, size_t channel))
{
    shift_error err = SHIFT_ERROR_INIT;
    layer->channels = CHANNELS;
    layer->positions = 1;
    ck_assert_int_eq((int)shift__layer_begin(layer, site, like, BINS, &err), (int)SHIFT_OK);
    for (size_t c = 0; like == NULL && c < CHANNELS; c++) {
        bool bn = site->kind == SHIFT__SITE_BN;
        double sd = bn ? sqrt((double)variances[c]) : 1;
        layer->histogram.low[c] = (bn ? (double)means[c] : 0) - 16 * sd;
        layer->histogram.width[c] = 32 * sd / BINS;
    }
    static float x[ROWS * CHANNELS];
    const shift__image image = {x, ROWS, CHANNELS, 1, true};
    shift__tally tally = {.n = 0};
    shift__lane_block block;
    shift__look look = {.origin = layer->seen.origin, .tally = &tally};
    for (size_t i = 0; i < (size_t)ROWS * CHANNELS; i++)
        x[i] = (float)value(i / CHANNELS, i % CHANNELS);
    ck_assert_int_eq((int)shift__tally_begin(&tally, CHANNELS, &err), (int)SHIFT_OK);
    size_t most = exact ? SIZE_MAX : 0;
    ck_assert_int_eq((int)shift__layer_room(layer, &image, true, most, &look.histogram, &err),
                     (int)SHIFT_OK);
    if (look.histogram != NULL)
        ck_assert_int_eq((int)shift__histogram_room(look.histogram, CHANNELS, ROWS, &err),
                         (int)SHIFT_OK);
    ck_assert_uint_eq(shift__look_at(&look, &image, &block), SIZE_MAX);
    shift__tally_fold(&tally, &layer->seen, NULL);
    shift__tally_clear(&tally);
    ck_assert_int_eq((int)shift__layer_finish(layer, &err), (int)SHIFT_OK);
}

static shift_subject draw(const shift__site *site, double (*train)(size_t row, size_t channel),
                          double (*prod)(size_t row, size_t channel))
{
    shift_subject subject = {.n_categories = 0};
    shift_error err = SHIFT_ERROR_INIT;
    fill(&sides[0], site, NULL, train);
    fill(&sides[1], site, &sides[0], prod);
    shift_status status = shift__layer_draw(&sides[0], &sides[1], &arena, &subject, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    return subject;
}

static double share_at(const shift_curve *curve, double x)
{
    const shift_vertex *v = curve->vertices;
    size_t i = 0;
    while (i + 1 < curve->n && v[i + 1].value <= x)
        i++;
    if (x < v[0].value || i + 1 == curve->n || !(v[i + 1].value > v[i].value))
        return x < v[0].value ? 0 : v[i].share;
    return v[i].share +
           (v[i + 1].share - v[i].share) * (x - v[i].value) / (v[i + 1].value - v[i].value);
}

static const shift__site bn = {.kind = SHIFT__SITE_BN,
                               .name = "bn",
                               .op = "BatchNormalization",
                               .mean = means,
                               .variance = variances,
                               .scale = ones,
                               .bias = ones,
                               .channels = CHANNELS};
static const shift__site relu = {.kind = SHIFT__SITE_ACTIVATION, .name = "relu", .op = "Relu"};

static double as_stored(size_t row, size_t channel)
{
    return (double)means[channel] + even(row) * sqrt((double)variances[channel]);
}

static double two_higher(size_t row, size_t channel)
{
    return as_stored(row, channel) + 2 * sqrt((double)variances[channel]);
}

START_TEST(batch_normalization_is_drawn_in_stored_units)
{
    exact = _i == 1;
    shift_subject s = draw(&bn, as_stored, two_higher);
    for (int tenth = -9; tenth < 10; tenth++) {
        double x = tenth / 10.0;
        ck_assert_double_le(fabs(share_at(s.train_curve, x) - (x + 1) / 2), 0.02);
        ck_assert_double_le(fabs(share_at(s.prod_curve, x + 2) - (x + 1) / 2), 0.02);
    }
    clear();
}
END_TEST

static double rectified(size_t row, size_t channel)
{
    return fmax(0, even(row)) * (double)(channel + 1);
}

static double zero(size_t row, size_t channel)
{
    (void)row;
    (void)channel;
    return 0;
}

START_TEST(zeros_are_a_jump)
{
    exact = _i == 1;
    shift_subject s = draw(&relu, rectified, zero);
    ck_assert_double_le(fabs(share_at(s.train_curve, 0.01) - 0.5), 0.02);
    ck_assert_double_le(share_at(s.train_curve, -0.01), 0);
    ck_assert_double_le(fabs(share_at(s.train_curve, 1) - 0.875), 0.02);
    ck_assert_uint_eq(s.prod_curve->n, 2);
    ck_assert(s.prod_curve->vertices[0].value == 0 && s.prod_curve->vertices[1].value == 0);
    ck_assert(s.prod_curve->vertices[1].share == 1);
    clear();
}
END_TEST

/* One value in a hundred is a million times the others. */
static double far_out(size_t row, size_t channel)
{
    return row % 100 == 0 ? 1e6 : as_stored(row, channel);
}

START_TEST(what_is_far_out_leaves_the_rest_to_be_seen)
{
    exact = _i == 1;
    shift_subject s = draw(&bn, as_stored, far_out);
    ck_assert_double_le(fabs(share_at(s.train_curve, 0) - 0.5), 0.02);
    for (int i = 0; i < 2; i++) {
        const shift_curve *curve = i == 0 ? s.train_curve : s.prod_curve;
        for (size_t k = 1; k < curve->n; k++) {
            ck_assert(curve->vertices[k].value >= curve->vertices[k - 1].value);
            ck_assert(curve->vertices[k].share >= curve->vertices[k - 1].share);
        }
        ck_assert(curve->vertices[curve->n - 1].share == 1);
    }
    clear();
}
END_TEST

static double hundred_higher(size_t row, size_t channel)
{
    return as_stored(row, channel) + 100 * sqrt((double)variances[channel]);
}

/* Beyond the bins their means are known still. */
START_TEST(what_is_beyond_the_bins_is_as_far_as_its_mean)
{
    double ks[CHANNELS];
    double wasserstein[CHANNELS];
    shift_error err = SHIFT_ERROR_INIT;
    exact = false;
    fill(&sides[0], &bn, NULL, as_stored);
    fill(&sides[1], &bn, &sides[0], hundred_higher);
    ck_assert_int_eq((int)shift__layer_distances(&sides[0], &sides[1], ks, wasserstein, &err),
                     (int)SHIFT_OK);
    for (size_t c = 0; c < CHANNELS; c++) {
        double regular = shift__layer_regular(&sides[0]);
        double sd = sqrt(shift__sums_variance(&sides[0].seen, c) + regular);
        ck_assert_double_eq(ks[c], 1);
        ck_assert_double_eq_tol(wasserstein[c] * sd, 100 * sqrt((double)variances[c]), 1e-3);
    }
    clear();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("layer_curve");
    TCase *tcase = tcase_create("layer_curve");
    tcase_add_loop_test(tcase, batch_normalization_is_drawn_in_stored_units, 0, 2);
    tcase_add_loop_test(tcase, zeros_are_a_jump, 0, 2);
    tcase_add_loop_test(tcase, what_is_far_out_leaves_the_rest_to_be_seen, 0, 2);
    tcase_add_test(tcase, what_is_beyond_the_bins_is_as_far_as_its_mean);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
