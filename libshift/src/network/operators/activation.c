/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions of one number. Formulas are those of the ONNX standard. Comparisons are written so that
 * NaN stays NaN. */
#include <math.h>

#include "network/operators/backward.h"
#include "network/operators/common.h"
#include "network/operators/elementwise.h"
#include "network/operators/families.h"

typedef shift__activation_parameters parameters;

typedef struct setting {
    const char *name; /* NULL where there is no such attribute */
    float otherwise;
} setting;

static float read_setting(shift__attributes *a, setting s)
{
    return s.name != NULL ? shift__attribute_float(a, s.name, s.otherwise) : s.otherwise;
}

static shift_status parse_with(shift__attributes *a, shift__node *node, setting alpha, setting beta)
{
    parameters *p = shift__attributes_alloc(a, sizeof *p);
    if (p != NULL) {
        p->alpha = read_setting(a, alpha);
        p->beta = read_setting(a, beta);
    }
    node->parameters = p;
    return shift__attributes_status(a);
}

static shift_status parse_leaky(shift__attributes *a, shift__node *node)
{
    return parse_with(a, node, (setting){"alpha", 0.01F}, (setting){NULL, 0});
}

static shift_status parse_elu(shift__attributes *a, shift__node *node)
{
    return parse_with(a, node, (setting){"alpha", 1}, (setting){NULL, 0});
}

static shift_status parse_hard_sigmoid(shift__attributes *a, shift__node *node)
{
    return parse_with(a, node, (setting){"alpha", 0.2F}, (setting){"beta", 0.5F});
}

static shift_status parse_selu(shift__attributes *a, shift__node *node)
{
    return parse_with(a, node, (setting){"alpha", 1.67326319217681884765625F},
                      (setting){"gamma", 1.05070102214813232421875F});
}

static inline float leaky_relu(float x, const parameters *p)
{
    return x < 0 ? p->alpha * x : x;
}

static inline float sigmoid(float x, const parameters *p)
{
    (void)p;
    return 1 / (1 + expf(-x));
}

static inline float hyperbolic(float x, const parameters *p)
{
    (void)p;
    return tanhf(x);
}

static inline float elu(float x, const parameters *p)
{
    return x < 0 ? p->alpha * expm1f(x) : x;
}

static inline float selu(float x, const parameters *p)
{
    return p->beta * (x < 0 ? p->alpha * expm1f(x) : x);
}

static inline float softplus(float x, const parameters *p)
{
    (void)p;
    return log1pf(expf(-fabsf(x))) + (x < 0 ? 0 : x);
}

static inline float error_function(float x, const parameters *p)
{
    (void)p;
    return erff(x);
}

static inline float gelu(float x, const parameters *p)
{
    (void)p;
    return 0.5F * x * (1 + erff(x * 0.70710678118654752440F));
}

static inline float unit(float x)
{
    return x < 0 ? 0 : x > 1 ? 1 : x;
}

static inline float hard_sigmoid(float x, const parameters *p)
{
    return unit(p->alpha * x + p->beta);
}

static inline float hard_swish(float x, const parameters *p)
{
    (void)p;
    return x * unit(x / 6 + 0.5F);
}

static inline float square_root(float x, const parameters *p)
{
    (void)p;
    return sqrtf(x);
}

static inline float exponential(float x, const parameters *p)
{
    (void)p;
    return expf(x);
}

/* One loop per function, so that it is inlined and vectorised. */
#define FORWARD(function)                                                                          \
    static shift_status forward_##function(const shift__call *call)                                \
    {                                                                                              \
        const parameters *p = call->node->parameters;                                              \
        const float *in = shift__floats(call->in[0]);                                              \
        float *out = shift__floats(call->out[0]);                                                  \
        size_t n = shift__tensor_size(call->out[0]);                                               \
        for (size_t i = 0; i < n; i++)                                                             \
            out[i] = function(in[i], p);                                                           \
        return SHIFT_OK;                                                                           \
    }

static shift_status forward_relu(const shift__call *call)
{
    shift__elementwise_at(0)->clip(0, INFINITY, shift__floats(call->in[0]),
                                   shift__tensor_size(call->out[0]), shift__floats(call->out[0]));
    return SHIFT_OK;
}

FORWARD(leaky_relu)
FORWARD(sigmoid)
FORWARD(hyperbolic)
FORWARD(elu)
FORWARD(selu)
FORWARD(softplus)
FORWARD(error_function)
FORWARD(gelu)
FORWARD(hard_sigmoid)
FORWARD(hard_swish)
FORWARD(square_root)
FORWARD(exponential)

static shift_status infer_neg(const shift__call *call)
{
    const shift__tensor *in = call->in[0];
    shift__set_shape(call->out[0], in->dtype, in->rank, in->dims);
    return in->dtype == SHIFT__BOOL ? shift__call_refuse(call, "input 0 is boolean") : SHIFT_OK;
}

static shift_status forward_neg(const shift__call *call)
{
    const shift__tensor *in = call->in[0];
    size_t n = shift__tensor_size(in);
    if (in->dtype == SHIFT__FLOAT32)
        for (size_t i = 0; i < n; i++)
            shift__floats(call->out[0])[i] = -shift__floats(in)[i];
    else
        for (size_t i = 0; i < n; i++)
            shift__integers(call->out[0])[i] = (int64_t)(0 - (uint64_t)shift__integers(in)[i]);
    return SHIFT_OK;
}

/* ---- Clip: bounds are attributes before opset 11, inputs since ---- */

static shift_status parse_clip(shift__attributes *a, shift__node *node)
{
    return parse_with(a, node, (setting){"min", -INFINITY}, (setting){"max", INFINITY});
}

static shift_status infer_clip(const shift__call *call)
{
    for (size_t i = 1; i < call->node->n_in; i++)
        if (call->in[i] != NULL && shift__tensor_size(call->in[i]) != 1)
            return shift__call_refuse(call, "bound %zu is no single number", i);
    shift__set_shape(call->out[0], call->in[0]->dtype, call->in[0]->rank, call->in[0]->dims);
    return shift__expect_floats(call, 0, call->node->n_in);
}

static shift_status forward_clip(const shift__call *call)
{
    const parameters *p = call->node->parameters;
    const shift__tensor *least = shift__input(call, 1);
    const shift__tensor *most = shift__input(call, 2);
    float low = least != NULL ? shift__floats(least)[0] : p->alpha;
    float high = most != NULL ? shift__floats(most)[0] : p->beta;
    shift__elementwise_at(0)->clip(low, high, shift__floats(call->in[0]),
                                   shift__tensor_size(call->out[0]), shift__floats(call->out[0]));
    return SHIFT_OK;
}

/* ---- PRelu: the slope is broadcast to the input ---- */

static shift_status parse_prelu(shift__attributes *a, shift__node *node)
{
    parameters *p = shift__attributes_alloc(a, sizeof *p);
    if (p != NULL)
        p->channels = a->opset < 7;
    node->parameters = p;
    return shift__attributes_status(a);
}

shift__tensor shift__prelu_slope(const shift__call *call)
{
    const parameters *p = call->node->parameters;
    shift__tensor slope = *call->in[1];
    slope.owns = false;
    if (p->channels && slope.rank == 1 && call->in[0]->rank > 2)
        for (slope.rank = 1; slope.rank < call->in[0]->rank - 1; slope.rank++)
            slope.dims[slope.rank] = 1;
    return slope;
}

static shift_status infer_prelu(const shift__call *call)
{
    shift__tensor slope = shift__prelu_slope(call);
    shift__tensor both = *call->in[0];
    shift_status status = shift__expect_floats(call, 0, 2);
    if (status == SHIFT_OK)
        status = shift__broadcast(call, &both, &slope);
    if (status == SHIFT_OK && !shift__tensor_same_shape(&both, call->in[0]))
        status = shift__call_refuse(call, "the slope has more axes than the input");
    shift__set_shape(call->out[0], SHIFT__FLOAT32, both.rank, both.dims);
    return status;
}

static shift_status forward_prelu(const shift__call *call)
{
    shift__tensor slope = shift__prelu_slope(call);
    const shift__tensor *out = call->out[0];
    int64_t steps[SHIFT__RANK_MAX];
    shift__broadcast_steps(&slope, out, steps);
    size_t inner = out->rank > 0 ? (size_t)out->dims[out->rank - 1] : 1;
    size_t step = out->rank > 0 ? (size_t)steps[out->rank - 1] : 0;
    size_t rows = inner > 0 ? shift__tensor_size(out) / inner : 0;
    for (size_t r = 0; r < rows; r++) {
        size_t at = 0;
        size_t rest = r;
        for (size_t k = out->rank > 0 ? out->rank - 1 : 0; k-- > 0;) {
            at += rest % (size_t)out->dims[k] * (size_t)steps[k];
            rest /= (size_t)out->dims[k];
        }
        const float *s = shift__floats(&slope) + at;
        const float *x = shift__floats(call->in[0]) + r * inner;
        float *y = shift__floats(out) + r * inner;
        for (size_t i = 0; i < inner; i++)
            y[i] = x[i] < 0 ? s[i * step] * x[i] : x[i];
    }
    return SHIFT_OK;
}

#define UNARY(name, parse, function)                                                               \
    {                                                                                              \
        name, 1, 1, 1, SHIFT__ALIKE, parse, shift__infer_like_input, forward_##function,           \
            shift__backward_##function                                                             \
    }

const shift__operator shift__activation_operators[] = {
    UNARY("Relu", NULL, relu),
    UNARY("LeakyRelu", parse_leaky, leaky_relu),
    UNARY("Sigmoid", NULL, sigmoid),
    UNARY("Tanh", NULL, hyperbolic),
    UNARY("Elu", parse_elu, elu),
    UNARY("Selu", parse_selu, selu),
    UNARY("Softplus", NULL, softplus),
    UNARY("Gelu", NULL, gelu),
    UNARY("Erf", NULL, error_function),
    UNARY("HardSigmoid", parse_hard_sigmoid, hard_sigmoid),
    UNARY("HardSwish", NULL, hard_swish),
    UNARY("Sqrt", NULL, square_root),
    UNARY("Exp", NULL, exponential),
    {"Neg", 1, 1, 1, SHIFT__ALIKE, NULL, infer_neg, forward_neg, shift__backward_neg},
    {"Clip", 1, 3, 1, SHIFT__ALIKE, parse_clip, infer_clip, forward_clip, shift__backward_clip},
    {"PRelu", 2, 2, 1, SHIFT__ALIKE, parse_prelu, infer_prelu, forward_prelu,
     shift__backward_prelu},
    {0},
};
