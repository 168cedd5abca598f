/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The window that convolutions and pools slide over an image. */
#ifndef SHIFT_NETWORK_OPERATORS_WINDOW_H
#define SHIFT_NETWORK_OPERATORS_WINDOW_H

#include "network/operators/common.h"

enum {
    SHIFT__SPACE = 3 /* axes after the channel; images with fewer have leading axes of size 1 */
};

typedef struct shift__window_parameters {
    shift__ints kernel, strides, dilations, pads, output_padding, output_shape;
    enum { SHIFT__PAD_GIVEN = 0, SHIFT__PAD_VALID, SHIFT__PAD_UPPER, SHIFT__PAD_LOWER } auto_pad;
    int64_t group;
    bool round_up;     /* ceil_mode of pools */
    bool count_pads;   /* count_include_pad of AveragePool */
    bool column_major; /* storage_order of MaxPool's indices */
} shift__window_parameters;

/** Sizes with everything resolved. `begin` and `end` are the pads; of a transposed convolution,
 * `in` and `out` are those of the convolution that it transposes. */
typedef struct shift__window {
    size_t axes; /* of the image */
    int64_t in[SHIFT__SPACE], out[SHIFT__SPACE], kernel[SHIFT__SPACE], stride[SHIFT__SPACE];
    int64_t dilation[SHIFT__SPACE], begin[SHIFT__SPACE], end[SHIFT__SPACE];
} shift__window;

/** parse of convolutions and pools. */
shift_status shift__window_parse(shift__attributes *a, shift__node *node);
/** Resolve for the image that is input 0. `kernel` has the sizes where the attribute is left out;
 * NULL where it must be there. */
SHIFT_CHECKED shift_status shift__window_resolve(const shift__call *call, const int64_t *kernel,
                                                 shift__window *out);
/** Likewise for a transposed convolution, whose image is the output of the one it transposes. */
SHIFT_CHECKED shift_status shift__window_resolve_transposed(const shift__call *call,
                                                            const int64_t *kernel,
                                                            shift__window *out);
/** The sizes of the image's axes as the last of SHIFT__SPACE. */
int64_t shift__window_volume(const int64_t *sizes);
/**
 * The places of an axis that a window at `at` covers: kernel elements *first to *last - 1 lie
 * within the image; element k is at place *place + (k - *first) * dilation.
 */
static inline void shift__window_range(const shift__window *w, size_t axis, int64_t at,
                                       int64_t *first, int64_t *last, int64_t *place)
{
    int64_t origin = at * w->stride[axis] - w->begin[axis];
    int64_t d = w->dilation[axis];
    *first = origin < 0 ? (-origin + d - 1) / d : 0;
    int64_t room = w->in[axis] - origin; /* places from the origin to the end of the image */
    int64_t most = room > 0 ? (room + d - 1) / d : 0;
    *last = most < w->kernel[axis] ? most : w->kernel[axis];
    *place = origin + *first * d;
}

/** A window at one place of the output: its elements [first, last) within the image, the first of
 * them at `at`. */
typedef struct shift__placed {
    int64_t first[SHIFT__SPACE], last[SHIFT__SPACE], at[SHIFT__SPACE];
} shift__placed;

static inline shift__placed shift__window_place(const shift__window *w,
                                                const int64_t place[SHIFT__SPACE])
{
    shift__placed p;
    for (size_t i = 0; i < SHIFT__SPACE; i++)
        shift__window_range(w, i, place[i], &p.first[i], &p.last[i], &p.at[i]);
    return p;
}

/** How many elements a mean is over: those within the image, or within image and padding. */
int64_t shift__window_weight(const shift__window *w, const int64_t place[SHIFT__SPACE],
                             const shift__placed *p, bool pads);

#endif
