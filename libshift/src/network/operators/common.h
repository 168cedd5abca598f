/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the families of operators share: checks of a call, and the parameters that parse keeps,
 * which the execution's faster kernels and the layers of a network read too. */
#ifndef SHIFT_NETWORK_OPERATORS_COMMON_H
#define SHIFT_NETWORK_OPERATORS_COMMON_H

#include "network/graph.h"

/** EFORMAT with a message that names no file and no node: the graph puts them before it. */
SHIFT_PRINTF(2, 3)
shift_status shift__call_refuse(const shift__call *call, const char *format, ...);
/** That inputs [begin, end), where they are there, hold floats. */
SHIFT_CHECKED shift_status shift__expect_floats(const shift__call *call, size_t begin, size_t end);
/** That input `i` holds integers that are known now. */
SHIFT_CHECKED shift_status shift__expect_known(const shift__call *call, size_t i);
SHIFT_CHECKED shift_status shift__expect_rank(const shift__call *call, size_t i, size_t rank);
/** That input `i`, where it is there, is a vector of `size` elements. */
SHIFT_CHECKED shift_status shift__expect_vector(const shift__call *call, size_t i, int64_t size);
/** An axis from -rank to rank - 1 as one from 0. */
SHIFT_CHECKED shift_status shift__axis(const shift__call *call, int64_t axis, size_t rank,
                                       size_t *out);
/** Input `i`, or NULL where the file leaves it out. */
const shift__tensor *shift__input(const shift__call *call, size_t i);
/** Output `i`, or NULL where nobody wants it. */
shift__tensor *shift__output(const shift__call *call, size_t i);
void shift__set_shape(shift__tensor *out, shift__dtype dtype, size_t rank, const int64_t *dims);
/** infer of operators whose output is shaped like their one float input. */
shift_status shift__infer_like_input(const shift__call *call);
/** The shape that `a` and `b` broadcast to, by the rules of the standard, put into `a`. */
SHIFT_CHECKED shift_status shift__broadcast(const shift__call *call, shift__tensor *a,
                                            const shift__tensor *b);
/** How far apart neighbours along each of `rank` axes lie when `tensor` is broadcast to `shape`:
 * 0 along axes that it does not have or that are 1 there. */
void shift__broadcast_steps(const shift__tensor *tensor, const shift__tensor *shape,
                            int64_t *steps);

typedef struct shift__axis_parameters {
    int64_t axis;
    bool flatten; /* Softmax before opset 13: all axes from `axis` on are one */
} shift__axis_parameters;

typedef struct shift__axes_parameters {
    shift__ints axes; /* given: attributes of older opsets */
    bool keep;        /* of a reduction */
} shift__axes_parameters;

/** alpha and beta of an activation; gamma of Selu is beta; Clip has its bounds there, where they
 * are attributes. */
typedef struct shift__activation_parameters {
    float alpha, beta;
    bool channels; /* PRelu before opset 7: a slope per channel, not broadcast from the right */
} shift__activation_parameters;

/** The slope of PRelu as it is to be broadcast to the input from the right. */
shift__tensor shift__prelu_slope(const shift__call *call);

typedef struct shift__norm_parameters {
    float epsilon, momentum;
    bool training; /* the file wants statistics of the batch */
    int64_t axis;  /* LayerNormalization */
} shift__norm_parameters;

typedef struct shift__gemm_parameters {
    float alpha, beta;
    bool transpose_a, transpose_b;
} shift__gemm_parameters;

typedef struct shift__recurrent_parameters {
    int64_t hidden;
    bool forward, reverse; /* both: bidirectional */
    bool batch_first;
    bool linear_before_reset; /* GRU */
} shift__recurrent_parameters;

#endif
