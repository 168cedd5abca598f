/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that see oneDNN share. */
#ifndef SHIFT_NETWORK_ONEDNN_PRIVATE_H
#define SHIFT_NETWORK_ONEDNN_PRIVATE_H

#include <dnnl.h>

#include "network/operators/window.h"

/** The calling thread's parallel regions have one thread from here to the end, which takes what
 * this gives. */
int shift__onednn_begin(void);
void shift__onednn_end(int threads);

/** Plain memory of an image, the channels first or last. */
dnnl_status_t shift__onednn_image(const shift__tensor *tensor, bool last, dnnl_memory_desc_t *out);
/** Weights [out][in / group][kernel]; with groups, oneDNN has an axis for them in front. `any`
 * leaves the layout to oneDNN. */
dnnl_status_t shift__onednn_weights(const shift__tensor *weights, int64_t group, bool any,
                                    dnnl_memory_desc_t *out);

typedef struct shift__onednn_steps {
    dnnl_dims_t strides, dilations, begin, end;
} shift__onednn_steps;

shift__onednn_steps shift__onednn_steps_of(const shift__window *w);

#endif
