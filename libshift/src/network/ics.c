/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/ics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "network/split.h"

static bool same_node(const shift__graph *a, const shift__graph *b, size_t i)
{
    const shift__node *x = &a->nodes[i];
    const shift__node *y = &b->nodes[i];
    bool same = x->op == y->op && x->n_in == y->n_in;
    for (size_t k = 0; same && k < x->n_in; k++) {
        const shift__tensor *p = shift__float_constant(a, x, k);
        const shift__tensor *q = shift__float_constant(b, y, k);
        same = (p == NULL) == (q == NULL) && (p == NULL || shift__tensor_same_shape(p, q));
    }
    return same;
}

shift_status shift__same_network(const shift__graph *a, const shift__graph *b, shift_error *err)
{
    size_t n = a->n_nodes < b->n_nodes ? a->n_nodes : b->n_nodes;
    for (size_t i = 0; i < n; i++)
        if (!same_node(a, b, i))
            return shift_error_set(err, SHIFT_EINCOMPATIBLE,
                                   "%s and %s are no checkpoints of one network: they differ at "
                                   "node '%s'",
                                   a->file->name, b->file->name, a->nodes[i].name);
    if (a->n_nodes != b->n_nodes)
        return shift_error_set(err, SHIFT_EINCOMPATIBLE,
                               "%s has %zu nodes, %s has %zu: no checkpoints of one network",
                               a->file->name, a->n_nodes, b->file->name, b->n_nodes);
    return SHIFT_OK;
}

bool shift__ics_has(const shift__graph *graph, size_t node)
{
    static const char *const products[] = {"Gemm", "MatMul", "Conv", "ConvTranspose"};
    bool product = false;
    for (size_t k = 0; k < sizeof products / sizeof *products; k++)
        product = product || strcmp(graph->nodes[node].op->name, products[k]) == 0;
    return product && shift__float_constant(graph, &graph->nodes[node], 1) != NULL;
}

/* The constants of one node become those of `b`. */
static void take_node(shift__split *h, const shift__graph *b, size_t i)
{
    const shift__node *node = &h->graph.nodes[i];
    for (size_t k = 0; k < node->n_in; k++) {
        const shift__tensor *theirs = shift__float_constant(b, &b->nodes[i], k);
        if (theirs != NULL)
            h->graph.values[node->in[k]].tensor.data = theirs->data;
    }
}

/* ---- gradients ---- */

typedef struct measuring {
    shift__split h; /* the nodes before a layer become those of `b` */
    const shift__graph *b;
    const shift__held *rows;
    shift__bn_mode bn;
    shift__ics ics;
    size_t *weights;      /* of each layer: its value */
    shift__tensor *first; /* G of each layer */
    shift__tensor *now;   /* what is summed up */
    bool *wanted;
    shift_error *err;
} measuring;

static shift_status see(void *context, size_t value, const shift__tensor *gradient,
                        shift_error *err)
{
    measuring *m = context;
    size_t i = 0;
    while (m->weights[i] != value)
        i++;
    shift__tensor *sum = &m->now[i];
    if (sum->data == NULL)
        return shift__tensor_copy(sum, gradient, err);
    for (size_t k = 0; k < shift__tensor_size(sum); k++)
        shift__floats(sum)[k] += shift__floats(gradient)[k];
    return SHIFT_OK;
}

static shift_status run_pass(measuring *m)
{
    shift__pass pass = {
        .graph = &m->h.graph, .bn = m->bn, .wanted = m->wanted, .see = see, .context = m};
    shift_status status = shift__pass_held(&pass, m->rows, m->err);
    shift__pass_clear(&pass);
    return status;
}

static double dot(const shift__tensor *x, const shift__tensor *y)
{
    double total = 0;
    for (size_t i = 0; i < shift__tensor_size(x); i++)
        total += (double)shift__floats(x)[i] * (double)shift__floats(y)[i];
    return total;
}

static void compare(measuring *m, size_t i, const shift__tensor *other)
{
    const shift__tensor *g = &m->first[i];
    shift__ics_layer *layer = &m->ics.layers[i];
    double n = (double)m->rows->rows;
    double apart = 0;
    for (size_t k = 0; k < shift__tensor_size(g); k++) {
        double d = (double)shift__floats(g)[k] - (double)shift__floats(other)[k];
        apart += d * d;
    }
    layer->l2 = sqrt(apart) / n;
    layer->before = sqrt(dot(g, g)) / n;
    layer->after = sqrt(dot(other, other)) / n;
    layer->cosine = dot(g, other) / (layer->before * n * layer->after * n);
    layer->cosine = layer->cosine > 1 ? 1 : layer->cosine;
}

/* The loss depends on every layer: a gradient that is not there is one that never arrives. */
static shift_status fill_missing(measuring *m, size_t i)
{
    if (m->now[i].data != NULL)
        return SHIFT_OK;
    m->now[i] = m->h.graph.values[m->weights[i]].tensor;
    m->now[i].owns = false;
    return shift__tensor_alloc(&m->now[i], m->err);
}

static shift_status measure_layer(measuring *m, size_t i)
{
    memset(m->wanted, 0, m->h.graph.n_values * sizeof *m->wanted);
    m->wanted[m->weights[i]] = true;
    for (size_t k = i > 0 ? m->ics.layers[i - 1].node : 0; k < m->ics.layers[i].node; k++)
        take_node(&m->h, m->b, k);
    shift_status status = run_pass(m);
    if (status == SHIFT_OK)
        status = fill_missing(m, i);
    if (status == SHIFT_OK)
        compare(m, i, &m->now[i]);
    shift__tensor_clear(&m->now[i]);
    return status;
}

static shift_status measure_all(measuring *m)
{
    for (size_t i = 0; i < m->ics.n; i++)
        m->wanted[m->weights[i]] = true;
    shift_status status = run_pass(m);
    for (size_t i = 0; status == SHIFT_OK && i < m->ics.n; i++) {
        status = fill_missing(m, i);
        m->first[i] = m->now[i];
        m->now[i] = (shift__tensor){.dtype = SHIFT__FLOAT32};
    }
    for (size_t i = 0; status == SHIFT_OK && i < m->ics.n; i++)
        status = measure_layer(m, i);
    return status;
}

static shift_status find_layers(measuring *m)
{
    const shift__graph *graph = &m->h.graph;
    for (size_t i = 0; i < graph->n_nodes; i++) {
        if (!shift__ics_has(graph, i))
            continue;
        m->weights[m->ics.n] = graph->nodes[i].in[1];
        m->ics.layers[m->ics.n++].node = i;
    }
    if (m->ics.n > 0)
        return SHIFT_OK;
    return shift_error_set(m->err, SHIFT_EUNSUPPORTED,
                           "%s: has no layer with weights (Gemm, MatMul, Conv, ConvTranspose)",
                           graph->file->name);
}

static shift_status make_room(measuring *m)
{
    size_t n = m->h.graph.n_nodes;
    shift_status status = shift__alloc(&m->ics.layers, n, sizeof *m->ics.layers, m->err);
    if (status == SHIFT_OK)
        status = shift__alloc(&m->weights, n, sizeof *m->weights, m->err);
    if (status == SHIFT_OK)
        status = shift__alloc(&m->first, n, sizeof *m->first, m->err);
    if (status == SHIFT_OK)
        status = shift__alloc(&m->now, n, sizeof *m->now, m->err);
    if (status == SHIFT_OK)
        status = shift__alloc(&m->wanted, m->h.graph.n_values, sizeof *m->wanted, m->err);
    return status;
}

shift_status shift__ics_run(shift__ics *out, const shift__graph *a, const shift__graph *b,
                            const shift__held *rows, shift__bn_mode bn, shift_error *err)
{
    measuring m = {.b = b, .rows = rows, .bn = bn, .err = err};
    shift_status status = shift__same_network(a, b, err);
    if (status == SHIFT_OK)
        status = shift__split_init(&m.h, a, err);
    if (status == SHIFT_OK)
        status = make_room(&m);
    if (status == SHIFT_OK)
        status = find_layers(&m);
    if (status == SHIFT_OK)
        status = measure_all(&m);
    for (size_t i = 0; m.first != NULL && m.now != NULL && i < m.ics.n; i++) {
        shift__tensor_clear(&m.first[i]);
        shift__tensor_clear(&m.now[i]);
    }
    free(m.weights);
    free(m.first);
    free(m.now);
    free(m.wanted);
    shift__split_clear(&m.h);
    if (status != SHIFT_OK) {
        shift__ics_clear(&m.ics);
        return status;
    }
    *out = m.ics;
    return SHIFT_OK;
}

void shift__ics_clear(shift__ics *ics)
{
    free(ics->layers);
    *ics = (shift__ics){.n = 0};
}
