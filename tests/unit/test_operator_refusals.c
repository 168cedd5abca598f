/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators whose attributes and shapes cannot be: each is refused by the name of its node, when
 * the graph is made or when a batch of two rows is planned. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "made_network.h"
#include "network/execute.h"

static const struct refusal {
    const char *description, *message;
} refusals[] = {
    {"input x ?\nint s 1:2\nnode ConstantOfShape y s value=1,2\noutput y\n",
     "attribute 'value' has type 7; a tensor was expected"},
    {"input x ?\nint s 9:1,1,1,1,1,1,1,1,1\nnode ConstantOfShape y s\noutput y\n", "9 axes"},
    {"input x ?x1x4x4\nfloat w 1x1x1x1:1\nnode Conv y x,w group=0\noutput y\n", "group of 0"},
    {"input x ?x1x4x4\nfloat w 1x1x1x1:1\nnode Conv y x,w strides=1,\noutput y\n",
     "strides has 1 numbers; the image has 2 axes"},
    {"input x ?x1x4x4\nfloat w 1x1:1\nnode Conv y x,w\noutput y\n",
     "weights of shape 1x1 do not fit the input"},
    {"input x ?x1x4x4\nfloat w 1x1x1x1:1\nnode Conv y x,w kernel_shape=2,2\noutput y\n",
     "kernel_shape is not that of the weights"},
    {"input x ?x3x4x4\nfloat w 2x2x1x1:1,1,1,1\nnode Conv y x,w\noutput y\n",
     "the input has 3 channels; the weights expect 2 in each of 1 groups"},
    {"input x ?x2x4x4\nfloat w 1x1x1x1:1\nnode Conv y x,w group=2\noutput y\n",
     "1 output channels in 2 groups"},
    {"input x ?x1x4x4\nnode MaxPool y x\noutput y\n", "attribute 'kernel_shape' is missing"},
    {"input x ?x1x4x4\nnode MaxPool y x kernel_shape=0,2\noutput y\n", "kernel_shape of 0"},
    {"input x ?x3\nint p 4:0,0,0,1\nnode Pad y x,p mode='wrap'\noutput y\n",
     "mode 'wrap' is not supported"},
    {"opset 10\ninput x ?x3\nnode Pad y x\noutput y\n", "attribute 'pads' is missing"},
    {"input x ?x3\nnode Pad y x\noutput y\n", "no pads"},
    {"input x ?x3\nint p 2:0,1\nnode Pad y x,p\noutput y\n", "2 pads for 2 axes"},
    {"input x ?x3\nint p 4:0,0,0,1\nfloat v 2:1,2\nnode Pad y x,p,v\noutput y\n",
     "the value is no single number of the input's type"},
    {"input x ?x1x2\nfloat w 1x4x2:1,1,1,1,1,1,1,1\nfloat r 1x4x1:1,1,1,1\n"
     "node LSTM y x,w,r hidden_size=1 input_forget=1\noutput y\n",
     "attribute 'input_forget' is not supported"},
    {"input x ?x1x2\nfloat w 1x4x2:1,1,1,1,1,1,1,1\nfloat r 1x4x1:1,1,1,1\n"
     "node LSTM y x,w,r hidden_size=1 direction='up'\noutput y\n",
     "direction 'up' is unknown"},
    {"input x ?x1x2\nfloat w 1x4x2:1,1,1,1,1,1,1,1\nfloat r 1x4x1:1,1,1,1\n"
     "node LSTM y x,w,r hidden_size=3\noutput y\n",
     "hidden_size is 3, the weights have 1"},
    {"opset 8\ninput x ?x1\nfloat a 1:1\nnode BatchNormalization y x,a,a,a,a spatial=0\noutput y\n",
     "attribute 'spatial' of 0 is not supported"},
    {"input x ?\nfloat a 1:1\nnode BatchNormalization y x,a,a,a,a\noutput y\n",
     "input 0 has no channels"},
    {"input x ?x3\nfloat a 3:1,1,1\nnode LayerNormalization y x,a stash_type=2\noutput y\n",
     "attribute 'stash_type' is not 1"},
    {"input x ?x3\nfloat a 2:1,1\nnode LayerNormalization y x,a\noutput y\n",
     "input 1 does not fit the normalised axes"},
    {"input x ?x3\nfloat a 3:1,1,1\nnode InstanceNormalization y x,a,a\noutput y\n",
     "input 0 is no image with channels"},
    {"input x ?x3\nint s 2:1,1\nnode Split a,b x,s axis=1\noutput a\noutput b\n",
     "sizes do not sum to 3"},
    {"input x ?x3\nnode Split a,- x axis=1 split=1,2\noutput a\n",
     "attribute 'split' is unknown or given twice"},
    {"opset 11\ninput x ?x3\nnode Split a,- x axis=1 split=1,2\noutput a\n",
     "output 1 has no name"},
    {"input x ?x3\nfloat i 1:0\nnode Gather y x,i axis=1\noutput y\n", "indices are float"},
    {"input x ?x3\nint w 3:1,1,1\nnode Add y x,w\noutput y\n", "inputs are float and integer"},
    {"input x ?x3\nfloat a 2:1,2\nnode Clip y x,a\noutput y\n", "bound 1 is no single number"},
    {"input x ?x3\nfloat s 1x1x3:1,1,1\nnode PRelu y x,s\noutput y\n",
     "the slope has more axes than the input"},
    {"input x ?x3\nint a 1:1\nint b 1:0\nnode Div c a,b\nnode Cast f c to=1\nnode Add y x,f\n"
     "output y\n",
     "an integer is divided by 0"},
    {"input x ?x3\nbool b 3:1,0,1\nnode Pow y b,b\nnode Cast f y to=1\nnode Add z x,f\noutput z\n",
     "an input is boolean"},
    {"input x ?x3\nint c 3:1,0,1\nnode Where y c,x,x\noutput y\n",
     "inputs are integer, float and float"},
    {"input x ?x1x4\nfloat w 1x1x5:1,1,1,1,1\nnode ConvTranspose y x,w pads=9,9\noutput y\n",
     "the output would have size -10"},
    {"input x ?x3\nfloat s 2:1,3\nnode Reshape y x,s\noutput y\n", "input 1 holds no integers"},
    {"input x ?x3\nint s 1x2:1,3\nnode ConstantOfShape c s\nnode Add y x,c\noutput y\n",
     "input 0 has shape 1x2; 1 axes were expected"},
    {"input x ?x3\nint s 2:-1,-1\nnode Reshape y x,s\noutput y\n", "a shape with -1 twice"},
    {"input x ?x1\nint s 9:-1,1,1,1,1,1,1,1,1\nnode Reshape y x,s\noutput y\n",
     "a shape of too many axes"},
    {"input x ?x1\nint s 9:1,1,1,1,1,1,1,1,1\nnode Expand y x,s\noutput y\n",
     "a shape of too many axes"},
    {"input x ?x1\nint a 2:1,1\nnode Unsqueeze y x,a\noutput y\n", "axis 1 is named twice"},
    {"input x ?x1\nint a 7:2,3,4,5,6,7,8\nnode Unsqueeze y x,a\noutput y\n",
     "7 axes cannot be put in"},
    {"input x ?x3\nnode Transpose y x perm=0,1,2\noutput y\n", "perm has 3 axes, the input 2"},
    {"input x ?x3x4x4\nfloat w 2x1x1x1:1,1\nnode ConvTranspose y x,w\noutput y\n",
     "the input has 3 channels in 1 groups; the weights expect 2"},
    {"input x ?x2\nfloat w 2x1:1,1\nfloat c 1x5:1,1,1,1,1\nnode Gemm y x,w,c\noutput y\n",
     "input 2 is larger than the output"},
    {"input x ?x2\nfloat s :1\nnode MatMul y x,s\noutput y\n", "an input is a single number"},
    {"input x ?x3\nint p 4:0,-4,0,0\nnode Pad y x,p\noutput y\n",
     "pads of -4 and 0 on an axis of size 3"},
    {"input x ?x3\nint p 4:0,3,0,0\nnode Pad y x,p mode='reflect'\noutput y\n",
     "pads of 3 and 0 on an axis of size 3"},
    {"input x ?x3\nfloat w 3:1,1,1\nnode Concat y x,w axis=1\noutput y\n",
     "float 2x3 and float 3 do not fit together"},
    {"input x ?x3\nint s 2:4,-1\nnode Split a,b x,s axis=1\noutput a\noutput b\n",
     "sizes do not sum to 3"},
    {"input x ?x1x1x1x1\nint i 1x1x1x1x1:0\nnode Gather y x,i axis=1\noutput y\n",
     "the output would have too many axes"},
    {"input x ?x3\nnode Slice y x\noutput y\n", "no starts or no ends"},
    {"opset 9\ninput x ?x3\nnode Slice y x starts=0,\noutput y\n", "no starts or no ends"},
    {"input x ?x3\nint a 2:0,0\nint b 1:1\nnode Slice y x,a,b\noutput y\n",
     "starts, ends, axes and steps differ in length"},
    {"input x ?x3\nint a 1:0\nint b 1:3\nint x1 1:1\nint s 1:0\nnode Slice y x,a,b,x1,s\noutput "
     "y\n",
     "step 0 on axis 1"},
    {"input x ?x3\nint a 9:0,0,0,0,0,0,0,0,0\nnode Slice y x,a,a\noutput y\n",
     "input 1 is too long"},
    {"input x ?\nnode GlobalAveragePool y x\noutput y\n", "input 0 has no channels"},
    {"input x ?x1x4\nnode MaxPool y x kernel_shape=2, pads=1,1,1\noutput y\n",
     "pads has 3 numbers; the image has 1 axes"},
    {"input x ?x1x4\nnode MaxPool y x kernel_shape=2147483648,\noutput y\n",
     "kernel_shape of 2147483648"},
    {"input x ?x1x4\nnode MaxPool y x kernel_shape=5,\noutput y\n",
     "an image of size 4 is smaller than the kernel of 5"},
    {"input x ?x1x2\nfloat w 1x4x2:1,1,1,1,1,1,1,1\nfloat r 1x4x1:1,1,1,1\nfloat l 1:1\n"
     "node LSTM y x,w,r,-,l hidden_size=1\noutput y\n",
     "sequence lengths are no integers"},
};

START_TEST(what_cannot_be_is_refused)
{
    static const shift__execution_options options = {.bn = SHIFT__BN_STORED};
    shift_error err = SHIFT_ERROR_INIT;
    shift__onnx *file = NULL;
    shift__graph *graph = NULL;
    shift__execution *execution = NULL;
    size_t n = 0;
    unsigned char *bytes = made_model(refusals[_i].description, &n);
    ck_assert_int_eq(shift__onnx_decode(&file, bytes, n, "made", NULL, &err), SHIFT_OK);
    free(bytes);
    if (shift__graph_new(&graph, file, &err) == SHIFT_OK) {
        shift__tensor input = graph->values[graph->inputs[0]].tensor;
        input.dims[0] = 2;
        ck_assert_int_ne(shift__execution_new(&execution, graph, &input, &options, &err), SHIFT_OK);
    }
    const char *said = strstr(err.message, "): "); /* after the node */
    ck_assert_ptr_nonnull(said);
    ck_assert_str_eq(said + 3, refusals[_i].message);
    ck_assert_ptr_null(execution);
    shift__graph_free(graph);
    shift__onnx_free(file);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("operator refusals");
    TCase *all = tcase_create("refusals");
    tcase_add_loop_test(all, what_cannot_be_is_refused, 0, sizeof refusals / sizeof *refusals);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
