/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One node in place of several: exporters write Gelu and layer normalisation as arithmetic, but
 * whoever looks at activations wants to see one with an input and an output. The nodes that are no
 * longer needed are dropped later. */
#include <math.h>
#include <string.h>

#include "network/build.h"
#include "network/operators/common.h"

typedef struct search {
    shift__graph *graph;
    shift_error *err;
} search;

static const shift__node *producer(const search *s, size_t value)
{
    size_t node = value == SHIFT__NO_VALUE ? SIZE_MAX : s->graph->values[value].producer;
    return node == SIZE_MAX ? NULL : &s->graph->nodes[node];
}

static const shift__node *made_by(const search *s, size_t value, const char *op)
{
    const shift__node *node = producer(s, value);
    return node != NULL && strcmp(node->op->name, op) == 0 ? node : NULL;
}

/* A constant of one element. */
static bool number_of(const search *s, size_t value, float *number)
{
    if (value == SHIFT__NO_VALUE)
        return false;
    const shift__value *v = &s->graph->values[value];
    if (!v->constant || v->tensor.dtype != SHIFT__FLOAT32 || shift__tensor_size(&v->tensor) != 1)
        return false;
    *number = shift__floats(&v->tensor)[0];
    return true;
}

static bool is_number(const search *s, size_t value, double expected)
{
    float number = 0;
    return number_of(s, value, &number) && fabs((double)number - expected) < 1e-4 * expected;
}

static shift_status replace(const search *s, shift__node *node, const char *op, size_t n_in,
                            const size_t *in)
{
    shift__arena *arena = &s->graph->arena;
    shift_status status = shift__arena_alloc(arena, &node->in, n_in, sizeof *node->in, s->err);
    if (status != SHIFT_OK)
        return status;
    memcpy(node->in, in, n_in * sizeof *in);
    node->n_in = n_in;
    node->op = shift__operator_find(op);
    node->proto = SIZE_MAX;
    node->parameters = NULL;
    return SHIFT_OK;
}

/* ---- Gelu: x * 0.5 * (1 + erf(x / sqrt 2)), the factors in any order ---- */

enum { FACTORS = 3 };

/* The leaves of a tree of Mul nodes; false where there are more than fit. */
static bool factors_of(const search *s, size_t value, unsigned depth, size_t *factors, size_t *n)
{
    const shift__node *mul = depth > 0 ? made_by(s, value, "Mul") : NULL;
    if (mul != NULL)
        return factors_of(s, mul->in[0], depth - 1, factors, n) &&
               factors_of(s, mul->in[1], depth - 1, factors, n);
    if (*n == FACTORS)
        return false;
    factors[(*n)++] = value;
    return true;
}

/* x, where `value` is 1 + erf(x / sqrt 2). */
static size_t inside_erf(const search *s, size_t value)
{
    const shift__node *add = made_by(s, value, "Add");
    for (size_t i = 0; add != NULL && i < 2; i++) {
        const shift__node *erf = made_by(s, add->in[i], "Erf");
        if (erf == NULL || !is_number(s, add->in[1 - i], 1))
            continue;
        const shift__node *scale = producer(s, erf->in[0]);
        if (scale == NULL || scale->n_in != 2)
            continue;
        if (strcmp(scale->op->name, "Div") == 0 && is_number(s, scale->in[1], sqrt(2)))
            return scale->in[0];
        for (size_t k = 0; strcmp(scale->op->name, "Mul") == 0 && k < 2; k++)
            if (is_number(s, scale->in[1 - k], sqrt(0.5)))
                return scale->in[k];
    }
    return SHIFT__NO_VALUE;
}

static shift_status find_gelu(const search *s, shift__node *node)
{
    size_t factors[FACTORS];
    size_t n = 0;
    if (strcmp(node->op->name, "Mul") != 0 || !factors_of(s, node->out[0], 2, factors, &n) ||
        n != FACTORS)
        return SHIFT_OK;
    for (size_t e = 0; e < FACTORS; e++) {
        size_t x = inside_erf(s, factors[e]);
        size_t a = factors[(e + 1) % FACTORS];
        size_t b = factors[(e + 2) % FACTORS];
        if (x != SHIFT__NO_VALUE &&
            ((a == x && is_number(s, b, 0.5)) || (b == x && is_number(s, a, 0.5))))
            return replace(s, node, "Gelu", 1, &x);
    }
    return SHIFT_OK;
}

/* ---- layer normalisation: (x - mean) / sqrt(mean((x - mean)^2) + epsilon) [* scale] [+ bias] ----
 */

/* Over the last axes, which files name from the end. 0, which no last axis is, for others. */
static int64_t last_axes(const shift__node *mean)
{
    const shift__axes_parameters *p = mean->parameters;
    int64_t first = -(int64_t)p->axes.n;
    bool seen[SHIFT__INTS_MAX] = {false};
    for (size_t i = 0; i < p->axes.n; i++) {
        int64_t axis = p->axes.values[i];
        if (axis < first || axis >= 0 || seen[axis - first])
            return 0;
        seen[axis - first] = true;
    }
    return p->keep ? first : 0;
}

/* x, where `value` is mean((x - mean x)^2) with the given x - mean x. */
static bool is_variance(const search *s, size_t value, size_t centred, int64_t axis)
{
    const shift__node *mean = made_by(s, value, "ReduceMean");
    if (mean == NULL || last_axes(mean) != axis)
        return false;
    const shift__node *square = producer(s, mean->in[0]);
    if (square == NULL || square->n_in != 2 || square->in[0] != centred)
        return false;
    return strcmp(square->op->name, "Pow") == 0
               ? is_number(s, square->in[1], 2)
               : strcmp(square->op->name, "Mul") == 0 && square->in[1] == centred;
}

static shift_status find_core(const search *s, shift__node *node)
{
    const shift__node *centred = made_by(s, node->in[0], "Sub");
    const shift__node *root = made_by(s, node->in[1], "Sqrt");
    const shift__node *add = root != NULL ? made_by(s, root->in[0], "Add") : NULL;
    const shift__node *mean = centred != NULL ? made_by(s, centred->in[1], "ReduceMean") : NULL;
    if (add == NULL || mean == NULL || mean->in[0] != centred->in[0])
        return SHIFT_OK;
    int64_t axis = last_axes(mean);
    float epsilon = 0;
    size_t x = centred->in[0];
    if (axis == 0 || !number_of(s, add->in[1], &epsilon) ||
        !is_variance(s, add->in[0], node->in[0], axis))
        return SHIFT_OK;
    shift__norm_parameters *p = NULL;
    shift_status status = shift__arena_alloc(&s->graph->arena, &p, 1, sizeof *p, s->err);
    if (status == SHIFT_OK)
        status = replace(s, node, "LayerNormalization", 2, (size_t[]){x, SHIFT__NO_VALUE});
    if (status != SHIFT_OK)
        return status;
    p->axis = axis;
    p->epsilon = epsilon;
    node->parameters = p;
    return SHIFT_OK;
}

/* A constant that scales or shifts what has been normalised, one number for each. */
static bool is_affine(const search *s, size_t value, const shift__node *core)
{
    const shift__norm_parameters *p = core->parameters;
    const shift__value *v = value != SHIFT__NO_VALUE ? &s->graph->values[value] : NULL;
    if (v == NULL || !v->constant || v->tensor.dtype != SHIFT__FLOAT32 ||
        (int64_t)v->tensor.rank != -p->axis)
        return false;
    for (size_t i = 0; i < v->tensor.rank; i++)
        if (v->tensor.dims[i] < 2)
            return false; /* might be broadcast */
    return true;
}

/* Mul by a scale (input 1), Add of a bias (input 2). */
static shift_status find_affine(const search *s, shift__node *node, size_t input)
{
    for (size_t i = 0; i < 2; i++) {
        const shift__node *core = made_by(s, node->in[i], "LayerNormalization");
        if (core == NULL || core->proto != SIZE_MAX || !is_affine(s, node->in[1 - i], core))
            continue;
        bool has_scale = core->in[1] != SHIFT__NO_VALUE;
        bool has_bias = core->n_in > 2;
        if (has_bias || has_scale != (input == 2))
            continue;
        size_t in[] = {core->in[0], input == 1 ? node->in[1 - i] : core->in[1], node->in[1 - i]};
        void *parameters = core->parameters;
        shift_status status = replace(s, node, "LayerNormalization", 1 + input, in);
        node->parameters = status == SHIFT_OK ? parameters : NULL;
        return status;
    }
    return SHIFT_OK;
}

shift_status shift__graph_recognise(shift__graph *graph, shift_error *err)
{
    search s = {graph, err};
    shift_status status = SHIFT_OK;
    for (size_t i = 0; status == SHIFT_OK && i < graph->n_nodes; i++) {
        shift__node *node = &graph->nodes[i];
        const char *op = node->op->name;
        status = find_gelu(&s, node);
        if (status == SHIFT_OK && strcmp(op, "Div") == 0)
            status = find_core(&s, node);
        else if (status == SHIFT_OK && strcmp(node->op->name, "Mul") == 0)
            status = find_affine(&s, node, 1);
        else if (status == SHIFT_OK && strcmp(op, "Add") == 0)
            status = find_affine(&s, node, 2);
    }
    return status;
}
