/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What leaves an activation, from the values that enter or their histogram. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "made_network.h"
#include "network/layer_activate.h"
#include "network/tally.h"

enum { CHANNELS = 3, VALUES = 400, BINS = 992 };

static shift_error err;
static shift__onnx *file;
static shift__graph *graph;
static shift__layers sites;
static shift__layer layers[5]; /* what enters is the one before the site's, or this itself */
static const shift__site *site;
static size_t at; /* of the site */
static shift__values *left;
static shift__histogram *left_histogram;

/* The last site but the output. */
static void load(const char *model)
{
    size_t n = 0;
    unsigned char *bytes = made_model(model, &n);
    ck_assert_int_eq((int)shift__onnx_decode(&file, bytes, n, "made", NULL, &err), (int)SHIFT_OK);
    free(bytes);
    ck_assert_int_eq((int)shift__graph_new(&graph, file, &err), (int)SHIFT_OK);
    ck_assert_int_eq((int)shift__layers_find(&sites, graph, &err), (int)SHIFT_OK);
    at = sites.n - 2;
    site = &sites.sites[at];
    bool derived = site->source != SIZE_MAX;
    left = derived ? &layers[at].values : &layers[at].other_values;
    left_histogram = derived ? &layers[at].histogram : &layers[at].other_histogram;
    ck_assert_int_eq((int)site->kind, (int)SHIFT__SITE_ACTIVATION);
}

static void teardown(void)
{
    for (size_t i = 0; i < sites.n; i++)
        shift__layer_clear(&layers[i]);
    memset(layers, 0, sizeof layers);
    shift__layers_clear(&sites);
    shift__graph_free(graph);
    shift__onnx_free(file);
    site = NULL;
    graph = NULL;
    file = NULL;
}

/* Position after position, as they are added. */
static float entered[VALUES * CHANNELS];

static void enter(bool kept, const shift__layer *like)
{
    shift__random random;
    shift__histogram *into = NULL;
    const shift__image image = {entered, VALUES, CHANNELS, 1, true};
    shift__random_init(&random, 1, 1);
    for (size_t i = 0; i < (size_t)VALUES * CHANNELS; i++)
        entered[i] = (float)(8 * shift__random_uniform(&random) - 5);
    size_t rank = graph->values[graph->inputs[0]].tensor.rank;
    size_t from = site->source != SIZE_MAX ? site->source : at;
    shift__layer *layer = &layers[from];
    for (size_t i = from; i <= at; i++) {
        layers[i].channels = CHANNELS;
        layers[i].positions = 3;
        layers[i].mixed = !shift__site_by_channel(&sites.sites[i], rank);
        ck_assert_int_eq(
            (int)shift__layer_begin(&layers[i], &sites.sites[i], NULL, i == from ? BINS : 0, &err),
            (int)SHIFT_OK);
    }
    for (size_t c = 0; c < CHANNELS; c++) {
        layer->histogram.low[c] = -10;
        layer->histogram.width[c] = 20.0 / BINS;
    }
    ck_assert_int_eq((int)shift__layer_room(layer, &image, true, kept ? SIZE_MAX : 0, &into, &err),
                     (int)SHIFT_OK);
    if (into != NULL)
        ck_assert_int_eq((int)shift__histogram_add(into, &image, &err), (int)SHIFT_OK);
    ck_assert_int_eq((int)shift__layer_finish(layer, &err), (int)SHIFT_OK);
    ck_assert_int_eq((int)shift__layer_activate(layers, at, graph, site, like, &err),
                     (int)SHIFT_OK);
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

/* (x - m) g / sqrt(v) + b, which falls in channel 1. */
#define NORMALISED                                                                                 \
    "float g 3:1,-2,0.5\nfloat b 3:0,1,-1\nfloat m 3:0.5,-1,2\nfloat v 3:1,4,0.25\n"               \
    "node BatchNormalization n x,g,b,m,v epsilon=0f\n"

static double normalised(double x, size_t c)
{
    static const double k[CHANNELS] = {1, -1, 1}, b[CHANNELS] = {-0.5, 0, -3};
    return k[c] * x + b[c];
}

static double relu_after(double x, size_t c)
{
    return relu(normalised(x, c), c);
}

static double tanh_after(double x, size_t c)
{
    return tanh(normalised(x, c));
}

static double hard_swish_after(double x, size_t c)
{
    return hard_swish(normalised(x, c), c);
}

static double prelu_after(double x, size_t c)
{
    return prelu(normalised(x, c), c);
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
    {"opset 13\ninput x ?x3x3x2\nfloat s 1x3x1x1:0.5,-2,0\nnode PRelu y x,s\noutput y\n", prelu, 2},
    {"opset 13\ninput x ?x3\nfloat s 3:0.5,-2,0\nnode PRelu y x,s\noutput y\n", prelu, 2},
    {"opset 6\ninput x ?x3x3\nfloat s 3:0.5,-2,0\nnode PRelu y x,s\noutput y\n", prelu, 2},
    {"opset 13\ninput x ?x3x2\n" NORMALISED "node Relu y n\noutput y\n", relu_after, 1},
    {"opset 13\ninput x ?x3\n" NORMALISED "node Tanh y n\noutput y\n", tanh_after, 1},
    {"opset 14\ninput x ?x3\n" NORMALISED "node HardSwish y n\noutput y\n", hard_swish_after, 1.5},
    {"opset 13\ninput x ?x3x4\n" NORMALISED "float s 3x1:0.5,-2,0\nnode PRelu y n,s\noutput y\n",
     prelu_after, 2},
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
    enter(true, NULL);
    ck_assert_uint_eq(left->n, VALUES);
    for (size_t c = 0; c < CHANNELS; c++) {
        expected(_i, c, wanted);
        for (size_t i = 0; i < VALUES; i++)
            ck_assert_double_eq_tol((double)left->x[c * VALUES + i], wanted[i], 2e-6);
    }
    teardown();
}
END_TEST

/* No value is farther than two bins of either side from where it belongs. */
START_TEST(bins_are_taken_through_the_function)
{
    double wanted[VALUES];
    load(cases[_i].model);
    enter(false, NULL);
    const shift__histogram *h = left_histogram;
    const shift__histogram *entering =
        &layers[site->source != SIZE_MAX ? site->source : at].histogram;
    ck_assert_ptr_null(left->x);
    ck_assert_uint_eq(h->bins, BINS);
    for (size_t c = 0; c < CHANNELS; c++) {
        double most = 2 * (h->width[c] + cases[_i].steepest * entering->width[c]);
        size_t next = 0;
        expected(_i, c, wanted);
        for (size_t i = 0; i < BINS; i++) {
            double place =
                h->low[c] + h->width[c] * ((double)i + shift__histogram_place(h, c * BINS + i));
            for (uint64_t k = 0; k < shift__histogram_count(h, c * BINS + i); k++)
                ck_assert_double_eq_tol(wanted[next++], place, most);
        }
        ck_assert_uint_eq(next, VALUES);
    }
    teardown();
}
END_TEST

/* Bounds that are computed are others for each batch; slopes of each position, and of the last
 * axis, for each value. */
enum { OTHERS = 6 };

START_TEST(other_functions_are_unknown)
{
    static const char *const models[OTHERS] = {
        "opset 13\ninput x ?x3\nnode ReduceMax a x keepdims=0\nnode Clip y x,a\noutput y\n",
        "opset 13\ninput x ?x3x2\nfloat s 3x2:1,2,3,4,5,6\nnode PRelu y x,s\noutput y\n",
        "opset 13\ninput x ?x3x3\nfloat s 3:1,2,3\nnode PRelu y x,s\noutput y\n",
        "opset 13\ninput x ?x3x3x2\nfloat s 3x1:1,2,3\nnode PRelu y x,s\noutput y\n",
        "opset 13\ninput x ?x3x3\n" NORMALISED "float s 3:1,2,3\nnode PRelu y n,s\noutput y\n",
        "opset 13\ninput x ?x3\n" NORMALISED
        "node ReduceMax a x keepdims=0\nnode Clip y n,a\noutput y\n"};
    load(models[_i]);
    enter(true, NULL);
    ck_assert_ptr_null(left->x);
    ck_assert_uint_eq(left_histogram->bins, 0);
    ck_assert(!site->saturates || layers[at].saturated == NULL);
    teardown();
}
END_TEST

/* As those of a profile that was written when these were counted. */
START_TEST(bins_are_those_of_the_other_side)
{
    double low[CHANNELS] = {-1, -2, -3};
    double width[CHANNELS] = {0.25, 0.25, 0.5};
    const shift__layer like = {.histogram = {.bins = 64, .low = low, .width = width}};
    load("opset 13\ninput x ?x3x2\n" NORMALISED "node Relu y n\noutput y\n");
    enter(false, &like);
    ck_assert_uint_eq(left_histogram->bins, 64);
    ck_assert_mem_eq(left_histogram->low, low, sizeof low);
    ck_assert_mem_eq(left_histogram->width, width, sizeof width);
    for (size_t c = 0; c < CHANNELS; c++) {
        uint64_t zeros = 0;
        for (size_t i = 0; i < VALUES; i++)
            zeros += relu_after((double)entered[i * CHANNELS + c], c) == 0;
        size_t bin = (size_t)(-low[c] / width[c]);
        uint64_t found = shift__histogram_count(left_histogram, c * 64 + bin);
        ck_assert_uint_ge(found, zeros);
        ck_assert_uint_le(found, zeros + VALUES / 10);
    }
    teardown();
}
END_TEST

/* Or the profile could be written, but not read. */
START_TEST(bins_of_the_largest_values_are_finite)
{
    load("opset 13\ninput x ?x3\nfloat g 3:5e37,-5e37,1\nfloat b 3:0,0,0\nfloat m 3:0,0,0\n"
         "float v 3:1,1,1\nnode BatchNormalization n x,g,b,m,v epsilon=0f\n"
         "node LeakyRelu y n\noutput y\n");
    enter(false, NULL);
    for (size_t c = 0; c < CHANNELS; c++) {
        ck_assert(isfinite(left_histogram->low[c]));
        ck_assert(isfinite(left_histogram->width[c]));
    }
    teardown();
}
END_TEST

/* ---- where a function saturates ---- */

#define GELU                                                                                       \
    "float r :1.4142135\nfloat one :1\nfloat half :0.5\nnode Div d x,r\nnode Erf e d\n"            \
    "node Add a e,one\nnode Mul m x,a\nnode Mul y m,half\n"

/* Roots of the slope that PyTorch 1.13 differentiates, in double precision, by bisection. */
static const struct ends {
    const char *model;
    double low, high, from, to;
} ends[] = {
    {"node Softplus y x\n", -2.9444389791664403, (double)INFINITY, (double)NAN, (double)NAN},
    {GELU, -2.278560693823657, (double)INFINITY, -0.9032613190533276, -0.6334566281147831},
    {"node HardSwish y x\n", -3, (double)INFINITY, -1.725, -1.275},
    /* alpha z + beta is 0 at -beta / alpha, 1 at (1 - beta) / alpha */
    {"node HardSigmoid y x alpha=0.3f beta=0.4f\n", -4.0 / 3, 2, (double)NAN, (double)NAN},
    {"node Clip y x\n", -(double)INFINITY, (double)INFINITY, (double)NAN, (double)NAN},
};

static void must_be(float got, double wanted)
{
    ck_assert_msg(isnan(wanted)   ? isnan(got)
                  : isinf(wanted) ? (double)got == wanted || fabs((double)got) >= 3.4e38
                                  : fabs((double)got - wanted) < 1e-6,
                  "%.9g, expected %.9g", (double)got, wanted);
}

START_TEST(slopes_end_where_they_are_a_twentieth)
{
    char model[1024];
    (void)snprintf(model, sizeof model, "opset 14\ninput x ?x3\n%soutput y\n", ends[_i].model);
    load(model);
    ck_assert(site->saturates);
    must_be(site->saturation.low, ends[_i].low);
    must_be(site->saturation.high, ends[_i].high);
    must_be(site->saturation.from, ends[_i].from);
    must_be(site->saturation.to, ends[_i].to);
    teardown();
}
END_TEST

START_TEST(values_between_those_ends_are_counted)
{
    char model[1024];
    shift__tally tally = {.n = 0};
    shift__lane_block blocks[2];
    const shift__image image = {entered, VALUES, CHANNELS, 1, true};
    (void)snprintf(model, sizeof model, "opset 14\ninput x ?x3\n%soutput y\n", ends[_i].model);
    load(model);
    enter(true, NULL);
    const shift__look look = {.tally = &tally, .saturates = site};
    ck_assert_int_eq((int)shift__tally_begin(&tally, CHANNELS, &err), (int)SHIFT_OK);
    ck_assert_uint_eq(shift__look_at(&look, &image, blocks), SIZE_MAX);
    for (size_t c = 0; c < CHANNELS; c++) {
        size_t flat = 0;
        for (size_t i = c; i < (size_t)VALUES * CHANNELS; i += CHANNELS) {
            double x = (double)entered[i];
            flat +=
                x <= ends[_i].low || x >= ends[_i].high || (x > ends[_i].from && x < ends[_i].to);
        }
        ck_assert_uint_eq(tally.counts[c], flat);
    }
    shift__tally_clear(&tally);
    teardown();
}
END_TEST

START_TEST(normalisation_by_what_is_computed_is_refused)
{
    size_t n = 0;
    unsigned char *bytes = made_model("input x ?x3\nfloat one 3:1,1,1\nnode ReduceMax m x "
                                      "axes=0, keepdims=0\nnode BatchNormalization y "
                                      "x,one,one,m,one\noutput y\n",
                                      &n);
    ck_assert_int_eq((int)shift__onnx_decode(&file, bytes, n, "made", NULL, &err), (int)SHIFT_OK);
    free(bytes);
    ck_assert_int_eq((int)shift__graph_new(&graph, file, &err), (int)SHIFT_OK);
    ck_assert_int_eq((int)shift__layers_find(&sites, graph, &err), (int)SHIFT_EUNSUPPORTED);
    ck_assert_str_eq(err.message,
                     "made: node BatchNormalization_1 (BatchNormalization): input 3 is "
                     "computed, not stored");
    teardown();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("layer_activate");
    TCase *tcase = tcase_create("activate");
    tcase_add_loop_test(tcase, values_are_taken_through_the_function, 0, CASES);
    tcase_add_loop_test(tcase, bins_are_taken_through_the_function, 0, CASES);
    tcase_add_loop_test(tcase, other_functions_are_unknown, 0, OTHERS);
    tcase_add_test(tcase, bins_are_those_of_the_other_side);
    tcase_add_test(tcase, bins_of_the_largest_values_are_finite);
    tcase_add_loop_test(tcase, slopes_end_where_they_are_a_twentieth, 0,
                        (int)(sizeof ends / sizeof *ends));
    tcase_add_loop_test(tcase, values_between_those_ends_are_counted, 0,
                        (int)(sizeof ends / sizeof *ends));
    tcase_add_test(tcase, normalisation_by_what_is_computed_is_refused);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
