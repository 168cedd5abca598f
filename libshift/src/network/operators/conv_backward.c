/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradients of convolutions, by the same products of matrices as forward: the image's is the
 * transposed convolution of the output's. */
#include <string.h>

#include "network/onednn.h"
#include "network/operators/backward.h"
#include "network/operators/columns.h"
#include "network/operators/gemm.h"

/* The sizes that both directions share. For a transposed convolution `small` is the input and
 * `large` the output, for a convolution the other way round. */
typedef struct sizes {
    shift__window w;
    int64_t groups;          /* of all rows */
    int64_t weights_of;      /* groups of the weights */
    int64_t inner, channels; /* channels of a group: of the large image, of the small one */
    int64_t pixels, places;  /* of the large image, of the small one */
    int64_t depth;           /* inner * kernel */
    float *columns, *turned; /* scratch: depth x places, and its transpose */
} sizes;

static shift_status find_sizes(const shift__call *call, bool transpose, sizes *s)
{
    const shift__window_parameters *p = call->node->parameters;
    const int64_t *weights = call->in[1]->dims;
    shift_status status = transpose ? shift__window_resolve_transposed(call, weights + 2, &s->w)
                                    : shift__window_resolve(call, weights + 2, &s->w);
    if (status != SHIFT_OK)
        return status;
    s->groups = call->in[0]->dims[0] * p->group;
    s->weights_of = p->group;
    s->inner = weights[1];
    s->channels = weights[0] / p->group;
    s->pixels = shift__window_volume(s->w.in);
    s->places = shift__window_volume(s->w.out);
    s->depth = weights[1] * shift__window_volume(s->w.kernel);
    size_t size = (size_t)(s->depth * s->places);
    status = shift__call_scratch(call, 2 * size * sizeof(float), &s->columns);
    s->turned = s->columns + (status == SHIFT_OK ? size : 0);
    return status;
}

/* The large image's gradient, or output, from the small one: scatter(weights' small). */
static void to_large(const sizes *s, const float *weights, const float *small, float *large)
{
    memset(s->columns, 0, (size_t)(s->depth * s->places) * sizeof *s->columns);
    shift__product_add(&(shift__product){
        .m = (size_t)s->depth,
        .n = (size_t)s->places,
        .k = (size_t)s->channels,
        .a = weights,
        .a_row = 1,
        .a_column = (size_t)s->depth,
        .b = small,
        .b_row = (size_t)s->places,
        .c = s->columns,
        .c_row = (size_t)s->places,
    });
    shift__columns_scatter(&s->w, s->inner, s->columns, large);
}

/* small += weights columns */
static void to_small(const sizes *s, const float *weights, float *small)
{
    shift__product_add(&(shift__product){
        .m = (size_t)s->channels,
        .n = (size_t)s->places,
        .k = (size_t)s->depth,
        .a = weights,
        .a_row = (size_t)s->depth,
        .a_column = 1,
        .b = s->columns,
        .b_row = (size_t)s->places,
        .c = small,
        .c_row = (size_t)s->places,
    });
}

/* weights += small columns' */
static void to_weights(const sizes *s, const float *small, float *weights)
{
    shift__transpose((size_t)s->depth, (size_t)s->places, s->columns, s->turned);
    shift__product_add(&(shift__product){
        .m = (size_t)s->channels,
        .n = (size_t)s->depth,
        .k = (size_t)s->places,
        .a = small,
        .a_row = (size_t)s->places,
        .a_column = 1,
        .b = s->turned,
        .b_row = (size_t)s->depth,
        .c = weights,
        .c_row = (size_t)s->depth,
    });
}

static void add_to_bias(const shift__call *call)
{
    const shift__tensor *out = call->out[0];
    const float *from = shift__gradient_in(call);
    float *to = shift__gradient_of(call, 2);
    size_t places = shift__tensor_span(out, 2, out->rank);
    size_t channels = (size_t)out->dims[1];
    for (size_t r = 0; to != NULL && r < shift__tensor_span(out, 0, 2); r++) {
        double total = 0;
        for (size_t i = 0; i < places; i++)
            total += (double)from[r * places + i];
        to[r % channels] += (float)total;
    }
}

shift_status shift__backward_conv_plain(const shift__call *call)
{
    sizes s;
    shift_status status = find_sizes(call, false, &s);
    float *to_image = shift__gradient_of(call, 0);
    float *to_kernel = shift__gradient_of(call, 1);
    for (int64_t g = 0; status == SHIFT_OK && g < s.groups; g++) {
        int64_t kernel = g % s.weights_of * s.channels * s.depth;
        const float *from = shift__gradient_in(call) + g * s.channels * s.places;
        if (to_kernel != NULL) {
            shift__columns_gather(&s.w, s.inner,
                                  shift__floats(call->in[0]) + g * s.inner * s.pixels, s.columns);
            to_weights(&s, from, to_kernel + kernel);
        }
        if (to_image != NULL)
            to_large(&s, shift__floats(call->in[1]) + kernel, from,
                     to_image + g * s.inner * s.pixels);
    }
    return status;
}

shift_status shift__backward_conv(const shift__call *call)
{
    shift_status status =
        shift__onednn_conv_backward(call) ? SHIFT_OK : shift__backward_conv_plain(call);
    if (status == SHIFT_OK)
        add_to_bias(call);
    return status;
}

shift_status shift__backward_transposed_conv(const shift__call *call)
{
    sizes s;
    shift_status status = find_sizes(call, true, &s);
    float *to_image = shift__gradient_of(call, 0);
    float *to_kernel = shift__gradient_of(call, 1);
    for (int64_t g = 0; status == SHIFT_OK && g < s.groups; g++) {
        int64_t kernel = g % s.weights_of * s.channels * s.depth;
        int64_t image = g * s.channels * s.places;
        shift__columns_gather(&s.w, s.inner, shift__gradient_in(call) + g * s.inner * s.pixels,
                              s.columns);
        if (to_image != NULL)
            to_small(&s, shift__floats(call->in[1]) + kernel, to_image + image);
        if (to_kernel != NULL)
            to_weights(&s, shift__floats(call->in[0]) + image, to_kernel + kernel);
    }
    if (status == SHIFT_OK)
        add_to_bias(call);
    return status;
}
