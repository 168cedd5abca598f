/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sizes of windows, by the formulas of the ONNX standard's Conv, ConvTranspose and pools. */
#include "network/operators/window.h"

#include <inttypes.h>
#include <string.h>

enum {
    SIZE_LIMIT = 1 << 24 /* of a kernel, stride, dilation or pad: products stay in 64 bits */
};

static void parse_auto_pad(shift__attributes *a, shift__window_parameters *p)
{
    const char *text = shift__attribute_text(a, "auto_pad", "NOTSET");
    if (strcmp(text, "VALID") == 0)
        p->auto_pad = SHIFT__PAD_VALID;
    else if (strcmp(text, "SAME_UPPER") == 0)
        p->auto_pad = SHIFT__PAD_UPPER;
    else if (strcmp(text, "SAME_LOWER") == 0)
        p->auto_pad = SHIFT__PAD_LOWER;
    else if (strcmp(text, "NOTSET") != 0)
        (void)shift__attributes_refuse(a, "auto_pad '%s' is unknown", text);
}

static shift__ints sizes(shift__attributes *a, const char *name, int64_t least)
{
    shift__ints list = shift__attribute_ints(a, name);
    for (size_t i = 0; i < list.n; i++)
        if (list.values[i] < least || list.values[i] > SIZE_LIMIT)
            (void)shift__attributes_refuse(a, "%s of %" PRId64, name, list.values[i]);
    return list;
}

shift_status shift__window_parse(shift__attributes *a, shift__node *node)
{
    shift__window_parameters *p = shift__attributes_alloc(a, sizeof *p);
    const char *name = node->op->name;
    bool conv = strncmp(name, "Conv", 4) == 0;
    if (p == NULL)
        return shift__attributes_status(a);
    p->kernel = sizes(a, "kernel_shape", 1);
    p->strides = sizes(a, "strides", 1);
    p->dilations = sizes(a, "dilations", 1);
    p->pads = sizes(a, "pads", 0);
    parse_auto_pad(a, p);
    p->group = 1;
    if (conv)
        p->group = shift__attribute_int(a, "group", 1);
    if (strcmp(name, "ConvTranspose") == 0) {
        p->output_padding = sizes(a, "output_padding", 0);
        p->output_shape = sizes(a, "output_shape", 1);
    }
    if (!conv)
        p->round_up = shift__attribute_int(a, "ceil_mode", 0) != 0;
    if (strcmp(name, "AveragePool") == 0)
        p->count_pads = shift__attribute_int(a, "count_include_pad", 0) != 0;
    if (strcmp(name, "MaxPool") == 0)
        p->column_major = shift__attribute_int(a, "storage_order", 0) != 0;
    if (p->group < 1)
        return shift__attributes_refuse(a, "group of %" PRId64, p->group);
    node->parameters = p;
    return shift__attributes_status(a);
}

int64_t shift__window_volume(const int64_t *sizes)
{
    int64_t product = 1;
    for (size_t i = 0; i < SHIFT__SPACE; i++)
        product *= sizes[i];
    return product;
}

static shift_status place_list(const shift__call *call, const char *name, const shift__ints *list,
                               size_t axes, int64_t *out)
{
    for (size_t i = 0; i < SHIFT__SPACE; i++)
        out[i] = 1;
    if (!list->given)
        return SHIFT_OK;
    if (list->n != axes)
        return shift__call_refuse(call, "%s has %zu numbers; the image has %zu axes", name, list->n,
                                  axes);
    memcpy(out + SHIFT__SPACE - axes, list->values, axes * sizeof *out);
    return SHIFT_OK;
}

/* The kernel's sizes, which attribute and weights must agree on. */
static shift_status resolve_kernel(const shift__call *call, const int64_t *kernel, shift__window *w)
{
    const shift__window_parameters *p = call->node->parameters;
    size_t first = SHIFT__SPACE - w->axes;
    int64_t volume = 1;
    if (!p->kernel.given && kernel == NULL)
        return shift__call_refuse(call, "attribute 'kernel_shape' is missing");
    for (size_t i = 0; i < w->axes; i++) {
        if (!p->kernel.given)
            w->kernel[first + i] = kernel[i];
        if (kernel != NULL && w->kernel[first + i] != kernel[i])
            return shift__call_refuse(call, "kernel_shape is not that of the weights");
        if (w->kernel[first + i] < 1 || w->kernel[first + i] > SIZE_LIMIT ||
            __builtin_mul_overflow(volume, w->kernel[first + i], &volume))
            return shift__call_refuse(call, "a kernel of size %" PRId64, w->kernel[first + i]);
    }
    return SHIFT_OK;
}

/* What does not depend on the direction: everything but sizes and pads. */
static shift_status resolve_lists(const shift__call *call, const int64_t *kernel, shift__window *w)
{
    const shift__window_parameters *p = call->node->parameters;
    const shift__tensor *in = call->in[0];
    char text[SHIFT__SHAPE_TEXT];
    if (in->rank < 3 || in->rank > 2 + SHIFT__SPACE)
        return shift__call_refuse(call,
                                  "input 0 has shape %s; rows, channels and 1 to 3 axes of an "
                                  "image were expected",
                                  shift__shape_text(in, text));
    *w = (shift__window){.axes = in->rank - 2};
    shift_status status = place_list(call, "kernel_shape", &p->kernel, w->axes, w->kernel);
    if (status == SHIFT_OK)
        status = place_list(call, "strides", &p->strides, w->axes, w->stride);
    if (status == SHIFT_OK)
        status = place_list(call, "dilations", &p->dilations, w->axes, w->dilation);
    if (status == SHIFT_OK && p->pads.given && p->pads.n != 2 * w->axes)
        status = shift__call_refuse(call, "pads has %zu numbers; the image has %zu axes", p->pads.n,
                                    w->axes);
    if (status != SHIFT_OK)
        return status;
    size_t first = SHIFT__SPACE - w->axes;
    for (size_t i = 0; i < SHIFT__SPACE; i++) {
        w->in[i] = i < first ? 1 : in->dims[2 + i - first];
        if (w->in[i] > INT64_MAX / 4 / SIZE_LIMIT)
            return shift__call_refuse(call, "an image too large");
    }
    return resolve_kernel(call, kernel, w);
}

static int64_t extent(const shift__window *w, size_t i)
{
    return (w->kernel[i] - 1) * w->dilation[i] + 1;
}

/* Split what is needed in all, the odd one at the end that auto_pad names. */
static void split_pads(shift__window *w, size_t i, int64_t total, bool upper)
{
    total = total > 0 ? total : 0;
    w->begin[i] = upper ? total / 2 : total - total / 2;
    w->end[i] = total - w->begin[i];
}

static void given_pads(shift__window *w, const shift__window_parameters *p)
{
    size_t first = SHIFT__SPACE - w->axes;
    for (size_t i = 0; p->pads.given && i < w->axes; i++) {
        w->begin[first + i] = p->pads.values[i];
        w->end[first + i] = p->pads.values[w->axes + i];
    }
}

shift_status shift__window_resolve(const shift__call *call, const int64_t *kernel, shift__window *w)
{
    const shift__window_parameters *p = call->node->parameters;
    shift_status status = resolve_lists(call, kernel, w);
    if (status != SHIFT_OK)
        return status;
    bool same = p->auto_pad == SHIFT__PAD_UPPER || p->auto_pad == SHIFT__PAD_LOWER;
    if (p->auto_pad == SHIFT__PAD_GIVEN)
        given_pads(w, p);
    for (size_t i = 0; i < SHIFT__SPACE; i++) {
        if (same) {
            w->out[i] = (w->in[i] + w->stride[i] - 1) / w->stride[i];
            split_pads(w, i, (w->out[i] - 1) * w->stride[i] + extent(w, i) - w->in[i],
                       p->auto_pad == SHIFT__PAD_UPPER);
            continue;
        }
        int64_t room = w->in[i] + w->begin[i] + w->end[i] - extent(w, i);
        if (room < 0 || w->in[i] == 0)
            return shift__call_refuse(call,
                                      "an image of size %" PRId64 " is smaller than the kernel of "
                                      "%" PRId64,
                                      w->in[i], extent(w, i));
        w->out[i] = (room + (p->round_up ? w->stride[i] - 1 : 0)) / w->stride[i] + 1;
        /* A window that would begin in the padding at the end has nothing to look at. */
        if (p->round_up && (w->out[i] - 1) * w->stride[i] >= w->in[i] + w->begin[i])
            w->out[i]--;
    }
    return SHIFT_OK;
}

shift_status shift__window_resolve_transposed(const shift__call *call, const int64_t *kernel,
                                              shift__window *w)
{
    const shift__window_parameters *p = call->node->parameters;
    shift_status status = resolve_lists(call, kernel, w);
    int64_t extra[SHIFT__SPACE];
    int64_t wanted[SHIFT__SPACE];
    if (status == SHIFT_OK)
        status = place_list(call, "output_padding", &p->output_padding, w->axes, extra);
    if (status == SHIFT_OK)
        status = place_list(call, "output_shape", &p->output_shape, w->axes, wanted);
    if (status != SHIFT_OK)
        return status;
    bool same = p->auto_pad == SHIFT__PAD_UPPER || p->auto_pad == SHIFT__PAD_LOWER;
    if (p->auto_pad == SHIFT__PAD_GIVEN)
        given_pads(w, p);
    for (size_t i = 0; i < SHIFT__SPACE; i++) {
        int64_t image = w->in[i];
        int64_t more = p->output_padding.given && i >= SHIFT__SPACE - w->axes ? extra[i] : 0;
        int64_t full = w->stride[i] * (image - 1) + more + extent(w, i);
        w->out[i] = image;
        if (p->output_shape.given || same) {
            int64_t out = p->output_shape.given ? wanted[i] : image * w->stride[i];
            /* The standard gives the odd one to the beginning unless told SAME_UPPER. */
            split_pads(w, i, full - out, p->auto_pad == SHIFT__PAD_UPPER);
            w->in[i] = out;
        } else {
            w->in[i] = full - w->begin[i] - w->end[i];
        }
        if (w->in[i] < 1 || image < 1)
            return shift__call_refuse(call, "the output would have size %" PRId64, w->in[i]);
    }
    return SHIFT_OK;
}

int64_t shift__window_weight(const shift__window *w, const int64_t place[SHIFT__SPACE],
                             const shift__placed *p, bool pads)
{
    int64_t n = 1;
    for (size_t i = 0; i < SHIFT__SPACE; i++) {
        int64_t origin = place[i] * w->stride[i] - w->begin[i];
        int64_t room = w->in[i] + w->end[i] - origin;
        int64_t most = (room + w->dilation[i] - 1) / w->dilation[i];
        n *= !pads ? p->last[i] - p->first[i] : most < w->kernel[i] ? most : w->kernel[i];
    }
    return n;
}
