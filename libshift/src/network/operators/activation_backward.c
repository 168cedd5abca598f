/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Derivatives of the functions of one number. At a kink they are what PyTorch takes, so that a
 * gradient is the one that training saw: 0 for Relu, the slope for LeakyRelu and PRelu, 0 at either
 * bound of Clip. */
#include <math.h>

#include "network/operators/backward.h"

typedef shift__activation_parameters parameters;

float *shift__gradient_of(const shift__call *call, size_t i)
{
    bool there = i < call->node->n_in && call->in_gradient[i] != NULL;
    return there ? shift__floats(call->in_gradient[i]) : NULL;
}

const float *shift__gradient_in(const shift__call *call)
{
    return shift__floats(call->out_gradient[0]);
}

/* One loop for each: `x` is the input, `y` the output, `p` the parameters. */
#define BACKWARD(name, derivative)                                                                 \
    shift_status shift__backward_##name(const shift__call *call)                                   \
    {                                                                                              \
        const parameters *p = call->node->parameters;                                              \
        const float *in = shift__floats(call->in[0]);                                              \
        const float *out = shift__floats(call->out[0]);                                            \
        const float *from = shift__gradient_in(call);                                              \
        float *to = shift__gradient_of(call, 0);                                                   \
        size_t n = to != NULL ? shift__tensor_size(call->in[0]) : 0;                               \
        for (size_t i = 0; i < n; i++) {                                                           \
            float x = in[i];                                                                       \
            float y = out[i];                                                                      \
            (void)x;                                                                               \
            (void)y;                                                                               \
            to[i] = from[i] * (derivative);                                                        \
        }                                                                                          \
        (void)p;                                                                                   \
        return SHIFT_OK;                                                                           \
    }

static inline float logistic(float x)
{
    return 1 / (1 + expf(-x));
}

static inline float normal_density(float x)
{
    return 0.39894228040143267794F * expf(-0.5F * x * x);
}

static inline float gelu_slope(float x)
{
    return 0.5F * (1 + erff(x * 0.70710678118654752440F)) + x * normal_density(x);
}

static inline float hard_sigmoid_slope(float x, const parameters *p)
{
    float z = p->alpha * x + p->beta;
    return z > 0 && z < 1 ? p->alpha : 0;
}

static inline float hard_swish_slope(float x)
{
    return x <= -3 ? 0 : x < 3 ? x / 3 + 0.5F : 1;
}

BACKWARD(relu, y > 0 ? 1.0F : 0.0F)
BACKWARD(leaky_relu, x > 0 ? 1.0F : p->alpha)
BACKWARD(sigmoid, y *(1 - y))
BACKWARD(hyperbolic, 1 - y * y)
BACKWARD(elu, x > 0 ? 1.0F : y + p->alpha)
BACKWARD(selu, x > 0 ? p->beta : y + p->beta * p->alpha)
BACKWARD(softplus, logistic(x))
BACKWARD(error_function, 1.12837916709551257390F * expf(-x * x))
BACKWARD(gelu, gelu_slope(x))
BACKWARD(hard_sigmoid, hard_sigmoid_slope(x, p))
BACKWARD(hard_swish, hard_swish_slope(x))
BACKWARD(square_root, 0.5F / y)
BACKWARD(exponential, y)
BACKWARD(neg, -1.0F)

shift_status shift__backward_clip(const shift__call *call)
{
    const parameters *p = call->node->parameters;
    const shift__tensor *least = shift__input(call, 1);
    const shift__tensor *most = shift__input(call, 2);
    float bounds[] = {least != NULL ? shift__floats(least)[0] : p->alpha,
                      most != NULL ? shift__floats(most)[0] : p->beta};
    const float *x = shift__floats(call->in[0]);
    const float *from = shift__gradient_in(call);
    float *to = shift__gradient_of(call, 0);
    size_t n = shift__tensor_size(call->in[0]);
    for (size_t i = 0; to != NULL && i < n; i++)
        to[i] = x[i] > bounds[0] && x[i] < bounds[1] ? from[i] : 0;
    for (size_t k = 0; k < 2; k++) {
        float *bound = shift__gradient_of(call, k + 1);
        double beyond = 0;
        for (size_t i = 0; bound != NULL && i < n; i++)
            if (k == 0 ? x[i] <= bounds[0] && x[i] < bounds[1] : x[i] >= bounds[1])
                beyond += (double)from[i];
        if (bound != NULL)
            *bound = (float)beyond;
    }
    return SHIFT_OK;
}
