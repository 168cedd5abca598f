/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Layer profiles as bytes: they come back as they were, and damage has a name. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failing_memory.h"
#include "network/layer_file.h"

enum { CHANNELS = 2, BINS = 4, ROWS = 3 };

/* A profile of a Batch Normalization and an output of two classes, in memory of its own. */
static struct made {
    shift_layer_profile profile;
    shift__layer layers[2];
    double numbers[2][5][CHANNELS], bins[2][2][CHANNELS], bn[4][CHANNELS], probability[CHANNELS];
    uint64_t counts[2][CHANNELS * BINS], places[2][CHANNELS * BINS];
    uint32_t sample_class[ROWS];
    float values[ROWS * CHANNELS], rows[2][ROWS * 2 * CHANNELS], confidence[ROWS];
    uint64_t predicted[CHANNELS];
    bool right[ROWS];
} made;

static char nothing[] = "";
static char bn[] = "bn", op[] = "BatchNormalization", out[] = "logits", output[] = "output";
static char source[] = "train.csv", network[] = "made.onnx", hash[] = "00ff", operators[] = "Gemm";

static shift_error err;

static void make_layer(size_t i)
{
    shift__layer *layer = &made.layers[i];
    *layer = (shift__layer){.name = i == 0 ? bn : out,
                            .op = i == 0 ? op : output,
                            .kind = i == 0 ? SHIFT__SITE_BN : SHIFT__SITE_OUTPUT,
                            .channels = CHANNELS,
                            .positions = 1,
                            .seen = {made.numbers[i][0], made.numbers[i][1], made.numbers[i][2],
                                     made.numbers[i][3], made.numbers[i][4], ROWS},
                            .seen_is_after = i == 1,
                            .histogram = {.bins = BINS,
                                          .low = made.bins[i][0],
                                          .width = made.bins[i][1],
                                          .counts = made.counts[i],
                                          .places = made.places[i]},
                            .rows = made.rows[i],
                            .bn = i == 0,
                            .epsilon = i == 0 ? 1e-5 : 0};
    if (i == 0) {
        layer->mean = made.bn[0];
        layer->variance = made.bn[1];
        layer->scale = made.bn[2];
        layer->bias = made.bn[3];
    }
    for (size_t c = 0; c < CHANNELS; c++) {
        for (size_t k = 0; k < 5; k++)
            made.numbers[i][k][c] = (double)(k + 1) + 0.25 * (double)c;
        for (size_t k = 0; k < 4; k++)
            made.bn[k][c] = (double)k - 0.5 * (double)c + 1;
        made.bins[i][1][c] = 0.5;
        made.counts[i][c * BINS + 1] = ROWS;
        made.places[i][c * BINS + 1] = 98304;
        made.predicted[c] = c + 1;
        made.probability[c] = 1.5;
    }
    for (size_t k = 0; k < sizeof made.rows[i] / sizeof *made.rows[i]; k++)
        made.rows[i][k] = 0.125F * (float)k;
}

static void setup(void)
{
    memset(&made, 0, sizeof made);
    for (size_t i = 0; i < 2; i++)
        make_layer(i);
    for (size_t r = 0; r < ROWS; r++) {
        made.sample_class[r] = r % 2;
        made.confidence[r] = 0.5F;
        made.right[r] = r == 1;
    }
    made.profile = (shift_layer_profile){.source = source,
                                         .network = network,
                                         .hash = hash,
                                         .operators = operators,
                                         .bn_batch = true,
                                         .bytes = 77,
                                         .rows = 5,
                                         .seed = 9,
                                         .sampled = ROWS,
                                         .most = ROWS,
                                         .layers = made.layers,
                                         .n_layers = 2,
                                         .classes = CHANNELS,
                                         .predicted = made.predicted,
                                         .probability = made.probability,
                                         .confidence = 2.5,
                                         .labelled = 5,
                                         .right = 2,
                                         .sample_class = made.sample_class,
                                         .sample_confidence = made.confidence,
                                         .sample_right = made.right};
}

/* The output with every value. */
static void keep_values(void)
{
    for (size_t i = 0; i < (size_t)ROWS * CHANNELS; i++)
        made.values[i] = (float)(i % ROWS);
    made.layers[1].values = (shift__values){made.values, ROWS, 0};
}

/* The first layer with what leaves it, every value or bins. */
static void keep_other(bool values)
{
    shift__layer *layer = &made.layers[0];
    layer->other = layer->seen;
    layer->other_histogram = layer->histogram;
    if (!values)
        return;
    keep_values();
    layer->other_values = made.layers[1].values;
}

static void name_inputs(void)
{
    static char first[] = "age", second[] = "height, cm";
    static char *inputs[2];
    inputs[0] = first;
    inputs[1] = second; /* anew: a test may have changed it */
    made.profile.inputs = inputs;
    made.profile.n_inputs = 2;
}

static unsigned char *encoded(size_t *n)
{
    unsigned char *bytes = NULL;
    ck_assert_int_eq((int)shift__layers_encode(&made.profile, &bytes, n, &err), (int)SHIFT_OK);
    return bytes;
}

static shift_status decode(const unsigned char *bytes, size_t n)
{
    shift_layer_profile *profile = NULL;
    err = (shift_error)SHIFT_ERROR_INIT;
    shift_status status = shift__layers_decode(&profile, bytes, n, "x.layers", &err);
    shift_layer_profile_free(profile);
    return status;
}

/* With histograms, with a layer's values, with moments alone, with what leaves a layer, with the
 * names of inputs. */
START_TEST(what_is_decoded_encodes_to_the_same_bytes)
{
    if (_i == 1)
        keep_values();
    if (_i == 2)
        made.layers[0].histogram.bins = made.layers[1].histogram.bins = 0;
    if (_i >= 3)
        keep_other(_i == 3);
    if (_i == 5)
        name_inputs();
    size_t n = 0;
    size_t n_again = 0;
    unsigned char *bytes = encoded(&n);
    unsigned char *again = NULL;
    shift_layer_profile *profile = NULL;
    shift_status status = shift__layers_decode(&profile, bytes, n, "x.layers", &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    ck_assert_str_eq(profile->file, "x.layers");
    ck_assert(profile->bn_batch);
    ck_assert_str_eq(profile->layers[1].name, "logits");
    ck_assert(profile->layers[0].bn && !profile->layers[1].bn);
    ck_assert_double_eq(profile->layers[0].variance[1], 1.5);
    ck_assert_float_eq(profile->layers[1].rows[7], 0.875F);
    ck_assert(profile->sample_right[1] && !profile->sample_right[2]);
    ck_assert_uint_eq(profile->n_inputs, _i == 5 ? 2 : 0);
    if (_i == 5)
        ck_assert_str_eq(profile->inputs[1], "height, cm");
    ck_assert_int_eq((int)shift__layers_encode(profile, &again, &n_again, &err), (int)SHIFT_OK);
    ck_assert_uint_eq(n, n_again);
    ck_assert_mem_eq(bytes, again, n);
    free(bytes);
    free(again);
    shift_layer_profile_free(profile);
}
END_TEST

/* But for those that end after a layer, which are profiles without classes, or before the last
 * field. */
START_TEST(every_prefix_is_refused)
{
    size_t n = 0;
    size_t whole = 0;
    unsigned char *bytes = encoded(&n);
    for (size_t k = 0; k < n; k++) {
        unsigned char *part = malloc(k + 1);
        ck_assert_ptr_nonnull(part);
        memcpy(part, bytes, k);
        shift_status status = decode(part, k);
        whole += status == SHIFT_OK;
        ck_assert(status == SHIFT_EFORMAT || (status == SHIFT_OK && whole <= 3));
        ck_assert_int_eq(strncmp(err.message, "x.layers: damaged layer profile: ", 33) == 0,
                         status != SHIFT_OK);
        free(part);
    }
    free(bytes);
}
END_TEST

static void nan_row(void)
{
    made.rows[1][3] = NAN;
}
static void nan_mean(void)
{
    made.numbers[0][1][0] = (double)NAN;
}
static void far_origin(void)
{
    made.numbers[0][0][1] = -1e39;
}
static void too_many_zeros(void)
{
    static uint64_t zeros[CHANNELS] = {ROWS, ROWS + 1};
    made.layers[0].zero = zeros;
}
static void too_many_saturated(void)
{
    static uint64_t saturated[CHANNELS] = {ROWS + 1, 0};
    made.layers[0].saturated = saturated;
}
static void infinite_maximum(void)
{
    made.numbers[1][4][1] = HUGE_VAL;
}
static void values_out_of_order(void)
{
    keep_values();
    made.values[1] = 9;
}
static void nan_value(void)
{
    keep_values();
    made.values[2] = NAN;
}
static void too_few_values(void)
{
    keep_values();
    made.layers[1].values.n = ROWS - 1;
}
static void too_few_other_values(void)
{
    keep_other(true);
    made.layers[0].other_values.n = ROWS - 1;
}
static void one_other_value_more(void)
{
    keep_other(false);
    made.layers[0].other.n = ROWS + 1;
}
static void values_without_moments(void)
{
    keep_other(true);
    made.layers[0].other.origin = NULL;
}
static void no_width(void)
{
    made.bins[1][1][0] = 0;
}
static void one_count_less(void)
{
    made.counts[0][1]--;
}
static void one_count_more(void)
{
    made.counts[1][BINS - 1]++;
}
static void counts_that_wrap(void)
{
    made.counts[1][0] = UINT64_MAX;
    made.counts[1][1] = ROWS + 1;
}
static void nan_statistic(void)
{
    made.bn[1][1] = (double)NAN;
}
static void nan_epsilon(void)
{
    made.layers[0].epsilon = (double)NAN;
}
static void nan_confidence(void)
{
    made.confidence[2] = NAN;
}
static void strange_class(void)
{
    made.sample_class[0] = CHANNELS;
}
static void no_values(void)
{
    made.layers[0].seen.n = 0;
}
static void too_many_bins(void)
{
    made.layers[0].histogram.bins = SHIFT__BINS_MOST + 1;
    made.layers[0].values = (shift__values){made.values, ROWS, 0};
}
static void more_right_than_labelled(void)
{
    made.profile.right = 6;
}
static void more_labels_than_rows(void)
{
    made.profile.labelled = 6;
}
static void no_name(void)
{
    made.layers[0].name = nothing;
}
static void no_input_name(void)
{
    name_inputs();
    made.profile.inputs[1] = nothing;
}
static void strange_kind(void)
{
    made.layers[0].kind = (shift__site_kind)99;
}
static void too_few_rows(void)
{
    made.profile.rows = ROWS - 1;
}
static void no_layers(void)
{
    made.profile.n_layers = 0;
}

static const struct {
    void (*do_it)(void);
    const char *message;
} damages[] = {
    {nan_row, "a row has a number that is none"},
    {nan_mean, "a number is not finite"},
    {far_origin, "an origin is no mean of values"},
    {too_many_zeros, "more values are counted than there are"},
    {too_many_saturated, "more values are counted than there are"},
    {infinite_maximum, "a number is not finite"},
    {values_out_of_order, "its values are not in ascending order"},
    {nan_value, "its values are not in ascending order"},
    {too_few_values, "an array has another length than the layer has values"},
    {too_few_other_values, "an array has another length than the layer has values"},
    {one_other_value_more, "a histogram has another number of values than the layer"},
    {values_without_moments, "it has values of a tensor without their moments"},
    {no_width, "a histogram's bins have no width"},
    {one_count_less, "a histogram has another number of values than the layer"},
    {one_count_more, "a histogram has another number of values than the layer"},
    {counts_that_wrap, "a histogram has another number of values than the layer"},
    {nan_statistic, "a number is not finite"},
    {nan_epsilon, "a number is not finite"},
    {nan_confidence, "a number is not finite"},
    {strange_class, "a class is none of the classes"},
    {no_values, "a layer has no values"},
    {too_many_bins, "a histogram has too many bins"},
    {more_right_than_labelled, "more rows are right than there are"},
    {more_labels_than_rows, "more rows are right than there are"},
    {no_name, "a name is empty or holds a NUL byte"},
    {no_input_name, "a name is empty or holds a NUL byte"},
    {strange_kind, "a layer is none"},
    {too_few_rows, "it has no layers or no rows"},
    {no_layers, "it has no layers or no rows"},
};
enum { DAMAGES = sizeof damages / sizeof *damages };

START_TEST(damage_has_a_name)
{
    size_t n = 0;
    damages[_i].do_it();
    unsigned char *bytes = encoded(&n);
    ck_assert_int_eq((int)decode(bytes, n), (int)SHIFT_EFORMAT);
    ck_assert_int_eq(strncmp(err.message, "x.layers: damaged layer profile: ", 33), 0);
    ck_assert_str_eq(err.message + 33, damages[_i].message);
    free(bytes);
}
END_TEST

/* An empty layer takes two bytes in the file and some four hundred in memory. */
START_TEST(memory_is_in_proportion_to_the_file)
{
    enum { LAYERS = 1 << 18, BYTES = 2 * LAYERS };
    unsigned char *bytes = malloc(BYTES);
    ck_assert_ptr_nonnull(bytes);
    for (size_t i = 0; i < LAYERS; i++) {
        bytes[2 * i] = 9 << 3 | 2;
        bytes[2 * i + 1] = 0;
    }
    ck_assert_int_eq((int)decode(bytes, BYTES), (int)SHIFT_EFORMAT);
    ck_assert_str_eq(err.message, "x.layers: damaged layer profile: no valid message");
    free(bytes);
}
END_TEST

/* What unpacking a short name takes is many times its own size. */
START_TEST(many_inputs_are_read)
{
    enum { INPUTS = 10000, NAME = 8 };
    static char names[INPUTS][NAME];
    static char *inputs[INPUTS];
    size_t n = 0;
    for (size_t i = 0; i < INPUTS; i++) {
        (void)snprintf(names[i], NAME, "%zu", i);
        inputs[i] = names[i];
    }
    made.profile.inputs = inputs;
    made.profile.n_inputs = INPUTS;
    unsigned char *bytes = encoded(&n);
    ck_assert_msg(decode(bytes, n) == SHIFT_OK, "%s", err.message);
    free(bytes);
}
END_TEST

START_TEST(every_allocation_may_fail)
{
    size_t n = 0;
    name_inputs();
    unsigned char *bytes = encoded(&n);
    for (long k = 0;; k++) {
        fail_allocation(k);
        shift_status status = decode(bytes, n);
        int failed = allocation_failed();
        fail_allocation(-1);
        ck_assert_msg(status == (failed ? SHIFT_ENOMEM : SHIFT_OK), "allocation %ld: %d, %s", k,
                      (int)status, err.message);
        if (!failed) {
            ck_assert_int_gt(k, 50);
            break;
        }
    }
    free(bytes);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("layer_file");
    TCase *tests = tcase_create("layer_file");
    tcase_add_checked_fixture(tests, setup, NULL);
    tcase_add_loop_test(tests, what_is_decoded_encodes_to_the_same_bytes, 0, 6);
    tcase_add_test(tests, every_prefix_is_refused);
    tcase_add_loop_test(tests, damage_has_a_name, 0, DAMAGES);
    tcase_add_test(tests, memory_is_in_proportion_to_the_file);
    tcase_add_test(tests, many_inputs_are_read);
    tcase_add_test(tests, every_allocation_may_fail);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
