/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Faster kernels, and forward functions on images with channels last, against the operators' plain
 * C on images with channels first. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "made_network.h"
#include "network/build.h"
#include "network/execute.h"
#include "network/onednn.h"
#include "network/operators/backward.h"
#include "random_values.h"

typedef struct node {
    const char *op, *attributes, *inputs;
    bool kernel; /* oneDNN has one, where it is in the build */
} node;

static const node nodes[] = {
    {"Conv", "pads=1,1,1,1", "2x3x9x7 5x3x3x3 5", true},
    {"Conv", "strides=2,2 pads=3,3,3,3", "2x3x20x17 8x3x7x7", true},
    {"Conv", "group=2 dilations=2,1 pads=2,0,1,1", "1x4x9x6 6x2x2x3 6", true},
    {"Conv", "group=16 pads=1,1,1,1", "3x16x8x8 16x1x3x3 16", true},
    {"Conv", "", "4x16x5x5 24x16x1x1 24", true},
    {"Conv", "auto_pad='SAME_LOWER' strides=2,2", "1x2x7x8 3x2x4x2", true},
    {"Conv", "pads=2,1", "3x2x11 4x2x3 4", true},
    {"Conv", "pads=1,1,1,0,1,0", "2x2x4x5x6 3x2x3x2x3 3", true},
    {"Sigmoid", "", "3x7x5", true},
    {"Tanh", "", "40x17", true},
    {"Relu", "", "2x3x4x5", false},
    {"Add", "", "2x3x4x5 2x3x4x5", false},
    {"Mul", "", "2x3x4x5 s", false},
    {"BatchNormalization", "", "2x3x4x5 3 3 3 3", false},
    {"BatchNormalization", "", "6x3x7 3 3 3 3", false},
    {"BatchNormalization", "", "6x5 5 5 5 5", false},
    {"MaxPool", "kernel_shape=3,2 strides=2,2 pads=1,0,1,1", "2x3x7x8", false},
    {"MaxPool", "kernel_shape=2,2 strides=2,2 ceil_mode=1", "1x5x7x5", false},
    {"AveragePool", "kernel_shape=3,3 pads=1,1,1,1", "2x3x5x6", false},
    {"AveragePool", "kernel_shape=3,3 pads=1,1,1,1 count_include_pad=1", "2x3x5x6", false},
    {"GlobalAveragePool", "", "2x3x5x6", false},
    {"GlobalMaxPool", "", "2x3x5x6", false},
};

enum { MOST = 8 };

typedef struct setting {
    shift__onnx *file;
    shift__graph *graph;
    shift__tensor values[MOST];
    const shift__tensor *in[MOST];
    shift__tensor *out[MOST];
    shift__workspace work;
    shift__call call;
    shift_error err;
} setting;

/* Every input has its data, as constants have. */
static void open_setting(setting *s, const node *n)
{
    *s = (setting){.err = SHIFT_ERROR_INIT};
    shift__random random;
    shift__random_init(&random, 7, 0);
    s->file = made_node(n->op, n->attributes, n->inputs, 1, 13);
    ck_assert_msg(shift__graph_new(&s->graph, s->file, &s->err) == SHIFT_OK, "%s", s->err.message);
    ck_assert_uint_le(s->graph->n_values, MOST);
    for (size_t i = 0; i < s->graph->n_inputs; i++) {
        shift__tensor *value = &s->values[s->graph->inputs[i]];
        *value = s->graph->values[s->graph->inputs[i]].tensor;
        ck_assert_int_eq(shift__tensor_alloc(value, &s->err), SHIFT_OK);
        for (size_t k = 0; k < shift__tensor_size(value); k++)
            shift__floats(value)[k] =
                (float)(i < 4 ? random_normal(&random) : 0.5 + shift__random_uniform(&random));
    }
    shift__node_tensors(&s->graph->nodes[0], s->values, s->in, s->out);
    s->call = (shift__call){
        .node = &s->graph->nodes[0], .in = s->in, .out = s->out, .work = &s->work, .err = &s->err};
    ck_assert_msg(shift__node_infer(s->graph, &s->call) == SHIFT_OK, "%s", s->err.message);
    ck_assert_int_eq(shift__tensor_alloc(s->out[0], &s->err), SHIFT_OK);
    ck_assert_int_eq(shift__node_forward(s->graph, &s->call), SHIFT_OK);
}

static void close_setting(setting *s)
{
    for (size_t i = 0; i < MOST; i++)
        shift__tensor_clear(&s->values[i]);
    free(s->work.scratch);
    shift__graph_free(s->graph);
    shift__onnx_free(s->file);
}

/* Where an element of an image lies when its channels are last. */
static size_t place_of(const shift__tensor *tensor, size_t i, bool last)
{
    if (!last || tensor->rank < 3)
        return i;
    size_t channels = (size_t)tensor->dims[1];
    size_t pixels = shift__tensor_span(tensor, 2, tensor->rank);
    size_t row = i / (channels * pixels);
    return row * channels * pixels + i % pixels * channels + i / pixels % channels;
}

/* A copy in another layout. */
static shift__tensor laid_out(const shift__tensor *from, bool last)
{
    shift__tensor to = *from;
    ck_assert_int_eq(shift__tensor_alloc(&to, NULL), SHIFT_OK);
    to.channels_last = last && from->rank >= 3;
    for (size_t i = 0; i < shift__tensor_size(from); i++)
        shift__floats(&to)[place_of(from, i, last)] = shift__floats(from)[i];
    return to;
}

static void check_near(const node *n, const shift__tensor *found, const shift__tensor *expected,
                       double tolerance)
{
    double most = 0;
    for (size_t i = 0; i < shift__tensor_size(expected); i++)
        most = fmax(most, fabs((double)shift__floats(expected)[i]));
    for (size_t i = 0; i < shift__tensor_size(expected); i++) {
        double x = (double)shift__floats(expected)[i];
        double y = (double)shift__floats(found)[place_of(expected, i, found->channels_last)];
        ck_assert_msg(fabs(x - y) <= tolerance * most, "%s %s: element %zu is %.9g, not %.9g",
                      n->op, n->attributes, i, y, x);
    }
}

static bool same_shape_operand(const setting *s, size_t i)
{
    return i == 0 || shift__tensor_same_shape(s->in[i], s->in[0]);
}

/* Run with inputs, or output, in the given layouts. */
static void run_as(setting *s, const node *n, bool in_last, bool out_last)
{
    shift__tensor operands[MOST] = {0};
    const shift__tensor *in[MOST] = {0};
    size_t n_in = s->graph->nodes[0].n_in;
    for (size_t i = 0; i < n_in; i++) {
        operands[i] = laid_out(s->in[i], in_last && same_shape_operand(s, i));
        in[i] = &operands[i];
    }
    shift__tensor result = laid_out(s->out[0], out_last);
    for (size_t i = 0; i < shift__tensor_size(&result); i++)
        shift__floats(&result)[i] = NAN;
    shift__tensor *out[] = {&result};
    shift__call call = s->call;
    call.in = in;
    call.out = out;
    shift__kernel *kernel = NULL;
    ck_assert_int_eq(shift__kernel_new(&kernel, &call, &s->err), SHIFT_OK);
#ifdef SHIFT_HAVE_ONEDNN
    ck_assert_int_eq(kernel != NULL, n->kernel);
#endif
    if (kernel != NULL)
        ck_assert_int_eq(shift__kernel_run(kernel, &call), SHIFT_OK);
    else if (!n->kernel || (!in_last && !out_last))
        ck_assert_int_eq(shift__node_forward(s->graph, &call), SHIFT_OK);
    if (kernel != NULL || !n->kernel || (!in_last && !out_last))
        check_near(n, &result, s->out[0], 2e-6);
    shift__kernel_free(kernel);
    for (size_t i = 0; i < n_in; i++)
        shift__tensor_clear(&operands[i]);
    shift__tensor_clear(&result);
}

START_TEST(kernels_and_layouts_agree_with_plain_c)
{
    setting s;
    const node *n = &nodes[_i];
    open_setting(&s, n);
    unsigned flags = s.graph->nodes[0].op->flags;
    run_as(&s, n, false, false);
    if ((flags & SHIFT__KERNEL) != 0) {
        run_as(&s, n, true, false);
        run_as(&s, n, false, true);
    }
    if ((flags & (SHIFT__KERNEL | SHIFT__ALIKE | SHIFT__EITHER)) != 0)
        run_as(&s, n, true, true);
    close_setting(&s);
}
END_TEST

/* Large enough for oneDNN to be asked. */
static const node convolutions[] = {
    {"Conv", "pads=1,1,1,1", "4x8x14x15 16x8x3x3 16", true},
    {"Conv", "strides=2,2 pads=3,3,3,3", "4x3x32x30 8x3x7x7", true},
    {"Conv", "strides=2,2", "8x16x15x16 32x16x1x1", true},
    {"Conv", "group=2 dilations=2,1 pads=2,0,1,1", "6x8x16x17 12x4x2x3 12", true},
    {"Conv", "group=20 strides=2,2 pads=1,1,1,1", "8x20x32x32 20x1x3x3 20", true},
    {"Conv", "auto_pad='SAME_LOWER' strides=2,2", "8x4x31x32 16x4x4x2", true},
    {"Conv", "pads=2,1", "16x8x100 16x8x5 16", true},
    {"Conv", "pads=1,1,1,0,1,0", "2x4x9x8x10 6x4x3x2x3 6", true},
};

static void begin_gradients(const setting *s, shift__tensor gradients[3],
                            shift__tensor *pointers[3])
{
    for (size_t i = 0; i < s->graph->nodes[0].n_in; i++) {
        gradients[i] = *s->in[i];
        ck_assert_int_eq(shift__tensor_alloc(&gradients[i], NULL), SHIFT_OK);
        pointers[i] = &gradients[i];
    }
}

/* Of image and weights, both or one of them. */
START_TEST(gradients_of_convolutions_agree_with_plain_c)
{
    setting s;
    const node *n = &convolutions[_i / 3];
    shift__random random;
    shift__random_init(&random, 5, 0);
    open_setting(&s, n);
    shift__tensor above = *s.out[0];
    ck_assert_int_eq(shift__tensor_alloc(&above, NULL), SHIFT_OK);
    for (size_t i = 0; i < shift__tensor_size(&above); i++)
        shift__floats(&above)[i] = (float)random_normal(&random);
    const shift__tensor *out_gradient[] = {&above};
    shift__tensor fast[3] = {0};
    shift__tensor plain[3] = {0};
    shift__tensor *to[3] = {NULL, NULL, NULL};
    shift__call call = s.call;
    call.out_gradient = out_gradient;
    call.in_gradient = to;
    begin_gradients(&s, plain, to);
    ck_assert_int_eq(shift__backward_conv_plain(&call), SHIFT_OK);
    begin_gradients(&s, fast, to);
    if (_i % 3 > 0)
        to[_i % 3 - 1] = NULL;
    bool done = shift__onednn_conv_backward(&call);
#ifdef SHIFT_HAVE_ONEDNN
    ck_assert(done);
#endif
    for (size_t i = 0; i < 2; i++)
        if (done && to[i] != NULL)
            check_near(n, &fast[i], &plain[i], 1e-5);
    for (size_t i = 0; i < 3; i++) {
        shift__tensor_clear(&fast[i]);
        shift__tensor_clear(&plain[i]);
    }
    shift__tensor_clear(&above);
    close_setting(&s);
}
END_TEST

START_TEST(products_agree_with_the_plain_loop)
{
    static const size_t sizes[][3] = {
        {1, 40, 300}, {64, 64, 64}, {7, 130, 65}, {256, 10, 64}, {5, 1, 9000}};
    const size_t *size = sizes[_i];
    size_t m = size[0];
    size_t n = size[1];
    size_t k = size[2];
    shift__random random;
    shift__random_init(&random, 3, 0);
    float *a = calloc(m * k, sizeof *a);
    float *b = calloc(k * n, sizeof *b);
    float *c = calloc(2 * m * n, sizeof *c);
    ck_assert(a != NULL && b != NULL && c != NULL);
    for (size_t i = 0; i < m * k; i++)
        a[i] = (float)random_normal(&random);
    for (size_t i = 0; i < k * n; i++)
        b[i] = (float)random_normal(&random);
    for (int transposed = 0; transposed < 2; transposed++) {
        for (size_t i = 0; i < m * n; i++)
            c[i] = c[m * n + i] = (float)i;
        shift__product p = {.m = m, .n = n, .k = k, .a = a, .b = b, .b_row = n, .c = c, .c_row = n};
        p.a_row = transposed != 0 ? 1 : k;
        p.a_column = transposed != 0 ? m : 1;
        shift__product_add(&p);
        p.c = c + m * n;
        shift__product_add_plain(&p);
        for (size_t i = 0; i < m * n; i++)
            ck_assert_float_eq_tol(c[i], c[m * n + i], 1e-6F * (float)(m * n + k));
    }
    free(a);
    free(b);
    free(c);
}
END_TEST

START_TEST(sigmoid_keeps_nan)
{
    node n = {"Sigmoid", "", "3x5", true};
    setting s;
    open_setting(&s, &n);
    shift__floats(s.in[0])[4] = NAN;
    shift__kernel *kernel = NULL;
    ck_assert_int_eq(shift__kernel_new(&kernel, &s.call, &s.err), SHIFT_OK);
    if (kernel != NULL)
        ck_assert_int_eq(shift__kernel_run(kernel, &s.call), SHIFT_OK);
    else
        ck_assert_int_eq(shift__node_forward(s.graph, &s.call), SHIFT_OK);
    ck_assert(isnan(shift__floats(s.out[0])[4]));
    ck_assert(!isnan(shift__floats(s.out[0])[3]));
    shift__kernel_free(kernel);
    close_setting(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("kernels");
    TCase *tc = tcase_create("kernels");
    tcase_add_loop_test(tc, kernels_and_layouts_agree_with_plain_c, 0,
                        sizeof nodes / sizeof *nodes);
    tcase_add_loop_test(tc, gradients_of_convolutions_agree_with_plain_c, 0,
                        3 * (int)(sizeof convolutions / sizeof *convolutions));
    tcase_add_loop_test(tc, products_agree_with_the_plain_loop, 0, 5);
    tcase_add_test(tc, sigmoid_keeps_nan);
    suite_add_tcase(suite, tc);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
