/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/layers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "network/layer_activate.h"
#include "network/operators/common.h"

/* Slopes are those of the library that trained the network (PyTorch); a twentieth of the steepest
 * is where learning has stopped. Roots of f'(z) = 0.05 max|f'| that have no closed form were found
 * by bisection in double precision. */
static const double share = 0.05;

static shift__saturation below(double low)
{
    return (shift__saturation){(float)low, INFINITY, NAN, NAN};
}

static shift__saturation outside(double low, double high)
{
    return (shift__saturation){(float)low, (float)high, NAN, NAN};
}

/* s (1 - s) = 0.05 / 4 */
static shift__saturation of_sigmoid(void)
{
    double s = 0.5 * (1 - sqrt(1 - share));
    double z = log((1 - s) / s);
    return outside(-z, z);
}

/* 1 - tanh^2 = 0.05 */
static shift__saturation of_tanh(void)
{
    double z = atanh(sqrt(1 - share));
    return outside(-z, z);
}

/* Leaky: nothing below 0 where the slope there is large enough. */
static shift__saturation of_leaky(double slope)
{
    return below(fabs(slope) < share ? 0 : -(double)INFINITY);
}

/* alpha e^z; the steepest is 1 */
static shift__saturation of_elu(double alpha)
{
    return below(alpha > 0 ? fmin(0, log(share / alpha)) : 0);
}

/* gamma alpha e^z below 0, where it is steepest, and gamma above */
static shift__saturation of_selu(double alpha, double gamma)
{
    double steepest = fmax(gamma * alpha, gamma);
    return below(fmin(0, log(share * steepest / (gamma * alpha))));
}

/* e^z / (1 + e^z) = 0.05 */
static shift__saturation of_softplus(void)
{
    return below(log(share / (1 - share)));
}

static double gelu_slope(double z)
{
    return 0.5 * (1 + erf(z * sqrt(0.5))) + z * exp(-0.5 * z * z) * 0.39894228040143267794;
}

/* gelu_slope(z) = level between a and b, where it crosses once */
static double gelu_root(double level, double a, double b)
{
    bool rises = gelu_slope(b) > gelu_slope(a);
    for (int i = 0; i < 80; i++) {
        double middle = 0.5 * (a + b);
        if ((gelu_slope(middle) < level) == rises)
            a = middle;
        else
            b = middle;
    }
    return 0.5 * (a + b);
}

/* The slope falls from 0 to its least at -sqrt(2), rises through 0 to its most at sqrt(2). */
static shift__saturation of_gelu(void)
{
    double level = share * gelu_slope(sqrt(2.0));
    return (shift__saturation){(float)gelu_root(-level, -10, -sqrt(2.0)), INFINITY,
                               (float)gelu_root(-level, -sqrt(2.0), 0),
                               (float)gelu_root(level, -sqrt(2.0), 0)};
}

/* 0 up to -3, (2 z + 3) / 6 up to 3, then 1; steepest 1.5 at 3 */
static shift__saturation of_hard_swish(void)
{
    double level = share * 1.5;
    return (shift__saturation){-3, INFINITY, (float)((-6 * level - 3) / 2),
                               (float)((6 * level - 3) / 2)};
}

/* A bound that is an input; false where it is computed. */
static bool take_bound(const shift__graph *graph, const shift__node *node, size_t i, float *bound)
{
    if (i >= node->n_in || node->in[i] == SHIFT__NO_VALUE)
        return true;
    const shift__tensor *constant = shift__graph_constant(graph, node, i);
    if (constant == NULL || constant->dtype != SHIFT__FLOAT32 || shift__tensor_size(constant) != 1)
        return false;
    *bound = shift__floats(constant)[0];
    return true;
}

static bool look_at_clip(const shift__graph *graph, const shift__node *node, shift__site *site)
{
    const shift__activation_parameters *p = node->parameters;
    site->saturation = (shift__saturation){p->alpha, p->beta, NAN, NAN};
    return take_bound(graph, node, 1, &site->saturation.low) &&
           take_bound(graph, node, 2, &site->saturation.high);
}

/* Whether the operator is an activation, and where it saturates. */
static bool is_activation(const shift__graph *graph, const shift__node *node, shift__site *site)
{
    const char *op = node->op->name;
    const shift__activation_parameters *p = node->parameters;
    if (strcmp(op, "Relu") == 0)
        site->saturation = below(0);
    else if (strcmp(op, "Sigmoid") == 0)
        site->saturation = of_sigmoid();
    else if (strcmp(op, "Tanh") == 0)
        site->saturation = of_tanh();
    else if (strcmp(op, "LeakyRelu") == 0)
        site->saturation = of_leaky((double)p->alpha);
    else if (strcmp(op, "Elu") == 0)
        site->saturation = of_elu((double)p->alpha);
    else if (strcmp(op, "Selu") == 0)
        site->saturation = of_selu((double)p->alpha, (double)p->beta);
    else if (strcmp(op, "Softplus") == 0)
        site->saturation = of_softplus();
    else if (strcmp(op, "Gelu") == 0)
        site->saturation = of_gelu();
    else if (strcmp(op, "HardSigmoid") == 0)
        site->saturation =
            outside(-(double)p->beta / (double)p->alpha, (1 - (double)p->beta) / (double)p->alpha);
    else if (strcmp(op, "HardSwish") == 0)
        site->saturation = of_hard_swish();
    else if (strcmp(op, "Clip") != 0)
        return false;
    site->saturates = strcmp(op, "Clip") != 0 || look_at_clip(graph, node, site);
    return true;
}

static void look_at_prelu(const shift__graph *graph, const shift__node *node, shift__site *site)
{
    const shift__tensor *slopes = shift__graph_constant(graph, node, 1);
    if (slopes == NULL)
        return;
    site->saturates = true;
    site->slopes = shift__floats(slopes);
    site->n_slopes = shift__tensor_size(slopes);
    const shift__activation_parameters *p = node->parameters;
    site->slopes_channels = p->channels && slopes->rank == 1;
    for (size_t i = 0; i < slopes->rank; i++)
        if ((size_t)slopes->dims[i] == site->n_slopes)
            site->slopes_from = slopes->rank - 1 - i;
        else if (slopes->dims[i] != 1)
            site->slopes_from = SIZE_MAX;
}

bool shift__site_by_channel(const shift__site *site, size_t rank)
{
    return site->slopes == NULL || site->n_slopes == 1 || site->slopes_channels ||
           (rank >= 2 && site->slopes_from == rank - 2);
}

/* Max of computed values, and the maximum over pieces that ReduceMax takes, are Maxout. */
static bool is_maxout(const shift__graph *graph, const shift__node *node)
{
    if (strcmp(node->op->name, "ReduceMax") == 0)
        return true;
    if (strcmp(node->op->name, "Max") != 0 || node->n_in < 2)
        return false;
    for (size_t i = 0; i < node->n_in; i++)
        if (shift__graph_constant(graph, node, i) != NULL)
            return false;
    return true;
}

static shift_status look_at_bn(const shift__graph *graph, const shift__node *node,
                               shift__site *site, shift_error *err)
{
    const float **const parts[] = {&site->scale, &site->bias, &site->mean, &site->variance};
    for (size_t i = 0; i < 4; i++) {
        const shift__tensor *part = shift__graph_constant(graph, node, i + 1);
        if (part == NULL)
            return shift_error_set(err, SHIFT_EUNSUPPORTED,
                                   "%s: node %s (BatchNormalization): input %zu is computed, not "
                                   "stored",
                                   graph->file->name, node->name, i + 1);
        *parts[i] = shift__floats(part);
        site->channels = shift__tensor_size(part);
    }
    site->epsilon = ((const shift__norm_parameters *)node->parameters)->epsilon;
    return SHIFT_OK;
}

static bool comes_from(const shift__graph *graph, size_t value, const char *op)
{
    size_t producer = graph->values[value].producer;
    return producer != SIZE_MAX && strcmp(graph->nodes[producer].op->name, op) == 0;
}

/* A site for the node, or none: *site stays as it was where op is NULL afterwards. */
static shift_status look_at(const shift__graph *graph, size_t i, shift__site *site,
                            shift_error *err)
{
    const shift__node *node = &graph->nodes[i];
    shift_status status = SHIFT_OK;
    *site = (shift__site){.kind = SHIFT__SITE_ACTIVATION,
                          .name = node->name,
                          .op = node->op->name,
                          .node = i,
                          .before = node->n_in > 0 ? node->in[0] : SHIFT__NO_VALUE,
                          .after = node->out[0]};
    if (strcmp(node->op->name, "BatchNormalization") == 0) {
        site->kind = SHIFT__SITE_BN;
        site->seen = site->before;
        status = look_at_bn(graph, node, site, err);
    } else if (strcmp(node->op->name, "PRelu") == 0) {
        look_at_prelu(graph, node, site);
    } else if (is_maxout(graph, node)) {
        site->op = "Maxout";
        site->before = SHIFT__NO_VALUE;
    } else if (!is_activation(graph, node, site)) {
        site->op = NULL;
        return SHIFT_OK;
    }
    site->both = site->kind == SHIFT__SITE_ACTIVATION && site->before != SHIFT__NO_VALUE;
    if (site->kind == SHIFT__SITE_ACTIVATION)
        site->seen =
            site->before == SHIFT__NO_VALUE || comes_from(graph, site->before, "BatchNormalization")
                ? site->after
                : site->before;
    return status;
}

/* The site whose values the output that is seen follows from; SIZE_MAX for none. */
static size_t source_of(const shift__layers *layers, const shift__graph *graph,
                        const shift__site *site)
{
    if (site->kind != SHIFT__SITE_ACTIVATION || site->seen == site->before || !site->both)
        return SIZE_MAX;
    size_t producer = graph->values[site->before].producer;
    size_t i = 0;
    while (i < layers->n && layers->sites[i].node != producer)
        i++;
    bool known = i < layers->n && shift__activation_known(graph, &graph->nodes[site->node],
                                                          layers->sites[i].channels);
    return known ? i : SIZE_MAX;
}

static shift__site end_site(const shift__graph *graph, shift__site_kind kind, size_t value)
{
    return (shift__site){.kind = kind,
                         .name = graph->values[value].name,
                         .op = kind == SHIFT__SITE_INPUT ? "input" : "output",
                         .node = SIZE_MAX,
                         .before = SHIFT__NO_VALUE,
                         .source = SIZE_MAX,
                         .after = value,
                         .seen = value};
}

shift_status shift__layers_find(shift__layers *out, const shift__graph *graph, shift_error *err)
{
    shift__layers layers = {NULL, 0};
    size_t most = graph->n_inputs + graph->n_nodes + graph->n_outputs;
    shift_status status = shift__alloc(&layers.sites, most, sizeof *layers.sites, err);
    for (size_t i = 0; status == SHIFT_OK && i < graph->n_inputs; i++)
        layers.sites[layers.n++] = end_site(graph, SHIFT__SITE_INPUT, graph->inputs[i]);
    for (size_t i = 0; status == SHIFT_OK && i < graph->n_nodes; i++) {
        shift__site *site = &layers.sites[layers.n];
        status = look_at(graph, i, site, err);
        if (status != SHIFT_OK || site->op == NULL)
            continue;
        site->source = source_of(&layers, graph, site);
        layers.n++;
    }
    for (size_t i = 0; status == SHIFT_OK && i < graph->n_outputs; i++) {
        shift__site *site = &layers.sites[layers.n++];
        *site = end_site(graph, SHIFT__SITE_OUTPUT, graph->outputs[i]);
        site->predicts = i == 0;
        site->probability = comes_from(graph, graph->outputs[i], "Sigmoid");
    }
    if (status != SHIFT_OK) {
        shift__layers_clear(&layers);
        return status;
    }
    *out = layers;
    return SHIFT_OK;
}

void shift__layers_clear(shift__layers *layers)
{
    free(layers->sites);
    *layers = (shift__layers){NULL, 0};
}

void shift__channels_of(const shift__tensor *tensor, size_t *channels, size_t *positions)
{
    *channels = tensor->rank >= 2 ? (size_t)tensor->dims[1] : 1;
    *positions = tensor->rank >= 2 ? shift__tensor_span(tensor, 2, tensor->rank) : 1;
}
