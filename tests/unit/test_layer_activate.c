/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What leaves an activation, from the values that enter or their histogram. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "core/random.h"
#include "made_network.h"
#include "network/layer_activate.h"

enum { CHANNELS = 3, VALUES = 400, BINS = 992 };

static shift_error err;
static shift__onnx *file;
static shift__graph *graph;
static shift__layers sites;
static shift__layer layer;
static const shift__site *site;

/* The last site but the output. */
static void load(const char *model)
{
    size_t n = 0;
    unsigned char *bytes = made_model(model, &n);
    ck_assert_int_eq((int)shift__onnx_decode(&file, bytes, n, "made", NULL, &err), (int)SHIFT_OK);
    free(bytes);
    ck_assert_int_eq((int)shift__graph_new(&graph, file, &err), (int)SHIFT_OK);
    ck_assert_int_eq((int)shift__layers_find(&sites, graph, &err), (int)SHIFT_OK);
    site = &sites.sites[sites.n - 2];
    ck_assert_int_eq((int)site->kind, (int)SHIFT__SITE_ACTIVATION);
}

static void teardown(void)
{
    shift__layer_clear(&layer);
    shift__layers_clear(&sites);
    shift__graph_free(graph);
    shift__onnx_free(file);
    layer = (shift__layer){.name = NULL};
    site = NULL;
    graph = NULL;
    file = NULL;
}

/* Position after position, as they are added. */
static float entered[VALUES * CHANNELS];

static void enter(bool kept)
{
    shift__random random;
    shift__histogram *into = NULL;
    const shift__image image = {entered, VALUES, CHANNELS, 1, true};
    shift__random_init(&random, 1, 1);
    for (size_t i = 0; i < (size_t)VALUES * CHANNELS; i++)
        entered[i] = (float)(8 * shift__random_uniform(&random) - 5);
    layer.channels = CHANNELS;
    layer.positions = 3;
    ck_assert_int_eq((int)shift__layer_begin(&layer, site, NULL, BINS, &err), (int)SHIFT_OK);
    for (size_t c = 0; c < CHANNELS; c++) {
        layer.histogram.low[c] = -10;
        layer.histogram.width[c] = 20.0 / BINS;
    }
    ck_assert_int_eq((int)shift__layer_room(&layer, &image, true, kept ? SIZE_MAX : 0, &into, &err),
                     (int)SHIFT_OK);
    if (into != NULL)
        ck_assert_int_eq((int)shift__histogram_add(into, &image, &err), (int)SHIFT_OK);
    ck_assert_int_eq((int)shift__layer_finish(&layer, &err), (int)SHIFT_OK);
    ck_assert_int_eq((int)shift__layer_activate(&layer, graph, site, &err), (int)SHIFT_OK);
}

static double relu(double x, size_t c)
{
    (void)c;
    return x > 0 ? x : 0;
}

static double hyperbolic(double x, size_t c)
{
    (void)c;
    return tanh(x);
}

/* Falls, then rises. */
static double hard_swish(double x, size_t c)
{
    (void)c;
    return x * fmax(0, fmin(1, x / 6 + 0.5));
}

static double clip(double x, size_t c)
{
    (void)c;
    return fmax(-0.5, fmin(1, x));
}

static double prelu(double x, size_t c)
{
    static const double slopes[CHANNELS] = {0.5, -2, 0};
    return x < 0 ? slopes[c] * x : x;
}

static const struct {
    const char *model;
    double (*function)(double x, size_t c);
    double steepest;
} cases[] = {
    {"opset 13\ninput x ?x3x2\nnode Relu y x\noutput y\n", relu, 1},
    {"opset 13\ninput x ?x3x2\nnode Tanh y x\noutput y\n", hyperbolic, 1},
    {"opset 14\ninput x ?x3\nnode HardSwish y x\noutput y\n", hard_swish, 1.5},
    {"opset 9\ninput x ?x3\nnode Clip y x min=-0.5f max=1f\noutput y\n", clip, 1},
    {"opset 13\ninput x ?x3\nfloat a :-0.5\nfloat b 1:1\nnode Clip y x,a,b\noutput y\n", clip, 1},
    {"opset 13\ninput x ?x3x4\nfloat s 3x1:0.5,-2,0\nnode PRelu y x,s\noutput y\n", prelu, 2},
};
enum { CASES = sizeof cases / sizeof *cases };

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void expected(int which, size_t c, double out[VALUES])
{
    for (size_t i = 0; i < VALUES; i++)
        out[i] = cases[which].function((double)entered[i * CHANNELS + c], c);
    qsort(out, VALUES, sizeof *out, ascending);
}

START_TEST(values_are_taken_through_the_function)
{
    double wanted[VALUES];
    load(cases[_i].model);
    enter(true);
    ck_assert_uint_eq(layer.other_values.n, VALUES);
    for (size_t c = 0; c < CHANNELS; c++) {
        expected(_i, c, wanted);
        for (size_t i = 0; i < VALUES; i++)
            ck_assert_double_eq_tol((double)layer.other_values.x[c * VALUES + i], wanted[i], 1e-6);
    }
    teardown();
}
END_TEST

/* No value is farther than two bins of either side from where it belongs. */
START_TEST(bins_are_taken_through_the_function)
{
    double wanted[VALUES];
    load(cases[_i].model);
    enter(false);
    const shift__histogram *h = &layer.other_histogram;
    ck_assert_ptr_null(layer.other_values.x);
    ck_assert_uint_eq(h->bins, BINS);
    for (size_t c = 0; c < CHANNELS; c++) {
        double most = 2 * (h->width[c] + cases[_i].steepest * layer.histogram.width[c]);
        size_t next = 0;
        expected(_i, c, wanted);
        for (size_t i = 0; i < BINS; i++) {
            double at =
                h->low[c] + h->width[c] * ((double)i + shift__histogram_place(h, c * BINS + i));
            for (uint64_t k = 0; k < shift__histogram_count(h, c * BINS + i); k++)
                ck_assert_double_eq_tol(wanted[next++], at, most);
        }
        ck_assert_uint_eq(next, VALUES);
    }
    teardown();
}
END_TEST

/* Bounds that are computed are others for each batch; slopes of each position, and of the last
 * axis, for each value. */
START_TEST(other_functions_are_unknown)
{
    static const char *const models[] = {
        "opset 13\ninput x ?x3\nnode ReduceMax a x keepdims=0\nnode Clip y x,a\noutput y\n",
        "opset 13\ninput x ?x3x2\nfloat s 3x2:1,2,3,4,5,6\nnode PRelu y x,s\noutput y\n",
        "opset 13\ninput x ?x3x3\nfloat s 3:1,2,3\nnode PRelu y x,s\noutput y\n"};
    load(models[_i]);
    enter(true);
    ck_assert_ptr_null(layer.other_values.x);
    ck_assert_uint_eq(layer.other_histogram.bins, 0);
    ck_assert_ptr_null(layer.saturated);
    teardown();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("layer_activate");
    TCase *tcase = tcase_create("activate");
    tcase_add_loop_test(tcase, values_are_taken_through_the_function, 0, CASES);
    tcase_add_loop_test(tcase, bins_are_taken_through_the_function, 0, CASES);
    tcase_add_loop_test(tcase, other_functions_are_unknown, 0, 3);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
