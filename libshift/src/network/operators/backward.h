/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The backward functions of the operator table. Each sets the gradients of the inputs that are
 * wanted. */
#ifndef SHIFT_NETWORK_OPERATORS_BACKWARD_H
#define SHIFT_NETWORK_OPERATORS_BACKWARD_H

#include "network/operators/common.h"

/** Where the gradient of input `i` goes; NULL where it is not wanted. */
float *shift__gradient_of(const shift__call *call, size_t i);
/** The gradient of output 0, which is there whenever an operator with one output is called. */
const float *shift__gradient_in(const shift__call *call);

shift_status shift__backward_relu(const shift__call *call);
shift_status shift__backward_leaky_relu(const shift__call *call);
shift_status shift__backward_sigmoid(const shift__call *call);
shift_status shift__backward_hyperbolic(const shift__call *call);
shift_status shift__backward_elu(const shift__call *call);
shift_status shift__backward_selu(const shift__call *call);
shift_status shift__backward_softplus(const shift__call *call);
shift_status shift__backward_gelu(const shift__call *call);
shift_status shift__backward_error_function(const shift__call *call);
shift_status shift__backward_hard_sigmoid(const shift__call *call);
shift_status shift__backward_hard_swish(const shift__call *call);
shift_status shift__backward_square_root(const shift__call *call);
shift_status shift__backward_exponential(const shift__call *call);
shift_status shift__backward_neg(const shift__call *call);
shift_status shift__backward_clip(const shift__call *call);
shift_status shift__backward_prelu(const shift__call *call);

shift_status shift__backward_add(const shift__call *call);
shift_status shift__backward_sub(const shift__call *call);
shift_status shift__backward_mul(const shift__call *call);
shift_status shift__backward_div(const shift__call *call);
shift_status shift__backward_pow(const shift__call *call);
/** Of Max: equal largest values share the gradient. */
shift_status shift__backward_max(const shift__call *call);

/** Of any operator that only moves elements: its forward function moves their numbers, which say
 * where each gradient goes. */
shift_status shift__backward_moves(const shift__call *call);
shift_status shift__backward_same(const shift__call *call);

shift_status shift__backward_gemm(const shift__call *call);
shift_status shift__backward_matmul(const shift__call *call);
shift_status shift__backward_conv(const shift__call *call);
/** The gradients of image and weights by plain loops. */
shift_status shift__backward_conv_plain(const shift__call *call);
shift_status shift__backward_transposed_conv(const shift__call *call);

/** By stored statistics they are constants; by those of the batch the gradient flows through them.
 */
shift_status shift__backward_batch_norm(const shift__call *call);
shift_status shift__backward_instance_norm(const shift__call *call);
shift_status shift__backward_layer_norm(const shift__call *call);

shift_status shift__backward_max_pool(const shift__call *call);
shift_status shift__backward_average_pool(const shift__call *call);
shift_status shift__backward_global_average(const shift__call *call);
shift_status shift__backward_global_max(const shift__call *call);

shift_status shift__backward_reduce_mean(const shift__call *call);
shift_status shift__backward_reduce_max(const shift__call *call);

shift_status shift__backward_softmax(const shift__call *call);
shift_status shift__backward_log_softmax(const shift__call *call);

shift_status shift__backward_lstm(const shift__call *call);
shift_status shift__backward_gru(const shift__call *call);

#endif
