/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the nodes of a file to a graph: folding, recognition, shapes, and what is refused. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "made_network.h"
#include "network/execute.h"
#include "network/names.h"
#include "network/operators/common.h"

static shift__onnx *file;
static shift__graph *graph;
static shift_error err;

static shift_status make(const char *description)
{
    size_t n = 0;
    unsigned char *bytes = made_model(description, &n);
    shift_status status = shift__onnx_decode(&file, bytes, n, "made", NULL, &err);
    free(bytes);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    return shift__graph_new(&graph, file, &err);
}

static void setup(void)
{
    file = NULL;
    graph = NULL;
    err = (shift_error)SHIFT_ERROR_INIT;
}

static void teardown(void)
{
    shift__graph_free(graph);
    shift__onnx_free(file);
}

static void must_make(const char *description)
{
    shift_status status = make(description);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
}

/* Run for one float input of the given shape and compare the only output. */
static void must_give(const int64_t *dims, size_t rank, const float *data, const float *wanted,
                      size_t n, double tolerance)
{
    static const shift__execution_options options = {.bn = SHIFT__BN_AS_NODE,
                                                     .integers_stay = true};
    shift__execution *execution = NULL;
    shift__tensor input = {.dtype = SHIFT__FLOAT32, .rank = rank};
    memcpy(input.dims, dims, rank * sizeof *dims);
    ck_assert_int_eq(shift__tensor_alloc(&input, NULL), SHIFT_OK);
    memcpy(input.data, data, shift__tensor_size(&input) * sizeof *data);
    shift_status status = shift__execution_new(&execution, graph, &input, &options, &err);
    ck_assert_msg(status == SHIFT_OK, "%s", err.message);
    ck_assert_int_eq(shift__execution_run(execution, &input, NULL, &err), SHIFT_OK);
    const shift__tensor *out = shift__execution_value(execution, graph->outputs[0]);
    ck_assert_uint_eq(shift__tensor_size(out), n);
    for (size_t i = 0; i < n; i++)
        ck_assert_double_eq_tol((double)shift__floats(out)[i], (double)wanted[i], tolerance);
    shift__execution_free(execution);
    shift__tensor_clear(&input);
}

/* ---- folding ---- */

START_TEST(chains_of_constants_are_computed_once)
{
    must_make("opset 13\ninput x ?x2\nfloat w 2x3:1,2,3,4,5,6\nint starts 1:0\nint ends 1:2\n"
              "int axes 1:1\nnode Slice part w,starts,ends,axes\nnode Transpose turned part\n"
              "node Identity same turned\nnode MatMul y x,same\noutput y\n");
    ck_assert_uint_eq(graph->n_nodes, 1);
    ck_assert_str_eq(graph->nodes[0].name, "MatMul_3");
    const shift__tensor *w = shift__graph_constant(graph, &graph->nodes[0], 1);
    ck_assert_ptr_nonnull(w);
    static const float wanted[] = {1, 4, 2, 5};
    ck_assert_mem_eq(w->data, wanted, sizeof wanted);
    ck_assert_ptr_null(shift__graph_constant(graph, &graph->nodes[0], 0));
}
END_TEST

START_TEST(an_identity_of_an_initializer_keeps_its_name)
{
    must_make("input x ?x2\nfloat w 2:1,2\nnode Identity v w\nnode Add y x,v\noutput y\n");
    ck_assert_uint_eq(graph->n_nodes, 1);
    ck_assert_str_eq(graph->values[graph->nodes[0].in[1]].initializer, "w");
    ck_assert_uint_eq(graph->nodes[0].proto, 1);
}
END_TEST

START_TEST(shapes_that_depend_on_the_rows_are_computed_while_planning)
{
    must_make("input x ?x2x3\nint zero 1:0\nint six 1:6\nnode Shape s x\nnode Gather n s,zero\n"
              "node Concat to n,six axis=0\nnode Reshape y x,to\noutput y\n");
    float data[12];
    for (int i = 0; i < 12; i++)
        data[i] = (float)i;
    must_give((int64_t[]){2, 2, 3}, 3, data, data, 12, 1e-9);
    must_give((int64_t[]){1, 2, 3}, 3, data, data, 6, 1e-9);
}
END_TEST

START_TEST(nodes_that_no_output_needs_are_dropped)
{
    must_make("input x ?x2\nnode Exp unused x\nnode Relu y x\nnode Neg too unused\noutput y\n");
    ck_assert_uint_eq(graph->n_nodes, 1);
    ck_assert_str_eq(graph->nodes[0].op->name, "Relu");
    ck_assert_uint_eq(graph->values[graph->outputs[0]].producer, 0);
}
END_TEST

/* A file of a hundred bytes that asks for a terabyte. */
START_TEST(a_constant_larger_than_the_file_justifies_is_refused)
{
    ck_assert_int_eq(make("input x ?\nint s 2:1000000,250000\nnode ConstantOfShape big s\n"
                          "node Add y x,big\noutput y\n"),
                     SHIFT_EUNSUPPORTED);
    ck_assert_str_eq(err.message, "made: node 'ConstantOfShape_0' (ConstantOfShape): a constant of "
                                  "1000000000000 bytes, more than the file justifies");
}
END_TEST

/* ---- recognition ---- */

static const char *const gelus[] = {
    /* as PyTorch writes it */
    "input x ?x2\nfloat r :1.4142135\nfloat one :1\nfloat half :0.5\nnode Div d x,r\n"
    "node Erf e d\nnode Add a e,one\nnode Mul m x,a\nnode Mul y m,half\noutput y\n",
    /* the half first, constants on the left, a product with 1 / sqrt 2 */
    "input x ?x2\nfloat r :0.70710678\nfloat one :1\nfloat half :0.5\nnode Mul h half,x\n"
    "node Mul d r,x\nnode Erf e d\nnode Add a one,e\nnode Mul y h,a\noutput y\n",
};

START_TEST(gelu_is_one_node)
{
    must_make(gelus[_i]);
    ck_assert_uint_eq(graph->n_nodes, 1);
    ck_assert_str_eq(graph->nodes[0].op->name, "Gelu");
    ck_assert_uint_eq(graph->nodes[0].proto, SIZE_MAX);
    ck_assert_uint_eq(graph->nodes[0].in[0], graph->inputs[0]);
    float data[] = {-1, 2};
    static const float wanted[] = {-0.15865526F, 1.9544997F}; /* x Phi(x) */
    must_give((int64_t[]){1, 2}, 2, data, wanted, 2, 1e-6);
}
END_TEST

START_TEST(what_only_looks_like_gelu_stays)
{
    must_make("input x ?x2\nfloat r :1.5\nfloat one :1\nfloat half :0.5\nnode Div d x,r\n"
              "node Erf e d\nnode Add a e,one\nnode Mul m x,a\nnode Mul y m,half\noutput y\n");
    ck_assert_uint_eq(graph->n_nodes, 5);
}
END_TEST

#define NORM_CORE                                                                                  \
    "opset 13\ninput x ?x4\nfloat two :2\nfloat eps :0.5\nfloat g 4:1,2,3,4\nfloat b 4:0,0,1,1\n"  \
    "node ReduceMean m x axes=-1,\nnode Sub d x,m\nnode Pow p d,two\nnode ReduceMean v p "         \
    "axes=-1,\n"                                                                                   \
    "node Add e v,eps\nnode Sqrt s e\nnode Div q d,s\n"

static const struct norm {
    const char *tail;
    size_t inputs;
    float wanted[4];
} norms[] = {
    /* x = 1, 3, 1, 3: mean 2, variance 1; divided by sqrt 1.5 */
    {"node Identity y q\noutput y\n", 2, {-0.8164966F, 0.8164966F, -0.8164966F, 0.8164966F}},
    {"node Mul y q,g\noutput y\n", 2, {-0.8164966F, 1.6329932F, -2.4494897F, 3.2659863F}},
    {"node Mul t g,q\nnode Add y t,b\noutput y\n",
     3,
     {-0.8164966F, 1.6329932F, -1.4494897F, 4.2659863F}},
};

START_TEST(layer_normalisation_is_one_node)
{
    char text[1024] = NORM_CORE;
    (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s", norms[_i].tail);
    must_make(text);
    ck_assert_uint_eq(graph->n_nodes, _i == 0 ? 2 : 1);
    ck_assert_str_eq(graph->nodes[0].op->name, "LayerNormalization");
    ck_assert_uint_eq(graph->nodes[0].n_in, norms[_i].inputs);
    const shift__norm_parameters *p = graph->nodes[0].parameters;
    ck_assert_int_eq(p->axis, -1);
    ck_assert_float_eq(p->epsilon, 0.5F);
    float data[] = {1, 3, 1, 3};
    must_give((int64_t[]){1, 4}, 2, data, norms[_i].wanted, 4, 1e-6);
}
END_TEST

/* ---- what is refused, and how ---- */

static const struct refusal {
    const char *description, *message;
    shift_status status;
} refusals[] = {
    {"opset 18\ninput x ?\noutput x\n", "made: opset 18 is not supported; at most 17 is",
     SHIFT_EUNSUPPORTED},
    {"opset 0\ninput x ?\noutput x\n", "made: names no opset", SHIFT_EFORMAT},
    {"input x ?\nnode Frobnicate y x\noutput y\n",
     "made: node 'Frobnicate_0': operator 'Frobnicate' is not supported", SHIFT_EUNSUPPORTED},
    {"input x ?\nnode Relu y z\noutput y\n",
     "made: node 'Relu_0' (Relu): input 'z' is defined nowhere", SHIFT_EFORMAT},
    {"input x ?\nnode Relu y z\nnode Relu z y\noutput z\n",
     "made: node 'Relu_0' (Relu): input 'z' is computed only later: the graph has a cycle or is "
     "not "
     "in order",
     SHIFT_EFORMAT},
    {"input x ?\nnode Relu y y\noutput y\n",
     "made: node 'Relu_0' (Relu): input 'y' is computed only later: the graph has a cycle or is "
     "not "
     "in order",
     SHIFT_EFORMAT},
    {"input x ?\nnode Relu x x\noutput x\n", "made: the name 'x' is defined twice", SHIFT_EFORMAT},
    {"input x ?\nnode Relu y x\noutput z\n", "made: output 'z' is defined nowhere", SHIFT_EFORMAT},
    {"input x ?\nnode Relu y x\n", "made: the graph has no output", SHIFT_EFORMAT},
    {"input x ?\nnode Gemm y x\noutput y\n",
     "made: node 'Gemm_0' (Gemm): 1 inputs; 2 to 3 were expected", SHIFT_EFORMAT},
    {"input x ?\nnode Gemm y x,-\noutput y\n",
     "made: node 'Gemm_0' (Gemm): input 1 is left out but is needed", SHIFT_EFORMAT},
    {"input x ?\nnode Max y x,-\noutput y\n",
     "made: node 'Max_0' (Max): input 1 is left out but is needed", SHIFT_EFORMAT},
    {"input x ?\nnode Concat y x,-,x axis=0\noutput y\n",
     "made: node 'Concat_0' (Concat): input 1 is left out but is needed", SHIFT_EFORMAT},
    {"input x ?\nnode Relu y,z x\noutput y\n",
     "made: node 'Relu_0' (Relu): 2 outputs; 1 to 1 were expected", SHIFT_EFORMAT},
    {"input x ?\nnode Relu - x\noutput x\n",
     "made: node 'Relu_0' (Relu): its first output has no name", SHIFT_EFORMAT},
    {"input x ?\nnode Relu y x slope=1\noutput y\n",
     "made: node 'Relu_0' (Relu): attribute 'slope' is unknown or given twice", SHIFT_EFORMAT},
    {"input x ?\nnode LeakyRelu y x alpha=1\noutput y\n",
     "made: node 'LeakyRelu_0' (LeakyRelu): attribute 'alpha' has type 2; a number was expected",
     SHIFT_EFORMAT},
    {"input x ?\nfloat w 2x2:1,2,3\nnode MatMul y x,w\noutput y\n",
     "made: tensor 'w' of shape 2x2 needs 4 numbers of data, the file has 3", SHIFT_EFORMAT},
    {"input x ?x2\nnode LSTM y x,x,x activations=1 hidden_size=2\noutput y\n",
     "made: node 'LSTM_0' (LSTM): attribute 'activations' has type 2; a list of texts was expected",
     SHIFT_EFORMAT},
    {"input x ?x2\nnode Conv y x,x auto_pad='SOME'\noutput y\n",
     "made: node 'Conv_0' (Conv): auto_pad 'SOME' is unknown", SHIFT_EFORMAT},
    {"input x ?x2\nnode Conv y x,x strides=0,1\noutput y\n",
     "made: node 'Conv_0' (Conv): strides of 0", SHIFT_EFORMAT},
    {"input x ?\nint i 1:5\nfloat w 2:1,2\nnode Gather y w,i\nnode Add z x,y\noutput z\n",
     "made: node 'Gather_0' (Gather): index 5 on an axis of size 2", SHIFT_EFORMAT},
};

START_TEST(what_is_not_valid_is_refused_by_name)
{
    ck_assert_int_eq(make(refusals[_i].description), refusals[_i].status);
    ck_assert_str_eq(err.message, refusals[_i].message);
    ck_assert_ptr_null(graph);
}
END_TEST

/* ---- shapes that do not fit, found when a batch is planned ---- */

static const struct misfit {
    const char *description, *message;
} misfits[] = {
    {"input x ?x3\nfloat w 2x2:1,2,3,4\nnode Gemm y x,w\noutput y\n",
     "made: node 'Gemm_0' (Gemm): input 0 has 3 columns; the weights (input 1) expect 2"},
    {"input x ?x3\nfloat w 2x2:1,2,3,4\nnode MatMul y x,w\noutput y\n",
     "made: node 'MatMul_0' (MatMul): shapes 2x3 and 2x2 do not fit together"},
    {"input x ?x3\nfloat w 2:1,2\nnode Add y x,w\noutput y\n",
     "made: node 'Add_0' (Add): shapes 2x3 and 2 do not fit together"},
    {"input x ?x3\nint s 2:2,4\nnode Reshape y x,s\noutput y\n",
     "made: node 'Reshape_0' (Reshape): shape 2x3 cannot become 2x4"},
    {"input x ?x3\nfloat a 2:1,1\nnode BatchNormalization y x,a,a,a,a\noutput y\n",
     "made: node 'BatchNormalization_0' (BatchNormalization): input 1 has shape 2; 3 elements were "
     "expected"},
    {"input x ?x3\nfloat a 3:1,1,1\nfloat v 3:1,-1,1\nnode BatchNormalization y x,a,a,a,v\noutput "
     "y\n",
     "made: node 'BatchNormalization_0' (BatchNormalization): the stored variance of channel 1 is "
     "-1"},
    {"input x ?x2\nfloat a 2:9,1\nnode BatchNormalization y x,a,a,a,a epsilon=-5f\noutput y\n",
     "made: node 'BatchNormalization_0' (BatchNormalization): epsilon is -5; the stored variance "
     "of "
     "channel 1 is 1"},
    {"input x ?x3\nnode MaxPool y x kernel_shape=2,\noutput y\n",
     "made: node 'MaxPool_0' (MaxPool): input 0 has shape 2x3; rows, channels and 1 to 3 axes of "
     "an "
     "image were expected"},
    {"input x ?x1x3\nnode MaxPool y x kernel_shape=4,\noutput y\n",
     "made: node 'MaxPool_0' (MaxPool): an image of size 3 is smaller than the kernel of 4"},
    {"input x ?x3\nnode Transpose y x perm=0,0\noutput y\n",
     "made: node 'Transpose_0' (Transpose): perm names axis 0 twice"},
    {"input x ?x3\nnode Softmax y x axis=2\noutput y\n",
     "made: node 'Softmax_0' (Softmax): axis 2 of a tensor of 2 axes"},
    {"input x ?x3\nnode Split a,b x axis=1\noutput a\noutput b\n",
     "made: node 'Split_0' (Split): axis of size 3 does not split into 2 outputs"},
    {"opset 11\ninput x ?x3\nnode Squeeze y x axes=1,\noutput y\n",
     "made: node 'Squeeze_0' (Squeeze): axis 1 has size 3, not 1"},
    {"input x ?x3\nint p 4:0,0,0,1000000000\nnode Pad y x,p\noutput y\n",
     "made: its values would take 2000000006 numbers, more than 1024 for each of its rows and "
     "weights"},
    {"input x ?x3\nnode Cast s x to=7\nnode Expand y x,s\noutput y\n",
     "made: node 'Expand_1' (Expand): input 1, which sets a shape, depends on the data"},
};

START_TEST(shapes_that_do_not_fit_name_the_node)
{
    static const shift__execution_options options = {.bn = SHIFT__BN_STORED};
    shift__execution *execution = NULL;
    must_make(misfits[_i].description);
    shift__tensor input = graph->values[graph->inputs[0]].tensor;
    input.dims[0] = 2;
    ck_assert_int_ne(shift__execution_new(&execution, graph, &input, &options, &err), SHIFT_OK);
    ck_assert_str_eq(err.message, misfits[_i].message);
    ck_assert_ptr_null(execution);
}
END_TEST

/* ---- execution ---- */

typedef struct seen {
    size_t values[16];
    size_t n;
} seen;

static shift_status see(void *context, size_t value, const shift__tensor *tensor, shift_error *e)
{
    seen *s = context;
    ck_assert_ptr_nonnull(tensor->data);
    s->values[s->n++] = value;
    return s->n == 3 ? shift_error_set(e, SHIFT_EIO, "enough") : SHIFT_OK;
}

START_TEST(taps_see_wanted_values_in_order_and_can_stop)
{
    static const shift__execution_options options = {.bn = SHIFT__BN_STORED};
    must_make(
        "input x ?x2\nnode Relu a x\nnode Flatten b a\nnode Exp c b\nnode Neg y c\noutput y\n");
    bool wanted[16] = {false};
    for (size_t i = 0; i < graph->n_nodes; i++)
        wanted[graph->nodes[i].out[0]] = i != 0;
    wanted[graph->inputs[0]] = true;
    float data[] = {1, 2};
    shift__tensor input = {.dtype = SHIFT__FLOAT32, .rank = 2, .dims = {1, 2}, .data = data};
    shift__execution *execution = NULL;
    ck_assert_int_eq(shift__execution_new(&execution, graph, &input, &options, &err), SHIFT_OK);
    seen s = {.n = 0};
    shift__tap tap = {wanted, see, &s};
    ck_assert_int_eq(shift__execution_run(execution, &input, &tap, &err), SHIFT_EIO);
    ck_assert_str_eq(err.message, "enough");
    ck_assert_uint_eq(s.n, 3);
    ck_assert_uint_eq(s.values[0], graph->inputs[0]);
    ck_assert_uint_eq(s.values[1], graph->nodes[1].out[0]);
    ck_assert_uint_eq(s.values[2], graph->nodes[2].out[0]);
    shift__execution_free(execution);
}
END_TEST

static void must_give_what_kept_values_give(const shift__tensor *input)
{
    shift__execution *runs[2] = {NULL, NULL};
    for (size_t k = 0; k < 2; k++) {
        shift__execution_options options = {.keep = k == 1, .channels_last = true};
        ck_assert_int_eq(shift__execution_new(&runs[k], graph, input, &options, &err), SHIFT_OK);
        for (int again = 0; again < 2; again++)
            ck_assert_int_eq(shift__execution_run(runs[k], input, NULL, &err), SHIFT_OK);
    }
    for (size_t i = 0; i < graph->n_outputs; i++) {
        const shift__tensor *a = shift__execution_value(runs[0], graph->outputs[i]);
        const shift__tensor *b = shift__execution_value(runs[1], graph->outputs[i]);
        ck_assert(shift__tensor_same_shape(a, b));
        ck_assert_mem_eq(a->data, b->data, shift__tensor_size(a) * sizeof(float));
    }
    shift__execution_free(runs[0]);
    shift__execution_free(runs[1]);
}

/* The buffers that many values share must not be given back too early: kept values are the oracle.
 */
START_TEST(shared_memory_gives_what_kept_values_give)
{
    must_make("input x ?x4\nfloat w 4x4:1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7\nnode MatMul a x,w\n"
              "node Tanh b a\nnode Add c b,x\nnode Flatten d c\nnode MatMul e d,w\nnode Mul f e,a\n"
              "node Softmax g f\nnode Concat h g,b,d axis=1\nnode Sub y g,c\noutput y\noutput h\n");
    float data[] = {0.1F, -0.2F, 0.3F, 0.05F, -0.1F, 0.2F, 0.15F, -0.3F};
    shift__tensor input = {.dtype = SHIFT__FLOAT32, .rank = 2, .dims = {2, 4}, .data = data};
    must_give_what_kept_values_give(&input);
}
END_TEST

/* Each takes the memory of its first operand where that is not needed any more. */
START_TEST(memory_that_is_taken_over_gives_what_kept_values_give)
{
    must_make(
        "input x ?x2x2x2\nfloat w 3x2x1x1:1,2,3,-4,5,6\nfloat s 3:1,2,3\nfloat o 3:0.1,0.2,0.3\n"
        "float m 3:1,0,2\nfloat v 3:1,4,9\nfloat low s:0\nfloat high s:2\nfloat z s:1\n"
        "node Conv a x,w\nnode BatchNormalization b a,s,o,m,v\nnode Clip c b,low,high\n"
        "node Add d c,z\nnode Mul e d,d\nnode BatchNormalization f e,s,o,m,v\n"
        "node Sub g e,f\nnode Neg h g\nnode Max i h,f,h\nnode Flatten j i\nnode Sigmoid k j\n"
        "node Add y k,j\noutput y\noutput f\n");
    float data[] = {0.1F, -0.2F, 3, 0.5F, -1, 0.2F, 0.15F, -0.3F, 1, 2, 3, 4, 5, 6, 7, 8};
    shift__tensor input = {.dtype = SHIFT__FLOAT32, .rank = 4, .dims = {2, 2, 2, 2}, .data = data};
    must_give_what_kept_values_give(&input);
}
END_TEST

START_TEST(batch_statistics_are_used_when_asked_for)
{
    must_make("opset 15\ninput x ?x1\nfloat one 1:1\nfloat zero 1:0\nnode BatchNormalization y "
              "x,one,zero,zero,one epsilon=0f\noutput y\n");
    float data[] = {1, 3};
    shift__tensor input = {.dtype = SHIFT__FLOAT32, .rank = 2, .dims = {2, 1}, .data = data};
    static const struct {
        shift__bn_mode mode;
        float wanted[2];
    } modes[] = {
        {SHIFT__BN_STORED, {1, 3}}, {SHIFT__BN_BATCH, {-1, 1}}, {SHIFT__BN_AS_NODE, {1, 3}}};
    for (size_t i = 0; i < 3; i++) {
        shift__execution_options options = {.bn = modes[i].mode};
        shift__execution *execution = NULL;
        ck_assert_int_eq(shift__execution_new(&execution, graph, &input, &options, &err), SHIFT_OK);
        ck_assert_int_eq(shift__execution_run(execution, &input, NULL, &err), SHIFT_OK);
        ck_assert_mem_eq(shift__execution_value(execution, graph->outputs[0])->data,
                         modes[i].wanted, sizeof modes[i].wanted);
        shift__execution_free(execution);
    }
}
END_TEST

/* ---- files made to hurt: each is refused or comes to an end, under the address sanitizer too ----
 */

static void fill(char *to, size_t size, const char *before, size_t n, const char *after)
{
    size_t at = (size_t)snprintf(to, size, "%s", before);
    for (size_t i = 0; i < n; i++)
        at += (size_t)snprintf(to + at, size - at, "%s0.5", i > 0 ? "," : "");
    (void)snprintf(to + at, size - at, "%s", after);
}

START_TEST(scratch_that_wraps_is_refused)
{
    char weights[1024];
    char description[2048];
    fill(weights, sizeof weights, "float r 1x16x4:", 64, "\n");
    fill(description, sizeof description,
         "opset 14\nfloat x 288230376151711744x1x0\nfloat w 1x16x0\nfloat b 1x32:", 32, "\n");
    (void)snprintf(description + strlen(description), sizeof description - strlen(description),
                   "%snode LSTM -,h x,w,r,b hidden_size=4\noutput h\n", weights);
    ck_assert_int_ne(make(description), SHIFT_OK);
    ck_assert_str_ne(err.message, "");
}
END_TEST

START_TEST(axes_beyond_any_rank_are_no_layer_normalisation)
{
    shift_status status = make("opset 13\ninput x ?x4\nfloat eps 1:0.00001\nfloat two 1:2\n"
                               "node ReduceMean m x axes=-16,-15,-14,-13,-12,-11,-10,-9,-8,-7,-6,"
                               "-5,-4,-3,-2,-1\nnode Sub d x,m\nnode Pow q d,two\n"
                               "node ReduceMean v q axes=-1,\nnode Add e v,eps\nnode Sqrt r e\n"
                               "node Div y d,r\noutput y\n");
    ck_assert(status == SHIFT_OK || err.message[0] != '\0');
}
END_TEST

START_TEST(what_is_empty_takes_no_time)
{
    shift_status status = make("opset 13\nfloat x 1x0x1x1\nfloat w 0x0x1x1\n"
                               "node Conv y x,w group=4611686018427387904\noutput y\n");
    ck_assert(status == SHIFT_OK || err.message[0] != '\0');
}
END_TEST

START_TEST(an_operand_of_higher_rank_sees_channels_first)
{
    must_make("opset 13\ninput x ?x2x2x2\nfloat w 2x2x1x1:1,2,3,4\nfloat one 1x1x1x1x1:1\n"
              "node Conv c x,w\nnode Add a c,one\nnode Relu y a\noutput y\n");
    float data[16];
    for (int i = 0; i < 16; i++)
        data[i] = (float)i;
    shift__tensor input = {.dtype = SHIFT__FLOAT32, .rank = 4, .dims = {2, 2, 2, 2}, .data = data};
    const shift__tensor *outs[2] = {NULL, NULL};
    shift__execution *runs[2] = {NULL, NULL};
    for (size_t i = 0; i < 2; i++) {
        const shift__execution_options options = {.channels_last = i == 1};
        ck_assert_int_eq(shift__execution_new(&runs[i], graph, &input, &options, &err), SHIFT_OK);
        ck_assert_int_eq(shift__execution_run(runs[i], &input, NULL, &err), SHIFT_OK);
        outs[i] = shift__execution_value(runs[i], graph->outputs[0]);
    }
    for (size_t i = 0; i < 16; i++)
        ck_assert_float_eq_tol(shift__floats(outs[0])[i], shift__floats(outs[1])[i], 1e-5F);
    shift__execution_free(runs[0]);
    shift__execution_free(runs[1]);
}
END_TEST

START_TEST(integers_of_a_batch_are_not_those_of_the_next)
{
    must_make("opset 13\nintegers x ?\nnode Cast y x to=1\noutput y\n");
    int64_t data[] = {1, 2};
    shift__tensor input = {.dtype = SHIFT__INT64, .rank = 1, .dims = {2}, .data = data};
    const shift__execution_options options = {.bn = SHIFT__BN_STORED};
    shift__execution *execution = NULL;
    ck_assert_int_eq(shift__execution_new(&execution, graph, &input, &options, &err), SHIFT_OK);
    data[1] = 7;
    ck_assert_int_eq(shift__execution_run(execution, &input, NULL, &err), SHIFT_OK);
    const float wanted[] = {1, 7};
    ck_assert_mem_eq(shift__execution_value(execution, graph->outputs[0])->data, wanted,
                     sizeof wanted);
    shift__execution_free(execution);
}
END_TEST

/* Names that meet in one slot of a table without a key are nowhere near each other. */
START_TEST(names_do_not_meet)
{
    enum { MET = 100, SLOTS = 2048 };
    static char text[MET][24];
    shift__names names = {NULL, 0, 0};
    ck_assert_int_eq(shift__names_init(&names, SLOTS / 2, &err), SHIFT_OK);
    ck_assert_uint_eq(names.n_slots, SLOTS);
    for (size_t i = 0, n = 0; n < MET; i++) {
        int size = snprintf(text[n], sizeof text[n], "%zx", i);
        if ((XXH3_64bits(text[n], (size_t)size) & (SLOTS - 1)) == 0) {
            ck_assert(shift__names_add(&names, text[n], n));
            n++;
        }
    }
    size_t together = 0;
    for (size_t i = 0; i < MET; i++) {
        together += names.slots[i].name != NULL;
        ck_assert_uint_eq(shift__names_find(&names, text[i]), i);
    }
    ck_assert_uint_lt(together, MET / 2); /* 5 expected */
    shift__names_clear(&names);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("graph");
    TCase *tests = tcase_create("graph");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, chains_of_constants_are_computed_once);
    tcase_add_test(tests, an_identity_of_an_initializer_keeps_its_name);
    tcase_add_test(tests, shapes_that_depend_on_the_rows_are_computed_while_planning);
    tcase_add_test(tests, nodes_that_no_output_needs_are_dropped);
    tcase_add_test(tests, a_constant_larger_than_the_file_justifies_is_refused);
    tcase_add_loop_test(tests, gelu_is_one_node, 0, sizeof gelus / sizeof gelus[0]);
    tcase_add_test(tests, what_only_looks_like_gelu_stays);
    tcase_add_loop_test(tests, layer_normalisation_is_one_node, 0, sizeof norms / sizeof norms[0]);
    tcase_add_loop_test(tests, what_is_not_valid_is_refused_by_name, 0,
                        sizeof refusals / sizeof refusals[0]);
    tcase_add_loop_test(tests, shapes_that_do_not_fit_name_the_node, 0,
                        sizeof misfits / sizeof misfits[0]);
    tcase_add_test(tests, taps_see_wanted_values_in_order_and_can_stop);
    tcase_add_test(tests, shared_memory_gives_what_kept_values_give);
    tcase_add_test(tests, memory_that_is_taken_over_gives_what_kept_values_give);
    tcase_add_test(tests, batch_statistics_are_used_when_asked_for);
    tcase_add_test(tests, scratch_that_wraps_is_refused);
    tcase_add_test(tests, axes_beyond_any_rank_are_no_layer_normalisation);
    tcase_add_test(tests, what_is_empty_takes_no_time);
    tcase_add_test(tests, an_operand_of_higher_rank_sees_channels_first);
    tcase_add_test(tests, integers_of_a_batch_are_not_those_of_the_next);
    tcase_add_test(tests, names_do_not_meet);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
