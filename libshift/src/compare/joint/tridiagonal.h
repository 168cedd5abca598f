/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHIFT_COMPARE_JOINT_TRIDIAGONAL_H
#define SHIFT_COMPARE_JOINT_TRIDIAGONAL_H

#include <stdbool.h>
#include <stddef.h>

/** Where the parts of Q'AQ = T go. */
typedef struct shift__tridiagonal {
    double *diagonal; /* p */
    double *beside;   /* p, of which p - 1 are the elements below the diagonal */
    double *vectors;  /* p x p: the transpose of Q; NULL where it is not wanted */
    double *room;     /* 3 p */
} shift__tridiagonal;

/** Householder's reduction of a symmetric matrix, of which both triangles are there, to a
 * tridiagonal one; p is 1 at least. `a` is destroyed. The same bits on every processor. */
void shift__tridiagonalise(const shift__tridiagonal *out, double *a, size_t p);

/** The same by one of the compiled variants, for tests: 0 is the portable one. False where this
 * processor has no such variant. */
bool shift__tridiagonalise_variant(int variant, const shift__tridiagonal *out, double *a, size_t p);

#endif
