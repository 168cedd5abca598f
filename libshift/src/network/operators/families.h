/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of the operator table, one array per file, each ended by a row without a name. */
#ifndef SHIFT_NETWORK_OPERATORS_FAMILIES_H
#define SHIFT_NETWORK_OPERATORS_FAMILIES_H

#include "network/operator.h"

extern const shift__operator shift__activation_operators[], shift__arithmetic_operators[],
    shift__constant_operators[], shift__conv_operators[], shift__linear_operators[],
    shift__norm_operators[], shift__pad_operators[], shift__piece_operators[],
    shift__pool_operators[], shift__recurrent_operators[], shift__reduce_operators[],
    shift__shape_operators[], shift__softmax_operators[];

#endif
