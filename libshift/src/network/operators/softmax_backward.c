/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradients of Softmax, y (g - sum(g y)), and of its logarithm, g - exp(y) sum(g). */
#include <math.h>

#include "network/operators/backward.h"
#include "network/operators/softmax.h"

static void back_through_sample(const shift__softmax_layout *l, const float *y, const float *g,
                                float *to, bool logarithm)
{
    double total = 0;
    for (size_t i = 0; i < l->classes; i++)
        total += (double)g[i * l->step] * (logarithm ? 1 : (double)y[i * l->step]);
    for (size_t i = 0; i < l->classes; i++) {
        size_t at = i * l->step;
        to[at] = logarithm ? g[at] - expf(y[at]) * (float)total : y[at] * (g[at] - (float)total);
    }
}

static shift_status back_through(const shift__call *call, bool logarithm)
{
    shift__softmax_layout l;
    shift_status status = shift__softmax_layout_of(call, &l);
    const float *y = shift__floats(call->out[0]);
    float *to = shift__gradient_of(call, 0);
    for (size_t s = 0; status == SHIFT_OK && to != NULL && s < l.samples; s++)
        for (size_t k = 0; k < l.step; k++) {
            size_t at = s * l.classes * l.step + k;
            back_through_sample(&l, y + at, shift__gradient_in(call) + at, to + at, logarithm);
        }
    return status;
}

shift_status shift__backward_softmax(const shift__call *call)
{
    return back_through(call, false);
}

shift_status shift__backward_log_softmax(const shift__call *call)
{
    return back_through(call, true);
}
