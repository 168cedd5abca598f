/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Element by element, of two operands that are broadcast to one shape. */
#include <math.h>
#include <string.h>

#include "network/operators/backward.h"
#include "network/operators/common.h"
#include "network/operators/families.h"

static shift_status parse_arithmetic(shift__attributes *a, shift__node *node)
{
    (void)node;
    if (a->opset < 7) /* what later opsets always do, but for an axis that we do not know */
        (void)shift__attribute_int(a, "broadcast", 0);
    return shift__attributes_status(a);
}

static shift_status infer_broadcast(const shift__call *call)
{
    shift__tensor all = *call->in[0];
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < call->node->n_in; i++) {
        if (call->in[i]->dtype != all.dtype || all.dtype == SHIFT__BOOL)
            return shift__call_refuse(call, "inputs are %s and %s", shift__dtype_name(all.dtype),
                                      shift__dtype_name(call->in[i]->dtype));
        status = shift__broadcast(call, &all, call->in[i]);
    }
    shift__set_shape(call->out[0], all.dtype, all.rank, all.dims);
    return status;
}

/* A stretch of the output along its last axis: neighbours in an operand are `step` apart, 0 or 1.
 */
typedef struct stretch {
    const void *a, *b;
    void *out;
    size_t n, a_step, b_step;
} stretch;

typedef void kernel(const stretch *s);

static size_t offset_of(const shift__tensor *shape, const int64_t *steps, size_t row)
{
    size_t at = 0;
    for (size_t i = shape->rank > 0 ? shape->rank - 1 : 0; i-- > 0;) {
        at += row % (size_t)shape->dims[i] * (size_t)steps[i];
        row /= (size_t)shape->dims[i];
    }
    return at;
}

static const void *element(const shift__tensor *tensor, size_t at)
{
    return (const unsigned char *)tensor->data + at * shift__dtype_size(tensor->dtype);
}

static void broadcast(const shift__tensor *a, const shift__tensor *b, const shift__tensor *out,
                      kernel *run)
{
    size_t size = shift__tensor_size(out);
    if (shift__tensor_same_shape(a, out) &&
        (shift__tensor_same_shape(b, out) || shift__tensor_size(b) == 1)) {
        run(&(stretch){a->data, b->data, out->data, size, 1, shift__tensor_size(b) == 1 ? 0 : 1});
        return;
    }
    int64_t a_steps[SHIFT__RANK_MAX] = {0};
    int64_t b_steps[SHIFT__RANK_MAX] = {0};
    shift__broadcast_steps(a, out, a_steps);
    shift__broadcast_steps(b, out, b_steps);
    size_t last = out->rank > 0 ? out->rank - 1 : 0;
    size_t inner = out->rank > 0 ? (size_t)out->dims[last] : 1;
    unsigned char *to = out->data;
    for (size_t r = 0; inner > 0 && r < size / inner; r++)
        run(&(stretch){element(a, offset_of(out, a_steps, r)),
                       element(b, offset_of(out, b_steps, r)),
                       to + r * inner * shift__dtype_size(out->dtype), inner, (size_t)a_steps[last],
                       (size_t)b_steps[last]});
}

/* One loop per operation and type, so that it is inlined and vectorised. A type takes no
 * parentheses: NOLINTBEGIN(bugprone-macro-parentheses) */
#define KERNEL(name, type, other, expression)                                                      \
    static void name(const stretch *s)                                                             \
    {                                                                                              \
        const type *a = s->a;                                                                      \
        const other *b = s->b;                                                                     \
        type *out = s->out;                                                                        \
        size_t a_step = s->a_step;                                                                 \
        size_t b_step = s->b_step;                                                                 \
        for (size_t i = 0; i < s->n; i++) {                                                        \
            type x = a[i * a_step];                                                                \
            other y = b[i * b_step];                                                               \
            out[i] = (expression);                                                                 \
        }                                                                                          \
    }

/* NOLINTEND(bugprone-macro-parentheses) */

/* Integers wrap, as the standard's reference does; the least one divided by -1 is itself. */
KERNEL(add_floats, float, float, x + y)
KERNEL(sub_floats, float, float, x - y)
KERNEL(mul_floats, float, float, (x) * (y))
KERNEL(div_floats, float, float, x / y)
KERNEL(max_floats, float, float, x >= y || isnan(x) ? x : y)
KERNEL(add_integers, int64_t, int64_t, (int64_t)((uint64_t)x + (uint64_t)y))
KERNEL(sub_integers, int64_t, int64_t, (int64_t)((uint64_t)x - (uint64_t)y))
KERNEL(mul_integers, int64_t, int64_t, (int64_t)((uint64_t)x *(uint64_t)y))
KERNEL(div_integers, int64_t, int64_t, y == -1 ? (int64_t)(0 - (uint64_t)x) : x / y)
KERNEL(max_integers, int64_t, int64_t, x > y ? x : y)

static shift_status run_pair(const shift__call *call, kernel *floats, kernel *integers)
{
    broadcast(call->in[0], call->in[1], call->out[0],
              call->out[0]->dtype == SHIFT__FLOAT32 ? floats : integers);
    return SHIFT_OK;
}

static shift_status forward_add(const shift__call *call)
{
    return run_pair(call, add_floats, add_integers);
}

static shift_status forward_sub(const shift__call *call)
{
    return run_pair(call, sub_floats, sub_integers);
}

static shift_status forward_mul(const shift__call *call)
{
    return run_pair(call, mul_floats, mul_integers);
}

static shift_status forward_div(const shift__call *call)
{
    const shift__tensor *divisor = call->in[1];
    for (size_t i = 0; divisor->dtype == SHIFT__INT64 && i < shift__tensor_size(divisor); i++)
        if (shift__integers(divisor)[i] == 0)
            return shift__call_refuse(call, "an integer is divided by 0");
    return run_pair(call, div_floats, div_integers);
}

/* The first operand is copied, the others are taken in one by one. */
static shift_status forward_max(const shift__call *call)
{
    const shift__tensor *out = call->out[0];
    kernel *run = out->dtype == SHIFT__FLOAT32 ? max_floats : max_integers;
    broadcast(call->in[0], call->in[0], out, run);
    for (size_t i = 1; i < call->node->n_in; i++)
        broadcast(out, call->in[i], out, run);
    return SHIFT_OK;
}

/* ---- Pow: the exponent may have another type ---- */

static shift_status infer_pow(const shift__call *call)
{
    shift__tensor both = *call->in[0];
    if (call->in[0]->dtype == SHIFT__BOOL || call->in[1]->dtype == SHIFT__BOOL)
        return shift__call_refuse(call, "an input is boolean");
    shift_status status = shift__broadcast(call, &both, call->in[1]);
    shift__set_shape(call->out[0], both.dtype, both.rank, both.dims);
    return status;
}

/* Out of range is the least integer. */
static int64_t integer_power(double x, double y)
{
    double power = pow(x, y);
    return power > -0x1p63 && power < 0x1p63 ? (int64_t)power : INT64_MIN;
}

KERNEL(pow_floats, float, float, y == 2 ? x * x : powf(x, y))
KERNEL(pow_float_integer, float, int64_t, (float)pow((double)x, (double)y))
KERNEL(pow_integer_float, int64_t, float, integer_power((double)x, (double)y))
KERNEL(pow_integers, int64_t, int64_t, integer_power((double)x, (double)y))

static shift_status forward_pow(const shift__call *call)
{
    bool whole = call->in[1]->dtype == SHIFT__INT64;
    kernel *run = call->in[0]->dtype == SHIFT__FLOAT32 ? (whole ? pow_float_integer : pow_floats)
                                                       : (whole ? pow_integers : pow_integer_float);
    broadcast(call->in[0], call->in[1], call->out[0], run);
    return SHIFT_OK;
}

/* ---- Where ---- */

static shift_status infer_where(const shift__call *call)
{
    shift__tensor all = *call->in[1];
    if (call->in[0]->dtype != SHIFT__BOOL || call->in[1]->dtype != call->in[2]->dtype)
        return shift__call_refuse(
            call, "inputs are %s, %s and %s", shift__dtype_name(call->in[0]->dtype),
            shift__dtype_name(call->in[1]->dtype), shift__dtype_name(call->in[2]->dtype));
    shift_status status = shift__broadcast(call, &all, call->in[0]);
    if (status == SHIFT_OK)
        status = shift__broadcast(call, &all, call->in[2]);
    shift__set_shape(call->out[0], all.dtype, all.rank, all.dims);
    return status;
}

static shift_status forward_where(const shift__call *call)
{
    const shift__tensor *out = call->out[0];
    size_t width = shift__dtype_size(out->dtype);
    int64_t steps[3][SHIFT__RANK_MAX] = {{0}};
    unsigned char *to = out->data;
    for (size_t i = 0; i < 3; i++)
        shift__broadcast_steps(call->in[i], out, steps[i]);
    size_t n = shift__tensor_size(out);
    for (size_t i = 0; i < n; i++) {
        size_t at[3] = {0, 0, 0};
        size_t rest = i;
        for (size_t k = out->rank; k-- > 0;) {
            for (size_t s = 0; s < 3; s++)
                at[s] += rest % (size_t)out->dims[k] * (size_t)steps[s][k];
            rest /= (size_t)out->dims[k];
        }
        size_t chosen = shift__booleans(call->in[0])[at[0]] ? 1 : 2;
        memcpy(to + i * width, element(call->in[chosen], at[chosen]), width);
    }
    return SHIFT_OK;
}

#define PAIR(name, operation)                                                                      \
    {                                                                                              \
        name, 2, 2, 1, SHIFT__ALIKE, parse_arithmetic, infer_broadcast, forward_##operation,       \
            shift__backward_##operation                                                            \
    }

const shift__operator shift__arithmetic_operators[] = {
    PAIR("Add", add),
    PAIR("Sub", sub),
    PAIR("Mul", mul),
    PAIR("Div", div),
    {"Max", 1, 64, 1, SHIFT__ALIKE | SHIFT__ALL_INPUTS, NULL, infer_broadcast, forward_max,
     shift__backward_max},
    {"Pow", 2, 2, 1, SHIFT__ALIKE, parse_arithmetic, infer_pow, forward_pow, shift__backward_pow},
    {"Where", 3, 3, 1, 0, NULL, infer_where, forward_where, shift__backward_moves},
    {0},
};
