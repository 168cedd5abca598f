/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradients of normalisations. With z = (x - mean) / s and y = scale z + bias over n values, and
 * statistics that are those of the n values themselves (Ioffe & Szegedy 2015, section 3):
 *   dx = (g - mean(g) - z mean(g z)) / s, with g = dy scale. */
#include <math.h>

#include "network/operators/backward.h"

typedef shift__norm_parameters parameters;

/* ---- BatchNormalization ---- */

typedef struct channel {
    const float *x, *gradient;
    float *to;
    size_t rows, pixels, stride; /* a row's pixels of the channel begin `stride` after the last's */
    double mean, variance, factor; /* factor: 1 / sqrt(variance + epsilon) */
    double sum, product;           /* of the gradient, and of it times z */
} channel;

static void find_statistics(channel *c)
{
    double n = (double)(c->rows * c->pixels);
    double origin = c->rows * c->pixels > 0 ? (double)c->x[0] : 0;
    double first = 0;
    double second = 0;
    for (size_t r = 0; r < c->rows; r++)
        for (size_t i = 0; i < c->pixels; i++) {
            double d = (double)c->x[r * c->stride + i] - origin;
            first += d;
            second += d * d;
        }
    c->mean = origin + first / n;
    c->variance = fmax(second / n - first / n * (first / n), 0);
}

static void sum_up(channel *c)
{
    for (size_t r = 0; r < c->rows; r++)
        for (size_t i = 0; i < c->pixels; i++) {
            double g = (double)c->gradient[r * c->stride + i];
            c->sum += g;
            c->product += g * ((double)c->x[r * c->stride + i] - c->mean);
        }
    c->product *= c->factor;
}

static void spread(const channel *c, double scale, bool batch)
{
    double n = (double)(c->rows * c->pixels);
    float mean = (float)(batch ? c->sum / n : 0);
    float slope = (float)(batch ? c->product / n * c->factor : 0);
    float factor = (float)(scale * c->factor);
    float centre = (float)c->mean;
    for (size_t r = 0; r < c->rows; r++) {
        const float *x = c->x + r * c->stride;
        const float *g = c->gradient + r * c->stride;
        float *to = c->to + r * c->stride;
        for (size_t i = 0; i < c->pixels; i++)
            to[i] = factor * (g[i] - mean - (x[i] - centre) * slope);
    }
}

static void give_parameters(const shift__call *call, size_t c, const channel *of, bool batch)
{
    double scale = (double)shift__floats(call->in[1])[c];
    const double gradients[] = {of->product, of->sum, batch ? 0 : -scale * of->factor * of->sum,
                                batch ? 0 : -0.5 * scale * of->factor * of->factor * of->product};
    for (size_t i = 0; i < 4; i++)
        if (shift__gradient_of(call, i + 1) != NULL)
            shift__gradient_of(call, i + 1)[c] = (float)gradients[i];
}

shift_status shift__backward_batch_norm(const shift__call *call)
{
    const parameters *p = call->node->parameters;
    const shift__tensor *in = call->in[0];
    size_t channels = (size_t)in->dims[1];
    size_t pixels = shift__tensor_span(in, 2, in->rank);
    float *to = shift__gradient_of(call, 0);
    bool batch =
        call->work->bn == SHIFT__BN_BATCH || (call->work->bn == SHIFT__BN_AS_NODE && p->training);
    if (call->out_gradient[0] == NULL)
        return SHIFT_OK; /* nothing flows back from running statistics */
    for (size_t c = 0; c < channels; c++) {
        channel of = {.x = shift__floats(in) + c * pixels,
                      .gradient = shift__gradient_in(call) + c * pixels,
                      .to = to != NULL ? to + c * pixels : NULL,
                      .rows = (size_t)in->dims[0],
                      .pixels = pixels,
                      .stride = channels * pixels,
                      .mean = (double)shift__floats(call->in[3])[c],
                      .variance = (double)shift__floats(call->in[4])[c]};
        if (batch)
            find_statistics(&of);
        of.factor = 1 / sqrt(of.variance + (double)p->epsilon);
        sum_up(&of);
        give_parameters(call, c, &of, batch);
        if (to != NULL)
            spread(&of, (double)shift__floats(call->in[1])[c], batch);
    }
    return SHIFT_OK;
}

/* ---- rows that are normalised each by itself ---- */

/* `scale` and where its gradient and the bias's go are `step` apart: 0 where a row has one. */
typedef struct row {
    const float *x, *gradient, *scale;
    float *to, *to_scale, *to_bias;
    size_t n, step;
    double epsilon;
} row;

static void back_through_row(const row *r)
{
    double n = (double)r->n;
    double mean = 0;
    double variance = 0;
    for (size_t i = 0; i < r->n; i++)
        mean += (double)r->x[i] / n;
    for (size_t i = 0; i < r->n; i++)
        variance += ((double)r->x[i] - mean) * ((double)r->x[i] - mean) / n;
    double factor = 1 / sqrt(variance + r->epsilon);
    double sum = 0;
    double product = 0;
    for (size_t i = 0; i < r->n; i++) {
        double z = ((double)r->x[i] - mean) * factor;
        double dy = (double)r->gradient[i];
        double g = dy * (r->scale != NULL ? (double)r->scale[i * r->step] : 1);
        sum += g / n;
        product += g * z / n;
        if (r->to_scale != NULL)
            r->to_scale[i * r->step] += (float)(dy * z);
        if (r->to_bias != NULL)
            r->to_bias[i * r->step] += (float)dy;
    }
    for (size_t i = 0; r->to != NULL && i < r->n; i++) {
        double z = ((double)r->x[i] - mean) * factor;
        double g = (double)r->gradient[i] * (r->scale != NULL ? (double)r->scale[i * r->step] : 1);
        r->to[i] = (float)(factor * (g - sum - z * product));
    }
}

static float *shifted(float *at, size_t by)
{
    return at != NULL ? at + by : NULL;
}

shift_status shift__backward_instance_norm(const shift__call *call)
{
    const parameters *p = call->node->parameters;
    const shift__tensor *in = call->in[0];
    size_t pixels = shift__tensor_span(in, 2, in->rank);
    size_t channels = (size_t)in->dims[1];
    for (size_t r = 0; r < shift__tensor_span(in, 0, 2); r++)
        back_through_row(&(row){
            shift__floats(in) + r * pixels, shift__gradient_in(call) + r * pixels,
            shift__floats(call->in[1]) + r % channels,
            shifted(shift__gradient_of(call, 0), r * pixels),
            shifted(shift__gradient_of(call, 1), r % channels),
            shifted(shift__gradient_of(call, 2), r % channels), pixels, 0, (double)p->epsilon});
    return SHIFT_OK;
}

shift_status shift__backward_layer_norm(const shift__call *call)
{
    const parameters *p = call->node->parameters;
    const shift__tensor *in = call->in[0];
    const shift__tensor *scale = shift__input(call, 1);
    size_t axis = (size_t)(p->axis < 0 ? p->axis + (int64_t)in->rank : p->axis);
    size_t n = shift__tensor_span(in, axis, in->rank);
    for (size_t i = 1; i < call->node->n_out; i++)
        if (call->out_gradient[i] != NULL)
            return shift_error_set(call->err, SHIFT_EUNSUPPORTED,
                                   "the gradient of its output %zu is not supported", i);
    for (size_t r = 0; r < shift__tensor_span(in, 0, axis); r++)
        back_through_row(&(row){shift__floats(in) + r * n, shift__gradient_in(call) + r * n,
                                scale != NULL ? shift__floats(scale) : NULL,
                                shifted(shift__gradient_of(call, 0), r * n),
                                shift__gradient_of(call, 1), shift__gradient_of(call, 2), n, 1,
                                (double)p->epsilon});
    return SHIFT_OK;
}
