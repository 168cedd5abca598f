/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gradient of every operator, in every input, against finite differences of its forward. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "made_network.h"
#include "network/backward.h"

typedef struct node {
    const char *op, *attributes, *inputs; /* or a model of several nodes, NULL and NULL */
    size_t n_outputs;
    int64_t opset;
    bool positive;    /* inputs above 0 */
    bool batch;       /* Batch Normalization by statistics of the batch */
    double tolerance; /* of the largest gradient; 0 for the usual one */
} node;

static const node nodes[] = {
    {"Relu", "", "3x5", 1, 13, 0, 0, 0},
    {"LeakyRelu", "alpha=0.2f", "3x5", 1, 13, 0, 0, 0},
    {"PRelu", "", "2x3x4 3x1", 1, 13, 0, 0, 0},
    {"PRelu", "", "2x3 1", 1, 13, 0, 0, 0},
    {"Sigmoid", "", "3x5", 1, 13, 0, 0, 0},
    {"Tanh", "", "3x5", 1, 13, 0, 0, 0},
    {"Elu", "alpha=0.7f", "3x5", 1, 13, 0, 0, 0},
    {"Selu", "", "3x5", 1, 13, 0, 0, 0},
    {"Softplus", "", "3x5", 1, 13, 0, 0, 0},
    {"Erf", "", "3x5", 1, 13, 0, 0, 0},
    {"HardSigmoid", "alpha=0.3f beta=0.4f", "3x5", 1, 13, 0, 0, 0},
    {"HardSwish", "", "3x5", 1, 14, 0, 0, 0},
    {"Clip", "", "3x5 s s", 1, 13, 0, 0, 0},
    {"Clip", "min=-0.9f max=0.8f", "3x5", 1, 9, 0, 0, 0},
    {"Sqrt", "", "3x5", 1, 13, 1, 0, 0},
    {"Exp", "", "3x5", 1, 13, 0, 0, 0},
    {"Neg", "", "3x5", 1, 13, 0, 0, 0},
    {"Add", "", "2x3x4 3x1", 1, 13, 0, 0, 0},
    {"Add", "", "4 2x1", 1, 13, 0, 0, 0},
    {"Sub", "", "2x3x4 s", 1, 13, 0, 0, 0},
    {"Mul", "", "2x1x4 3x1", 1, 13, 0, 0, 0},
    {"Mul", "", "3x4 3x4", 1, 13, 0, 0, 0},
    {"Div", "", "2x3 2x3", 1, 13, 1, 0, 0},
    {"Div", "", "3 2x1", 1, 13, 1, 0, 0},
    {"Pow", "", "2x3 s", 1, 13, 1, 0, 0},
    {"Pow", "", "2x3 2x3", 1, 13, 1, 0, 0},
    {"Pow", "", "2x3 i1:3", 1, 13, 1, 0, 0},
    {"Max", "", "2x3 2x3 3", 1, 13, 0, 0, 0},
    {"Where", "", "b3:1,0,1 2x3 2x1", 1, 13, 0, 0, 0},
    {"Gemm", "", "3x4 4x5 5", 1, 13, 0, 0, 0},
    {"Gemm", "transA=1 alpha=0.5f", "4x3 4x5", 1, 13, 0, 0, 0},
    {"Gemm", "transB=1 beta=2f", "3x4 5x4 3x1", 1, 13, 0, 0, 0},
    {"Gemm", "transA=1 transB=1 alpha=1.5f beta=0.5f", "4x3 5x4 3x5", 1, 13, 0, 0, 0},
    {"MatMul", "", "3x4 4x2", 1, 13, 0, 0, 0},
    {"MatMul", "", "2x3x4 4x2", 1, 13, 0, 0, 0},
    {"MatMul", "", "2x1x3x4 3x4x2", 1, 13, 0, 0, 0},
    {"MatMul", "", "4 4x2", 1, 13, 0, 0, 0},
    {"MatMul", "", "2x3x4 4", 1, 13, 0, 0, 0},
    {"Conv", "", "2x2x4x5 3x2x3x3 3", 1, 13, 0, 0, 0},
    {"Conv", "pads=1,1,1,1 strides=2,2", "2x2x5x4 3x2x3x3", 1, 13, 0, 0, 0},
    {"Conv", "group=2 dilations=2,1 pads=2,0,1,1", "1x4x5x4 6x2x2x3 6", 1, 13, 0, 0, 0},
    {"Conv", "auto_pad='SAME_LOWER' strides=2,", "2x2x7 3x2x4", 1, 13, 0, 0, 0},
    {"Conv", "", "2x3x2x2 4x3x1x1", 1, 13, 0, 0, 0},
    {"Conv", "pads=1,0,0,0,1,1", "1x1x3x3x3 2x1x2x2x2", 1, 13, 0, 0, 0},
    {"ConvTranspose", "", "2x2x3x2 2x3x2x2 3", 1, 13, 0, 0, 0},
    {"ConvTranspose", "strides=2,2 pads=1,1,0,1 output_padding=1,0", "1x2x3x3 2x1x3x3", 1, 13, 0, 0,
     0},
    {"ConvTranspose", "group=2 dilations=2,", "2x4x4 4x3x2 6", 1, 13, 0, 0, 0},
    {"BatchNormalization", "epsilon=0.001f", "4x3x2 3 3 3 3", 1, 13, 1, 0, 0},
    {"BatchNormalization", "", "6x3 3 3 3 3", 1, 13, 1, 0, 0},
    {"BatchNormalization", "", "4x2x3x2 2 2 2 2", 1, 13, 1, 1, 0.01},
    {"BatchNormalization", "", "6x3 3 3 3 3", 1, 13, 1, 1, 0.01},
    {"InstanceNormalization", "", "2x3x5 3 3", 1, 13, 0, 0, 0.01},
    {"LayerNormalization", "axis=-1", "3x5 5 5", 1, 17, 0, 0, 0.01},
    {"LayerNormalization", "axis=1", "2x3x4 3x4", 1, 17, 0, 0, 0.01},
    {"MaxPool", "kernel_shape=2,2 strides=2,2", "2x2x5x4", 1, 13, 0, 0, 0},
    {"MaxPool", "kernel_shape=3,3 pads=1,1,1,1 storage_order=1", "1x2x4x4", 1, 13, 0, 0, 0},
    {"MaxPool", "kernel_shape=2, dilations=2, ceil_mode=1 strides=2,", "2x2x7", 1, 13, 0, 0, 0},
    {"AveragePool", "kernel_shape=2,2 strides=2,2 ceil_mode=1", "2x2x5x3", 1, 13, 0, 0, 0},
    {"AveragePool", "kernel_shape=3,3 pads=1,1,1,1 count_include_pad=1", "1x2x4x4", 1, 13, 0, 0, 0},
    {"AveragePool", "kernel_shape=3,3 pads=1,1,1,1", "1x2x4x4", 1, 13, 0, 0, 0},
    {"GlobalAveragePool", "", "2x3x2x3", 1, 13, 0, 0, 0},
    {"GlobalMaxPool", "", "2x3x2x3", 1, 13, 0, 0, 0},
    {"ReduceMean", "axes=1, keepdims=0", "2x3x4", 1, 13, 0, 0, 0},
    {"ReduceMean", "", "2x3", 1, 13, 0, 0, 0},
    {"ReduceMax", "axes=-1,", "2x3x4", 1, 13, 0, 0, 0},
    {"Softmax", "axis=1", "3x4", 1, 13, 0, 0, 0},
    {"Softmax", "axis=1", "2x2x3", 1, 11, 0, 0, 0},
    {"Softmax", "axis=1", "2x4x3", 1, 13, 0, 0, 0},
    {"LogSoftmax", "axis=-1", "3x4", 1, 13, 0, 0, 0},
    {"LSTM", "hidden_size=3", "4x2x2 1x12x2 1x12x3 1x24", 3, 14, 0, 0, 0},
    {"LSTM", "hidden_size=2 direction='bidirectional'", "3x2x3 2x8x3 2x8x2 2x16 - 2x2x2 2x2x2 2x6",
     3, 14, 0, 0, 0},
    {"LSTM", "hidden_size=2 direction='reverse' layout=1", "2x3x2 1x8x2 1x8x2", 2, 14, 0, 0, 0},
    {"LSTM", "hidden_size=2", "4x3x2 1x8x2 1x8x2 1x16 i3:4,1,2", 3, 14, 0, 0, 0},
    {"GRU", "hidden_size=3", "4x2x2 1x9x2 1x9x3 1x18", 2, 14, 0, 0, 0},
    {"GRU", "hidden_size=2 linear_before_reset=1 direction='bidirectional'",
     "3x2x3 2x6x3 2x6x2 2x12 i2:3,2 2x2x2", 2, 14, 0, 0, 0},
    {"Flatten", "", "2x3x2", 1, 13, 0, 0, 0},
    {"Reshape", "", "2x6 i3:2,-1,3", 1, 13, 0, 0, 0},
    {"Transpose", "perm=2,0,1", "2x3x4", 1, 13, 0, 0, 0},
    {"Squeeze", "", "2x1x3 i1:1", 1, 13, 0, 0, 0},
    {"Unsqueeze", "", "2x3 i1:1", 1, 13, 0, 0, 0},
    {"Identity", "", "2x3", 1, 13, 0, 0, 0},
    {"Dropout", "", "2x3", 1, 13, 0, 0, 0},
    {"Cast", "to=1", "2x3", 1, 13, 0, 0, 0},
    {"Concat", "axis=1", "2x3 2x1 2x2", 1, 13, 0, 0, 0},
    {"Split", "axis=1", "2x5 i2:2,3", 2, 13, 0, 0, 0},
    {"Slice", "", "4x5 i2:3,0 i2:0,4 i2:0,1 i2:-1,2", 1, 13, 0, 0, 0},
    {"Gather", "axis=1", "2x4 i3:0,3,0", 1, 13, 0, 0, 0},
    {"Expand", "", "3x1 i3:2,3,4", 1, 13, 0, 0, 0},
    {"Pad", "", "2x3 i4:1,0,0,2 s", 1, 13, 0, 0, 0},
    {"Pad", "mode='reflect'", "2x4 i4:0,2,0,1", 1, 13, 0, 0, 0},
    {"Pad", "mode='edge' pads=1,1,0,2", "2x4", 1, 9, 0, 0, 0},
    {"input x 3x5\nfloat r :1.4142135\nfloat one :1\nfloat half :0.5\nnode Div d x,r\n"
     "node Erf e d\nnode Add a e,one\nnode Mul m x,a\nnode Mul y m,half\noutput y\n", /* Gelu */
     NULL, NULL, 1, 13, 0, 0, 0},
};

enum { MOST = 16 };

typedef struct setting {
    shift__onnx *file;
    shift__graph *graph;
    shift__execution *execution;
    shift__backward *backward;
    shift__tensor inputs[MOST];
    shift__tensor weights[MOST];   /* of the outputs in the loss */
    shift__tensor gradients[MOST]; /* of the inputs */
    size_t seen[MOST];
    size_t output;
    shift_error err;
} setting;

/* Values apart from each other and from 0, so that no kink lies within a finite difference. Spread
 * over (-1.5, 1.5), or (0.2, 1.7). */
static void fill(const shift__tensor *tensor, size_t salt, bool positive)
{
    size_t n = shift__tensor_size(tensor);
    size_t step = 7;
    while (n % step == 0)
        step += 2;
    for (size_t i = 0; i < n; i++) {
        double place = ((double)((i * step + salt) % n) + 0.25 + 0.07 * (double)salt) / (double)n;
        shift__floats(tensor)[i] = (float)(positive ? 0.2 + 1.5 * place : 3 * place - 1.5);
    }
}

static shift__onnx *decoded(const char *model)
{
    shift__onnx *file = NULL;
    shift_error err = SHIFT_ERROR_INIT;
    size_t n = 0;
    unsigned char *bytes = made_model(model, &n);
    ck_assert_int_eq(shift__onnx_decode(&file, bytes, n, "made", NULL, &err), SHIFT_OK);
    free(bytes);
    return file;
}

static void open_setting(setting *s, const node *n)
{
    *s = (setting){.err = SHIFT_ERROR_INIT};
    s->file = n->inputs == NULL
                  ? decoded(n->op)
                  : made_node(n->op, n->attributes, n->inputs, n->n_outputs, n->opset);
    shift_status status = shift__graph_new(&s->graph, s->file, &s->err);
    ck_assert_msg(status == SHIFT_OK, "%s", s->err.message);
    for (size_t i = 0; i < s->graph->n_inputs; i++) {
        s->inputs[i] = s->graph->values[s->graph->inputs[i]].tensor;
        ck_assert_int_eq(shift__tensor_alloc(&s->inputs[i], &s->err), SHIFT_OK);
        fill(&s->inputs[i], i, n->positive);
    }
    shift__execution_options options = {
        .bn = n->batch ? SHIFT__BN_BATCH : SHIFT__BN_STORED, .keep = true, .integers_stay = true};
    status = shift__execution_new(&s->execution, s->graph, s->inputs, &options, &s->err);
    ck_assert_msg(status == SHIFT_OK, "%s", s->err.message);
    bool wanted[64] = {false};
    ck_assert_uint_le(s->graph->n_values, 64);
    for (size_t i = 0; i < s->graph->n_inputs; i++)
        wanted[s->graph->inputs[i]] = true;
    status = shift__backward_new(&s->backward, s->graph, options.bn, wanted, &s->err);
    ck_assert_int_eq(status, SHIFT_OK);
    for (size_t i = 0; i < s->graph->n_outputs; i++) {
        s->weights[i] = *shift__execution_value(s->execution, s->graph->outputs[i]);
        s->weights[i].owns = false;
        ck_assert_int_eq(shift__tensor_alloc(&s->weights[i], &s->err), SHIFT_OK);
        fill(&s->weights[i], i + 3, false);
    }
}

static void close_setting(setting *s)
{
    for (size_t i = 0; i < MOST; i++) {
        shift__tensor_clear(&s->inputs[i]);
        shift__tensor_clear(&s->weights[i]);
        shift__tensor_clear(&s->gradients[i]);
    }
    shift__backward_free(s->backward);
    shift__execution_free(s->execution);
    shift__graph_free(s->graph);
    shift__onnx_free(s->file);
}

/* The loss: the product of one output and its weights. */
static double loss(setting *s)
{
    shift_status status = shift__execution_run(s->execution, s->inputs, NULL, &s->err);
    ck_assert_msg(status == SHIFT_OK, "%s", s->err.message);
    const shift__tensor *out = shift__execution_value(s->execution, s->graph->outputs[s->output]);
    double total = 0;
    for (size_t i = 0; i < shift__tensor_size(out); i++)
        total += (double)shift__floats(out)[i] * (double)shift__floats(&s->weights[s->output])[i];
    return total;
}

static shift_status keep(void *context, size_t value, const shift__tensor *gradient,
                         shift_error *err)
{
    setting *s = context;
    for (size_t i = 0; i < s->graph->n_inputs; i++)
        if (s->graph->inputs[i] == value) {
            s->seen[i]++;
            shift__tensor_clear(&s->gradients[i]);
            return shift__tensor_copy(&s->gradients[i], gradient, err);
        }
    return shift_error_set(err, SHIFT_EINVAL, "value %zu was not wanted", value);
}

static double difference(setting *s, size_t input, size_t element)
{
    const double step = 1.0 / 256; /* exact */
    float *x = shift__floats(&s->inputs[input]) + element;
    float before = *x;
    *x = (float)((double)before + step);
    double above = loss(s);
    *x = (float)((double)before - step);
    double below = loss(s);
    *x = before;
    return (above - below) / (2 * step);
}

static void compare(setting *s, const node *n, size_t input)
{
    const shift__tensor *gradient = &s->gradients[input];
    double largest = 0;
    double apart = 0;
    for (size_t i = 0; i < shift__tensor_size(&s->inputs[input]); i++) {
        double expected = difference(s, input, i);
        double got = s->seen[input] > 0 ? (double)shift__floats(gradient)[i] : 0;
        largest = fmax(largest, fabs(expected));
        apart = fmax(apart, fabs(got - expected));
    }
    double tolerance = n->tolerance > 0 ? n->tolerance : 2e-3;
    ck_assert_msg(apart <= tolerance * fmax(largest, 0.05),
                  "%s (%s): input %zu, output %zu: gradient off by %g of at most %g", n->op,
                  n->attributes != NULL ? n->attributes : "", input, s->output, apart, largest);
}

START_TEST(gradients_are_finite_differences)
{
    const node *n = &nodes[_i];
    setting s;
    open_setting(&s, n);
    for (s.output = 0; s.output < s.graph->n_outputs; s.output++) {
        shift__tap tap = {NULL, keep, &s};
        for (size_t i = 0; i < MOST; i++)
            s.seen[i] = 0;
        (void)loss(&s);
        shift_status status =
            shift__backward_run(s.backward, s.execution, s.graph->outputs[s.output],
                                &s.weights[s.output], &tap, &s.err);
        ck_assert_msg(status == SHIFT_OK, "%s", s.err.message);
        size_t seen = 0;
        for (size_t i = 0; i < s.graph->n_inputs; i++) {
            ck_assert_uint_le(s.seen[i], 1);
            seen += s.seen[i];
            compare(&s, n, i);
        }
        ck_assert_uint_gt(seen, 0);
    }
    close_setting(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("backward");
    TCase *operators = tcase_create("operators");
    tcase_add_loop_test(operators, gradients_are_finite_differences, 0,
                        (int)(sizeof nodes / sizeof nodes[0]));
    suite_add_tcase(suite, operators);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
