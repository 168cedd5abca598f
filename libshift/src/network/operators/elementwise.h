/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loops over many numbers that wide registers make faster. Each number is computed by itself, in
 * the same operations, so every set gives the same bits. */
#ifndef SHIFT_NETWORK_OPERATORS_ELEMENTWISE_H
#define SHIFT_NETWORK_OPERATORS_ELEMENTWISE_H

#include <stddef.h>

/** Number i becomes (x - centre[k]) * factor[k] + offset[k], where k is i modulo `period`. */
typedef struct shift__affine {
    size_t period; /* at least 1 */
    const float *centre, *factor, *offset;
} shift__affine;

/** `out` may be `x`; otherwise they do not overlap. */
typedef struct shift__elementwise {
    const char *name;
    void (*affine)(const shift__affine *by, const float *x, size_t n, float *out);
    /** `low` where x is below it, then `high` where that is above it; NaN stays. */
    void (*clip)(float low, float high, const float *x, size_t n, float *out);
} shift__elementwise;

/** The sets that this processor has, best first; the last is plain C. NULL beyond it. */
const shift__elementwise *shift__elementwise_at(size_t i);

#endif
