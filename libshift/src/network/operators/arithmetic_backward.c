/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Derivatives of operators of two operands, summed over what an operand was broadcast to. */
#include <math.h>
#include <string.h>

#include "network/operators/backward.h"

/* A stretch along the last axis of the output. Neighbours of an operand and of its gradient are
 * `a_step` or `b_step` apart, 0 or 1. Gradients are NULL where not wanted. */
typedef struct stretch {
    const float *a, *b, *gradient;
    float *to_a, *to_b;
    size_t n, a_step, b_step;
} stretch;

typedef void kernel(const stretch *s);

static void add_scaled(float *to, size_t step, const float *terms, size_t n)
{
    double total = 0;
    for (size_t i = 0; step == 0 && i < n; i++)
        total += (double)terms[i];
    if (step == 0)
        *to += (float)total;
    for (size_t i = 0; step != 0 && i < n; i++)
        to[i] += terms[i];
}

enum {
    PIECE = 256 /* terms at a time */
};

/* `x` and `y` are the operands, `g` the gradient of the result. */
#define KERNEL(name, by_x, by_y)                                                                   \
    static void name(const stretch *s)                                                             \
    {                                                                                              \
        float terms[2][PIECE];                                                                     \
        for (size_t begin = 0; begin < s->n; begin += PIECE) {                                     \
            size_t n = s->n - begin < PIECE ? s->n - begin : PIECE;                                \
            const float *a = s->a + begin * s->a_step;                                             \
            const float *b = s->b + begin * s->b_step;                                             \
            for (size_t i = 0; i < n; i++) {                                                       \
                float x = a[i * s->a_step];                                                        \
                float y = b[i * s->b_step];                                                        \
                float g = s->gradient[begin + i];                                                  \
                (void)x;                                                                           \
                (void)y;                                                                           \
                terms[0][i] = (by_x);                                                              \
                terms[1][i] = (by_y);                                                              \
            }                                                                                      \
            if (s->to_a != NULL)                                                                   \
                add_scaled(s->to_a + begin * s->a_step, s->a_step, terms[0], n);                   \
            if (s->to_b != NULL)                                                                   \
                add_scaled(s->to_b + begin * s->b_step, s->b_step, terms[1], n);                   \
        }                                                                                          \
    }

static inline float power_by_exponent(float x, float y)
{
    return x > 0 ? powf(x, y) * logf(x) : 0;
}

KERNEL(add, g, g)
KERNEL(sub, g, -g)
KERNEL(mul, g *y, g *x)
KERNEL(div_by, g / y, -g *x / (y * y))
KERNEL(power, y == 0 ? 0 : g * y * powf(x, y - 1), g *power_by_exponent(x, y))
/* At 0 as PyTorch: the slope counts. */
KERNEL(prelu, x > 0 ? g : g * y, x > 0 ? 0 : g * x)

static size_t offset_of(const shift__tensor *shape, const int64_t *steps, size_t row)
{
    size_t at = 0;
    for (size_t i = shape->rank > 0 ? shape->rank - 1 : 0; i-- > 0;) {
        at += row % (size_t)shape->dims[i] * (size_t)steps[i];
        row /= (size_t)shape->dims[i];
    }
    return at;
}

/* Run over the output; `a` and `b` broadcast to it. */
static shift_status broadcast(const shift__call *call, const shift__tensor *a,
                              const shift__tensor *b, kernel *run)
{
    const shift__tensor *out = call->out[0];
    int64_t a_steps[SHIFT__RANK_MAX] = {0};
    int64_t b_steps[SHIFT__RANK_MAX] = {0};
    shift__broadcast_steps(a, out, a_steps);
    shift__broadcast_steps(b, out, b_steps);
    size_t last = out->rank > 0 ? out->rank - 1 : 0;
    size_t inner = out->rank > 0 ? (size_t)out->dims[last] : 1;
    float *to_a = shift__gradient_of(call, 0);
    float *to_b = shift__gradient_of(call, 1);
    for (size_t r = 0; inner > 0 && r < shift__tensor_size(out) / inner; r++) {
        size_t a_at = offset_of(out, a_steps, r);
        size_t b_at = offset_of(out, b_steps, r);
        run(&(stretch){shift__floats(a) + a_at, shift__floats(b) + b_at,
                       shift__gradient_in(call) + r * inner, to_a != NULL ? to_a + a_at : NULL,
                       to_b != NULL ? to_b + b_at : NULL, inner, (size_t)a_steps[last],
                       (size_t)b_steps[last]});
    }
    return SHIFT_OK;
}

shift_status shift__backward_add(const shift__call *call)
{
    return broadcast(call, call->in[0], call->in[1], add);
}

shift_status shift__backward_sub(const shift__call *call)
{
    return broadcast(call, call->in[0], call->in[1], sub);
}

shift_status shift__backward_mul(const shift__call *call)
{
    return broadcast(call, call->in[0], call->in[1], mul);
}

shift_status shift__backward_div(const shift__call *call)
{
    return broadcast(call, call->in[0], call->in[1], div_by);
}

shift_status shift__backward_pow(const shift__call *call)
{
    shift__tensor exponent = *call->in[1];
    if (exponent.dtype == SHIFT__INT64) {
        size_t n = shift__tensor_size(&exponent);
        float *copy = NULL;
        shift_status status = shift__call_scratch(call, n * sizeof *copy, &copy);
        if (status != SHIFT_OK)
            return status;
        for (size_t i = 0; i < n; i++)
            copy[i] = (float)shift__integers(call->in[1])[i];
        exponent.dtype = SHIFT__FLOAT32;
        exponent.data = copy;
    }
    return broadcast(call, call->in[0], &exponent, power);
}

/* PRelu's slope, as forward broadcasts it. */
shift_status shift__backward_prelu(const shift__call *call)
{
    shift__tensor slope = shift__prelu_slope(call);
    return broadcast(call, call->in[0], &slope, prelu);
}

/* ---- Max ---- */

shift_status shift__backward_max(const shift__call *call)
{
    const shift__tensor *out = call->out[0];
    size_t rank = out->rank;
    size_t n = call->node->n_in;
    for (size_t i = 0; i < shift__tensor_size(out); i++) {
        float most = shift__floats(out)[i];
        size_t equal = 0;
        for (int round = 0; round < 2; round++)
            for (size_t k = 0; k < n; k++) {
                int64_t steps[SHIFT__RANK_MAX] = {0};
                size_t at = 0;
                size_t rest = i;
                shift__broadcast_steps(call->in[k], out, steps);
                for (size_t axis = rank; axis-- > 0;) {
                    at += rest % (size_t)out->dims[axis] * (size_t)steps[axis];
                    rest /= (size_t)out->dims[axis];
                }
                if (shift__floats(call->in[k])[at] != most)
                    continue;
                float *to = shift__gradient_of(call, k);
                if (round == 0)
                    equal++;
                else if (to != NULL)
                    to[at] += shift__gradient_in(call)[i] / (float)equal;
            }
    }
    return SHIFT_OK;
}
