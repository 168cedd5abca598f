/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gemm and MatMul. */
#include <inttypes.h>
#include <string.h>

#include "network/operators/backward.h"
#include "network/operators/common.h"
#include "network/operators/families.h"
#include "network/operators/gemm.h"
#include "network/operators/stacks.h"

static shift_status parse_gemm(shift__attributes *a, shift__node *node)
{
    shift__gemm_parameters *p = shift__attributes_alloc(a, sizeof *p);
    if (p != NULL) {
        p->alpha = shift__attribute_float(a, "alpha", 1);
        p->beta = shift__attribute_float(a, "beta", 1);
        p->transpose_a = shift__attribute_int(a, "transA", 0) != 0;
        p->transpose_b = shift__attribute_int(a, "transB", 0) != 0;
    }
    if (a->opset < 7)
        (void)shift__attribute_int(a, "broadcast", 0); /* what later opsets always do */
    node->parameters = p;
    return shift__attributes_status(a);
}

static shift_status infer_gemm(const shift__call *call)
{
    const shift__gemm_parameters *p = call->node->parameters;
    shift_status status = shift__expect_floats(call, 0, 3);
    for (size_t i = 0; status == SHIFT_OK && i < 2; i++)
        status = shift__expect_rank(call, i, 2);
    if (status != SHIFT_OK)
        return status;
    const int64_t *a = call->in[0]->dims;
    const int64_t *b = call->in[1]->dims;
    int64_t dims[] = {a[p->transpose_a ? 1 : 0], b[p->transpose_b ? 0 : 1]};
    if (a[p->transpose_a ? 0 : 1] != b[p->transpose_b ? 1 : 0])
        return shift__call_refuse(
            call, "input 0 has %" PRId64 " columns; the weights (input 1) expect %" PRId64,
            a[p->transpose_a ? 0 : 1], b[p->transpose_b ? 1 : 0]);
    shift__set_shape(call->out[0], SHIFT__FLOAT32, 2, dims);
    const shift__tensor *c = shift__input(call, 2);
    if (c == NULL)
        return SHIFT_OK;
    shift__tensor both = *call->out[0];
    status = shift__broadcast(call, &both, c);
    if (status == SHIFT_OK && !shift__tensor_same_shape(&both, call->out[0]))
        status = shift__call_refuse(call, "input 2 is larger than the output");
    return status;
}

/* beta C, broadcast, or 0. */
static void begin_with_bias(const shift__call *call, float beta)
{
    const shift__tensor *c = shift__input(call, 2);
    const shift__tensor *out = call->out[0];
    size_t rows = (size_t)out->dims[0];
    size_t columns = (size_t)out->dims[1];
    int64_t steps[2] = {0, 0};
    if (c != NULL)
        shift__broadcast_steps(c, out, steps);
    for (size_t i = 0; i < rows; i++) {
        float *row = shift__floats(out) + i * columns;
        if (c != NULL && beta == 1 && steps[1] == 1) {
            memcpy(row, shift__floats(c) + i * (size_t)steps[0], columns * sizeof *row);
            continue;
        }
        for (size_t k = 0; k < columns; k++)
            row[k] = c == NULL
                         ? 0
                         : beta * shift__floats(c)[i * (size_t)steps[0] + k * (size_t)steps[1]];
    }
}

static shift_status forward_gemm(const shift__call *call)
{
    const shift__gemm_parameters *p = call->node->parameters;
    const shift__tensor *a = call->in[0];
    const shift__tensor *b = call->in[1];
    size_t columns = (size_t)a->dims[1];
    shift__product product = {
        .m = (size_t)call->out[0]->dims[0],
        .n = (size_t)call->out[0]->dims[1],
        .k = (size_t)a->dims[p->transpose_a ? 0 : 1],
        .a = shift__floats(a),
        .a_row = p->transpose_a ? 1 : columns,
        .a_column = p->transpose_a ? columns : 1,
        .b = shift__floats(b),
        .b_row = (size_t)b->dims[1],
        .c = shift__floats(call->out[0]),
        .c_row = (size_t)call->out[0]->dims[1],
    };
    size_t size = product.k * product.n;
    if (p->transpose_b || p->alpha != 1) {
        float *copy = NULL;
        shift_status status = shift__call_scratch(call, size * sizeof *copy, &copy);
        if (status != SHIFT_OK)
            return status;
        if (p->transpose_b)
            shift__transpose(product.n, product.k, product.b, copy);
        else
            memcpy(copy, product.b, size * sizeof *copy);
        for (size_t i = 0; p->alpha != 1 && i < size; i++)
            copy[i] *= p->alpha;
        product.b = copy;
        product.b_row = product.n;
    }
    begin_with_bias(call, p->beta);
    shift__product_add(&product);
    return SHIFT_OK;
}

/* ---- MatMul: numpy's rules ---- */

/* An operand with at least two axes; a vector gets one of size 1. */
static shift__tensor as_matrices(const shift__tensor *in, bool right)
{
    shift__tensor out = *in;
    out.owns = false;
    if (in->rank == 1) {
        out.rank = 2;
        out.dims[0] = right ? in->dims[0] : 1;
        out.dims[1] = right ? 1 : in->dims[0];
    }
    return out;
}

/* The same without its last two axes. */
static shift__tensor stack_of(const shift__tensor *in)
{
    shift__tensor out = *in;
    out.rank -= 2;
    return out;
}

static shift_status infer_matmul(const shift__call *call)
{
    shift_status status = shift__expect_floats(call, 0, 2);
    if (status == SHIFT_OK && (call->in[0]->rank == 0 || call->in[1]->rank == 0))
        status = shift__call_refuse(call, "an input is a single number");
    if (status != SHIFT_OK)
        return status;
    shift__tensor a = as_matrices(call->in[0], false);
    shift__tensor b = as_matrices(call->in[1], true);
    shift__tensor stack = stack_of(&a);
    shift__tensor other = stack_of(&b);
    char left[SHIFT__SHAPE_TEXT];
    char right[SHIFT__SHAPE_TEXT];
    if (a.dims[a.rank - 1] != b.dims[b.rank - 2])
        return shift__call_refuse(call, "shapes %s and %s do not fit together",
                                  shift__shape_text(call->in[0], left),
                                  shift__shape_text(call->in[1], right));
    status = shift__broadcast(call, &stack, &other);
    if (status != SHIFT_OK)
        return status;
    if (call->in[0]->rank > 1)
        stack.dims[stack.rank++] = a.dims[a.rank - 2];
    if (call->in[1]->rank > 1)
        stack.dims[stack.rank++] = b.dims[b.rank - 1];
    shift__set_shape(call->out[0], SHIFT__FLOAT32, stack.rank, stack.dims);
    return SHIFT_OK;
}

shift_status shift__stacks_of(const shift__call *call, shift__stacks *s)
{
    shift__tensor a = as_matrices(call->in[0], false);
    shift__tensor b = as_matrices(call->in[1], true);
    s->shape = stack_of(&a);
    shift__tensor stacks[] = {stack_of(&a), stack_of(&b)};
    shift_status status = shift__broadcast(call, &s->shape, &stacks[1]);
    if (status != SHIFT_OK)
        return status;
    for (size_t i = 0; i < 2; i++)
        shift__broadcast_steps(&stacks[i], &s->shape, s->steps[i]);
    s->matrices = shift__tensor_size(&s->shape);
    s->m = (size_t)a.dims[a.rank - 2];
    s->k = (size_t)a.dims[a.rank - 1];
    s->n = (size_t)b.dims[b.rank - 1];
    return SHIFT_OK;
}

size_t shift__stacks_at(const shift__stacks *s, size_t operand, size_t index)
{
    size_t at = 0;
    for (size_t i = s->shape.rank; i-- > 0;) {
        at += index % (size_t)s->shape.dims[i] * (size_t)s->steps[operand][i];
        index /= (size_t)s->shape.dims[i];
    }
    return at;
}

static shift_status forward_matmul(const shift__call *call)
{
    shift__stacks s;
    shift_status status = shift__stacks_of(call, &s);
    if (status != SHIFT_OK)
        return status;
    float *out = shift__floats(call->out[0]);
    if (s.matrices * s.m * s.n > 0)
        memset(out, 0, s.matrices * s.m * s.n * sizeof *out);
    for (size_t i = 0; i < s.matrices; i++)
        shift__product_add(&(shift__product){
            .m = s.m,
            .n = s.n,
            .k = s.k,
            .a = shift__floats(call->in[0]) + shift__stacks_at(&s, 0, i) * s.m * s.k,
            .a_row = s.k,
            .a_column = 1,
            .b = shift__floats(call->in[1]) + shift__stacks_at(&s, 1, i) * s.k * s.n,
            .b_row = s.n,
            .c = out + i * s.m * s.n,
            .c_row = s.n,
        });
    return SHIFT_OK;
}

const shift__operator shift__linear_operators[] = {
    {"Gemm", 2, 3, 1, 0, parse_gemm, infer_gemm, forward_gemm, shift__backward_gemm},
    {"MatMul", 2, 2, 1, 0, NULL, infer_matmul, forward_matmul, shift__backward_matmul},
    {0},
};
