/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pools over windows and over whole images. */
#include <math.h>
#include <string.h>

#include "network/operators/backward.h"
#include "network/operators/families.h"
#include "network/operators/window.h"

static shift_status infer_pool(const shift__call *call)
{
    shift__window w;
    const shift__tensor *in = call->in[0];
    shift_status status = shift__expect_floats(call, 0, 1);
    if (status == SHIFT_OK)
        status = shift__window_resolve(call, NULL, &w);
    if (status != SHIFT_OK)
        return status;
    int64_t dims[2 + SHIFT__SPACE] = {in->dims[0], in->dims[1]};
    memcpy(dims + 2, w.out + SHIFT__SPACE - w.axes, w.axes * sizeof *dims);
    shift__set_shape(call->out[0], SHIFT__FLOAT32, in->rank, dims);
    shift__set_shape(shift__output(call, 1), SHIFT__INT64, in->rank, dims);
    return SHIFT_OK;
}

/* The largest value, NaN where there is one; *best is its index in the image. */
static float largest(const shift__window *w, const shift__placed *p, const float *image,
                     int64_t *best)
{
    float most = -INFINITY;
    *best = 0;
    for (int64_t d = p->first[0], z = p->at[0]; d < p->last[0]; d++, z += w->dilation[0])
        for (int64_t h = p->first[1], y = p->at[1]; h < p->last[1]; h++, y += w->dilation[1]) {
            int64_t i = (z * w->in[1] + y) * w->in[2] + p->at[2];
            for (int64_t x = p->first[2]; x < p->last[2]; x++, i += w->dilation[2])
                if (!(image[i] <= most) && !isnan(most)) {
                    most = image[i];
                    *best = i;
                }
        }
    return most;
}

static float sum(const shift__window *w, const shift__placed *p, const float *image)
{
    float total = 0;
    for (int64_t d = p->first[0], z = p->at[0]; d < p->last[0]; d++, z += w->dilation[0])
        for (int64_t h = p->first[1], y = p->at[1]; h < p->last[1]; h++, y += w->dilation[1]) {
            int64_t i = (z * w->in[1] + y) * w->in[2] + p->at[2];
            for (int64_t x = p->first[2]; x < p->last[2]; x++, i += w->dilation[2])
                total += image[i];
        }
    return total;
}

/* An index of the image in the order that storage_order asks for. */
static int64_t index_of(const shift__window *w, int64_t i, bool column_major)
{
    if (!column_major)
        return i;
    int64_t x = i % w->in[2];
    int64_t y = i / w->in[2] % w->in[1];
    int64_t z = i / w->in[2] / w->in[1];
    return w->axes == 1 ? x : w->axes == 2 ? x * w->in[1] + y : (x * w->in[1] + y) * w->in[0] + z;
}

static void take_larger(size_t channels, const float *restrict x, float *restrict out)
{
    for (size_t c = 0; c < channels; c++)
        out[c] = x[c] > out[c] || isnan(x[c]) ? x[c] : out[c];
}

static void add_pixel(size_t channels, const float *restrict x, float *restrict out)
{
    for (size_t c = 0; c < channels; c++)
        out[c] += x[c];
}

/* Channels last: all channels of a window at once. */
static void gather_last(const shift__window *w, const shift__placed *p, const float *image,
                        size_t channels, float *restrict out, bool most)
{
    for (size_t c = 0; c < channels; c++)
        out[c] = most ? -INFINITY : 0;
    for (int64_t d = p->first[0], z = p->at[0]; d < p->last[0]; d++, z += w->dilation[0])
        for (int64_t h = p->first[1], y = p->at[1]; h < p->last[1]; h++, y += w->dilation[1]) {
            int64_t i = (z * w->in[1] + y) * w->in[2] + p->at[2];
            for (int64_t k = p->first[2]; k < p->last[2]; k++, i += w->dilation[2]) {
                const float *x = image + (size_t)i * channels;
                if (most)
                    take_larger(channels, x, out);
                else
                    add_pixel(channels, x, out);
            }
        }
}

/* The largest, or the mean. */
static void pool_last(const shift__call *call, const shift__window *w, bool most)
{
    const shift__window_parameters *p = call->node->parameters;
    size_t channels = (size_t)call->in[0]->dims[1];
    size_t size = (size_t)shift__window_volume(w->in) * channels;
    const float *image = shift__floats(call->in[0]);
    float *out = shift__floats(call->out[0]);
    for (int64_t r = 0; r < call->in[0]->dims[0]; r++, image += size)
        for (int64_t d = 0; d < w->out[0]; d++)
            for (int64_t h = 0; h < w->out[1]; h++)
                for (int64_t x = 0; x < w->out[2]; x++, out += channels) {
                    const int64_t place[SHIFT__SPACE] = {d, h, x};
                    shift__placed at = shift__window_place(w, place);
                    gather_last(w, &at, image, channels, out, most);
                    if (most)
                        continue;
                    float n = (float)shift__window_weight(w, place, &at, p->count_pads);
                    for (size_t c = 0; c < channels; c++)
                        out[c] /= n;
                }
}

static shift_status forward_max(const shift__call *call)
{
    const shift__window_parameters *p = call->node->parameters;
    shift__window w;
    shift_status status = shift__window_resolve(call, NULL, &w);
    if (status == SHIFT_OK && call->in[0]->channels_last)
        pool_last(call, &w, true);
    if (status != SHIFT_OK || call->in[0]->channels_last)
        return status;
    const int64_t *dims = call->in[0]->dims;
    int64_t pixels = shift__window_volume(w.in);
    const float *image = shift__floats(call->in[0]);
    float *out = shift__floats(call->out[0]);
    const shift__tensor *second = shift__output(call, 1);
    int64_t *indices = second != NULL ? shift__integers(second) : NULL;
    for (int64_t c = 0; c < dims[0] * dims[1]; c++, image += pixels)
        for (int64_t d = 0; d < w.out[0]; d++)
            for (int64_t h = 0; h < w.out[1]; h++)
                for (int64_t x = 0; x < w.out[2]; x++) {
                    int64_t best = 0;
                    shift__placed at = shift__window_place(&w, (int64_t[]){d, h, x});
                    *out++ = largest(&w, &at, image, &best);
                    if (indices != NULL)
                        *indices++ = c * pixels + index_of(&w, best, p->column_major);
                }
    return SHIFT_OK;
}

static shift_status forward_average(const shift__call *call)
{
    const shift__window_parameters *p = call->node->parameters;
    shift__window w;
    shift_status status = shift__window_resolve(call, NULL, &w);
    if (status == SHIFT_OK && call->in[0]->channels_last)
        pool_last(call, &w, false);
    if (status != SHIFT_OK || call->in[0]->channels_last)
        return status;
    const int64_t *dims = call->in[0]->dims;
    int64_t pixels = shift__window_volume(w.in);
    const float *image = shift__floats(call->in[0]);
    float *out = shift__floats(call->out[0]);
    for (int64_t c = 0; c < dims[0] * dims[1]; c++, image += pixels)
        for (int64_t d = 0; d < w.out[0]; d++)
            for (int64_t h = 0; h < w.out[1]; h++)
                for (int64_t x = 0; x < w.out[2]; x++) {
                    shift__placed at = shift__window_place(&w, (int64_t[]){d, h, x});
                    int64_t n = shift__window_weight(&w, (int64_t[]){d, h, x}, &at, p->count_pads);
                    *out++ = sum(&w, &at, image) / (float)n;
                }
    return SHIFT_OK;
}

/* ---- whole images ---- */

static shift_status infer_global(const shift__call *call)
{
    const shift__tensor *in = call->in[0];
    if (in->rank < 2)
        return shift__call_refuse(call, "input 0 has no channels");
    if (shift__tensor_span(in, 2, in->rank) == 0)
        return shift__call_refuse(call, "the image has no pixels");
    shift__set_shape(call->out[0], SHIFT__FLOAT32, in->rank, in->dims);
    for (size_t i = 2; i < in->rank; i++)
        call->out[0]->dims[i] = 1;
    return shift__expect_floats(call, 0, 1);
}

/* The first pixel of one channel of one row, and how far apart pixels lie. */
static const float *channel_of(const shift__tensor *in, size_t i, size_t *step)
{
    size_t channels = (size_t)in->dims[1];
    size_t pixels = shift__tensor_span(in, 2, in->rank);
    *step = in->channels_last ? channels : 1;
    if (!in->channels_last)
        return shift__floats(in) + i * pixels;
    return shift__floats(in) + i / channels * channels * pixels + i % channels;
}

static shift_status forward_global_average(const shift__call *call)
{
    const shift__tensor *in = call->in[0];
    size_t pixels = shift__tensor_span(in, 2, in->rank);
    size_t n = shift__tensor_span(in, 0, 2);
    for (size_t c = 0; c < n; c++) {
        double total = 0;
        size_t step = 0;
        const float *x = channel_of(in, c, &step);
        for (size_t i = 0; i < pixels; i++)
            total += (double)x[i * step];
        shift__floats(call->out[0])[c] = (float)(total / (double)pixels);
    }
    return SHIFT_OK;
}

static shift_status forward_global_max(const shift__call *call)
{
    const shift__tensor *in = call->in[0];
    size_t pixels = shift__tensor_span(in, 2, in->rank);
    size_t n = shift__tensor_span(in, 0, 2);
    for (size_t c = 0; c < n; c++) {
        float most = -INFINITY;
        size_t step = 0;
        const float *x = channel_of(in, c, &step);
        for (size_t i = 0; i < pixels; i++)
            most = most >= x[i * step] || isnan(most) ? most : x[i * step];
        shift__floats(call->out[0])[c] = most;
    }
    return SHIFT_OK;
}

const shift__operator shift__pool_operators[] = {
    {"MaxPool", 1, 1, 2, SHIFT__EITHER, shift__window_parse, infer_pool, forward_max,
     shift__backward_max_pool},
    {"AveragePool", 1, 1, 1, SHIFT__EITHER, shift__window_parse, infer_pool, forward_average,
     shift__backward_average_pool},
    {"GlobalAveragePool", 1, 1, 1, SHIFT__EITHER, NULL, infer_global, forward_global_average,
     shift__backward_global_average},
    {"GlobalMaxPool", 1, 1, 1, SHIFT__EITHER, NULL, infer_global, forward_global_max,
     shift__backward_global_max},
    {0},
};
