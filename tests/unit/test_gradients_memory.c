/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every allocation of what goes back through a network, of its layers and their statistics fails
 * once: a status, no leak, no crash. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failing_memory.h"
#include "made_network.h"
#include "network/network.h"
#include "scratch.h"
#include "shift/checkpoints.h"
#include "shift/gradients.h"
#include "shift/layers.h"

/* A convolution, pools, both kinds of saturation, a value that is used twice. */
static const char model[] =
    "input x ?x1x4x4\n"
    "float w 2x1x3x3:1,2,-3,4,-5,6,-7,8,9,1,-2,3,-4,5,-6,7,-8,9\nfloat g 2:1,1\nfloat z 2:0,0\n"
    "float v 2:1,2\nfloat d 8x3:1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7,8,9,1,2,3,4,5,6\n"
    "float e 3x2:1,-1,2,1,-1,1\n"
    "node Conv c x,w pads=1,1,1,1\nnode BatchNormalization n c,g,z,z,v\nnode Sigmoid s n\n"
    "node AveragePool p s kernel_shape=2,2 strides=2,2\nnode Flatten f p\nnode MatMul h f,d\n"
    "node Tanh t h\nnode Add a t,h\nnode MatMul y a,e\noutput y\n";

static char path[1024];
static unsigned char *bytes;
static size_t n_bytes;

static void setup(void)
{
    (void)snprintf(path, sizeof path, "%s/rows.csv", scratch_make());
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    for (int c = 0; c < 16; c++)
        (void)fprintf(file, "c%d,", c);
    (void)fprintf(file, "label\n");
    for (int r = 0; r < 5; r++) {
        for (int c = 0; c < 16; c++)
            (void)fprintf(file, "%g,", 0.1 * ((r * 7 + c * 3) % 11) - 0.5);
        (void)fprintf(file, "%d\n", r % 2);
    }
    ck_assert_int_eq(fclose(file), 0);
    bytes = made_model(model, &n_bytes);
}

static void teardown(void)
{
    free(bytes);
    scratch_remove();
}

typedef shift_status work(const shift_network *network, shift_source *const sources[2],
                          const shift_network_data_options *data, shift_error *err);

static shift_status gradients(const shift_network *network, shift_source *const sources[2],
                              const shift_network_data_options *data, shift_error *err)
{
    shift_comparison *out = NULL;
    shift_status status = shift_network_gradients(&out, network, sources[0], data, NULL, err);
    shift_comparison_free(out);
    return status;
}

static shift_status remedy(const shift_network *network, shift_source *const sources[2],
                           const shift_network_data_options *data, shift_error *err)
{
    shift_network *out = NULL;
    shift_status status =
        shift_network_remedy(&out, network, SHIFT_REMEDY_MAXOUT, sources[0], data, err);
    shift_network_free(out);
    return status;
}

static shift_status tent(const shift_network *network, shift_source *const sources[2],
                         const shift_network_data_options *data, shift_error *err)
{
    shift_network *out = NULL;
    shift_status status = shift_network_tent(&out, network, sources[0], data, 0.01, err);
    shift_network_free(out);
    return status;
}

static shift_status trace(const shift_network *network, shift_source *const sources[2],
                          const shift_network_data_options *data, shift_error *err)
{
    shift_trace *trace = NULL;
    shift_comparison *out = NULL;
    shift_status status = shift_trace_new(&trace, network, sources[0], data, NULL, err);
    for (int i = 0; status == SHIFT_OK && i < 2; i++)
        status = shift_trace_add(trace, network, err);
    if (status == SHIFT_OK)
        status = shift_trace_compare(&out, trace, err);
    shift_comparison_free(out);
    shift_trace_free(trace);
    return status;
}

static shift_status harm(const shift_network *network, shift_source *const sources[2],
                         const shift_network_data_options *data, shift_error *err)
{
    shift_comparison *out = NULL; /* what harm is added to */
    shift_status status = shift_network_gradients(&out, network, sources[0], data, NULL, err);
    shift_source *again = NULL;
    if (status == SHIFT_OK)
        status = shift_source_open(&again, path, NULL, err);
    if (status == SHIFT_OK)
        status =
            shift_network_harm(out, network, (shift_source *const[]){again, sources[1]}, data, err);
    shift_source_close(again);
    shift_comparison_free(out);
    return status;
}

/* Both sides' layers by the statistics of their batches, compared. */
static shift_status layers(const shift_network *network, shift_source *const sources[2],
                           const shift_network_data_options *data, shift_error *err)
{
    shift_layer_profile *sides[2] = {NULL, NULL};
    shift_comparison *out = NULL;
    shift_status status = SHIFT_OK;
    for (int i = 0; status == SHIFT_OK && i < 2; i++) {
        shift_layer_options options = SHIFT_LAYER_OPTIONS_INIT;
        options.bn_batch = true;
        options.like = sides[0];
        status = shift_layer_profile_read(&sides[i], network, sources[i], data, &options, err);
    }
    if (status == SHIFT_OK)
        status = shift_compare_layers(&out, sides[0], sides[1], NULL, err);
    shift_comparison_free(out);
    shift_layer_profile_free(sides[0]);
    shift_layer_profile_free(sides[1]);
    return status;
}

static shift_status recalibrate(const shift_network *network, shift_source *const sources[2],
                                const shift_network_data_options *data, shift_error *err)
{
    shift_network *out = NULL;
    shift_status status = shift_network_recalibrate(&out, network, sources[0], data, 0, err);
    shift_network_free(out);
    return status;
}

static work *const works[] = {gradients, remedy, tent, trace, harm, layers, recalibrate};

static shift_status run(work *what, shift_error *err)
{
    shift_network_data_options data = SHIFT_NETWORK_DATA_OPTIONS_INIT;
    shift_network *network = NULL;
    shift_source *sources[2] = {NULL, NULL};
    data.label = "label";
    data.batch = 3;
    shift_status status = shift_network_decode(&network, bytes, n_bytes, "made", err);
    for (int i = 0; status == SHIFT_OK && i < 2; i++)
        status = shift_source_open(&sources[i], path, NULL, err);
    if (status == SHIFT_OK)
        status = what(network, sources, &data, err);
    shift_source_close(sources[0]);
    shift_source_close(sources[1]);
    shift_network_free(network);
    return status;
}

START_TEST(every_allocation_may_fail)
{
    long failures = 0;
    for (;; failures++) {
        shift_error err = SHIFT_ERROR_INIT;
        fail_allocation(failures);
        shift_status status = run(works[_i], &err);
        bool failed = allocation_failed();
        fail_allocation(-1);
        if (!failed) {
            ck_assert_msg(status == SHIFT_OK, "%s", err.message);
            break;
        }
        ck_assert_msg(status == SHIFT_ENOMEM, "allocation %ld: status %d, %s", failures,
                      (int)status, err.message);
    }
    ck_assert_int_gt(failures, 100);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("gradients_memory");
    TCase *tests = tcase_create("gradients_memory");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, every_allocation_may_fail, 0, sizeof works / sizeof *works);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
