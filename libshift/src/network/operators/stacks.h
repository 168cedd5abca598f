/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The matrices that MatMul multiplies, by numpy's rules. */
#ifndef SHIFT_NETWORK_OPERATORS_STACKS_H
#define SHIFT_NETWORK_OPERATORS_STACKS_H

#include "network/operators/common.h"

/** Each operand is a stack of matrices, broadcast to `shape`: m x k times k x n. */
typedef struct shift__stacks {
    size_t matrices, m, k, n;
    shift__tensor shape;
    int64_t steps[2][SHIFT__RANK_MAX]; /* by operand */
} shift__stacks;

SHIFT_CHECKED shift_status shift__stacks_of(const shift__call *call, shift__stacks *out);
/** Where matrix `index` of the product has its operand, counted in matrices. */
size_t shift__stacks_at(const shift__stacks *stacks, size_t operand, size_t index);

#endif
