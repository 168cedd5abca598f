/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradients of matrix products: of C = A B they are dA = dC B' and dB = A' dC. */
#include <string.h>

#include "network/operators/backward.h"
#include "network/operators/gemm.h"
#include "network/operators/stacks.h"

/* Element (i, k) lies at data[i * row + k * column]. */
typedef struct matrix {
    size_t rows, columns;
    const float *data;
    size_t row, column;
} matrix;

static matrix transposed(matrix m)
{
    return (matrix){m.columns, m.rows, m.data, m.column, m.row};
}

/* c += a b, into c row by row. */
static shift_status add_product(const shift__call *call, matrix a, matrix b, float *c)
{
    if (b.column != 1) {
        float *copy = NULL;
        shift_status status = shift__call_scratch(call, b.rows * b.columns * sizeof *copy, &copy);
        if (status != SHIFT_OK)
            return status;
        shift__transpose(b.columns, b.rows, b.data, copy);
        b = (matrix){b.rows, b.columns, copy, b.columns, 1};
    }
    shift__product_add(&(shift__product){a.rows, b.columns, a.columns, a.data, a.row, a.column,
                                         b.data, b.row, c, b.columns});
    return SHIFT_OK;
}

static matrix matrix_of(const shift__tensor *tensor, bool transpose)
{
    size_t rows = (size_t)tensor->dims[0];
    size_t columns = (size_t)tensor->dims[1];
    matrix m = {rows, columns, shift__floats(tensor), columns, 1};
    return transpose ? transposed(m) : m;
}

static void scale(const shift__call *call, size_t i, float factor)
{
    float *to = shift__gradient_of(call, i);
    for (size_t k = 0; to != NULL && factor != 1 && k < shift__tensor_size(call->in[i]); k++)
        to[k] *= factor;
}

static void add_to_bias(const shift__call *call)
{
    const shift__tensor *out = call->out[0];
    const float *from = shift__gradient_in(call);
    float *to = shift__gradient_of(call, 2);
    int64_t steps[SHIFT__RANK_MAX] = {0};
    size_t columns = (size_t)out->dims[1];
    if (to == NULL)
        return;
    shift__broadcast_steps(call->in[2], out, steps);
    for (size_t i = 0; i < (size_t)out->dims[0]; i++)
        for (size_t k = 0; k < columns; k++)
            to[i * (size_t)steps[0] + k * (size_t)steps[1]] += from[i * columns + k];
}

shift_status shift__backward_gemm(const shift__call *call)
{
    const shift__gemm_parameters *p = call->node->parameters;
    matrix a = matrix_of(call->in[0], p->transpose_a);
    matrix b = matrix_of(call->in[1], p->transpose_b);
    matrix c = {a.rows, b.columns, shift__gradient_in(call), b.columns, 1};
    float *to_a = shift__gradient_of(call, 0);
    float *to_b = shift__gradient_of(call, 1);
    shift_status status = SHIFT_OK;
    if (to_a != NULL)
        status = p->transpose_a ? add_product(call, b, transposed(c), to_a)
                                : add_product(call, c, transposed(b), to_a);
    if (status == SHIFT_OK && to_b != NULL)
        status = p->transpose_b ? add_product(call, transposed(c), a, to_b)
                                : add_product(call, transposed(a), c, to_b);
    scale(call, 0, p->alpha);
    scale(call, 1, p->alpha);
    add_to_bias(call);
    scale(call, 2, p->beta);
    return status;
}

shift_status shift__backward_matmul(const shift__call *call)
{
    shift__stacks s;
    shift_status status = shift__stacks_of(call, &s);
    float *to_a = shift__gradient_of(call, 0);
    float *to_b = shift__gradient_of(call, 1);
    for (size_t i = 0; status == SHIFT_OK && i < s.matrices; i++) {
        size_t a_at = shift__stacks_at(&s, 0, i) * s.m * s.k;
        size_t b_at = shift__stacks_at(&s, 1, i) * s.k * s.n;
        matrix a = {s.m, s.k, shift__floats(call->in[0]) + a_at, s.k, 1};
        matrix b = {s.k, s.n, shift__floats(call->in[1]) + b_at, s.n, 1};
        matrix c = {s.m, s.n, shift__gradient_in(call) + i * s.m * s.n, s.n, 1};
        if (to_a != NULL)
            status = add_product(call, c, transposed(b), to_a + a_at);
        if (status == SHIFT_OK && to_b != NULL)
            status = add_product(call, transposed(a), c, to_b + b_at);
    }
    return status;
}
