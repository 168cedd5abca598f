/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/operators/columns.h"

/* Kernel element `k` at row (d, h) of the output: the line of the image that it looks at, and where
 * its first place is there. False where all of it is beyond the image. */
static bool find_line(const shift__window *w, const int64_t k[SHIFT__SPACE], int64_t d, int64_t h,
                      int64_t *line)
{
    int64_t z = d * w->stride[0] - w->begin[0] + k[0] * w->dilation[0];
    int64_t y = h * w->stride[1] - w->begin[1] + k[1] * w->dilation[1];
    *line = (z * w->in[1] + y) * w->in[2];
    return z >= 0 && z < w->in[0] && y >= 0 && y < w->in[1];
}

/* The places [*first, *last) of a row of the output where kernel element `k` is within the line. */
static void find_places(const shift__window *w, int64_t origin, int64_t *first, int64_t *last)
{
    int64_t stride = w->stride[2];
    int64_t room = w->in[2] - origin;
    *first = origin < 0 ? (-origin + stride - 1) / stride : 0;
    *last = room > 0 ? (room + stride - 1) / stride : 0;
    *last = *last < w->out[2] ? *last : w->out[2];
    *first = *first < *last ? *first : *last;
}

static void gather_row(const shift__window *w, const int64_t k[SHIFT__SPACE], const float *image,
                       float *row)
{
    int64_t origin = k[2] * w->dilation[2] - w->begin[2];
    int64_t stride = w->stride[2];
    int64_t first = 0;
    int64_t last = 0;
    int64_t line = 0;
    find_places(w, origin, &first, &last);
    for (int64_t d = 0; d < w->out[0]; d++)
        for (int64_t h = 0; h < w->out[1]; h++, row += w->out[2]) {
            bool inside = find_line(w, k, d, h, &line);
            int64_t begin = inside ? first : 0;
            int64_t end = inside ? last : 0;
            for (int64_t i = 0; i < begin; i++)
                row[i] = 0;
            for (int64_t i = begin; i < end; i++)
                row[i] = image[line + origin + i * stride];
            for (int64_t i = end; i < w->out[2]; i++)
                row[i] = 0;
        }
}

static void scatter_row(const shift__window *w, const int64_t k[SHIFT__SPACE], const float *row,
                        float *image)
{
    int64_t origin = k[2] * w->dilation[2] - w->begin[2];
    int64_t stride = w->stride[2];
    int64_t first = 0;
    int64_t last = 0;
    int64_t line = 0;
    find_places(w, origin, &first, &last);
    for (int64_t d = 0; d < w->out[0]; d++)
        for (int64_t h = 0; h < w->out[1]; h++, row += w->out[2]) {
            if (!find_line(w, k, d, h, &line))
                continue;
            float *to = image + line + origin;
            for (int64_t i = first; i < last; i++)
                to[i * stride] += row[i];
        }
}

/* Kernel element number `i` as indices along the axes. */
static void kernel_element(const shift__window *w, int64_t i, int64_t k[SHIFT__SPACE])
{
    for (size_t axis = SHIFT__SPACE; axis-- > 0;) {
        k[axis] = i % w->kernel[axis];
        i /= w->kernel[axis];
    }
}

void shift__columns_gather(const shift__window *w, int64_t channels, const float *image,
                           float *matrix)
{
    int64_t volume = shift__window_volume(w->kernel);
    int64_t k[SHIFT__SPACE];
    for (int64_t r = 0; r < channels * volume; r++) {
        kernel_element(w, r % volume, k);
        gather_row(w, k, image + r / volume * shift__window_volume(w->in),
                   matrix + r * shift__window_volume(w->out));
    }
}

void shift__columns_scatter(const shift__window *w, int64_t channels, const float *matrix,
                            float *image)
{
    int64_t volume = shift__window_volume(w->kernel);
    int64_t k[SHIFT__SPACE];
    for (int64_t r = 0; r < channels * volume; r++) {
        kernel_element(w, r % volume, k);
        scatter_row(w, k, matrix + r * shift__window_volume(w->out),
                    image + r / volume * shift__window_volume(w->in));
    }
}
