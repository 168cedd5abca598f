/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Batch, layer and instance normalisation. */
#include <math.h>

#include "network/operators/backward.h"
#include "network/operators/common.h"
#include "network/operators/elementwise.h"
#include "network/operators/families.h"

typedef shift__norm_parameters parameters;

/* ---- BatchNormalization: inputs X, scale, B, mean, var ---- */

/* Before opset 14, training was asked for by naming the statistics as outputs. */
static bool wants_training(shift__attributes *a, const shift__node *node)
{
    if (a->opset >= 14)
        return shift__attribute_int(a, "training_mode", 0) != 0;
    bool test = a->opset < 7 && shift__attribute_int(a, "is_test", 0) != 0;
    return node->n_out > 1 && !test;
}

static shift_status parse_batch(shift__attributes *a, shift__node *node)
{
    parameters *p = shift__attributes_alloc(a, sizeof *p);
    if (p == NULL)
        return shift__attributes_status(a);
    p->epsilon = shift__attribute_float(a, "epsilon", 1e-5F);
    p->momentum = shift__attribute_float(a, "momentum", 0.9F);
    p->training = wants_training(a, node);
    if (a->opset < 9 && shift__attribute_int(a, "spatial", 1) != 1)
        (void)shift__attributes_refuse(a, "attribute 'spatial' of 0 is not supported");
    node->parameters = p;
    return shift__attributes_status(a);
}

static shift_status check_variance(const shift__call *call, int64_t channel, float variance)
{
    const parameters *p = call->node->parameters;
    if (variance + p->epsilon >= 0)
        return SHIFT_OK;
    if (variance >= 0)
        return shift__call_refuse(call, "epsilon is %g; the stored variance of channel %lld is %g",
                                  (double)p->epsilon, (long long)channel, (double)variance);
    return shift__call_refuse(call, "the stored variance of channel %lld is %g", (long long)channel,
                              (double)variance);
}

static shift_status infer_batch(const shift__call *call)
{
    const shift__tensor *in = call->in[0];
    shift_status status = shift__expect_floats(call, 0, 5);
    if (status == SHIFT_OK && in->rank < 2)
        status = shift__call_refuse(call, "input 0 has no channels");
    for (size_t i = 1; status == SHIFT_OK && i < 5; i++)
        status = shift__expect_vector(call, i, in->dims[1]);
    if (status != SHIFT_OK)
        return status;
    const float *variance = shift__floats(call->in[4]);
    for (int64_t c = 0; status == SHIFT_OK && variance != NULL && c < in->dims[1]; c++)
        status = check_variance(call, c, variance[c]);
    if (status != SHIFT_OK)
        return status;
    shift__set_shape(call->out[0], SHIFT__FLOAT32, in->rank, in->dims);
    for (size_t i = 1; i < call->node->n_out; i++)
        shift__set_shape(shift__output(call, i), SHIFT__FLOAT32, 1, &in->dims[1]);
    return SHIFT_OK;
}

/* Mean and biased variance of channel `c` of the batch. The values are shifted by the first one, so
 * that squares do not cancel where the mean is far from 0. */
static void channel_moments(const shift__tensor *in, size_t c, double *mean, double *variance)
{
    size_t channels = (size_t)in->dims[1];
    size_t pixels = shift__tensor_span(in, 2, in->rank);
    size_t rows = (size_t)in->dims[0];
    size_t n = rows * pixels;
    size_t step = in->channels_last ? channels : 1; /* to the next pixel */
    size_t first = in->channels_last ? c : c * pixels;
    double origin = n > 0 ? (double)shift__floats(in)[first] : 0;
    double total = 0;
    double squares = 0;
    for (size_t r = 0; r < rows; r++) {
        const float *x = shift__floats(in) + r * channels * pixels + first;
        for (size_t i = 0; i < pixels; i++) {
            double d = (double)x[i * step] - origin;
            total += d;
            squares += d * d;
        }
    }
    total /= (double)n;
    *mean = origin + total;
    *variance = squares / (double)n - total * total;
    *variance = *variance < 0 ? 0 : *variance;
}

/* What a channel is normalised by: y = (x - centre) factor + offset. */
typedef struct channel {
    float centre, factor, offset;
} channel;

static channel make_channel(const shift__call *call, size_t c, double mean, double variance)
{
    const parameters *p = call->node->parameters;
    double scale = (double)shift__floats(call->in[1])[c] / sqrt(variance + (double)p->epsilon);
    return (channel){(float)mean, (float)scale, shift__floats(call->in[2])[c]};
}

static void normalise_channel(const shift__call *call, size_t c, channel by)
{
    const shift__tensor *in = call->in[0];
    size_t channels = (size_t)in->dims[1];
    size_t pixels = shift__tensor_span(in, 2, in->rank);
    for (size_t r = 0; r < (size_t)in->dims[0]; r++) {
        size_t begin = (r * channels + c) * pixels;
        const float *x = shift__floats(in) + begin;
        float *y = shift__floats(call->out[0]) + begin;
        for (size_t i = 0; i < pixels; i++)
            y[i] = (x[i] - by.centre) * by.factor + by.offset;
    }
}

/* Channels so often one after the other that no register is filled in part, where that is not too
 * often. */
static size_t period_of(size_t channels)
{
    const size_t lanes = 16;
    const size_t enough = 256;
    while (channels % lanes != 0 && channels < enough)
        channels *= 2;
    return channels;
}

/* The same where channels lie last. `by` has the three numbers of a period one after the other, of
 * which those of its first channels are set. */
static void normalise_last(const shift__call *call, float *by, size_t period)
{
    const shift__tensor *in = call->in[0];
    size_t channels = (size_t)in->dims[1];
    for (size_t i = 0; i < 3; i++)
        for (size_t k = channels; k < period; k++)
            by[i * period + k] = by[i * period + k - channels];
    const shift__affine affine = {period, by, by + period, by + 2 * period};
    shift__elementwise_at(0)->affine(&affine, shift__floats(in), shift__tensor_size(in),
                                     shift__floats(call->out[0]));
}

/* Outputs 1 and 2: the statistics as a training step would leave them. The standard takes the
 * biased variance. */
static void running_statistics(const shift__call *call, size_t c, double mean, double variance)
{
    const parameters *p = call->node->parameters;
    double keep = (double)p->momentum;
    const double now[] = {mean, variance};
    for (size_t i = 0; i < 2; i++) {
        shift__tensor *out = shift__output(call, 1 + i);
        double before = (double)shift__floats(call->in[3 + i])[c];
        if (out != NULL)
            shift__floats(out)[c] = (float)(before * keep + now[i] * (1 - keep));
        out = shift__output(call, 3 + i); /* until opset 13 */
        if (out != NULL)
            shift__floats(out)[c] = (float)now[i];
    }
}

static shift_status forward_batch(const shift__call *call)
{
    const parameters *p = call->node->parameters;
    const shift__tensor *in = call->in[0];
    bool batch =
        call->work->bn == SHIFT__BN_BATCH || (call->work->bn == SHIFT__BN_AS_NODE && p->training);
    size_t channels = (size_t)in->dims[1];
    size_t period = period_of(channels);
    float *last = NULL;
    shift_status status = SHIFT_OK;
    if (in->channels_last || in->rank == 2)
        status = shift__call_scratch(call, 3 * period * sizeof *last, &last);
    for (size_t c = 0; status == SHIFT_OK && c < channels; c++) {
        double mean = (double)shift__floats(call->in[3])[c];
        double variance = (double)shift__floats(call->in[4])[c];
        if (batch)
            channel_moments(in, c, &mean, &variance);
        running_statistics(call, c, mean, variance);
        channel by = make_channel(call, c, mean, variance);
        if (last == NULL) {
            normalise_channel(call, c, by);
            continue;
        }
        last[c] = by.centre;
        last[period + c] = by.factor;
        last[2 * period + c] = by.offset;
    }
    if (last != NULL)
        normalise_last(call, last, period);
    return status;
}

/* ---- rows of `n` numbers that are normalised each by itself ---- */

static void row_moments(const float *x, size_t n, double *mean, double *variance)
{
    double total = 0;
    for (size_t i = 0; i < n; i++)
        total += (double)x[i];
    *mean = total / (double)n;
    double squares = 0;
    for (size_t i = 0; i < n; i++) {
        double d = (double)x[i] - *mean;
        squares += d * d;
    }
    *variance = squares / (double)n;
}

/* ---- InstanceNormalization: inputs X, scale, B ---- */

static shift_status parse_instance(shift__attributes *a, shift__node *node)
{
    parameters *p = shift__attributes_alloc(a, sizeof *p);
    if (p != NULL)
        p->epsilon = shift__attribute_float(a, "epsilon", 1e-5F);
    node->parameters = p;
    return shift__attributes_status(a);
}

static shift_status infer_instance(const shift__call *call)
{
    const shift__tensor *in = call->in[0];
    shift_status status = shift__expect_floats(call, 0, 3);
    if (status == SHIFT_OK && in->rank < 3)
        status = shift__call_refuse(call, "input 0 is no image with channels");
    for (size_t i = 1; status == SHIFT_OK && i < 3; i++)
        status = shift__expect_vector(call, i, in->dims[1]);
    if (status == SHIFT_OK)
        shift__set_shape(call->out[0], SHIFT__FLOAT32, in->rank, in->dims);
    return status;
}

static shift_status forward_instance(const shift__call *call)
{
    const parameters *p = call->node->parameters;
    const shift__tensor *in = call->in[0];
    size_t pixels = shift__tensor_span(in, 2, in->rank);
    size_t channels = (size_t)in->dims[1];
    for (size_t r = 0; r < shift__tensor_span(in, 0, 2); r++) {
        const float *x = shift__floats(in) + r * pixels;
        float *y = shift__floats(call->out[0]) + r * pixels;
        double mean = 0;
        double variance = 0;
        row_moments(x, pixels, &mean, &variance);
        double scale =
            (double)shift__floats(call->in[1])[r % channels] / sqrt(variance + (double)p->epsilon);
        float offset = shift__floats(call->in[2])[r % channels];
        for (size_t i = 0; i < pixels; i++)
            y[i] = (float)(((double)x[i] - mean) * scale) + offset;
    }
    return SHIFT_OK;
}

/* ---- LayerNormalization: inputs X, scale, B; outputs Y, mean, 1 / standard deviation ---- */

static shift_status parse_layer(shift__attributes *a, shift__node *node)
{
    parameters *p = shift__attributes_alloc(a, sizeof *p);
    if (p != NULL) {
        p->epsilon = shift__attribute_float(a, "epsilon", 1e-5F);
        p->axis = shift__attribute_int(a, "axis", -1);
        if (shift__attribute_int(a, "stash_type", 1) != 1)
            (void)shift__attributes_refuse(a, "attribute 'stash_type' is not 1");
    }
    node->parameters = p;
    return shift__attributes_status(a);
}

static shift_status infer_layer(const shift__call *call)
{
    const parameters *p = call->node->parameters;
    const shift__tensor *in = call->in[0];
    size_t axis = 0;
    shift_status status = shift__expect_floats(call, 0, 3);
    if (status == SHIFT_OK)
        status = shift__axis(call, p->axis, in->rank, &axis);
    for (size_t i = 1; status == SHIFT_OK && i < call->node->n_in; i++) {
        const shift__tensor *weights = shift__input(call, i);
        if (weights == NULL)
            continue;
        bool fits = shift__tensor_size(weights) == shift__tensor_span(in, axis, in->rank);
        for (size_t k = 0; fits && k < weights->rank && k < in->rank - axis; k++)
            fits = weights->dims[weights->rank - 1 - k] == in->dims[in->rank - 1 - k];
        if (!fits)
            status = shift__call_refuse(call, "input %zu does not fit the normalised axes", i);
    }
    if (status != SHIFT_OK)
        return status;
    shift__set_shape(call->out[0], SHIFT__FLOAT32, in->rank, in->dims);
    for (size_t i = 1; i < call->node->n_out; i++) {
        shift__tensor *out = shift__output(call, i);
        shift__set_shape(out, SHIFT__FLOAT32, in->rank, in->dims);
        for (size_t k = axis; out != NULL && k < in->rank; k++)
            out->dims[k] = 1;
    }
    return SHIFT_OK;
}

static shift_status forward_layer(const shift__call *call)
{
    const parameters *p = call->node->parameters;
    const shift__tensor *in = call->in[0];
    const shift__tensor *scale = shift__input(call, 1);
    const shift__tensor *offset = shift__input(call, 2);
    size_t axis = (size_t)(p->axis < 0 ? p->axis + (int64_t)in->rank : p->axis);
    size_t n = shift__tensor_span(in, axis, in->rank);
    for (size_t r = 0; r < shift__tensor_span(in, 0, axis); r++) {
        const float *x = shift__floats(in) + r * n;
        float *y = shift__floats(call->out[0]) + r * n;
        double mean = 0;
        double variance = 0;
        row_moments(x, n, &mean, &variance);
        double factor = 1 / sqrt(variance + (double)p->epsilon);
        for (size_t i = 0; i < n; i++) {
            float z = (float)(((double)x[i] - mean) * factor);
            y[i] = z * (scale != NULL ? shift__floats(scale)[i] : 1) +
                   (offset != NULL ? shift__floats(offset)[i] : 0);
        }
        if (shift__output(call, 1) != NULL)
            shift__floats(call->out[1])[r] = (float)mean;
        if (shift__output(call, 2) != NULL)
            shift__floats(call->out[2])[r] = (float)factor;
    }
    return SHIFT_OK;
}

const shift__operator shift__norm_operators[] = {
    {"BatchNormalization", 5, 5, 5, SHIFT__EITHER | SHIFT__IN_PLACE, parse_batch, infer_batch,
     forward_batch, shift__backward_batch_norm},
    {"InstanceNormalization", 3, 3, 1, 0, parse_instance, infer_instance, forward_instance,
     shift__backward_instance_norm},
    {"LayerNormalization", 2, 3, 3, 0, parse_layer, infer_layer, forward_layer,
     shift__backward_layer_norm},
    {0},
};
