/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What leaves a Batch Normalization and an activation, against the same computed from the rows
 * here, and against PyTorch on the networks of ../shared where these are. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "made_network.h"
#include "network/layer_profile.h"
#include "shift/layers.h"

#define NETWORKS SHIFT_SOURCE_DIR "/../shared/networks/"

enum { CHANNELS = 4, ROWS = 150, BATCH = 50, STATISTICS = 5 };

/* A positive slope, a negative one, none, and statistics far from the data. */
static const double scale[CHANNELS] = {1.5, -2, 0, 0.5}, bias[CHANNELS] = {0.25, 1, -3, 0},
                    mean[CHANNELS] = {0, 1, 2, 40}, variance[CHANNELS] = {1, 4, 0.25, 9};
static const double epsilon = 1e-3;

static const char model[] =
    "opset 13\ninput x ?x4\nfloat s 4:1.5,-2,0,0.5\nfloat b 4:0.25,1,-3,0\nfloat m 4:0,1,2,40\n"
    "float v 4:1,4,0.25,9\nnode BatchNormalization y x,s,b,m,v epsilon=0.001f\nnode Tanh t x\n"
    "node Add z y,t\noutput z\n";

static double rows[2][ROWS][CHANNELS];
static shift_error err;
static shift_network *network;
static shift_layer_profile *profiles[2];
static shift_comparison *comparison;

static void fill(shift__random *random, int side)
{
    for (size_t r = 0; r < ROWS; r++)
        for (size_t c = 0; c < CHANNELS; c++) {
            double z = made_draw(random);
            rows[side][r][c] =
                (double)(float)(side == 0 ? z + (double)c : 1.5 * exp(0.5 * z) + (double)c);
        }
}

static shift_source *source_of(int side, made_file *file)
{
    *file = (made_file){.n = 0};
    made_print(file, "a,b,c,d\n");
    for (size_t r = 0; r < ROWS; r++)
        made_print(file, "%.9g,%.9g,%.9g,%.9g\n", rows[side][r][0], rows[side][r][1],
                   rows[side][r][2], rows[side][r][3]);
    made_write(file);
    return made_source(file);
}

static void compare(bool bn_batch)
{
    shift__random random;
    shift__random_init(&random, 3, 1);
    size_t n = 0;
    unsigned char *bytes = made_model(model, &n);
    ck_assert_int_eq((int)shift_network_decode(&network, bytes, n, "made", &err), (int)SHIFT_OK);
    free(bytes);
    for (int side = 0; side < 2; side++) {
        made_file file;
        shift_layer_options options = SHIFT_LAYER_OPTIONS_INIT;
        shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
        fill(&random, side);
        shift_source *source = source_of(side, &file);
        options.bn_batch = bn_batch;
        options.like = side == 1 ? profiles[0] : NULL;
        data.batch = BATCH;
        shift_status status =
            shift_layer_profile_read(&profiles[side], network, source, &data, &options, &err);
        ck_assert_msg(status == SHIFT_OK, "%s", err.message);
        shift_source_close(source);
        made_remove(&file);
    }
    shift_status status = shift_compare_layers(&comparison, profiles[0], profiles[1], NULL, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
}

static void teardown(void)
{
    shift_comparison_free(comparison);
    for (int side = 0; side < 2; side++)
        shift_layer_profile_free(profiles[side]);
    shift_network_free(network);
    comparison = NULL;
    network = NULL;
    profiles[0] = profiles[1] = NULL;
}

/* The layer whose operator is `op`. */
static const shift_subject *layer_of(const char *op)
{
    for (size_t i = 0; i < comparison->n_layers; i++)
        if (strcmp(comparison->layers[i]->op, op) == 0)
            return comparison->layers[i];
    ck_abort_msg("no layer %s", op);
    return NULL;
}

static double value_of(const shift_subject *s, const char *statistic)
{
    for (size_t i = 0; i < s->n_measurements; i++)
        if (strcmp(s->measurements[i]->statistic, statistic) == 0)
            return s->measurements[i]->value;
    ck_abort_msg("no statistic %s", statistic);
    return 0;
}

/* ---- the same from the rows ---- */

static double outputs[2][CHANNELS][ROWS];

static void normalise_stored(void)
{
    for (int side = 0; side < 2; side++)
        for (size_t c = 0; c < CHANNELS; c++)
            for (size_t r = 0; r < ROWS; r++)
                outputs[side][c][r] =
                    scale[c] * (rows[side][r][c] - mean[c]) / sqrt(variance[c] + epsilon) + bias[c];
}

static void moments_of(const double *x, size_t n, double out[2])
{
    out[0] = out[1] = 0;
    for (size_t i = 0; i < n; i++)
        out[0] += x[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        out[1] += (x[i] - out[0]) * (x[i] - out[0]) / (double)n;
}

static void normalise_batches(void)
{
    for (int side = 0; side < 2; side++)
        for (size_t c = 0; c < CHANNELS; c++)
            for (size_t r = 0; r < ROWS; r++) {
                double batch[BATCH];
                double own[2];
                for (size_t i = 0; i < BATCH; i++)
                    batch[i] = rows[side][r / BATCH * BATCH + i][c];
                moments_of(batch, BATCH, own);
                outputs[side][c][r] =
                    scale[c] * (rows[side][r][c] - own[0]) / sqrt(own[1] + epsilon) + bias[c];
            }
}

static void take_tanh(void)
{
    for (int side = 0; side < 2; side++)
        for (size_t c = 0; c < CHANNELS; c++)
            for (size_t r = 0; r < ROWS; r++)
                outputs[side][c][r] = tanh(rows[side][r][c]);
}

static void expect_summary(const shift_summary *s, int side)
{
    double all[2];
    double low = HUGE_VAL;
    double high = -HUGE_VAL;
    moments_of(&outputs[side][0][0], (size_t)CHANNELS * ROWS, all);
    for (size_t i = 0; i < (size_t)CHANNELS * ROWS; i++) {
        low = fmin(low, (&outputs[side][0][0])[i]);
        high = fmax(high, (&outputs[side][0][0])[i]);
    }
    double n = (double)CHANNELS * ROWS;
    ck_assert_uint_eq(s->n, (uint64_t)CHANNELS * ROWS);
    ck_assert_double_eq_tol(s->mean, all[0], 1e-5);
    ck_assert_double_eq_tol(s->variance, all[1] * n / (n - 1), 1e-5 * all[1]);
    ck_assert_double_eq_tol(s->minimum, low, 1e-5);
    ck_assert_double_eq_tol(s->maximum, high, 1e-5);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Of equal numbers of values: mean distance of sorted values, largest of distribution functions. */
static void distances_of(double *x, double *y, double out[2])
{
    qsort(x, ROWS, sizeof *x, ascending);
    qsort(y, ROWS, sizeof *y, ascending);
    out[0] = out[1] = 0;
    for (size_t i = 0; i < ROWS; i++) {
        double at[] = {x[i], y[i]};
        out[1] += fabs(x[i] - y[i]) / ROWS;
        for (int k = 0; k < 2; k++) {
            double gap = 0;
            for (size_t r = 0; r < ROWS; r++)
                gap += ((x[r] <= at[k]) - (y[r] <= at[k])) / (double)ROWS;
            out[0] = fmax(out[0], fabs(gap));
        }
    }
}

static void expect_statistics(const shift_subject *s)
{
    double moments[2][CHANNELS][2];
    double e = 0;
    double expected[STATISTICS] = {0, 0, 0, 0, 0};
    for (size_t c = 0; c < CHANNELS; c++) {
        for (int side = 0; side < 2; side++)
            moments_of(outputs[side][c], ROWS, moments[side][c]);
        e += 0.01 * moments[0][c][1] / CHANNELS;
    }
    for (size_t c = 0; c < CHANNELS; c++) {
        double d = moments[1][c][0] - moments[0][c][0];
        double before = moments[0][c][1] + e;
        double after = moments[1][c][1] + e;
        double log_ratio = log(after / before);
        double apart[2];
        distances_of(outputs[0][c], outputs[1][c], apart);
        expected[0] += d * d / before / CHANNELS;
        expected[1] += log_ratio * log_ratio / CHANNELS;
        expected[2] += 0.5 *
                       (after / before + before / after - 2 + d * d * (1 / after + 1 / before)) /
                       CHANNELS;
        expected[3] += apart[0] / CHANNELS;
        expected[4] += apart[1] / sqrt(before) / CHANNELS;
    }
    ck_assert_double_eq_tol(value_of(s, "mean_shift"), sqrt(expected[0]), 1e-5);
    ck_assert_double_eq_tol(value_of(s, "variance_ratio"), exp(sqrt(expected[1])), 1e-4);
    ck_assert_double_eq_tol(value_of(s, "divergence"), expected[2], 1e-4 * expected[2] + 1e-6);
    ck_assert_double_eq_tol(value_of(s, "ks"), expected[3], 1e-9);
    ck_assert_double_eq_tol(value_of(s, "wasserstein"), expected[4], 1e-5);
}

static void expect_told(const shift_subject *s, const char *name)
{
    ck_assert_str_eq(s->name, name);
    ck_assert_uint_eq(s->channels, CHANNELS);
    ck_assert_int_eq((int)s->verdict, (int)SHIFT_VERDICT_NONE);
    expect_summary(&s->train, 0);
    expect_summary(&s->prod, 1);
    expect_statistics(s);
}

START_TEST(batch_normalization_by_its_stored_statistics)
{
    compare(false);
    normalise_stored();
    expect_told(layer_of("BatchNormalization output"), "BatchNormalization_0 output");
    teardown();
}
END_TEST

START_TEST(batch_normalization_by_the_statistics_of_batches)
{
    compare(true);
    normalise_batches();
    expect_told(layer_of("BatchNormalization output"), "BatchNormalization_0 output");
    teardown();
}
END_TEST

START_TEST(an_activation_whose_input_decides)
{
    compare(false);
    take_tanh();
    expect_told(layer_of("Tanh output"), "Tanh_1 output");
    teardown();
}
END_TEST

/* It stands behind its layer, and neither decides nor is where the shift enters. */
START_TEST(what_leaves_a_layer_tells_and_does_not_decide)
{
    static const char *const ops[] = {"input", "BatchNormalization", "BatchNormalization output",
                                      "Tanh",  "Tanh output",        "output"};
    compare(false);
    ck_assert_uint_eq(comparison->n_layers, 6);
    for (size_t i = 0; i < 6; i++) {
        const shift_subject *s = comparison->layers[i];
        ck_assert_str_eq(s->op, ops[i]);
        ck_assert_uint_eq(s->index, i);
        ck_assert_int_eq(s->verdict == SHIFT_VERDICT_NONE, strstr(ops[i], "output") != NULL);
    }
    ck_assert_str_eq(comparison->network->first_shifted->op, "input");
    ck_assert_str_eq(comparison->dataset->reason, "3 of 3 layers shifted, the first is x");
    teardown();
}
END_TEST

/* A file of version 2.0 has no values of what leaves. */
START_TEST(distances_need_both_sides_values)
{
    compare(false);
    shift__layer *layer = &profiles[0]->layers[2];
    ck_assert_str_eq(layer->op, "Tanh");
    layer->other_histogram.bins = 0;
    shift_comparison_free(comparison);
    ck_assert_int_eq((int)shift_compare_layers(&comparison, profiles[0], profiles[1], NULL, &err),
                     (int)SHIFT_OK);
    const shift_subject *s = layer_of("Tanh output");
    ck_assert(isnan(value_of(s, "ks")) && isnan(value_of(s, "wasserstein")));
    ck_assert_double_gt(value_of(s, "mean_shift"), 0.1);
    ck_assert_ptr_null(s->train_curve);
    teardown();
}
END_TEST

/* Integers that enter are looked at as the numbers they are. */
START_TEST(integers_are_numbers)
{
    size_t n = 0;
    made_file file = {.n = 0};
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    unsigned char *bytes = made_model("opset 13\nintegers x ?x2\nfloat w 3x1:1,2,4\n"
                                      "node Gather g w,x\nnode Flatten y g\noutput y\n",
                                      &n);
    ck_assert_int_eq((int)shift_network_decode(&network, bytes, n, "made", &err), (int)SHIFT_OK);
    free(bytes);
    made_print(&file, "a,b\n0,2\n1,2\n2,2\n1,1\n");
    made_write(&file);
    for (int side = 0; side < 2; side++) {
        shift_source *source = made_source(&file);
        shift_status status =
            shift_layer_profile_read(&profiles[side], network, source, &data, NULL, &err);
        ck_assert_msg(status == SHIFT_OK, "%s", err.message);
        shift_source_close(source);
    }
    made_remove(&file);
    ck_assert_int_eq((int)shift_compare_layers(&comparison, profiles[0], profiles[1], NULL, &err),
                     (int)SHIFT_OK);
    ck_assert_double_eq_tol(comparison->layers[0]->train.mean, 11.0 / 8, 1e-12);
    ck_assert_double_eq(comparison->layers[0]->prod.maximum, 2);
    teardown();
}
END_TEST

/* Rows are classified by the first output; one that a Sigmoid gives is the probability of class 1.
 */
START_TEST(the_first_output_predicts)
{
    static const char *const models[] = {
        "opset 13\ninput x ?x1\nnode Sigmoid p x\nfloat w 1x3:1,2,3\nnode MatMul z x,w\noutput p\n"
        "output z\n",
        "opset 13\ninput x ?x1\nfloat w 1x2:-1,1\nnode MatMul z x,w\nnode Sigmoid p x\noutput z\n"
        "output p\n"};
    size_t n = 0;
    made_file file = {.n = 0};
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    unsigned char *bytes = made_model(models[_i], &n);
    ck_assert_int_eq((int)shift_network_decode(&network, bytes, n, "made", &err), (int)SHIFT_OK);
    free(bytes);
    made_print(&file, "x,y\n-1,0\n-2,0\n3,1\n4,0\n");
    made_write(&file);
    data.label = "y";
    shift_source *source = made_source(&file);
    shift_status status =
        shift_layer_profile_read(&profiles[0], network, source, &data, NULL, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    shift_source_close(source);
    made_remove(&file);
    ck_assert_uint_eq(shift_layer_profile_classes(profiles[0]), 2);
    ck_assert_double_eq(shift_layer_profile_predicted(profiles[0], 1), 0.5);
    ck_assert_double_eq(shift_layer_profile_accuracy(profiles[0]), 0.75);
    teardown();
}
END_TEST

/* Of three convolutions one has its normalisation behind it and one no bias. */
START_TEST(convolutions_may_have_been_folded)
{
    size_t n = 0;
    unsigned char *bytes =
        made_model("opset 13\ninput x ?x1x1\nfloat w 1x1x1:2\nfloat o 1:1\nfloat z 1:0\n"
                   "node Conv a x,w,z\nnode BatchNormalization b a,o,z,z,o\nnode Conv c b,w\n"
                   "node Conv d c,w,z\noutput d\n",
                   &n);
    ck_assert_int_eq((int)shift_network_decode(&network, bytes, n, "made", &err), (int)SHIFT_OK);
    free(bytes);
    ck_assert_uint_eq(shift_network_folded_nodes(network), 1);
    ck_assert_uint_eq(shift_network_training_nodes(network), 0);
    teardown();
}
END_TEST

/* Statistics that belong to other data: bins are where the rows are. */
START_TEST(bins_hold_rows_that_are_far_from_the_stored_statistics)
{
    static const char far[] =
        "opset 13\ninput x ?x4\nfloat s 4:1,1,1,1\nfloat b 4:0,0,0,0\nfloat m 4:0,1,9e3,3\n"
        "float v 4:1,1,1,1e8\nnode BatchNormalization y x,s,b,m,v\noutput y\n";
    shift__random random;
    size_t n = 0;
    made_file file;
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    unsigned char *bytes = made_model(far, &n);
    shift__random_init(&random, 3, 1);
    fill(&random, 0);
    ck_assert_int_eq((int)shift_network_decode(&network, bytes, n, "made", &err), (int)SHIFT_OK);
    free(bytes);
    shift_source *source = source_of(0, &file);
    data.batch = ROWS;
    ck_assert_int_eq(
        (int)shift_layer_profile_read(&profiles[0], network, source, &data, NULL, &err),
        (int)SHIFT_OK);
    shift_source_close(source);
    made_remove(&file);
    const shift__layer *layer = &profiles[0]->layers[1];
    const shift__histogram *h = &layer->histogram;
    for (size_t c = 0; c < CHANNELS; c++) {
        double high = h->low[c] + h->width[c] * (double)h->bins;
        ck_assert_double_le(h->low[c], layer->seen.minimum[c]);
        ck_assert_double_ge(high, layer->seen.maximum[c]);
        ck_assert_double_le(high - h->low[c], 33 * (c < 2 ? 1 : 2));
    }
    ck_assert_double_eq_tol(h->low[1], 1 - 16, 1e-12); /* where they hold, in their units */
    teardown();
}
END_TEST

/* ---- PyTorch ---- */

static const struct {
    const char *name, *data, *set;
} stored[] = {{"digits_mlp_bn", "digits", "bright"},
              {"digits_cnn_bn", "digits", "noise"},
              {"cancer_leaky", "cancer", "rescaled"}};
enum { STORED = sizeof stored / sizeof *stored, MOST_LAYERS = 16, MOST_CHANNELS = 256 };

/* Means and variances of what leaves each Batch Normalization, from bn_stats.csv. */
static struct reference {
    double mean[MOST_CHANNELS], variance[MOST_CHANNELS];
    size_t channels;
} references[MOST_LAYERS];

static bool read_references(const char *name, const char *set)
{
    char text[1024];
    (void)snprintf(text, sizeof text, NETWORKS "%s/bn_stats.csv", name);
    FILE *file = fopen(text, "r");
    memset(references, 0, sizeof references);
    while (file != NULL && fgets(text, sizeof text, file) != NULL) {
        enum { FIELDS = 9, LAYER = 1, CHANNEL, POST_MEAN = 7, POST_VARIANCE };
        char *fields[FIELDS];
        char *at = text;
        for (size_t i = 0; i < FIELDS; i++) {
            fields[i] = at;
            at += strcspn(at, ",");
            if (*at != '\0')
                *at++ = '\0';
        }
        if (strcmp(fields[0], set) != 0)
            continue;
        size_t layer = strtoul(fields[LAYER], NULL, 10);
        size_t channel = strtoul(fields[CHANNEL], NULL, 10);
        ck_assert(layer < MOST_LAYERS && channel < MOST_CHANNELS);
        references[layer].mean[channel] = strtod(fields[POST_MEAN], NULL);
        references[layer].variance[channel] = strtod(fields[POST_VARIANCE], NULL);
        references[layer].channels++;
    }
    if (file != NULL)
        (void)fclose(file);
    return file != NULL;
}

static void run_stored(int i)
{
    char path[512];
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    data.label = "label";
    (void)snprintf(path, sizeof path, NETWORKS "%s/model.onnx", stored[i].name);
    ck_assert_int_eq((int)shift_network_load(&network, path, &err), (int)SHIFT_OK);
    for (int side = 0; side < 2; side++) {
        shift_source *source = NULL;
        shift_layer_options options = SHIFT_LAYER_OPTIONS_INIT;
        options.like = side == 1 ? profiles[0] : NULL;
        (void)snprintf(path, sizeof path, NETWORKS "data/%s_%s.csv", stored[i].data,
                       side == 0 ? "train" : stored[i].set);
        ck_assert_int_eq((int)shift_source_open(&source, path, NULL, &err), (int)SHIFT_OK);
        ck_assert_int_eq(
            (int)shift_layer_profile_read(&profiles[side], network, source, &data, &options, &err),
            (int)SHIFT_OK);
        shift_source_close(source);
    }
    ck_assert_int_eq((int)shift_compare_layers(&comparison, profiles[0], profiles[1], NULL, &err),
                     (int)SHIFT_OK);
}

START_TEST(pytorch_says_the_same)
{
    size_t layer = 0;
    if (!read_references(stored[_i].name, stored[_i].set)) {
        printf("skipped: %s%s is not there\n", NETWORKS, stored[_i].name);
        return;
    }
    run_stored(_i);
    for (size_t i = 0; i < comparison->n_layers; i++) {
        const shift_subject *s = comparison->layers[i];
        if (strcmp(s->op, "BatchNormalization output") != 0)
            continue;
        const struct reference *r = &references[layer++];
        double n = (double)r->channels;
        double all[2] = {0, 0};
        ck_assert_uint_eq(r->channels, s->channels);
        for (size_t c = 0; c < r->channels; c++)
            all[0] += r->mean[c] / n;
        for (size_t c = 0; c < r->channels; c++)
            all[1] += (r->variance[c] + (r->mean[c] - all[0]) * (r->mean[c] - all[0])) / n;
        ck_assert_double_eq_tol(s->prod.mean, all[0], 1e-4 * sqrt(all[1]));
        double unbiased = all[1] * (double)s->prod.n / ((double)s->prod.n - 1);
        ck_assert_double_eq_tol(s->prod.variance, unbiased, 1e-4 * unbiased);
    }
    ck_assert_uint_gt(layer, 0);
    teardown();
}
END_TEST

/* A profile that was loaded from a file may claim other layers under the network's hash. */
START_TEST(layers_of_another_shape_are_refused)
{
    shift_comparison *none = NULL;
    compare(false);
    for (size_t i = 0; i < profiles[0]->n_layers; i++) {
        shift__layer *layer = &profiles[0]->layers[i];
        const shift__layer kept = *layer;
        if (_i == 0)
            layer->kind = SHIFT__SITE_INPUT + (kept.kind == SHIFT__SITE_INPUT);
        else if (_i == 1)
            layer->seen_is_after = !kept.seen_is_after;
        else if (kept.other.origin == NULL)
            continue;
        else
            layer->other.origin = NULL;
        ck_assert_int_eq((int)shift_compare_layers(&none, profiles[0], profiles[1], NULL, &err),
                         (int)SHIFT_EINCOMPATIBLE);
        ck_assert_ptr_nonnull(strstr(err.message, "differ in the shape of layer"));
        ck_assert_ptr_nonnull(strstr(err.message, kept.name));
        *layer = kept;
    }
    teardown();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("layer_after");
    TCase *tests = tcase_create("layer_after");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, batch_normalization_by_its_stored_statistics);
    tcase_add_test(tests, batch_normalization_by_the_statistics_of_batches);
    tcase_add_test(tests, an_activation_whose_input_decides);
    tcase_add_test(tests, what_leaves_a_layer_tells_and_does_not_decide);
    tcase_add_test(tests, convolutions_may_have_been_folded);
    tcase_add_loop_test(tests, the_first_output_predicts, 0, 2);
    tcase_add_test(tests, integers_are_numbers);
    tcase_add_test(tests, bins_hold_rows_that_are_far_from_the_stored_statistics);
    tcase_add_test(tests, distances_need_both_sides_values);
    tcase_add_loop_test(tests, layers_of_another_shape_are_refused, 0, 3);
    tcase_add_loop_test(tests, pytorch_says_the_same, 0, STORED);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
