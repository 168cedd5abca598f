/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Traces of trainings: on the sample networks of data/, and every column of drift.csv as PyTorch
 * has it in ../shared. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "made_network.h"
#include "network/ics.h"
#include "network/inputs.h"
#include "scratch.h"
#include "shift/checkpoints.h"

#define SAMPLE SHIFT_SOURCE_DIR "/data/networks"
#define SERIES SHIFT_SOURCE_DIR "/../shared/networks"

enum { PATH = 512, LINE = 512, CHECKPOINTS_MOST = 64 };

static shift_network *load(const char *path)
{
    shift_network *network = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    ck_assert_msg(shift_network_load(&network, path, &err) == SHIFT_OK, "%s", err.message);
    return network;
}

static shift_source *open_rows(const char *path)
{
    shift_source *source = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    shift_source_options reading = SHIFT_SOURCE_OPTIONS_INIT;
    ck_assert_msg(shift_source_open(&source, path, &reading, &err) == SHIFT_OK, "%s", err.message);
    return source;
}

static const double *course_of(const shift_subject *subject, const char *statistic)
{
    for (size_t i = 0; i < subject->n_courses; i++)
        if (strcmp(subject->courses[i]->statistic, statistic) == 0)
            return subject->courses[i]->values;
    return NULL;
}

static double value_of(const shift_subject *subject, const char *statistic, size_t at)
{
    const double *values = course_of(subject, statistic);
    ck_assert_msg(values != NULL, "%s has no %s", subject->name, statistic);
    return values[at];
}

static const shift_subject *layer_named(const shift_comparison *trace, const char *name)
{
    for (size_t i = 0; i < trace->n_layers; i++)
        if (strcmp(trace->layers[i]->name, name) == 0)
            return trace->layers[i];
    ck_abort_msg("no layer %s", name);
    return NULL;
}

/* ---- on the sample networks ---- */

static shift_comparison *trace_of(const char *const *paths, size_t n, const char *rows,
                                  const shift_network_data_options *data,
                                  const shift_trace_options *options)
{
    shift_network *networks[CHECKPOINTS_MOST] = {NULL};
    shift_trace *trace = NULL;
    shift_comparison *out = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    shift_source *source = open_rows(rows);
    for (size_t i = 0; i < n; i++)
        networks[i] = load(paths[i]);
    shift_status status = shift_trace_new(&trace, networks[0], source, data, options, &err);
    for (size_t i = 1; status == SHIFT_OK && i < n; i++)
        status = shift_trace_add(trace, networks[i], &err);
    if (status == SHIFT_OK)
        status = shift_trace_compare(&out, trace, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    shift_trace_free(trace);
    shift_source_close(source);
    for (size_t i = 0; i < n; i++)
        shift_network_free(networks[i]);
    return out;
}

/* A network against itself has not moved, and its own labels are those without labels. */
START_TEST(what_stands_still_does_not_move)
{
    static const char *const paths[] = {SAMPLE "/mlp.onnx", SAMPLE "/mlp.onnx"};
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    shift_trace_options options = SHIFT_TRACE_OPTIONS_INIT;
    data.label = "class";
    options.rows = 100;
    shift_comparison *trace = trace_of(paths, 2, SAMPLE "/train.csv", &data, &options);
    ck_assert_uint_eq(trace->n_checkpoints, 2);
    ck_assert_uint_eq(trace->train.rows, 100);
    const shift_subject *bn = layer_named(trace, "bn0");
    ck_assert_double_eq(value_of(bn, "ks", 1), 0);
    ck_assert_double_eq(value_of(bn, "wasserstein", 1), 0);
    ck_assert_double_eq(value_of(bn, "mean_shift", 1), 0);
    ck_assert_double_eq(value_of(bn, "variance_ratio_first", 1), 1);
    ck_assert(isnan(value_of(bn, "ks", 0)));
    ck_assert_double_gt(value_of(bn, "bn_mean_shift", 0), 0);
    ck_assert_double_eq(value_of(bn, "mean", 0), bn->train.mean);
    ck_assert_double_eq(value_of(bn, "mean", 1), bn->prod.mean);
    const shift_subject *gemm = layer_named(trace, "gemm1");
    ck_assert_double_eq(value_of(gemm, "ics_l2", 1), 0);
    ck_assert_double_eq_tol(value_of(gemm, "ics_cosine", 1), 1, 1e-14); /* of rounded norms */
    ck_assert_double_ge(value_of(layer_named(trace, "sigmoid0"), "saturation", 1), 0);
    ck_assert_double_eq(value_of(trace->dataset, "loss", 0), value_of(trace->dataset, "loss", 1));
    ck_assert_double_eq(value_of(trace->dataset, "accuracy", 1), trace->network->prod_accuracy);
    for (size_t i = 0; i < bn->n_measurements; i++)
        ck_assert_double_eq(bn->measurements[i]->value,
                            value_of(bn, bn->measurements[i]->statistic, 1));
    shift_comparison_free(trace);
}
END_TEST

START_TEST(without_labels_or_ics_a_trace_has_less)
{
    static const char *const paths[] = {SAMPLE "/mlp.onnx", SAMPLE "/mlp.onnx"};
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    shift_trace_options options = SHIFT_TRACE_OPTIONS_INIT;
    char *names[64];
    options.no_ics = true;
    options.rows = 10;
    for (size_t i = 0; i < 64; i++) {
        names[i] = malloc(8);
        (void)snprintf(names[i], 8, "p%02zu", i % 100);
    }
    data.inputs = (const char *const *)names;
    data.n_inputs = 64;
    shift_comparison *trace = trace_of(paths, 2, SAMPLE "/train.csv", &data, &options);
    ck_assert_ptr_null(course_of(trace->dataset, "accuracy"));
    ck_assert(isnan(trace->network->prod_accuracy));
    ck_assert_uint_eq(trace->n_messages, 1);
    for (size_t i = 0; i < trace->n_layers; i++)
        ck_assert_ptr_null(course_of(trace->layers[i], "ics_l2"));
    shift_comparison_free(trace);
    for (size_t i = 0; i < 64; i++)
        free(names[i]);
}
END_TEST

START_TEST(one_checkpoint_is_no_trace)
{
    shift_network *mlp = load(SAMPLE "/mlp.onnx");
    shift_network *cnn = load(SAMPLE "/cnn.onnx");
    shift_source *source = open_rows(SAMPLE "/train.csv");
    shift_trace *trace = NULL;
    shift_comparison *out = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    data.label = "class";
    ck_assert_int_eq(shift_trace_new(&trace, mlp, source, &data, NULL, &err), SHIFT_OK);
    ck_assert_int_eq(shift_trace_compare(&out, trace, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_trace_add(trace, cnn, &err), SHIFT_EINCOMPATIBLE);
    ck_assert_int_eq(shift_trace_add(trace, mlp, &err), SHIFT_OK);
    ck_assert_int_eq(shift_trace_compare(&out, trace, &err), SHIFT_OK);
    ck_assert_uint_eq(out->n_checkpoints, 2);
    shift_comparison_free(out);
    shift_trace_free(trace);
    shift_source_close(source);
    shift_network_free(cnn);
    shift_network_free(mlp);
}
END_TEST

static shift__graph *graph_of(const char *model, shift__onnx **file)
{
    size_t n = 0;
    shift__graph *graph = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    unsigned char *bytes = made_model(model, &n);
    ck_assert_int_eq((int)shift__onnx_decode(file, bytes, n, "made", NULL, &err), SHIFT_OK);
    free(bytes);
    ck_assert_int_eq((int)shift__graph_new(&graph, *file, &err), SHIFT_OK);
    return graph;
}

/* Of more than 2^20 values some are kept, of every column as many: here the first is all zeros and
 * the second all ones. */
START_TEST(what_is_kept_of_many_values_is_of_all_places)
{
    enum { ROWS = 600000 };
    static const char model[] = "input x ?x2\nfloat w 2x2:1,0,0,1\nnode Sigmoid s x\n"
                                "node MatMul y s,w\noutput y\n";
    char path[PATH];
    shift__onnx *file = NULL;
    shift__held held = {.n = 0};
    shift__inputs inputs = {.n = 0};
    shift_error err = SHIFT_ERROR_INIT;
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    double sum = 0;
    (void)snprintf(path, sizeof path, "%s/many.csv", scratch_make());
    FILE *rows = fopen(path, "w");
    ck_assert_ptr_nonnull(rows);
    (void)fprintf(rows, "a,b\n");
    for (size_t i = 0; i < ROWS; i++)
        (void)fputs("0,1\n", rows);
    ck_assert_int_eq(fclose(rows), 0);
    shift__graph *graph = graph_of(model, &file);
    data.batch = 4096;
    shift_source *source = open_rows(path);
    ck_assert_int_eq(shift__held_read(&held, graph, source, &data, 0, &err), SHIFT_OK);
    ck_assert_int_eq(shift__inputs_run(&inputs, graph, &held, &err), SHIFT_OK);
    ck_assert_uint_eq(inputs.n, 1);
    const shift__sample *all = &inputs.list[0].all;
    ck_assert_uint_eq(all->seen, (size_t)2 * ROWS);
    ck_assert_uint_le(all->n, 1 << 20);
    for (size_t i = 0; i < all->n; i++)
        sum += (double)all->values[i];
    ck_assert_double_eq_tol(sum / (double)all->n, 0.5, 1e-5);
    ck_assert_uint_eq(inputs.list[0].unit0.n, ROWS);
    shift__inputs_clear(&inputs);
    shift__held_clear(&held);
    shift_source_close(source);
    shift__graph_free(graph);
    shift__onnx_free(file);
    scratch_remove();
}
END_TEST

/* The first layer's output is of use for its shape alone, so no gradient gets there. */
START_TEST(a_layer_without_a_gradient_has_no_shift)
{
    static const char model[] = "input x ?x2\nfloat w 2x2:1,0,0,1\nfloat u 2x2:1,2,3,4\n"
                                "node MatMul a x,w\nnode Shape s a\nnode Reshape b x,s\n"
                                "node MatMul y b,u\noutput y\n";
    const char *const columns[] = {"p00", "p01"};
    shift__onnx *file = NULL;
    shift__held held = {.n = 0};
    shift__ics ics = {.n = 0};
    shift_error err = SHIFT_ERROR_INIT;
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    data.inputs = columns;
    data.n_inputs = 2;
    shift__graph *graph = graph_of(model, &file);
    shift_source *source = open_rows(SAMPLE "/train.csv");
    ck_assert_int_eq(shift__held_read(&held, graph, source, &data, 100, &err), SHIFT_OK);
    shift_status status = shift__ics_run(&ics, graph, graph, &held, SHIFT__BN_STORED, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    ck_assert_uint_eq(ics.n, 2);
    ck_assert_double_eq(ics.layers[0].l2, 0);
    ck_assert_double_eq(ics.layers[0].before, 0);
    ck_assert(isnan(ics.layers[0].cosine));
    ck_assert_double_gt(ics.layers[1].before, 0);
    ck_assert_double_eq_tol(ics.layers[1].cosine, 1, 1e-12);
    shift__ics_clear(&ics);
    shift__held_clear(&held);
    shift_source_close(source);
    shift__graph_free(graph);
    shift__onnx_free(file);
}
END_TEST

/* ---- distances and quantiles by hand ---- */

START_TEST(distances_of_small_samples)
{
    float x[] = {0, 1, 2, 3};
    float y[] = {1, 2, 3, 8};
    const shift__sample a = {.values = x, .n = 4, .every = 1, .seen = 4};
    const shift__sample b = {.values = y, .n = 4, .every = 1, .seen = 4};
    double ks = 0;
    double area = 0;
    shift__sample_distances(&a, &b, &ks, &area);
    ck_assert_double_eq(ks, 0.25);
    ck_assert_double_eq(area, 2); /* (1 + 1 + 1 + 5) / 4 */
    ck_assert_double_eq_tol(shift__sample_quantile(&b, 0.85), 3 + 0.55 * 5, 1e-12);
}
END_TEST

/* ---- against PyTorch ---- */

/* A line: epoch, site, kind, node, input, pooled mean, variance, p15, p50, p85, those of unit 0. */
static void compare_line(const shift_comparison *trace, char *line)
{
    static const char *const percentiles[] = {"p15",       "p50",       "p85",
                                              "unit0_p15", "unit0_p50", "unit0_p85"};
    char *fields[13];
    char *rest = NULL;
    for (size_t i = 0; i < 13; i++) {
        fields[i] = strtok_r(i == 0 ? line : NULL, ",", &rest);
        ck_assert_ptr_nonnull(fields[i]);
    }
    size_t epoch = strtoul(fields[0], NULL, 10);
    ck_assert_uint_lt(epoch, trace->n_checkpoints);
    const shift_subject *layer = layer_named(trace, fields[3]);
    double variance = strtod(fields[6], NULL);
    ck_assert_double_eq_tol(value_of(layer, "mean", epoch), strtod(fields[5], NULL),
                            1e-4 * sqrt(variance));
    ck_assert_double_eq_tol(value_of(layer, "variance", epoch), variance, 1e-4 * variance + 1e-7);
    for (size_t i = 0; i < 6; i++)
        ck_assert_double_eq_tol(value_of(layer, percentiles[i], epoch), strtod(fields[7 + i], NULL),
                                1e-4);
}

START_TEST(drift_is_that_of_pytorch)
{
    static const char *const series[] = {"series_bn", "series_nobn"};
    enum { EPOCHS = 6 };
    char paths[EPOCHS][PATH];
    const char *list[EPOCHS];
    char path[PATH];
    char text[LINE];
    int compared = 0;
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    shift_trace_options options = SHIFT_TRACE_OPTIONS_INIT;
    (void)snprintf(path, sizeof path, SERIES "/%s/drift.csv", series[_i]);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        printf("no %s: skipped\n", path);
        return;
    }
    for (size_t i = 0; i < EPOCHS; i++) {
        (void)snprintf(paths[i], PATH, SERIES "/%s/epoch%zu.onnx", series[_i], i);
        list[i] = paths[i];
    }
    data.label = "label";
    options.no_ics = true;
    shift_comparison *trace =
        trace_of(list, EPOCHS, SERIES "/data/digits_train.csv", &data, &options);
    ck_assert_ptr_nonnull(fgets(text, sizeof text, file));
    for (; fgets(text, sizeof text, file) != NULL; compared++)
        compare_line(trace, text);
    ck_assert_int_gt(compared, 10);
    shift_comparison_free(trace);
    (void)fclose(file);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trace");
    TCase *traces = tcase_create("traces");
    tcase_add_test(traces, what_stands_still_does_not_move);
    tcase_add_test(traces, without_labels_or_ics_a_trace_has_less);
    tcase_add_test(traces, one_checkpoint_is_no_trace);
    tcase_add_test(traces, what_is_kept_of_many_values_is_of_all_places);
    tcase_add_test(traces, a_layer_without_a_gradient_has_no_shift);
    tcase_add_test(traces, distances_of_small_samples);
    tcase_add_loop_test(traces, drift_is_that_of_pytorch, 0, 2);
    suite_add_tcase(suite, traces);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
