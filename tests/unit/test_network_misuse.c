/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks: calls in the wrong order, what does not fit, options that are none, places that are not
 * there. NULL is in test_null.c. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shift/checkpoints.h"
#include "shift/gradients.h"
#include "shift/layers.h"

#define FOLDER SHIFT_SOURCE_DIR "/data/networks/"

static shift_error err;

static shift_source *open_rows(void)
{
    shift_source *source = NULL;
    ck_assert_int_eq(shift_source_open(&source, FOLDER "train.csv", NULL, &err), SHIFT_OK);
    return source;
}

static shift_network *load(const char *path)
{
    shift_network *network = NULL;
    ck_assert_int_eq(shift_network_load(&network, path, &err), SHIFT_OK);
    return network;
}

static shift_layer_profile *profile_of_file(const shift_network *network, const char *path)
{
    shift_layer_profile *profile = NULL;
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    shift_source *source = NULL;
    ck_assert_int_eq(shift_source_open(&source, path, NULL, &err), SHIFT_OK);
    data.label = "class";
    ck_assert_int_eq(shift_layer_profile_read(&profile, network, source, &data, NULL, &err),
                     SHIFT_OK);
    shift_source_close(source);
    return profile;
}

static shift_layer_profile *profile_of(const shift_network *network)
{
    return profile_of_file(network, FOLDER "train.csv");
}

START_TEST(what_is_not_there_has_no_answer)
{
    shift_network *network = load(FOLDER "mlp.onnx");
    shift_layer_profile *profile = profile_of(network);
    size_t n = shift_layer_profile_size(profile);
    size_t classes = shift_layer_profile_classes(profile);
    ck_assert_ptr_nonnull(shift_layer_profile_at(profile, n - 1).name);
    ck_assert_ptr_null(shift_layer_profile_at(profile, n).name);
    ck_assert(!isnan(shift_layer_profile_predicted(profile, classes - 1)));
    ck_assert(isnan(shift_layer_profile_predicted(profile, classes)));
    ck_assert(!shift_layer_profile_detect(FOLDER "mlp.onnx"));
    shift_layer_profile_free(profile);
    shift_network_free(network);
}
END_TEST

START_TEST(the_wrong_order_is_refused)
{
    shift_network *network = load(FOLDER "mlp.onnx");
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    shift_source *source = open_rows();
    shift_trace *trace = NULL;
    shift_comparison *comparison = NULL;
    shift_layer_profile *profile = NULL;
    data.label = "class";
    ck_assert_int_eq(shift_trace_new(&trace, network, source, &data, NULL, &err), SHIFT_OK);
    ck_assert_int_eq(shift_trace_compare(&comparison, trace, &err), SHIFT_EINVAL);
    /* the source has been read */
    ck_assert_int_ne(shift_layer_profile_read(&profile, network, source, &data, NULL, &err),
                     SHIFT_OK);
    ck_assert_ptr_null(profile);
    ck_assert_ptr_null(comparison);
    shift_trace_free(trace);
    shift_source_close(source);
    shift_network_free(network);
}
END_TEST

START_TEST(what_does_not_fit)
{
    shift_network *network = load(FOLDER "mlp.onnx");
    shift_network *other = load(FOLDER "cnn.onnx");
    shift_layer_profile *a = profile_of(network);
    shift_layer_profile *b = profile_of(other);
    shift_comparison *comparison = NULL;
    shift_network *adapted = NULL;
    shift_source *source = open_rows();
    shift_source *const one_side[2] = {source, NULL};
    const shift_policy policy = {.size = sizeof policy, .alpha = 0.05, .n_thresholds = 1};
    shift_layer_profile *unlike = profile_of_file(network, FOLDER "dim.csv");
    ck_assert_int_eq(shift_compare_layers(&comparison, a, b, NULL, &err), SHIFT_EINCOMPATIBLE);
    ck_assert_int_eq(shift_compare_layers(&comparison, a, unlike, NULL, &err), SHIFT_EINCOMPATIBLE);
    ck_assert_ptr_nonnull(strstr(err.message, "was not profiled like"));
    shift_layer_profile_free(unlike);
    ck_assert_int_eq(shift_compare_layers(&comparison, a, a, &policy, &err), SHIFT_EINVAL);
    ck_assert_int_eq(shift_network_remedy(&adapted, network, (shift_remedy)99, NULL, NULL, &err),
                     SHIFT_EINVAL);
    ck_assert_str_eq(err.message, "unknown remedy 99");
    ck_assert_int_eq(shift_network_recalibrate(&adapted, network, source, NULL, -1, &err),
                     SHIFT_EINVAL);
    ck_assert_int_eq(shift_network_tent(&adapted, network, source, NULL, (double)NAN, &err),
                     SHIFT_EINVAL);
    ck_assert_int_eq(shift_compare_layers(&comparison, a, a, NULL, &err), SHIFT_OK);
    ck_assert_int_eq(shift_network_harm(comparison, network, one_side, NULL, &err), SHIFT_EINVAL);
    ck_assert_str_eq(err.message, "shift_network_harm(): sides[1] is NULL");
    ck_assert_ptr_null(adapted);
    shift_comparison_free(comparison);
    shift_layer_profile_free(a);
    shift_layer_profile_free(b);
    shift_source_close(source);
    shift_network_free(network);
    shift_network_free(other);
}
END_TEST

START_TEST(options_without_a_size_are_refused)
{
    const size_t size = _i == 0 ? 0 : SIZE_MAX;
    shift_network *network = load(FOLDER "mlp.onnx");
    shift_source *source = open_rows();
    void *out = NULL;
    const shift_network_data_options data = {.size = size};
    const shift_layer_options layers = {.size = size};
    const shift_gradient_options gradients = {.size = size};
    const shift_trace_options trace = {.size = size};
    shift_source *const sides[2] = {source, source};
    shift_comparison empty = {.size = sizeof empty};
    const shift_status refused[] = {
        shift_network_run(network, source, &data, "-", &err),
        shift_layer_profile_read((void *)&out, network, source, &data, NULL, &err),
        shift_layer_profile_read((void *)&out, network, source, NULL, &layers, &err),
        shift_network_gradients((void *)&out, network, source, &data, NULL, &err),
        shift_network_gradients((void *)&out, network, source, NULL, &gradients, &err),
        shift_network_recalibrate((void *)&out, network, source, &data, 0, &err),
        shift_network_tent((void *)&out, network, source, &data, 0.1, &err),
        shift_network_harm(&empty, network, sides, &data, &err),
        shift_trace_new((void *)&out, network, source, &data, NULL, &err),
        shift_trace_new((void *)&out, network, source, NULL, &trace, &err),
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        ck_assert_msg(refused[i] == SHIFT_EINVAL, "call %zu with size %zu", i, size);
    ck_assert_ptr_null(out);
    ck_assert_ptr_nonnull(strstr(err.message, "was not set by the _INIT macro"));
    shift_source_close(source);
    shift_network_free(network);
}
END_TEST

/* ---- cancelled ---- */

static bool never(void *context, uint64_t done, uint64_t total)
{
    (void)done;
    (void)total;
    ++*(int *)context;
    return false;
}

static bool always(void *context, uint64_t done, uint64_t total)
{
    (void)total;
    *(uint64_t *)context = done;
    return true;
}

/* Each of these ends with ECANCELLED at the first step, and leaves nothing. */
START_TEST(networks_are_left_where_the_caller_says_so)
{
    shift_network *network = load(FOLDER "mlp.onnx");
    shift_layer_profile *profile = profile_of(network);
    shift_comparison *comparison = NULL;
    int calls = 0;
    const shift_progress progress = {never, &calls};
    const shift_policy policy = {.size = sizeof policy, .alpha = 0.05, .progress = &progress};
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    data.label = "class";
    data.threads = _i == 0 ? 1 : 3;
    data.progress = &progress;
    ck_assert_int_eq(shift_compare_layers(&comparison, profile, profile, NULL, &err), SHIFT_OK);
    for (int k = 0; k < 8; k++) {
        shift_source *source = open_rows();
        shift_source *other = open_rows();
        shift_source *const sides[2] = {source, other};
        void *out = NULL;
        shift_status status = SHIFT_OK;
        if (k == 0)
            status = shift_layer_profile_read((void *)&out, network, source, &data, NULL, &err);
        else if (k == 1)
            status = shift_network_run(network, source, &data, "cancelled.csv", &err);
        else if (k == 2)
            status = shift_network_gradients((void *)&out, network, source, &data, NULL, &err);
        else if (k == 3)
            status = shift_network_recalibrate((void *)&out, network, source, &data, 0, &err);
        else if (k == 4)
            status = shift_network_tent((void *)&out, network, source, &data, 1e-3, &err);
        else if (k == 5)
            status = shift_network_harm(comparison, network, sides, &data, &err);
        else if (k == 6)
            status = shift_trace_new((void *)&out, network, source, &data, NULL, &err);
        else
            status = shift_compare_layers((void *)&out, profile, profile, &policy, &err);
        ck_assert_msg(status == SHIFT_ECANCELLED, "call %d: %d, %s", k, status, err.message);
        ck_assert_int_eq(calls, k + 1);
        ck_assert_ptr_null(out);
        shift_source_close(source);
        shift_source_close(other);
    }
    ck_assert_str_eq(err.message, "the comparison was cancelled");
    ck_assert_int_ne(remove("cancelled.csv"), 0);
    shift_comparison_free(comparison);
    shift_layer_profile_free(profile);
    shift_network_free(network);
}
END_TEST

START_TEST(a_trace_is_watched_to_its_end)
{
    shift_network *network = load(FOLDER "mlp.onnx");
    shift_source *source = open_rows();
    shift_trace *trace = NULL;
    shift_comparison *comparison = NULL;
    uint64_t done = 0;
    int calls = 0;
    shift_progress progress = {always, &done};
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    data.label = "class";
    data.progress = &progress;
    ck_assert_int_eq(shift_trace_new(&trace, network, source, &data, NULL, &err), SHIFT_OK);
    ck_assert_uint_gt(done, 0);
    ck_assert_int_eq(shift_trace_add(trace, network, &err), SHIFT_OK);
    progress = (shift_progress){never, &calls}; /* was copied */
    ck_assert_int_eq(shift_trace_add(trace, network, &err), SHIFT_OK);
    ck_assert_int_eq(calls, 0);
    ck_assert_int_eq(shift_trace_compare(&comparison, trace, &err), SHIFT_OK);
    ck_assert_uint_eq(comparison->n_checkpoints, 3);
    shift_comparison_free(comparison);
    shift_trace_free(trace);
    shift_source_close(source);
    shift_network_free(network);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("network misuse");
    TCase *misuse = tcase_create("misuse");
    tcase_add_test(misuse, what_is_not_there_has_no_answer);
    tcase_add_test(misuse, the_wrong_order_is_refused);
    tcase_add_test(misuse, what_does_not_fit);
    tcase_add_loop_test(misuse, options_without_a_size_are_refused, 0, 2);
    TCase *cancelled = tcase_create("cancelled");
    tcase_add_loop_test(cancelled, networks_are_left_where_the_caller_says_so, 0, 2);
    tcase_add_test(cancelled, a_trace_is_watched_to_its_end);
    suite_add_tcase(s, misuse);
    suite_add_tcase(s, cancelled);
    SRunner *runner = srunner_create(s);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
