/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Convolution as the product of the weights and a matrix whose columns are the windows of the image
 * (im2col), and its transpose. */
#include <inttypes.h>
#include <string.h>

#include "network/operators/backward.h"
#include "network/operators/columns.h"
#include "network/operators/families.h"
#include "network/operators/gemm.h"

static shift_status matrix_bytes(const shift__call *call, int64_t rows, int64_t columns,
                                 size_t *out)
{
    const size_t least = (size_t)1 << 24;
    shift_status status = shift__dims_product((int64_t[]){rows, columns}, 2, out, call->err);
    size_t most = (shift__tensor_size(call->in[0]) + shift__tensor_size(call->in[1]) +
                   shift__tensor_size(call->out[0])) *
                  1024;
    if (status == SHIFT_OK && *out > least && *out > most)
        return shift_error_set(call->err, SHIFT_EUNSUPPORTED,
                               "windows of %zu numbers in all, for far smaller operands", *out);
    *out *= sizeof(float);
    return status;
}

/* The matrix is the image itself. */
static bool is_pointwise(const shift__window *w)
{
    for (size_t i = 0; i < SHIFT__SPACE; i++)
        if (w->kernel[i] != 1 || w->stride[i] != 1 || w->begin[i] != 0 || w->end[i] != 0)
            return false;
    return true;
}

static shift_status check_weights(const shift__call *call)
{
    const shift__tensor *in = call->in[0];
    const shift__tensor *weights = call->in[1];
    char text[SHIFT__SHAPE_TEXT];
    shift_status status = shift__expect_floats(call, 0, 3);
    if (status != SHIFT_OK)
        return status;
    if (weights->rank != in->rank || in->rank < 3)
        return shift__call_refuse(call, "weights of shape %s do not fit the input",
                                  shift__shape_text(weights, text));
    return SHIFT_OK;
}

static shift_status infer_conv(const shift__call *call)
{
    const shift__window_parameters *p = call->node->parameters;
    shift_status status = check_weights(call);
    if (status != SHIFT_OK)
        return status;
    const int64_t *in = call->in[0]->dims;
    const int64_t *weights = call->in[1]->dims;
    shift__window w;
    status = shift__window_resolve(call, weights + 2, &w);
    if (status != SHIFT_OK)
        return status;
    if (in[1] % p->group != 0 || in[1] / p->group != weights[1])
        return shift__call_refuse(call,
                                  "the input has %" PRId64 " channels; the weights expect %" PRId64
                                  " in each of %" PRId64 " groups",
                                  in[1], weights[1], p->group);
    if (weights[0] % p->group != 0)
        return shift__call_refuse(call, "%" PRId64 " output channels in %" PRId64 " groups",
                                  weights[0], p->group);
    int64_t dims[2 + SHIFT__SPACE] = {in[0], weights[0]};
    memcpy(dims + 2, w.out + SHIFT__SPACE - w.axes, w.axes * sizeof *dims);
    shift__set_shape(call->out[0], SHIFT__FLOAT32, call->in[0]->rank, dims);
    return shift__expect_vector(call, 2, weights[0]);
}

static void begin_with_bias(const shift__call *call, int64_t places)
{
    const shift__tensor *bias = shift__input(call, 2);
    const int64_t *dims = call->out[0]->dims;
    float *out = shift__floats(call->out[0]);
    for (int64_t r = 0; r < dims[0] * dims[1]; r++)
        for (int64_t i = 0; i < places; i++)
            *out++ = bias != NULL ? shift__floats(bias)[r % dims[1]] : 0;
}

static shift_status forward_conv(const shift__call *call)
{
    const shift__window_parameters *p = call->node->parameters;
    const int64_t *in = call->in[0]->dims;
    const int64_t *weights = call->in[1]->dims;
    shift__window w;
    shift_status status = shift__window_resolve(call, weights + 2, &w);
    int64_t places = shift__window_volume(w.out);
    int64_t pixels = shift__window_volume(w.in);
    int64_t depth = weights[1] * shift__window_volume(w.kernel);
    float *matrix = NULL;
    size_t bytes = 0;
    if (status == SHIFT_OK)
        status = matrix_bytes(call, depth, places, &bytes);
    if (status == SHIFT_OK && !is_pointwise(&w))
        status = shift__call_scratch(call, bytes, &matrix);
    if (status != SHIFT_OK)
        return status;
    begin_with_bias(call, places);
    int64_t channels = weights[0] / p->group;
    for (int64_t g = 0; g < in[0] * p->group; g++) {
        const float *image = shift__floats(call->in[0]) + g * weights[1] * pixels;
        if (matrix != NULL)
            shift__columns_gather(&w, weights[1], image, matrix);
        shift__product_add(&(shift__product){
            .m = (size_t)channels,
            .n = (size_t)places,
            .k = (size_t)depth,
            .a = shift__floats(call->in[1]) + g % p->group * channels * depth,
            .a_row = (size_t)depth,
            .a_column = 1,
            .b = matrix != NULL ? matrix : image,
            .b_row = (size_t)places,
            .c = shift__floats(call->out[0]) + g * channels * places,
            .c_row = (size_t)places,
        });
    }
    return SHIFT_OK;
}

/* ---- the transpose: weights are [in channels][out channels / group][kernel] ---- */

static shift_status infer_transposed(const shift__call *call)
{
    const shift__window_parameters *p = call->node->parameters;
    shift_status status = check_weights(call);
    if (status != SHIFT_OK)
        return status;
    const int64_t *in = call->in[0]->dims;
    const int64_t *weights = call->in[1]->dims;
    shift__window w;
    status = shift__window_resolve_transposed(call, weights + 2, &w);
    if (status != SHIFT_OK)
        return status;
    if (in[1] != weights[0] || in[1] % p->group != 0)
        return shift__call_refuse(call,
                                  "the input has %" PRId64 " channels in %" PRId64
                                  " groups; the weights expect %" PRId64,
                                  in[1], p->group, weights[0]);
    int64_t channels = 0;
    if (__builtin_mul_overflow(weights[1], p->group, &channels))
        return shift__call_refuse(call, "group of %" PRId64, p->group);
    int64_t dims[2 + SHIFT__SPACE] = {in[0], channels};
    memcpy(dims + 2, w.in + SHIFT__SPACE - w.axes, w.axes * sizeof *dims);
    shift__set_shape(call->out[0], SHIFT__FLOAT32, call->in[0]->rank, dims);
    return shift__expect_vector(call, 2, channels);
}

static shift_status forward_transposed(const shift__call *call)
{
    const shift__window_parameters *p = call->node->parameters;
    const int64_t *in = call->in[0]->dims;
    const int64_t *weights = call->in[1]->dims;
    shift__window w;
    shift_status status = shift__window_resolve_transposed(call, weights + 2, &w);
    int64_t places = shift__window_volume(w.out); /* of our input */
    int64_t pixels = shift__window_volume(w.in);  /* of our output */
    int64_t depth = weights[1] * shift__window_volume(w.kernel);
    int64_t channels = weights[0] / p->group;
    size_t bytes = 0;
    float *matrix = NULL;
    if (status == SHIFT_OK)
        status = matrix_bytes(call, depth, places, &bytes);
    if (status == SHIFT_OK)
        status = shift__call_scratch(call, bytes, &matrix);
    if (status != SHIFT_OK)
        return status;
    begin_with_bias(call, pixels);
    for (int64_t g = 0; g < in[0] * p->group; g++) {
        memset(matrix, 0, bytes);
        shift__product_add(&(shift__product){
            .m = (size_t)depth,
            .n = (size_t)places,
            .k = (size_t)channels,
            .a = shift__floats(call->in[1]) + g % p->group * channels * depth,
            .a_row = 1,
            .a_column = (size_t)depth,
            .b = shift__floats(call->in[0]) + g * channels * places,
            .b_row = (size_t)places,
            .c = matrix,
            .c_row = (size_t)places,
        });
        shift__columns_scatter(&w, weights[1], matrix,
                               shift__floats(call->out[0]) + g * weights[1] * pixels);
    }
    return SHIFT_OK;
}

const shift__operator shift__conv_operators[] = {
    {"Conv", 2, 3, 1, SHIFT__KERNEL, shift__window_parse, infer_conv, forward_conv,
     shift__backward_conv},
    {"ConvTranspose", 2, 3, 1, 0, shift__window_parse, infer_transposed, forward_transposed,
     shift__backward_transposed_conv},
    {0},
};
