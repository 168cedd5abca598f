/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The windows of an image as the columns of a matrix (im2col): a row for each kernel element of
 * each channel, a column for each place of the output. */
#ifndef SHIFT_NETWORK_OPERATORS_COLUMNS_H
#define SHIFT_NETWORK_OPERATORS_COLUMNS_H

#include "network/operators/window.h"

/** Set the matrix from `channels` channels of an image; 0 where a window is beyond it. */
void shift__columns_gather(const shift__window *w, int64_t channels, const float *image,
                           float *matrix);
/** The transpose: add every element of the matrix to the pixel that it would come from. */
void shift__columns_scatter(const shift__window *w, int64_t channels, const float *matrix,
                            float *image);

#endif
